"""Receipts: what became of each submission, from whichever face."""

from __future__ import annotations

from genshi.core import Markup

from ... import errors
from ...documents import access, receipts
from ...documents.services import Services
from ...xml import encoding
from .. import exchange, source, templates
from ..exchange import parameter, url
from ..html import join, link, tag, text
from . import shell

PAGE = 50
OUTCOMES = ("new", "revised", "unchanged", "quarantined", "refused", "batch")


class Receipts:
    """GET /receipts?outcome=&name=&after="""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        outcome, name = parameter("outcome") or None, parameter("name") or None
        if outcome is not None and outcome not in OUTCOMES:
            raise errors.BadRequest(f"There is no outcome {outcome!r}; outcomes are: {', '.join(OUTCOMES)}.")
        found = receipts.find(
            self._services, exchange.actor(), outcome=outcome, name=name, before=exchange.cursor(parameter("after")), limit=PAGE + 1
        )
        last = found[PAGE - 1] if len(found) > PAGE else None
        rows = join(_row(entry) for entry in found[:PAGE])
        following = url("/receipts", outcome=outcome, name=name, after=exchange.cursor_text(last.received, last.id)) if last else None
        content = templates.fragment(
            "receipts",
            rows=rows,
            empty=not found,
            filtered=bool(outcome or name),
            outcomes=OUTCOMES,
            outcome=outcome or "",
            name=name or "",
            here=url("/receipts"),
            next=following,
            first=url("/receipts", outcome=outcome, name=name) if parameter("after") else None,
        )
        return shell.show(self._services, "Receipts", content, "/receipts")


def _row(entry: receipts.Entry) -> Markup:
    target = tag("td", link(url(f"/documents/{entry.document}"), "document") if entry.document else None)
    said = entry.problem.get("message") if entry.problem else None
    return tag(
        "tr",
        tag(
            "td",
            link(url(f"/receipts/{entry.id}"), entry.name or entry.id, class_="primary"),
            tag("div", said, class_="snippet") if said else None,
        ),
        tag("td", shell.state(entry.outcome)),
        tag("td", entry.partner),
        tag("td", entry.face, class_="optional"),
        tag("td", shell.size(entry.size), class_="num optional"),
        tag("td", shell.when(entry.received)),
        target,
        data_row=True,
    )


class Receipt:
    """GET /receipts/ID: one receipt, and for what became no document the bytes that came, with the place that stopped it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        entry = receipts.get(self._services, exchange.actor(), id)
        problem = entry.problem or {}
        batch = entry.outcome == "batch"
        shown = self._body(entry, problem) if entry.document is None and not batch else None
        content = templates.fragment(
            "receipt",
            entry=entry,
            state=shell.state(entry.outcome),
            received=shell.when(entry.received),
            size=shell.size(entry.size),
            id=shell.identifier(entry.id),
            digest=shell.identifier(entry.digest),
            problem=problem,
            about=url(f"/problems/{problem['slug']}") if problem.get("slug") else None,
            shown=shown,
            document=url(f"/documents/{entry.document}") if entry.document else None,
            body=url(f"/api/receipts/{entry.id}/body"),
            run=url(f"/runs/{entry.id}") if batch and access.allowed(exchange.actor(), "run") else None,
        )
        return shell.show(self._services, entry.name or "Receipt", content, "/receipts")

    def _body(self, entry: receipts.Entry, problem: dict[str, object]) -> Markup:
        try:
            data = receipts.body(self._services, exchange.actor(), entry.id)
        except errors.NotFound:
            return tag("p", "The bytes were over the limit and are not kept.", class_="pager")
        line = problem.get("line")
        number = line if isinstance(line, int) else 1
        column = problem.get("column")
        marks = (
            [source.Mark(1, number, column if isinstance(column, int) else 1, text(problem.get("message", "")))]
            if isinstance(line, int)
            else []
        )
        return source.render(source.window(encoding.text(data, encoding.detect(data)), number), marks)
