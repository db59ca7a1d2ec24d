"""How a document came to be what it is, and how it is changed by a patch: /api/documents/ID/diff, …/provenance, PATCH."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import cherrypy

from ... import errors
from ...documents import comparison, patching, provenance
from ...documents.services import Services
from ...xml import patch
from .. import exchange, negotiation
from ..exchange import actor, parameter, url
from . import deliveries, resources

ACCEPT_PATCH = patch.MEDIA_TYPE


def patched(services: Services, document_id: str) -> bytes:
    """Apply the request's patch to the document that If-Match says was read: 200, and the new ETag; all of it or nothing."""
    stated = cherrypy.serving.request.headers.get("Content-Type", "")
    if stated.partition(";")[0].strip().lower() != ACCEPT_PATCH:
        sent = f"The patch's Content-Type is {stated!r}" if stated else "The request has no Content-Type"
        raise errors.UnsupportedMediaType(f"{sent}; send an XML patch (RFC 7351) as {ACCEPT_PATCH}.", accepted=[ACCEPT_PATCH])
    expects = deliveries.expected()
    done = patching.patch(
        services, actor(), document_id, exchange.body(), expects, parameter("reason") or "", parameter("draft") in ("1", "true")
    )
    shown = {
        "id": done.document, "revision": done.revision, "outcome": done.outcome, "state": done.state, "published": done.published,
        "valid": done.report.valid, "digest": done.digest, "receipt": done.receipt, "links": resources.links(done.document),
    }  # fmt: skip
    return exchange.json_answer(shown, 200, ETag=f'"{done.digest.removeprefix("sha256:")}"')


class Difference:
    """What differs between two revisions: as fields (JSON), as lines (text/plain), as a patch (application/xml-patch+xml)."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        found = comparison.compare(self._services, actor(), id, _revision("from"), _revision("to"))
        offers = ("application/json", "text/plain", ACCEPT_PATCH)
        chosen = negotiation.choose(offers, cherrypy.serving.request.headers.get("Accept", ""))
        if chosen is None:
            raise errors.NotAcceptable(f"A difference is available as {', '.join(offers)}.", available=list(offers))
        if chosen == "text/plain":
            return exchange.conditional(found.text.encode(), "text/plain; charset=utf-8")
        if chosen == ACCEPT_PATCH:
            try:
                return exchange.conditional(found.patch, ACCEPT_PATCH)
            except errors.TooLarge as error:
                raise errors.NotAcceptable(f"{error.message} Ask for JSON or text/plain.", available=list(offers[:2])) from None
        here = f"/api/documents/{id}/revisions"
        shown = {
            "from": found.old.number, "to": found.new.number, "changes": [_without_nothing(asdict(each)) for each in found.changes],
            "namespaces": dict(found.namespaces), "spaces": found.spaces,
            "links": {"from": url(f"{here}/{found.old.number}"), "to": url(f"{here}/{found.new.number}")},
        }  # fmt: skip
        return exchange.conditional(negotiation.compact(shown).encode(), "application/json")


class Provenance:
    """Who set each field of a revision, when, and by what."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str, number: str | None = None) -> bytes:
        found = provenance.of(self._services, actor(), id, None if number is None else revision_number(number))
        marks: dict[provenance.Mark, list[str]] = {}
        for path, mark in found.marks.items():
            marks.setdefault(mark, []).append(path)
        shown = {
            "revision": found.number, "since": found.since, "namespaces": dict(found.namespaces),
            "sources": [_source(mark, paths) for mark, paths in sorted(marks.items(), key=lambda pair: pair[0].revision)],
        }  # fmt: skip
        return exchange.conditional(negotiation.compact(shown).encode(), "application/json")


def _source(mark: provenance.Mark, paths: list[str]) -> dict[str, Any]:
    return {
        "revision": mark.revision, "kind": mark.kind, "actor": mark.actor, "reason": mark.reason, "created": resources.moment(mark.created),
        "receipt": mark.receipt_id, "run": mark.run_id, "paths": paths,
    }  # fmt: skip


def _without_nothing(change: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in change.items() if value is not None}


def _revision(name: str) -> int | None:
    text = parameter(name)
    if text is None or text == "":
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise errors.BadRequest(f"The parameter {name} is {text!r}; it must be a revision's number, from 1.")
    return int(text)


def revision_number(text: str) -> int:
    """The number in an address. Raises NotFound."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise errors.NotFound(f"There is no revision {text!r}; revisions are numbered from 1.")
    return int(text)
