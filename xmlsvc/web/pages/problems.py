"""The pages behind problem types, and the pages that errors are in a browser."""

from __future__ import annotations

import cherrypy

from ... import errors
from ...documents.services import Services
from .. import html, problem_types, templates
from ..exchange import url
from ..problems import Problem
from . import shell


class Types:
    """All problem types."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        rows = [
            html.tag(
                "tr",
                html.tag("td", kind.status, class_="num"),
                html.tag("td", html.link(url(kind.url), kind.slug, class_="primary")),
                html.tag("td", kind.title),
                html.tag("td", kind.who),
            )
            for kind in sorted(problem_types.TYPES, key=lambda kind: (kind.status, kind.slug))
        ]
        content = templates.fragment("problem_types", rows=html.join(rows))
        return shell.bare(self._services, "Problems", content)


class Type:
    """One problem type: what causes it, what to do, and who has to."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, slug: str) -> bytes:
        kind = problem_types.BY_SLUG.get(slug)
        if kind is None:
            raise errors.NotFound(f"There is no problem type {slug!r}. /problems lists all.")
        content = templates.fragment("problem_type", kind=kind, all=url("/problems"), api=url("/api/documents"))
        return shell.bare(self._services, kind.title, content)


def error_page(problem: Problem) -> bytes:
    """What a browser gets: the sentence, the way on, the request id."""
    request = cherrypy.serving.request
    content = templates.fragment(
        "error",
        problem=problem,
        more=url(problem.kind.url),
        home=url("/"),
        documents=url("/documents"),
        known=request.actor is not None,
        login=url("/login"),
    )
    return shell.bare(request.app.services, problem.title, content)
