"""Generated rows: a document's values in the tables of its vocabulary.

    rows(schema, tree)             pure: the rows, title and words of a document
    ensure(sessions, plan)         makes or widens the vocabulary's tables: they hold the union of its versions
    write(store, plan, …, rows)    replaces what a head had, by executemany

A head is a set of bits. Rows of a revision that is both current and published are stored once, with both bits.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from storm.store import Store

from ..codegen import tables
from ..codegen.table_plan import RowTable, TablePlan, root_table
from . import public, search
from .backends import dialect, execute_many
from .ddl import quote
from .mapping import ensure
from .model.record import PUBLISHED
from .sessions import Sessions
from .walk import Row, Walker, columns_used, words

if TYPE_CHECKING:
    from ..schema.registry import Schema

__all__ = ["Rows", "ensure", "plan_of", "ready", "remove", "rows", "write", "write_all"]

_walkers: dict[tuple[str, str, int], Walker] = {}
_of_schema: WeakKeyDictionary[Schema, Walker] = WeakKeyDictionary()
_ready: WeakKeyDictionary[Sessions, set[tuple[TablePlan, str]]] = WeakKeyDictionary()
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


def ready(sessions: Sessions, schema: Schema) -> TablePlan:
    """The schema's table plan, once its tables are as it needs them: the first time that this process asks, and whenever the manifest has
    changed. Raises Conflict."""
    plan = plan_of(schema)
    known = _ready.setdefault(sessions, set())
    if (plan, schema.digest) not in known:
        ensure(sessions, plan, schema.digest)
        known.add((plan, schema.digest))
    return plan


def rows(schema: Schema, tree: Any) -> Rows:
    """The rows of a document (a tree, or its root element). Nothing fails on what the document says: what cannot be read is None."""
    walker = _walker(schema)
    root = tree.getroot() if hasattr(tree, "getroot") else tree
    found = walker.walk(root)
    return Rows(str(root.tag), walker.title(root, found), words(walker.plan, root, search.MAX_BODY), found)


def _walker(schema: Schema) -> Walker:
    walker = _of_schema.get(schema)
    if walker is None:
        key = (schema.digest, schema.vocabulary, hash(repr(schema.manifest)))
        with _lock:
            walker = _walkers.get(key)
            if walker is None:
                plan = tables.plan(schema.model, schema.manifest, schema.vocabulary, schema.roots)
                walker = _walkers[key] = Walker(plan)
            _of_schema[schema] = walker
    return walker


def write(store: Store, plan: TablePlan, document_id: str, head: int, rows: Rows, *, new: bool = False) -> None:
    """Make these the rows of the head (bits); what those bits had goes. `new`: the document has none yet."""
    write_all(store, plan, [(document_id, head, rows)], new=new)


def write_all(store: Store, plan: TablePlan, items: Sequence[tuple[str, int, Rows]], *, new: bool = False) -> None:
    """As `write` for many documents, (document, head, rows) each: one statement a table for all of them."""
    if not new:
        for document_id, head, _ in items:
            _remove(store, plan.vocabulary, document_id, head)
    public.changed(store, [document_id for document_id, head, _ in items if head & PUBLISHED])
    name = dialect(store)
    for number, table in enumerate(plan.tables):
        found = [rows.tables[number] for _, _, rows in items]
        used = columns_used(table, [row for some in found for row in some])
        if used is None:
            continue
        if table.is_root:
            lines = [
                (document_id, head, 0, rows.root, rows.title, _filled(plan, rows), *[row[place] for place in used])
                for (document_id, head, rows), some in zip(items, found, strict=True) for row in some
            ]  # fmt: skip
        else:
            lines = [
                (document_id, head, *[row[place] for place in used])
                for (document_id, head, _), some in zip(items, found, strict=True) for row in some
            ]  # fmt: skip
        execute_many(store, _insert(name, table, tuple(used)), lines)


def _filled(plan: TablePlan, rows: Rows) -> str:
    """The child tables that have rows of the document."""
    return " ".join(table.name for table, found in zip(plan.tables[1:], rows.tables[1:], strict=True) if found)


@lru_cache(4096)
def _insert(name: str, table: RowTable, used: tuple[int, ...]) -> str:
    names = ["document_id", "head"]
    if table.is_root:
        names += ["n", "root_element", "document_title", "filled", *(table.columns[place].name for place in used)]
    else:
        names += [("n", "parent")[place] if place < 2 else table.columns[place - 2].name for place in used]
    columns, marks = ", ".join(quote(name, each) for each in names), ", ".join("?" * len(names))
    return f"INSERT INTO {quote(name, table.name)} ({columns}) VALUES ({marks})"


def remove(store: Store, vocabulary: str, document_id: str, head: int) -> None:
    """Take the head's bits off the document's rows; rows without bits go."""
    if _remove(store, vocabulary, document_id, head) & PUBLISHED:
        public.changed(store, [document_id])


def _remove(store: Store, vocabulary: str, document_id: str, head: int) -> int:
    """The bits that were taken off. The root row says which tables hold any rows."""
    name, taken = dialect(store), 0
    root = root_table(vocabulary)
    for bits, filled in store.execute(f"SELECT head, filled FROM {root} WHERE document_id = ?", (document_id,)).get_all():
        if not bits & head:
            continue
        rest, taken = bits & ~head, taken | (bits & head)
        for table in [root, *(quote(name, each) for each in filled.split())]:
            if rest:
                store.execute(f"UPDATE {table} SET head = ? WHERE document_id = ? AND head = ?", (rest, document_id, bits), noresult=True)
            else:
                store.execute(f"DELETE FROM {table} WHERE document_id = ? AND head = ?", (document_id, bits), noresult=True)
    return taken
