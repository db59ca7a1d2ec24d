"""Bodies of many documents (archives, wrappers): any size, in memory never more than one part of them.

    Spooled.of(stream, folder) ─► store(services, receipt, spooled, unit) ─► parts(…) · opened(…)

The parts of a body lie in the database, where every process and every backup finds them. A body of several megabytes is stored by several
transactions; the last one makes it count. What a process left half stored when it died goes with a later one.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO, Protocol

from storm.expr import And, Select
from storm.store import Store

from ..errors import EnvironmentFault
from ..storage import model
from ..storage.insert import insert, insert_all
from .services import Services

PART = 1_000_000  # bytes; MariaDB takes statements of 16 MB
TOGETHER = 4  # parts of one transaction
IN_MEMORY = 1_000_000  # bytes of a body that never see a file
FORGOTTEN = timedelta(days=1)
_STORING = -1


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Spooled:
    """A body that has arrived: `file`, to be read from its start; size in bytes; "sha256:…"."""

    file: IO[bytes]
    size: int
    digest: str

    @classmethod
    def of(cls, stream: Readable, folder: str) -> Spooled:
        """Read the stream to its end into a file of `folder` that has no name. Raises what the stream raises."""
        file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=folder)  # noqa: SIM115 - the caller closes it
        seen, size = hashlib.sha256(), 0
        try:
            while piece := stream.read(65536):
                file.write(piece)
                seen.update(piece)
                size += len(piece)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return cls(file, size, f"sha256:{seen.hexdigest()}")


def store(services: Services, receipt_id: str, spooled: Spooled, unit: Callable[[Store], None]) -> None:
    """Keep the body's parts under the receipt's id; `unit` writes the receipt and whatever belongs to it, in the last transaction."""
    spooled.file.seek(0)
    rows, n = _rows(receipt_id, spooled.file, 0), 0
    if spooled.size > PART * TOGETHER:
        services.sessions.write(partial(_begin, receipt_id=receipt_id, forgotten=_forgotten(services)))
        while len(rows) == TOGETHER:
            services.sessions.write(partial(_insert, rows=rows))
            n += len(rows)
            rows = _rows(receipt_id, spooled.file, n)

    def last(store: Store) -> None:
        _insert(store, rows)
        store.find(model.ReceiptPart, And(model.ReceiptPart.receipt_id == receipt_id, model.ReceiptPart.n == _STORING)).remove()
        unit(store)

    services.sessions.write(last)


def _rows(receipt_id: str, file: IO[bytes], n: int) -> list[dict[str, str | int | bytes]]:
    made: list[dict[str, str | int | bytes]] = []
    while len(made) < TOGETHER and (data := file.read(PART)):
        made.append({"receipt_id": receipt_id, "n": n + len(made), "data": data})
    return made


def _insert(store: Store, rows: list[dict[str, str | int | bytes]]) -> None:
    insert_all(store, "receipt_part", rows)


def _forgotten(services: Services) -> str:
    """The id that bodies began with which should have been stored long ago: ids sort by their time."""
    return services.clock.id_at(services.clock.now() - FORGOTTEN)


def _begin(store: Store, receipt_id: str, forgotten: str) -> None:
    row = model.ReceiptPart
    for left in list(store.find(row.receipt_id, And(row.n == _STORING, row.receipt_id < forgotten))):
        store.find(row, row.receipt_id == left).remove()
    insert(store, "receipt_part", {"receipt_id": receipt_id, "n": _STORING, "data": b""})


def has(store: Store, receipt_id: str) -> bool:
    """Whether the receipt is of a body that is kept in parts."""
    row = model.ReceiptPart
    return store.execute(Select(row.n, And(row.receipt_id == receipt_id, row.n == 0))).get_one() is not None


def parts(services: Services, receipt_id: str, digest: str) -> Iterator[bytes]:
    """The body's parts in order, each read by itself. Raises EnvironmentFault, at the end, where they no longer have that digest."""
    row, seen, n = model.ReceiptPart, hashlib.sha256(), 0
    while True:
        query = Select(row.data, And(row.receipt_id == receipt_id, row.n == n))
        found = services.sessions.read(lambda store, query=query: store.execute(query).get_one())  # type: ignore[misc]
        if found is None:
            break
        data = bytes(found[0])
        seen.update(data)
        yield data
        n += 1
    if f"sha256:{seen.hexdigest()}" != digest:
        raise EnvironmentFault(f"The body of receipt {receipt_id} is damaged: its bytes no longer have the digest {digest}.")


@contextmanager
def opened(services: Services, receipt_id: str, digest: str) -> Iterator[IO[bytes]]:
    """The body as a file, for the length of the block."""
    with tempfile.TemporaryFile(dir=services.settings.var) as file:
        for data in parts(services, receipt_id, digest):
            file.write(data)
        file.flush()
        file.seek(0)
        yield file
