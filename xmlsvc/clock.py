"""Time and ids come from here alone, so that tests can fix both."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


def _base32(number: int, digits: int) -> str:
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(digits - 1, -1, -1))


class Clock:
    """The real clock: UTC time, and ids that sort by the time of their making."""

    def now(self) -> datetime:
        """The present, aware, UTC, microseconds."""
        return datetime.now(UTC)

    def new_id(self) -> str:
        """26 characters, lower case: 48 bits of milliseconds, then 80 random bits (the layout of a ULID)."""
        milliseconds = int(self.now().timestamp() * 1000)
        return _base32(milliseconds, 10) + _base32(int.from_bytes(os.urandom(10)), 16)

    @staticmethod
    def id_at(moment: datetime) -> str:
        """The least id of those that are made at this moment or later."""
        return _base32(int(moment.timestamp() * 1000), 10) + _base32(0, 16)


class FixedClock(Clock):
    """A clock for tests: starts at `start`, advances by `step` at every question; ids count up from 1."""

    def __init__(self, start: datetime = datetime(2024, 5, 3, 12, 0, tzinfo=UTC), step: timedelta = timedelta(seconds=1)):
        self._next, self._step, self._ids = start, step, 0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            moment, self._next = self._next, self._next + self._step
            return moment

    def new_id(self) -> str:
        with self._lock:
            self._ids += 1
            return _base32(self._ids, 26)
