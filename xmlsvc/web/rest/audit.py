"""/api/audit: who changed what, for administrators."""

from __future__ import annotations

from ...documents import audit
from ...documents.services import Services
from .. import exchange
from ..exchange import actor, parameter, url
from . import resources


class Audit:
    """The newest changes first."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        limit = exchange.number("limit", 50, 1, audit.PAGE)
        wanted = {name: parameter(name) or None for name in ("subject", "action")}
        by = parameter("actor") or None
        found = audit.listed(
            self._services, actor(), **wanted, by=by, before=exchange.cursor(parameter("after")), limit=limit + 1
        )
        following = None
        if len(found) > limit:
            last = found[limit - 1]
            place = exchange.cursor_text(last.at, last.id)
            following = url("/api/audit", **wanted, actor=by, limit=parameter("limit"), after=place)
        shown = [
            {"id": each.id, "at": resources.moment(each.at), "actor": each.actor, "action": each.action, "subject": each.subject,
             "detail": each.detail} for each in found[:limit]
        ]  # fmt: skip
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return exchange.json_answer({"changes": shown, "next": following}, **headers)
