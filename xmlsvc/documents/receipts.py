"""Receipts: proof of one submission. Id and digest exist before anything is parsed; the row is written with the outcome.

    issue(actor, body, …) ─► Receipt ─┬─► deposit.Delivery.write(store)   it became, or changed, a document
                                      └─► Refused.write(store)            it could not: the bytes are kept, the error is named
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storm.expr import And, Desc, LeftJoin, Or
from storm.store import Store

from ..errors import (
    BadRequest,
    Conflict,
    DoctypeRefused,
    Error,
    Gone,
    NotFound,
    NotWellFormed,
    PreconditionFailed,
    TooLarge,
    UnsupportedMediaType,
)
from ..storage import contents, model
from ..storage.insert import insert
from ..xml.canonical import digest
from . import parts, reasons
from .access import Actor, require, scope_of
from .services import Services

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is known of a submission before it is looked at. `face`: "api", "page", "load" …; `name`: the file's or the partner's name
    for it, or ""; `size` in bytes."""

    id: str
    digest: str
    size: int
    received: datetime
    partner_id: str
    actor: str
    face: str
    name: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Receipt):
    """A receipt with its outcome: new, revised, unchanged, quarantined, refused or batch (its run has the same id); `status` as
    HTTP counts; `problem`: the error's slug and sentence (and place) when it was refused; `erased`: since when its body is gone."""

    partner: str
    outcome: str
    status: int
    document: str | None
    revision: int | None
    problem: dict[str, Any] | None
    erased: datetime | None


def issue(services: Services, actor: Actor, body: bytes, *, partner_id: str, face: str, name: str, media_type: str) -> Receipt:
    """A receipt for these bytes. Nothing is stored yet."""
    return issue_for(services, actor, digest(body), len(body), partner_id=partner_id, face=face, name=name, media_type=media_type)


def issue_for(
    services: Services, actor: Actor, digest: str, size: int, *, partner_id: str, face: str, name: str, media_type: str
) -> Receipt:
    """As `issue`, for bytes that are not in memory."""
    return Receipt(
        id=services.clock.new_id(), digest=digest, size=size, received=services.clock.now(), partner_id=partner_id,
        actor=actor.label, face=face, name=name[:500], media_type=media_type[:255],
    )  # fmt: skip


