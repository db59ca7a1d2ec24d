"""The database's own nodes."""

from __future__ import annotations

from ..ddl import Table
from .columns import required

HEARTBEAT = Table("heartbeat", (*required("integer", "id"), *required("datetime", "at")), ("id",))
