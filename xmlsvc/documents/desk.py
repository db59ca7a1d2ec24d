"""What needs somebody: documents in quarantine, by cause, and how each partner's deliveries fare.

All of it is bounded: the newest documents and the latest deliveries are looked at, however many there are.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from storm.expr import And, Desc, Select
from storm.store import Store

from ..storage import model
from ..validation.report import SchemaName, Violation
from . import verdicts
from .access import Actor, require, scope_of
from .services import Services

WAITING = "quarantined"
MOST_COUNTED = 10_000
NEWEST = 200
DELIVERIES = 100
SHOWN = 20
AGES = (("Since today", 1), ("This week", 7), ("This month", 31), ("Longer", 1_000_000))
ACCEPTED = frozenset({"new", "revised", "unchanged"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """One document in quarantine. `title`: its identity where it has none. `first`: what its report begins with, None where no verdict is
    kept any more."""

    id: str
    title: str
    identity: str
    partner: str
    version: str
    violations: int
    modified: datetime
    first: Violation | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Documents whose reports begin with the same kind of violation, the newest first."""

    documents: tuple[Waiting, ...]

    @property
    def example(self) -> Waiting:
        return self.documents[0]

    @property
    def partners(self) -> tuple[str, ...]:
        return tuple(sorted({document.partner for document in self.documents}))

    @property
    def since(self) -> datetime:
        return min(document.modified for document in self.documents)


@dataclass(frozen=True, slots=True)
class Deliverer:
    """A partner's latest deliveries (at most DELIVERIES): how many, how many were accepted, when the last one came."""

    name: str
    title: str
    deliveries: int
    accepted: int
    last: datetime | None


def waiting(services: Services, actor: Actor) -> int:
    """How many documents are in quarantine; MOST_COUNTED where there are more."""
    require(actor, "read")
    partner_id = scope_of(actor)
    mine, values = ("", (WAITING,)) if partner_id is None else (" AND partner_id = ?", (WAITING, partner_id))
    sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM document WHERE state = ?{mine} LIMIT {MOST_COUNTED}) hits"
    found = services.sessions.read(lambda store: store.execute(sql, values).get_one())
    return int(found[0]) if found else 0


def _visible(actor: Actor) -> And:
    conditions = [model.Document.state == WAITING]
    if (partner_id := scope_of(actor)) is not None:
        conditions.append(model.Document.partner_id == partner_id)
    return And(*conditions)


def attention(services: Services, actor: Actor) -> list[Waiting]:
    """The newest documents in quarantine, at most NEWEST, each with what its report begins with."""
    require(actor, "read")
    document, revision = model.Document, model.Revision
    columns = (
        document.id,
        document.title,
        document.identity,
        model.Partner.name,
        revision.version,
        document.violations,
        document.modified,
        revision.digest,
        revision.schema,
        document.vocabulary,
    )
    condition = And(
        _visible(actor), model.Partner.id == document.partner_id, revision.document_id == document.id, revision.number == document.current
    )

    def unit(store: Store) -> list[Waiting]:
        rows = list(store.find(columns, condition).order_by(Desc(document.modified), Desc(document.id))[:NEWEST])
        found = []
        for id, title, identity, partner, version, count, modified, digest, schema, vocabulary in rows:
            first = _first(store, digest, SchemaName(vocabulary=vocabulary, version=None, digest=schema))
            found.append(Waiting(id, title or identity, identity, partner, version, count, modified, first))
        return found

    return services.sessions.read(unit)


def _first(store: Store, content: str, schema: SchemaName) -> Violation | None:
    """What the latest verdict on a content begins with, whichever version of the engines gave it."""
    row = model.Verdict
    condition = And(model.Content.digest == content, row.content_number == model.Content.number, row.schema == schema.digest)
    found = store.execute(Select((row.valid, row.report), condition, order_by=Desc(row.checked), limit=1)).get_one()
    report = verdicts.unpack(bool(found[0]), bytes(found[1]), schema) if found is not None else None
    return report.violations[0] if report is not None and report.violations else None


