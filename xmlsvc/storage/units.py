"""A store for one unit of work on a connection that lives longer, and the rules for running a unit again."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, NoReturn, TypeVar
from weakref import WeakValueDictionary

from storm.cache import Cache
from storm.database import Connection
from storm.event import EventSystem
from storm.exceptions import ClosedError
from storm.store import Store

from ..errors import Conflict, Unavailable

T = TypeVar("T")

ATTEMPTS = 16  # runs of one unit before the caller is told to come back
FIRST_PAUSE = 0.01  # seconds before the second run; doubles, with chance, up to half a second
DUPLICATE_ATTEMPTS = 3
PAUSE_BETWEEN_LINES = 10.0  # seconds between lines of the log that say why units were given up

_log = logging.getLogger("xmlsvc.storage")
_told = 0.0


class _Over:
    """Stands where the connection stood once a unit is over: values that were loaded stay readable, nothing more is fetched."""

    def __getattr__(self, name: str) -> NoReturn:
        raise ClosedError("This object's unit of work is over: return plain values from a unit, or read what you need inside it.")


class Connected(Store):
    """A Storm store on a given connection. Its objects belong to one unit; `end` cuts them off from the database."""

    def __init__(self, connection: Connection) -> None:
        # Store.__init__ would open a connection of its own; all else is as there. What only objects need is made for the first of them.
        self._database = connection._database
        self._connection = connection
        self._dirty = {}
        self._order = {}
        self._implicit_flush_block_count = 0
        self._sequence = 0

    @cached_property
    def _event(self) -> EventSystem:  # type: ignore[override]  # a plain attribute of Storm's
        return EventSystem(self)

    @cached_property
    def _alive(self) -> WeakValueDictionary[Any, Any]:
        return WeakValueDictionary()

    @cached_property
    def _cache(self) -> Cache:  # type: ignore[override]  # the same
        return Cache()

    def flush(self) -> None:
        if self._dirty or "_event" in self.__dict__:
            super().flush()

    def commit(self) -> NoReturn:
        raise RuntimeError("A unit does not commit: sessions.write commits when the unit returns.")

    def rollback(self) -> NoReturn:
        raise RuntimeError("A unit does not roll back: raise an error, and sessions.write rolls back.")

    def end(self) -> None:
        """The unit is over."""
        self._connection = _Over()


class Ended(Exception):
    """The transaction is gone (disk full, connection lost): `reason`."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__(str(reason))
        self.reason = reason


def attempts(run: Callable[[], T], database: Any, rollback: Callable[[], None]) -> T:
    """`run`'s value. Runs it again after a conflict (deadlock, lock time-out, busy), a lost connection, or, a few times, a unique key that
    refused a row (another writer was first: the next run sees its row). Raises Unavailable or Conflict when that does not help."""
    pause = FIRST_PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return run()
        except BaseException as error:
            rollback()
            duplicate = database.is_duplicate(error)
            if duplicate and attempt >= DUPLICATE_ATTEMPTS:
                raise Conflict("Another record holds the same key, which must be unique.") from error
            if not (duplicate or database.is_conflict(error) or database.is_lost(error)):
                raise
            if attempt == ATTEMPTS:
                _tell(error)
                raise Unavailable("The database is busy or out of reach; nothing was changed. Try again.") from error
        time.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(pause * 2, 0.5)
    raise AssertionError("unreachable")


def _tell(error: BaseException) -> None:
    """What the database said, to the log, once in a while: every request meets it."""
    global _told
    if (now := time.monotonic()) >= _told:
        _told = now + PAUSE_BETWEEN_LINES
        _log.warning("Given up after %d runs: the database said %s", ATTEMPTS, error)
