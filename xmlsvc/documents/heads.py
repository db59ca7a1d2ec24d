"""A document's two heads in the database: which revision is current, which is published, and what follows from either.

    prepare(services, schema, reason, data, tree)        everything about a content that does not depend on the stored state
    again(services, revision, data)                      the same of a stored revision
    locked(store, document_id) -> State                  the document as it is, locked until the unit ends
    add(store, document_id, number, prepared, entry)     one more revision
    show(store, before, after, at, current, published)   counters, history, rows and search entries of both heads; the document's row
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from storm.store import Store

from ..clock import Clock
from ..codegen.tables import TablePlan
from ..errors import NotFound
from ..schema.registry import Schema
from ..storage import contents, counters, model, projection, publications, search
from ..storage.backends import dialect
from ..storage.insert import Value, insert
from ..validation.report import Report
from ..xml import parser
from ..xml.canonical import digest
from . import outbox, revisions, verdicts
from .services import Services


@dataclass(frozen=True, slots=True)
class State:
    """A document in the database: its heads, and its current revision's content, schema and kind."""

    id: str
    state: str
    current: int
    published: int | None
    digest: str
    schema: str
    valid: bool
    kind: str
    partner_id: str
    vocabulary: str

    @property
    def counted(self) -> counters.Kind:
        """What the document is counted under."""
        return counters.Kind(self.partner_id, self.vocabulary, self.state, bool(self.valid))


COLUMNS = (
    "SELECT d.id, d.state, d.current, d.published, r.digest, r.schema, d.valid, r.kind, d.partner_id, d.vocabulary FROM document d "
    "JOIN revision r ON r.document_id = d.id AND r.number = d.current WHERE "
)
"""The beginning of a query for a State."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A content, worked out as far as it can be without the stored state."""

    packed: contents.Packed
    schema: Schema
    report: Report
    packed_report: bytes
    root: str
    plan: TablePlan
    rows: projection.Rows

    @property
    def digest(self) -> str:
        return self.packed.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How a revision came to be. `kind`: delivery, edit, draft, restore, fix, merge …"""

    id: str
    kind: str
    actor: str
    reason: str
    at: datetime
    receipt_id: str | None = None
    run_id: str | None = None


def prepare(services: Services, schema: Schema, reason: str, data: bytes, tree: etree._ElementTree) -> Prepared:
    """`tree`: the parsed `data`; `reason`: why it is this schema, as `Registry.for_root` says."""
    name = digest(data)
    projection.ready(services.sessions, schema)
    return assembled(schema, data, name, tree, verdicts.of(services, schema, reason, name, data, tree))


def again(services: Services, revision: revisions.Revision, data: bytes) -> Prepared:
    """A stored revision and its very bytes, worked out again by its own schema. Raises UnknownVocabulary where that is gone."""
    schema = revisions.schema_of(services, revision)
    return prepare(services, schema, "recorded with the revision", data, parser.parse(data, services.limits))


def assembled(schema: Schema, data: bytes, name: str, tree: etree._ElementTree, report: Report) -> Prepared:
    """The same with a verdict that is known; `name`: the data's digest."""
    return Prepared(
        packed=contents.pack(data, name), schema=schema, report=report, packed_report=verdicts.pack(report),
        root=tree.getroot().tag[:255], plan=projection.plan_of(schema), rows=projection.rows(schema, tree),
    )  # fmt: skip


def entry(clock: Clock, kind: str, actor: str, reason: str, run_id: str | None = None) -> Entry:
    """Made outside the unit, so that a unit that runs twice writes the same."""
    return Entry(id=clock.new_id(), kind=kind, actor=actor, reason=reason, at=clock.now(), run_id=run_id)


def found(store: Store, condition: str, values: tuple[str, ...]) -> State | None:
    """The document that fits, locked against other writers until the unit ends."""
    lock = " FOR UPDATE" if dialect(store) == "mysql" else ""
    row = store.execute(COLUMNS + condition + lock, values).get_one()
    return None if row is None else State(*row)


def locked(store: Store, document_id: str) -> State:
    """The document of this id, locked against other writers until the unit ends. Raises NotFound."""
    state = found(store, "d.id = ?", (document_id,))
    if state is None:
        raise NotFound(f"There is no document {document_id!r}.")
    return state


def add(store: Store, document_id: str, number: int, prepared: Prepared, made: Entry) -> None:
    """One more revision with its content and verdict. The heads stay as they are."""
    contents.keep(store, prepared.packed, made.at)
    verdicts.put(store, prepared.digest, prepared.report, prepared.packed_report, made.at)
    insert(store, "revision", {
        "id": made.id, "document_id": document_id, "number": number, "digest": prepared.digest,
        "content_number": prepared.digest, "schema": prepared.schema.digest,
        "version": prepared.schema.name, "chosen": chosen(prepared.report), "kind": made.kind, "valid": prepared.report.valid,
        "violations": len(prepared.report.violations), "actor": made.actor, "reason": made.reason, "receipt_id": made.receipt_id,
        "run_id": made.run_id, "created": made.at,
    })  # fmt: skip


def chosen(report: Report) -> str:
    """Why it is this schema, as a word: a later run chooses again the same way."""
    reason = report.schema.reason if report.schema else ""
    return {"named by the caller": "named", "schemaLocation": "location"}.get(reason, "active")


def columns(after: State, at: datetime, current: Prepared) -> dict[str, Value]:
    """The columns of the document's row that follow its heads."""
    return {
        "title": current.rows.title, "state": after.state, "valid": current.report.valid, "violations": len(current.report.violations),
        "root": current.root, "current": after.current, "published": after.published, "modified": at,
    }  # fmt: skip


def show(
    store: Store, before: State | None, after: State, at: datetime, current: Prepared, published: Prepared | None = None
) -> None:  # fmt: skip
    """Make `after` the state of a document that was `before` (None: it is new, its row was written with `columns`). `current`: what the
    current revision holds; `published`: what the published one does, needed where that is another than before and not the current one."""
    was = before.published if before else None
    if before is not None:
        store.find(model.Document, model.Document.id == after.id).set(**columns(after, at, current))
    counters.moved(store, before.counted if before else None, after.counted)
    publications.note(store, after.id, was, after.published, at)
    outbox.document(store, after.id, after.partner_id, was, at)
    head = model.BOTH if after.published == after.current else model.CURRENT
    _project(store, after.id, head, current, new=before is None)
    if head == model.BOTH or after.published == was:
        return
    if after.published is None:
        projection.remove(store, after.vocabulary, after.id, model.PUBLISHED)
        search.remove(store, after.id, model.PUBLISHED)
    else:
        assert published is not None
        _project(store, after.id, model.PUBLISHED, published, new=False)


def _project(store: Store, document_id: str, head: int, prepared: Prepared, *, new: bool) -> None:
    projection.write(store, prepared.plan, document_id, head, prepared.rows, new=new)
    search.write(store, document_id, head, prepared.rows.title, prepared.rows.text, new=new)
