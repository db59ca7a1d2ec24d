"""The documents in files, directories, zip and tar archives, one at a time: memory holds one document, never an archive.

    items(paths, limit) -> Iterator[Item]
    listed(paths, limit) -> Iterator[Item | Listed]      files that can be opened by name are left to the caller: `read` them anywhere

An item's `name` is what the partner calls it: the path below the directory or archive that was given, the file name of a single
file. In a directory or archive, what is neither named *.xml nor begins like XML is reported as skipped, not silently left out.
Nothing is ever written under a name that an archive holds, so a hostile name can do no harm.
"""

from __future__ import annotations

import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from ..errors import UsageError

BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError)  # what zipfile raises for one
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Item:
    """One file. Exactly one of `data` (its bytes), `skipped` (why it is no document) and `fault` (why it cannot be read) is set."""

    name: str
    place: str
    data: bytes | None = None
    skipped: str | None = None
    fault: str | None = None


class Listed(NamedTuple):
    """A file that has not been opened yet. `asked`: the caller named this very file."""

    name: str
    place: str
    path: str
    asked: bool


def read(listed: Listed, limit: int) -> Item:
    """The file's item."""
    try:
        with Path(listed.path).open("rb") as stream:
            return _item(listed.name, listed.place, stream, limit, listed.asked)
    except OSError as error:
        return Item(listed.name, listed.place, fault=f"cannot be read: {error.strerror or error}")


def begins_like_xml(start: bytes) -> bool:
    """Whether the first bytes of a file can begin an XML document in UTF-8, UTF-16 or an ASCII-compatible encoding."""
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip(b" \t\r\n")[:1] == b"<"


def text(name: str) -> str:
    """The name as text: bytes that are no UTF-8 become \\xNN, so that it can be stored and printed."""
    return name if name.isascii() else name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _item(name: str, place: str, stream: IO[bytes], limit: int, asked: bool) -> Item:
    """Reads at most `limit` bytes; `asked`: the caller named this very file, so it is a document whatever it begins with."""
    data = stream.read(min(limit, 4096))
    if not asked and not name.lower().endswith(".xml") and not begins_like_xml(data):
        return Item(name, place, skipped="neither named *.xml nor beginning like XML")
    if asked and data.startswith(b"PK\x03\x04"):  # read as an archive if it had its list of files, at its end
        return Item(name, place, fault="cannot be read: it is a zip archive that is damaged or was cut off")
    if data:
        data += stream.read(limit + 1 - len(data))
    if len(data) > limit:
        return Item(name, place, fault=f"larger than the limit of {limit:,} bytes (setting max_body_bytes)")
    return Item(name, place, data=data)


def hidden(name: str) -> bool:
    return any(step.startswith(".") or step == "__MACOSX" for step in name.split("/"))


def _directory(top: Path) -> Iterator[Item | Listed]:
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(f for f in folders if not hidden(f))
        here = Path(folder)
        inside, before = ("" if each == Path() else f"{each}/" for each in (here.relative_to(top), here))
        before = before.replace("//", "/")  # the root's own name is one
        for file in sorted(f for f in files if not hidden(f)):
            path = before + file
            name, place = text(inside + file), text(path)
            if _regular(path):
                yield Listed(name, place, path, asked=False)
            else:
                yield Item(name, place, skipped="not a regular file")


def _regular(path: str) -> bool:
    """Whether reading it is worth trying: a file, or one that is not there and says so then. Text, for there may be a million."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 (a third of Path's time)
    except OSError:
        return True


def _zip(path: Path, limit: int) -> Iterator[Item]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or hidden(entry.filename):
                continue
            place = f"{path}:{entry.filename}"
            try:
                with archive.open(entry) as stream:
                    yield _item(entry.filename, place, stream, limit, asked=False)
            except (*BROKEN_ZIP, OSError) as error:
                yield Item(entry.filename, place, fault=f"cannot be unpacked: {error}")


def _tar(path: Path, limit: int) -> Iterator[Item]:
    with tarfile.open(path, "r|*") as archive:
        for entry in archive:
            if entry.isdir() or hidden(entry.name.removeprefix("./")):
                continue
            name = text(entry.name.removeprefix("./"))
            place = f"{path}:{name}"
            stream = archive.extractfile(entry) if entry.isreg() else None
            if stream is None:
                yield Item(name, place, skipped="not a regular file")
            else:
                yield _item(name, place, stream, limit, asked=False)


def _one(path: Path, limit: int) -> Iterator[Item | Listed]:
    if path.is_dir():
        yield from _directory(path)
    elif not path.is_file():  # a pipe can be read once, and only by this process
        yield read(Listed(text(path.name), text(str(path)), str(path), asked=True), limit)
    elif zipfile.is_zipfile(path):
        yield from _zip(path, limit)
    elif tarfile.is_tarfile(path):
        yield from _tar(path, limit)
    else:
        yield Listed(text(path.name), text(str(path)), str(path), asked=True)


def items(paths: Iterable[str | Path], limit: int) -> Iterator[Item]:
    """Every file below `paths`, in name order in directories and in archive order in archives. `limit`: largest document in bytes.

    Raises UsageError at once for a path that does not exist. A broken archive yields what could be read and then one item with the
    fault.
    """
    found = listed(paths, limit)
    return (read(one, limit) if isinstance(one, Listed) else one for one in found)


def listed(paths: Iterable[str | Path], limit: int) -> Iterator[Item | Listed]:
    """As `items`, but what is in no archive is not read yet."""
    found = [Path(path) for path in paths]
    for path in found:
        if not path.exists():
            raise UsageError(f"{path} does not exist.")
    return _all(found, limit)


def _all(paths: list[Path], limit: int) -> Iterator[Item | Listed]:
    for path in paths:
        try:
            yield from _one(path, limit)
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError) as error:
            yield Item(path.name, str(path), fault=f"cannot be read any further: {error}")


def count(paths: Iterable[str | Path]) -> int | None:
    """How many files `items` will meet, for a progress bar, when that can be told without unpacking; else None (tar)."""
    total = 0
    for path in map(Path, paths):
        if path.is_dir():
            for _, folders, files in os.walk(path):
                folders[:] = [f for f in folders if not hidden(f)]
                total += sum(not hidden(file) for file in files)
        elif path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                total += sum(not entry.is_dir() and not hidden(entry.filename) for entry in archive.infolist())
        elif path.is_file() and tarfile.is_tarfile(path):
            return None
        else:
            total += 1
    return total
