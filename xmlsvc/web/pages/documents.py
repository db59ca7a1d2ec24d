"""The list of documents: search, filters, hits; keyset paging by address."""

from __future__ import annotations

from genshi.core import Markup

from ... import errors
from ...documents import accounts, filters, search
from ...documents.services import Services
from ...storage.search import Snippet
from .. import declarations, exchange, listing, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import shell

PAGE = 50
COLUMNS = 4
VALUES = 40


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
        content = templates.fragment(
            "documents",
            rows=join(_row(item) for item in page.items),
            empty=not page.items,
            failure=failure,
            query=query,
            narrowed=narrowed,
            here=url("/documents"),
            next=following,
            first=url("/documents", **listing.parameters(query)) if query.cursor else None,
            filters=self._filters(query),
            upload=url("/upload"),
            may_upload=shell.may("submit"),
        )
        return shell.show(self._services, "Documents", content, "/documents", query=query.text)

    def _filters(self, query: search.Query) -> Markup:
        registry, partners = self._services.registry, accounts.partners(self._services)
        shown = [
            _select(
                "vocabulary",
                "Vocabulary",
                [(name, registry.versions(name)[-1].manifest.title or name) for name in registry.names()],
                query.vocabulary,
            ),
            _select("partner", "Partner", [(each.name, each.title) for each in partners], query.partner),
            _select("state", "State", [(state, shell.word(state)) for state in filters.STATES], query.state),
            _select("valid", "Valid", [("true", "valid"), ("false", "with problems")], parameter("valid")),
        ]
        if query.vocabulary and query.vocabulary in registry.names():
            columns = filters.columns_of(self._services, query.vocabulary).items()
            shown += [
                _select(name, declarations.label(name.replace(".", " ")), _values(column), query.columns.get(name))
                for name, column in [pair for pair in columns if pair[1].enumeration][:COLUMNS]
            ]
        return join(shown)


def _values(column: filters.Filterable) -> list[tuple[str, str]]:
    return [(value, value) for value in column.enumeration[:VALUES]]


def _select(name: str, label: str, options: list[tuple[str, str]], chosen: str | None) -> Markup:
    entries = [tag("option", shown, value=value, selected=value == chosen) for value, shown in options]
    if chosen and chosen not in {value for value, _ in options}:
        entries.append(tag("option", chosen, value=chosen, selected=True))
    return tag(
        "div",
        tag("label", label, for_=f"filter-{name}"),
        tag("select", tag("option", "any", value=""), entries, class_="form-select", id=f"filter-{name}", name=name),
    )


def _row(item: search.Item) -> Markup:
    verdict = None if item.valid else tag("span", shell.plural(item.violations, "problem"), class_="dot nowrap")
    name = join(link(url(f"/documents/{item.id}"), item.title or item.identity, class_="primary"), _snippet(item.snippet))
    return tag(
        "tr",
        tag("td", name),
        tag("td", shell.state(item.state), " ", verdict),
        tag("td", item.vocabulary, class_="optional"),
        tag("td", item.partner),
        tag("td", _short(item.identity), class_="mono optional"),
        tag("td", item.current, class_="num optional"),
        tag("td", shell.when(item.modified)),
        data_row=True,
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
