"""Where published outputs are delivered, what is there, and what was done. A target's key is its name's, or its address's, digest."""

from __future__ import annotations

from datetime import UTC

from storm.locals import Bool, DateTime, Int, Unicode

from .record import Record


class DeliveryTarget(Record):
    """A place that outputs are delivered to. `formats`: names with blanks between; `schedule`: "publication", "manual" or seconds;
    `command`: a JSON list of arguments, "" for none; `seconds`: what it may take; `due`: when the next scheduled delivery is."""

    __storm_table__ = "delivery_target"
    name = Unicode(primary=True, allow_none=False)
    url = Unicode(allow_none=False)
    vocabulary = Unicode()
    formats = Unicode(allow_none=False)
    query = Unicode(allow_none=False)
    pattern = Unicode(allow_none=False)
    schedule = Unicode(allow_none=False)
    command = Unicode(allow_none=False)
    seconds = Int(allow_none=False)
    attempts = Int(allow_none=False)
    enabled = Bool(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)
    due = DateTime(tzinfo=UTC)


class DeliveryItem(Record):
    """What is at a target of a document in a format: the file's name, a digest of what a reader gets of it, its checksum. `state`:
    delivered, removed or failed (`problem` says why; what was there before is still there)."""

    __storm_table__ = "delivery_item"
    __storm_primary__ = ("target", "document_id", "format")
    target = Unicode(allow_none=False)
    document_id = Unicode(allow_none=False)
    format = Unicode(allow_none=False)
    name = Unicode(allow_none=False)
    state = Unicode(allow_none=False)
    shown = Unicode(allow_none=False)
    checksum = Unicode(allow_none=False)
    attempts = Int(allow_none=False)
    problem = Unicode(allow_none=False)
    at = DateTime(tzinfo=UTC, allow_none=False)


class DeliveryCursor(Record):
    """Up to which output of a channel everything was looked at for a target."""

    __storm_table__ = "delivery_cursor"
    __storm_primary__ = ("target", "vocabulary", "format")
    target = Unicode(allow_none=False)
    vocabulary = Unicode(allow_none=False)
    format = Unicode(allow_none=False)
    sequence = Int(allow_none=False)


class DeliveryLog(Record):
    """One thing that was done at a target: delivered, removed, failed, command."""

    __storm_table__ = "delivery_log"
    id = Int(primary=True)
    target = Unicode(allow_none=False)
    document_id = Unicode()
    format = Unicode(allow_none=False)
    action = Unicode(allow_none=False)
    name = Unicode(allow_none=False)
    detail = Unicode(allow_none=False)
    at = DateTime(tzinfo=UTC, allow_none=False)
