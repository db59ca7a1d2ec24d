"""A document of any size, as the complete subtrees that it is made of: memory for one of them at a time.

    for event in Pieces(stream): …
        opened    an element that is not held as a whole (the root always is one): its start tag is complete, its pieces follow
        piece     a complete subtree, child of the innermost opened element; it is gone when the next event is asked for
        aside     a comment or processing instruction in the innermost opened element; it is gone, too (the text after it is its tail)
        closed    the innermost opened element is complete

libxml2 builds the tree as it is fed; what is complete is taken out of it between two feeds. An element that has grown beyond `HELD` bytes
without being complete is opened, too, so that memory is bounded whatever the shape of the document. The same bytes give the same events.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import BinaryIO, Literal, NamedTuple, cast

from lxml import etree

from ..errors import NotWellFormed, TooLarge
from . import encoding as encodings
from . import parser, wellformed

CHUNK = 1 << 18  # bytes fed at a time
HELD = 1 << 20  # bytes of an element that are held before it is opened
_HEAD = 4096  # bytes fed at a time until the root is met
_AROUND = 1 << 18  # bytes around a fault that are looked at to explain it
_COUNT = etree.XPath("count(descendant-or-self::*)")


class Event(NamedTuple):
    """What comes next. `ordinal`: the element's place in document order (the root is 0), where no schema is asked."""

    kind: Literal["opened", "piece", "aside", "closed"]
    element: etree._Element
    ordinal: int


class Pieces:
    """One run over a stream, which must be at its beginning. Raises, as it is iterated, what `parser.parse` raises; only size and number
    of elements have no limit. With a compiled `schema`, `accepted` says afterwards whether the document satisfies it; where it does
    not, the run may end early."""

    def __init__(self, stream: BinaryIO, limits: parser.Limits = parser.DEFAULT, schema: etree.XMLSchema | None = None,
                 chunk: int = CHUNK, held: int = HELD) -> None:
        self._stream, self._limits, self._schema = stream, limits, schema
        self._chunk, self._most = chunk, held
        self._held = 0
        self._next = 0
        self._spine: list[tuple[etree._Element, int]] = []
        self._opened = False
        self.accepted = True

    def __iter__(self) -> Iterator[Event]:
        head, name = self._head()
        feeding = parser.pulled(name, self._schema)
        data: bytes = head
        while data:
            if not self._fed(feeding, data):
                return
            if not self._spine:
                self._root(feeding, head)
            else:
                for _ in feeding.read_events():  # elements that are called like the root
                    pass
            self._held += len(data)
            yield from self._complete(final=False)
            data = self._stream.read(self._chunk)
        if self._fed(feeding, None):
            yield from self._complete(final=True)

    # -- reading --------------------------------------------------------------------------------------------------------------

    def _head(self) -> tuple[bytes, str]:
        """The document's beginning, and the root's name."""
        parts: list[bytes] = []
        looking, size = parser.pulled(), _HEAD
        while True:
            data = self._stream.read(size)
            size = min(2 * size, CHUNK)
            if not parts and data and not data.startswith((b"<", b"\xef\xbb\xbf<")) and (refusal := wellformed.foreign(data)):
                raise refusal
            parts.append(data)
            try:
                looking.feed(data) if data else looking.close()
            except etree.XMLSyntaxError as raised:
                error: etree.XMLSyntaxError | None = raised
            else:
                error = None
            for _, element in looking.read_events():
                return b"".join(parts), str(cast(etree._Element, element).tag)
            found = list(looking.feed_error_log)
            if error is not None or found or not data:
                head = b"".join(parts)
                if parser.has_doctype(head):
                    raise parser.doctype(head)
                fault = parser.fault_of(found, error)
                raise parser.too_large(fault) or wellformed.explain(head, fault)

    def _root(self, feeding: etree.XMLPullParser, head: bytes) -> None:
        for _, element in feeding.read_events():
            if not self._spine:
                self._spine.append((cast(etree._Element, element), self._next))
                self._next += 1
        if self._spine:
            tree = self._spine[0][0].getroottree()
            if parser.has_dtd(tree):
                raise parser.doctype(head)
            parser.check_encoding(head, tree.docinfo.encoding)

    def _fed(self, feeding: etree.XMLPullParser, data: bytes | None) -> bool:
        """Feed it, or close it (None). False where the schema refuses the document. The parser does not raise at once what it finds."""
        error: etree.XMLSyntaxError | None = None
        try:
            feeding.close() if data is None else feeding.feed(data)
        except etree.XMLSyntaxError as raised:
            error = raised
        found = [entry for entry in feeding.feed_error_log if entry.level_name != "WARNING"]
        if error is None and not found:
            return True
        if self._schema is not None:
            self.accepted = False
            return False
        fault = parser.fault_of(found, error)
        raise parser.too_large(fault) or _explained(self._stream, fault) from None

    # -- taking apart ---------------------------------------------------------------------------------------------------------

    def _complete(self, final: bool) -> Iterator[Event]:
        """What has become complete. The last child of an element that is still open may not be, so it waits."""
        if not self._spine:
            return
        whole_from = 0 if final else next((n for n, (element, _) in enumerate(self._spine) if n and _followed(element)), sys.maxsize)
        while self._spine:
            depth, (element, ordinal) = len(self._spine) - 1, self._spine[-1]
            whole = depth >= whole_from
            children = list(element)
            last = None if whole else next((child for child in reversed(children) if isinstance(child.tag, str)), None)
            if not self._opened and (last is not None or whole):
                self._opened = True
                yield Event("opened", element, ordinal)
            for child in children if whole or last is not None else ():  # libxml2 may be adding text after the last node of all
                if child is last:
                    break
                yield self._piece(child) if isinstance(child.tag, str) else Event("aside", child, ordinal)
                element.remove(child)
            if whole:
                yield Event("closed", element, ordinal)
                self._spine.pop()
                self._held = 0
                if self._spine:
                    self._spine[-1][0].remove(element)
            elif last is not None and self._held > self._most and next(last.iterchildren(etree.Element), None) is not None:
                self._spine.append((last, self._next))
                self._next += 1
                yield Event("opened", *self._spine[-1])
            else:
                return

    def _piece(self, element: etree._Element) -> Event:
        self._held = 0
        ordinal = self._next
        if self._schema is None:  # where only the verdict is wanted, nobody asks for ordinals
            self._next += int(_COUNT(element)) if len(element) else 1  # type: ignore[arg-type]
        if self._limits.depth < parser.DEFAULT.depth:
            left = self._limits.depth - len(self._spine)
            if left < 1 or etree.XPath("boolean(." + "/*" * left + ")")(element):
                raise TooLarge(f"Elements are nested more than {self._limits.depth} deep.", limit=self._limits.depth)
        return Event("piece", element, ordinal)


