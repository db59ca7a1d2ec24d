"""Saves a changed tree as its original bytes with as few changes as there can be: line ends, quotes, character references, CDATA sections,
empty-tag style, white space inside tags, declaration and encoding stay as they were written.

    save(original, tree) -> bytes             the very same object if nothing was changed
    between(original, tree) -> [Edit, …]      what has to be replaced          apply(original, edits) -> bytes

What the original and the tree's serialisation have in common at both ends is left alone. Between, both are cut into tokens (tags,
texts, comments …), and the original's are brought into lxml's spelling: what is equal then keeps its own. Inside a changed start tag each
attribute, inside a changed text each character, is treated alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from . import encoding as encodings

_TOKEN = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|</[^>]*>|<(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+>|[^<]+", re.S)
_ATTRIBUTE = re.compile(r"(\s+)([^\s=<>/\"']+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
_UNIT = re.compile(r"&[^;]*;|\r\n|.", re.S)
_REFERENCE = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|\w+);")
_DECLARATION = re.compile(r"<\?xml\s.*?\?>", re.S)
_NAME = re.compile(r"</?([^\s/>]+)")
_INSTRUCTION = re.compile(r"(<\?\S+)\s+(.*)", re.S)
_PLAIN = re.compile(r"<[^\s/>]+(?: [^\s=]+=\"[^\"&\s>]*(?: [^\"&\s>]*)*\")*>")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_INSIDE = 1_000_000  # depth of a window: deeper than it has end tags
_SKIPPED = 8  # start tags of another spelling that are passed over before the window begins
_SMALL = 3_000_000  # pairs of tokens that are compared one by one


class Edit(NamedTuple):
    """Replace the characters [start, end) of the decoded original by `text`."""

    start: int
    end: int
    text: str


class _Token(NamedTuple):
    """`kind`: S start, E end, T text, C comment, P processing instruction, D CDATA; [start, end) in its string; `word`: in lxml's spelling.
    An empty tag is an S and an E without characters."""

    kind: str
    start: int
    end: int
    word: str


def save(original: bytes, tree: etree._Element | etree._ElementTree) -> bytes:
    """The document as bytes; `original` are the bytes that the tree was parsed from before it was changed."""
    return apply(original, between(original, tree))


def between(original: bytes, tree: etree._Element | etree._ElementTree) -> list[Edit]:
    """The edits that make the original into the tree as it is now, in order, not overlapping."""
    whole = tree.getroottree() if isinstance(tree, etree._Element) else tree
    return _edits(_decoded(original)[2], etree.tostring(whole, encoding="unicode", with_tail=False))


def apply(original: bytes, edits: Sequence[Edit]) -> bytes:
    """The original with the edits made; characters that its encoding lacks are written as references."""
    if not edits:
        return original
    codec, mark, text = _decoded(original)
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    parts.append(text[at:])
    return original[:mark] + "".join(parts).encode(codec, "xmlcharrefreplace")


def _decoded(original: bytes) -> tuple[str, int, str]:
    """(codec, length of the byte order mark, text)."""
    if original.startswith((b"<?xml version=\"1.0\" encoding=\"UTF-8\"", b"<?xml version='1.0' encoding='UTF-8'")):
        return "utf-8", 0, original.decode()
    encoding = encodings.detect(original)
    if encoding is None:
        raise ValueError("the parser accepts no document in this encoding")
    return encoding.codec, encoding.mark, original[encoding.mark :].decode(encoding.codec)


def _edits(text: str, after: str) -> list[Edit]:
    """The edits to `text`, the original, that make it into the tree whose serialisation is `after`."""
    declaration = _DECLARATION.match(text)
    begin = declaration.end() if declaration else 0
    while begin < len(text) and text[begin] in " \t\r\n":
        begin += 1
    end = len(text)
    while end > begin and text[end - 1] in " \t\r\n":
        end -= 1
    if text[begin:end] == after:
        return []
    # Comments and the like may hold what looks like a tag: then the window is the whole document.
    if text.find("<!", begin) < 0 and text.find("<?", begin) < 0 and "<!" not in after and "<?" not in after:
        start, new_start = _front(text, begin, after)
        last = _common(text[start:end], after[new_start:])[1]
        stop = text.find("<", end - last)
        if start > begin and stop >= 0:
            spelled = _tokens(text, start, stop, _INSIDE)
            new = _tokens(after, new_start, len(after) - (end - stop), _INSIDE)
            return list(_Spelling(text, spelled, new, start).edits())
    return list(_Spelling(text, _tokens(text, begin, end, 0), _tokens(after, 0, len(after), 0), begin).edits())


def _front(text: str, start: int, after: str) -> tuple[int, int]:
    """Where both begin to differ by more than the spelling of a few start tags: the beginning of a token in each."""
    new_start = 0
    for _ in range(_SKIPPED):
        shared = _common(text[start:], after[new_start:])[0]
        token = max(text.rfind("<", start, start + shared + 1), start)
        new_token = new_start + token - start
        here, there = _TOKEN.match(text, token), _TOKEN.match(after, new_token)
        if here is None or there is None or not after.startswith("<", new_token):
            return start, new_start
        start, new_start = token, new_token
        words = here.group(), there.group()
        if "</" in (words[0][:2], words[1][:2]) or words[0].endswith("/>") != words[1].endswith("/>"):
            break
        if words[0][0] != "<" or _plain_tag(words[0].rstrip("/>") + ">") != _plain_tag(words[1].rstrip("/>") + ">"):
            break
        start, new_start = here.end(), there.end()
    return start, new_start


def _common(old: str, new: str) -> tuple[int, int]:
    """How many characters two strings share at the beginning, and at the end without these."""
    most = min(len(old), len(new))
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if old[low:middle] == new[low:middle] else (low, middle - 1)
    first, low, high = low, 0, most - low
    while low < high:
        middle = (low + high + 1) // 2
        same = old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]
        low, high = (middle, high) if same else (low, middle - 1)
    return first, low


def _tokens(text: str, start: int, stop: int, depth: int) -> list[_Token]:
    """The tokens of text[start:stop], which begins `depth` elements deep; white space between top-level nodes is none."""
    found: list[_Token] = []
    for match in _TOKEN.finditer(text, start, stop):
        begin, end = match.span()
        word = match.group()
        if word[0] != "<":
            if depth:
                found.append(_Token("T", begin, end, _plain_text(word) if "&" in word or "\r" in word or ">" in word else word))
        elif word.startswith("</"):
            depth -= 1
            found.append(_Token("E", begin, end, f"</{_name(word)}>"))
        elif word.startswith("<!--"):
            found.append(_Token("C", begin, end, _lines(word)))
        elif word.startswith("<?"):
            found.append(_Token("P", begin, end, _INSTRUCTION.sub(r"\1 \2", _lines(word))))
        elif word.startswith("<!["):
            found.append(_Token("D", begin, end, _lines(word)))
        elif word.endswith("/>"):
            found.append(_Token("S", begin, end, _plain_tag(word[:-2].rstrip() + ">")))
            found.append(_Token("E", end, end, f"</{_name(word)}>"))
        else:
            depth += 1
            found.append(_Token("S", begin, end, _plain_tag(word)))
    return found


def _name(tag: str) -> str:
    match = _NAME.match(tag)
    assert match is not None
    return match[1]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _expanded(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] == "#":
        return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))
    return _ENTITIES.get(name, match[0])


def _value(written: str) -> str:
    """An attribute's value: line breaks and tabs are blanks unless they are references (XML 1.0, section 3.3.3)."""
    return _REFERENCE.sub(_expanded, re.sub(r"\r\n|[\r\n\t]", " ", written))


