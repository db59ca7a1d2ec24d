"""/api/receipts: what became of each submission."""

from __future__ import annotations

from ...documents import receipts
from ...documents.services import Services
from .. import exchange
from ..exchange import actor, parameter
from . import resources


class Receipts:
    """Receipts by file name, digest, document or outcome, the newest first."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        found = receipts.find(
            self._services,
            actor(),
            name=parameter("name"),
            digest=parameter("digest"),
            document=parameter("document"),
            outcome=parameter("outcome"),
            limit=exchange.number("limit", 50, 1, receipts.PAGE),
        )
        return exchange.json_answer({"receipts": [resources.receipt(each) for each in found]})


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

    def GET(self, id: str) -> bytes:
        return exchange.conditional(receipts.body(self._services, actor(), id), "application/octet-stream")
