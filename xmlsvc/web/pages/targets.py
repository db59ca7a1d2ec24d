"""Where outputs are delivered to: what is there, what could not be put there and why, what was done.

    /targets          all of them
    /targets/NAME     one: how it is set up, its failures, its log; deliver now, as a run
"""

from __future__ import annotations

from datetime import datetime

from genshi.core import Markup

from ...batch import republish
from ...documents import access
from ...documents.services import Services
from ...publish import delivery
from ...publish.delivery import Target, places, standing, targets
from .. import exchange, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import shell, work

LOGGED = 100


class Targets:
    """GET /targets"""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        access.require(exchange.actor(), "run")
        found = targets.listed(self._services)
        content = templates.fragment(
            "targets",
            tabs=work.tabs("/targets"),
            rows=join(_row(each, standing.counts(self._services, each)) for each in found),
            empty=not found,
        )
        return shell.show(self._services, "Delivery", content, "/runs")


class OneTarget:
    """GET one target; POST delivers now: what changed or, with `everything`, all of it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, name: str) -> bytes:
        access.require(exchange.actor(), "run")
        target = targets.get(self._services, name)
        counts, failed = standing.counts(self._services, target), standing.failed(self._services, target)
        log = delivery.log(self._services, target, LOGGED)
        content = templates.fragment(
            "target",
            tabs=work.tabs("/targets"),
            title=target.name,
            counts=_counts(counts),
            here=url(f"/targets/{target.name}"),
            may=shell.may("publish"),
            facts=work.facts(_facts(target)),
            failed=join(_failed(each) for each in failed) if failed else None,
            more=max(counts.get("failed", 0) - len(failed), 0),
            log=join(_logged(*each) for each in log),
            empty=not log,
        )
        return shell.show(self._services, f"Delivery to {target.name}", content, "/runs")

    def POST(self, name: str) -> bytes:
        asked = {"target": name, "changed": not parameter("everything")}
        shell.go(url(f"/runs/{republish.request_delivery(self._services, exchange.actor(), asked)}"))


def _when(target: Target) -> str:
    if target.schedule.isdigit():
        return f"every {int(target.schedule):,} s"
    return {targets.ON_PUBLICATION: "on publication", targets.MANUAL: "when somebody asks"}[target.schedule]


def _counts(counts: dict[str, int]) -> Markup:
    if not counts:
        return tag("span", "nothing yet", class_="quiet")
    return join(join(work.state(name, f"{count:,}"), " ") for name, count in counts.items() if count)


def _row(target: Target, counts: dict[str, int]) -> Markup:
    return tag(
        "tr",
        tag(
            "td",
            link(url(f"/targets/{target.name}"), target.name, class_="primary"),
            tag("div", places.shown(target.url), class_="snippet mono"),
        ),
        tag("td", ", ".join(target.formats)),
        tag("td", _when(target)),
        tag("td", _counts(counts)),
        data_row=True,
    )


def _facts(target: Target) -> dict[str, object]:
    return {
        "Address": tag("span", places.shown(target.url), class_="mono"),
        "Formats": ", ".join(target.formats),
        "Vocabulary": target.vocabulary or "all that have the formats",
        "Only documents that this finds": target.query,
        "Files are called": tag("span", target.pattern, class_="mono"),
        "When": _when(target),
        "Next": shell.when(target.due) if target.due else None,
        "After each file": tag("span", " ".join(target.command), class_="mono") if target.command else None,
        "Attempts at a file": str(target.attempts),
    }


def _failed(each: standing.Failed) -> Markup:
    return tag(
        "tr",
        tag("td", link(url(f"/documents/{each.document}"), each.title, class_="primary"), tag("div", each.problem, class_="snippet")),
        tag("td", each.format, class_="optional"),
        tag("td", each.attempts, class_="num optional"),
        tag("td", shell.when(each.at)),
        data_row=True,
    )


def _logged(at: datetime, action: str, format: str, name: str, detail: str) -> Markup:
    return tag(
        "tr",
        tag("td", shell.when(at)),
        tag("td", work.state(action)),
        tag("td", format, class_="optional"),
        tag("td", name, tag("div", detail, class_="snippet") if detail else None),
        data_row=True,
    )