def write(
    store: Store, receipt: Receipt, outcome: str, status: int, document_id: str | None = None, revision: int | None = None,
    problem: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """The receipt's row, in the outcome's transaction."""
    insert(store, "receipt", {
        "id": receipt.id, "partner_id": receipt.partner_id, "actor": receipt.actor, "face": receipt.face, "name": receipt.name,
        "digest": receipt.digest, "size": receipt.size, "media_type": receipt.media_type, "received": receipt.received,
        "outcome": outcome, "status": status, "document_id": document_id, "revision": revision,
        "problem": json.dumps(problem, ensure_ascii=False) if problem is not None else None,
    })  # fmt: skip


def refusal_status(error: Error) -> int:
    """The HTTP status that a refused body is answered with."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 422)


_STATUS: dict[type[Error], int] = {
    NotWellFormed: 400, DoctypeRefused: 400, BadRequest: 400, TooLarge: 413, UnsupportedMediaType: 415, Conflict: 409, Gone: 410,
    PreconditionFailed: 412,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """Bytes that cannot become a document, and the error that says why; `kept`: they are within the size limit."""

    receipt: Receipt
    body: bytes
    error: Error
    kept: bool

    def write(self, store: Store) -> None:
        """Keep the bytes and the receipt. A body over the size limit is not kept; its receipt still has size and digest."""
        problem = {"slug": self.error.slug, "message": self.error.message}
        problem |= {name: self.error.extra[name] for name in ("line", "column") if self.error.extra.get(name) is not None}
        if self.kept:
            contents.put(store, self.body, self.receipt.digest, self.receipt.received)
        write(store, self.receipt, "refused", refusal_status(self.error), problem=problem)
        reasons.keep(store, reasons.of_error(self.receipt.id, self.receipt.partner_id, self.receipt.received, self.error))


def refused(services: Services, receipt: Receipt, body: bytes, error: Error) -> Refused:
    """The refusal of these bytes; adds `receipt` (its id) to the error's problem members."""
    error.extra["receipt"] = receipt.id
    return Refused(receipt, body, error, len(body) <= services.limits.bytes)


def _entries(store: Store, condition: Any, limit: int) -> list[Entry]:
    row = model.Receipt
    columns = (row.id, row.digest, row.size, row.received, row.partner_id, row.actor, row.face, row.name, row.media_type,
               model.Partner.name, row.outcome, row.status, row.document_id, row.revision, row.problem, row.erased)
    found = store.using(row, LeftJoin(model.Partner, model.Partner.id == row.partner_id)).find(columns, condition)
    names = ("id", "digest", "size", "received", "partner_id", "actor", "face", "name", "media_type", "partner", "outcome", "status",
             "document", "revision", "problem", "erased")
    made = []
    for values in found.order_by(Desc(row.received), Desc(row.id))[:limit]:
        fields: dict[str, Any] = dict(zip(names, values, strict=True))
        fields["problem"] = json.loads(fields["problem"]) if fields["problem"] else None
        made.append(Entry(**fields))
    return made


def _visible(actor: Actor) -> Any:
    partner_id = scope_of(actor)
    return True if partner_id is None else model.Receipt.partner_id == partner_id


def get(services: Services, actor: Actor, receipt_id: str) -> Entry:
    """One receipt. Raises NotFound, also for another partner's."""
    require(actor, "read")
    found = services.sessions.read(lambda store: _entries(store, And(model.Receipt.id == receipt_id, _visible(actor)), 1))
    if not found:
        raise NotFound(f"There is no receipt {receipt_id!r}.")
    return found[0]


def find(
    services: Services, actor: Actor, *, name: str | None = None, digest: str | None = None, document: str | None = None,
    outcome: str | None = None, partner: str | None = None, before: tuple[datetime, str] | None = None, limit: int = PAGE,
) -> list[Entry]:  # fmt: skip
    """Receipts, the newest first, by what they were for. `before`: (received, id) of the last one of the page before."""
    require(actor, "read")
    row = model.Receipt
    conditions = [_visible(actor)]
    for column, value in ((row.name, name), (row.digest, digest), (row.document_id, document), (row.outcome, outcome),
                          (model.Partner.name, partner)):  # fmt: skip
        if value is not None:
            conditions.append(column == value)
    if before is not None:
        conditions.append(Or(row.received < before[0], And(row.received == before[0], row.id < before[1])))
    most = min(limit, PAGE + 1)  # one more tells whether there are more
    return services.sessions.read(lambda store: _entries(store, And(*conditions), most))


def body(services: Services, actor: Actor, receipt_id: str) -> bytes:
    """The bytes that were sent. Raises NotFound; Gone where they were erased."""
    entry = _whole(services, actor, receipt_id)
    return services.sessions.read(lambda store: contents.get(store, entry.digest))


def archive(services: Services, actor: Actor, receipt_id: str) -> Iterator[bytes]:
    """The bytes of a batch (`outcome` "batch"), piece by piece. Raises NotFound, and Gone where they were erased, before the first."""
    return parts.parts(services, receipt_id, _whole(services, actor, receipt_id).digest)


def _whole(services: Services, actor: Actor, receipt_id: str) -> Entry:
    """The receipt, whose bytes were not erased. Raises NotFound, Gone."""
    entry = get(services, actor, receipt_id)
    if entry.erased is not None:
        raise Gone(f"What was sent under this receipt was erased on {entry.erased:%Y-%m-%d}.", erased=entry.erased.isoformat())
    return entry
