"""How documents stood before a run took them to another state."""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect
from ..core import jobs
from ..ddl import create


def apply(store: Store) -> None:
    """Add the table; may be run again."""
    moves = next(table for table in jobs.JOBS if table.name == "run_move")
    for statement in create(dialect(store), moves):
        store.execute(statement, noresult=True)
