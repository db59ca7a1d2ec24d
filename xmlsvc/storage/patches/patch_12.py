"""Causes of violations, by run."""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect
from ..core import clusters
from ..ddl import create


def apply(store: Store) -> None:
    """Add the tables; may be run again."""
    for table in clusters.CLUSTERS:
        for statement in create(dialect(store), table):
            store.execute(statement, noresult=True)
