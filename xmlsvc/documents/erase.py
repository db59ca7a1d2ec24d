"""Erasing for good, an operator's command: a partner's data, or what is older than it need be kept.

    partner   its tokens end ─► documents, a few a transaction ─► receipts' bodies ─► records of runs ─► whatever else is its own
    outdated  revisions that were replaced before an instant, and bodies that nothing else refers to

Each transaction leaves everything whole, so that a broken-off erasure is gone on with by the same command. An audit row says that it began,
another what went. Receipts stay as proof of what was sent and when; of a document a tombstone stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial as bound
from itertools import pairwise
from typing import Any

from storm.expr import And
from storm.store import Store

from ..counts import plural
from ..storage import erasure, model, publications
from ..storage.erasure import Freed
from ..storage.insert import plain
from ..storage.sessions import locked
from . import accounts, audit, corrections
from .access import Actor, require
from .services import Services

_BATCH = 20  # documents of one transaction
_RECEIPTS = 200
Done = Callable[[int], None]
"""Told how many more documents or receipts are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much there is: documents, revisions, receipts; `contents`: those that went with their `size` in bytes (0 before it is done)."""

    documents: int = 0
    revisions: int = 0
    receipts: int = 0
    contents: int = 0
    size: int = 0

    def __str__(self) -> str:
        freed = f", {plural(self.contents, 'content')} ({self.size:,} bytes)" if self.contents else ""
        return f"{plural(self.documents, 'document')}, {plural(self.revisions, 'revision')}, {plural(self.receipts, 'receipt')}{freed}"


def extent(services: Services, actor: Actor, name: str) -> Extent:
    """What erasing a partner would take. Raises Forbidden, NotFound."""
    require(actor, "administer")
    key = accounts.partner(services, name).id

    def unit(store: Store) -> Extent:
        def count(sql: str) -> int:
            row = store.execute(sql, (key,)).get_one()
            return int(row[0]) if row else 0

        return Extent(
            documents=count("SELECT COUNT(*) FROM document WHERE partner_id = ?"),
            revisions=count("SELECT COUNT(*) FROM revision r JOIN document d ON d.id = r.document_id WHERE d.partner_id = ?"),
            receipts=count("SELECT COUNT(*) FROM receipt WHERE partner_id = ? AND erased IS NULL"),
        )

    return services.sessions.read(unit)


def partner(services: Services, actor: Actor, name: str, done: Done = lambda _: None) -> Extent:
    """Erase all that a partner delivered; what went. Its tokens end first, so that nothing new arrives. Raises Forbidden, NotFound."""
    require(actor, "administer")
    key, now, write = accounts.partner(services, name).id, services.clock.now(), services.sessions.write
    begun = audit.entry(services.clock, actor, "partner.erase", f"partner:{name}", "begun")
    write(lambda store: _begin(store, key, now, begun))
    documents = revisions = receipts = 0
    freed = Freed()
    while ids := services.sessions.read(bound(_documents, partner_id=key)):
        for count, more in write(bound(_erase_documents, ids=ids, at=now)):
            documents, revisions, freed = documents + 1, revisions + count, freed + more
        done(len(ids))
    while ids := services.sessions.read(bound(_receipts, condition="partner_id = ?", values=(key,))):
        freed += write(bound(erasure.receipts, ids=ids, at=now, whole=True))
        receipts += len(ids)
        done(len(ids))
    for run in services.sessions.read(lambda store: list(store.find(model.Run.id))):
        write(bound(erasure.items, run_id=run, partner_id=key))
    freed += write(lambda store: erasure.belongings(store, key))
    went = Extent(documents=documents, revisions=revisions, receipts=receipts, contents=freed.contents, size=freed.size)
    ended = audit.entry(services.clock, actor, "partner.erase", f"partner:{name}", f"done: {went}")
    write(lambda store: audit.write(store, ended))
    return went


def _begin(store: Store, partner_id: str, now: datetime, entry: audit.Entry) -> None:
    token = model.Token
    store.find(token, And(token.partner_id == partner_id, token.revoked == None)).set(revoked=now)  # noqa: E711 - IS NULL
    audit.write(store, entry)


def _documents(store: Store, partner_id: str) -> list[str]:
    return [row[0] for row in store.execute("SELECT id FROM document WHERE partner_id = ? LIMIT ?", (partner_id, _BATCH)).get_all()]


def _erase_documents(store: Store, ids: Sequence[str], at: datetime) -> list[tuple[int, Freed]]:
    return [found for key in ids if (found := erasure.document(store, key, at)) is not None]


def _receipts(store: Store, condition: str, values: tuple[Any, ...]) -> list[str]:
    sql = f"SELECT id FROM receipt WHERE erased IS NULL AND {condition} LIMIT ?"
    return [row[0] for row in store.execute(sql, (*values, _RECEIPTS)).get_all()]


def outdated(
    services: Services, actor: Actor, before: datetime, name: str | None = None, done: Done = lambda _: None
) -> Extent:
    """Erase the revisions that another had replaced before the instant, and the bodies of receipts from before it that no document holds
    any more; what went. `name`: only this partner's. Raises Forbidden, NotFound.

    A document's heads stay, what was published at the instant or later, and the partner's last delivery, with which its next one is merged.
    """
    require(actor, "administer")
    key = accounts.partner(services, name).id if name is not None else None
    subject, now = f"partner:{name}" if name else "partner:*", services.clock.now()
    begun = audit.entry(services.clock, actor, "revision.erase", subject, f"before {before.isoformat()}: begun")
    services.sessions.write(lambda store: audit.write(store, begun))
    revisions = receipts = 0
    freed, after = Freed(), ""
    while ids := services.sessions.read(bound(_revised, partner_id=key, after=after)):
        for count, more in services.sessions.write(bound(_erase_outdated, ids=ids, before=before)):
            revisions, freed = revisions + count, freed + more
        done(len(ids))
        after = ids[-1]
    condition = "received < ? AND NOT EXISTS (SELECT 1 FROM revision WHERE revision.digest = receipt.digest)"
    values: tuple[Any, ...] = (plain(before),)
    if key is not None:
        condition, values = f"{condition} AND partner_id = ?", (*values, key)
    while ids := services.sessions.read(bound(_receipts, condition=condition, values=values)):
        freed += services.sessions.write(bound(erasure.receipts, ids=ids, at=now, whole=False))
        receipts += len(ids)
        done(len(ids))
    went = Extent(revisions=revisions, receipts=receipts, contents=freed.contents, size=freed.size)
    ended = audit.entry(services.clock, actor, "revision.erase", subject, f"before {before.isoformat()}: done: {went}")
    services.sessions.write(lambda store: audit.write(store, ended))
    return went


def _revised(store: Store, partner_id: str | None, after: str) -> list[str]:
    """The next documents with more than one revision."""
    more = "" if partner_id is None else "AND partner_id = ? "
    values = (after, *(() if partner_id is None else (partner_id,)), _BATCH)
    sql = f"SELECT id FROM document WHERE id > ? AND current > 1 {more}ORDER BY id LIMIT ?"
    return [row[0] for row in store.execute(sql, values).get_all()]


def _erase_outdated(store: Store, ids: Sequence[str], before: datetime) -> list[tuple[int, Freed]]:
    found = []
    for key in ids:
        document = locked(store, model.Document, model.Document.id == key)
        if document is None:
            continue
        columns = (model.Revision.number, model.Revision.created, model.Revision.kind)
        rows = list(store.find(columns, model.Revision.document_id == key).order_by(model.Revision.number))
        opened = store.find(model.WorkingCopy.base, model.WorkingCopy.document_id == key)
        needed = {document.current, document.published, *publications.since(store, key, before), *corrections.needed(store, key), *opened}
        if numbers := replaced(rows, needed, before):
            found.append((len(numbers), erasure.revisions(store, key, numbers)))
    return found


def replaced(revisions: Sequence[tuple[int, datetime, str]], needed: set[int | None], before: datetime) -> list[int]:
    """Of (number, created, kind) in order: the numbers whose successor came before the instant, without those that are needed and the
    last delivery."""
    deliveries = [number for number, _, kind in revisions if kind == "delivery"]
    keep = needed | set(deliveries[-1:])
    return [
        number for (number, _, _), (_, created, _) in pairwise(revisions) if created < before and number not in keep
    ]
