"""Where the work of a run is done: one protocol, `concurrent.futures.Executor`, and a bounded way to feed it.

    open("serial" | "threads" | "processes" | "dask://HOST:PORT", workers) -> Executor
    ordered(tasks, ahead)                                 -> (context, future's result), in the order of the tasks

What is submitted to "processes" must be importable, its arguments picklable. Workers start fresh ("spawn"): a process that has
threads (the grouping writer of SQLite) cannot be forked safely.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

from .. import heap
from ..errors import UsageError
from . import dask

Context = TypeVar("Context")
Result = TypeVar("Result")

NAMES = ("serial", "threads", "processes")


class Serial(Executor):
    """Does the work at once, in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - the protocol: whatever it is, the future holds it
            future.set_exception(error)
        return future


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check(name: str, workers: int | None = None) -> None:
    """Raises UsageError for a name or number that `open` would refuse."""
    if workers is not None and workers < 1:
        raise UsageError(f"The number of workers must be at least 1, but it is {workers}.")
    if name not in NAMES and not name.startswith(dask.PREFIX):
        raise UsageError(f"There is no executor {name!r}. Known are: {', '.join(NAMES)}, {dask.PREFIX}HOST:PORT.")


def open(name: str, workers: int | None = None) -> Executor:
    """A started executor; `workers` defaults to the cores. Close it by `with`. Raises UsageError for an unknown name."""
    check(name, workers)
    if name.startswith(dask.PREFIX):
        return dask.Dask(name)
    count = workers or cores()
    if name == "serial":
        return Serial()
    if name == "threads":
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(count, thread_name_prefix="xmlsvc-job")
    from .processes import Processes  # 5 ms that a process which works alone need not spend

    os.environ[heap.VARIABLE] = heap.tunables()  # multiprocessing has no other way to give its processes an environment
    return Processes(count)


def finished(result: Result) -> Future[Result]:
    """A future that needs no work."""
    future: Future[Result] = Future()
    future.set_result(result)
    return future


def ordered(
    tasks: Iterable[tuple[Context, Future[Result]]], ahead: int | None = None
) -> Iterator[tuple[Context, Result]]:
    """Each task's context with its result, in the tasks' order. `tasks` submits as it is asked for the next: at most `ahead` (default:
    two a core) are under way at any time, so that memory does not grow with their number. A failure is raised at its task's turn;
    what is under way then ends by itself (a cancelled future can keep a process pool of Python 3.11.2 from ever shutting down)."""
    limit = ahead or 2 * cores()
    waiting: deque[tuple[Context, Future[Result]]] = deque()
    for task in tasks:
        waiting.append(task)
        if len(waiting) >= limit:
            context, future = waiting.popleft()
            yield context, future.result()
    while waiting:
        context, future = waiting.popleft()
        yield context, future.result()
