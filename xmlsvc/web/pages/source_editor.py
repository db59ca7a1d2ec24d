"""The source of a document as text to be edited: /documents/ID/source?edit=1. A plain textarea, or CodeMirror where it was built.

POST `do`: keep, check (answers with JSON: what is wrong and where), go-form, undo, redo, discard, changes, save, draft, publish, override.
"""

from __future__ import annotations

import bisect
import json
from typing import Any

import cherrypy

from ... import errors
from ...documents import workspace
from ...documents.revise import Checked
from ...documents.services import Services
from ...publish import shape
from ...xml import canonical, spans
from .. import exchange, templates
from ..exchange import parameter
from ..forms import completion, models, texts
from . import document, edit, saving, shell
from .editing import Desk

EDITOR = "vendor/source.js"


class Source:
    """GET: the tab, or, with ?edit=1, the editor. POST: the text, and the button."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tab = document.Page(services, "source")

    def GET(self, id: str) -> bytes:
        if not parameter("edit"):
            return self._tab.GET(id)
        desk = Desk.open(self._services, exchange.actor(), id)
        return self._page(desk, texts.decoded(desk.work.data))

    def POST(self, id: str) -> bytes:
        desk = Desk.open(self._services, exchange.actor(), id)
        action = parameter("do") or "keep"
        if action in ("undo", "redo", "discard"):
            {"undo": workspace.undo, "redo": workspace.redo, "discard": workspace.undo_all}[action](self._services, desk.actor, id)
            shell.go(desk.href("source", edit=1))
        text = parameter("text") or ""
        if parameter("base") != canonical.digest(desk.work.data):
            said = (
                "In another window this document was edited since this page was opened. Your text is below; the other one is kept as a "
                "step that Undo brings back. Press the button again to go on with yours."
            )
            return self._page(desk, text, said, 409)
        data = texts.taken_over(desk.work.data, text)
        desk.keep(data, "source edited", typed=action == "check")
        desk = Desk.open(self._services, desk.actor, id)
        if action == "check":
            return exchange.json_answer(_state(desk))
        return self._act(desk, action, text)

    def _act(self, desk: Desk, action: str, text: str) -> bytes:
        if action == "go-form":
            if not desk.formable:
                why = desk.fault.message if desk.fault is not None else "No registered vocabulary has this root element."
                return self._page(desk, text, f"The form needs well-formed XML of a known vocabulary. {why}", 422)
            at = _ordinal(desk, exchange.number("line", 1, 1, 10_000_000), exchange.number("column", 1, 1, 10_000_000))
            at = desk.places.shown(at)
            shell.go(desk.href(at=edit.opener(desk, at) or None) + f"#e{at}")
        if action == "changes":
            shell.go(desk.href("edit/changes"))
        if action in ("save", "draft", "publish", "override"):
            return saving.save(desk, action, lambda sentence: self._page(desk, text, sentence, 422))
        shell.go(desk.href("source", edit=1))

    def _page(self, desk: Desk, text: str, said: str = "", status: int = 200) -> bytes:
        cherrypy.serving.response.status = status
        line = exchange.number("line", 1, 1, 10_000_000)
        if (at := parameter("at")) and desk.fault is None and at.isdigit():
            found = spans.locate(desk.work.data, {int(at)}).get(int(at))
            line = found.line if found is not None else line
        fragment = templates.fragment(
            "source",
            title=desk.title,
            head=saving.head("source", desk),
            action=desk.href("source"),
            complete=desk.href("edit/complete"),
            base=canonical.digest(desk.work.data),
            text=text,
            rows=min(40, text.count("\n") + 2),
            line=line,
            said=said,
            overtaken=saving.overtaken(desk),
            rail=edit.rail(desk, frozenset(), lines=True),
            bar=saving.bar(desk),
            marks=json.dumps(_marks(desk)),
        )
        module = EDITOR if (shell.STATIC / EDITOR).is_file() else None
        return shell.show(desk.services, f"Edit {desk.title}", fragment, "/documents", script=module)


class Completion:
    """POST `context` (JSON): what may be written there. Answers with JSON."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self, id: str) -> bytes:
        desk = Desk.open(self._services, exchange.actor(), id)
        try:
            at = completion.context(json.loads(parameter("context") or ""))
        except ValueError as error:
            raise errors.BadRequest("The parameter context is no JSON.") from error
        schema = self._services.registry.by_digest(desk.work.base.schema)
        found = completion.complete(models.of(schema), shape.of(schema), at)
        return exchange.json_answer(
            {"options": [{"label": each.label, "detail": each.detail, "info": each.info[:600], "insert": each.insert} for each in found]}
        )


def _marks(desk: Desk) -> list[dict[str, Any]]:
    """What is wrong, by line and column (1-based)."""
    if desk.fault is not None:
        line, column = getattr(desk.fault, "line", None), getattr(desk.fault, "column", None)
        return [{"line": line or 1, "column": column or 1, "message": desk.fault.message}]
    if not isinstance(desk.checked, Checked):
        return [{"line": 1, "column": 1, "message": desk.checked.message}]
    return [
        {"line": each.line, "column": each.column or 1, "message": each.message} for each in desk.violations[:500] if each.line is not None
    ]


def _state(desk: Desk) -> dict[str, Any]:
    return {
        "base": canonical.digest(desk.work.data),
        "marks": _marks(desk),
        "rail": str(edit.rail(desk, frozenset(), lines=True)),
        "bar": str(saving.bar(desk)),
    }


def _ordinal(desk: Desk, line: int, column: int) -> int:
    """The element whose start tag is the last at or before the place."""
    starts = [(span.line, span.column) for _, span in spans.start_tags(desk.work.data)]
    return max(bisect.bisect_right(starts, (line, column)) - 1, 0)
