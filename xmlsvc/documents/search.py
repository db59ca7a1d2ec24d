"""Finding documents: full text, filters, any generated column; the best match or the newest first, page by page.

    find(services, actor, Query(text="sea title:rescue", vocabulary="programme")) → Page(items, next)

A page's `next` names the last item of the page, not a number of rows: page 5,000 costs what page 1 costs, and what is delivered
meanwhile neither repeats nor hides an item.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from storm.expr import SQL, And, Or
from storm.store import Store

from ..errors import BadRequest
from ..storage import listing, model, query, search, sorting
from ..storage.conditions import Having
from . import filters
from .access import Actor, require, scope_of
from .services import Services

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`text`: the search box's language (storage.query), in which `vocabulary:`, `partner:`, `state:`, `valid:`, `identity:`, `after:` and
    `before:` (dates of the last change) and, where a vocabulary is given, its column names are filters. `columns`: values of columns of
    the vocabulary's tables. `public`: only what is published, as it is published. `order`: "newest", or None: the best match first where
    there is a text with at most 10,000 hits, else the newest; or a column to sort by (`sorting.OWN`, or one of the root table),
    with a minus for the greatest first. `cursor`: a page's `next`."""

    text: str = ""
    vocabulary: str | None = None
    partner: str | None = None
    state: str | None = None
    valid: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    order: str | None = None
    cursor: str | None = None
    limit: int = 50


class Item(NamedTuple):
    """A document in a list, as `listing.COLUMNS`. `snippet`: its text around the first hit, in pieces, True for those that match."""

    id: str
    vocabulary: str
    identity: str
    title: str
    state: str
    valid: bool
    violations: int
    root: str
    current: int
    published: int | None
    created: datetime
    modified: datetime
    partner: str
    snippet: search.Snippet = ()


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: the cursor of the page after this one, None on the last. `order`: relevance or newest."""

    items: list[Item]
    next: str | None
    order: str = "newest"


def find(services: Services, actor: Actor | None, asked: Query) -> Page:
    """One page. `actor` None is the public: only published documents. Raises BadRequest for a filter or cursor that cannot be read,
    Forbidden, UnknownVocabulary."""
    if actor is None:
        asked = replace(asked, public=True)
    else:
        require(actor, "read")
    if not 1 <= asked.limit <= MOST:
        raise BadRequest(f"A page has 1 to {MOST} items, not {asked.limit}.")
    head = model.PUBLISHED if asked.public else model.CURRENT
    conditions, terms, columns = _asked(services, actor, asked, head)
    if asked.order not in (None, "newest"):
        return _sorted(services, asked, conditions, terms, _order(asked.order, columns), head)
    return services.sessions.read(lambda store: _page(store, conditions, asked, terms, head))


def _order(name: str, columns: Mapping[str, filters.Filterable]) -> sorting.Order:
    down, column = name.startswith("-"), name.removeprefix("-")
    if column in sorting.OWN:
        return sorting.Order(column, None, down)
    if column in columns and "." not in column:
        return sorting.Order(columns[column].column, columns[column].table, down)
    raise BadRequest(f"There is nothing {column!r} to sort by. Sort by {', '.join(sorting.OWN)}, or by a column of the vocabulary's root.")


def _sorted(
    services: Services, asked: Query, conditions: list[Any], terms: query.Query, order: sorting.Order, head: int
) -> Page:
    """A page in the order of a column. Raises BadRequest where there are too many to sort."""
    after = _after(asked.cursor, sorted_=True)[1] if asked.cursor is not None else None
    if terms.terms:
        conditions = [*conditions, search.Matching(terms, head)]

    def unit(store: Store) -> Page | None:
        page = sorting.page(store, conditions, order, head, asked.limit, after)
        if page is None:
            return None
        snippets = search.snippets(store, terms, head, [row[0] for row in page.rows]) if terms.terms else {}
        items = [Item._make((*row, snippets.get(row[0], ()))) for row in page.rows]
        following = _cursor("sorted", page.next) if page.next is not None else None
        return Page(_as_published(store, items) if asked.public else items, following, asked.order or "")

    found = services.sessions.read(unit)
    if found is None:
        raise BadRequest(f"More than {sorting.MOST:,} documents fit: too many to sort by that. Narrow them down, or sort by modified.")
    return found


def facets(services: Services, actor: Actor | None, asked: Query, names: Sequence[str]) -> listing.Facets:
    """For each name (vocabulary, state, valid, or a column of the vocabulary) its most frequent values among what is asked for, with the
    number of documents; None where over 10,000 documents fit. Raises as `find`."""
    if actor is None:
        asked = replace(asked, public=True)
    else:
        require(actor, "read")
    head = model.PUBLISHED if asked.public else model.CURRENT
    conditions, terms, columns = _asked(services, actor, asked, head)
    if terms.terms:
        conditions.append(search.Matching(terms, head))
    wanted: dict[str, listing.Counted] = {}
    for name in names:
        if name in ("vocabulary", "state", "valid"):
            wanted[name] = listing.Counted(None, name)
        elif name in columns:
            wanted[name] = listing.Counted(columns[name].table, columns[name].column, once="." not in name)
        else:
            raise BadRequest(f"{name!r} is nothing to count by. Say vocabulary, state, valid, or a column of the vocabulary.")
    return services.sessions.read(lambda store: listing.facets(store, conditions, wanted, head))


def conditions(services: Services, asked: Query) -> list[Any]:
    """What published documents must meet to be among what the public asks for, as conditions on `model.Document`. Raises as `find`, and
    BadRequest for state and valid: these are of revisions that the public does not see."""
    hidden = {each.name for each in query.parse(asked.text, filters.WORDS).filters} & {"state", "valid"}
    if hidden or asked.state is not None or asked.valid is not None:
        raise BadRequest("Only what is published shows here, so that state and valid cannot be asked for.")
    found, terms, _ = _asked(services, None, replace(asked, public=True), model.PUBLISHED)
    return [*found, search.Matching(terms, model.PUBLISHED)] if terms.terms else found


def selection(services: Services, actor: Actor, asked: Query) -> list[Any]:
    """The conditions on model.Document that a query's documents meet (their current revisions). Raises as `find`."""
    require(actor, "read")
    conditions, terms, _ = _asked(services, actor, asked, model.CURRENT)
    return [*conditions, search.Matching(terms, model.CURRENT)] if terms.terms else conditions


