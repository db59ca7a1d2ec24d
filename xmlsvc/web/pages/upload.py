"""The upload page: many files at once, each with its own outcome; one bad file never stops another."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import cherrypy
from genshi.core import Markup

from ... import errors
from ...counts import plural
from ...documents import accounts, submit
from ...documents.services import Services
from .. import exchange, problems, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import shell

MOST = 200


class Upload:
    """GET the form; POST files (multipart/form-data, field `file`). With the header X-Fragment: rows only the outcomes' rows come back."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        return self._page(None)

    def POST(self) -> bytes:
        files = [part for part in _parts("file") if getattr(part, "filename", None)]
        if not files:
            return self._page(None, "Choose one or more files first.")
        with ExitStack() as opened:
            for part in files:
                if part.file is not None:
                    opened.enter_context(part.file)
            if len(files) > MOST:
                raise errors.BadRequest(f"{len(files)} files came at once; {MOST} is the most. Send them in parts.")
            rows = join([self._deliver(part) for part in files])
        if cherrypy.serving.request.headers.get("X-Fragment") == "rows":
            return exchange.send(str(rows).encode(), "text/html; charset=utf-8")
        return self._page(rows)

    def _deliver(self, part: Any) -> Markup:
        """Hand one file in; its row, whatever became of it."""
        name = part.filename.replace("\\", "/").rsplit("/", 1)[-1]
        body = part.file.read() if part.file is not None else part.fullvalue().encode()
        options = submit.Options(
            name=name if parameter("named") else None,
            file=name,
            vocabulary=parameter("vocabulary") or None,
            face="page",
            partner=parameter("partner") or None,
            media_type=str(part.content_type),
        )
        try:
            done = submit.submit(self._services, exchange.actor(), body, options)
        except errors.InputError as error:
            return _refused(name, error)
        except (errors.Unavailable, errors.EnvironmentFault, errors.SchemaError) as error:
            problem = problems.of(error, request_id=cherrypy.serving.request.id, instance="/upload")
            return _row(name, "refused", "", tag("span", f"{problem.detail} Nothing was stored; send this file again."))
        schema = done.report.schema
        said = (
            tag("span", "valid", class_="quiet")
            if done.report.valid
            else join(plural(len(done.report.violations), "problem"), ": ", done.report.violations[0].message)
        )
        return _row(name, done.outcome, f"{schema.vocabulary}@{schema.version}" if schema else "", said, url(f"/documents/{done.document}"))

    def _page(self, rows: Markup | None, failure: str = "") -> bytes:
        partners = accounts.partners(self._services)
        registry = self._services.registry
        names = [schema.name for name in registry.names() for schema in registry.versions(name)]
        content = templates.fragment(
            "upload",
            action=url("/upload"),
            partners=partners,
            several=len(partners) > 1,
            vocabularies=names,
            rows=rows,
            failure=failure,
            chosen_partner=parameter("partner") or "",
            chosen_vocabulary=parameter("vocabulary") or "",
            may=shell.may("submit"),
            limit=shell.size(self._services.settings.max_body_bytes),
        )
        return shell.show(self._services, "Upload", content, "/upload")


def _parts(name: str) -> list[Any]:
    value = cherrypy.serving.request.params.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _refused(name: str, error: errors.InputError) -> Markup:
    receipt = error.extra.get("receipt")
    return _row(name, "refused", "", tag("span", error.message), url(f"/receipts/{receipt}") if receipt else None)


def _row(name: str, outcome: str, vocabulary: str, said: Markup, target: str | None = None) -> Markup:
    shown = link(target, name, class_="primary") if target else tag("b", name)
    return tag(
        "tr",
        tag("td", shown),
        tag("td", shell.state(outcome)),
        tag("td", vocabulary, class_="nowrap"),
        tag("td", said, class_="sentence"),
        data_row=True,
    )
