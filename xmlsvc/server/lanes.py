"""Who is served next: three lanes before the threads, so that none takes all of them.

    health   whether the service is alive and ready     threads are kept for it
    short    the whole request is there                 all the other threads
    long     a thread will have to wait for its body    half of them

A queue for cheroot's pool of threads: each asks for the next when it has done with the last.
"""

from __future__ import annotations

import collections
import queue
import threading
import time
from typing import Any, Literal, Protocol

from cheroot.workers import threadpool

Lane = Literal["health", "short", "long"]

KEPT = 2
"""Threads for the lane "health" alone."""
END = threadpool._SHUTDOWNREQUEST
"""What ends the thread that gets it."""


class Waiting(Protocol):
    """What stands in a lane."""

    @property
    def lane(self) -> Lane: ...


class Lanes:
    """The lanes before `threads` threads and those that are kept; `most`: how many may stand in each."""

    def __init__(self, threads: int, most: int) -> None:
        self._standing: dict[Lane, collections.deque[tuple[float, Waiting]]] = {
            "health": collections.deque(), "short": collections.deque(), "long": collections.deque(),
        }  # fmt: skip
        self._threads, self._most, self._ends = threads, most, 0
        self._doing: dict[int, Lane] = {}  # by thread
        self._at_work: dict[Lane, int] = {"health": 0, "short": 0, "long": 0}
        self._changed = threading.Condition()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: ARG002 - queue.Queue's
        """Let it stand in its lane; `END` goes to a thread once the lanes are empty. Raises queue.Full."""
        with self._changed:
            if item is END:
                self._ends += 1
                self._changed.notify_all()
                return
            lane = self._standing[item.lane]
            if len(lane) >= self._most:
                raise queue.Full
            lane.append((time.monotonic(), item))
            self._changed.notify()

    def get(self) -> object:
        """The next for the calling thread, which has done with what it got before."""
        me = threading.get_ident()
        with self._changed:
            if done := self._doing.pop(me, None):
                self._at_work[done] -= 1
            while (lane := self._next()) is None:
                if self._ends and not self.qsize():
                    self._ends -= 1
                    return END
                self._changed.wait()
            self._doing[me] = lane
            self._at_work[lane] += 1
            _, item = self._standing[lane].popleft()
            if self._ends:
                self._changed.notify_all()
            elif self._next():
                self._changed.notify()  # what was held up by what this thread did before may go on in another
            return item

    def _next(self) -> Lane | None:
        """The lane whose first may go on now: health, else whoever has stood longest."""
        if self._standing["health"]:
            return "health"
        at_work = self._at_work
        if at_work["short"] + at_work["long"] >= self._threads:
            return None
        short, long = self._standing["short"], self._standing["long"]
        if long and at_work["long"] < max(1, self._threads // 2) and not (short and short[0][0] <= long[0][0]):
            return "long"
        return "short" if short else None

    def taken_out(self, seconds: float) -> list[Waiting]:
        """Those that have stood for longer than that; they stand no longer."""
        before = time.monotonic() - seconds
        out: list[Waiting] = []
        with self._changed:
            for lane in self._standing.values():
                while lane and lane[0][0] <= before:
                    out.append(lane.popleft()[1])
            self._changed.notify_all()
        return out

    def qsize(self) -> int:
        return sum(map(len, self._standing.values()))


class Threads(threadpool.ThreadPool):
    """cheroot's threads, with lanes before them."""

    def __init__(self, server: object, threads: int, most: int) -> None:
        super().__init__(server, min=threads + KEPT, max=threads + KEPT)
        self.lanes = self._queue = Lanes(threads, most)
        self.get = self.lanes.get
