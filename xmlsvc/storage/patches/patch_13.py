"""Verdicts by their key alone: an index that nobody asks goes. (Patch 14 gives SQLite's rows the key's order.)"""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect

_INDEX = "verdict__schema_valid"


def apply(store: Store) -> None:
    """Run on any database; may be run again."""
    mysql = dialect(store) == "mysql"
    store.execute(f"ALTER TABLE verdict DROP INDEX IF EXISTS {_INDEX}" if mysql else f"DROP INDEX IF EXISTS {_INDEX}", noresult=True)
