"""Runs: how far they are, what came out, why; what can be done about a cause, seen before it is done.

    /runs                       all runs, and a form for a new revalidation
    /runs/ID                    progress, four tiles, causes
    /runs/ID/causes/CAUSE       the sentence, examples, proposals with their bytes; apply, undo
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import cherrypy
from genshi.core import Markup

from ... import errors
from ...batch import clusters, fixes, fixing, revalidate, runner, script, trying
from ...batch.measures import Measures
from ...documents import runs
from ...documents.services import Services
from ...storage import contents
from .. import differences, exchange, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import shell, work

PAGE = 30
CAUSES = 50
ITEMS = 50
REFRESH = "3"  # seconds until a page of a run that is at work is asked for again
_TILES = (("bad", "Newly broken", ("newly-broken",)), ("wait", "Still broken", ("still-broken", "broken-otherwise")),
          ("good", "Fixed", ("fixed",)), ("", "Still valid", ("still-valid",)))  # fmt: skip
_MOVES = {"publish": "Publishing", "withdraw": "Withdrawal", "submit": "Sending to review", "reject": "Sending back", "reopen": "Reopening"}
_SIGNS = {"done": "good", "running": "wait", "waiting": "wait", "paused": "wait", "failed": "bad"}


class Runs:
    """GET the list; POST a new revalidation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        found = runs.listed(self._services, exchange.actor(), limit=PAGE)
        versions = [schema.name for name in self._services.registry.names() for schema in self._services.registry.versions(name)]
        content = templates.fragment(
            "runs", rows=join(_row(run) for run in found), empty=not found, here=url("/runs"), vocabularies=self._services.registry.names(),
            versions=versions, tabs=work.tabs("/runs"),
        )  # fmt: skip
        return shell.show(self._services, "Runs", content, "/runs")

    def POST(self) -> None:
        given = {"vocabulary": parameter("vocabulary") or None, "query": parameter("query") or None}
        shell.go(f"/runs/{revalidate.request(self._services, exchange.actor(), given)}")


class Run:
    """GET one run; POST a wish: pause, resume or cancel."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        actor = exchange.actor()
        run = runs.get(self._services, actor, id)
        if run.state in ("waiting", "running"):
            cherrypy.serving.response.headers["Refresh"] = REFRESH
        found = clusters.listed(self._services, actor, id) if run.kind == "revalidate" else []
        outcome = parameter("outcome") or None
        items = runs.items(self._services, actor, id, outcome, limit=ITEMS)
        content = templates.fragment(
            "run", heading=_title(run), said=_said(run),
            state=_state(run), progress=_progress(run), tiles=_tiles(run, outcome), wishes=_wishes(run),
            facts=join(_facts(run)), causes=join(_causes(run, found)), many=len(found), shown=CAUSES, items=join(map(_item, items)),
            outcome=outcome, here=url(f"/runs/{id}"), report=url(f"/api/runs/{id}/report"), csv=url(f"/api/runs/{id}/items"),
            fault=run.fault, undo=shell.may("run") and run.kind in runner.REVERSIBLE and "undo" not in run.parameters
            and run.state not in ("running", "waiting"),
        )  # fmt: skip
        return shell.show(self._services, _title(run), content, "/runs")

    def POST(self, id: str) -> None:
        wish = parameter("wish") or ""
        if wish == "undo":
            shell.go(f"/runs/{runner.undo(self._services, exchange.actor(), id)}")
        if wish not in ("pause", "resume", "cancel"):
            raise errors.BadRequest(f"A run cannot be asked to {wish!r}.")
        runs.ask(self._services, exchange.actor(), id, wish)
        shell.go(f"/runs/{id}")


class Cause:
    """GET a cause with examples and proposals; POST a script to see what it would do, or to apply it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str, cause: str) -> bytes:
        return self._page(id, cause, None)

    def POST(self, id: str, cause: str) -> bytes | None:
        text = (parameter("script") or "").replace("\r\n", "\n")
        if parameter("do") == "apply":
            shell.go(f"/runs/{fixing.apply(self._services, exchange.actor(), id, cause, text)}")
        return self._page(id, cause, text)

    def _page(self, id: str, cause: str, text: str | None) -> bytes:
        services, actor = self._services, exchange.actor()
        run = runs.get(services, actor, id)
        found = clusters.get(services, actor, id, cause)
        proposed = fixes.proposals(services, actor, id, found.id) if text is None else []
        tried = self._tried(run, found, text) if text is not None else None
        content = templates.fragment(
            "cause", cause=found, back=url(f"/runs/{id}"), here=url(f"/runs/{id}/causes/{found.id}"),
            facts=join(_cause_facts(found)), examples=join(_example(one) for one in clusters.examples(services, run, found.id, 3)),
            proposals=join(self._proposal(run, found, one) for one in proposed), none=text is None and not proposed,
            script=text if text is not None else "", tried=tried, may=shell.may("edit"),
        )  # fmt: skip
        return shell.show(services, found.message[:80], content, "/runs")

    def _proposal(self, run: runs.Run, cause: clusters.Cluster, proposal: fixes.Proposal) -> Markup:
        trial = proposal.trial
        form = tag(
            "form",
            tag("input", type="hidden", name="script", value=proposal.script),
            tag("button", "See what would change", name="do", value="try", class_="btn btn-sm btn-outline-secondary"), " ",
            tag("button", f"Apply to all {cause.documents}", name="do", value="apply", class_="btn btn-sm btn-primary")
            if shell.may("edit") else None,
            method="post", action=url(f"/runs/{run.id}/causes/{cause.id}"),
        )  # fmt: skip
        note = f"Tried on {trial.documents}: {trial.helped} without the cause, {trial.valid} valid."
        warning = tag("span", "takes something away", class_="state bad") if proposal.lossy else None
        script_ = tag("pre", proposal.script, class_="excerpt")
        return tag("li", tag("h3", proposal.title, " ", warning), tag("p", note, class_="quiet"), script_, form)

    def _tried(self, run: runs.Run, cause: clusters.Cluster, text: str) -> Markup:
        """What a script does to the bytes of three documents."""
        services, measures = self._services, Measures(self._services, run.parameters)
        parsed = script.parse(text, services.settings)
        members = clusters.members(services, run.id, cause.id, limit=3)
        return join(self._changed(parsed, measures, member, cause) for member in members)

    def _changed(self, parsed: script.AnyScript, measures: Measures, member: clusters.Member, cause: clusters.Cluster) -> Markup:
        data = self._services.sessions.read(partial(contents.get, name=member.content))
        change = trying.changed(self._services, measures.of(member.schema), parsed, data)
        valid = change.report.valid
        verdict = tag("span", "valid afterwards" if valid else "not valid afterwards", class_=f"state {'good' if valid else 'bad'}")
        left = tag("ul", (tag("li", violation.message) for violation in change.report.violations[:5])) if not valid else None
        helped = None if change.helped(cause.id) else tag("p", "The cause is still there.", class_="quiet")
        name = link(url(f"/documents/{member.document}"), member.title or member.identity)
        return tag("section", tag("h3", name, " ", verdict), helped, differences.text(change.before, change.after), left, class_="panel")


