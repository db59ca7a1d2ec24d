"""Counters of documents, filled from what is there; the pulse that tells how far a replica lags."""

from __future__ import annotations

from storm.store import Store

from .. import counters
from ..backends import dialect
from ..core import nodes, projections
from ..ddl import create


def apply(store: Store) -> None:
    """Run on a database of version 0; may be run again."""
    for table in (nodes.HEARTBEAT, projections.COUNTER):
        for statement in create(dialect(store), table):
            store.execute(statement, noresult=True)
    counters.recount(store)
