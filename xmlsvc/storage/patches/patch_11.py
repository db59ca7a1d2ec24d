"""Runs that wait for a runner: who works on them, how far they are, what somebody wants of them."""

from __future__ import annotations

from storm.store import Store

from ..alter import add_columns
from ..core import jobs


def apply(store: Store) -> None:
    """Run on a database whose runs are tied to the process that started them; may be run again."""
    add_columns(store, "run", jobs.RUN_WORK)
    store.execute("UPDATE run SET begun = started WHERE begun IS NULL", noresult=True)
