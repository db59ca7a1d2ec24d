"""/api/documents and what is below it."""

from __future__ import annotations

import cherrypy

from ... import errors
from ...documents import revisions, search, submit, withdraw
from ...documents.services import Services
from ...validation import report
from .. import exchange, language, listing, representations
from ..exchange import actor, parameter, url
from . import deliveries, history, resources
from .history import revision_number


class Documents:
    """POST delivers one document, GET finds documents."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self) -> bytes:
        """201 new, 200 revised or unchanged; an invalid document is kept and answered as a problem, 422."""
        return deliveries.deliver(self._services, submit.Options(
            name=parameter("id") or None,
            file=deliveries.file_name(),
            vocabulary=parameter("schema"),
            face="api",
            media_type=cherrypy.serving.request.headers.get("Content-Type", ""),
            partner=parameter("partner"),
            new_only=deliveries.new_only(),
        ))  # fmt: skip

    def GET(self) -> bytes:
        """One page, the newest changes first; `next` and the header Link lead on (RFC 8288)."""
        query = listing.asked(50, search.MOST)
        page = search.find(self._services, actor(), query)
        following = url("/api/documents", **listing.parameters(query, limit=parameter("limit"), after=page.next)) if page.next else None
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return exchange.json_answer({"documents": [resources.item(each) for each in page.items], "next": following}, **headers)


class Document:
    """One document in any of its representations."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        """The current revision; with `at`, the one that was published then. Without a login the published one, as settings allow."""
        at = parameter("at")
        if cherrypy.serving.request.actor is None and at is None:
            return representations.public_answer(self._services, id)
        if at is None:
            document, revision, data = revisions.read(self._services, actor(), id)
        else:
            document, revision, data = revisions.as_of(self._services, actor(), id, revisions.instant(at))
        return representations.answer(self._services, document, revision, data)

    def PUT(self, id: str) -> bytes:
        """Revise the document that If-Match says was read: 200 revised or unchanged, 422 invalid (kept as its current revision)."""
        if deliveries.new_only():
            revisions.get(self._services, actor(), id)
            raise errors.PreconditionFailed("The document is there, and If-None-Match: * asks for a new one. Use If-Match to revise it.")
        return deliveries.deliver(self._services, submit.Options(
            file=deliveries.file_name(),
            vocabulary=parameter("schema"),
            face="api",
            media_type=cherrypy.serving.request.headers.get("Content-Type", ""),
            document=id,
            expects=deliveries.expected(),
            reason=parameter("reason") or "",
        ))  # fmt: skip

    def PATCH(self, id: str) -> bytes:
        """Apply an XML patch to the document that If-Match says was read: 200 revised or unchanged, 422 where it does not fit."""
        return history.patched(self._services, id)

    def DELETE(self, id: str) -> bytes:
        """Withdraw the document that If-Match says was read: 204; from then on 410, except for its revisions."""
        withdraw.withdraw(self._services, actor(), id, deliveries.expected(), parameter("reason") or "")
        return exchange.send(b"", "application/json", 204)


class Revisions:
    """All revisions of a document, the newest first."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        found = revisions.listed(self._services, actor(), id)
        return exchange.json_answer({"revisions": [resources.revision(id, each) for each in found]})


class Revision:
    """One revision in any of its representations."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str, number: str) -> bytes:
        document, revision, data = revisions.read(self._services, actor(), id, revision_number(number))
        return representations.answer(self._services, document, revision, data)


class Verdict:
    """Every violation of a revision: the report's JSON object."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str, number: str | None = None) -> bytes:
        wanted, told = None if number is None else revision_number(number), language.chosen()
        found = revisions.verdict(self._services, actor(), id, wanted)
        if told != "en" and found.violations:
            found = language.spoken(self._services, found, revisions.read(self._services, actor(), id, wanted)[2], told)
        vary = "Accept, Accept-Language, Authorization, Cookie"
        return exchange.conditional(report_json(found, id), "application/json", Content_Language=told, Vary=vary)


def report_json(found: report.Report, name: str) -> bytes:
    """A report on one document as JSON. `violations` are the bytes that every face sends."""
    return report.document_json(found, name).encode()
