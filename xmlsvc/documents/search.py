"""Finding documents: full text, filters, any generated column; newest first, page by page.

    find(services, actor, Query(text="sea title:rescue", vocabulary="programme")) → Page(items, next)

A page's `next` names the last item of the page, not a number of rows: page 5,000 costs what page 1 costs, and what is delivered
meanwhile neither repeats nor hides an item.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from storm.expr import And, Desc, Or
from storm.store import Store

from ..errors import BadRequest
from ..storage import model, query, search
from . import filters
from .access import Actor, require, scope_of
from .services import Services

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`text`: the search box's language (storage.query), in which `vocabulary:`, `partner:`, `state:`, `valid:`, `identity:`, `after:` and
    `before:` (dates of the last change) and, where a vocabulary is given, its column names are filters. `columns`: values of columns of
    the vocabulary's tables. `public`: only what is published, as it is published. `cursor`: a page's `next`."""

    text: str = ""
    vocabulary: str | None = None
    partner: str | None = None
    state: str | None = None
    valid: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A document in a list. `snippet`: its text around the first hit, in pieces, True for those that match."""

    id: str
    vocabulary: str
    partner: str
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
    snippet: search.Snippet = ()


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: the cursor of the page after this one, None on the last."""

    items: list[Item]
    next: str | None


_SHOWN = ("id", "vocabulary", "identity", "title", "state", "valid", "violations", "root", "current", "published", "created", "modified")


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
    columns = filters.columns_of(services, asked.vocabulary)
    parsed = query.parse(asked.text, {*filters.WORDS, *columns})
    conditions = [*_chosen(asked, scope_of(actor) if actor else None), *filters.conditions(parsed, columns, head)]
    conditions += [filters.column(columns, name, value, head) for name, value in asked.columns.items()]
    terms = query.Query(parsed.terms)
    if terms.terms:
        conditions.append(search.Matching(model.Document.id, terms, head))
    return services.sessions.read(lambda store: _page(store, conditions, asked, terms, head))


def _chosen(asked: Query, partner_id: str | None) -> list[Any]:
    """The conditions of the plain filters, of the cursor and of who asks."""
    row = model.Document
    found: list[Any] = [model.Partner.id == row.partner_id]
    if asked.public:
        found.append(row.published != None)  # noqa: E711 - IS NOT NULL
    if partner_id is not None:
        found.append(row.partner_id == partner_id)
    for name, value in (("vocabulary", asked.vocabulary), ("partner", asked.partner), ("state", asked.state)):
        if value is not None:
            found.append(filters.word(name, value))
    if asked.valid is not None:
        found.append(row.valid == asked.valid)
    if asked.cursor is not None:
        modified, document_id = _after(asked.cursor)
        found.append(Or(row.modified < modified, And(row.modified == modified, row.id < document_id)))
    return found


def _page(store: Store, conditions: list[Any], asked: Query, terms: query.Query, head: int) -> Page:
    wanted = tuple(getattr(model.Document, name) for name in _SHOWN)
    rows = store.find((*wanted, model.Partner.name), *conditions).order_by(Desc(model.Document.modified), Desc(model.Document.id))
    found = list(rows[: asked.limit + 1])
    more, found = len(found) > asked.limit, found[: asked.limit]
    snippets = search.snippets(store, terms, head, [row[0] for row in found]) if terms.terms else {}
    items = [Item(**dict(zip((*_SHOWN, "partner"), row, strict=True)), snippet=snippets.get(row[0], ())) for row in found]
    following = _cursor(items[-1]) if more else None
    return Page(_as_published(store, items) if asked.public else items, following)


def _as_published(store: Store, items: list[Item]) -> list[Item]:
    """The items as the public sees them: nothing of a revision that is not published shows."""
    row = model.Revision
    ids = [item.id for item in items]
    numbers = Or(*(And(row.document_id == item.id, row.number == item.published) for item in items)) if items else False
    valid = {key: (bool(ok), number) for key, ok, number in store.find((row.document_id, row.valid, row.violations), numbers)}
    titles = search.titles(store, model.PUBLISHED, ids)
    return [
        replace(item, title=titles[item.id], state="published", valid=valid[item.id][0], violations=valid[item.id][1],
                current=item.published or 0)
        for item in items
    ]  # fmt: skip


def _cursor(last: Item) -> str:
    text = f"{last.modified.astimezone(UTC).isoformat(timespec='microseconds')} {last.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _after(cursor: str) -> tuple[datetime, str]:
    """(modified, id) of the last item of the page before. Raises BadRequest."""
    try:
        moment, _, document_id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(" ")
        modified = datetime.fromisoformat(moment)
        if modified.tzinfo is None or not document_id:
            raise ValueError
        return modified, document_id
    except (ValueError, binascii.Error):
        raise BadRequest("The cursor cannot be read. Take it, unchanged, from the page before; it is no page number.") from None
