"""What changed between two versions of a vocabulary, what it would do to what is stored, and switching over.

    /vocabularies/NAME/change?from=V1&to=V2      GET: in words; POST: activate the later version, or take the last switch back
"""

from __future__ import annotations

from genshi.core import Markup

from ...batch import activation
from ...documents.services import Services
from ...schema.evolution import Change
from .. import exchange, templates
from ..exchange import parameter, url
from ..html import join, tag
from ..rest.vocabularies import versions
from . import shell


class Evolution:
    """GET the changes; POST the switch."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, name: str) -> bytes:
        found = versions(self._services, name)
        known = [schema.version for schema in found]
        active = next((schema.version for schema in found if schema.active), known[0])
        old, new = parameter("from") or active, parameter("to") or known[-1]
        evolution, touched = activation.compare(self._services, name, old, new)
        run = activation.prepared(self._services, name, new)
        content = templates.fragment(
            "evolution", name=name, here=url(f"/vocabularies/{name}/change"), back=url(f"/vocabularies/{name}"), versions=known, old=old,
            new=new, active=active, writers=evolution.writers, readers=evolution.readers, rows=join(map(_row, evolution.changes)),
            many=len(evolution.changes), columns=touched.columns, formats=[f"{format}: {why}" for format, why in touched.formats.items()],
            forms=touched.forms,
            runs=url("/runs"), run=url(f"/runs/{run.id}") if run is not None else None, outcome=_outcome(run.counts) if run else "",
            may_run=shell.may("run"), may_switch=shell.may("administer"),
        )  # fmt: skip
        return shell.show(self._services, f"{name}: {old} → {new}", content, "/vocabularies")

    def POST(self, name: str) -> None:
        if parameter("back"):
            activation.back(self._services, exchange.actor(), name)
        else:
            activation.activate(self._services, exchange.actor(), name, parameter("to") or "", parameter("force") or "")
        shell.go(f"/vocabularies/{name}")


def _outcome(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items()) if count) or "no documents"


def _row(change: Change) -> Markup:
    breaks = [who for who, fine in (("who writes", change.writers), ("who reads", change.readers)) if not fine]
    sign = tag("span", "breaks " + " and ".join(breaks), class_="state wait" if change.writers else "state bad") if breaks else ""
    return tag("tr", tag("td", change.kind), tag("td", tag("code", change.where)), tag("td", change.what), tag("td", sign))
