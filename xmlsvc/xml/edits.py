"""Saves a changed tree as its original bytes with as few changes as there can be: line ends, quotes, character references, CDATA sections,
empty-tag style, white space inside tags, declaration and encoding stay as they were written.

    save(original, tree) -> bytes             the very same object if nothing was changed
    between(original, tree) -> [Edit, …]      what has to be replaced          apply(original, edits) -> bytes

The original and the tree's serialisation are gone along together: over what they share, and, where they differ, token by token (tags,
texts, comments …), the original's brought into lxml's spelling: what is equal then keeps its own. Inside a changed start tag each
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
from .tokens import ATTRIBUTE, NAME, Token, lex, name, plain_text, plain_value, value

_UNIT = re.compile(r"&[^;]*;|\r\n|.", re.S)
_DECLARATION = re.compile(r"<\?xml\s.*?\?>", re.S)
_INSIDE = 1_000_000  # depth of a part of a document: deeper than it has end tags
_SAME = 48  # characters that make it worth while to go by the texts again
_EQUAL = 4  # tokens that must be equal behind a difference
_LOOK = 40  # tokens that are looked ahead for them
_SMALL = 3_000_000  # pairs of tokens that are compared one by one


class Edit(NamedTuple):
    """Replace the characters [start, end) of the decoded original by `text`."""

    start: int
    end: int
    text: str


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
    # Comments and the like may hold what looks like a tag: then there is no going by what the texts share.
    if text.find("<!", begin) >= 0 or text.find("<?", begin) >= 0 or "<!" in after or "<?" in after:
        return list(_Spelling(text, list(lex(text, begin, end, 0)), list(lex(after, 0, len(after), 0)), begin).edits())
    return list(_along(text, begin, end, after))


def _along(text: str, at: int, end: int, after: str) -> Iterator[Edit]:
    """The edits, found on a way along both texts: over what they share, over tags of another spelling, through what has changed."""
    new_at = 0
    while at < end or new_at < len(after):
        shared = _shared(text, at, end, after, new_at)
        if at + shared == end and new_at + shared == len(after):
            return
        token = max(text.rfind("<", at, at + shared + 1), at)
        if token == at + shared and not after.startswith("<", new_at + shared):
            token = max(text.rfind("<", at, at + shared), at)
        at, new_at = token, new_at + token - at
        old, new = _Ahead(lex(text, at, end, _INSIDE)), _Ahead(lex(after, new_at, len(after), _INSIDE))
        first = 0  # tokens that are equal but for their spelling
        while old.word(first) is not None and old.word(first) == new.word(first):
            first += 1
            place, new_place = old.tokens[first - 1].end, new.tokens[first - 1].end
            if place > old.tokens[first - 1].start and text[place : place + _SAME] == after[new_place : new_place + _SAME]:
                break
        else:
            if old.word(first) is None and new.word(first) is None:
                return
            ends = _meet(old, new, first)
            if ends is None:
                yield from _Spelling(text, [*old.tokens, *old.rest], [*new.tokens, *new.rest], at).edits()
                return
            yield from _Spelling(text, old.tokens[: ends[0] + 1], new.tokens[: ends[1] + 1], at).edits()
            at, new_at = old.tokens[ends[0]].end, new.tokens[ends[1]].end
            continue
        at, new_at = old.tokens[first - 1].end, new.tokens[first - 1].end


class _Ahead:
    """Tokens, looked at ahead."""

    def __init__(self, rest: Iterator[Token]) -> None:
        self.tokens: list[Token] = []
        self.rest = rest

    def word(self, index: int) -> str | None:
        """The word of the token at the index; None beyond the end."""
        while len(self.tokens) <= index:
            following = next(self.rest, None)
            if following is None:
                return None
            self.tokens.append(following)
        return self.tokens[index].word


def _meet(old: _Ahead, new: _Ahead, first: int) -> tuple[int, int] | None:
    """Where, not far behind a difference, a few tokens are equal again and stand in the texts by themselves; None if nowhere near."""
    for distance in range(1, _LOOK):
        for ahead in range(distance + 1):
            one, other = first + ahead, first + distance - ahead
            words = [old.word(one + step) for step in range(_EQUAL)]
            if None not in words and words == [new.word(other + step) for step in range(_EQUAL)]:
                # An empty tag's end has no place of its own: the meeting ends where a token does.
                last = next((step for step in range(_EQUAL) if _solid(old.tokens[one + step]) and _solid(new.tokens[other + step])), None)
                if last is not None:
                    return one + last, other + last
    return None


def _solid(token: Token) -> bool:
    """Whether the token has characters and is no start tag, whose spelling hangs on what follows."""
    return token.start < token.end and token.kind != "S"


def _shared(text: str, at: int, end: int, after: str, new_at: int) -> int:
    """How many characters text[at:end] and after[new_at:] share at their beginning."""
    low, high = 0, min(end - at, len(after) - new_at)
    step = 256
    while low + step <= high and text[at + low : at + low + step] == after[new_at + low : new_at + low + step]:
        low, step = low + step, step * 2
    high = min(high, low + step)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text[at + low : at + middle] == after[new_at + low : new_at + middle] else (low, middle - 1)
    return low


class _Spelling:
    """Works out the edits: each token of the new sequence is spelled as the old one it is matched with, or anew."""

    def __init__(self, text: str, old: list[Token], new: list[Token], begin: int) -> None:
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


def _alike(old: Token, new: Token) -> bool:
    if old.kind != new.kind:
        return False
    return name(old.word) == name(new.word) if new.kind in "SE" else True


def _tag(spelled: str, new: str) -> str:
    """A start tag with the new attributes, in the old spelling."""
    wanted = {match[2]: match[4][1:-1] for match in ATTRIBUTE.finditer(new)}
    head = NAME.match(spelled)
    assert head is not None
    parts: list[str] = [spelled[: head.end()]]
    at, blank, seen = head.end(), " ", set()
    for match in ATTRIBUTE.finditer(spelled):
        parts.append(spelled[at : match.start()])
        at, key, blank = match.end(), match[2], match[1]
        seen.add(key)
        if key not in wanted:
            continue
        written = match[4]
        if plain_value(value(written[1:-1])) != wanted[key]:
            quote = written[0]
            written = quote + (wanted[key] if quote == '"' else wanted[key].replace("'", "&apos;").replace("&quot;", '"')) + quote
        parts.append(f"{match[1]}{key}{match[3]}{written}")
    parts += [f'{blank}{key}="{text}"' for key, text in wanted.items() if key not in seen]
    return "".join([*parts, spelled[at:]])


def _text(spelled: str, new: str, line_break: str) -> str:
    """A text with its changed middle replaced; what is before and after keeps its spelling."""
    units, news = _UNIT.findall(spelled), _UNIT.findall(new)
    olds = [plain_text(unit) for unit in units]
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
