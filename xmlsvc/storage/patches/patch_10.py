"""Jobs for programs outside; media files that documents refer to."""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect
from ..core import tasks
from ..ddl import create


def apply(store: Store) -> None:
    """Run on a database that has none of these; may be run again."""
    for table in tasks.TASKS:
        for statement in create(dialect(store), table):
            store.execute(statement, noresult=True)