# -- pieces ---------------------------------------------------------------------------------------------------------------------------


def _title(run: runs.Run) -> str:
    undone = "undo" in run.parameters
    names = {
        "revalidate": "Revalidation", "fix": "Undoing a fix" if undone else "Fix", "bulk": "Undoing a change" if undone else "Change",
        "move": "Undoing a change of state" if undone else _MOVES.get(run.parameters.get("action", ""), "Change of state"),
        "media": "Check of media files",
        "republish": "Publication", "deliver": "Delivery", "batch": "Batch",
    }  # fmt: skip
    return names.get(run.kind, run.kind.capitalize())


def _state(run: runs.Run) -> Markup:
    asked = f" ({run.asked} is asked for)" if run.asked else ""
    return tag("span", run.state + asked, class_=f"state {_SIGNS.get(run.state, '')}")


def _row(run: runs.Run) -> Markup:
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(run.counts.items()) if count)
    return tag(
        "tr", tag("td", link(url(f"/runs/{run.id}"), _title(run), class_="primary"), tag("div", _about(run), class_="snippet")),
        tag("td", _state(run)), tag("td", counts), tag("td", run.actor), tag("td", shell.when(run.started)), data_row=True,
    )  # fmt: skip


def _about(run: runs.Run) -> str:
    """What a run is about: a cause's sentence, a candidate, a vocabulary."""
    about = run.parameters.get("message") or run.parameters.get("candidate") or run.parameters.get("vocabulary") or ""
    return ", ".join(about) if isinstance(about, list) else str(about)


def _said(run: runs.Run) -> str:
    """The line below the heading: what about, of which documents, by whom, when, how long."""
    query = f"of what “{run.parameters['query']}” finds" if isinstance(run.parameters.get("query"), str) else ""
    took = f"in {(run.ended - run.begun).total_seconds():,.1f} s" if run.begun is not None and run.ended is not None else ""
    asked = f"asked for by {run.actor} on {run.started:%Y-%m-%d at %H:%M} UTC"
    return "; ".join(part for part in (_about(run), query, asked, took) if part)


