"""Fields that a partner and an editor have both changed."""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect
from ..core import corrections
from ..ddl import create


def apply(store: Store) -> None:
    """Run on a database that knows no conflicts; may be run again."""
    for statement in create(dialect(store), corrections.CONFLICT):
        store.execute(statement, noresult=True)
