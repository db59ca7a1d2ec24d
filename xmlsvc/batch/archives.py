"""What one body of many documents holds: zip, tar, tar.gz, multipart/form-data, or one wrapper element; one document in memory at a time.

    kind(media type, first bytes) ─► "zip" | "tar" | "multipart" | "wrapper"       UnsupportedMediaType
    items(file, kind, media type, bounds) ─► files.Item …                         each with its bytes, or with the reason why not

The body comes from a stranger. Nothing is written under a name that it gives; names that lead out of it, archives in it, encrypted and
special entries are refused one by one. What unpacks to far more than it is ends the reading, and is said so in the last item.
"""

from __future__ import annotations

import mmap
import re
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from typing import IO

from ..documents.inflate import Inflated
from ..errors import BadRequest, DoctypeRefused, NotWellFormed, UnsupportedMediaType
from ..settings import Settings
from ..xml import wrapper
from .files import BROKEN_ZIP, Item, begins_like_xml, hidden, text

ZIP = frozenset({"application/zip", "application/x-zip-compressed", "application/x-zip"})
TAR = frozenset({
    "application/x-tar", "application/tar", "application/gzip", "application/x-gzip", "application/x-gtar", "application/x-compressed-tar",
    "application/tar+gzip", "application/x-tar+gzip", "application/x-tgz",
})  # fmt: skip
ACCEPTED = ("application/zip", "application/gzip", "application/x-tar", "multipart/form-data", "application/xml")

