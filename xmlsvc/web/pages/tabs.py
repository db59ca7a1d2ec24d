"""What each tab of a document page shows."""

from __future__ import annotations

import re
from typing import Any

import cherrypy
from genshi.core import Markup

from ... import errors
from ...codegen.tables import RowTable
from ...counts import plural
from ...documents import provenance, receipts, revisions
from ...documents.revisions import Document, Revision
from ...publish.formats import Format
from ...schema.registry import Schema
from ...storage import projection
from .. import exchange, fields, representations, source
from ..blame import Blame
from ..exchange import url
from ..html import join, link, tag, text
from ..tools import PREVIEW_POLICY
from . import shell
from .view import View

_FETCHING = re.compile(
    rb"<(?:img|video|audio|source|track|iframe|embed|object|link|script|input)\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE
)
_ADDRESS = re.compile(rb"\s(src|srcset|poster|data|href)\s*=", re.IGNORECASE)
PREVIEWED = 60_000
ROWS = 200
CELL = 200


def fields_tab(view: View) -> Markup:
    """Labels, values, documentation."""
    if view.places is None:
        return _panel(
            tag("p", "The schema of this revision is no longer registered, so its fields have no labels. The source is complete.")
        )
    shown = fields.Fields(
        view.places, view.prefixes, view.marks(), lambda at, skip: view.href("", at=at or None, skip=skip or None), _blame(view)
    )
    at, skip = exchange.number("at", 0, 0, 10_000_000), exchange.number("skip", 0, 0, 10_000_000)
    return _panel(join(shown.trail(at), shown.render(at, skip)))


def _blame(view: View) -> Blame | None:
    """Who set what, where there is more than one revision."""
    if view.revision.number < 2 or view.schema is None:
        return None
    found = provenance.of(view.services, exchange.actor(), view.document.id, view.revision.number)
    return Blame(found, view.tree.getroot(), view.schema.model.prefixes)


def source_tab(view: View) -> Markup:
    """The text with line numbers, colours, and each problem below its line."""
    window = source.window(view.text, exchange.number("line", 1, 1, 10_000_000))
    marks = [
        source.Mark(number, each.line, each.column or 1, text(each.message))
        for number, each in enumerate(view.violations, 1)
        if each.line is not None
    ]
    pager = source.pager(window, view.href("source", line="") + ("&" if "?" in view.href("source") else "?") + "line=")
    return tag("div", pager, source.render(window, marks), pager, class_="panel flush")


def outputs_tab(view: View) -> Markup:
    """Every format: a preview, a way to save it, or why it could not be made."""
    if view.schema is None:
        return _panel(tag("p", "The schema of this revision is no longer registered, so nothing can be made from it."))
    chosen = exchange.parameter("format")
    formats = representations.formats(view.schema)
    current = next((each for each in formats if each.name == chosen), formats[0] if formats else None)
    if current is None:
        return _panel(tag("p", "This vocabulary has no formats."))
    rows = [
        tag(
            "tr",
            tag(
                "td",
                link(
                    view.href("outputs", format=each.name),
                    each.title or each.name,
                    class_="primary",
                    aria_current="true" if each is current else None,
                ),
            ),
            tag("td", each.media_type, class_="mono"),
            tag("td", link(view.href(f"outputs/{each.name}", download=1), shell.icon("download"), " Download")),
            data_row=True,
        )
        for each in formats
    ]
    head = tag("thead", tag("tr", tag("th", "Format"), tag("th", "Media type"), tag("th", "")))
    return join(
        tag("div", tag("table", head, tag("tbody", rows), class_="table"), class_="panel flush scroll"),
        _panel(tag("h2", current.title or current.name), _preview(view, view.schema, current)),
    )


def _preview(view: View, schema: Schema, chosen: Format) -> Markup:
    address = view.href(f"outputs/{chosen.name}", preview=1)
    if chosen.media_type.startswith("text/html"):
        return tag("iframe", src=address, class_="preview", sandbox="", title=f"Preview of {chosen.name}", loading="lazy")
    try:
        body = representations.rendered(view.services, schema, chosen, view.data, view.document.title).data
    except errors.StylesheetError as error:
        return tag("div", error.message, class_="note")
    shown = body[:PREVIEWED].decode("utf-8", "replace")
    more = tag("p", f"… {shell.size(len(body) - PREVIEWED)} more in the file", class_="quiet") if len(body) > PREVIEWED else None
    if "xml" in chosen.media_type:
        return join(tag("div", source.render(source.window(shown), ()), class_="scroll"), more)
    return join(tag("pre", shown, class_="plain", tabindex=0), more)


def output(view: View, name: str) -> bytes:
    """One rendering as it is; framed, it can run and load nothing. Raises NotFound."""
    formats = {each.name: each for each in representations.formats(view.schema)} if view.schema is not None else {}
    if name not in formats or view.schema is None:
        raise errors.NotFound(f"There is no format {name!r} for this document. There are: {', '.join(formats) or 'none'}.")
    made = representations.rendered(view.services, view.schema, formats[name], view.data, view.document.title)
    headers = cherrypy.serving.response.headers
    headers["Content-Security-Policy"] = PREVIEW_POLICY
    if exchange.parameter("download"):
        headers["Content-Disposition"] = representations.attachment(view.document, formats[name].suffix)
    if exchange.parameter("preview") and made.media_type.startswith("text/html"):
        return exchange.conditional(without_requests(made.data), made.media_type)
    return exchange.conditional(made.data, made.media_type)


