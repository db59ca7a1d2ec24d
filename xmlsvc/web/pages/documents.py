"""The list of documents: search, facets, hits, sorting, saved searches, selection; keyset paging by address."""

from __future__ import annotations

from urllib.parse import parse_qsl

import cherrypy
from genshi.core import Markup

from ... import errors
from ...counts import plural
from ...documents import search, searches
from ...documents.services import Services
from ...storage.search import Snippet
from .. import exchange, listing, templates
from ..exchange import parameter, url
from ..html import escaped, join, link, tag, text
from . import facets, shell

PAGE = 50
COLUMNS = (
    ("title", "Title", ""),
    ("state", "State", ""),
    ("vocabulary", "Vocabulary", "optional"),
    ("", "Partner", ""),
    ("identity", "Identity", "mono optional"),
    ("current", "Revision", "num optional"),
    ("modified", "Changed", ""),
)
_ANY = "any"  # stands for a column in an address
_DOWN_FIRST = frozenset({"current", "modified"})


class Documents:
    """GET /documents"""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        query = listing.asked(PAGE, search.MOST)
        failure, page = "", search.Page([], None)
        try:
            page = search.find(self._services, exchange.actor(), query)
        except (errors.BadRequest, errors.UnknownVocabulary) as error:
            failure = error.message
        following = url("/documents", **listing.parameters(query, after=page.next)) if page.next else None
        narrowed = bool(query.text or query.vocabulary or query.partner or query.state or query.valid is not None or query.columns)
        asked = cherrypy.serving.request.query_string
        slots = {
            "rows": join(_row(item, query.vocabulary is None) for item in page.items),
            "heads": _heads(query, page.order),
            "failure": failure,
            "next": following,
            "first": url("/documents", **listing.parameters(query)) if query.cursor else None,
            "facets": facets.panel(self._services, query, page) if not failure else None,
            "saved": _saved(searches.listed(self._services, exchange.actor()), asked),
            "asked": asked,
        }
        content = templates.filled(
            "documents",
            slots,
            empty=not page.items,
            text=bool(query.text),
            narrowed=narrowed,
            savable=narrowed or bool(query.order),
            here=url("/documents"),
            save=url("/documents/searches"),
            selection=url("/documents/selection"),
            change=url("/documents/change"),
            may_edit=shell.may("edit"),
            may_publish=shell.may("publish"),
            may_run=shell.may("run"),
            upload=url("/upload"),
            may_upload=shell.may("submit"),
        )
        return shell.show(self._services, "Documents", content, "/documents", query=query.text)


class Searches:
    """POST /documents/searches: `title` and `query` keep a search, `remove` (an id) forgets one."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self) -> bytes:
        actor, back = exchange.actor(), dict(parse_qsl(parameter("query") or ""))
        if id := parameter("remove"):
            searches.remove(self._services, actor, id)
        else:
            searches.save(self._services, actor, parameter("title") or "", parameter("query") or "")
        shell.go(url("/documents", **{name: value for name, value in back.items() if name != "after"}))


def _heads(query: search.Query, order: str) -> Markup:
    """The heads of the columns: pressed, the list is sorted by one; once more, the other way round."""
    before, _, behind = url("/documents", **listing.parameters(query, sort=_ANY)).rpartition(f"sort={_ANY}")
    now = query.order or ("-modified" if order == "newest" else "")
    shown = []
    for column, label, class_ in COLUMNS:
        if column == "vocabulary" and query.vocabulary is not None:
            continue
        class_ = class_.replace("mono ", "")
        head = f'<th class="{class_}" scope="col"' if class_ else '<th scope="col"'
        if not column:
            shown.append(f"{head}>{label}</th>")
            continue
        down = now == f"-{column}" or (column == "modified" and now == "newest")
        up = now == column
        wanted = f"-{column}" if (column in _DOWN_FIRST and not down) or up else column
        sign = f'<span aria-hidden="true"> {"▼" if down else "▲"}</span>' if down or up else ""
        sorted_ = f' aria-sort="{"descending" if down else "ascending"}"' if down or up else ""
        target = text(f"{before}sort={wanted}{behind}")
        shown.append(f'{head}{sorted_}><a href="{target}" class="sort">{label}{sign}</a></th>')
    return Markup("".join(shown))


def _saved(found: list[searches.Search], asked: str) -> Markup | None:
    if not found:
        return None
    entries = [
        tag(
            "li",
            link(
                url("/documents") + (f"?{each.query}" if each.query else ""),
                each.title,
                aria_current="true" if each.query == asked else None,
            ),
            tag(
                "button",
                shell.icon("remove"),
                type="submit",
                name="remove",
                value=each.id,
                class_="tool",
                aria_label=f"Forget {each.title}",
            ),
        )
        for each in found
    ]
    return tag("ul", entries)


def _row(item: search.Item, mixed: bool) -> Markup:
    """One document; `mixed`: the list has documents of several vocabularies. A list is mostly rows: written as one text."""
    title = escaped(item.title or item.identity)
    verdict = "" if item.valid else f'<span class="dot nowrap">{plural(item.violations, "problem")}</span>'
    vocabulary = f'<td class="optional">{escaped(item.vocabulary)}</td>' if mixed else ""
    return Markup(
        f'<tr data-row><td class="tick"><input type="checkbox" name="id" value="{item.id}" class="form-check-input" form="selection" '
        f'aria-label="Select {title}"></td><td><a href="{url(f"/documents/{item.id}")}" class="primary">{title}</a>'
        f"{_snippet(item.snippet) or ''}</td><td>{shell.state(item.state)} {verdict}</td>{vocabulary}<td>{escaped(item.partner)}</td>"
        f'<td class="mono optional">{_short(item.identity)}</td><td class="num optional">{item.current}</td>'
        f"<td>{shell.when(item.modified)}</td></tr>"
    )


def _short(identity: str) -> Markup:
    """An identity; a digest is cut, whole on hover."""
    if not identity.startswith("sha256:"):
        return tag("span", identity)
    return tag("span", identity[7:17], "…", title=identity)


def _snippet(pieces: Snippet) -> Markup | None:
    """The text around the hits, the hits marked."""
    if not any(hit for _, hit in pieces):
        return None
    return tag("div", [tag("mark", piece) if hit else piece for piece, hit in pieces], class_="snippet")
