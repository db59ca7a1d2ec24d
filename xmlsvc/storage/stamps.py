"""Moments as statements in text give them back: SQLite as text, MariaDB as a datetime, both in UTC without saying so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def read(value: Any) -> datetime:
    """The moment, aware."""
    return datetime.fromisoformat(f"{value}+00:00") if isinstance(value, str) else value.replace(tzinfo=UTC)
