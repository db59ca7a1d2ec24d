"""A document and its revisions, read. A document of another partner does not exist for a partner's actor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from storm.expr import And, Desc
from storm.store import Store

from ..errors import BadRequest, Gone, NotFound
from ..schema.registry import Schema
from ..storage import contents, model, publications, stamps
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
_DOCUMENT_NAMES, _REVISION_NAMES = (*_DOCUMENT, "partner"), (*_REVISION, "size")
_OF_DOCUMENT = ", ".join((*(f"document.{name}" for name in _DOCUMENT), "partner.name"))
_OF_REVISION = ", ".join((*(f"revision.{name}" for name in _REVISION), "content.size"))
_FOUND = "FROM document JOIN partner ON partner.id = document.partner_id"
_KEPT = "JOIN content ON content.digest = revision.digest"


def _document(store: Store, actor: Actor, document_id: str) -> Document:
    """Text, not Storm's expressions: every page begins with it, and compiling costs ten times what the statement does."""
    where, values = _visible(actor, document_id)
    row = store.execute(f"SELECT {_OF_DOCUMENT} {_FOUND} WHERE {where}", values).get_one()
    if row is None:
        raise _erased(store, actor, document_id) or NotFound(f"There is no document {document_id!r}.")
    return _a_document(row)


def _visible(actor: Actor, document_id: str) -> tuple[str, tuple[str, ...]]:
    """The condition that a document is this one, and the actor's to see."""
    if (partner_id := scope_of(actor)) is not None:
        return "document.id = ? AND document.partner_id = ?", (document_id, partner_id)
    return "document.id = ?", (document_id,)


def _a_document(row: Sequence[Any]) -> Document:
    fields = dict(zip(_DOCUMENT_NAMES, row, strict=True))
    fields.update(valid=bool(fields["valid"]), created=stamps.read(fields["created"]), modified=stamps.read(fields["modified"]))
    return Document(**fields)


def _a_revision(row: Sequence[Any]) -> Revision:
    fields = dict(zip(_REVISION_NAMES, row, strict=True))
    fields.update(valid=bool(fields["valid"]), created=stamps.read(fields["created"]))
    return Revision(**fields)


def _erased(store: Store, actor: Actor, document_id: str) -> Gone | None:
    """The error for a document that was there for this actor, and has been erased."""
    stone = store.get(model.Tombstone, document_id)
    if stone is None or scope_of(actor) not in (None, stone.partner_id):
        return None
    return Gone(f"This document was erased on {stone.erased:%Y-%m-%d}.", erased=stone.erased.isoformat())


def _revision(store: Store, document: Document, number: int) -> Revision:
    sql = f"SELECT {_OF_REVISION} FROM revision {_KEPT} WHERE revision.document_id = ? AND revision.number = ?"
    row = store.execute(sql, (document.id, number)).get_one()
    if row is None:
        raise _missing(document, number)
    return _a_revision(row)


def _missing(document: Document, number: int) -> Gone | NotFound:
    if 0 < number < document.current:
        return Gone(f"Revision {number} of this document was erased: it was older than is kept.", document=document.id)
    return NotFound(f"The document has no revision {number}; it has 1 to {document.current}.")


def _listed(store: Store, condition: Any, limit: int | None) -> list[Revision]:
    columns = tuple(getattr(model.Revision, name) for name in _REVISION)
    rows = store.find((*columns, model.Content.size), condition, model.Content.digest == model.Revision.digest)
    rows = rows.order_by(Desc(model.Revision.number))
    return [Revision(**dict(zip(_REVISION_NAMES, row, strict=True))) for row in (rows if limit is None else rows[:limit])]


def get(services: Services, actor: Actor, document_id: str) -> Document:
    """The document. Raises NotFound, Forbidden."""
    require(actor, "read")
    return services.sessions.read(lambda store: _document(store, actor, document_id))


def revision(services: Services, document: Document, number: int) -> Revision:
    """One revision of a document. Raises NotFound, Gone."""
    return services.sessions.read(lambda store: _revision(store, document, number))


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
    return services.sessions.read(lambda store: _read(store, actor, document_id, number))


def _read(store: Store, actor: Actor, document_id: str, number: int | None) -> tuple[Document, Revision, bytes]:
    """All three by one statement."""
    where, values = _visible(actor, document_id)
    wanted = "document.current" if number is None else "?"
    row = store.execute(
        f"SELECT {_OF_DOCUMENT}, {_OF_REVISION}, content.encoding, content.data {_FOUND} "
        f"LEFT JOIN revision ON revision.document_id = document.id AND revision.number = {wanted} LEFT {_KEPT} WHERE {where}",
        (*([number] if number is not None else []), *values),
    ).get_one()
    if row is None:
        raise _erased(store, actor, document_id) or NotFound(f"There is no document {document_id!r}.")
    document = _a_document(row[: len(_DOCUMENT_NAMES)])
    if number is None and document.state == "withdrawn" and actor.kind == "partner":
        raise Gone("This document was withdrawn; its revisions can still be read.", document=document.id, revisions=document.current)
    if row[-2] is None:
        raise _missing(document, document.current if number is None else number)
    revision = _a_revision(row[len(_DOCUMENT_NAMES) : -2])
    return document, revision, contents.unpack(contents.Packed(revision.digest, revision.size, row[-2], row[-1]))


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
