"""The tables of a vocabulary: made from its plan, widened when a new version wants more, known by the row in `mapping`.

A vocabulary's tables hold all its versions: the union of their columns. Where two versions disagree about a column's kind, the column
takes the narrowest kind that holds both. Nothing is narrowed or dropped, so that older versions are served on while a newer one comes in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from storm.store import Store

from ..codegen.structure import join
from ..codegen.table_plan import RowTable, TablePlan
from ..errors import Conflict
from . import ddl
from .backends import dialect
from .ddl import Column, Index, Table
from .migrate import with_lock
from .model import Mapping
from .sessions import Sessions

MAX_SHORT_TEXTS = 40  # VARCHAR columns of a table: InnoDB counts each with its full width in a row of at most 65,535 bytes
ROOT_INDEXES, CHILD_INDEXES = 12, 2  # indexed columns of a root table, of a child table
_INDEXED = ("date", "datetime", "token", "line", "integer", "duration", "decimal", "time", "float", "boolean")
"""Kinds of columns that are worth an index, the likeliest to be asked for first."""
Kinds = dict[str, dict[str, str]]
"""Table → column → kind."""


@dataclass(frozen=True, slots=True)
class Change:
    """What `ensure` did. `widened`: (table, column, old kind, new kind); rows written before hold what the old kind kept of their values
    until they are rebuilt."""

    created: tuple[str, ...] = ()
    added: tuple[tuple[str, str], ...] = ()
    widened: tuple[tuple[str, str, str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.created or self.added or self.widened)


def ensure(sessions: Sessions, plan: TablePlan) -> Change:
    """Make or widen the tables that the plan needs. Safe to run again, and by several processes.

    Raises Conflict when another vocabulary owns a table of that name.
    """
    now = sessions.clock.now()

    def unit(store: Store) -> Change:
        if dialect(store) == "mysql":
            return with_lock(store, lambda: _ensure(store, plan, now))
        return _ensure(store, plan, now)

    return sessions.write(unit)


def tables_of(store: Store, vocabulary: str) -> Kinds:
    """The tables that the vocabulary has now; empty if none."""
    row = store.get(Mapping, vocabulary)
    return json.loads(row.tables) if row is not None else {}


def definition(table: RowTable, kinds: dict[str, str]) -> Table:
    """The table for the plan's table, its columns of the kinds given (name → kind)."""
    short = 0
    columns = list(_ROOT if table.is_root else _CHILD)
    for name, kind in kinds.items():
        short += kind == "token"
        columns.append(Column(name, _stored(kind, short)))
    primary = ("document_id", "head") if table.is_root else ("document_id", "head", "n")
    return Table(table.name, tuple(columns), primary, _indexes(table, kinds), clustered=True)


_ROOT = (Column("document_id", "id", null=False), Column("head", "integer", null=False), Column("n", "integer", null=False),
         Column("root_element", "token", null=False),
         Column("document_title", "text", null=False), Column("filled", "text", null=False))  # fmt: skip
_CHILD = tuple(Column(name, "id" if name == "document_id" else "integer", null=False) for name in ("document_id", "head", "n", "parent"))


def _stored(kind: str, short: int) -> str:
    if kind == "token" and short > MAX_SHORT_TEXTS:
        return "text"
    return kind


def _indexes(table: RowTable, kinds: dict[str, str]) -> tuple[Index, ...]:
    most = ROOT_INDEXES if table.is_root else CHILD_INDEXES
    worth = sorted((_INDEXED.index(kind), place, name) for place, (name, kind) in enumerate(kinds.items()) if kind in _INDEXED)
    return tuple(Index((name,)) for _, _, name in worth[:most])


def _ensure(store: Store, plan: TablePlan, now: Any) -> Change:
    row = store.get(Mapping, plan.vocabulary)
    if row is not None and row.plan == plan.digest:
        return Change()
    _refuse_others(store, plan)
    known: Kinds = json.loads(row.tables) if row is not None else {}
    created: list[str] = []
    added: list[tuple[str, str]] = []
    widened: list[tuple[str, str, str, str]] = []
    name = dialect(store)
    for table in plan.tables:
        if table.name not in known:
            known[table.name] = {column.name: _kind(column.kind) for column in table.columns}
            for statement in ddl.create(name, definition(table, known[table.name])):
                store.execute(statement, noresult=True)
            created.append(table.name)
            continue
        have = known[table.name]
        for column in table.columns:
            wanted = _kind(column.kind)
            if column.name not in have:
                short = sum(kind == "token" for kind in have.values()) + 1
                store.execute(ddl.add_column(name, table.name, Column(column.name, _stored(wanted, short))), noresult=True)
                have[column.name] = wanted
                added.append((table.name, column.name))
            elif (wider := join((have[column.name], wanted))) != have[column.name]:
                widened.append((table.name, column.name, have[column.name], wider))
                _widen(store, table, have, column.name, wider)
        whole = definition(table, have)
        for index in whole.indexes:
            store.execute(ddl.create_index(name, whole, index), noresult=True)
    if row is None:
        row = Mapping()
        row.vocabulary = plan.vocabulary
        store.add(row)
    row.plan, row.tables, row.changed = plan.digest, json.dumps(known), now
    return Change(tuple(created), tuple(added), tuple(widened))


def _kind(of: str) -> str:
    return "token" if of == "qname" else of


def _refuse_others(store: Store, plan: TablePlan) -> None:
    for other in store.find(Mapping, Mapping.vocabulary != plan.vocabulary):
        shared = sorted({table.name for table in plan.tables} & json.loads(other.tables).keys())
        if shared:
            raise Conflict(
                f"The vocabulary {plan.vocabulary} needs a table {shared[0]}, but {other.vocabulary} has one. Give it another name."
            )


def _widen(store: Store, table: RowTable, have: dict[str, str], column: str, wider: str) -> None:
    """Give a column a wider kind. SQLite has no statement for that: the table is copied."""
    name = dialect(store)
    have[column] = wider
    if name == "mysql":
        spec = ddl.column(name, Column(column, wider))
        index = ddl.index_name(table.name, Index((column,)))
        store.execute(f"DROP INDEX IF EXISTS {ddl.quote(name, index)} ON {ddl.quote(name, table.name)}", noresult=True)
        store.execute(f"ALTER TABLE {ddl.quote(name, table.name)} MODIFY COLUMN {spec}", noresult=True)
        return
    old = ddl.quote(name, f"{table.name}__old")
    here = ddl.quote(name, table.name)
    columns = ", ".join(ddl.quote(name, each.name) for each in definition(table, have).columns)
    for index_name, _ in store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
                                       (table.name,)).get_all():  # fmt: skip
        store.execute(f"DROP INDEX {ddl.quote(name, index_name)}", noresult=True)
    store.execute(f"ALTER TABLE {here} RENAME TO {old}", noresult=True)
    for statement in ddl.create(name, definition(table, have)):
        store.execute(statement, noresult=True)
    store.execute(f"INSERT INTO {here} ({columns}) SELECT {columns} FROM {old}", noresult=True)
    store.execute(f"DROP TABLE {old}", noresult=True)
