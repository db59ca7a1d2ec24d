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


def beat(store: Store) -> str:
    """Write the pulse; where the primary stands."""
    store.execute(_BEAT, noresult=True)
    row = store.execute("SELECT @@gtid_current_pos").get_one()
    return str(row[0]) if row else ""


class Heartbeat:
    """A thread that does the work, which writes the pulse, until it is stopped. A beat that fails is left out: the next one comes."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
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
                self._work()
            self._stop.wait(SECONDS)
