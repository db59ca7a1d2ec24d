"""The log of what the public sees; it begins with what is published."""

from __future__ import annotations

from storm.store import Store

from ..backends import dialect
from ..core import public
from ..ddl import create


def apply(store: Store) -> None:
    """Run on a database that has none of these; may be run again."""
    for table in public.PUBLIC:
        for statement in create(dialect(store), table):
            store.execute(statement, noresult=True)
    store.execute("DELETE FROM public_change", noresult=True)
    store.execute("INSERT INTO public_change (document_id) SELECT id FROM document WHERE published IS NOT NULL", noresult=True)
