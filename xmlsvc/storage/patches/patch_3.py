"""When which revision was published, from now on; what was erased; where a token's holder last wrote."""

from __future__ import annotations

from storm.store import Store

from .. import publications
from ..alter import add_columns
from ..backends import dialect
from ..core import access, documents
from ..ddl import create


def apply(store: Store) -> None:
    """Run on a database of version 2; may be run again."""
    name = dialect(store)
    for table in (documents.PUBLICATION, documents.TOMBSTONE):
        for statement in create(name, table):
            store.execute(statement, noresult=True)
    add_columns(store, "receipt", [documents.RECEIPT_ERASED])
    add_columns(store, "token", [access.TOKEN_POSITION])
    publications.begin(store)
