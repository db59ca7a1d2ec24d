"""The answers to requests that carry a key of the sender's."""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect
from ..core import exchange
from ..ddl import create


def apply(store: Store) -> None:
    """Run on a database of version 1; may be run again."""
    for statement in create(dialect(store), exchange.IDEMPOTENCY):
        store.execute(statement, noresult=True)
