"""A document and its revisions, read. A document of another partner does not exist for a partner's actor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from storm.expr import And, Desc
from storm.store import Store

from ..errors import BadRequest, Gone, NotFound
from ..schema.registry import Schema
from ..storage import contents, model, publications
from ..validation.report import Report
from ..xml import parser
from . import verdicts
from .access import OPERATOR, Actor, require, scope_of
from .services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document's present state. `current` and `published` are revision numbers; `root` the root element's Clark name."""

    id: str
    partner_id: str
    partner: str
    vocabulary: str
    identity_kind: str
    identity: str
    title: str
    state: str
    valid: bool
    violations: int
    root: str
    current: int
    published: int | None
    created: datetime
    modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One immutable state. `schema` is the digest of the schema that `valid` was decided by, `version` that schema's name, `chosen` why it
    was that one (named, location or active)."""

    number: int
    digest: str
    size: int
    schema: str
    version: str
    chosen: str
    kind: str
    valid: bool
    violations: int
    actor: str
    reason: str
    receipt_id: str | None
    run_id: str | None
    created: datetime


_DOCUMENT = tuple(name for name in Document.__slots__ if name != "partner")
_REVISION = tuple(name for name in Revision.__slots__ if name != "size")


def _document(store: Store, actor: Actor, document_id: str) -> Document:
    columns = tuple(getattr(model.Document, name) for name in _DOCUMENT)
    conditions: list[Any] = [model.Document.id == document_id, model.Partner.id == model.Document.partner_id]
    if (partner_id := scope_of(actor)) is not None:
        conditions.append(model.Document.partner_id == partner_id)
    row = store.find((*columns, model.Partner.name), *conditions).one()
    if row is None:
        raise _erased(store, actor, document_id) or NotFound(f"There is no document {document_id!r}.")
    fields = dict(zip((*_DOCUMENT, "partner"), row, strict=True))
    return Document(**fields)


def _erased(store: Store, actor: Actor, document_id: str) -> Gone | None:
    """The error for a document that was there for this actor, and has been erased."""
    stone = store.get(model.Tombstone, document_id)
    if stone is None or scope_of(actor) not in (None, stone.partner_id):
        return None
    return Gone(f"This document was erased on {stone.erased:%Y-%m-%d}.", erased=stone.erased.isoformat())


def _revision(store: Store, document: Document, number: int) -> Revision:
    found = _listed(store, And(model.Revision.document_id == document.id, model.Revision.number == number), 1)
    if not found:
        if 0 < number < document.current:
            raise Gone(f"Revision {number} of this document was erased: it was older than is kept.", document=document.id)
        raise NotFound(f"The document has no revision {number}; it has 1 to {document.current}.")
    return found[0]


def _listed(store: Store, condition: Any, limit: int | None) -> list[Revision]:
    columns = tuple(getattr(model.Revision, name) for name in _REVISION)
    rows = store.find((*columns, model.Content.size), condition, model.Content.digest == model.Revision.digest)
    rows = rows.order_by(Desc(model.Revision.number))
    names = (*_REVISION, "size")
    return [Revision(**dict(zip(names, row, strict=True))) for row in (rows if limit is None else rows[:limit])]


def get(services: Services, actor: Actor, document_id: str) -> Document:
    """The document. Raises NotFound, Forbidden."""
    require(actor, "read")
    return services.sessions.read(lambda store: _document(store, actor, document_id))


def listed(services: Services, actor: Actor, document_id: str, before: int | None = None, limit: int | None = None) -> list[Revision]:
    """The document's revisions, the newest first; `before`: only those with a smaller number. Raises NotFound."""
    require(actor, "read")

    def unit(store: Store) -> list[Revision]:
        document = _document(store, actor, document_id)
        condition = model.Revision.document_id == document.id
        return _listed(store, condition if before is None else And(condition, model.Revision.number < before), limit)

    return services.sessions.read(unit)


def read(services: Services, actor: Actor, document_id: str, number: int | None = None) -> tuple[Document, Revision, bytes]:
    """The document, a revision (default: the current one) and its very bytes. Raises NotFound; Gone for a partner who asks for the current
    one of a document that was withdrawn (its revisions can be read by their numbers)."""
    require(actor, "read")

    def unit(store: Store) -> tuple[Document, Revision, bytes]:
        document = _document(store, actor, document_id)
        if number is None and document.state == "withdrawn" and actor.kind == "partner":
            raise Gone("This document was withdrawn; its revisions can still be read.", document=document.id, revisions=document.current)
        revision = _revision(store, document, document.current if number is None else number)
        return document, revision, contents.get(store, revision.digest)

    return services.sessions.read(unit)


def as_of(services: Services, actor: Actor, document_id: str, instant: datetime) -> tuple[Document, Revision, bytes]:
    """The document, and the revision that was published at the instant with its very bytes. Raises NotFound where none was, Gone where
    that revision has been erased since."""
    require(actor, "read")

    def unit(store: Store) -> tuple[Document, Revision, bytes]:
        document = _document(store, actor, document_id)
        number = publications.at(store, document.id, instant)
        if number is None:
            raise NotFound(f"Nothing of this document was published at {instant.isoformat()}.", document=document.id)
        revision = _revision(store, document, number)
        return document, revision, contents.get(store, revision.digest)

    return services.sessions.read(unit)


def instant(text: str) -> datetime:
    """The moment that a date (its last microsecond, UTC) or a date and time (UTC unless it says otherwise) means. Raises BadRequest."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # in an address, + is a space
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest(f"at={text!r} is no moment: write 2024-05-03 or 2024-05-03T12:00:00Z.") from None


def published(services: Services, document_id: str) -> tuple[Document, Revision, bytes]:
    """What the public sees of a document: its published revision. Raises NotFound; Gone where it was withdrawn."""
    def unit(store: Store) -> tuple[Document, Revision, bytes]:
        document = _document(store, OPERATOR, document_id)
        if document.published is None:
            if document.state == "withdrawn":
                raise Gone("This document was withdrawn.")
            raise NotFound(f"There is no document {document_id!r}.")
        revision = _revision(store, document, document.published)
        return document, revision, contents.get(store, revision.digest)

    return services.sessions.read(unit)


def schema_of(services: Services, revision: Revision) -> Schema:
    """The schema that the revision was checked against. Raises UnknownVocabulary if it is no longer registered."""
    return services.registry.by_digest(revision.schema)


def verdict(services: Services, actor: Actor, document_id: str, number: int | None = None) -> Report:
    """Every violation of a revision (default: the current one), against the schema that it was checked against. Raises NotFound."""
    _, revision, data = read(services, actor, document_id, number)
    schema, reason = schema_of(services, revision), "recorded with the revision"
    found = verdicts.known(services, revision.digest, verdicts.name_of(schema, reason))
    return found or verdicts.of(services, schema, reason, revision.digest, data, parser.parse(data, services.limits))
