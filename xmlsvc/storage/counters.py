"""How many documents there are, by partner, vocabulary, state and validity, kept in the transactions that change it.

Counting a million rows takes longer than a page may. Each count is spread over shards, of which a writer takes one by chance: writers
at the same time do not wait for one another's row.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from storm.store import Store

from .backends import dialect

SHARDS = 16


class Kind(NamedTuple):
    """What a document is counted under."""

    partner_id: str
    vocabulary: str
    state: str
    valid: bool


def moved(store: Store, before: Kind | None, after: Kind | None) -> None:
    """A document was one kind and is another (None: it was not, or is not, there)."""
    if before == after:
        return
    shard = random.randrange(SHARDS)
    changes = [(kind, by) for kind, by in ((before, -1), (after, 1)) if kind is not None]
    for kind, by in sorted(changes):  # always in the same order, so that two writers do not wait for each other
        _add(store, kind, shard, by)


def totals(store: Store, partner_id: str | None = None, vocabulary: str | None = None) -> dict[Kind, int]:
    """The counts, without those that are nought."""
    where, values = ["1 = 1"], []
    for column, value in (("partner_id", partner_id), ("vocabulary", vocabulary)):
        if value is not None:
            where.append(f"{column} = ?")
            values.append(value)
    rows = store.execute(
        f"SELECT partner_id, vocabulary, state, valid, SUM(documents) FROM counter WHERE {' AND '.join(where)} "
        "GROUP BY partner_id, vocabulary, state, valid", tuple(values),
    ).get_all()  # fmt: skip
    return {Kind(row[0], row[1], row[2], bool(row[3])): int(row[4]) for row in rows if row[4]}


def recount(store: Store) -> None:
    """Count anew what is there."""
    store.execute("DELETE FROM counter", noresult=True)
    store.execute(
        "INSERT INTO counter (partner_id, vocabulary, state, valid, shard, documents) "
        "SELECT partner_id, vocabulary, state, valid, 0, COUNT(*) FROM document GROUP BY partner_id, vocabulary, state, valid",
        noresult=True,
    )


def _add(store: Store, kind: Kind, shard: int, by: int) -> None:
    sql = "INSERT INTO counter (partner_id, vocabulary, state, valid, shard, documents) VALUES (?, ?, ?, ?, ?, ?) "
    if dialect(store) == "mysql":
        sql += "ON DUPLICATE KEY UPDATE documents = documents + VALUES(documents)"
    else:
        sql += "ON CONFLICT DO UPDATE SET documents = documents + excluded.documents"
    store.execute(sql, (*kind[:3], int(kind.valid), shard, by), noresult=True)
