"""Verdicts by their key alone: an index that nobody asks goes, and SQLite keeps the rows in the key's order, as InnoDB does."""

from __future__ import annotations

from dataclasses import replace

from storm.store import Store

from ..backends import dialect
from ..core.projections import VERDICT
from ..ddl import create

_OLD, _NEW = "verdict__schema_valid", "verdict_new"


def apply(store: Store) -> None:
    """Run on any database; may be run again."""
    if dialect(store) == "mysql":
        store.execute(f"ALTER TABLE verdict DROP INDEX IF EXISTS {_OLD}", noresult=True)
        return
    columns = ", ".join(f'"{column.name}"' for column in VERDICT.columns)
    store.execute(f"DROP TABLE IF EXISTS {_NEW}", noresult=True)
    for statement in create("sqlite", replace(VERDICT, name=_NEW)):
        store.execute(statement, noresult=True)
    store.execute(f"INSERT INTO {_NEW} ({columns}) SELECT {columns} FROM verdict ORDER BY content", noresult=True)
    store.execute("DROP TABLE verdict", noresult=True)
    store.execute(f"ALTER TABLE {_NEW} RENAME TO verdict", noresult=True)
