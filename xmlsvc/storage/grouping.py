"""One writer for many threads: waiting units share one durable commit.

    submit(unit) ──► queue ──► the writer thread: BEGIN IMMEDIATE
                                  unit                            (an error rolls back: nothing else is in the transaction yet)
                                  SAVEPOINT · unit · RELEASE      (an error rolls back to the savepoint: that unit alone fails)
                                  SAVEPOINT · unit · RELEASE  …   whoever waits by now, up to a limit
                               COMMIT ──► every caller of the group is answered

SQLite has one writer at a time and a commit costs a disk flush. Threads that compete for the lock are served unfairly and pay a flush
each; one thread that groups them pays one flush for all, in the order of arrival.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any

from storm.exceptions import Error
from storm.store import Store

from ..errors import Unavailable
from .units import Connected, Ended, attempts

GROUP = 64  # most units of one commit
ANALYZE_FIRST, ANALYZE_LAST = 10_000, 1_000
"""Rows written after which the planner's statistics are made for the first time (then after twice as many, and so on); and those without
which they are not made when the writer ends."""
WAIT_SECONDS = 0.001  # for one more unit of as many as came the last time: callers that were just answered come again
GROUP_SECONDS = 0.02  # a group stops taking units when its first has run for so long

Unit = Callable[[Store], Any]


class GroupingWriter:
    """A thread that owns the only writing connection of this process."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._queue: SimpleQueue[tuple[Unit, Future[Any]] | None] = SimpleQueue()
        self._closed = False
        self._last = 0  # units of the last group
        self._analyzed = 0  # rows written when the statistics were made
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="xmlsvc-writer", daemon=True)
        self._thread.start()

    def run(self, unit: Unit) -> Any:
        """Run the unit; back when its transaction is durable. Raises what the unit raises."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("A unit must not start another write: it would wait for itself. Pass it the store instead.")
        future: Future[Any] = Future()
        with self._lock:
            if self._closed:
                raise Unavailable("The database is closed.")
            self._queue.put((unit, future))
        return future.result()

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        connection = None
        while (first := self._queue.get()) is not None:
            try:
                connection = connection or self._database.connect()
                stop = self._group(connection, first)
                if connection.changes >= max(ANALYZE_FIRST, 2 * self._analyzed):
                    self._analyze(connection)
            except BaseException as error:  # noqa: BLE001  the thread must outlive any failure, as its callers wait for it
                if not first[1].done():
                    first[1].set_exception(error)
                if connection is not None:
                    connection.close()
                    connection = None
                stop = False
            if stop:
                break
        if connection is not None:
            if connection.changes - self._analyzed >= ANALYZE_LAST:
                self._analyze(connection)
            connection.close()

    def _analyze(self, connection: Any) -> None:
        """Without statistics SQLite reads through a whole vocabulary to find ten documents."""
        self._analyzed = connection.changes
        try:
            connection.analyze()
        except Error:
            connection.rollback()  # busy, or no room: the next time comes

    def _group(self, connection: Any, first: tuple[Unit, Future[Any]]) -> bool:
        """Run and commit one group; True when the end of the queue was met."""
        done: list[tuple[Future[Any], Any]] = []
        entry: tuple[Unit, Future[Any]] | None = first
        started, stop = time.monotonic(), False
        try:
            while entry is not None:
                unit, future = entry
                try:
                    done.append((future, self._one(connection, unit) if done else self._first(connection, unit)))
                except Ended as ended:  # the whole transaction is gone, with the units before this one
                    raise ended.reason from None
                except BaseException as error:  # noqa: BLE001  it goes to the caller
                    future.set_exception(error)
                entry = None
                if len(done) < GROUP and time.monotonic() - started < GROUP_SECONDS:
                    entry, stop = self._following(len(done) < self._last)
            self._last = len(done)
            connection.commit()
        except BaseException as error:  # noqa: BLE001  it goes to the callers
            connection.rollback()
            waiting = [future for future, _ in done] + ([entry[1]] if entry else [])
            for future in waiting:
                future.set_exception(error)
            return stop
        for future, value in done:
            future.set_result(value)
        return stop

    def _following(self, wait: bool) -> tuple[tuple[Unit, Future[Any]] | None, bool]:
        """(who waits next, whether that is the end of the queue). `wait`: the last group was larger, so that more are on their way."""
        try:
            entry = self._queue.get(block=wait, timeout=WAIT_SECONDS if wait else None)
        except Empty:
            return None, False
        return entry, entry is None

    def _first(self, connection: Any, unit: Unit) -> Any:
        """The value of the first unit of a transaction, which needs no savepoint: its failure ends the transaction."""
        attempts(connection.begin_writing, self._database, connection.rollback)
        store = Connected(connection)
        try:
            return unit(store)
        except BaseException:
            connection.rollback()
            raise
        finally:
            store.end()

    @staticmethod
    def _one(connection: Any, unit: Unit) -> Any:
        connection.savepoint("SAVEPOINT unit")
        store = Connected(connection)
        try:
            value = unit(store)
            connection.savepoint("RELEASE unit")
            return value
        except BaseException as error:
            try:
                connection.savepoint("ROLLBACK TO unit")
                connection.savepoint("RELEASE unit")
            except Error as failed:
                raise Ended(error if isinstance(error, Error) else failed) from error
            raise
        finally:
            store.end()
