"""Saves a changed tree as its original bytes with as few changes as there can be: line ends, quotes, character references, CDATA sections,
empty-tag style, white space inside tags, declaration and encoding stay as they were written.

    save(original, tree) -> bytes             the very same object if nothing was changed
    between(original, tree) -> [Edit, …]      what has to be replaced          apply(original, edits) -> bytes

The original and the tree's serialisation are compared from both ends. If what lies between is long, the original's part of it is brought
into lxml's spelling, and both are gone along again, from one difference to the next. Only where they differ are tags, texts and comments
matched one by one (`spelling`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from . import encoding as encodings
from . import in_place, spelling
from .respelled import Respelled
from .sections import Sections
from .spelling import Edit
from .tokens import SECTION, TOKEN, lex

__all__ = ["Edit", "apply", "between", "save"]

_DECLARATION = re.compile(r"<\?xml\s.*?\?>", re.S)
_TOP = re.compile(r"(?:[ \t\r\n]++|" + SECTION + ")*")
_BLANK = " \t\r\n"
_INSIDE = 1_000_000  # depth of a part of a document: deeper than it has end tags
_NEAR = 100  # characters that finding out how much is the same costs more than comparing them
_APART = 1500  # characters from the root's tag to the last difference from which on the tag is dealt with first
_SHORT = 700  # characters that are matched token by token at once
_LONG = 32_000  # characters of a document that are cut into all its tags
_EQUAL = 4  # tokens that must be equal behind a difference
_LOOK = (40, 600)  # tokens that are looked ahead for them: few, and if need be many


def save(original: bytes, tree: etree._Element | etree._ElementTree) -> bytes:
    """The document as bytes; `original` are the bytes that the tree was parsed from before it was changed."""
    decoded = _decoded(original)
    return _applied(original, decoded, _edits(decoded.text, _serialised(tree)))


def between(original: bytes, tree: etree._Element | etree._ElementTree) -> list[Edit]:
    """The edits that make the original into the tree as it is now, in order, not overlapping."""
    return _edits(_decoded(original).text, _serialised(tree))


def apply(original: bytes, edits: Sequence[Edit]) -> bytes:
    """The original with the edits made; characters that its encoding lacks are written as references."""
    return _applied(original, _decoded(original), sorted(edits, key=lambda one: (one.start, one.end)))


class _Decoded(NamedTuple):
    codec: str
    mark: int  # length of the byte order mark
    text: str


def _decoded(original: bytes) -> _Decoded:
    if original.startswith((b"<?xml version=\"1.0\" encoding=\"UTF-8\"", b"<?xml version='1.0' encoding='UTF-8'")):
        return _Decoded("utf-8", 0, original.decode())
    encoding = encodings.detect(original)
    if encoding is None:
        raise ValueError("the parser accepts no document in this encoding")
    return _Decoded(encoding.codec, encoding.mark, original[encoding.mark :].decode(encoding.codec))


def _serialised(tree: etree._Element | etree._ElementTree) -> str:
    """As lxml writes the document, but for its declaration."""
    root = (tree.getroottree() if isinstance(tree, etree._Element) else tree).getroot()
    written = etree.tostring(root, encoding="unicode", with_tail=False)
    if root.getparent() is not None or (root.getprevious() is None and root.getnext() is None):
        return written
    # Comments and instructions around the root: for each of them libxml2 goes over all of them again, in search of a DTD.
    before = [_section(node) for node in root.itersiblings(preceding=True)]
    return "\n".join([*reversed(before), written, *map(_section, root.itersiblings())])


def _section(node: etree._Element) -> str:
    """A comment or a processing instruction."""
    text = str(node.text or "")
    if isinstance(node, etree._ProcessingInstruction):
        return " ".join(filter(None, (f"<?{node.target!s}", text))) + "?>"
    return f"<!--{text}-->"


def _applied(original: bytes, decoded: _Decoded, edits: Sequence[Edit]) -> bytes:
    if not edits:
        return original
    codec, at = decoded.codec, 0
    if codec == "utf-8":  # what stands between the edits need not be encoded anew: only counted, up to the last edit
        kept, place = [original[: decoded.mark]], decoded.mark
        for edit in edits:
            start = place + len(decoded.text[at : edit.start].encode())
            kept += [original[place:start], edit.text.encode()]
            place = start + len(decoded.text[edit.start : edit.end].encode())
            at = edit.end
        return b"".join([*kept, original[place:]])
    parts: list[str] = []
    for edit in edits:
        parts += [decoded.text[at : edit.start], edit.text]
        at = edit.end
    parts.append(decoded.text[at:])
    return original[: decoded.mark] + "".join(parts).encode(codec, "xmlcharrefreplace")


def _edits(text: str, after: str) -> list[Edit]:
    """The edits to `text`, the original, that make it into the tree whose serialisation is `after`."""
    declaration = _DECLARATION.match(text)
    begin = declaration.end() if declaration else 0
    while begin < len(text) and text[begin] in _BLANK:
        begin += 1
    end = len(text)
    while end > begin and text[end - 1] in _BLANK:
        end -= 1
    if text[begin:end] == after:
        return []
    root, new_root = _root(text, begin, end), _root(after, 0, len(after))
    for start, new_start, stop, new_stop in ((begin, 0, root[0], new_root[0]), (root[1], new_root[1], end, len(after))):
        if text[start:stop] != after[new_start:new_stop] and [token.word for token in lex(text, start, stop, 0)] != [
                token.word for token in lex(after, new_start, new_stop, 0)]:
            return list(spelling.edits(text, begin, end, after, 0, len(after), 0))
    return list(_inside(text, *root, after, *new_root))


def _root(text: str, begin: int, end: int) -> tuple[int, int]:
    """Where the root element begins and ends."""
    if text[begin + 1] in "!?":
        top = _TOP.match(text, begin, end)
        assert top is not None
        begin = top.end()
    while text[end - 2] in "-?":
        mark = "<!--" if text[end - 2] == "-" else "<?"
        start = text.rfind(mark, begin, end)
        if start < 0 or text.find(mark[:0:-1] + ">" if mark == "<?" else "-->", start) != end - (2 if mark == "<?" else 3):
            break  # a name that ends in a hyphen
        end = start
        while text[end - 1] in _BLANK:
            end -= 1
    return begin, end


def _inside(text: str, begin: int, end: int, after: str, new_begin: int, new_end: int) -> Iterator[Edit]:
    """The edits in the root element."""
    old, new = Sections(text[begin:end]), Sections(after[new_begin:new_end])
    start, stop, new_stop = _trimmed(old, new)
    depth = _INSIDE if start else 0
    if not start and stop > _APART and (tag := in_place.first(text, old.text, new.text)) is not None:
        # The root's declarations are what is most often in another order: what is far behind it is compared without them.
        yield from tag.edits(begin)
        begin, depth = begin + tag.end, _INSIDE
        old, new = old.part(tag.end, len(old.text)), new.part(tag.new_end, len(new.text))
        start, stop, new_stop = _trimmed(old, new)
    if stop - start < _LONG:
        changed = in_place.edits(text, begin + start, old.part(start, stop), new.text[start:new_stop])
        if changed is not None:
            yield from changed
            return
    if stop - start <= _SHORT and new_stop - start <= _SHORT:
        yield from spelling.edits(text, begin + start, begin + stop, new.text, start, new_stop, depth)
        return
    plain = Respelled(text, begin + start, begin + stop)
    one, other = Sections(plain.text), Sections(new.text[start:new_stop])
    if one.text == other.text:
        return
    first, last, new_last = _trimmed(one, other)
    for part in _differences(one, other, first, last, new_last):
        yield from spelling.edits(text, plain.place(part[0]), plain.place(part[1]), other.text, part[2], part[3],
                                  _INSIDE if part[0] else depth)


def _trimmed(old: Sections, new: Sections) -> tuple[int, int, int]:
    """(start in both, end in the old, end in the new) of what is left between what both share at their ends; borders of tokens."""
    length, new_length = len(old.text), len(new.text)
    same = _shared(old.text, 0, new.text, 0, min(length, new_length), _NEAR)
    start = _before(old, same, new, same)
    tail = _shared_end(old.text, new.text, min(length, new_length) - same, _NEAR)
    while tail:
        at = old.text.find("<", length - tail)
        tail = length - at if at >= 0 else 0
        beyond = max(old.around(length - tail)[1] - (length - tail), new.around(new_length - tail)[1] - (new_length - tail))
        if not beyond:
            break
        tail -= beyond
    return start, length - tail, new_length - tail


def _before(old: Sections, at: int, new: Sections, new_at: int) -> int:
    """The last border of tokens up to `at` in the old text, where both have been the same for as long as it matters."""
    if not (old.text.startswith("<", at) and new.text.startswith("<", new_at)):
        at = max(old.text.rfind("<", 0, at), 0)
    return old.around(at)[0]


def _differences(old: Sections, new: Sections, at: int, end: int, new_end: int) -> Iterator[tuple[int, int, int, int]]:
    """(start, end, new start, new end) of the stretches between tokens in which the texts, alike in spelling, differ."""
    new_at = at
    while at < end or new_at < new_end:
        stop, new_stop = _meet(old.text, at, end, new.text, new_at, new_end)
        yield at, stop, new_at, new_stop
        if stop == end and new_stop == new_end:
            return
        shared = _shared(old.text, stop, new.text, new_stop, min(end - stop, new_end - new_stop))
        at = max(_before(old, stop + shared, new, new_stop + shared), stop)
        new_at = new_stop + at - stop


def _meet(old: str, at: int, end: int, new: str, new_at: int, new_end: int) -> tuple[int, int]:
    """Where, not far behind a difference, a few tokens are equal again; the ends if nowhere near."""
    for look in _LOOK:
        olds, old_ends = _ahead(old, at, end, look)
        news, new_ends = _ahead(new, new_at, new_end, look)
        places: dict[tuple[str, ...], int] = {}
        for number in range(len(news) - _EQUAL, -1, -1):
            places[tuple(news[number : number + _EQUAL])] = number
        nearest: tuple[int, int, int] | None = None
        for number in range(len(olds) - _EQUAL + 1):
            if nearest is not None and number >= nearest[0]:
                break
            other = places.get(tuple(olds[number : number + _EQUAL]))
            if other is not None and (nearest is None or number + other < nearest[0]):
                nearest = (number + other, number, other)
        if nearest is not None:
            return old_ends[nearest[1]], new_ends[nearest[2]]
    return end, new_end


def _ahead(text: str, at: int, end: int, count: int) -> tuple[list[str], list[int]]:
    """The next tokens, and where each begins."""
    words: list[str] = []
    starts: list[int] = []
    for match in TOKEN.finditer(text, at, end):
        if len(words) == count:
            break
        words.append(match.group())
        starts.append(match.start())
    return words, starts


def _shared(old: str, at: int, new: str, new_at: int, most: int, near: int = 0) -> int:
    """How many characters, `most` at most, the texts share from these places on; `near`: how many fewer will do as well."""
    low, high, step = 0, most, 256
    while low + step <= high and old[at + low : at + low + step] == new[new_at + low : new_at + low + step]:
        low, step = low + step, step * 2
    high = min(high, low + step)
    while low + near < high:
        middle = (low + high + 1) // 2
        if old[at + low : at + middle] == new[new_at + low : new_at + middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _shared_end(old: str, new: str, most: int, near: int = 0) -> int:
    """How many characters, `most` at most, the texts share at their ends; `near`: how many fewer will do as well."""
    length, new_length = len(old), len(new)
    low, high, step = 0, most, 256
    while low + step <= high and old[length - low - step : length - low] == new[new_length - low - step : new_length - low]:
        low, step = low + step, step * 2
    high = min(high, low + step)
    while low + near < high:
        middle = (low + high + 1) // 2
        if old[length - middle : length - low] == new[new_length - middle : new_length - low]:
            low = middle
        else:
            high = middle - 1
    return low