_ARCHIVES = ((b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"),
             (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!", "rar"), (b"\x28\xb5\x2f\xfd", "zstd"))  # fmt: skip
_HEADER = 16_384  # bytes of a part's or an entry's own header
_FREE = 50_000_000  # bytes that may be unpacked whatever the archive's size
_UNREADABLE = (*BROKEN_ZIP, tarfile.TarError, ValueError, struct.error)


@dataclass(frozen=True, slots=True)
class Bounds:
    """`document`: bytes of one document; `items`: how many there may be; `ratio`: how many times its own size an archive may unpack to."""

    document: int
    items: int
    ratio: int

    @classmethod
    def of(cls, settings: Settings) -> Bounds:
        """The bounds that an instance's settings give."""
        return cls(settings.max_body_bytes, settings.max_batch_items, settings.max_batch_ratio)


class _Over(Exception):
    """A bound of the whole is reached: the reading ends with this sentence."""


class _Meter:
    """Counts what is unpacked. Raises _Over."""

    def __init__(self, packed: int, ratio: int) -> None:
        self._most, self._ratio, self._seen = max(_FREE, packed * ratio), ratio, 0

    def count(self, size: int) -> None:
        self._seen += size
        if self._seen > self._most:
            raise _Over(
                f"unpacks to more than {self._ratio} times its size ({self._most:,} bytes): it was not read any further. "
                "Send fewer documents in one archive; the operator can raise the bound (setting max_batch_ratio)"
            )


class _Entry(tarfile.TarInfo):
    """A tar entry whose own header is bounded: tarfile reads names and attributes into memory whole, whatever size they claim."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type not in tarfile.SUPPORTED_TYPES or self.type in tarfile.REGULAR_TYPES or self.size <= _HEADER:
            return super()._proc_member(archive)  # type: ignore[misc, no-any-return]
        if self.isdir() or self.issym() or self.islnk() or self.isdev():
            return super()._proc_member(archive)  # type: ignore[misc, no-any-return]
        raise tarfile.ReadError(f"the header of an entry has {self.size:,} bytes")


def kind(media_type: str, start: bytes) -> str:
    """How a body of this Content-Type and these first bytes is to be read. Raises UnsupportedMediaType, BadRequest."""
    stated = media_type.partition(";")[0].strip().lower()
    if stated in ZIP:
        return "zip"
    if stated in TAR:
        return "tar"
    if stated == "multipart/form-data":
        _boundary(media_type)
        return "multipart"
    if stated in {"application/xml", "text/xml"} or stated.endswith("+xml"):
        return "wrapper"
    if stated == "application/octet-stream":
        if start.startswith(b"PK"):
            return "zip"
        if start.startswith(b"\x1f\x8b") or start[257:262] == b"ustar":
            return "tar"
    said = f"The body's Content-Type is {media_type!r}" if media_type else "The request has no Content-Type"
    raise UnsupportedMediaType(f"{said}; a batch is one of: {', '.join(ACCEPTED)}.", accepted=list(ACCEPTED))


def items(file: IO[bytes], kind: str, media_type: str, name: str, size: int, bounds: Bounds) -> Iterator[Item]:
    """Every document in `file` (`size` bytes, called `name`), in its order. What cannot be taken is an item with its reason; a body that
    cannot be read any further ends with such an item."""
    meter = _Meter(size, bounds.ratio)
    found = 0
    try:
        for item in _READERS[kind](file, media_type, name, bounds, meter):
            if found == bounds.items:
                raise _Over(f"holds more than {bounds.items:,} documents: it was not read any further. Send the others in another batch")
            found += 1
            yield item
    except _Over as over:
        yield Item(name, name, fault=f"the archive {over}" if kind in {"zip", "tar"} else f"the body {over}")
    except (NotWellFormed, DoctypeRefused, BadRequest) as error:
        yield Item(name, name, fault=error.message)
    except _UNREADABLE as error:
        yield Item(name, name, fault=f"the archive cannot be read{' any further' if found else ''}: {error}")
    else:
        if not found:
            yield Item(name, name, fault="there is no document in it")


def refusal(name: str) -> str | None:
    """Why an entry cannot be taken for its name; None if it can."""
    steps = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or ".." in steps:
        return f"its name {name!r} leads out of the archive; name it by a path below the archive's own top"
    if any(ord(character) < 32 or ord(character) == 127 for character in name):
        return f"its name {name!r} holds control characters"
    return None


def _left_out(name: str) -> bool:
    """What systems put into archives beside what their users did; nothing that has to be refused."""
    return hidden(name) and refusal(name) is None


def _taken(name: str, place: str, read: Callable[[int], bytes], bounds: Bounds, meter: _Meter) -> Item:
    """The entry, read up to the bound. `read(size)` gives at most `size` bytes, b"" at the end."""
    if (reason := refusal(name)) is not None:
        return Item(name, place, fault=reason)
    pieces: list[bytes] = []
    size = 0
    while size <= bounds.document and (piece := read(min(65536, bounds.document + 1 - size))):
        meter.count(len(piece))
        if not pieces:
            if nested := _archive(piece):
                return Item(name, place, fault=f"it is an archive itself ({nested}); send its documents directly, or as their own batch")
            if not name.lower().endswith(".xml") and not begins_like_xml(piece):
                return Item(name, place, skipped="neither named *.xml nor beginning like XML")
        pieces.append(piece)
        size += len(piece)
    if size > bounds.document:
        return Item(name, place, fault=f"it unpacks to more than {bounds.document:,} bytes, the limit for one document")
    if not pieces and not name.lower().endswith(".xml"):
        return Item(name, place, skipped="empty")
    return Item(name, place, data=b"".join(pieces))


def _archive(start: bytes) -> str | None:
    if start[257:262] == b"ustar":
        return "tar"
    return next((word for mark, word in _ARCHIVES if start.startswith(mark)), None)


def _zip(file: IO[bytes], _: str, name: str, bounds: Bounds, meter: _Meter) -> Iterator[Item]:
    _check_directory(file, bounds)
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or _left_out(entry.filename):
                continue
            place = f"{name}:{entry.filename}"
            if entry.flag_bits & 1:
                yield Item(entry.filename, place, fault="it is encrypted; send it unencrypted (the connection is what protects it)")
                continue
            try:
                with archive.open(entry) as stream:
                    yield _taken(entry.filename, place, stream.read, bounds, meter)
            except _UNREADABLE as error:
                yield Item(entry.filename, place, fault=f"it cannot be unpacked: {error}")


def _check_directory(file: IO[bytes], bounds: Bounds) -> None:
    """Look at the size that the central directory says it has before zipfile reads the whole of it (APPNOTE 4.3.14, 4.3.16)."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 66_000))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        raise zipfile.BadZipFile("it has no central directory; was it cut off?")
    entries, directory = struct.unpack("<HI", tail[end + 10 : end + 16])
    locator = tail.rfind(b"PK\x06\x06", 0, end)
    if locator >= 0 and end - locator >= 56:
        entries, directory = struct.unpack("<QQ", tail[locator + 32 : locator + 48])
    if entries > bounds.items or directory > bounds.items * 1_000:
        raise _Over(f"says that it has {entries:,} entries; the limit is {bounds.items:,}. Send them in several batches")
    file.seek(0)


def _tar(file: IO[bytes], _: str, name: str, bounds: Bounds, meter: _Meter) -> Iterator[Item]:
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    source: IO[bytes] = Inflated(file, meter.count) if packed else file  # type: ignore[assignment]
    uncounted = _Meter(1 << 62, 1)  # of a gzip stream every byte is counted already, those that are skipped too
    with tarfile.open(fileobj=source, mode="r|", tarinfo=_Entry) as archive:
        while (entry := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # tarfile would keep them all
            plain = entry.name.removeprefix("./")
            if entry.isdir() or _left_out(plain):
                continue
            called = text(plain)
            place = f"{name}:{called}"
            stream = archive.extractfile(entry) if entry.isreg() and not entry.issparse() else None
            if stream is None:
                yield Item(called, place, fault="it is no ordinary file (a link, a device or a sparse file)")
            else:
                yield _taken(called, place, stream.read, bounds, uncounted if packed else meter)


def _boundary(media_type: str) -> bytes:
    header = Message()
    header["Content-Type"] = media_type
    found = header.get_param("boundary")
    if not isinstance(found, str) or not 1 <= len(found) <= 70 or not found.isascii():
        raise BadRequest("The Content-Type multipart/form-data has no boundary of 1 to 70 ASCII characters (RFC 2046, section 5.1.1).")
    return found.encode()


def _multipart(file: IO[bytes], media_type: str, name: str, bounds: Bounds, meter: _Meter) -> Iterator[Item]:
    line = b"--" + _boundary(media_type)
    with _mapped(file) as data:
        start = 0 if data[: len(line)] == line else data.find(b"\r\n" + line) + 2
        if start == 1:
            raise BadRequest("The body does not contain the boundary that its Content-Type names.")
        n = 0
        while data[start + len(line) : start + len(line) + 2] != b"--":
            n += 1
            begin = data.find(b"\r\n", start + len(line)) + 2
            end = data.find(b"\r\n" + line, max(begin - 2, 0))
            if begin == 1 or end < 0:
                raise BadRequest(f"Part {n} has no end: the body was cut off.")
            yield _part(data, begin, end, n, name, bounds, meter)
            start = end + 2


def _part(data: mmap.mmap, begin: int, end: int, n: int, whole: str, bounds: Bounds, meter: _Meter) -> Item:
    blank = begin - 2 if data[begin : begin + 2] == b"\r\n" else data.find(b"\r\n\r\n", begin, min(end, begin + _HEADER))
    if blank < 0:
        return Item(f"part {n}", f"{whole}:part {n}", fault="its header does not end, or is larger than 16 kB")
    headers = BytesHeaderParser().parsebytes(data[begin : blank + 4])
    called = re.split(r"[/\\]", headers.get_filename() or "")[-1]
    place = f"{whole}:{called or f'part {n}'}"
    coding = headers.get("Content-Transfer-Encoding", "binary").strip().lower()
    if coding not in {"binary", "8bit", "7bit"}:
        return Item(called, place, fault=f"its Content-Transfer-Encoding is {coding!r}; send it as it is (RFC 7578, section 4.7)")
    at = min(blank + 4, end)

    def read(size: int) -> bytes:
        nonlocal at
        piece = data[at : min(at + size, end)]
        at += len(piece)
        return piece

    return _taken(called, place, read, bounds, meter)


def _wrapper(file: IO[bytes], _: str, name: str, bounds: Bounds, meter: _Meter) -> Iterator[Item]:
    with _mapped(file) as data:
        for piece in wrapper.split(data, bounds.document):
            place = f"{name}:{piece.n} (line {piece.line})"
            if piece.data is None:
                yield Item("", place, fault=f"it has {piece.size:,} bytes; the limit for one document is {bounds.document:,}")
            else:
                meter.count(len(piece.data))
                yield Item("", place, data=piece.data)


def _mapped(file: IO[bytes]) -> mmap.mmap:
    file.seek(0, 2)
    if not file.tell():
        raise BadRequest("The body is empty.")
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


_READERS: dict[str, Callable[[IO[bytes], str, str, Bounds, _Meter], Iterator[Item]]] = {
    "zip": _zip, "tar": _tar, "multipart": _multipart, "wrapper": _wrapper,
}  # fmt: skip
