"""One change of many documents: written as a form or as a script, seen in the first of them, applied to all as one run.

POST /documents/change: the selection (`id`s, or `all` with `query`); `action`, `path`, `value`, `old`, or `script`; `do`: preview or apply.
"""

from __future__ import annotations

import json

import cherrypy
from genshi.core import Markup

from ... import errors
from ...batch import bulk
from ...counts import plural
from ...documents import revisions, search
from ...documents.services import Services
from ...schema.registry import Schema
from .. import differences, exchange, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import selection, shell

SHOWN = 10  # documents of a preview
PATHS = 400  # suggestions
ACTIONS = (
    ("set", "set to"),
    ("replace", "replace the value"),
    ("add", "add a field"),
    ("delete", "remove"),
    ("rename", "rename to"),
)


class Change:
    """The page, its preview, and the run."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self) -> bytes:
        chosen, ids = self._selection()
        schema = self._schema(ids)
        script = self._script(schema)
        said, proposals = "", None
        if parameter("do") in ("preview", "apply") and script:
            try:
                if parameter("do") == "apply":
                    run = bulk.apply(self._services, exchange.actor(), chosen, script, (parameter("reason") or "").strip())
                    shell.go(url(f"/runs/{run}"))
                proposals = bulk.preview(self._services, exchange.actor(), chosen, script, SHOWN)
            except errors.BadRequest as error:
                cherrypy.serving.response.status, said = 422, error.message
        content = templates.fragment(
            "bulk",
            count=bulk.count(self._services, exchange.actor(), chosen),
            back=selection.back(),
            action=url("/documents/change"),
            hidden=selection.repeated(),
            actions=join(tag("option", words, value=name, selected=name == parameter("action")) for name, words in ACTIONS),
            paths=join(tag("option", value=path) for path in _paths(schema)),
            path=parameter("path") or "",
            value=parameter("value") or "",
            old=parameter("old") or "",
            script=script,
            said=said,
            proposals=_proposals(proposals) if proposals is not None else None,
            may_run=shell.may("run"),
            reason=parameter("reason") or "",
        )
        return shell.show(self._services, "Change many documents", content, "/documents")

    def _selection(self) -> tuple[bulk.Selection, list[str]]:
        """What was chosen, and the ids of the first documents."""
        found = selection.picked(self._services)
        if found is None:
            shell.go(selection.back())
        if found.query is None:
            return found, list(found.ids)
        page = search.find(self._services, exchange.actor(), found.query)
        return found, [item.id for item in page.items[:1]]

    def _schema(self, ids: list[str]) -> Schema | None:
        """The schema of the first document, whose names are suggested."""
        if not ids:
            return None
        _, revision, _ = revisions.read(self._services, exchange.actor(), ids[0])
        try:
            return revisions.schema_of(self._services, revision)
        except errors.UnknownVocabulary:
            return None

    @staticmethod
    def _script(schema: Schema | None) -> str:
        """The script that was written, or the one that the fields say, with the prefixes of the schema."""
        written = (parameter("script") or "").replace("\r\n", "\n").strip()
        path = (parameter("path") or "").strip()
        if parameter("made") != written and written:
            return written
        if not path:
            return written
        value, old = json.dumps(parameter("value") or "", ensure_ascii=False), json.dumps(parameter("old") or "", ensure_ascii=False)
        lines = {
            "set": f"set {path} = {value}",
            "replace": f"replace {path} : {old} -> {value}",
            "add": f"add {path} : {parameter('old') or 'NAME'} = {value}",
            "delete": f"delete {path}",
            "rename": f"rename {path} -> {parameter('value') or 'NAME'}",
        }
        names = schema.model.prefixes if schema is not None else {}
        line = lines.get(parameter("action") or "set", lines["set"])
        declared = [f"namespace {prefix} = {uri}" for uri, prefix in names.items() if prefix and f"{prefix}:" in line]
        return "\n".join([*declared, line])


def _paths(schema: Schema | None) -> list[str]:
    """Paths to the schema's elements and attributes, to choose from."""
    if schema is None:
        return []
    prefixes = schema.model.prefixes
    found: dict[str, None] = {}
    for declaration in schema.model.declarations():
        namespace, _, local = declaration.name.rpartition("}")
        prefix = prefixes.get(namespace.lstrip("{"))
        found[f"//{prefix + ':' if prefix else ''}{local}"] = None
        if len(found) >= PATHS:
            break
    return sorted(found)


def _proposals(found: list[bulk.Proposed]) -> Markup:
    """Each document: what would change, the verdict, the lines."""
    return join(_proposal(each) for each in found)


def _proposal(each: bulk.Proposed) -> Markup:
    head = tag(
        "div",
        link(url(f"/documents/{each.document}"), each.title or each.identity, class_="primary"),
        " ",
        tag("span", each.partner, " · ", each.identity, class_="quiet"),
        class_="line-1",
    )
    if each.fault:
        return tag("li", head, tag("div", each.fault, class_="note"))
    if not each.changes:
        return tag("li", head, tag("div", "Nothing in it changes.", class_="quiet"))
    verdict = (
        tag("span", f"{plural(each.grown, 'problem')} more than what is published: it will not be published", class_="dot")
        if each.grown
        else (tag("span", "valid afterwards" if each.report is not None and each.report.valid else "no new problems", class_="quiet"))
    )
    lines = [
        tag("div", "⋯", class_="line quiet")  # where a stretch begins that is away from the one before
        if sign == "@"
        else tag(
            "div",
            tag("span", sign if sign != "-" else "−", class_="sign"),
            tag("code", line),
            class_={"-": "line gone", "+": "line new"}.get(sign, "line"),
        )
        for sign, line in each.lines[:60]
    ]
    listed = [
        tag("li", tag("span", change.verb, class_=f"verb {change.verb}"), " ", differences.place(change.path))
        for change in each.changes[:6]
    ]
    return tag("li", head, verdict, tag("ul", listed, class_="plain-list"), tag("div", lines, class_="source diff", translate="no"))
