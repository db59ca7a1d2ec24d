"""Many documents in one wrapper element: each child element cut out of the bytes, so that what is wrong with one stops no other.

    split(data, limit)
      │ encoding with ASCII mark-up, no DOCTYPE, a wrapper element      NotWellFormed, DoctypeRefused
      └─ one token after the other: a child ends with its own end tag, whatever was left open in it → Piece

No tree is built and memory holds one child: `data` may be a mapped file of any size. Whether a child is well-formed is not looked at
here; `parser.parse` says so of each alone. What the wrapper declares (namespaces, the encoding) is written into each child that needs it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

from ..errors import DoctypeRefused, NotWellFormed
from . import encoding as encodings

_NAME = rb"[^\s<>/!?=\"'][^\s<>/=\"']*+"
_TAG = re.compile(rb"<(/?)(" + _NAME + rb")((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*)>")
_BEGUN = re.compile(rb"<(" + _NAME + rb")")
_DECLARED = re.compile(rb"\sxmlns(?::([^\s=\"']+))?\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_CLOSERS = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"))
Bytes = bytes | mmap
LONGEST_TAG = 65_536
"""Bytes of the wrapper's start tag: what it declares is written into every child."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One child of the wrapper: its number from 1, the line (of the whole) where it begins, its size as it came, and, unless that is over
    the limit, the document that it is."""

    n: int
    line: int
    size: int
    data: bytes | None


def split(data: Bytes, limit: int) -> Iterator[Piece]:
    """The wrapper's children, in order. `limit`: bytes of the largest that is read.

    Raises NotWellFormed where this is no wrapper at all, or ends before the wrapper does (after the last child that is whole), and
    DoctypeRefused; both before the first child, except for the early end.
    """
    encoding = encodings.detect(data[:1200])
    if encoding is None or not encoding.ascii:
        said = f"is in {encoding.codec}" if encoding else "declares an encoding that is not known here"
        raise NotWellFormed(f"The wrapper {said}; send it as UTF-8, or the documents in an archive.", 1, 1)
    opening = _opening(data, encoding.mark)
    declared = encoding.declared if encoding.codec != "utf-8" else None
    head = f'<?xml version="1.0" encoding="{declared}"?>\n'.encode() if declared else b""
    if not opening[3].rstrip().endswith(b"/"):
        yield from _children(data, opening, head, limit)


def _opening(data: Bytes, start: int) -> re.Match[bytes]:
    """The wrapper's start tag."""
    place = start
    while (place := data.find(b"<", place)) >= 0:
        if data[place : place + 9] == b"<!DOCTYPE":
            raise DoctypeRefused("The wrapper has a document type declaration (<!DOCTYPE …>). Remove it: it is never read.")
        if (over := _over(data, place)) is not None:
            place = over
            continue
        found = _TAG.match(data, place)
        if found is None or found[1]:
            break
        if found.end() - place > LONGEST_TAG:
            raise NotWellFormed(f"The wrapper's start tag has more than {LONGEST_TAG:,} bytes.", 1, 1)
        return found
    raise NotWellFormed("There is no element here: the body must be one element that holds the documents.", 1, 1)


def _over(data: Bytes, place: int) -> int | None:
    """Where the comment, CDATA section or processing instruction that begins here ends (at the latest with all); None: none does."""
    start = data[place : place + 9]
    for opener, closer in _CLOSERS:
        if start.startswith(opener):
            end = data.find(closer, place + len(opener))
            return end + len(closer) if end >= 0 else len(data)
    return None


def _children(data: Bytes, opening: re.Match[bytes], head: bytes, limit: int) -> Iterator[Piece]:
    scope = {found[1] or b"": found[0] for found in _DECLARED.finditer(opening[3])}
    place, n, line, counted = opening.end(), 0, 1, 0
    while (place := data.find(b"<", place)) >= 0:
        if (over := _over(data, place)) is not None:
            place = over
            continue
        tag = _TAG.match(data, place)
        if tag is not None and tag[1] and tag[2] == opening[2]:
            return
        n, line, counted = n + 1, line + _lines(data, counted, place), place
        if tag is not None and tag[1]:  # an end tag that nothing opened: for the parser to refuse
            end: int | None = tag.end()
        else:
            end = _end(data, tag, opening[2]) if tag is not None else _broken_end(data, place)
        if end is None:
            raise NotWellFormed(f"The body ends within document {n}, which begins in line {line}: it was cut off.", line, 1)
        size = end - place
        text = data[place:end] if size <= limit else None
        yield Piece(n, line, size, text and head + (_declaring(text, tag, scope) if tag is not None else text))
        place = end
    raise NotWellFormed(f"The body ends after document {n} without the wrapper's end tag: it was cut off.", line, 1)


def _lines(data: Bytes, start: int, end: int) -> int:
    """How many lines end between two places; looked at in steps, since a mapped file copies what is cut out of it."""
    return sum(data[at : min(at + 65536, end)].count(b"\n") for at in range(start, end, 65536))


def _end(data: Bytes, tag: re.Match[bytes], wrapper: bytes) -> int | None:
    """Where the element of this start tag ends; None if nowhere. An end tag that fits no open element but the first, or the wrapper's, ends
    it all the same: so a tag that somebody forgot to close does not swallow the documents after it."""
    if tag[3].endswith(b"/"):
        return tag.end()
    opened, held = [tag[2]], Counter([tag[2]])
    place = tag.end()
    while (place := data.find(b"<", place)) >= 0:
        if (over := _over(data, place)) is not None:
            place = over
            continue
        found = _TAG.match(data, place)
        if found is None:
            place += 1
            continue
        place = found.end()
        if not found[1]:
            if not found[3].endswith(b"/"):
                opened.append(found[2])
                held[found[2]] += 1
        elif found[2] == wrapper and not held[wrapper]:
            return found.start()
        elif found[2] == opened[-1] or held[found[2]] == 0 or found[2] != opened[0] or held[opened[0]] > 1:
            if found[2] == opened[-1] or len(opened) > 1:
                held[opened.pop()] -= 1
        else:
            return place
        if not opened:
            return place
    return None


def _broken_end(data: Bytes, place: int) -> int:
    """Where what begins like a tag and is none ends: behind the end tag of its name, at the next start tag of that name, whichever comes
    first; without either, with all. Nothing is looked at twice."""
    name = _BEGUN.match(data, place)
    if name is None:
        following = data.find(b"<", place + 1)
        return following if following >= 0 else len(data)
    found = re.compile(rb"<(/?)" + re.escape(name[1]) + rb"(?=[\s/>])[^<>]*+>?").search(data, name.end())
    if found is None:
        return len(data)
    return found.end() if found[1] else found.start()


def _declaring(child: bytes, tag: re.Match[bytes], scope: dict[bytes, bytes]) -> bytes:
    """The child with those of the wrapper's namespace declarations that it may need and does not make itself."""
    own = {found[1] or b"" for found in _DECLARED.finditer(tag[3])}
    missing = b"".join(text for prefix, text in scope.items() if prefix not in own and (not prefix or prefix + b":" in child))
    after = 1 + len(tag[2])
    return child[:after] + missing + child[after:] if missing else child
