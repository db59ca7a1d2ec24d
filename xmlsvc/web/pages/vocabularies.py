"""What the service understands: vocabularies, their versions, roots, formats and columns."""

from __future__ import annotations

from genshi.core import Markup

from ... import errors
from ...codegen.table_plan import Column, RowTable, TablePlan
from ...documents.services import Services
from ...schema.registry import Schema
from ...storage import projection
from .. import declarations, representations, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from ..rest.vocabularies import versions
from . import shell

ROOTS = 12


class Vocabularies:
    """GET /vocabularies"""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        registry = self._services.registry
        rows = [_vocabulary(name, registry.versions(name)) for name in registry.names()]
        content = templates.fragment("vocabularies", rows=join(rows), empty=not rows)
        return shell.show(self._services, "Vocabularies", content, "/vocabularies")


def _vocabulary(name: str, found: list[Schema]) -> Markup:
    manifest = found[-1].manifest
    active = [schema.version for schema in found if schema.active]
    return tag(
        "tr",
        tag(
            "td",
            link(url(f"/vocabularies/{name}"), manifest.title or name, class_="primary"),
            tag("div", manifest.description, class_="snippet") if manifest.description else None,
        ),
        tag("td", name, class_="mono"),
        tag("td", ", ".join(schema.version for schema in found)),
        tag("td", ", ".join(active)),
        tag("td", link(url("/documents", vocabulary=name), "documents")),
        data_row=True,
    )


class Vocabulary:
    """GET /vocabularies/NAME"""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, name: str) -> bytes:
        found = versions(self._services, name)
        manifest = found[-1].manifest
        plan = projection.plan_of(next((each for each in found if each.active), found[-1]))
        chosen = next((table for table in plan.tables if table.name == parameter("table")), plan.tables[0])
        content = templates.fragment(
            "vocabulary",
            name=name,
            title=manifest.title or name,
            description=manifest.description,
            review=manifest.review,
            identity=manifest.identity,
            documents=url("/documents", vocabulary=name),
            change=url(f"/vocabularies/{name}/change", **{"from": found[-2].version}) if len(found) > 1 else None,
            rows=join(self._version(each) for each in found),
            tables=_tables(name, plan, chosen),
            table=chosen.name,
            about=chosen.documentation,
            columns=join(_column(plan, chosen, column) for column in chosen.columns),
        )
        return shell.show(self._services, manifest.title or name, content, "/vocabularies")

    def _version(self, schema: Schema) -> Markup:
        roots = sorted(declarations.local(root) for root in schema.roots)
        shown = ", ".join(roots[:ROOTS]) + (f" and {len(roots) - ROOTS} more" if len(roots) > ROOTS else "")
        try:
            formats = ", ".join(each.title or each.name for each in representations.formats(schema))
        except errors.StylesheetError as error:
            formats = error.message
        return tag(
            "tr",
            tag("td", tag("b", schema.version), " ", tag("span", "active", class_="chip") if schema.active else None),
            tag("td", shown, class_="mono"),
            tag("td", formats),
            tag("td", shell.identifier(schema.digest, schema.digest[7:19])),
            data_row=True,
        )


def _tables(name: str, plan: TablePlan, chosen: RowTable) -> Markup:
    """All tables as links, each with its number of columns."""
    return join(
        tag(
            "li",
            link(url(f"/vocabularies/{name}", table=table.name) + "#columns", table.name, aria_current="true" if table is chosen else None),
            " ",
            tag("span", len(table.columns), class_="quiet"),
        )
        for table in plan.tables
    )


def _column(plan: TablePlan, table: RowTable, column: Column) -> Markup:
    """One column: its type, where it comes from, what it means, and its name in a search."""
    short = "" if table.is_root else table.name.removeprefix(plan.tables[0].name).lstrip("_") + "."
    return tag(
        "tr",
        tag("td", column.name, class_="mono"),
        tag("td", column.kind),
        tag("td", _path(table, column), class_="mono"),
        tag("td", f"{short}{column.name}:", class_="mono"),
        tag("td", column.documentation[:200], class_="snippet"),
    )


def _path(table: RowTable, column: Column) -> str:
    """Where a column's values stand, from the element of its table's first parent on."""
    steps = table.parents[0][1] if table.parents else ()
    return "/".join(
        step if step.endswith("()") else ("@" if step.startswith("@") else "") + declarations.local(step.lstrip("@"))
        for step in (*steps, *column.path)
    )
