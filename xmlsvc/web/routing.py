"""Addresses as a table: a template, the resource behind it, and what is special about the way there.

A resource is an object whose methods are named after the HTTP methods it knows (`GET`, `POST` …); they get the template's parts as
keyword arguments. `Router` is the dispatcher that CherryPy calls for each request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import cherrypy

from .. import errors
from ..xml import patch
from .middleware import NOTES
from .problem_types import MethodNotAllowed

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """`template`: "/documents/{id}"; a part matches one path segment. `config`: CherryPy configuration for this address alone."""

    template: str
    resource: object
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def methods(self) -> tuple[str, ...]:
        """What the resource answers to; HEAD wherever GET is."""
        own = {name for name in METHODS if hasattr(self.resource, name)}
        if "GET" in own:
            own.add("HEAD")
        return tuple(name for name in METHODS if name in own)

    def pattern(self) -> re.Pattern[str]:
        """What a path must look like as a whole."""
        parts = re.split(r"\{(\w+)(\*?)\}", self.template)
        text = re.escape(parts[0])
        for name, rest, literal in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            text += f"(?P<{name}>{'.+' if rest else '[^/]+'})" + re.escape(literal)
        return re.compile(text)


class Router:
    """Finds route and method for a path; the first route that matches wins."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.routes = tuple(routes)
        self._compiled = [(route.pattern(), route) for route in routes]

    def find(self, path: str) -> tuple[Route, dict[str, str]]:
        """Route and parts for a path. Raises NotFound."""
        for pattern, route in self._compiled:
            if match := pattern.fullmatch(path):
                return route, match.groupdict()
        raise errors.NotFound("There is no page or resource at this address.")

    def __call__(self, path_info: str) -> None:
        """CherryPy's dispatcher protocol: set the request's handler and configuration."""
        request = cherrypy.serving.request
        request.config = dict(request.app.config.get("/", {}))
        path = path_info.rstrip("/") or "/"
        try:
            route, parts = self.find(path)
        except errors.NotFound as missing:
            self._nowhere(missing)
            return
        request.config.update(route.config)
        request.wsgi_environ[NOTES]["route"] = request.script_name + route.template
        request.handler = _handler(route, request.method, parts)

    @staticmethod
    def _nowhere(missing: errors.NotFound) -> None:
        """The refusal comes after the tools: its page is that of whoever asks, but nobody has to log in to be told."""

        def refuse() -> None:
            raise missing

        cherrypy.serving.request.config["web.require.on"] = False
        cherrypy.serving.request.handler = refuse


def _handler(route: Route, method: str, parts: dict[str, str]) -> Callable[[], Any]:
    if method == "OPTIONS":
        return lambda: _options(route)
    function = getattr(route.resource, "GET" if method == "HEAD" else method, None) if method in METHODS else None
    if function is None:

        def refuse() -> None:
            raise MethodNotAllowed(method, (*route.methods, "OPTIONS"))

        return refuse
    return lambda: function(**parts)


def _options(route: Route) -> bytes:
    cherrypy.serving.response.status = 204
    cherrypy.serving.response.headers["Allow"] = ", ".join((*route.methods, "OPTIONS"))
    if "PATCH" in route.methods:
        cherrypy.serving.response.headers["Accept-Patch"] = patch.MEDIA_TYPE  # RFC 5789, section 3.1
    return b""
