"""The page of one document: what it is, its tabs, and its problems as sentences that lead to field and line."""

from __future__ import annotations

import re
from typing import Any

from genshi.core import Markup

from ... import errors
from ...counts import plural
from ...documents import conflicts, links
from ...documents.services import Services
from ...validation.report import Violation
from .. import declarations, exchange, templates
from ..exchange import parameter, url
from ..html import escaped, join, link, tag
from . import saving, shell, states, tabs
from .view import View

TABS = (("", "Fields", "f"), ("source", "Source", "s"), ("outputs", "Outputs", "o"), ("history", "History", "h"), ("rows", "Rows", "r"))
TABS_BY_NAME = {
    "": tabs.fields_tab,
    "source": tabs.source_tab,
    "outputs": tabs.outputs_tab,
    "history": tabs.history_tab,
    "rows": tabs.rows_tab,
}
SENTENCES = 200
_STEP = re.compile(r"(?:[^:/\[]*:)?([^/\[]+)(?:\[(\d+)\])?")


class Page:
    """One tab of the page: GET /documents/ID[/TAB]."""

    def __init__(self, services: Services, tab: str) -> None:
        self._services, self._tab = services, tab

    def GET(self, id: str) -> bytes:
        view = View.open(self._services, exchange.actor(), id, _asked())
        content = TABS_BY_NAME[self._tab](view)
        document, revision = view.document, view.revision
        title = document.title or document.identity
        meets = document.current > 1 and shell.may("edit")  # a first delivery meets nothing
        met = conflicts.waiting(self._services, exchange.actor(), document.id) if meets else []
        slots = {
            "title": title,
            "state": shell.state(document.state),
            "facts": _facts(view),
            "tabs": _tabs(view, self._tab),
            "content": content,
            "rail": _rail(view),
            "download": url(f"/api/documents/{document.id}/revisions/{revision.number}", format="xml", download="1"),
            "edit": url(f"/documents/{document.id}/edit") if editable(view) else None,
            "states": states.buttons(view),
            "links": _links(view) if self._tab == "" else None,
            "conflicts": join(_met(url(f"/documents/{document.id}/conflicts/{each}")) for each in met),
            "failure": states.FAILURES.get(parameter("failed") or "", ""),
            "old": None if view.current else f"This is revision {revision.number} of {document.current}.",
            "newest": url(f"/documents/{document.id}"),
        }
        fragment = templates.filled("document", slots)
        said = saving.notice(parameter("done"), parameter("revision_saved"))
        return shell.show(self._services, title, fragment, "/documents", notice=said)


