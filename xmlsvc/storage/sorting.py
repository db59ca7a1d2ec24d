"""Pages of a list of documents in the order of a column: one of the documents' own, or one of the root table of their vocabulary.

By keys, as `listing` is: (value, id) of the last row. What has no value comes last, whichever way. More than MOST documents are not sorted
by a column that the database would have to sort anew for every page; by the time of the last change any number is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from storm.expr import Expr
from storm.store import Store

from . import listing
from .backends import dialect
from .conditions import sql_of
from .ddl import quote
from .listing import Page

MOST = 20_000
OWN = ("title", "identity", "state", "vocabulary", "violations", "current", "created", "modified")


@dataclass(frozen=True, slots=True)
class Order:
    """`column` of the documents, or of `table`, a root table; `down`: the greatest first."""

    column: str
    table: str | None = None
    down: bool = False


def page(
    store: Store, conditions: Sequence[Expr], order: Order, head: int, limit: int, after: tuple[Any, str] | None = None
) -> Page | None:
    """A page of the documents that meet the conditions; `after`: the key that the page before ended with. None where there are too many."""
    if (order.table, order.column) != (None, "modified") and listing.counted(store, conditions, MOST) > MOST:
        return None
    where, parameters = sql_of(store, conditions)
    name = dialect(store)
    value = f"t.{quote(name, order.column)}" if order.table else f"document.{order.column}"
    joined, first = "", list[Any]()
    if order.table:
        joined = f" LEFT JOIN {quote(name, order.table)} t ON t.document_id = document.id AND t.head & ? <> 0"
        first = [head]
    if after is not None:
        where += f" AND {_beyond(value, order.down, after[0] is None)}"
        moment = listing.plain(after[0])
        parameters = [*parameters, *([after[1]] if moment is None else [moment, moment, after[1]])]
    turn = "DESC" if order.down else "ASC"
    nulls = "" if order.table is None else f"{value} IS NULL, "
    sql = f"SELECT {listing.SHOWN}, {value} FROM document{joined} WHERE {where} ORDER BY {nulls}{value} {turn}, document.id {turn}"
    rows = listing.run(store, sql, [*first, *parameters], limit)
    last = (rows[limit - 1][-1], rows[limit - 1][0]) if len(rows) > limit else None
    return Page([row[:-1] for row in rows[:limit]], "sorted", last)


def _beyond(value: str, down: bool, null: bool) -> str:
    """The condition that a row comes after the key: of those without a value the others with a greater id; else a value beyond, or none."""
    sign = "<" if down else ">"
    if null:
        return f"{value} IS NULL AND document.id {sign} ?"
    return f"({value} {sign} ? OR ({value} = ? AND document.id {sign} ?) OR {value} IS NULL)"
