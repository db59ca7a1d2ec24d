"""How documents, revisions, receipts and vocabularies look as JSON, with the links that lead on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ...documents.deposit import Outcome
from ...documents.receipts import Entry
from ...documents.revisions import Document, Revision
from ...documents.search import Item
from ...schema.registry import Schema
from ..exchange import url


def moment(at: datetime) -> str:
    """RFC 3339, UTC, microseconds where there are any."""
    return at.isoformat().replace("+00:00", "Z")


def links(document_id: str, link: Callable[[str], str] = url) -> dict[str, str]:
    """Where a document and what belongs to it is found; `link` makes an address of a path."""
    base = f"/api/documents/{document_id}"
    return {
        "self": link(base),
        "revisions": link(f"{base}/revisions"),
        "verdict": link(f"{base}/verdict"),
        "page": link(f"/documents/{document_id}"),
    }


def document(found: Document, version: str | None = None) -> dict[str, Any]:
    """One document; `version` is the name of the schema that its revision was checked against ("programme@1.1")."""
    shown: dict[str, Any] = {
        "id": found.id,
        "title": found.title,
        "vocabulary": found.vocabulary,
        "schema": version,
        "partner": found.partner,
        "identity": found.identity,
        "identity_kind": found.identity_kind,
        "root": found.root,
        "state": found.state,
        "valid": found.valid,
        "violations": found.violations,
        "revision": found.current,
        "published": found.published,
        "created": moment(found.created),
        "modified": moment(found.modified),
        "links": links(found.id),
    }
    if version is None:
        del shown["schema"]
    return shown


def item(found: Item) -> dict[str, Any]:
    """One document in a list."""
    return {
        "id": found.id,
        "title": found.title,
        "vocabulary": found.vocabulary,
        "partner": found.partner,
        "identity": found.identity,
        "root": found.root,
        "state": found.state,
        "valid": found.valid,
        "violations": found.violations,
        "revision": found.current,
        "published": found.published,
        "created": moment(found.created),
        "modified": moment(found.modified),
        "links": links(found.id),
    }


def revision(document_id: str, found: Revision) -> dict[str, Any]:
    """One revision."""
    here = f"/api/documents/{document_id}/revisions/{found.number}"
    return {
        "revision": found.number,
        "digest": found.digest,
        "size": found.size,
        "schema": found.version,
        "schema_digest": found.schema,
        "kind": found.kind,
        "valid": found.valid,
        "violations": found.violations,
        "actor": found.actor,
        "reason": found.reason,
        "receipt": found.receipt_id,
        "created": moment(found.created),
        "links": {"self": url(here), "verdict": url(f"{here}/verdict"), "document": url(f"/api/documents/{document_id}")},
    }


def outcome(done: Outcome, link: Callable[[str], str] = url) -> dict[str, Any]:
    """What became of a submission; `link` makes an address of a path."""
    schema = done.report.schema
    return {
        "id": done.document,
        "revision": done.revision,
        "outcome": done.outcome,
        "state": done.state,
        "valid": done.report.valid,
        "identity": done.identity.key,
        "conflict": done.conflict,
        "receipt": done.receipt.id,
        "digest": done.receipt.digest,
        "schema": schema and {"vocabulary": schema.vocabulary, "version": schema.version, "digest": schema.digest, "reason": schema.reason},
        "links": {**links(done.document, link), "receipt": link(f"/api/receipts/{done.receipt.id}")},
    }


def receipt(found: Entry) -> dict[str, Any]:
    """One receipt."""
    shown: dict[str, Any] = {
        "id": found.id,
        "digest": found.digest,
        "size": found.size,
        "received": moment(found.received),
        "partner": found.partner,
        "actor": found.actor,
        "face": found.face,
        "name": found.name,
        "media_type": found.media_type,
        "outcome": found.outcome,
        "status": found.status,
        "document": found.document,
        "revision": found.revision,
        "problem": found.problem,
        "links": {"self": url(f"/api/receipts/{found.id}"), "body": url(f"/api/receipts/{found.id}/body")},
    }
    if found.outcome == "batch":
        shown["links"] |= {"run": url(f"/api/runs/{found.id}")}
    if found.document is not None:
        shown["links"] |= {"document": url(f"/api/documents/{found.document}")}
    return shown


def version(schema: Schema) -> dict[str, Any]:
    """One version of a vocabulary."""
    return {
        "vocabulary": schema.vocabulary,
        "version": schema.version,
        "digest": schema.digest,
        "active": schema.active,
        "roots": sorted(schema.roots),
        "locations": sorted(schema.locations),
        "links": {"self": url(f"/api/vocabularies/{schema.vocabulary}/{schema.version}")},
    }