def _asked(
    services: Services, actor: Actor | None, asked: Query, head: int
) -> tuple[list[Any], query.Query, Mapping[str, filters.Filterable]]:
    """(conditions, terms of the text, the vocabulary's columns)."""
    _refuse_halves(asked)
    columns = filters.columns_of(services, asked.vocabulary)
    parsed = query.parse(asked.text, {*filters.WORDS, *columns})
    found: list[Any] = [filters.column(columns, name, value, head) for name, value in asked.columns.items()]
    found += filters.conditions(parsed, columns, head)
    terms = query.Query(parsed.terms)
    having = any(isinstance(each, Having) and not each.negative for each in found)
    if having:
        asked = replace(asked, vocabulary=None)  # whose tables hold its documents' rows alone
    if asked.public and not (having or search.positive(terms)):  # what is published alone has rows and text of that head
        found.append(SQL("document.published IS NOT NULL"))
    return [*_chosen(asked, scope_of(actor) if actor else None), *found], terms, columns


def _refuse_halves(asked: Query) -> None:
    """No database takes half of a surrogate pair, which JSON can write. Raises BadRequest."""
    for text in (asked.text, asked.vocabulary, asked.partner, asked.state, *asked.columns, *asked.columns.values()):
        if text is not None and not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as error:
                said = f"{text!r} is no text: at {error.start + 1} stands half of a surrogate pair. Send whole characters."
                raise BadRequest(said) from None


def _chosen(asked: Query, partner_id: str | None) -> list[Any]:
    """The conditions of the plain filters and of who asks."""
    found: list[Any] = []
    if partner_id is not None:
        found.append(SQL("document.partner_id = ?", (partner_id,)))
    for name, value in (("vocabulary", asked.vocabulary), ("partner", asked.partner), ("state", asked.state)):
        if value is not None:
            found.append(filters.word(name, value))
    if asked.valid is not None:
        found.append(SQL("document.valid = ?", (int(asked.valid),)))
    return found


def _page(store: Store, conditions: list[Any], asked: Query, terms: query.Query, head: int) -> Page:
    order, after = _after(asked.cursor) if asked.cursor is not None else (asked.order, None)
    page = listing.page(store, conditions, terms, head, asked.limit, order, after)
    snippets = search.snippets(store, terms, head, [row[0] for row in page.rows]) if terms.terms else {}
    items = [Item._make((*row, snippets.get(row[0], ()))) for row in page.rows]
    following = _cursor(page.order, page.next) if page.next is not None else None
    said = {"latest": "newest", "read": "newest", "titles": "relevance"}.get(page.order, page.order)
    return Page(_as_published(store, items) if asked.public else items, following, said)


def _as_published(store: Store, items: list[Item]) -> list[Item]:
    """The items as the public sees them: nothing of a revision that is not published shows."""
    row = model.Revision
    ids = [item.id for item in items]
    numbers = Or(*(And(row.document_id == item.id, row.number == item.published) for item in items)) if items else False
    valid = {key: (bool(ok), number) for key, ok, number in store.find((row.document_id, row.valid, row.violations), numbers)}
    titles = search.titles(store, model.PUBLISHED, ids)
    return [
        item._replace(title=titles[item.id], state="published", valid=valid[item.id][0], violations=valid[item.id][1],
                current=item.published or 0)
        for item in items
    ]  # fmt: skip


def _cursor(order: str, key: listing.Key) -> str:
    last = key[0].astimezone(UTC).isoformat(timespec="microseconds") if isinstance(key[0], datetime) else key[0]
    last = str(last) if isinstance(last, date | time | Decimal) else last
    return base64.urlsafe_b64encode(json.dumps([order, last, key[1]]).encode()).decode().rstrip("=")


def _after(cursor: str, sorted_: bool = False) -> tuple[str, listing.Key]:
    """(the order, the key of the last item) of the page before; `sorted_`: of one in the order of a column. Raises BadRequest."""
    try:
        order, last, document_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if sorted_ != (order == "sorted"):
            raise ValueError
        if order == "sorted":
            if not isinstance(last, str | int | float | None):
                raise ValueError
        elif order in ("newest", "read"):
            last = datetime.fromisoformat(last)
            if last.tzinfo is None:
                raise ValueError
        elif order not in ("relevance", "titles", "latest") or not isinstance(last, int | float):
            raise ValueError
        if not isinstance(document_id, str):
            raise ValueError
        return order, (last, document_id)
    except (ValueError, TypeError):
        raise BadRequest("The cursor cannot be read. Take it, unchanged, from the page before; it is no page number.") from None