def _plain_text(written: str) -> str:
    text = _REFERENCE.sub(_expanded, _lines(written))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _plain_value(value: str) -> str:
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return escaped.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def _plain_tag(tag: str) -> str:
    """A start tag as lxml writes it: declarations first, one blank, double quotes."""
    if _PLAIN.fullmatch(tag) and " xmlns" not in tag:
        return tag
    pairs = [(match[2], _plain_value(_value(match[4][1:-1]))) for match in _ATTRIBUTE.finditer(tag)]
    pairs.sort(key=lambda pair: not (pair[0] == "xmlns" or pair[0].startswith("xmlns:")))
    return f"<{_name(tag)}" + "".join(f' {name}="{value}"' for name, value in pairs) + ">"


class _Spelling:
    """Works out the edits: each token of the new sequence is spelled as the old one it is matched with, or anew."""

    def __init__(self, text: str, old: list[_Token], new: list[_Token], begin: int) -> None:
        self._text, self._old, self._new, self._begin = text, old, new, begin
        self._partner = dict(_pairs([token.word for token in old], [token.word for token in new]))  # new index → old index
        self._break = "\r\n" if "\r\n" in text and text.count("\r\n") * 2 > text.count("\n") else "\n"

    def edits(self) -> Iterator[Edit]:
        """In order."""
        self._pair_changed()
        at = 0  # old tokens below this are dealt with
        for index in range(len(self._new)):
            partner = self._partner.get(index)
            if partner is None:
                place = self._old[at - 1].end if at else self._begin
                if written := self._fresh(index):
                    yield Edit(place, place, written)
                continue
            yield from self._dropped(at, partner)
            at = partner + 1
            token = self._old[partner]
            written = self._kept(index, partner)
            if written != self._text[token.start : token.end]:
                yield Edit(token.start, token.end, written)
        yield from self._dropped(at, len(self._old))

    def _dropped(self, start: int, end: int) -> Iterator[Edit]:
        for token in self._old[start:end]:
            if token.start < token.end:
                yield Edit(token.start, token.end, "")

    def _pair_changed(self) -> None:
        """Match what is left over between two equal tokens: start tags of one name, texts with texts."""
        matched = sorted(self._partner.items(), key=lambda pair: pair[0])
        borders = [(-1, -1), *matched, (len(self._new), len(self._old))]
        for (new_from, old_from), (new_to, old_to) in pairwise(borders):
            at = old_from + 1
            for index in range(new_from + 1, new_to):
                for candidate in range(at, old_to):
                    if _alike(self._old[candidate], self._new[index]):
                        self._partner[index] = candidate
                        at = candidate + 1
                        break

    def _ends_at_once(self, index: int) -> bool:
        """Whether the element that begins with this new token is empty."""
        return index + 1 < len(self._new) and self._new[index + 1].kind == "E"

    def _kept(self, index: int, partner: int) -> str:
        """A new token in the spelling of the old one that it is matched with."""
        token, old = self._new[index], self._old[partner]
        spelled = self._text[old.start : old.end]
        if token.kind == "S":
            if token.word != old.word:
                spelled = _tag(spelled, token.word)
            return spelled if self._ends_at_once(index) or not spelled.endswith("/>") else spelled[:-2].rstrip() + ">"
        if token.kind == "E":
            return self._end(index, spelled)
        if token.word == old.word:
            return spelled
        return _text(spelled, token.word, self._break) if token.kind == "T" else self._broken(token.word)

    def _fresh(self, index: int) -> str:
        """A new token that was not there before."""
        token = self._new[index]
        if token.kind == "S":
            return token.word[:-1] + self._empty() if self._ends_at_once(index) else token.word
        return self._end(index, "") if token.kind == "E" else self._broken(token.word)

    def _empty(self) -> str:
        """How the document ends an empty tag."""
        found = re.search(r"( *)/>", self._text)
        return f"{found[1] if found else ''}/>"

    def _end(self, index: int, spelled: str) -> str:
        """An end tag: nothing after an empty tag, else as it was, else written out."""
        if index and self._new[index - 1].kind == "S":
            partner = self._partner.get(index - 1)
            if partner is None or self._text[self._old[partner].end - 2 : self._old[partner].end] == "/>":
                return ""
        return spelled or self._new[index].word

    def _broken(self, text: str) -> str:
        """New text with the document's line breaks."""
        return text.replace("\n", self._break) if self._break != "\n" else text


