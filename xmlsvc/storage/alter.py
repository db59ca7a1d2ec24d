"""Changing tables that hold rows: columns added, widened and renamed, tables renamed, two made one.

MariaDB commits at every statement here, so each function looks at what is there and may be run again from wherever it broke off.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from storm.store import Store

from . import ddl
from .backends import dialect
from .ddl import Column, Index, Table


def columns(store: Store, table: str) -> list[str]:
    """The columns that the database has; none if there is no such table."""
    if dialect(store) == "sqlite":
        return [row[1] for row in store.execute(f"PRAGMA table_info({ddl.quote('sqlite', table)})").get_all()]
    sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position"
    return [row[0] for row in store.execute(sql, (table,)).get_all()]


def add_columns(store: Store, table: str, wanted: Sequence[Column]) -> None:
    """Add the columns that the table does not have yet."""
    there = columns(store, table)
    for column in wanted:
        if column.name not in there:
            store.execute(ddl.add_column(dialect(store), table, column), noresult=True)


def widen(store: Store, table: Table, column: Column) -> None:
    """Give a column a wider kind; `table`: as it is to be. SQLite has no statement for that: the table is copied."""
    name = dialect(store)
    q = partial(ddl.quote, name)
    if name == "mysql":
        _drop_index(store, table.name, column.name)
        store.execute(f"ALTER TABLE {q(table.name)} MODIFY COLUMN {ddl.column(name, column)}", noresult=True)
        return
    old, here = q(f"{table.name}__old"), q(table.name)
    there = set(columns(store, table.name))
    kept = ", ".join(q(each.name) for each in table.columns if each.name in there)
    for index in _indexes(store, table.name):
        store.execute(f"DROP INDEX {q(index)}", noresult=True)
    store.execute(f"ALTER TABLE {here} RENAME TO {old}", noresult=True)
    for statement in ddl.create(name, table):
        store.execute(statement, noresult=True)
    store.execute(f"INSERT INTO {here} ({kept}) SELECT {kept} FROM {old}", noresult=True)
    store.execute(f"DROP TABLE {old}", noresult=True)


def rename_column(store: Store, table: str, old: str, new: str) -> None:
    """Call a column otherwise, its values with it. Where there is one of the new name, its gaps are filled and the old one goes."""
    q = partial(ddl.quote, dialect(store))
    there = columns(store, table)
    if old not in there:
        return
    _drop_index(store, table, old)
    if new not in there:
        store.execute(f"ALTER TABLE {q(table)} RENAME COLUMN {q(old)} TO {q(new)}", noresult=True)
        return
    store.execute(f"UPDATE {q(table)} SET {q(new)} = {q(old)} WHERE {q(new)} IS NULL AND {q(old)} IS NOT NULL", noresult=True)
    store.execute(f"ALTER TABLE {q(table)} DROP COLUMN {q(old)}", noresult=True)


def rename_table(store: Store, root: str, old: str, new: str) -> None:
    """Call a child table otherwise, its rows with it. Where there is one of the new name, which has all columns of the old one, that gets
    its rows. `root`: the vocabulary's root table, whose rows name the tables that hold more of a document."""
    name = dialect(store)
    q = partial(ddl.quote, name)
    there = columns(store, old)
    if there and not columns(store, new):
        for index in _indexes(store, old):
            _drop_named(store, old, index)
        store.execute(f"ALTER TABLE {q(old)} RENAME TO {q(new)}", noresult=True)
    elif there:
        names = ", ".join(map(q, there))
        store.execute(
            f"INSERT INTO {q(new)} ({names}) SELECT {names} FROM {q(old)} o WHERE NOT EXISTS (SELECT 1 FROM {q(new)} n "
            "WHERE n.document_id = o.document_id AND n.head = o.head AND n.n = o.n)", noresult=True,
        )  # fmt: skip
    spaced = "CONCAT(' ', filled, ' ')" if name == "mysql" else "' ' || filled || ' '"
    store.execute(f"UPDATE {q(root)} SET filled = TRIM(REPLACE({spaced}, ?, ?)) WHERE {spaced} LIKE ?",
                  (f" {old} ", f" {new} ", f"% {old} %"), noresult=True)  # fmt: skip
    store.execute(ddl.drop(name, old), noresult=True)


def _drop_index(store: Store, table: str, column: str) -> None:
    """Drop the index on a column, if there is one."""
    index = ddl.index_name(table, Index((column,)))
    if index in _indexes(store, table):
        _drop_named(store, table, index)


def _drop_named(store: Store, table: str, index: str) -> None:
    q = partial(ddl.quote, dialect(store))
    on = f" ON {q(table)}" if dialect(store) == "mysql" else ""
    store.execute(f"DROP INDEX {q(index)}{on}", noresult=True)


def _indexes(store: Store, table: str) -> Sequence[str]:
    """The names of the table's indexes, without that of its key."""
    if dialect(store) == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    else:
        sql = ("SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? "
               "AND index_name <> 'PRIMARY'")  # fmt: skip
    return [row[0] for row in store.execute(sql, (table,)).get_all()]
