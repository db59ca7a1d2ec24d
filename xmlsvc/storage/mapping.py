"""The tables of a vocabulary: made from its plan, widened when a new version wants more, known by the row in `mapping`.

    ensure   rename (by the manifest's names) → make, add, widen → indexes      one process at a time; the service goes on

A vocabulary's tables hold all its versions: the union of their columns. Where two versions disagree about a column's kind, the column
takes the narrowest kind that holds both. Nothing is narrowed or dropped, so that older versions are served on while a newer one comes in;
a renamed column takes its values along.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from storm.store import Store

from ..codegen.structure import join
from ..codegen.table_plan import RowTable, TablePlan, root_table
from ..errors import Conflict
from . import alter, ddl
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
    """What `ensure` did. `widened`: (table, column, old kind, new kind); `renamed`: (table or table.column, old name, new name);
    `stale`: rows written before lack something until they are rebuilt (a wider column holds what the old kind kept of a value)."""

    created: tuple[str, ...] = ()
    added: tuple[tuple[str, str], ...] = ()
    widened: tuple[tuple[str, str, str, str], ...] = ()
    renamed: tuple[tuple[str, str, str], ...] = ()
    stale: bool = False

    def __bool__(self) -> bool:
        return bool(self.created or self.added or self.widened or self.renamed or self.stale)


def ensure(sessions: Sessions, plan: TablePlan, schema: str = "") -> Change:
    """Make, rename or widen the tables as the plan needs them. Safe to run again, and by several processes. `schema`: the digest of the
    plan's schema; by it is seen that documents have rows by another plan.

    Raises Conflict when another vocabulary owns a table of that name.
    """
    now = sessions.clock.now()

    def unit(store: Store) -> Change:
        if dialect(store) == "mysql":
            return with_lock(store, lambda: _ensure(store, plan, schema, now))
        return _ensure(store, plan, schema, now)

    return sessions.write(unit)


def stale(store: Store) -> list[str]:
    """The vocabularies some of whose rows lack something until they are rebuilt."""
    return sorted(row.vocabulary for row in store.find(Mapping, Mapping.stale == True))  # noqa: E712 - an expression


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


def _ensure(store: Store, plan: TablePlan, schema: str, now: Any) -> Change:
    row = store.get(Mapping, plan.vocabulary)
    plans: dict[str, str] = json.loads(row.plans or "{}") if row is not None else {}
    if row is not None and row.plan == plan.digest and plans.get(schema, plan.digest) == plan.digest and (not schema or schema in plans):
        return Change()
    _refuse_others(store, plan)
    known: Kinds = json.loads(row.tables) if row is not None else {}
    renamed = _rename(store, plan, known, json.loads(row.names or "{}") if row is not None else {})
    created: list[str] = []
    added: list[tuple[str, str]] = []
    widened: list[tuple[str, str, str, str]] = []
    for table in plan.tables:
        if table.name not in known:
            known[table.name] = {column.name: _kind(column.kind) for column in table.columns}
            for statement in ddl.create(dialect(store), definition(table, known[table.name])):
                store.execute(statement, noresult=True)
            created.append(table.name)
        else:
            more, wider = _adapt(store, table, known[table.name])
            added += more
            widened += wider
    if row is None:
        row = Mapping()
        row.vocabulary = plan.vocabulary
        store.add(row)
    lacking = bool(widened) or (bool(created or added) and plans.get(schema, plan.digest) != plan.digest)
    if schema:
        plans[schema] = plan.digest
    row.plan, row.tables, row.changed, row.stale = plan.digest, json.dumps(known), now, bool(row.stale) or lacking
    row.names, row.plans = json.dumps(dict(plan.names)), json.dumps(plans)
    return Change(tuple(created), tuple(added), tuple(widened), tuple(renamed), lacking)


def _adapt(store: Store, table: RowTable, have: dict[str, str]) -> tuple[list[tuple[str, str]], list[tuple[str, str, str, str]]]:
    """Add to a table what its plan has more, widen what the plan has wider; (added, widened)."""
    name = dialect(store)
    added: list[tuple[str, str]] = []
    widened: list[tuple[str, str, str, str]] = []
    for column in table.columns:
        wanted = _kind(column.kind)
        if column.name not in have:
            short = sum(kind == "token" for kind in have.values()) + 1
            store.execute(ddl.add_column(name, table.name, Column(column.name, _stored(wanted, short))), noresult=True)
            have[column.name] = wanted
            added.append((table.name, column.name))
        elif (wider := join((have[column.name], wanted))) != have[column.name]:
            widened.append((table.name, column.name, have[column.name], wider))
            have[column.name] = wider
            alter.widen(store, definition(table, have), Column(column.name, wider))
    whole = definition(table, have)
    for index in whole.indexes:
        store.execute(ddl.create_index(name, whole, index), noresult=True)
    return added, widened


def _rename(store: Store, plan: TablePlan, known: Kinds, before: dict[str, str]) -> list[tuple[str, str, str]]:
    """Bring tables and columns from the names that they had to those that the plan gives; tables first. What was done."""
    after, done = dict(plan.names), list[tuple[str, str, str]]()
    by_name = {table.name: table for table in plan.tables}
    for key in sorted(before.keys() | after.keys(), key=lambda key: ("." in key, key)):
        generated, _, column = key.partition(".")
        old, new = (names.get(key, column or generated) for names in (before, after))
        table = after.get(generated, generated)
        if old == new:
            continue
        if column and old in known.get(table, {}):
            _merge_kinds(store, by_name.get(table), known[table], old, new)
            alter.rename_column(store, table, old, new)
        elif not column and old in known:
            if new in known:
                _make_room(store, by_name.get(new), known[new], known[old])
            known[new] = {**known.pop(old), **known.get(new, {})}
            alter.rename_table(store, root_table(plan.vocabulary), old, new)
        else:
            continue
        done.append((key, old, new))
    return done


def _merge_kinds(store: Store, table: RowTable | None, have: dict[str, str], old: str, new: str) -> None:
    """The kinds after a column has got another's name; one that is there already is made wide enough for both."""
    kind = have.pop(old)
    wider = join((have[new], kind)) if new in have else kind
    if table is not None and have.get(new, wider) != wider:
        have[new] = wider
        alter.widen(store, definition(table, {**have, old: kind}), Column(new, wider))
    have[new] = wider


def _make_room(store: Store, table: RowTable | None, have: dict[str, str], more: dict[str, str]) -> None:
    """A table that gets another's rows has that one's columns."""
    for name, kind in more.items():
        if name not in have:
            have[name] = kind
            if table is not None:
                store.execute(ddl.add_column(dialect(store), table.name, Column(name, _stored(kind, len(have)))), noresult=True)


def _kind(of: str) -> str:
    return "token" if of == "qname" else of


def _refuse_others(store: Store, plan: TablePlan) -> None:
    for other in store.find(Mapping, Mapping.vocabulary != plan.vocabulary):
        shared = sorted({table.name for table in plan.tables} & json.loads(other.tables).keys())
        if shared:
            raise Conflict(
                f"The vocabulary {plan.vocabulary} needs a table {shared[0]}, but {other.vocabulary} has one. Give it another name."
            )
