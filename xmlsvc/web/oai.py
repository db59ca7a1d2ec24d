"""/oai: the harvest (OAI-PMH 2.0) by GET and POST. Errors of the protocol are answers, with 200; the service's own are problems."""

from __future__ import annotations

from urllib.parse import parse_qsl

import cherrypy

from .. import errors
from ..documents.services import Services
from ..publish import harvest
from . import exchange, public
from .routing import Route

MOST_BODY = 65_536
_FORM = "application/x-www-form-urlencoded"


def routes(services: Services) -> dict[str, list[Route]]:
    """By the prefix that they are mounted at."""
    return {"/oai": [Route("/", Oai(services))]}


class Oai:
    """One repository."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        """The response to the query."""
        return self._answer(str(cherrypy.serving.request.query_string))

    def POST(self) -> bytes:
        """The response to a form (section 3.1.1.2)."""
        request = cherrypy.serving.request
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != _FORM:
            raise errors.UnsupportedMediaType(f"The body's Content-Type is {kind!r}; send {_FORM}.")
        body = request.wsgi_environ["wsgi.input"].read(MOST_BODY + 1)
        if len(body) > MOST_BODY:
            raise errors.TooLarge(f"The form has more than {MOST_BODY:,} bytes.")
        query = str(request.query_string)
        return self._answer("&".join(filter(None, (query, body.decode("latin-1")))))

    def _answer(self, form: str) -> bytes:
        public.require(self._services)
        try:
            given = parse_qsl(form, keep_blank_values=True, errors="strict", max_num_fields=100)
        except ValueError:
            given = [("verb", ""), ("verb", "")]  # what cannot be read has no verb
        base = public.base(self._services)
        repository = harvest.Repository(self._services, f"{base}/oai", public.host(self._services), f"{base}/schemas")
        body = harvest.answer(repository, given)
        for name, value in public.OPEN_HEADERS.items():
            cherrypy.serving.response.headers[name] = value
        return exchange.send(body, "text/xml; charset=utf-8", Cache_Control="no-cache")
