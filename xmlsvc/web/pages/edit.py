"""The form of a document: /documents/ID/edit. Every button posts all fields of the open branch: nothing typed is lost on the way."""

from __future__ import annotations

from typing import Any

import cherrypy
from genshi.core import Markup

from ... import errors
from ...counts import plural
from ...documents import workspace
from ...documents.revise import Checked
from ...documents.services import Services
from ...xml import edits
from .. import declarations, exchange, templates
from ..exchange import parameter
from ..forms import apply, describe
from ..forms.apply import Failure
from ..forms.inputs import Notes, identifier
from ..forms.outline import Entry, outline
from ..forms.render import Form
from ..html import join, link, tag
from . import saving, shell
from .editing import TYPED, Desk

SENTENCES = 100
_ACTS = frozenset({"add", "any", "another", "attribute", "drop", "remove", "up", "down"})
_BACK = {"undo": workspace.undo, "redo": workspace.redo, "discard": workspace.undo_all}


class Edit:
    """GET: the form of one branch (`at`, `skip`). POST: what was typed, and the button (`do`)."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        desk = Desk.open(self._services, exchange.actor(), id)
        if not desk.formable:
            shell.go(desk.href("source", edit=1))
        if parameter("field"):
            wanted = min(exchange.number("field", 0, 0, 10_000_000), len(desk.places.elements) - 1)
            field = desk.places.shown(wanted)
            return self._go(desk, opener(desk, field), 0, f"e{field}")
        return self._page(desk, exchange.number("at", 0, 0, 10_000_000), exchange.number("skip", 0, 0, 10_000_000))

    def POST(self, id: str) -> bytes:
        desk = Desk.open(self._services, exchange.actor(), id)
        at, skip = exchange.number("at", 0, 0, 10_000_000), exchange.number("skip", 0, 0, 10_000_000)
        action = parameter("do") or "keep"
        if not desk.formable and action not in _BACK:
            shell.go(desk.href("source", edit=1))
        if action in _BACK and (not desk.formable or parameter("shape") != apply.shape(desk.tree)):
            return self._back(desk, action, at, skip)
        if parameter("shape") != apply.shape(desk.tree):
            return self._older(desk, at, skip)
        desk.places.size(desk.places.root)
        posted = {name: value for name, value in cherrypy.serving.request.params.items() if isinstance(value, str)}
        named = [name[2:] for name, value in posted.items() if name.startswith("w.") and value]
        if action == "keep" and len(named) == 1:  # by the return key, in the field of what is to be added
            action = named[0]
        failures = apply.fields(desk.places, posted, self._services.limits)
        typed = edits.save(desk.work.data, desk.tree)
        if failures:
            desk.keep(typed, TYPED, typed=True)
            return self._page(Desk.open(self._services, desk.actor, id), at, skip, {each.name: each for each in failures})
        return self._act(desk, typed, action, at, skip)

    def _act(self, desk: Desk, typed: bytes, action: str, at: int, skip: int) -> bytes:
        """What the button asks for, after the fields were taken over."""
        verb, _, rest = action.partition(":")
        if action in _BACK:
            desk.keep(typed, TYPED, typed=True)
            return self._back(desk, action, at, skip)
        if verb in _ACTS:
            open_ = desk.places.at(at)
            try:
                done = apply.act(desk.places, desk.models, action, parameter(f"w.{action}") or "")
            except errors.BadRequest as error:
                desk.keep(typed, TYPED, typed=True)
                return self._page(Desk.open(self._services, desk.actor, desk.id), at, skip, said=error.message, status=422)
            desk.keep(edits.save(desk.work.data, desk.tree), done.label)
            order = {element: ordinal for ordinal, element in enumerate(desk.tree.getroot().iter("*"))}
            led = order.get(done.element)
            goal = f"e{led}" if done.attribute is None else identifier(f"a.{led}.{done.attribute}")
            return self._go(desk, 0 if open_ is None else order.get(open_, 0), skip, goal if led is not None else None)
        if verb in ("save", "draft", "publish", "override"):

            def again(sentence: str) -> bytes:
                return self._page(Desk.open(self._services, desk.actor, desk.id), at, skip, said=sentence, status=422)

            return saving.save(desk.typed(typed), verb, again)
        desk.keep(typed, TYPED, typed=verb == "typed")
        if verb == "go":
            number, _, from_ = rest.partition(":")
            return self._go(desk, int(number), int(from_ or 0), "form")
        if verb == "source":
            shell.go(desk.href("source", edit=1, at=rest or at))
        if verb == "changes":
            shell.go(desk.href("edit/changes"))
        return self._go(desk, at, skip)

    def _back(self, desk: Desk, action: str, at: int, skip: int) -> bytes:
        """Steps back or forward; what was being typed was a step, too."""
        _BACK[action](self._services, desk.actor, desk.id)
        return self._go(desk, at, skip)

    @staticmethod
    def _go(desk: Desk, at: int, skip: int, goal: str | None = None) -> bytes:
        """To a branch, and to what has this id on its page."""
        fetched = goal if cherrypy.serving.request.headers.get("X-Fragment") else None  # fetch() does not tell a script the fragment
        shell.go(desk.href(at=at or None, skip=skip or None, goal=fetched) + (f"#{goal}" if goal else ""))

    def _older(self, desk: Desk, at: int, skip: int) -> bytes:
        """The form was made of another state of the document: nothing of it is taken over, and what was typed is shown."""
        typed = [
            value
            for name, value in cherrypy.serving.request.params.items()
            if name[:2] in ("t.", "m.", "a.") and isinstance(value, str) and value
        ]
        said = (
            "In another window parts were added or removed since this form was opened, so its fields no longer fit. "
            "Nothing of it was taken over; what stood in it: " + " | ".join(typed[:200])
        )
        return self._page(desk, 0 if desk.places.at(at) is None else at, skip, said=said, status=409)

    def _page(self, desk: Desk, at: int, skip: int, failures: dict[str, Failure] | None = None, said: str = "", status: int = 200) -> bytes:
        if failures:
            status = 422
        scripted = cherrypy.serving.request.headers.get("X-Fragment")  # a script shows what is wrong; a browser would call it a fault
        cherrypy.serving.response.status = 200 if scripted else status
        places = desk.places
        group = describe.branch(places, at, skip, desk.models)
        notes = Notes(_notes(desk), failures or {})
        form = Form(notes, shell.icon, desk.within)
        way = [places.elements[group.ordinal], *places.elements[group.ordinal].iterancestors()][::-1]
        shown = describe.ordinals(group)
        slots = {
            "title": desk.title,
            "head": saving.head("edit", desk),
            "action": desk.href(),
            "shape": apply.shape(desk.tree),
            "at": str(group.ordinal),
            "skip": str(skip),
            "said": said,
            "overtaken": saving.overtaken(desk),
            "outline": _outline(outline(places, group.ordinal, shown, desk.within)),
            "trail": _trail(desk, way) if len(way) > 1 else None,
            "heading": group.label,
            "about": group.help[:600],
            "form": form.render(group),
            "rail": rail(desk, shown),
            "bar": saving.bar(desk),
        }
        fragment = templates.filled("edit", slots)
        return shell.show(desk.services, f"Edit {desk.title}", fragment, "/documents")


def _notes(desk: Desk) -> dict[int, list[tuple[str, str | None, int]]]:
    found: dict[int, list[tuple[str, str | None, int]]] = {}
    for number, (violation, ordinal) in enumerate(zip(desk.violations, desk.ordinals, strict=True), 1):
        if ordinal is not None:
            found.setdefault(ordinal, []).append((violation.message, violation.attribute, number))
    return found


def _trail(desk: Desk, way: list[Any]) -> Markup:
    """Where the open branch stands, as buttons that lead back out."""
    steps = []
    for element in way[:-1]:
        ordinal = desk.places.ordinals[element]
        label = declarations.label(str(element.tag))
        steps += [tag("button", label, type="submit", name="do", value=f"go:{ordinal}:0", class_="btn btn-sm btn-link"), " › "]
    return tag("p", steps, class_="trail")


def _outline(entry: Entry) -> Markup:
    def one(entry: Entry) -> Markup:
        words = join(
            entry.label,
            tag("span", f" ({entry.count})", class_="quiet") if entry.count > 1 else None,
            tag("span", " ", entry.gist, class_="quiet gist") if entry.gist else None,
            tag("span", entry.problems, class_="count", title="problems") if entry.problems else None,
        )
        if entry.opens:
            shown = tag("button", words, type="submit", name="do", value=f"go:{entry.ordinal}:0", class_="outline-entry")
        else:
            target = "#form" if entry.here else f"#e{entry.ordinal}"
            shown = link(target, words, class_="outline-entry", aria_current="true" if entry.here else None)
        return tag("li", shown, tag("ul", [one(each) for each in entry.inside]) if entry.inside else None)

    return tag("ul", one(entry), class_="outline-list")


def rail(desk: Desk, shown: frozenset[int], lines: bool = False) -> Markup:
    """The problems as they are now, each leading to its field; `lines`: to its line, in the source editor."""
    if desk.fault is not None:
        return join(tag("h2", "Not well-formed"), tag("p", desk.fault.message, class_="sentence"))
    if not isinstance(desk.checked, Checked):
        return join(tag("h2", "No verdict"), tag("p", desk.checked.message))
    found = desk.violations
    if not found:
        return join(tag("h2", "No problems"), tag("p", f"The document satisfies {desk.schema.name}.", class_="quiet"))
    grown = {violation.key for violation in desk.checked.grown} if desk.work.document.published is not None else set()
    entries = []
    for number, (violation, ordinal) in enumerate(zip(found[:SENTENCES], desk.ordinals, strict=False), 1):
        way = _ways(desk, violation.line, ordinal, shown, lines)
        new = tag("span", "new", class_="chip bad", title="What is published has not this problem") if violation.key in grown else None
        entries.append(
            tag(
                "li",
                tag("span", "● ", class_="dot", aria_hidden="true"),
                tag("span", violation.message, class_="sentence"),
                " ",
                new,
                tag("div", way, class_="where"),
                id=f"v{number}",
            )
        )
    more = len(found) - len(entries)
    return join(
        tag("h2", plural(len(found), "problem")),
        tag("ol", entries, class_="problems"),
        tag("p", f"and {more:,} more", class_="quiet") if more > 0 else None,
    )


def _ways(desk: Desk, line: int | None, ordinal: int | None, shown: frozenset[int], lines: bool) -> list[Markup]:
    """Where a problem leads: its line in the source editor, else its field, here or in another branch."""

    def button(value: str, *words: object) -> Markup:
        return tag("button", *words, type="submit", name="do", value=value, class_="btn btn-sm btn-link")

    if lines:
        return [link(f"#line-{line}", f"line {line:,}", data_line=line)] if line is not None else []
    if ordinal is None:
        return []
    field = link(f"#e{ordinal}", "to the field") if ordinal in shown else button(f"go:{opener(desk, ordinal)}:0", "to the field")
    return [field, button(f"source:{ordinal}", f"line {line or 1:,}")]


def opener(desk: Desk, ordinal: int) -> int:
    """The branch to open so that the element is seen: its parent."""
    element = desk.places.at(ordinal)
    parent = element.getparent() if element is not None else None
    return desk.places.ordinals.get(parent, 0) if parent is not None else 0