class Output:
    """One rendering, for the preview's frame or to be saved: GET /documents/ID/outputs/FORMAT."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str, format: str) -> bytes:
        return tabs.output(View.open(self._services, exchange.actor(), id, _asked()), format)


def _asked() -> int | None:
    """The revision that ?revision= names. Raises NotFound."""
    text = parameter("revision")
    if text is None or text == "":
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise errors.NotFound(f"There is no revision {text!r}; revisions are numbered from 1.")
    return int(text)


def _facts(view: View) -> Markup:
    document, revision = view.document, view.revision
    facts: list[Any] = [
        tag("span", link(url(f"/vocabularies/{document.vocabulary}"), revision.version)),
        tag("span", "from ", link(url("/documents", partner=document.partner), document.partner)),
        tag("span", f"revision {revision.number}" + (f" of {document.current}" if not view.current else "")),
        tag("span", shell.when(revision.created)),
        tag("span", shell.identifier(document.id)),
    ]
    if document.published is not None and document.published != document.current:
        facts.append(
            tag("span", "public: ", link(url(f"/documents/{document.id}", revision=document.published), f"revision {document.published}"))
        )
    return join(facts)


def _met(decide: str) -> Markup:
    """That partner and editor changed the same fields; `decide`: where to choose."""
    said = "The partner delivered what an editor had corrected, and both changed the same fields. "
    return tag("div", said, link(decide, "Decide whose they are to be"), class_="alert alert-info", role="status")


def _tabs(view: View, here: str) -> Markup:
    entries = []
    for name, label, key in TABS:
        current = ' aria-current="page"' if name == here else ""
        entries.append(
            f'<li class="nav-item"><a class="nav-link"{current} data-key="{key}" href="{escaped(view.href(name))}">{label}</a></li>'
        )
    return Markup("".join(entries))


def _rail(view: View) -> Markup:
    """The problems, or the word that there are none."""
    if view.report is None:
        return tag(
            "p",
            f"The schema that this revision was checked against ({view.revision.version}) is no longer registered, so its problems "
            "cannot be listed.",
            class_="quiet",
        )
    if not view.violations:
        return join(tag("h2", "No problems"), tag("p", f"The document satisfies {view.revision.version}.", class_="quiet"))
    entries = [
        _problem(view, number, violation, ordinal)
        for number, (violation, ordinal) in enumerate(zip(view.violations, view.ordinals, strict=True), 1)
        if number <= SENTENCES
    ]
    more = len(view.violations) - len(entries)
    report = url(f"/api/documents/{view.document.id}/revisions/{view.revision.number}/verdict")
    rest = tag("p", f"and {plural(more, 'more problem')}: ", link(report, "the whole report"), class_="quiet") if more > 0 else None
    cut = tag("p", "The report was cut at its limit; correct these and check again.", class_="quiet") if view.report.cut else None
    return join(tag("h2", plural(len(view.violations), "problem")), tag("ol", entries, class_="problems"), rest, cut)


def _problem(view: View, number: int, violation: Violation, ordinal: int | None) -> Markup:
    """One sentence and where it leads."""
    ways: list[Markup] = []
    if violation.line is not None:
        ways.append(link(f"{view.href('source', line=violation.line)}#L{violation.line}", f"line {violation.line:,}", class_="to-line"))
    if ordinal is not None:
        ways.append(link(view.field(ordinal), _place(violation), class_="to-field"))
    if editable(view):
        ways.append(link(_fix(view, ordinal), "Fix it", class_="fix"))
    disputed = tag("span", "engines disagree", class_="chip") if violation.disputed else None
    code = tag("span", violation.code, class_="path mono", title=violation.component or None)
    return tag(
        "li",
        tag("span", "● ", class_="dot", aria_hidden="true"),
        tag("span", violation.message, class_="sentence"),
        tag("div", ways, disputed, code, class_="where"),
        id=f"v{number}",
    )


def editable(view: View) -> bool:
    """Whether who asks may edit what is shown."""
    return view.current and view.schema is not None and view.document.state != "withdrawn" and shell.may("edit")


def _fix(view: View, ordinal: int | None) -> str:
    """The form, opened where the problem is."""
    return url(f"/documents/{view.document.id}/edit", field=ordinal)


def _links(view: View) -> Markup | None:
    """What the document links to, and what links to it."""
    found = links.of(view.services, exchange.actor(), view.document, view.tree)
    shown: list[Markup] = []
    for title, documents in (("Links to", found.to), ("Linked from", found.back)):
        if documents:
            shown += [tag("h3", title), tag("ul", [_linked(each) for each in documents])]
    if found.addresses:
        entries = [
            Markup(f'<li><a title="to the field" href="{escaped(view.field(ordinal))}">{escaped(address)}</a></li>')
            for address, ordinal in found.addresses
        ]
        shown.append(tag("details", tag("summary", plural(len(entries), "web address", "web addresses")), tag("ul", entries)))
    return join(shown) if shown else None


def _linked(each: links.Linked) -> Markup:
    identity = tag("span", each.identity, class_="mono quiet")
    return tag("li", link(url(f"/documents/{each.id}"), each.title), " ", identity, " ", shell.state(each.state))


def _place(violation: Violation) -> str:
    """The end of the path in words: "Genres › Genre 2"."""
    steps = []
    for step in violation.path.strip("/").split("/")[-2:]:
        match = _STEP.fullmatch(step)
        if match:
            steps.append(declarations.label(match[1]) + (f" {match[2]}" if match[2] else ""))
    if violation.attribute:
        steps.append(declarations.label(violation.attribute.rpartition(":")[2]))
    return " › ".join(steps) or "document"
