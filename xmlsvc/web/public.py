"""What anybody may ask, without a login: collections, sitemaps, harvest. Only what is published shows.

    /feeds/FORMAT    /sitemap.xml    /sitemaps/NAME    /oai    /schemas/VOCABULARY/VERSION/FILE
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import cherrypy

from .. import errors
from ..documents.services import Services
from . import exchange, negotiation
from .exchange import Application
from .routing import Route
from .tools import API_POLICY

OPEN_HEADERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


def mounts(services: Services, routes: Mapping[str, list[Route]]) -> dict[str, Application]:
    """An application for each prefix."""
    config: dict[str, Any] = {"request.process_request_body": False}
    return {prefix: Application(services, some, config, pages=False, policy=API_POLICY) for prefix, some in routes.items()}


def require(services: Services, everything: bool = False) -> None:
    """Raises NotFound where the operator lets nobody in without a login; `everything`: or shows no more than the formats."""
    if services.settings.public == "nothing":
        raise errors.NotFound("This service publishes nothing to anybody without a login.")
    if everything and services.settings.public != "everything":
        raise errors.NotFound("This service publishes its formats alone to anybody without a login.")


def base(services: Services) -> str:
    """The service's public address, without a slash at its end: the setting's, or the one that was asked."""
    return services.settings.url.rstrip("/") or str(cherrypy.serving.request.base) + exchange.prefix()


def host(services: Services) -> str:
    """The name in it."""
    return base(services).partition("://")[2].partition("/")[0].rpartition("@")[2].rsplit(":", 1)[0].strip("[]")


def stream(pieces: Iterable[bytes], media_type: str, tag: str, modified: datetime | None) -> Iterable[bytes]:
    """Send pieces as they are made, unless the asker has them already (RFC 9110, sections 13.1.2 and 13.1.3): then 304."""
    response, request = cherrypy.serving.response, cherrypy.serving.request
    headers = {"Content-Type": media_type, "ETag": tag, "Cache-Control": "public, no-cache", **OPEN_HEADERS}
    whole = modified.replace(microsecond=0) if modified is not None else None
    if whole is not None and (request.app.services.clock.now() - whole).total_seconds() >= 1:  # it may change again within its second
        headers["Last-Modified"] = format_datetime(whole.astimezone(UTC), usegmt=True)
    response.headers.update(headers)
    if _known(request.headers, tag, headers.get("Last-Modified")):
        response.status = 304
        return []
    response.stream = True  # and so without a length, which nobody knows
    if request.method == "HEAD":
        return []
    return _begun(iter(pieces))


def _begun(pieces: Any) -> Iterable[bytes]:
    """The same; the first piece is made now, so that what goes wrong at the beginning is answered as a problem."""
    first = next(pieces, b"")

    def all_of_them() -> Iterable[bytes]:
        yield first
        yield from pieces

    return all_of_them()


def _known(headers: Mapping[str, str], tag: str, modified: str | None) -> bool:
    stated = headers.get("If-None-Match")
    if stated is not None:
        return negotiation.matches(stated, tag, weak=True)
    since = headers.get("If-Modified-Since")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
