"""How documents stood before a run took them elsewhere, written in the transaction that does it: what taking the run back goes by.

    note    whoever revises or moves a document for a run says so; the first word of a run on a document counts
    of      what a run did to one document
"""

from __future__ import annotations

from datetime import datetime

from storm.store import Store

from .insert import insert
from .model import RunMove


def note(store: Store, run_id: str, document_id: str, state: str, published: int | None, at: datetime) -> None:
    """The document was in this state, with this revision published (None: none), until the run came to it."""
    stood = {"run_id": run_id, "document_id": document_id, "state": state, "published": published, "at": at, "undone": None}
    insert(store, "run_move", stood, once=True)


def of(store: Store, run_id: str, document_id: str) -> tuple[str, int | None, datetime] | None:
    """(state, published revision) of a document before the run, and when the run came to it; None where the run did nothing to it."""
    row = store.get(RunMove, (run_id, document_id))
    return None if row is None else (row.state, row.published, row.at)