def _followed(element: etree._Element) -> bool:
    """Whether another element comes after it, so that it must be complete."""
    return next(element.itersiblings(etree.Element), None) is not None


def _explained(stream: BinaryIO, fault: wellformed.Fault) -> NotWellFormed:
    """What `wellformed.explain` says, from the bytes around the fault. The stream is read once more, and left anywhere."""
    stream.seek(0)
    encoding = encodings.detect(stream.read(_HEAD))
    stream.seek(0)
    newline = "\n".encode(encoding.codec) if encoding is not None else b"\n"
    line, begin, before = 1, 0, b""
    while line < fault.line and (data := stream.read(CHUNK)):
        count = data.count(newline)
        if line + count >= fault.line:
            at = -len(newline)
            for _ in range(fault.line - line):
                at = data.index(newline, at + len(newline))
            begin = stream.tell() - len(data) + at + len(newline)
            break
        line += count
    else:
        begin = 0
    width = len(newline)
    offset = begin + (fault.column - 1) * width
    start = begin if offset - begin < _AROUND else offset - _AROUND
    if begin < _AROUND:
        start = 0
    stream.seek(start)
    before = stream.read(offset + _AROUND - start)
    if start == 0:
        return wellformed.explain(before, fault, encoding)
    moved = wellformed.explain(before, fault._replace(line=1, column=(offset - start) // width + 1), encoding and encoding._replace(mark=0))
    first = moved.line == 1
    return NotWellFormed(
        moved.message, (moved.line or 1) + fault.line - 1, (moved.column or 1) + ((start - begin) // width if first else 0))
