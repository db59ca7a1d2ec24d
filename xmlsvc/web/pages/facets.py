"""The facets beside a list of documents: what it can be narrowed to, with counts where counting is quick.

Vocabulary, partner, state and verdict for every list; within one vocabulary also the generated columns that have few values.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from genshi.core import Markup

from ...codegen.table_plan import Column
from ...documents import accounts, filters, search
from ...documents.services import Services
from ...storage import projection
from .. import declarations, exchange, listing
from ..exchange import url
from ..html import join, link, tag
from . import shell

COLUMNS = 8
VALUES = 12
OWN = ("vocabulary", "state", "valid")
_FEW = frozenset({"boolean"})


def panel(services: Services, query: search.Query, page: search.Page) -> Markup:
    """Each facet as a list of links; what is chosen stands first and can be taken back. `page`: the one that is shown; where it is all that
    was found, its documents are counted, without asking the database again."""
    columns = _columns(services, query.vocabulary)
    whole = query.cursor is None and page.next is None
    counts: dict[str, list[tuple[Any, int]] | None] = {name: _counted(page.items, name) for name in OWN} if whole else {}
    if asked := [name for name in (*OWN, *columns) if name not in counts]:
        counts |= search.facets(services, exchange.actor(), query, asked)
    registry = services.registry
    titles = {name: registry.versions(name)[-1].manifest.title or name for name in registry.names()}
    shown = [
        _facet(
            query, "vocabulary", "Vocabulary", counts["vocabulary"], list(titles), query.vocabulary, lambda value: titles.get(value, value)
        ),
        _facet(query, "state", "State", counts["state"], list(filters.STATES), query.state, shell.word),
        _facet(
            query,
            "valid",
            "Verdict",
            _truth(counts["valid"]),
            ["true", "false"],
            _said(query.valid),
            lambda value: "valid" if value == "true" else "with problems",
        ),
    ]
    partners = accounts.partners(services)
    if len(partners) > 1:
        words = {each.name: each.title for each in partners}
        shown.append(_facet(query, "partner", "Partner", None, list(words), query.partner, lambda value: words.get(value, value)))
    for name, column in columns.items():
        found = _truth(counts[name]) if column.kind == "boolean" else counts[name]
        label = declarations.label(name.replace(".", " "))
        said: Any = (lambda value: "yes" if value == "true" else "no") if column.kind == "boolean" else str
        shown.append(_facet(query, name, label, found, list(column.enumeration), query.columns.get(name), said, column.documentation))
    return join(shown)


def _counted(items: list[search.Item], name: str) -> list[tuple[Any, int]]:
    """The values of one of OWN among the documents, the most frequent first."""
    counts = Counter(getattr(item, name) for item in items)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _columns(services: Services, vocabulary: str | None) -> dict[str, Column]:
    """The generated columns worth a facet: enumerations and truth values, the root's first."""
    if vocabulary is None or vocabulary not in services.registry.names():
        return {}
    found: dict[str, Column] = {}
    for schema in services.registry.versions(vocabulary):
        plan = projection.plan_of(schema)
        for table in plan.tables:
            short = "" if table.is_root else table.name.removeprefix(plan.tables[0].name).lstrip("_") + "."
            for column in table.columns:
                if column.enumeration or column.kind in _FEW:
                    found.setdefault(short + column.name, column)
    return dict(sorted(found.items(), key=lambda pair: "." in pair[0])[:COLUMNS])


def _said(truth: bool | None) -> str | None:
    return None if truth is None else "true" if truth else "false"


def _truth(counts: list[tuple[Any, int]] | None) -> list[tuple[Any, int]] | None:
    return None if counts is None else [("true" if value else "false", count) for value, count in counts]


def _facet(
    query: search.Query,
    name: str,
    label: str,
    counts: list[tuple[Any, int]] | None,
    known: list[str],
    chosen: str | None,
    words: Any,
    said: str = "",
) -> Markup | None:
    """One facet; None where there is nothing to choose."""
    values = (
        [(str(value), count) for value, count in counts[:VALUES]] if counts is not None else [(value, None) for value in known[:VALUES]]
    )
    if chosen is not None:
        back = url("/documents", **listing.parameters(query, **{name: None}))
        entry = tag(
            "li",
            link(
                back,
                words(chosen),
                " ",
                tag("span", "×", aria_hidden="true"),
                aria_label=f"{label}: {words(chosen)}, take back",
                class_="chosen",
            ),
        )
        return tag("section", tag("h3", label), tag("ul", entry), class_="facet")
    if len(values) < 2:
        return None
    entries = [
        tag(
            "li",
            link(url("/documents", **listing.parameters(query, **{name: value})), words(value)),
            tag("span", f"{count:,}", class_="num quiet") if count is not None else None,
        )
        for value, count in values
    ]
    return tag("section", tag("h3", label, title=said[:400] or None), tag("ul", entries), class_="facet")