def _alike(old: _Token, new: _Token) -> bool:
    if old.kind != new.kind:
        return False
    return _name(old.word) == _name(new.word) if new.kind in "SE" else True


def _tag(spelled: str, new: str) -> str:
    """A start tag with the new attributes, in the old spelling."""
    wanted = {match[2]: match[4][1:-1] for match in _ATTRIBUTE.finditer(new)}
    head = _NAME.match(spelled)
    assert head is not None
    parts: list[str] = [spelled[: head.end()]]
    at, blank, seen = head.end(), " ", set()
    for match in _ATTRIBUTE.finditer(spelled):
        parts.append(spelled[at : match.start()])
        at, name, blank = match.end(), match[2], match[1]
        seen.add(name)
        if name not in wanted:
            continue
        value = match[4]
        if _plain_value(_value(value[1:-1])) != wanted[name]:
            quote = value[0]
            value = quote + (wanted[name] if quote == '"' else wanted[name].replace("'", "&apos;").replace("&quot;", '"')) + quote
        parts.append(f"{match[1]}{name}{match[3]}{value}")
    parts += [f'{blank}{name}="{value}"' for name, value in wanted.items() if name not in seen]
    return "".join([*parts, spelled[at:]])


def _text(spelled: str, new: str, line_break: str) -> str:
    """A text with its changed middle replaced; what is before and after keeps its spelling."""
    units, news = _UNIT.findall(spelled), _UNIT.findall(new)
    olds = [_plain_text(unit) for unit in units]
    first, most = 0, min(len(olds), len(news))
    while first < most and olds[first] == news[first]:
        first += 1
    last = 0
    while last < most - first and olds[-1 - last] == news[-1 - last]:
        last += 1
    middle = "".join(news[first : len(news) - last]).replace("\n", line_break)
    return "".join(units[:first]) + middle + "".join(units[len(units) - last :] if last else [])


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[int, int]]:
    """(new index, old index) of equal tokens, ascending in both."""
    stack = [(0, len(old), 0, len(new))]
    while stack:
        old_from, old_to, new_from, new_to = stack.pop()
        while old_from < old_to and new_from < new_to and old[old_from] == new[new_from]:
            yield new_from, old_from
            old_from, new_from = old_from + 1, new_from + 1
        while old_from < old_to and new_from < new_to and old[old_to - 1] == new[new_to - 1]:
            old_to, new_to = old_to - 1, new_to - 1
            yield new_to, old_to
        if old_from == old_to or new_from == new_to:
            continue
        if (old_to - old_from) * (new_to - new_from) <= _SMALL:
            matcher = SequenceMatcher(None, old[old_from:old_to], new[new_from:new_to], autojunk=False)
            for block in matcher.get_matching_blocks():
                yield from ((new_from + block.b + step, old_from + block.a + step) for step in range(block.size))
            continue
        anchors = _anchors(old, new, old_from, old_to, new_from, new_to)
        yield from anchors
        if anchors:
            for new_at, old_at in [*anchors, (new_to, old_to)]:
                stack.append((old_from, old_at, new_from, new_at))
                old_from, new_from = old_at + 1, new_at + 1


def _anchors(old: list[str], new: list[str], old_from: int, old_to: int, new_from: int, new_to: int) -> list[tuple[int, int]]:
    """(new index, old index) of tokens that stand once in each, in an order that both share (patience)."""
    once: dict[str, int] = {}
    for index in range(old_from, old_to):
        once[old[index]] = -1 if old[index] in once else index
    seen: dict[str, int] = {}
    for index in range(new_from, new_to):
        seen[new[index]] = -1 if new[index] in seen else index
    candidates = [(index, once[word]) for word, index in seen.items() if index >= 0 and once.get(word, -1) >= 0]
    tails: list[int] = []
    back: list[int] = [-1] * len(candidates)
    for number, (_, old_index) in enumerate(candidates):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if candidates[tails[middle]][1] < old_index else (low, middle)
        back[number] = tails[low - 1] if low else -1
        tails[low : low + 1] = [number]
    found: list[tuple[int, int]] = []
    at = tails[-1] if tails else -1
    while at >= 0:
        found.append(candidates[at])
        at = back[at]
    return found[::-1]
