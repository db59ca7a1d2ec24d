"""/health: for whoever watches over the process. No login, no ids, nothing that a partner sent."""

from __future__ import annotations

from ...documents.services import Services
from .. import exchange


class Live:
    """The process answers; it asks nothing else."""

    def GET(self) -> bytes:
        return exchange.json_answer({"status": "ok"}, Cache_Control="no-store")


class Ready:
    """The database answers, too; a fault is 503 or 500 as a problem document."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        self._services.sessions.read(lambda store: store.execute("SELECT 1").get_one())
        return exchange.json_answer({"status": "ok", "vocabularies": len(self._services.registry.names())}, Cache_Control="no-store")
