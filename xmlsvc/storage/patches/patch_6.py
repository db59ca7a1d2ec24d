"""The desk: working copies and saved searches."""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect
from ..core import desk
from ..ddl import create


def apply(store: Store) -> None:
    """Run on a database that has none of these; may be run again."""
    for table in desk.DESK:
        for statement in create(dialect(store), table):
            store.execute(statement, noresult=True)
