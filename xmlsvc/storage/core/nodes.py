"""The database's own nodes."""

from __future__ import annotations

from ..ddl import Table
from .columns import required

HEARTBEAT = Table("heartbeat", (*required("integer", "id"), *required("datetime", "at")), ("id",))

COMMIT_COUNT = Table("commit_count", required("integer", "part", "number"), ("part",))
"""On MariaDB: how often connections have committed, see backends.commits. SQLite counts by itself; the table is empty there."""
