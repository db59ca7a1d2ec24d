"""What generated tables and columns are called, by which plans rows were written, and whether they must be made again."""

from __future__ import annotations

from storm.store import Store

from ..alter import add_columns
from ..core import projections


def apply(store: Store) -> None:
    """Run on a database of version 3; may be run again."""
    add_columns(store, "mapping", projections.MAPPING_MORE)
