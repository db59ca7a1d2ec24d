"""Renderings that nobody is shown any more: of earlier contents, stylesheets and parameters, of drafts that somebody looked at.

    page(store, before, after)      the next of them that were made before a moment
    forget(store, keys)             deletes those that are still nobody's

A rendering is somebody's while an output in any channel shows it, be it that of the last good content where the newest one is refused. It
is looked up by its content: the revisions that have that, and the outputs of their documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storm.store import Store

from ..storage.insert import plain

PAGE = 500
_SHOWN = (
    "EXISTS (SELECT 1 FROM revision v JOIN public_output o ON o.document_id = v.document_id "
    "WHERE v.digest = rendering.content AND o.output = rendering.key)"
)


def page(store: Store, before: datetime, after: str, limit: int = PAGE) -> list[tuple[str, int]]:
    """(key, bytes as they are kept) of at most `limit` leftovers beyond a key, by key."""
    rows: list[tuple[str, int]] = store.execute(
        "SELECT rendering.key, LENGTH(rendering.data) FROM rendering "
        f"WHERE rendering.key > ? AND rendering.created < ? AND NOT {_SHOWN} ORDER BY rendering.key LIMIT ?",
        (after, plain(before), limit)).get_all()
    return rows


def forget(store: Store, keys: Sequence[str]) -> None:
    """Delete those of these renderings that nobody is shown in this very transaction. One that is wanted again is made again."""
    marks = ", ".join("?" * len(keys))
    store.execute(f"DELETE FROM rendering WHERE rendering.key IN ({marks}) AND NOT {_SHOWN}", tuple(keys), noresult=True)
