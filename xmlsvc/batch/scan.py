"""Which documents a run looks at: the current revisions of a selection, page by page, those that need no look counted by the database.

    count(services, chosen)                       how many there are
    pages(services, chosen, measures, after, …)   pages in the order of the documents' ids: how many documents, and which contents have
                                                  no verdict
    subjects(services, page, spoken)              those of a page's documents about which there is something to say

A page is one query by an index: documents that were valid and have a verdict that says so again never leave the database. While little is
known pages are small, one task's worth; where nearly all is known they grow. Contents go by their numbers, in whose order their verdicts
lie on the disk: nearly that of the documents.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from storm.expr import SQL, And, Join, LeftJoin, Or, Select
from storm.store import Store

from ..documents import search
from ..documents.access import Actor
from ..documents.services import Services
from ..storage import model
from .measures import Measure, Measures

CHUNK = 1000  # documents of one task and one commit
SPAN = 20_000  # documents of a page at most, where nearly all of them are known to be valid


Key = tuple[int, str]
"""What a verdict is on: the number of a content, the digest of the schema that it is judged by."""


class Subject(NamedTuple):
    """A document's current revision, and what it is judged by. `known`: whether a stored verdict says "valid", None: there is none."""

    document: str
    partner_id: str
    partner: str
    identity: str
    number: int
    content: str
    key: Key
    was: str
    was_valid: bool
    known: bool | None


class _Row(NamedTuple):
    """A document as the database tells it. `chosen`: why `was` judged it."""

    document: str
    partner_id: str
    identity: str
    vocabulary: str
    root: str
    number: int
    content: str
    content_number: int
    was: str
    chosen: str
    was_valid: int
    known: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """`total` documents up to the id `last`. `unknown`: numbers of the contents that have no verdict, by the digests of the schemas that
    are to judge them; `rows`: (that digest, row) of the documents that were invalid, are now, or have no verdict."""

    total: int
    unknown: dict[str, list[int]]
    rows: list[tuple[str, _Row]]
    last: str


def chosen(services: Services, actor: Actor, vocabulary: str | None, query: str | None) -> list[Any]:
    """The conditions of a selection: a vocabulary's documents, those that a query of the search box finds. Raises BadRequest."""
    row = model.Document
    conditions: list[Any] = []
    if vocabulary is not None:
        conditions.append(row.vocabulary == vocabulary)
    if query:
        conditions += search.selection(services, actor, search.Query(text=query, vocabulary=vocabulary))
    return conditions


def count(services: Services, conditions: list[Any]) -> int:
    """How many documents are selected."""
    found: int = services.sessions.read(lambda store: store.find(model.Document, *conditions).count())
    return found


def pages(
    services: Services, conditions: list[Any], measures: Measures, after: str, chunk: int = CHUNK, again: bool = False
) -> Iterator[Page]:
    """The selection's pages beyond the document `after`. Each is read in a unit of its own: no long snapshot, no growing memory.
    `again`: no stored verdict counts."""
    span = chunk
    judging = _Judging(services, measures)
    while True:
        unit = partial(_page, conditions=conditions, judging=judging, after=after, span=span, chunk=chunk, again=again)
        page = services.sessions.read(unit)
        if page is None:
            return
        yield page
        after = page.last
        span = min(span * 4, SPAN) if len(page.rows) * 4 < page.total else chunk


def subjects(services: Services, page: Page, spoken: Container[Key]) -> list[Subject]:
    """Those of a page's documents that were invalid or have a verdict that calls them so, and those whose new verdict is among `spoken`."""
    found = [
        (schema, row) for schema, row in page.rows
        if not row.was_valid or row.known is not None or (row.content_number, schema) in spoken
    ]  # fmt: skip
    wanted = model.Partner.id.is_in({row.partner_id for _, row in found})
    names = dict(services.sessions.read(lambda store: list(store.find((model.Partner.id, model.Partner.name), wanted)))) if found else {}
    return [
        Subject(document=row.document, partner_id=row.partner_id, partner=names[row.partner_id], identity=row.identity, number=row.number,
                content=row.content, key=(row.content_number, schema), was=row.was, was_valid=bool(row.was_valid),
                known=None if row.known is None else bool(row.known))
        for schema, row in found
    ]  # fmt: skip