def by_cause(documents: list[Waiting]) -> list[Cause]:
    """Documents grouped by `cause_of` their first violation; the largest group first, the newest first among equals."""
    groups: dict[tuple[str, ...], list[Waiting]] = {}
    for document in documents:
        groups.setdefault(cause_of(document), []).append(document)
    return sorted((Cause(tuple(group)) for group in groups.values()), key=lambda cause: -len(cause.documents))


def by_partner(documents: list[Waiting]) -> list[tuple[str, list[Cause]]]:
    """(partner, its documents by cause): the partner with most documents first."""
    groups: dict[str, list[Waiting]] = {}
    for document in documents:
        groups.setdefault(document.partner, []).append(document)
    return [(name, by_cause(group)) for name, group in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))]


def by_age(documents: list[Waiting], now: datetime) -> list[tuple[str, list[Cause]]]:
    """(how long they wait, the documents by cause): the newest first."""
    found = []
    for index, (word, days) in enumerate(AGES):
        least = AGES[index - 1][1] if index else -1_000_000
        group = [each for each in documents if least <= (now - each.modified).days < days]
        if group:
            found.append((word, by_cause(group)))
    return found


def in_state(services: Services, actor: Actor, state: str) -> list[Waiting]:
    """The documents in a state (draft, review) that changed last, at most SHOWN."""
    require(actor, "read")
    row = model.Document
    conditions = [row.state == state, model.Partner.id == row.partner_id]
    if (partner_id := scope_of(actor)) is not None:
        conditions.append(row.partner_id == partner_id)
    columns = (row.id, row.title, row.identity, model.Partner.name, row.vocabulary, row.violations, row.modified)

    def unit(store: Store) -> list[Waiting]:
        rows = store.find(columns, And(*conditions)).order_by(Desc(row.modified), Desc(row.id))[:SHOWN]
        return [Waiting(id, title or identity, identity, partner, vocabulary, count, modified, None)
                for id, title, identity, partner, vocabulary, count, modified in rows]

    return services.sessions.read(unit)


def cause_of(document: Waiting) -> tuple[str, ...]:
    """What two documents must share to have the same cause: schema, code, component and path (without counts), attribute."""
    first = document.first
    if first is None:
        return (document.version,)
    return (document.version, first.code, first.component or "", re.sub(r"\[\d+\]", "", first.path), first.attribute or "")


def deliverers(services: Services) -> list[Deliverer]:
    """Every partner with its latest deliveries, by title."""

    def unit(store: Store) -> list[Deliverer]:
        found = []
        partners = list(store.find((model.Partner.id, model.Partner.name, model.Partner.title)).order_by(model.Partner.title))
        for partner_id, name, title in partners:
            latest = store.find((model.Receipt.outcome, model.Receipt.received), model.Receipt.partner_id == partner_id)
            rows = list(latest.order_by(Desc(model.Receipt.received))[:DELIVERIES])
            outcomes = Counter(outcome for outcome, _ in rows)
            accepted = sum(outcomes[outcome] for outcome in ACCEPTED)
            found.append(Deliverer(name, title, len(rows), accepted, rows[0][1] if rows else None))
        return found

    return services.sessions.read(unit)


@dataclass(frozen=True, slots=True)
class Refused:
    """A published document whose output in a format did not pass that format's gate, or could not be made. `shown`: an earlier good output
    still is."""

    document: str
    title: str
    format: str
    problem: str
    shown: bool
    since: datetime


def refused(services: Services, actor: Actor, most: int = NEWEST) -> list[Refused]:
    """The newest of them. Raises Forbidden."""
    require(actor, "read")
    output, document = model.PublicOutput, model.Document
    conditions = [output.problem != None, document.id == output.document_id, document.published != None]  # noqa: E711
    if (partner_id := scope_of(actor)) is not None:
        conditions.append(document.partner_id == partner_id)
    columns = (document.id, document.title, document.identity, output.format, output.problem, output.output, output.stamp)

    def unit(store: Store) -> list[Refused]:
        rows = store.find(columns, And(*conditions)).order_by(Desc(output.stamp), document.id)[:most]
        return [Refused(id, title or identity, format, problem, shown is not None, at) for id, title, identity, format, problem, shown, at
                in rows]  # fmt: skip

    return services.sessions.read(unit)