def _progress(run: runs.Run) -> Markup | None:
    """How far a run is, with rate and time left."""
    done = sum(run.counts.values())
    if run.state not in ("running", "waiting", "paused"):
        return None
    rate, left = runs.pace(run)
    said = f"{done:,}" + (f" of {run.total:,}" if run.total else "") + (f", {rate:,.0f} a second" if rate else "")
    said += f", about {left:,.0f} s left" if left is not None else ""
    return join(tag("progress", value=done, max=run.total or max(done, 1), class_="run"), tag("p", said, class_="quiet"))


def _tiles(run: runs.Run, chosen: str | None) -> Markup | None:
    """Four tiles that filter the items."""
    if run.kind != "revalidate":
        return None
    return tag("ul", (
        tag("li", link(
            url(f"/runs/{run.id}", outcome=None if chosen == outcomes[0] else outcomes[0]),
            tag("b", f"{sum(run.counts.get(one, 0) for one in outcomes):,}"), name,
            tag("small", f"{run.counts.get('broken-otherwise', 0):,} by other causes") if len(outcomes) > 1 else None,
            aria_current="true" if chosen in outcomes else None,
        ), class_=sign)
        for sign, name, outcomes in _TILES
    ), class_="tiles")  # fmt: skip


def _wishes(run: runs.Run) -> Markup | None:
    """The buttons for what can be asked of a run now."""
    open_ = {"running": ("pause", "cancel"), "waiting": ("pause", "cancel"), "paused": ("resume", "cancel"), "failed": ("resume",),
             "interrupted": ("resume",)}.get(run.state, ())  # fmt: skip
    return join(
        tag("button", wish.capitalize(), name="wish", value=wish, class_="btn btn-sm btn-outline-secondary") for wish in open_
    ) if open_ else None


def _facts(run: runs.Run) -> Iterator[Markup]:
    said: dict[str, Any] = {"Run": shell.identifier(run.id), "Asked for by": run.actor, "Asked for": shell.when(run.started)}
    if run.ended:
        said["Ended"] = shell.when(run.ended)
    for name in ("vocabulary", "query", "candidate", "cluster", "message"):
        value = run.parameters.get(name)
        if value:
            said[name.capitalize()] = ", ".join(value) if isinstance(value, list) else value
    if undone := run.parameters.get("undo"):
        said["Takes back"] = link(url(f"/runs/{undone}"), undone)
    if reason := run.parameters.get("reason"):
        said["Reason"] = reason
    yield from (join(tag("dt", name), tag("dd", value)) for name, value in said.items())


def _causes(run: runs.Run, found: list[clusters.Cluster]) -> Iterator[Markup]:
    most = max((one.documents for one in found), default=1)
    for one in found[:CAUSES]:
        partners = ", ".join(f"{name} {count:,}" for name, count in list(one.partners.items())[:3])
        share = tag("svg", tag("rect", width=f"{100 * one.documents / most:.1f}", height="8"), viewBox="0 0 100 8",
                    preserveAspectRatio="none", class_="share", aria_hidden="true")  # fmt: skip
        yield tag(
            "tr", tag("td", link(url(f"/runs/{run.id}/causes/{one.id}"), one.message, class_="primary"),
                      tag("div", one.component or one.path, class_="snippet")),
            tag("td", f"{one.documents:,}", share, class_="num"), tag("td", partners), tag("td", shell.when(one.first_seen)), data_row=True,
        )  # fmt: skip


def _item(item: runs.Item) -> Markup:
    name = link(url(f"/documents/{item.document_id}"), item.name, class_="primary") if item.document_id else item.name
    return tag("tr", tag("td", name), tag("td", item.outcome), tag("td", item.detail), data_row=True)


def _cause_facts(one: clusters.Cluster) -> Iterator[Markup]:
    partners = ", ".join(f"{name} {count:,}" for name, count in one.partners.items())
    said = {"Documents": f"{one.documents:,}, {one.violations:,} violations", "Partners": partners, "Code": one.code,
            "Component": one.component or "", "Path": one.path, "First seen": f"{one.first_seen:%Y-%m-%d %H:%M}",
            "Values": ", ".join(f"“{value}” {count:,}" for value, count in one.values.items())}  # fmt: skip
    yield from (join(tag("dt", name), tag("dd", value)) for name, value in said.items() if value)


def _example(one: clusters.Example) -> Markup:
    numbered = [(number, f"{number:>5}  {text}") for number, text in one.lines]
    lines = join(join(tag("mark", text) if number == one.violation.line else text, "\n") for number, text in numbered)
    name = link(url(f"/documents/{one.member.document}"), one.member.title or one.member.identity)
    return tag("li", tag("p", name, " ", tag("span", one.member.partner, class_="quiet")), tag("pre", lines, class_="excerpt"))
