"""The primary's pulse: one row, written about once a second by whichever process comes first; replicas show by its age how far they lag."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from storm.store import Store

from ..errors import EnvironmentFault

SECONDS = 1.0
_BEAT = (
    "INSERT INTO heartbeat (id, at) VALUES (1, UTC_TIMESTAMP(6)) "
    "ON DUPLICATE KEY UPDATE at = IF(at < UTC_TIMESTAMP(6) - INTERVAL 800000 MICROSECOND, UTC_TIMESTAMP(6), at)"
)


def _beat(store: Store) -> None:
    store.execute(_BEAT, noresult=True)


class Heartbeat:
    """A thread that writes the pulse until it is stopped. A beat that fails is left out: the next one comes."""

    def __init__(self, write: Callable[[Callable[[Store], None]], None]) -> None:
        self._write = write
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="xmlsvc-heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop beating; back when the thread has ended."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            with suppress(EnvironmentFault):  # the primary is away, or its tables are not made yet
                self._write(_beat)
            self._stop.wait(SECONDS)
