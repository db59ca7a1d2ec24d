"""A database with the core tables, on each backend in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from xmlsvc.clock import Clock
from xmlsvc.storage import migrate
from xmlsvc.storage.sessions import Sessions


@pytest.fixture
def empty(database: str) -> Iterator[Sessions]:
    """Sessions on a database without tables."""
    sessions = Sessions(database, Clock())
    yield sessions
    sessions.close()


@pytest.fixture
def sessions(empty: Sessions) -> Sessions:
    """Sessions on a database with the core tables."""
    migrate.upgrade(empty)
    return empty
