"""The runner: takes up the runs that wait, one after the other, the most urgent first, and those whose process has died.

    work(services, stopping) ─► runs.claim ─► KINDS[run.kind](services, recorder) ─► done, failed, paused, cancelled, waiting
                                  beside it: a thread that shows every ten seconds that this process lives

`xmlsvc run work` is such a process; `xmlsvc serve` has one beside it. Several may be at work on one database: a run has one of them.
What a kind does it does in chunks, each one transaction with its items and its place, and asks `recorder.check()` between them.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from ..documents import runs
from ..documents.access import Actor
from ..documents.services import Services
from ..errors import Conflict, EnvironmentFault, Error, NotFound, Unavailable
from . import batches, bulk, fixing, media, moving, republish, revalidate, schedule, sweeping, undoing

LOG = logging.getLogger("xmlsvc.runner")

PAUSE = 1.0  # seconds between two looks at what waits

Kind = Callable[[Services, runs.Recorder], None]
KINDS: dict[str, Kind] = {
    batches.KIND: batches.work,
    bulk.KIND: bulk.work,
    moving.KIND: moving.work,
    "fix": fixing.work,
    "revalidate": revalidate.work,
    media.KIND: media.work,
    republish.REPUBLISH: republish.work,
    republish.DELIVER: republish.work_delivery,
    sweeping.KIND: sweeping.work,
}
"""What a run of a kind does: the whole of it, from `recorder.place` on, by `recorder.parameters`."""

Request = Callable[[Services, Actor, dict[str, Any], int], str]
REQUESTS: dict[str, Request] = {
    bulk.KIND: bulk.request,
    moving.KIND: moving.request,
    "fix": fixing.request,
    "revalidate": revalidate.request,
    media.KIND: media.request,
    republish.REPUBLISH: republish.request,
    republish.DELIVER: republish.request_delivery,
    sweeping.KIND: sweeping.request,
}
"""How a run of a kind is asked for by parameters from elsewhere, checked before there is a run: (…, parameters, priority) -> id."""

REVERSIBLE = frozenset({bulk.KIND, moving.KIND, "fix"})
"""The kinds of runs that can be taken back as a whole."""


def undo(services: Services, actor: Actor, run_id: str, priority: int = 0) -> str:
    """A run that takes back what this one did, whatever its kind; its id. Raises Forbidden, NotFound, Conflict (it cannot be taken back, or
    is still at work)."""
    run = runs.get(services, actor, run_id)
    if run.kind not in REVERSIBLE:
        raise Conflict(f"A run of the kind {run.kind!r} cannot be taken back; those of the kinds {', '.join(sorted(REVERSIBLE))} can.")
    return undoing.undo(services, actor, run.kind, run_id, priority)


def work(services: Services, stopping: threading.Event, once: bool = False) -> int:
    """Work until told to stop, or, with `once`, until nothing waits. How many runs came to an end. A database that is out of reach is
    waited for."""
    ended = 0
    for fault in schedule.faults(services, REQUESTS):
        LOG.error("%s", fault)
    while not stopping.is_set():
        try:
            taken = runs.claim(services) or (runs.claim(services) if _due(services) else None)
        except Unavailable as error:
            LOG.warning("%s", error.message)
            taken = None
        if taken is not None:
            ended += do(services, taken, stopping)
        elif once:
            break
        else:
            stopping.wait(PAUSE)
    return ended


def hurry(services: Services, run_id: str, seconds: float) -> None:
    """Work on one waiting run in this thread until the time is over; what is left waits for a runner. Nothing where a runner has it."""
    try:
        taken = runs.take(services, run_id)
    except (Conflict, NotFound):
        return
    stopping = threading.Event()
    timer = threading.Timer(seconds, stopping.set)
    timer.daemon = True
    timer.start()
    try:
        do(services, taken, stopping)
    finally:
        timer.cancel()


def _due(services: Services) -> bool:
    """Whether a run has come to be because its time has come."""
    try:
        return bool([*republish.due(services), *schedule.due(services, REQUESTS)])
    except Unavailable:
        raise
    except EnvironmentFault as error:
        LOG.error("%s", error.message)
        return False


def do(services: Services, recorder: runs.Recorder, stopping: threading.Event) -> bool:
    """Work on one run until it ends (True) or is put off (False)."""
    LOG.info("Run %s (%s) begins", recorder.id, recorder.run.kind)
    recorder.stopping = stopping
    state, fault = "done", None
    with runs.beating(recorder):
        try:
            kind = KINDS.get(recorder.run.kind)
            if kind is None:
                raise Error(f"This release has no runs of the kind {recorder.run.kind!r}.")
            kind(services, recorder)
        except runs.Halted as halted:
            state = halted.state
        except Unavailable as error:
            LOG.warning("Run %s is put off: %s", recorder.id, error.message)
            state = "waiting"
            stopping.wait(PAUSE)
        except Error as error:
            LOG.error("Run %s failed: %s", recorder.id, error.message)
            state, fault = "failed", error.message
        except Exception as error:  # one run's fault must not end the runner
            LOG.exception("Run %s failed", recorder.id)
            state, fault = "failed", f"A fault of the program: {type(error).__name__}: {error}"
    if state:
        _finish(recorder, state, fault, stopping)
    LOG.info("Run %s is %s", recorder.id, state or "another process's")
    return state in ("done", "failed", "cancelled")


def _finish(recorder: runs.Recorder, state: str, fault: str | None, stopping: threading.Event) -> None:
    """Tell how it ended, as soon as the database can be told; a process that must end leaves that to whoever takes the run over."""
    while True:
        try:
            recorder.finish(state, fault)
            return
        except Unavailable as error:
            LOG.warning("Run %s is %s, which cannot be told yet: %s", recorder.id, state, error.message)
        if stopping.wait(PAUSE):
            return
