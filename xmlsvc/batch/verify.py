"""Proof that nothing stored has changed: every content is read and its digest made again, every reference is followed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import Any

from storm.expr import And, LeftJoin, Select
from storm.store import Store

from ..documents import parts
from ..documents.services import Services
from ..errors import EnvironmentFault
from ..storage import contents, model

CHUNK = 100


def count(services: Services) -> int:
    """How many contents there are, and bodies that are kept in parts."""

    def unit(store: Store) -> int:
        batches = store.find(model.Receipt, model.Receipt.outcome == "batch", model.Receipt.erased == None).count()  # noqa: E711 - IS NULL
        return int(store.find(model.Content).count() + batches)

    return services.sessions.read(unit)


def verify(services: Services) -> Iterator[tuple[int, list[str]]]:
    """(contents looked at, faults found among them), chunk by chunk, in the order of digests; at last what refers to nothing."""
    after = ""
    while True:
        digests, faults = services.sessions.read(partial(_chunk, after=after))
        if not digests:
            break
        yield len(digests), faults
        after = digests[-1]
    yield from _archives(services)
    yield 0, services.sessions.read(_dangling)


def _archives(services: Services) -> Iterator[tuple[int, list[str]]]:
    """The bodies that are kept in parts, one after the other."""
    row = model.Receipt
    batches = And(row.outcome == "batch", row.erased == None)  # noqa: E711 - IS NULL
    for receipt, digest in services.sessions.read(lambda store: list(store.find((row.id, row.digest), batches).order_by(row.id))):
        try:
            deque(parts.parts(services, receipt, digest), maxlen=0)
            yield 1, []
        except EnvironmentFault as error:
            yield 1, [error.message]


def _chunk(store: Store, after: str) -> tuple[list[str], list[str]]:
    query = Select(model.Content.digest, model.Content.digest > after, order_by=[model.Content.digest], limit=CHUNK)
    digests = [row[0] for row in store.execute(query)]
    faults = []
    for digest in digests:
        try:
            contents.get(store, digest)
        except EnvironmentFault as error:
            faults.append(error.message)
    return digests, faults


def _dangling(store: Store) -> list[str]:
    """Revisions, and receipts of bodies that are kept, whose bytes are not there."""
    faults = []
    advice = "which is not there. Restore it from a backup."
    there: Any = model.Content.digest
    erased: Any = model.Receipt.erased
    revisions = Select(
        (model.Revision.document_id, model.Revision.number, model.Revision.digest), there == None,  # noqa: E711 - IS NULL
        tables=[model.Revision, LeftJoin(model.Content, there == model.Revision.digest)],
    )  # fmt: skip
    for document, number, digest in store.execute(revisions):
        faults.append(f"Revision {number} of document {document} refers to the content {digest}, {advice}")
    receipts = Select(
        (model.Receipt.id, model.Receipt.digest),
        And(there == None, erased == None, model.Receipt.status != 413, model.Receipt.outcome != "batch"),  # noqa: E711
        tables=[model.Receipt, LeftJoin(model.Content, there == model.Receipt.digest)],
    )  # fmt: skip
    for receipt, digest in store.execute(receipts):
        faults.append(f"Receipt {receipt} refers to the content {digest}, {advice}")
    return faults
