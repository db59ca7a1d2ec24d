"""The database's own nodes."""

from __future__ import annotations

from datetime import UTC

from storm.locals import DateTime, Int

from .record import Record


class Heartbeat(Record):
    """The primary's pulse (one row): how old it is on a replica is how far that one lags."""

    __storm_table__ = "heartbeat"
    id = Int(primary=True, allow_none=False)
    at = DateTime(tzinfo=UTC, allow_none=False)


class CommitCount(Record):
    """How often the connections of one part have committed (`backends.commits`); MariaDB only."""

    __storm_table__ = "commit_count"
    part = Int(primary=True, allow_none=False)
    number = Int(allow_none=False)
