"""When which revision was published, from now on; what was erased; where a token's holder last wrote."""

from __future__ import annotations

from storm.store import Store

from .. import publications
from ..backends import dialect
from ..core import access, documents
from ..ddl import add_column, create


def apply(store: Store) -> None:
    """Run on a database of version 2; may be run again."""
    name = dialect(store)
    for table in (documents.PUBLICATION, documents.TOMBSTONE):
        for statement in create(name, table):
            store.execute(statement, noresult=True)
    for owner, column in (("receipt", documents.RECEIPT_ERASED), ("token", access.TOKEN_POSITION)):
        there = {row[1] for row in store.execute(f"PRAGMA table_info({owner})").get_all()} if name == "sqlite" else set()
        if column.name not in there:
            store.execute(add_column(name, owner, column), noresult=True)
    publications.begin(store)
