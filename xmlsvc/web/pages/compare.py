"""What differs: between the working copy and what was opened, between any two revisions; restoring one of them."""

from __future__ import annotations

from genshi.core import Markup

from ... import errors
from ...documents import revise, revisions
from ...documents.revise import Saving
from ...documents.services import Services
from ...xml import diff, parser
from .. import differences, exchange, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import shell
from .editing import Desk


class Changes:
    """GET /documents/ID/edit/changes: what saving will change."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        desk = Desk.open(self._services, exchange.actor(), id)
        work = desk.work
        structure: Markup = tag("p", desk.fault.message if desk.fault else "", class_="note")
        if desk.fault is None:
            old = parser.parse(work.original, self._services.limits)
            structure = differences.fields(diff.compare(old, parser.parse(work.data, self._services.limits), desk.authors))
        fragment = templates.fragment(
            "compare",
            title=desk.title,
            said=f"What saving will change in revision {work.base.number}",
            choice=None,
            ways=join(link(desk.href(), "Back to the form"), " ", link(desk.href("source", edit=1), "Back to the source")),
            structure=structure,
            text=differences.text(work.original, work.data),
            sizes=f"{len(work.original):,} bytes before, {len(work.data):,} after",
            restore=None,
        )
        return shell.show(self._services, desk.title, fragment, "/documents")


class Compare:
    """GET /documents/ID/compare?old=&new=; POST restore=N makes that revision's bytes the current ones again, as a new revision."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        actor = exchange.actor()
        document = revisions.get(self._services, actor, id)
        new = exchange.number("new", document.current, 1, 1_000_000_000)
        old = exchange.number("old", max(new - 1, 1), 1, 1_000_000_000)
        _, before, was = revisions.read(self._services, actor, id, old)
        _, after, now = revisions.read(self._services, actor, id, new)
        difference = diff.compare(
            parser.parse(was, self._services.limits), parser.parse(now, self._services.limits), _authors(self._services, after)
        )
        title = document.title or document.identity
        fragment = templates.fragment(
            "compare",
            title=title,
            said=f"Revision {old} and revision {new}",
            choice=_choice(document, old, new),
            ways=link(url(f"/documents/{id}/history"), "Back to the history"),
            structure=differences.fields(difference),
            text=differences.text(was, now),
            sizes=f"{before.size:,} bytes by {before.actor}, {after.size:,} by {after.actor}",
            restore={"action": url(f"/documents/{id}/compare"), "number": old} if shell.may("edit") and old != document.current else None,
        )
        return shell.show(self._services, title, fragment, "/documents")

    def POST(self, id: str) -> bytes:
        actor = exchange.actor()
        number = exchange.number("restore", 0, 1, 1_000_000_000)
        if not number:
            raise errors.BadRequest("Say which revision to restore.")
        current = revisions.read(self._services, actor, id, None)[1]
        saving = Saving(expects=current.digest, reason=(parameter("reason") or "").strip(), draft=parameter("do") == "draft")
        try:
            saved = revise.restore(self._services, actor, id, number, saving)
        except errors.InvalidDocument:
            shell.go(url(f"/documents/{id}", failed="restore"))
        shell.go(url(f"/documents/{id}", done="unchanged" if saved.outcome == "unchanged" else saved.state, revision_saved=saved.revision))


def _authors(services: Services, revision: revisions.Revision) -> dict[str, str]:
    """The schema author's prefixes; none where the schema is gone."""
    try:
        return dict(revisions.schema_of(services, revision).model.prefixes)
    except errors.UnknownVocabulary:
        return {}


def _choice(document: revisions.Document, old: int, new: int) -> Markup:
    """Two numbers to choose."""

    def field(name: str, label: str, value: int) -> Markup:
        control = tag("input", type="number", name=name, min=1, max=document.current, value=value, class_="form-control", id=name)
        return tag("div", tag("label", label, for_=name), control)

    button = tag("div", tag("button", "Compare", type="submit", class_="btn btn-sm btn-outline-secondary"))
    return tag(
        "form",
        field("old", "Revision", old),
        field("new", "with", new),
        button,
        action=url(f"/documents/{document.id}/compare"),
        method="get",
        class_="filters",
    )
