"""Pages of a list of documents: filtered, searched, in an order; by keys, so that page 10,000 costs what page 1 costs.

    newest      by the last change
    relevance   the best match first, for a search with at most MOST_RANKED hits
    titles      the same where ranking would read what a common word finds: hits in titles first, then the newest documents
    read        on MariaDB, by the last change, where few documents meet the other conditions: their texts are read
    latest      a search with more hits: ranking them would take longer than a page may, so the entries that were written last come first

The statements are text and the rows tuples: Storm's objects cost ten times what such a page costs. Conditions are Storm expressions on
`model.Document`'s columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from storm.expr import SQL, Expr
from storm.store import Store

from . import search
from .backends import dialect
from .conditions import JOIN, Narrowing, Way, column, driven, plain_way, sql_of
from .query import Query

MOST_RANKED = 10_000
FEW = 2_000  # so many documents that fit are looked up one by one and sorted; of more, a page is met soon from the newest on,
SPARSE, MOST_SORTED = 100, 20_000  # unless they are less than one in SPARSE; then up to MOST_SORTED are sorted
MOST_DRIVEN = 100_000  # documents that an index finds are looked at to count those that meet other conditions, too
MOST_SCANNED = 10_000  # entries that are read for a page before the index is asked
_CHUNK = 500
COLUMNS = (
    "id", "vocabulary", "identity", "title", "state", "valid", "violations", "root", "current", "published", "created", "modified",
    "partner",
)  # fmt: skip
_OWN = ", ".join(f"document.{name}" for name in COLUMNS[:-1])
SHOWN = f"{_OWN}, (SELECT name FROM partner WHERE partner.id = document.partner_id)"
_TIME = "document.modified DESC, document.id DESC"
_VALID, _CREATED, _MODIFIED = (COLUMNS.index(name) for name in ("valid", "created", "modified"))

Key = tuple[Any, str]
"""Where a page ends: (modified, id) or (score, id) or (the entry's number, "")."""


@dataclass(frozen=True, slots=True)
class Page:
    """`rows` as COLUMNS; `order`: the one that was kept; `next`: the key that the following page starts after, None on the last."""

    rows: list[tuple[Any, ...]]
    order: str
    next: Key | None


def page(
    store: Store, conditions: Sequence[Expr], terms: Query, head: int, limit: int, order: str | None = None, after: Key | None = None
) -> Page:
    """A page of the documents that meet the conditions and, in the text of the head, the terms. `order`: None for the best one, or newest;
    a following page names that of the page before."""
    if not terms.terms:
        return _newest(store, conditions, limit, after)
    size = None
    if after is None and search.positive(terms):
        order, size = _best(store, terms, head, order)
        if order == "latest" and any(map(_narrows, conditions)) and driven(store, conditions, FEW) is not None:
            order = "newest" if dialect(store) == "sqlite" else "read"
    if order == "latest":
        scanned = _scanned(store, conditions, terms, head, limit, after) if dialect(store) == "mysql" else None
        return scanned or _latest(store, conditions, terms, head, limit, after)
    if order == "read":
        return _read(store, conditions, terms, head, limit, after)
    if order in ("relevance", "titles"):
        return (_ranked if order == "relevance" else _titled)(store, conditions, terms, head, limit, after)
    return _newest(store, [*conditions, search.Matching(terms, head, size)], limit, after)


def _best(store: Store, terms: Query, head: int, order: str | None) -> tuple[str, int | None]:
    """The order of a search's pages, and how many entries fit, where that is known; `order`: the one that is asked for, which many hits
    do not allow."""
    known = search.sample(store, head, MOST_RANKED)
    fewer = search.rarer(terms, known) if known is not None else None
    size = search.hits(store, fewer or terms, MOST_RANKED, known)
    if size > MOST_RANKED:
        return "latest", size
    return order or ("relevance" if fewer is None else "titles"), size if fewer is None else None


def _narrows(condition: Expr) -> bool:
    return isinstance(condition, Narrowing) and condition.narrows


def _newest(store: Store, conditions: Sequence[Expr], limit: int, after: Key | None) -> Page:
    if after is not None:
        # Not (modified, id) < (?, ?): MariaDB finds no index for it.
        moment = plain(after[0])
        key = SQL("document.modified <= ? AND (document.modified < ? OR document.id < ?)", (moment, moment, after[1]))
        conditions = [*conditions, key]
    way = None
    if any(map(_narrows, conditions)):
        way = driven(store, conditions, FEW)
        if way is None and (more := min(_total(store) // SPARSE, MOST_SORTED)) > FEW:
            way = driven(store, conditions, more)
    if way is None:
        where, parameters = sql_of(store, conditions, met=True)
        sql = f"SELECT {SHOWN} FROM document WHERE {where} ORDER BY {_TIME}"
    else:  # first the page's keys alone: what fits is sorted with all that is asked of it
        parameters = way.parameters
        join = JOIN[dialect(store)]
        page = f"SELECT document.id FROM ({way.ids}) fit {join} document ON document.id = fit.id ORDER BY {_TIME} LIMIT {limit + 1}"
        sql = f"SELECT {SHOWN} FROM ({page}) page {join} document ON document.id = page.id ORDER BY {_TIME}"
    rows = run(store, sql, parameters, limit)
    last = (rows[limit - 1][_MODIFIED], rows[limit - 1][0]) if len(rows) > limit else None
    return Page(rows[:limit], "newest", last)


def _total(store: Store) -> int:
    """How many documents there are."""
    row = store.execute("SELECT SUM(documents) FROM counter").get_one()
    return int(row[0] or 0) if row else 0


def _latest(store: Store, conditions: Sequence[Expr], terms: Query, head: int, limit: int, after: Key | None) -> Page:
    """By the numbers of the search entries, which grow with every change: the index gives them in that order as they are found."""
    name = dialect(store)
    match, found = search.condition(name, terms)
    where, parameters = sql_of(store, conditions, met=True)
    number = search.number(name, terms)
    sql = (
        f"SELECT {SHOWN}, {number} FROM {search.source(name, terms)} {JOIN[name]} document ON document.id = e.document_id "
        f"WHERE {match} AND e.head & ? <> 0 AND {where}"
    )
    parameters = [*found, head, *parameters]
    if after is not None:
        sql += f" AND {number} < ?"
        parameters.append(after[0])
    rows = run(store, f"{sql} ORDER BY {number} DESC", parameters, limit)
    last = (rows[limit - 1][-1], "") if len(rows) > limit else None
    return Page([row[:-1] for row in rows[:limit]], "latest", last)


def _scanned(store: Store, conditions: Sequence[Expr], terms: Query, head: int, limit: int, after: Key | None) -> Page | None:
    """As `_latest`, by reading entry after entry; for words that are in many. None where the page is not full after MOST_SCANNED."""
    where, parameters = sql_of(store, conditions, met=True)
    sql = (
        f"SELECT {SHOWN}, e.id, e.title, e.body FROM search_entry e STRAIGHT_JOIN document ON document.id = e.document_id "
        f"WHERE e.head & ? <> 0 AND e.id < ? AND {where} ORDER BY e.id DESC"
    )
    fit, rows, below = search.fits(terms), list[tuple[Any, ...]](), 2**62 if after is None else after[0]
    for _ in range(MOST_SCANNED // _CHUNK):
        chunk = run(store, sql, [head, below, *parameters], _CHUNK)
        for row in chunk:
            if fit(row[-2], row[-1]):
                rows.append(row)
                if len(rows) > limit:
                    return Page([each[:-3] for each in rows[:limit]], "latest", (rows[limit - 1][-3], ""))
        if len(chunk) <= _CHUNK:
            return Page([each[:-3] for each in rows], "latest", None)
        below = chunk[-1][-3]
    return None


def _read(store: Store, conditions: Sequence[Expr], terms: Query, head: int, limit: int, after: Key | None) -> Page:
    """On MariaDB, of few documents that fit the conditions those whose texts have the terms, which are common words."""
    fit, rows, key = search.fits(terms), list[tuple[Any, ...]](), after
    while True:
        chunk = _newest(store, conditions, _CHUNK, key)
        texts = search.texts(store, head, [row[0] for row in chunk.rows])
        rows += [row for row in chunk.rows if row[0] in texts and fit(*texts[row[0]])]
        if len(rows) > limit or chunk.next is None:
            last = (rows[limit - 1][_MODIFIED], rows[limit - 1][0]) if len(rows) > limit else None
            return Page(rows[:limit], "read", last)
        key = chunk.next


def _ranked(store: Store, conditions: Sequence[Expr], terms: Query, head: int, limit: int, after: Key | None) -> Page:
    name = dialect(store)
    match, found = search.condition(name, terms)
    score, scored = search.score(name, terms)
    where, parameters = sql_of(store, conditions, met=True)
    fitting = f" {JOIN[name]} document ON document.id = e.document_id" if conditions else ""
    entries = f"{search.source(name, terms)}{fitting} WHERE {match} AND e.head & ? <> 0 AND {where}"
    hits = f"SELECT e.document_id AS id, {score} AS score FROM {entries}"
    beyond = "" if after is None else " WHERE score <= ? AND (score < ? OR id < ?)"
    key = [] if after is None else [after[0], after[0], after[1]]
    # First the page's keys alone: what fits is sorted with all that is asked of it.
    page = f"SELECT * FROM ({hits}) hits{beyond} ORDER BY score DESC, id DESC LIMIT {limit + 1}"
    sql = f"SELECT {SHOWN}, page.score FROM ({page}) page {JOIN[name]} document ON document.id = page.id ORDER BY score DESC, page.id DESC"
    rows = run(store, sql, [*scored, *found, head, *parameters, *key], limit)
    last = (rows[limit - 1][-1], rows[limit - 1][0]) if len(rows) > limit else None
    return Page([row[:-1] for row in rows[:limit]], "relevance", last)


def _titled(store: Store, conditions: Sequence[Expr], terms: Query, head: int, limit: int, after: Key | None) -> Page:
    """On MariaDB, for rare words together with common ones: the index finds the rare ones, the texts say whether the others are there."""
    known = search.sample(store, head, MOST_RANKED)
    asked = (search.rarer(terms, known) if known is not None else None) or terms
    match, found = search.condition("mysql", asked)
    score, scored = search.titled(terms)
    where, parameters = sql_of(store, conditions, met=True)
    hits = (
        f"SELECT e.id AS entry, document.id AS id, {score} AS score FROM search_entry e "
        f"STRAIGHT_JOIN document ON document.id = e.document_id WHERE {match} AND e.head & ? <> 0 AND {where}"
    )
    sql = (
        f"SELECT {SHOWN}, ranked.score, e.title, e.body FROM (SELECT * FROM ({hits}) every "
        "WHERE score <= ? AND (score < ? OR id < ?) ORDER BY score DESC, id DESC LIMIT ?) ranked "
        "STRAIGHT_JOIN search_entry e ON e.id = ranked.entry STRAIGHT_JOIN document ON document.id = ranked.id "
        "ORDER BY ranked.score DESC, ranked.id DESC"
    )
    fit, rows, chunk, key = search.fits(terms), list[tuple[Any, ...]](), _CHUNK, after or (2**31, "")
    while True:
        batch = run(store, sql, [*scored, *found, head, *parameters, key[0], key[0], key[1], chunk], chunk)
        for row in batch:
            if fit(row[-2], row[-1]):
                rows.append(row)
                if len(rows) > limit:
                    return Page([each[:-3] for each in rows[:limit]], "titles", (int(rows[limit - 1][-3]), rows[limit - 1][0]))
        if len(batch) < chunk:
            return Page([each[:-3] for each in rows], "titles", None)
        key, chunk = (int(batch[-1][-3]), batch[-1][0]), chunk * 4


def counted(store: Store, conditions: Sequence[Expr], most: int = MOST_RANKED) -> int:
    """How many documents meet the conditions; `most` + 1 where there are more."""
    return _counted(store, _way(store, conditions, most), most)


def _way(store: Store, conditions: Sequence[Expr], most: int) -> Way:
    """The way on which up to `most` documents are counted. SQLite finds one after the other, MariaDB all of them first."""
    few = driven(store, conditions, most)
    return few or driven(store, conditions, MOST_DRIVEN, anyway=dialect(store) == "sqlite") or plain_way(store, conditions)


def _counted(store: Store, way: Way, most: int) -> int:
    row = store.execute(f"SELECT COUNT(*) FROM ({way.ids} LIMIT {most + 1}) hits", tuple(way.parameters)).get_one()
    return int(row[0]) if row else 0


class Counted(NamedTuple):
    """A column to count by, of a generated table, or (None) of the documents' own; `once`: a document has at most one row there."""

    table: str | None
    column: str
    once: bool = True


Facets = dict[str, list[tuple[Any, int]] | None]


def facets(
    store: Store, conditions: Sequence[Expr], wanted: Mapping[str, Counted], head: int, values: int = 20, most: int = MOST_RANKED,
) -> Facets:  # fmt: skip
    """For each name of `wanted` (value, documents) of its column among the documents that meet the conditions, the most frequent first;
    columns of the documents' own are counted in one pass. None where more than `most` documents meet the conditions: counting would take
    too long."""
    way = _way(store, conditions, most)
    if (way.most is None or way.most > most) and _counted(store, way, most) > most:
        return dict.fromkeys(wanted)
    join, hits, found = JOIN[dialect(store)], f"({way.ids}) hits", dict[str, list[tuple[Any, int]] | None]()
    if own := {name: each.column for name, each in wanted.items() if each.table is None}:
        columns = ", ".join(f"document.{each}" for each in own.values())
        sql = f"SELECT {columns}, COUNT(*) FROM {hits} {join} document ON document.id = hits.id GROUP BY {columns}"
        together = store.execute(sql, tuple(way.parameters)).get_all()
        for place, name in enumerate(own):
            counts: Counter[Any] = Counter()
            for row in together:
                counts[row[place]] += row[-1]
            found[name] = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:values]
    for name, each in wanted.items():
        if each.table is not None:
            value, counted = f"t.{column(each.column)}", "*" if each.once else "DISTINCT t.document_id"
            sql = (
                f"SELECT {value}, COUNT({counted}) FROM {hits} {join} {column(each.table)} t ON t.document_id = hits.id "
                f"WHERE t.head & ? <> 0 AND {value} IS NOT NULL GROUP BY {value} ORDER BY 2 DESC, 1 LIMIT ?"
            )
            found[name] = store.execute(sql, (*way.parameters, head, values)).get_all()
    return found


def run(store: Store, sql: str, parameters: Sequence[Any], limit: int) -> list[tuple[Any, ...]]:
    """One row more than the limit, if there is one; truth values and aware datetimes made of what the database gives."""
    rows = store.execute(f"{sql} LIMIT ?", (*parameters, limit + 1)).get_all()
    return [
        (*row[:_VALID], bool(row[_VALID]), *row[_VALID + 1 : _CREATED], _moment(row[_CREATED]), _moment(row[_MODIFIED]),
         *row[_MODIFIED + 1 :])
        for row in rows
    ]  # fmt: skip


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(f"{value}+00:00") if isinstance(value, str) else value.replace(tzinfo=UTC)


def plain(moment: Any) -> Any:
    """The value as the database compares it: a moment in UTC, to the microsecond."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds") if isinstance(moment, datetime) else moment

