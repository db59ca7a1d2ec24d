"""Generated rows: a document's values in the tables of its vocabulary.

    rows(schema, tree)             pure: the rows, title and words of a document
    ensure(sessions, plan)         makes or widens the vocabulary's tables: they hold the union of its versions
    write(store, plan, …, rows)    replaces what a head had, by executemany

A head is a set of bits. Rows of a revision that is both current and published are stored once, with both bits.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storm.store import Store

from ..codegen import tables
from ..codegen.table_plan import TablePlan, root_table
from . import search
from .backends import dialect, execute_many
from .ddl import quote
from .mapping import ensure
from .walk import Row, Walker, columns_used, words

if TYPE_CHECKING:
    from ..schema.registry import Schema

__all__ = ["Rows", "ensure", "plan_of", "remove", "rows", "write"]

_walkers: dict[tuple[str, str, int], Walker] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Rows:
    """What a document says, as the tables hold it. `tables`: for each table of the plan its rows; `title`: "" if there is none; `text`: its
    words, for searching."""

    root: str
    title: str
    text: str
    tables: list[list[Row]]


def plan_of(schema: Schema) -> TablePlan:
    """The table plan of a registered schema, worked out once."""
    return _walker(schema).plan


def rows(schema: Schema, tree: Any) -> Rows:
    """The rows of a document (a tree, or its root element). Nothing fails on what the document says: what cannot be read is None."""
    walker = _walker(schema)
    root = tree.getroot() if hasattr(tree, "getroot") else tree
    found = walker.walk(root)
    return Rows(str(root.tag), walker.title(root, found), words(walker.plan, root, search.MAX_BODY), found)


def _walker(schema: Schema) -> Walker:
    key = (schema.digest, schema.vocabulary, hash(repr(schema.manifest)))
    walker = _walkers.get(key)
    if walker is None:
        with _lock:
            walker = _walkers.get(key)
            if walker is None:
                plan = tables.plan(schema.model, schema.manifest, schema.vocabulary, schema.roots)
                walker = _walkers[key] = Walker(plan)
    return walker


def write(store: Store, plan: TablePlan, document_id: str, head: int, rows: Rows, *, new: bool = False) -> None:
    """Make these the rows of the head (bits); what those bits had goes. `new`: the document has none yet."""
    if not new:
        remove(store, plan.vocabulary, document_id, head)
    name = dialect(store)
    filled = " ".join(table.name for table, found in zip(plan.tables[1:], rows.tables[1:], strict=True) if found)
    for table, found in zip(plan.tables, rows.tables, strict=True):
        if not found:
            continue
        used = columns_used(table, found)
        first = 0 if table.is_root else 2
        names = ["document_id", "head", *(("n", "root_element", "document_title", "filled") if table.is_root else ("n", "parent"))]
        names += [table.columns[place - first].name for place in used]
        columns, marks = ", ".join(quote(name, each) for each in names), ", ".join("?" * len(names))
        sql = f"INSERT INTO {quote(name, table.name)} ({columns}) VALUES ({marks})"
        if table.is_root:
            lines = [(document_id, head, 0, rows.root, rows.title, filled, *(row[place] for place in used)) for row in found]
        else:
            lines = [(document_id, head, row[0], row[1], *(row[place] for place in used)) for row in found]
        execute_many(store, sql, lines)


def remove(store: Store, vocabulary: str, document_id: str, head: int) -> None:
    """Take the head's bits off the document's rows; rows without bits go. The root row says which tables hold any."""
    name = dialect(store)
    root = root_table(vocabulary)
    for bits, filled in store.execute(f"SELECT head, filled FROM {root} WHERE document_id = ?", (document_id,)).get_all():
        if not bits & head:
            continue
        rest = bits & ~head
        for table in [root, *(quote(name, each) for each in filled.split())]:
            if rest:
                store.execute(f"UPDATE {table} SET head = ? WHERE document_id = ? AND head = ?", (rest, document_id, bits), noresult=True)
            else:
                store.execute(f"DELETE FROM {table} WHERE document_id = ? AND head = ?", (document_id, bits), noresult=True)
