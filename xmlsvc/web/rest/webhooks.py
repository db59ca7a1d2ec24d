"""/api/webhooks: who is told what happens, and what became of each message."""

from __future__ import annotations

from typing import Any

import cherrypy

from ... import errors
from ...documents.services import Services
from ...publish import webhooks
from .. import exchange
from ..exchange import actor, parameter, url
from . import resources


class Webhooks:
    """POST adds a receiver, GET lists them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        return exchange.json_answer({"webhooks": [shown(each) for each in webhooks.listed(self._services, actor(), parameter("partner"))]})

    def POST(self) -> bytes:
        """201 with the secret, which cannot be had again. The body: {"url": …, "events": […], "partner": …}."""
        asked = exchange.json_body()
        address, events, partner = asked.get("url"), asked.get("events", []), asked.get("partner")
        if not isinstance(address, str) or not isinstance(partner, str | None):
            raise errors.BadRequest('The body must be like {"url": "https://…", "events": ["document.invalid"]}.')
        if not isinstance(events, list) or not all(isinstance(each, str) for each in events):
            raise errors.BadRequest("`events` must be a list of names.")
        made, secret = webhooks.add(self._services, actor(), address, events, partner)
        return exchange.json_answer({**shown(made), "secret": secret}, 201, Location=url(f"/api/webhooks/{made.id}"))


class Webhook:
    """One receiver."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        return exchange.json_answer(shown(webhooks.get(self._services, actor(), id)))

    def DELETE(self, id: str) -> bytes:
        webhooks.remove(self._services, actor(), id)
        return exchange.send(b"", "application/json", 204)


class Secret:
    """POST makes a new secret; the one before goes on signing until the next."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self, id: str) -> bytes:
        return exchange.json_answer({"id": id, "secret": webhooks.rotate(self._services, actor(), id)}, 201)


class Messages:
    """GET is the delivery log, the newest first; POST has a test message sent."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        limit = exchange.number("limit", 50, 1, webhooks.PAGE)
        found = webhooks.messages(self._services, actor(), id, exchange.cursor(parameter("after")), limit + 1)
        shown, after = found[:limit], None
        if len(found) > limit:
            place = exchange.cursor_text(shown[-1].created, shown[-1].id)
            after = url(f"/api/webhooks/{id}/messages", limit=parameter("limit"), after=place)
        headers = {"Link": f'<{after}>; rel="next"'} if after else {}
        return exchange.json_answer({"messages": [message(each) for each in shown], "next": after}, **headers)

    def POST(self, id: str) -> bytes:
        made = webhooks.test(self._services, actor(), id)
        cherrypy.serving.response.headers["Location"] = url(f"/api/webhooks/{id}/messages")
        return exchange.json_answer({"id": made}, 202)


def shown(found: webhooks.Webhook) -> dict[str, Any]:
    """One receiver, without its secrets."""
    here = f"/api/webhooks/{found.id}"
    return {
        "id": found.id, "partner": found.partner, "url": found.url, "events": list(found.events),
        "created": resources.moment(found.created), "state": found.state, "fault": found.fault or None,
        "links": {"self": url(here), "messages": url(f"{here}/messages")},
    }  # fmt: skip


def message(found: webhooks.Message) -> dict[str, Any]:
    """One line of the log."""
    return {
        "id": found.id, "event": found.event, "created": resources.moment(found.created), "state": found.state, "attempts": found.attempts,
        "due": resources.moment(found.due) if found.state == "waiting" else None, "status": found.status, "answer": found.answer,
        "payload": found.payload,
    }  # fmt: skip
