"""Plain inserts for what every delivery writes: one statement a table, made once, and no objects.

A Storm object costs several times what its row costs. Use objects where a row is read, changed and looked at; these where it is only added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from storm.store import Store

from .backends import dialect, execute_many
from .ddl import quote

_FOUND = {"content_number": "(SELECT number FROM content WHERE digest = ?)"}
"""Columns that are given something else than they hold: the digest of a content, in place of its number."""

Value = str | int | float | bytes | bool | datetime | None


def insert(store: Store, table: str, row: Mapping[str, Value], *, once: bool = False) -> None:
    """Add a row of a core table. `once`: a row whose key is there already stays as it is; otherwise that is an error of the database's."""
    statement = _statement(dialect(store), table, tuple(row), once)
    execute_many(store, statement, [tuple(map(plain, row.values()))])


def insert_all(store: Store, table: str, rows: Sequence[Mapping[str, Value]], *, once: bool = False) -> None:
    """As `insert` for many rows, all with the same columns."""
    if rows:
        statement = _statement(dialect(store), table, tuple(rows[0]), once)
        execute_many(store, statement, [tuple(map(plain, row.values())) for row in rows])


def plain(value: Value) -> Value:
    """The value as both drivers take it: datetimes as text, in UTC with microseconds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return int(value) if isinstance(value, bool) else value


@lru_cache(256)
def _statement(name: str, table: str, columns: tuple[str, ...], once: bool) -> str:
    quoted, marks = ", ".join(quote(name, column) for column in columns), ", ".join(_FOUND.get(column, "?") for column in columns)
    statement = f"INSERT INTO {quote(name, table)} ({quoted}) VALUES ({marks})"
    if not once:
        return statement
    first = quote(name, columns[0])
    # MariaDB's INSERT IGNORE would also swallow values that do not fit.
    return statement + (f" ON DUPLICATE KEY UPDATE {first} = {first}" if name == "mysql" else " ON CONFLICT DO NOTHING")
