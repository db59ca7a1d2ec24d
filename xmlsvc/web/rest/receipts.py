"""/api/receipts: what became of each submission."""

from __future__ import annotations

from collections.abc import Iterator

import cherrypy

from ...documents import receipts
from ...documents.services import Services
from .. import exchange
from ..exchange import actor, parameter, url
from . import resources


class Receipts:
    """Receipts by file name, digest, document or outcome, the newest first."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        wanted = {name: parameter(name) for name in ("name", "digest", "document", "outcome")}
        limit = exchange.number("limit", 50, 1, receipts.PAGE)
        found = receipts.find(self._services, actor(), **wanted, before=exchange.cursor(parameter("after")), limit=limit + 1)
        following = None
        if len(found) > limit:
            place = exchange.cursor_text(found[limit - 1].received, found[limit - 1].id)
            following = url("/api/receipts", **wanted, limit=parameter("limit"), after=place)
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return exchange.json_answer({"receipts": [resources.receipt(each) for each in found[:limit]], "next": following}, **headers)


class Receipt:
    """One receipt."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        return exchange.json_answer(resources.receipt(receipts.get(self._services, actor(), id)))


class Body:
    """The bytes that were sent, as they were sent."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes | Iterator[bytes]:
        entry = receipts.get(self._services, actor(), id)
        if entry.outcome == "batch":
            cherrypy.serving.response.stream = True
            tag = f'"{entry.digest.removeprefix("sha256:")}"'
            exchange.send(b"", "application/octet-stream", 200, ETag=tag, Content_Length=str(entry.size), Cache_Control="private, no-cache")
            return receipts.archive(self._services, actor(), id)
        return exchange.conditional(receipts.body(self._services, actor(), id), "application/octet-stream")
