"""The log of what the public sees, from its writers' side and its keeper's.

    changed(store, documents)    in the transaction that changes a published head: one row, no number, no lock that others wait for
    enter(store, now)            those rows, once they can be seen, become changes with a position: the order in which they could be seen

A writer cannot number its change: whoever commits last may have begun first, and a reader that has passed the number would never see it.
So numbers are given afterwards, by one at a time, to what has been committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from storm.store import Store

from .backends import dialect, execute_many
from .insert import insert, plain

MOST = 2_000  # changes that are entered by one transaction
CHANGES = ("", "")
"""The key of the channel that counts the changes."""


class Channel(NamedTuple):
    """How far a channel is; see `model.Channel`. Moments are texts as the database holds them."""

    maker: str
    position: int
    sequence: int
    stamp: Any
    settling: Any


def changed(store: Store, documents: Iterable[str]) -> None:
    """What the public sees of these documents, or whether it sees them, is changed by this transaction."""
    execute_many(store, "INSERT INTO public_change (document_id) VALUES (?)", [(each,) for each in documents])


def waiting(store: Store) -> bool:
    """Whether there are changes without a position."""
    return store.execute("SELECT 1 FROM public_change LIMIT 1").get_one() is not None


def enter(store: Store, now: datetime) -> int:
    """Give positions to at most MOST changes that wait; how many there were. A unit for one writer at a time: it locks the counter."""
    counter = locked(store, *CHANGES, now)
    rows = store.execute("SELECT id, document_id FROM public_change ORDER BY id LIMIT ?", (MOST,)).get_all()
    if not rows:
        return 0
    ids = list(dict.fromkeys(document for _, document in rows))
    marks = ", ".join("?" * len(ids))
    heads = {
        row[0]: row[1:] for row in store.execute(
            "SELECT d.id, d.vocabulary, d.partner_id, d.published, r.digest, r.schema FROM document d "
            f"JOIN revision r ON r.document_id = d.id AND r.number = d.published WHERE d.id IN ({marks})", tuple(ids)).get_all()
    }  # fmt: skip
    position, moment = counter.position, plain(now)
    shown, gone = [], []
    for position, document in enumerate(ids, counter.position + 1):
        if document in heads:
            shown.append((document, *heads[document], position, moment))
        else:
            gone.append((position, moment, document))
    execute_many(store, "DELETE FROM public_document WHERE document_id = ?", [row[:1] for row in shown])
    execute_many(
        store, "INSERT INTO public_document (document_id, vocabulary, partner_id, number, content, schema_digest, position, changed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", shown)
    _entomb(store, marks, ids, moment)
    execute_many(
        store, "UPDATE public_document SET number = NULL, position = ?, changed = ? WHERE document_id = ? "
        "AND (number IS NOT NULL OR position = 0)", gone)
    execute_many(store, "DELETE FROM public_change WHERE id = ?", [(row[0],) for row in rows])
    store.execute("UPDATE channel SET position = ?, stamp = ? WHERE vocabulary = '' AND format = ''", (position, moment), noresult=True)
    return len(rows)


def _entomb(store: Store, marks: str, ids: Sequence[str], moment: Any) -> None:
    """Those that came and went between two looks: they were public, and are on record as withdrawn."""
    store.execute(
        "INSERT INTO public_document (document_id, vocabulary, partner_id, number, content, schema_digest, position, changed) "
        "SELECT d.id, d.vocabulary, d.partner_id, NULL, r.digest, r.schema, 0, ? FROM document d JOIN revision r ON r.document_id = d.id "
        "AND r.number = (SELECT MAX(number) FROM revision v WHERE v.document_id = d.id AND v.valid = 1) "
        f"WHERE d.published IS NULL AND d.id IN ({marks}) AND d.id NOT IN (SELECT document_id FROM public_document)",
        (moment, *ids), noresult=True)


_CHANNEL = "SELECT maker, position, sequence, stamp, settling FROM channel WHERE vocabulary = ? AND format = ?"


def channel(store: Store, vocabulary: str, format: str) -> Channel | None:
    """How far a channel is; None for one that was never asked for."""
    row = store.execute(_CHANNEL, (vocabulary, format)).get_one()
    return None if row is None else Channel(*row)


def locked(store: Store, vocabulary: str, format: str, now: datetime) -> Channel:
    """The same, made if it is not there, locked against other writers until the unit ends."""
    insert(store, "channel", {
        "vocabulary": vocabulary, "format": format, "maker": "", "position": 0, "sequence": 0, "stamp": now, "settling": None,
    }, once=True)  # fmt: skip
    lock = " FOR UPDATE" if dialect(store) == "mysql" else ""
    row = store.execute(_CHANNEL + lock, (vocabulary, format)).get_one()
    assert row is not None
    return Channel(*row)


def position(store: Store) -> int:
    """Of the latest change."""
    found = channel(store, *CHANGES)
    return 0 if found is None else found.position


class Change(NamedTuple):
    """A document that a channel has yet to take in; `number` None: it was withdrawn."""

    document: str
    partner_id: str
    number: int | None
    content: str
    schema_digest: str
    position: int


def pending(store: Store, vocabulary: str, after: int, most: int) -> list[Change]:
    """Changes of a vocabulary's documents after a position, in their order."""
    rows = store.execute(
        "SELECT document_id, partner_id, number, content, schema_digest, position FROM public_document "
        "WHERE vocabulary = ? AND position > ? ORDER BY position LIMIT ?", (vocabulary, after, most)).get_all()
    return [Change(*row) for row in rows]


class Shown(NamedTuple):
    """What a channel has of a document."""

    document: str
    content: str
    maker: str
    shown: str
    made: str
    output: str | None
    withdrawn: bool
    problem: str | None


def shown(store: Store, format: str, documents: Sequence[str]) -> dict[str, Shown]:
    """What a format's channel has of these documents."""
    if not documents:
        return {}
    marks = ", ".join("?" * len(documents))
    rows = store.execute(
        "SELECT document_id, content, maker, shown, made, output, withdrawn, problem FROM public_output "
        f"WHERE format = ? AND document_id IN ({marks})", (format, *documents)).get_all()
    return {row[0]: Shown(*row) for row in rows}
