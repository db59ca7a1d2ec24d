"""What belongs to one person at the desk: work in progress, searches to come back to."""

from __future__ import annotations

from datetime import UTC

from storm.locals import Bool, Bytes, DateTime, Int, Unicode

from .record import Record


class WorkingCopy(Record):
    """One step of somebody's editing of a document, before it is saved. `owner`: the actor's label; `step`: 1, 2 …; `base`: number of the
    revision that was opened, `base_digest` its content; `label`: what was done; `typed`: by typing, so that the next typing goes on with
    it; `undone`: taken back, may be done again. `encoding` says how `data` holds the bytes, `size` how many they are."""

    __storm_table__ = "working_copy"
    __storm_primary__ = ("document_id", "owner", "step")
    document_id = Unicode(allow_none=False)
    owner = Unicode(allow_none=False)
    step = Int(allow_none=False)
    base = Int(allow_none=False)
    base_digest = Unicode(allow_none=False)
    label = Unicode(allow_none=False)
    typed = Bool(allow_none=False)
    undone = Bool(allow_none=False)
    size = Int(allow_none=False)
    encoding = Unicode(allow_none=False)
    data = Bytes(allow_none=False)
    modified = DateTime(tzinfo=UTC, allow_none=False)


class SavedSearch(Record):
    """A search with a name. `owner`: whose it is; `query`: the query string of the list of documents."""

    __storm_table__ = "saved_search"
    id = Unicode(primary=True, allow_none=False)
    owner = Unicode(allow_none=False)
    title = Unicode(allow_none=False)
    query = Unicode(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)
