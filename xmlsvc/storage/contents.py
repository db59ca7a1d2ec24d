"""Contents: bytes under their digest, each kept once, compressed where that gains."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import zstandard
from storm.expr import Select
from storm.store import Store

from ..errors import EnvironmentFault, NotFound
from ..xml.canonical import digest
from .backends import dialect
from .insert import insert
from .model import Content

_LEVEL = 3
_WORTH = 0.9  # compressed bytes are kept only when they are fewer than this share of the original

_mine = threading.local()  # zstandard's objects are not to be shared by threads, and cost some microseconds to make


def compress(data: bytes) -> tuple[str, bytes]:
    """(encoding, bytes as kept): "zstd", or "raw" where compression gains too little."""
    compressor = getattr(_mine, "compressor", None)
    if compressor is None:
        compressor = _mine.compressor = zstandard.ZstdCompressor(level=_LEVEL)
    packed: bytes = compressor.compress(data)
    return ("zstd", packed) if len(packed) < len(data) * _WORTH else ("raw", data)


def decompress(encoding: str, data: bytes, size: int) -> bytes:
    """The bytes again. `size`: how many they are at most. Raises EnvironmentFault for damaged or unknown data."""
    if encoding == "raw":
        return data
    if encoding != "zstd":
        raise EnvironmentFault(f"A stored content is encoded as {encoding!r}, unknown to this version. Run the one that wrote it.")
    decompressor = getattr(_mine, "decompressor", None)
    if decompressor is None:
        decompressor = _mine.decompressor = zstandard.ZstdDecompressor()
    try:
        unpacked: bytes = decompressor.decompress(data, max_output_size=size)
        return unpacked
    except zstandard.ZstdError as error:
        raise EnvironmentFault(f"A stored content cannot be decompressed: {error}. Restore it from a backup.") from error


class Packed(NamedTuple):
    """Bytes ready to be kept: compressed outside the unit, which may run again and, on SQLite, makes others wait."""

    digest: str
    size: int
    encoding: str
    data: bytes


def pack(data: bytes, name: str) -> Packed:
    """The bytes, to be kept under `name`, their digest."""
    encoding, packed = compress(data)
    return Packed(name, len(data), encoding, packed)


def keep(store: Store, packed: Packed, created: datetime) -> None:
    """Keep the bytes; once."""
    insert(store, "content", {
        "digest": packed.digest, "size": packed.size, "encoding": packed.encoding, "data": packed.data, "created": created,
    }, once=True)  # fmt: skip


def put(store: Store, data: bytes, name: str, created: datetime) -> bool:
    """Keep the bytes under `name`, their digest; False if they were there already: then they stay until the unit ends, whoever erases."""
    lock = " FOR UPDATE" if dialect(store) == "mysql" else ""
    if store.execute(f"SELECT 1 FROM content WHERE digest = ?{lock}", (name,)).get_one() is not None:
        return False
    keep(store, pack(data, name), created)
    return True


def has(store: Store, name: str) -> bool:
    """Whether bytes of this digest are kept."""
    return store.execute(Select(Content.digest, Content.digest == name)).get_one() is not None


def get(store: Store, name: str) -> bytes:
    """The bytes of this digest. Raises NotFound; EnvironmentFault when what is stored no longer has that digest."""
    row = store.execute(Select((Content.encoding, Content.data, Content.size), Content.digest == name)).get_one()
    if row is None:
        raise NotFound(f"No content has the digest {name}.")
    return unpack(Packed(name, row[2], row[0], row[1]))


def unpack(packed: Packed) -> bytes:
    """The bytes again. Raises EnvironmentFault when they no longer have their digest."""
    data = decompress(packed.encoding, packed.data, packed.size)
    if digest(data) != packed.digest:
        raise EnvironmentFault(
            f"The content {packed.digest} is damaged: its bytes have the digest {digest(data)}. Restore it from a backup.")
    return data


def get_small(store: Store, numbers: Sequence[int], most: int) -> tuple[dict[int, Packed], dict[int, int]]:
    """Those of the contents of these numbers that are kept, by one query: those of at most so many bytes as they are kept, of the others
    the sizes."""
    rows = _numbered(store, f"CASE WHEN size <= {most} THEN data END", numbers)
    return {row[0]: Packed(*row[1:]) for row in rows if row[4] is not None}, {row[0]: row[2] for row in rows if row[4] is None}


def get_numbered(store: Store, numbers: Sequence[int]) -> dict[int, Packed]:
    """Those of the contents of these numbers that are kept, by one query, as they are kept."""
    return {row[0]: Packed(*row[1:]) for row in _numbered(store, "data", numbers)}


def _numbered(store: Store, data: str, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
    found = f"SELECT number, digest, size, encoding, {data} FROM content WHERE number IN ({_marks(numbers)})"
    rows: list[tuple[Any, ...]] = store.execute(found, tuple(numbers)).get_all()
    return rows


def get_packed(store: Store, names: Sequence[str]) -> list[Packed]:
    """Those of these contents that are kept, by one query, as they are kept."""
    found = f"SELECT digest, size, encoding, data FROM content WHERE digest IN ({_marks(names)})"
    return [Packed(*row) for row in store.execute(found, tuple(names)).get_all()]


def _marks(names: Sequence[Any]) -> str:
    """As text: composing an expression of hundreds of parts costs as much as the query."""
    return ", ".join("?" * len(names)) or "NULL"
