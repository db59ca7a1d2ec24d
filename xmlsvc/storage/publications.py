"""Which revision of a document was published when: one row for each change, written in the transaction that makes it.

    note    whoever changes a document's published revision says so
    at      the number that was published at an instant
"""

from __future__ import annotations

from datetime import datetime

from storm.store import Store

from .backends import dialect
from .insert import plain


def note(store: Store, document_id: str, before: int | None, after: int | None, at: datetime) -> None:
    """The published revision was `before` and is `after` (None: nothing is published) from `at` on."""
    if before == after:
        return
    again = "ON DUPLICATE KEY UPDATE number = VALUES(number)"
    if dialect(store) == "sqlite":
        again = "ON CONFLICT DO UPDATE SET number = excluded.number"
    sql = f"INSERT INTO publication (document_id, at, number) VALUES (?, ?, ?) {again}"
    store.execute(sql, (document_id, plain(at), after), noresult=True)


def at(store: Store, document_id: str, instant: datetime) -> int | None:
    """The number of the revision that was published at the instant; None if none was."""
    row = store.execute(
        "SELECT number FROM publication WHERE document_id = ? AND at <= ? ORDER BY at DESC LIMIT 1", (document_id, plain(instant))
    ).get_one()
    return None if row is None or row[0] is None else int(row[0])


def since(store: Store, document_id: str, instant: datetime) -> set[int]:
    """The numbers of the revisions that were published at the instant or at any time after it."""
    rows = store.execute("SELECT number FROM publication WHERE document_id = ? AND at >= ?", (document_id, plain(instant))).get_all()
    return {int(number) for number in (at(store, document_id, instant), *(row[0] for row in rows)) if number is not None}


def begin(store: Store) -> None:
    """Note what is published now, for a database that kept no history before: each published revision since it was made."""
    store.execute("DELETE FROM publication", noresult=True)
    store.execute(
        "INSERT INTO publication (document_id, at, number) SELECT d.id, r.created, r.number FROM document d "
        "JOIN revision r ON r.document_id = d.id AND r.number = d.published", noresult=True,
    )  # fmt: skip
    store.execute(
        "INSERT INTO publication (document_id, at, number) SELECT id, modified, NULL FROM document WHERE state = 'withdrawn'", noresult=True
    )
