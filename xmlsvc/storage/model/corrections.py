"""Where a partner's delivery and an editor's correction met."""

from __future__ import annotations

from datetime import UTC

from storm.locals import DateTime, Int, Reference, Unicode

from .record import Record


class Conflict(Record):
    """Fields that a partner and an editor have both changed. `revision`: the merged one, which has the editor's values there; `base`,
    `theirs`, `mine`: the revisions that it was merged from. `fields`: JSON. `resolved` by `actor`, None while it is open; `outcome`:
    resolved or superseded."""

    __storm_table__ = "conflict"
    id = Unicode(primary=True, allow_none=False)
    document_id = Unicode(allow_none=False)
    document = Reference(document_id, "Document.id")
    revision = Int(allow_none=False)
    base = Int(allow_none=False)
    theirs = Int(allow_none=False)
    mine = Int(allow_none=False)
    fields = Unicode(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)
    resolved = DateTime(tzinfo=UTC)
    actor = Unicode()
    outcome = Unicode()
