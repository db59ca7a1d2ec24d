"""Where the work of a run is done: one protocol, `concurrent.futures.Executor`, and a bounded way to feed it.

    open("serial" | "threads" | "processes", workers) -> Executor
    spread(executor, function, items, ahead)          -> (item, future's result), in the order of the items

`function` must be importable and its items picklable for "processes". Workers start fresh ("spawn"): a process that has
threads (the grouping writer of SQLite) cannot be forked safely.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, TypeVar

from ..errors import UsageError

Item = TypeVar("Item")
Result = TypeVar("Result")

NAMES = ("serial", "threads", "processes")


class Serial(Executor):
    """Does the work at once, in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open(name: str, workers: int | None = None) -> Executor:
    """A started executor; `workers` defaults to the cores. Close it by `with`. Raises UsageError for an unknown name."""
    if workers is not None and workers < 1:
        raise UsageError(f"The number of workers must be at least 1, but it is {workers}.")
    count = workers or cores()
    if name == "serial":
        return Serial()
    if name == "threads":
        return ThreadPoolExecutor(count, thread_name_prefix="xmlsvc-job")
    if name == "processes":
        return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))
    raise UsageError(f"There is no executor {name!r}. Known are: {', '.join(NAMES)}.")


def spread(
    executor: Executor, function: Callable[[Item], Result], items: Iterable[Item], ahead: int | None = None
) -> Iterator[tuple[Item, Result]]:
    """Each item with its result, in the items' order; at most `ahead` items (default: two a core) are under way at any time,
    so that memory does not grow with their number. An exception of `function` is raised at its item's turn."""
    limit = ahead or 2 * cores()
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    try:
        for item in items:
            waiting.append((item, executor.submit(function, item)))
            if len(waiting) >= limit:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
    finally:
        for _, future in waiting:
            future.cancel()
