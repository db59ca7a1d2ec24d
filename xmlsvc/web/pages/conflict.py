"""Somebody else saved first: both sides' changes brought together, and, where both changed the same field, three columns to choose from."""

from __future__ import annotations

import cherrypy
from genshi.core import Markup

from ... import errors
from ...documents import conflicts, merging, revise, revisions, workspace
from ...documents.revise import Saving
from ...documents.services import Services
from ...xml.merge import Clash, Side
from .. import differences, exchange, templates
from ..exchange import parameter, url
from ..html import join, tag
from . import shell
from .editing import Desk

SIDES = (("theirs", "Theirs"), ("base", "Before"), ("mine", "Mine"))


class Conflict:
    """GET: what both sides did. POST `c.N`: whose the N-th field is to be; `do`: save or draft."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str, said: str = "") -> bytes:
        desk = Desk.open(self._services, exchange.actor(), id)
        theirs, data = self._theirs(desk)
        if theirs.number == desk.work.base.number:
            shell.go(desk.href())
        merge = self._merge(desk, data, {})
        fragment = templates.fragment(
            "conflict",
            title=desk.title,
            action=desk.href("edit/conflict"),
            back=desk.href(),
            told=f"{theirs.actor} saved revision {theirs.number} while you were changing revision {desk.work.base.number}. "
            + (
                "Where both of you changed the same field, choose; all else is brought together already."
                if merge.fields
                else "You changed different fields: both sides' changes are brought together below."
            ),
            clashes=join(_clash(each) for each in merge.fields),
            digest=theirs.digest,
            said=said,
            text=differences.text(data, merge.data),
            reason=parameter("reason") or "",
        )
        return shell.show(self._services, desk.title, fragment, "/documents")

    def POST(self, id: str) -> bytes:
        desk = Desk.open(self._services, exchange.actor(), id)
        theirs, data = self._theirs(desk)
        chosen = _choices()
        merge = self._merge(desk, data, chosen)
        if merge.merged is None or parameter("theirs") != theirs.digest:
            cherrypy.serving.response.status = 422
            return self.GET(id, "Choose one side for each field." if merge.merged is None else "It was changed once more; look again.")
        reason = (parameter("reason") or "").strip() or f"brought together with revision {theirs.number}"
        saving = Saving(expects=theirs.digest, reason=reason, draft=parameter("do") == "draft", kind="merge")
        try:
            saved = revise.revise(self._services, desk.actor, id, merge.merged, saving)
        except errors.InvalidDocument as error:
            cherrypy.serving.response.status = 422
            return self.GET(id, f"{error.message} Brought together it can be saved as a draft.")
        workspace.discard(self._services, desk.actor, id)
        shell.go(desk.href("", done=saved.state, revision_saved=saved.revision))

    def _theirs(self, desk: Desk) -> tuple[revisions.Revision, bytes]:
        _, revision, data = revisions.read(self._services, desk.actor, desk.id)
        return revision, data

    def _merge(self, desk: Desk, theirs: bytes, chosen: dict[int, Side]) -> merging.Merge:
        return merging.bring(self._services, desk.schema, desk.work.original, theirs, desk.work.data, chosen)


class Meeting:
    """GET /documents/ID/conflicts/CONFLICT: a partner's delivery met corrections. POST: whose each field is to be."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str, conflict: str, said: str = "") -> bytes:
        actor = exchange.actor()
        met = conflicts.get(self._services, actor, conflict)
        if met.document_id != id:
            raise errors.NotFound(f"There is no conflict {conflict!r}.")
        if met.resolved is not None:
            shell.go(url(f"/documents/{id}"))
        merge = conflicts.merge(self._services, actor, conflict)
        _, current, data = revisions.read(self._services, actor, id)
        fragment = templates.fragment(
            "conflict",
            title=met.title,
            action=url(f"/documents/{id}/conflicts/{conflict}"),
            back=url(f"/documents/{id}"),
            told=f"{met.partner} delivered revision {met.theirs} after somebody had corrected revision {met.base}. "
            "Corrections of fields that the partner left alone are kept; choose for those that both changed.",
            clashes=join(_clash(each) for each in merge.fields),
            digest=current.digest,
            said=said,
            text=differences.text(data, merge.data),
            reason=parameter("reason") or "",
        )
        return shell.show(self._services, met.title, fragment, "/documents")

    def POST(self, id: str, conflict: str) -> bytes:
        saving = Saving(expects=parameter("theirs"), reason=(parameter("reason") or "").strip(), draft=parameter("do") == "draft")
        try:
            saved = conflicts.resolve(self._services, exchange.actor(), conflict, _choices(), saving)
        except (errors.BadRequest, errors.ChangedMeanwhile, errors.InvalidDocument) as error:
            cherrypy.serving.response.status = 422
            return self.GET(id, conflict, error.message)
        shell.go(url(f"/documents/{id}", done=saved.state, revision_saved=saved.revision))


def _choices() -> dict[int, Side]:
    """Whose the n-th field is to be, of those that were chosen."""
    sides: dict[str, Side] = {"theirs": "theirs", "mine": "mine", "base": "base"}
    return {
        int(name[2:]): sides[value]
        for name, value in cherrypy.serving.request.params.items()
        if name[:2] == "c." and name[2:].isdigit() and value in sides
    }


def _clash(clash: Clash) -> Markup:
    """One field that both changed: three columns, one to be chosen."""
    name = f"c.{clash.n}"
    cells = []
    for side, label in SIDES:
        value = getattr(clash, side)
        shown = tag("span", "not there", class_="none") if value is None else tag("span", value, class_="said")
        choice = tag("input", type="radio", name=name, value=side, class_="form-check-input", required=True, aria_label=f"{label}: {value}")
        cells.append(tag("td", tag("label", choice, " ", shown)))
    return join(tag("tr", tag("th", differences.place(clash.path), scope="row", title=clash.path), cells))
