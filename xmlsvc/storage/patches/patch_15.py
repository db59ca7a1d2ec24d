"""A table in which MariaDB's commits are counted, for whoever keeps what was read."""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect
from ..core.nodes import COMMIT_COUNT
from ..ddl import create


def apply(store: Store) -> None:
    """Add the table; may be run again."""
    for statement in create(dialect(store), COMMIT_COUNT):
        store.execute(statement, noresult=True)
