"""Runs that wait for a runner: who works on them, how far they are, what somebody wants of them."""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect
from ..core import jobs
from ..ddl import add_column


def apply(store: Store) -> None:
    """Run on a database whose runs are tied to the process that started them; may be run again."""
    name = dialect(store)
    there = set()
    if name == "sqlite":  # its ADD COLUMN cannot be said twice
        there = {row[1] for row in store.execute("PRAGMA table_info(run)").get_all()}
    for column in jobs.RUN_WORK:
        if column.name not in there:
            store.execute(add_column(name, "run", column), noresult=True)
    store.execute("UPDATE run SET begun = started WHERE begun IS NULL", noresult=True)
