"""/api/partners/NAME/scorecard: how a partner's deliveries fare."""

from __future__ import annotations

from typing import Any

from ...documents import scorecard
from ...documents.services import Services
from .. import exchange
from ..exchange import actor, url


class Scorecard:
    """Day by day, with the causes that most deliveries had."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, name: str) -> bytes:
        days = exchange.number("days", 30, 1, scorecard.LONGEST)
        return exchange.json_answer(shown(scorecard.card(self._services, actor(), name, days)))


def shown(found: scorecard.Scorecard) -> dict[str, Any]:
    """The scorecard as JSON."""
    return {
        "partner": found.partner, "title": found.title, "from": found.days[0].date, "to": found.days[-1].date,
        "deliveries": found.deliveries, "accepted": found.accepted, "rate": found.rate,
        "days": [
            {"date": day.date, "deliveries": day.deliveries, "accepted": day.accepted, "outcomes": day.outcomes} for day in found.days
        ],
        "causes": [
            {"cause": each.cause, "code": each.code, "path": each.path, "message": each.message, "deliveries": each.deliveries,
             "days": each.days} for each in found.causes
        ],
        "links": {"self": url(f"/api/partners/{found.partner}/scorecard"), "page": url(f"/partners/{found.partner}")},
    }  # fmt: skip