class _Judging:
    """Which schema judges a document, as the database can tell: the target, or what a delivery of today would be judged by: the schema that
    named it, or the active one where it knows the root."""

    def __init__(self, services: Services, measures: Measures) -> None:
        self.measures, registry = measures, services.registry
        target = measures.target
        self.fixed: Measure | None = measures.of(target.digest) if target is not None else None
        self.today: dict[tuple[str, str], str] = {}
        self.by_schema: dict[str, Measure] = {}
        self._judges: dict[tuple[str, ...], str] = {}
        if self.fixed is None:
            names = [measures.vocabulary] if measures.vocabulary else registry.names()
            for name in names:
                for schema in registry.versions(name):
                    self.by_schema[schema.digest] = measures.of(schema.digest)
                    if schema.active:
                        self.today |= {(name, root): schema.digest for root in schema.roots}

    def of(self, vocabulary: str, root: str, was: str, chosen: str) -> str:
        """The digest of the schema that judges such a document."""
        asked = vocabulary, root, was, chosen
        found = self._judges.get(asked)
        if found is None:
            digest = self.today.get((vocabulary, root), was) if chosen == "active" else was
            measure = self.fixed or self.by_schema.get(digest) or self.measures.of(digest)
            found = self._judges[asked] = measure.schema.digest
        return found

    def known(self) -> Any:
        """The condition that joins a revision with its verdict."""
        verdict, revision, row = model.Verdict, model.Revision, model.Document
        same = verdict.content_number == revision.content_number
        if self.fixed is not None:
            return And(same, verdict.schema == self.fixed.key, verdict.engine == self.fixed.engine)
        ways = []
        active = set(self.today.values())
        for digest, measure in self.by_schema.items():
            mine: list[Any] = [And(revision.schema == digest, revision.chosen != "active")]
            if digest in active:
                roots: dict[str, list[str]] = {}
                for (name, root), each in self.today.items():
                    if each == digest:
                        roots.setdefault(name, []).append(root)
                mine += [And(revision.chosen == "active", row.vocabulary == name, row.root.is_in(of)) for name, of in roots.items()]
            ways.append(And(verdict.schema == measure.key, verdict.engine == measure.engine, Or(*mine)))
        return And(same, Or(*ways)) if ways else SQL("0 = 1")


def _page(store: Store, conditions: list[Any], judging: _Judging, after: str, span: int, chunk: int, again: bool) -> Page | None:
    row, revision, verdict = model.Document, model.Revision, model.Verdict
    ahead = And(row.id > after, *conditions)
    bound = store.execute(Select(row.id, ahead, order_by=row.id, limit=1, offset=span - 1)).get_one()
    here = [ahead, row.id <= bound[0]] if bound else [ahead]
    columns = (row.id, row.partner_id, row.identity, row.vocabulary, row.root, revision.number, revision.digest, revision.content_number,
               revision.schema, revision.chosen, revision.valid, SQL("NULL") if again else verdict.valid)
    tables: list[Any] = [row, Join(revision, And(revision.document_id == row.id, revision.number == row.current))]
    tables += [] if again else [LeftJoin(verdict, judging.known())]
    plainly = [] if again else [Or(verdict.valid == None, verdict.valid == False, revision.valid == False)]  # noqa: E711, E712 - SQL's
    found = store.execute(Select(columns, And(*here, *plainly), tables=tables, order_by=row.id, limit=chunk)).get_all()
    rows = [_Row._make(each) for each in found]
    last = rows[-1].document if len(rows) == chunk else bound[0] if bound else None
    total = span if bound and last == bound[0] else store.find(row, *here, *([row.id <= last] if last else [])).count()
    if total == 0:
        return None
    judged = [(judging.of(each.vocabulary, each.root, each.was, each.chosen), each) for each in rows]
    unknown: dict[str, dict[int, None]] = {}
    for schema, each in judged:
        if each.known is None:
            unknown.setdefault(schema, {})[each.content_number] = None
    return Page(total, {schema: list(numbers) for schema, numbers in unknown.items()}, judged, last or "~")
