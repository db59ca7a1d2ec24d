"""Saves a changed tree as its original bytes with as few changes as there can be: line ends, quotes, character references, CDATA sections,
empty-tag style, white space inside tags, declaration and encoding stay as they were written.

    save(original, tree) -> bytes             the very same object if nothing was changed
    between(original, tree) -> [Edit, …]      what has to be replaced          apply(original, edits) -> bytes

The original's mark-up and the serialisation of the original's tree are the same sequence of tokens, differently spelled. So the tokens
of the two serialisations, before and after, are compared; what is equal keeps the original's spelling. Inside a changed start tag each
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
from . import parser

_TOKEN = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|</[^>]*>|<(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+>|[^<]+", re.S)
_ATTRIBUTE = re.compile(r"(\s+)([^\s=<>/\"']+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
_UNIT = re.compile(r"&[^;]*;|\r\n|.", re.S)
_DECLARATION = re.compile(r"<\?xml\s.*?\?>", re.S)
_NAME = re.compile(r"</?([^\s/>]+)")
_SMALL = 3_000_000  # pairs of tokens that are compared one by one


class Edit(NamedTuple):
    """Replace the characters [start, end) of the decoded original by `text`."""

    start: int
    end: int
    text: str


class _Token(NamedTuple):
    """`kind`: S start, E end, T text, C comment, P processing instruction, D CDATA; [start, end) in its string; `word`: what is compared.
    An empty tag is an S and an E without characters."""

    kind: str
    start: int
    end: int
    word: str


def save(original: bytes, tree: etree._Element | etree._ElementTree) -> bytes:
    """The document as bytes; `original` are the bytes that the tree was parsed from before it was changed."""
    whole = tree.getroottree() if isinstance(tree, etree._Element) else tree
    after = etree.tostring(whole, encoding="unicode", with_tail=False)
    before = etree.tostring(parser.parse(original), encoding="unicode", with_tail=False)
    if before == after:
        return original
    codec, mark, text = _decoded(original)
    # Most documents are spelled as lxml would: then what it writes now is the smallest change there is.
    start = text.find(before)
    if start >= 0:
        changed = text[:start] + after + text[start + len(before) :]
    else:
        changed = _applied(text, _edits(text, before, after))
    return original[:mark] + changed.encode(codec, "xmlcharrefreplace")


def between(original: bytes, tree: etree._Element | etree._ElementTree) -> list[Edit]:
    """The edits that make the original into the tree as it is now, in order, not overlapping."""
    whole = tree.getroottree() if isinstance(tree, etree._Element) else tree
    after = etree.tostring(whole, encoding="unicode", with_tail=False)
    before = etree.tostring(parser.parse(original), encoding="unicode", with_tail=False)
    return [] if before == after else _edits(_decoded(original)[2], before, after)


def apply(original: bytes, edits: Sequence[Edit]) -> bytes:
    """The original with the edits made; characters that its encoding lacks are written as references."""
    if not edits:
        return original
    codec, mark, text = _decoded(original)
    return original[:mark] + _applied(text, edits).encode(codec, "xmlcharrefreplace")


def _decoded(original: bytes) -> tuple[str, int, str]:
    """(codec, length of the byte order mark, text)."""
    encoding = encodings.detect(original)
    if encoding is None:
        raise ValueError("the parser accepts no document in this encoding")
    return encoding.codec, encoding.mark, original[encoding.mark :].decode(encoding.codec)


def _applied(text: str, edits: Sequence[Edit]) -> str:
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def _tokens(text: str) -> list[_Token]:
    """The tokens of a document; the declaration and what is between top-level nodes are none."""
    found: list[_Token] = []
    depth = 0
    declaration = _DECLARATION.match(text)
    for match in _TOKEN.finditer(text, declaration.end() if declaration else 0):
        start, end = match.span()
        word = match.group()
        if word[0] != "<":
            if depth:
                found.append(_Token("T", start, end, word))
        elif word.startswith("</"):
            depth -= 1
            found.append(_Token("E", start, end, word))
        elif word.startswith("<!--"):
            found.append(_Token("C", start, end, word))
        elif word.startswith("<?"):
            found.append(_Token("P", start, end, word))
        elif word.startswith("<!["):
            found.append(_Token("D", start, end, word))
        elif word.endswith("/>"):
            found.append(_Token("S", start, end, word[:-2] + ">"))
            found.append(_Token("E", end, end, f"</{_name(word)}>"))
        else:
            depth += 1
            found.append(_Token("S", start, end, word))
    return found


def _name(tag: str) -> str:
    match = _NAME.match(tag)
    assert match is not None
    return match[1]


def _edits(text: str, before: str, after: str) -> list[Edit]:
    """The edits to `text`, the original, whose tree is serialised as `before` and is to be as `after`."""
    spelled, old, new = _tokens(text), _tokens(before), _tokens(after)
    if [token.kind for token in spelled] != [token.kind for token in old]:
        # What the parser does not keep (an empty CDATA section) stands between: then the element as a whole is what changes.
        root = next(index for index, token in enumerate(spelled) if token.kind == "S")
        return [Edit(spelled[root].start, spelled[-1].end, after[new[0].start : new[-1].end])]
    return list(_Spelling(text, spelled, old, new).edits())


class _Spelling:
    """Works out the edits: each token of the new sequence is spelled as the old one it is matched with, or anew."""

    def __init__(self, text: str, spelled: list[_Token], old: list[_Token], new: list[_Token]) -> None:
        self._text, self._spelled, self._old, self._new = text, spelled, old, new
        self._partner = dict(_pairs([token.word for token in old], [token.word for token in new]))  # new index → old index
        self._break = "\r\n" if "\r\n" in text and text.count("\r\n") * 2 > text.count("\n") else "\n"
        empty = re.search(r"(\s*)/>", text)
        self._empty = f"{empty[1] if empty and not empty[1].strip(' ') else ''}/>"

    def edits(self) -> Iterator[Edit]:
        """In order."""
        self._pair_changed()
        at = 0  # old tokens below this are dealt with
        for index in range(len(self._new)):
            partner = self._partner.get(index)
            if partner is None:
                place = self._spelled[at - 1].end if at else self._spelled[0].start
                if written := self._fresh(index):
                    yield Edit(place, place, written)
                continue
            yield from self._dropped(at, partner)
            at = partner + 1
            token = self._spelled[partner]
            written = self._kept(index, partner)
            if written != self._text[token.start : token.end]:
                yield Edit(token.start, token.end, written)
        yield from self._dropped(at, len(self._old))

    def _dropped(self, start: int, end: int) -> Iterator[Edit]:
        for token in self._spelled[start:end]:
            if token.start < token.end:
                yield Edit(token.start, token.end, "")

    def _pair_changed(self) -> None:
        """Match what is left over between two equal tokens: start tags of one name, texts with texts."""
        matched = sorted(self._partner.items(), key=lambda pair: pair[0])
        borders = [(-1, -1), *matched, (len(self._new), len(self._old))]
        for (new_from, old_from), (new_to, old_to) in pairwise(borders):
            at = old_from + 1
            for index in range(new_from + 1, new_to):
                token = self._new[index]
                for candidate in range(at, old_to):
                    if _alike(self._old[candidate], token):
                        self._partner[index] = candidate
                        at = candidate + 1
                        break

    def _ends_at_once(self, index: int) -> bool:
        """Whether the element that begins with this new token is empty."""
        return index + 1 < len(self._new) and self._new[index + 1].kind == "E"

    def _kept(self, index: int, partner: int) -> str:
        """A new token in the spelling of the old one that it is matched with."""
        token, old = self._new[index], self._old[partner]
        spelled = self._text[self._spelled[partner].start : self._spelled[partner].end]
        if token.kind == "S":
            if token.word != old.word:
                spelled = _tag(spelled, old.word, token.word)
            return spelled if self._ends_at_once(index) or not spelled.endswith("/>") else spelled[:-2].rstrip() + ">"
        if token.kind == "E":
            return self._end(index, spelled)
        if token.word == old.word:
            return spelled
        return _text(spelled, old.word, token.word, self._break) if token.kind == "T" else self._lines(token.word)

    def _fresh(self, index: int) -> str:
        """A new token that was not there before."""
        token = self._new[index]
        if token.kind == "S":
            return token.word[:-1] + self._empty if self._ends_at_once(index) else token.word
        return self._end(index, "") if token.kind == "E" else self._lines(token.word)

    def _end(self, index: int, spelled: str) -> str:
        """An end tag: nothing after an empty tag, else as it was, else written out."""
        before = index - 1
        if self._new[before].kind == "S":
            partner = self._partner.get(before)
            empty = partner is None or self._spelled[partner].end == self._spelled[partner + 1].start == self._spelled[partner + 1].end
            if empty and (partner is None or self._text[self._spelled[partner].end - 2 : self._spelled[partner].end] == "/>"):
                return ""
        return spelled or self._new[index].word

    def _lines(self, text: str) -> str:
        return text.replace("\n", self._break) if self._break != "\n" else text


def _alike(old: _Token, new: _Token) -> bool:
    if old.kind != new.kind:
        return False
    return _name(old.word) == _name(new.word) if new.kind in "SE" else True


def _tag(spelled: str, old: str, new: str) -> str:
    """A start tag with the new attributes, in the old spelling."""
    values = {match[2]: match[4][1:-1] for match in _ATTRIBUTE.finditer(old)}
    wanted = {match[2]: match[4][1:-1] for match in _ATTRIBUTE.finditer(new)}
    head = _NAME.match(spelled)
    assert head is not None
    parts: list[str] = [spelled[: head.end()]]
    at, blank = head.end(), " "
    for match in _ATTRIBUTE.finditer(spelled):
        parts.append(spelled[at : match.start()])
        at, name = match.end(), match[2]
        blank = match[1]
        if name not in wanted:
            continue
        value = match[4]
        if wanted[name] != values.get(name):
            quote = value[0]
            value = quote + (wanted[name] if quote == '"' else wanted[name].replace("'", "&apos;").replace("&quot;", '"')) + quote
        parts.append(f"{match[1]}{name}{match[3]}{value}")
    parts += [f'{blank}{name}="{value}"' for name, value in wanted.items() if name not in values]
    return "".join([*parts, spelled[at:]])


def _text(spelled: str, old: str, new: str, line_break: str) -> str:
    """A text with its changed middle replaced; what is before and after keeps its spelling."""
    units, olds, news = _UNIT.findall(spelled), _UNIT.findall(old), _UNIT.findall(new)
    if len(units) != len(olds):
        return new.replace("\n", line_break)
    first = 0
    while first < min(len(olds), len(news)) and olds[first] == news[first]:
        first += 1
    last = 0
    while last < min(len(olds), len(news)) - first and olds[-1 - last] == news[-1 - last]:
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
        borders = [*anchors, (new_to, old_to)]
        for new_at, old_at in anchors:
            yield new_at, old_at
        for new_at, old_at in borders:
            stack.append((old_from, old_at, new_from, new_at))
            old_from, new_from = old_at + 1, new_at + 1
        if not anchors:
            stack.pop()


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