def without_requests(page: bytes) -> bytes:
    """A page for the preview's frame: what would be fetched from elsewhere is named data-…, since the policy refuses it anyway and the
    browser would complain about each."""
    return _FETCHING.sub(lambda match: _ADDRESS.sub(rb" data-\1=", match[0]), page)


def history_tab(view: View) -> Markup:
    """Revisions, then the deliveries that led to them."""
    actor, document = exchange.actor(), view.document
    rows = [_revision(document, each) for each in revisions.listed(view.services, actor, document.id)]
    heads = [tag("th", name) for name in ("Revision", "What", "When", "Verdict", "Size", "")]
    deliveries = [
        tag(
            "tr",
            tag("td", link(url(f"/receipts/{entry.id}"), entry.name or entry.id, class_="primary")),
            tag("td", shell.state(entry.outcome)),
            tag("td", shell.when(entry.received)),
            tag("td", entry.actor, class_="optional"),
            data_row=True,
        )
        for entry in receipts.find(view.services, actor, document=document.id)
    ]
    columns = [tag("th", name) for name in ("Name", "Outcome", "Received")] + [tag("th", "By", class_="optional")]
    behind = _behind(document) if shell.may("run") else None
    return join(_section("Revisions", heads, rows), _section("Deliveries", columns, deliveries), behind)


def _behind(document: Document) -> Markup:
    """What goes on about the document, for who may see it."""
    ways = (("/jobs", "Jobs about this document"), ("/files", "Media files that it names"))
    return tag("p", join(join(link(url(path, document=document.id), words), " ") for path, words in ways), class_="pager")


def _revision(document: Document, each: Revision) -> Markup:
    """One line of the history."""
    heads = [word for word, number in (("current", document.current), ("public", document.published)) if number == each.number]
    here = url(f"/documents/{document.id}", revision=None if each.number == document.current else each.number)
    verdict = tag("span", "valid") if each.valid else tag("span", plural(each.violations, "problem"), class_="dot")
    said = f"{each.kind} by {each.actor}"
    chips = [join(" ", tag("span", head, class_="chip")) for head in heads]
    return tag(
        "tr",
        tag("td", link(here, str(each.number), class_="primary"), chips, class_="number"),
        tag("td", said, tag("div", each.reason, class_="snippet") if each.reason else None),
        tag("td", shell.when(each.created)),
        tag("td", verdict, tag("div", each.version, class_="snippet")),
        tag("td", shell.size(each.size), class_="nowrap"),
        tag(
            "td",
            link(url(f"/documents/{document.id}/compare", old=each.number - 1, new=each.number), "changes") if each.number > 1 else None,
            " ",
            link(url(f"/receipts/{each.receipt_id}"), "receipt") if each.receipt_id else None,
        ),
        data_row=True,
    )


def _section(title: str, heads: list[Markup], rows: list[Markup]) -> Markup:
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="table")
    return tag("section", tag("h2", title), tag("div", table, class_="scroll"), class_="panel flush")


def rows_tab(view: View) -> Markup:
    """The rows that this revision is in the database, table by table."""
    if view.schema is None:
        return _panel(tag("p", "The schema of this revision is no longer registered, so its rows cannot be worked out."))
    plan, rows = projection.plan_of(view.schema), projection.rows(view.schema, view.tree)
    shown = [_rows(table, found) for table, found in zip(plan.tables, rows.tables, strict=True) if found]
    note = tag(
        "p",
        f"{len(plan.tables) - len(shown):,} tables of this vocabulary hold nothing of this document. Columns without any value are "
        "left out.",
        class_="quiet",
    )
    return join(*shown, note)


def _rows(table: RowTable, found: list[Any]) -> Markup:
    """One table; a child's first columns are its number and its parent's."""
    keys = () if table.is_root else ("n", "parent")
    used = [place for place in range(len(keys), len(keys) + len(table.columns)) if any(row[place] is not None for row in found)]
    places = [*range(len(keys)), *used]
    names = tuple([*keys, *(column.name for column in table.columns)][place] for place in places)
    return _table(table.name, names, [tuple(row[place] for place in places) for row in found])


def _table(name: str, columns: tuple[str, ...], values: list[tuple[Any, ...]]) -> Markup:
    heads = tag("tr", [tag("th", column) for column in columns])
    body = [tag("tr", [tag("td", _cell(value)) for value in row]) for row in values[:ROWS]]
    more = tag("p", f"and {len(values) - ROWS:,} more rows", class_="pager") if len(values) > ROWS else None
    return tag(
        "section",
        tag("h2", tag("span", name, class_="mono"), " ", tag("span", f"{len(values):,}", class_="chip")),
        tag(
            "div",
            tag("table", tag("thead", heads), tag("tbody", body), class_="table"),
            class_="scroll",
            tabindex=0,
            role="group",
            aria_label=name,
        ),
        more,
        class_="panel flush",
    )


def _cell(value: Any) -> Markup:
    if value is None:
        return tag("span", "NULL", class_="quiet")
    shown = str(value)
    return text(shown if len(shown) <= CELL else shown[:CELL] + " …")


def _panel(*children: Any) -> Markup:
    return tag("div", *children, class_="panel")
