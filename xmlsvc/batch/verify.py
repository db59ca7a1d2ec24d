"""Proof that nothing stored has changed: every content is read and its digest made again, every reference is followed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from storm.expr import LeftJoin, Select
from storm.store import Store

from ..documents.services import Services
from ..errors import EnvironmentFault
from ..storage import contents, model

CHUNK = 100


def count(services: Services) -> int:
    """How many contents there are."""
    found: int = services.sessions.read(lambda store: store.find(model.Content).count())
    return found


def verify(services: Services) -> Iterator[tuple[int, list[str]]]:
    """(contents looked at, faults found among them), chunk by chunk, in the order of digests; at last what refers to nothing."""
    after = ""
    while True:
        digests, faults = services.sessions.read(partial(_chunk, after=after))
        if not digests:
            break
        yield len(digests), faults
        after = digests[-1]
    yield 0, services.sessions.read(_dangling)


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
        (model.Receipt.id, model.Receipt.digest), (there == None) & (model.Receipt.status != 413) & (erased == None),  # noqa: E711
        tables=[model.Receipt, LeftJoin(model.Content, there == model.Receipt.digest)],
    )  # fmt: skip
    for receipt, digest in store.execute(receipts):
        faults.append(f"Receipt {receipt} refers to the content {digest}, {advice}")
    return faults
