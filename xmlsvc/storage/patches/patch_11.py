"""What generated tables and columns are called, by which plans rows were written, and whether they must be made again."""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect
from ..core import projections
from ..ddl import add_column


def apply(store: Store) -> None:
    """Run on a database of version 10; may be run again."""
    name = dialect(store)
    there = {row[1] for row in store.execute("PRAGMA table_info(mapping)").get_all()} if name == "sqlite" else set()
    for column in projections.MAPPING_MORE:
        if column.name not in there:
            store.execute(add_column(name, "mapping", column), noresult=True)
