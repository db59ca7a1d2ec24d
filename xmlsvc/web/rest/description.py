"""/api/openapi.json: what programs read before they talk to the API."""

from __future__ import annotations

from collections.abc import Sequence

from .. import exchange, negotiation, openapi
from ..routing import Route


class Description:
    """The description of all routes, this one among them."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = routes

    def GET(self) -> bytes:
        body = negotiation.compact(openapi.describe(self._routes, exchange.prefix())).encode()
        return exchange.conditional(body, "application/json", Cache_Control="public, no-cache")
