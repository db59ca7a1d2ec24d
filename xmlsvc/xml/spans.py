"""Places in the bytes: where the n-th element's start tag stands, and each of its attributes.

Only for bytes that the parser accepted: a well-formed document's mark-up is a regular language, so one expression finds every tag
exactly, in the raw bytes, whatever stands in comments, CDATA sections, processing instructions and attribute values. (libxml2
gives a line, that of a tag's end, and no column; expat reads fewer encodings and knows nothing of attributes' places.)
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from . import encoding as encodings
from .names import split

_SKIP = rb"!--.*?-->|\?.*?\?>|!\[CDATA\[.*?\]\]>"
_SUBSET = (rb"(?:[^\]\"'<]++|\"[^\"]*\"|'[^']*'|<!--[^-]*+(?:-(?!->)[^-]*+)*-->|<\?[^?]*+(?:\?(?!>)[^?]*+)*\?>"
           rb"|<(?!!--|\?))*")
_DOCTYPE = rb"!DOCTYPE(?:[^\[\"'>]++|\"[^\"]*\"|'[^']*')*(?:\[" + _SUBSET + rb"\]\s*)?>"
_BODY = rb"(?:[^>\"']++|\"[^\"]*\"|'[^']*')*>"
_TAG = re.compile(rb"<(?:" + _SKIP + rb"|" + _DOCTYPE + rb"|([^!?/]" + _BODY + rb"))", re.S)
_TAG_OR_CUT = re.compile(_TAG.pattern + rb"|(<)(?!/)", re.S)  # what is not complete yet ends in the second group
_ATTRIBUTE = re.compile(rb"\s([^\s=<>/\"']+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_NAME = re.compile(rb"<([^\s/>]+)")


class Span(NamedTuple):
    """Part of a document: `line` and `column` (in characters) of its first character, 1-based; raw bytes [start, end)."""

    line: int
    column: int
    start: int
    end: int
    codec: str = "utf-8"

    def attribute(self, data: bytes, name: str, namespaces: Mapping[str | None, str] | None = None) -> Span | None:
        """Where the attribute stands in this start tag, from its name to its closing quote; None if the tag has none such.

        `name` is as written ("xml:lang") or a Clark name; for that, `namespaces` (the element's nsmap) says which prefixes to look for.
        """
        found = _by_local_name(data[self.start : self.end], self).get(split(name)[1].rpartition(":")[2], ())
        return next((span for written, span in found if _matches(written, name, namespaces)), None)


def locate(data: bytes, wanted: Collection[int]) -> dict[int, Span]:
    """The start tags of the elements with these ordinals (document order, the root is 0). Ordinals that do not exist are left out."""
    if not wanted:
        return {}
    source = _Source.of(data)
    last = max(wanted)
    chosen = frozenset(wanted)
    found: dict[int, Span] = {}
    for ordinal, (start, end) in enumerate(_start_tags(source.scanned)):
        if ordinal in chosen:
            found[ordinal] = source.span(start, end)
            if ordinal == last:
                break
    return found


class Located(NamedTuple):
    """A start tag in a document that is not held in memory: its place, and the bytes around it; `offset` is that of the first of them."""

    span: Span
    data: bytes
    offset: int

    @property
    def inside(self) -> Span:
        """The place within `data`."""
        return self.span._replace(start=self.span.start - self.offset, end=self.span.end - self.offset)


def locate_in(stream: BinaryIO, wanted: Collection[int], chunk: int = 1 << 20, around: int = 500) -> dict[int, Located]:
    """As `locate`, from a stream at its beginning, in memory for a chunk; with up to `around` bytes before and after each start tag."""
    found: dict[int, Located] = {}
    if not wanted:
        return found
    reader = _Reader(stream, chunk)
    last, ordinal, begin = max(wanted), -1, 0
    while True:
        scanned = reader.source.scanned
        cut = len(scanned)
        for match in _TAG_OR_CUT.finditer(scanned, begin):
            near = match.end() + around > len(scanned) and not reader.ended
            if match.lastindex == 2 or (match.lastindex == 1 and near and ordinal + 1 in wanted):
                cut = match.start()
                break
            if match.lastindex == 1:
                ordinal += 1
                if ordinal in wanted:
                    found[ordinal] = reader.located(match.start(), match.end(), around)
                    if ordinal == last:
                        return found
        if reader.ended:
            return found
        begin = reader.more(cut, around)


def start_tags(data: bytes) -> Iterator[tuple[str, Span]]:
    """(name as written, place) of every start tag, in document order."""
    source = _Source.of(data)
    for start, end in _start_tags(source.scanned):
        match = _NAME.match(source.scanned, start)
        if match:
            yield match[1].decode(source.codec), source.span(start, end)


def attributes(data: bytes, tag: Span) -> Iterator[tuple[str, Span, Span]]:
    """(name as written, place of the whole, place of the value without its quotes) of every attribute and namespace declaration."""
    source = _Source(data[tag.start : tag.end].decode(tag.codec).encode(), "utf-8", 0, tag.line, tag.column)
    codec = tag.codec

    def offset(end: int) -> int:
        return tag.start + (end if codec == "utf-8" else len(source.scanned[:end].decode().encode(codec)))

    for match in _ATTRIBUTE.finditer(source.scanned):
        whole = source.span(match.start(1), match.end())
        value = source.span(match.start(2) + 1, match.end() - 1)
        yield (
            match[1].decode(),
            Span(whole.line, whole.column, offset(match.start(1)), offset(match.end()), codec),
            Span(value.line, value.column, offset(match.start(2) + 1), offset(match.end() - 1), codec),
        )


@lru_cache(16)
def _by_local_name(text: bytes, tag: Span) -> dict[str, list[tuple[str, Span]]]:
    """The attributes of a start tag, (name as written, place) by what follows the prefix. Kept: a tag with thousands of wrong attributes is
    asked for each of them."""
    found: dict[str, list[tuple[str, Span]]] = {}
    for written, span, _ in attributes(text, tag._replace(start=0, end=len(text))):
        placed = span._replace(start=span.start + tag.start, end=span.end + tag.start)
        found.setdefault(written.rpartition(":")[2], []).append((written, placed))
    return found


def splice(data: bytes, replacements: Sequence[tuple[Span, str]]) -> bytes:
    """The bytes with each span's content replaced by the text, in the span's encoding; spans must not overlap."""
    parts: list[bytes] = []
    done = 0
    for span, text in sorted(replacements, key=lambda pair: pair[0].start):
        parts += [data[done : span.start], text.encode(span.codec)]
        done = span.end
    parts.append(data[done:])
    return b"".join(parts)


def _start_tags(scanned: bytes) -> Iterator[tuple[int, int]]:
    for match in _TAG.finditer(scanned):
        if match.lastindex:
            yield match.start(), match.end()


def _matches(written: str, name: str, namespaces: Mapping[str | None, str] | None) -> bool:
    if written == name:
        return True
    namespace, local = split(name)
    prefix, _, rest = written.rpartition(":")
    if rest != local or not namespace or not prefix:
        return False
    if prefix == "xml":
        return namespace == "http://www.w3.org/XML/1998/namespace"
    return namespaces is None or namespaces.get(prefix) == namespace


class _Source:
    """A document in bytes whose mark-up is ASCII, and the way back from their offsets to lines, columns and raw offsets.

    `span` must be asked in ascending order: every count goes on from the last one, so that the whole is one pass.
    """

    def __init__(self, scanned: bytes, codec: str, mark: int, line: int = 1, column: int = 1, raw_codec: str | None = None) -> None:
        self.scanned = scanned
        self.codec = codec
        self._raw_codec = raw_codec
        self._single = codec not in ("utf-8", "euc_jp", "euc_kr", "gb2312")
        self._at = mark if raw_codec is None else 0
        self._raw = mark
        self._line = line
        self._column = column

    @classmethod
    def of(cls, data: bytes) -> _Source:
        encoding = encodings.detect(data)
        if encoding is None:
            raise ValueError("the parser accepts no document in this encoding")
        if encoding.ascii:
            return cls(data, encoding.codec, encoding.mark)
        text = data[encoding.mark :].decode(encoding.codec)
        if text.startswith("\ufeff"):  # the codecs without byte order keep no mark, those with one do
            raise ValueError("two byte order marks")
        return cls(text.encode(), "utf-8", encoding.mark, raw_codec=encoding.codec)

    def span(self, start: int, end: int) -> Span:
        """The place of scanned[start:end]."""
        self._advance(start)
        line, column, raw = self._line, self._column, self._raw
        if self._raw_codec is None:
            return Span(line, column, start, end, self.codec)
        length = len(self.scanned[start:end].decode().encode(self._raw_codec))
        return Span(line, column, raw, raw + length, self._raw_codec)

    def moved(self, by: int, scanned: bytes) -> _Source:
        """This source after `by` scanned bytes are gone from its beginning, with `scanned` for all that is left."""
        if self._at < by:
            self._advance(by)
        rest = _Source(scanned, self.codec, 0, self._line, self._column, self._raw_codec)
        rest._at, rest._raw = self._at - by, self._raw
        return rest

    def _advance(self, to: int) -> None:
        data, at = self.scanned, self._at
        if self._raw_codec is not None:
            self._raw += len(data[at:to].decode().encode(self._raw_codec))
        returns = data.count(b"\r", at, to)
        lines = data.count(b"\n", at, to) + (returns - data.count(b"\r\n", at, to) if returns else 0)
        if lines:
            self._line += lines
            self._column = 1
            at = max(data.rfind(b"\n", at, to), data.rfind(b"\r", at, to) if returns else -1) + 1
        self._column += (to - at) if self._single else len(data[at:to].decode(self.codec))
        self._at = to


class _Reader:
    """A window that moves over a stream, as a `_Source`."""

    def __init__(self, stream: BinaryIO, chunk: int) -> None:
        self._stream, self._chunk = stream, chunk
        data = stream.read(chunk)
        encoding = encodings.detect(data)
        if encoding is None:
            raise ValueError("the parser accepts no document in this encoding")
        self._decoder = None if encoding.ascii else codecs.getincrementaldecoder(encoding.codec)()
        self._wide = encoding.codec
        self.ended = len(data) < chunk
        self._base = 0  # raw offset of the window's first byte, where what is scanned is raw
        if self._decoder is None:
            self.source = _Source(data, encoding.codec, encoding.mark)
        else:
            text = self._decoder.decode(data[encoding.mark :], self.ended)
            self.source = _Source(text.encode(), "utf-8", encoding.mark, raw_codec=encoding.codec)

    def more(self, cut: int, kept: int) -> int:
        """Read on: what is before `cut`, but for `kept` bytes, is gone. Where `cut` now is."""
        source = self.source
        gone = _boundary(source.scanned, max(cut - kept, 0))
        data = self._stream.read(max(self._chunk, len(source.scanned) - gone))
        self.ended = not data
        if self._decoder is not None:
            data = self._decoder.decode(data, self.ended).encode()
        self._base += gone
        self.source = source.moved(gone, source.scanned[gone:] + data)
        return cut - gone

    def located(self, start: int, end: int, around: int) -> Located:
        scanned = self.source.scanned
        first, last = _boundary(scanned, max(start - around, 0)), _boundary(scanned, min(end + around, len(scanned)))
        span = self.source.span(start, end)
        if self._decoder is None:
            span = span._replace(start=span.start + self._base, end=span.end + self._base)
            return Located(span, scanned[first:last], first + self._base)
        before, rest = (scanned[a:b].decode().encode(self._wide) for a, b in ((first, start), (start, last)))
        return Located(span, before + rest, span.start - len(before))


def _boundary(scanned: bytes, at: int) -> int:
    """The nearest place not after `at` that is no inner byte of a UTF-8 character."""
    while 0 < at < len(scanned) and scanned[at] & 0xC0 == 0x80:
        at -= 1
    return at
