"""The working side of a run: what it did is written as it goes, in the transaction of what it tells, by the one process that has it.

    Recorder.write(store, items, place) … .written(…) … .check() between two chunks … .finish("done")
    here(recorder)       the block is the run's work       beating(recorder)   a sign of life every BEAT seconds meanwhile
"""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storm.expr import And
from storm.store import Store

from .. import metrics
from ..errors import Error
from ..storage import model
from ..storage.backends import execute_many
from ..storage.sessions import locked
from . import outbox
from .services import Services

LOG = logging.getLogger("xmlsvc.runs")

BEAT = 10.0  # seconds between two signs of life
OPEN = ("waiting", "running", "paused")
"""States of runs that are not over."""
_ITEM = "INSERT INTO run_item (run_id, n, name, document_id, receipt_id, outcome, detail) VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One batch job. `state`: waiting, running, paused, done, failed, cancelled or interrupted; `counts`: items by outcome; `total`: how
    many there will be, where that is known; `started`: when it was asked for, `begun`: when work on it began; `asked`: pause or cancel,
    until its process sees that; `priority`: higher ones go first; `fault`: why it failed."""

    id: str
    kind: str
    state: str
    actor: str
    parameters: dict[str, Any]
    counts: dict[str, int]
    started: datetime
    heartbeat: datetime | None
    ended: datetime | None
    priority: int = 0
    asked: str = ""
    begun: datetime | None = None
    total: int | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One item to be recorded."""

    name: str
    outcome: str
    document_id: str | None = None
    receipt_id: str | None = None
    detail: str = ""


class Halted(Exception):
    """The work on a run is to stop after what is durable. `state`: what the run is then: paused, cancelled, or waiting (another one is
    more urgent); "" where another process has taken it over."""

    def __init__(self, state: str) -> None:
        super().__init__(state or "taken over")
        self.state = state


class Recorder:
    """The writing side of one run, for the thread that drives it.

    `write` belongs into the transaction of the work that it records, and may be run again; `written` is called once that is durable.
    `parameters`: what was asked for; `place`: where to go on (None: from the start), as the last `write` gave it.
    """

    def __init__(self, services: Services, run: Run, claim: str, place: Any = None, n: int = 0, patient: bool = False) -> None:
        self._services, self._claim, self._n, self._patient = services, claim, n, patient
        self.run, self.id, self.parameters, self.place = run, run.id, run.parameters, place
        self.counts: Counter[str] = Counter(run.counts)
        self.total = run.total or 0
        self.stopping = threading.Event()
        """Set where the process is to end: the run then waits for another one."""

    def write(
        self, store: Store, done: Sequence[Done], now: datetime, more: Mapping[str, int] | None = None, place: Any = None
    ) -> None:
        """The items, the counts with them (and with `more`, outcomes that need no row of their own), the heartbeat, and how far the run is
        (`place`, anything that JSON holds). Raises Halted where the run is no longer this process's: the transaction must not commit."""
        row = locked(store, model.Run, model.Run.id == self.id)
        if row is None or row.claim != self._claim:
            raise Halted("")
        items = [
            (self.id, self._n + n, item.name, item.document_id, item.receipt_id, item.outcome, item.detail)
            for n, item in enumerate(done, 1)
        ]
        execute_many(store, _ITEM, items)
        counts = self.counts + Counter(item.outcome for item in done) + Counter(more or {})
        row.counts, row.heartbeat = json.dumps(counts), now
        if place is not None:
            row.place = json.dumps(place)

    def written(self, done: Sequence[Done], more: Mapping[str, int] | None = None) -> None:
        self._n += len(done)
        new = Counter(item.outcome for item in done) + Counter(more or {})
        self.counts += new
        for outcome, count in new.items():
            metrics.RUN_ITEMS.labels(self.run.kind, outcome).inc(count)

    def check(self) -> None:
        """Call this between chunks. Raises Halted where the run is to be paused or cancelled, where a more urgent one waits (unless the run
        was started here and now), and where another process has taken it over."""
        run, urgent = model.Run, And(model.Run.state == "waiting", model.Run.priority > self.run.priority)

        def unit(store: Store) -> tuple[Any, ...]:
            row = store.find((run.claim, run.asked), run.id == self.id).one()
            return (*(row or (None, "")), self._patient and not store.find(run, urgent).is_empty())

        claim, asked, urgent_waits = self._services.sessions.read(unit)
        if claim != self._claim:
            raise Halted("")
        if asked or urgent_waits or self.stopping.is_set():
            raise Halted({"pause": "paused", "cancel": "cancelled"}.get(asked, "waiting"))

    def expect(self, total: int) -> None:
        """How many items there will be, with those that are done."""
        self.total = total
        self._services.sessions.write(lambda store: store.find(model.Run, self._mine()).set(total=total))

    def beat(self) -> bool:
        """Show that the process lives; False where the run is no longer its own. For a thread beside the one that works."""
        now = self._services.clock.now()

        def unit(store: Store) -> bool:
            store.find(model.Run, self._mine()).set(heartbeat=now)
            return not store.find(model.Run, self._mine()).is_empty()

        return self._services.sessions.write(unit)

    def finish(self, state: str, fault: str | None = None) -> None:
        """The end: done, failed, interrupted or cancelled; or, for later, paused or waiting. Nothing where another process has it."""
        now = self._services.clock.now()
        ended = None if state in OPEN else now
        changes = {"state": state, "ended": ended, "fault": fault, "claim": None, "worker": None, "asked": ""}

        def unit(store: Store) -> None:
            found = store.find(model.Run, self._mine())
            if found.is_empty():
                return
            found.set(**changes)
            if state in ("done", "failed") and not self.run.actor.startswith("partner:"):
                outbox.run(store, self.id, self.run.kind, state, self.counts, now)

        self._services.sessions.write(unit)

    def _mine(self) -> Any:
        return And(model.Run.id == self.id, model.Run.claim == self._claim)


@contextmanager
def here(recorder: Recorder) -> Iterator[None]:
    """The block is the run's work in this process: done at its end, failed by an error, interrupted where it is left; paused and cancelled
    as it was asked. Meanwhile the process shows that it lives. Raises what the block raises."""
    state, fault = "done", None
    with beating(recorder):
        try:
            yield
        except Halted as halted:
            state = halted.state
            raise
        except (GeneratorExit, KeyboardInterrupt):
            state = "interrupted"
            raise
        except BaseException as error:
            state, fault = "failed", error.message if isinstance(error, Error) else f"{type(error).__name__}: {error}"
            raise
        finally:
            if state:
                recorder.finish(state, fault)


@contextmanager
def beating(recorder: Recorder) -> Iterator[None]:
    """A sign of life every BEAT seconds for the length of the block."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                if not recorder.beat():
                    return
            except Error as error:
                LOG.warning("Run %s: %s", recorder.id, error.message)

    thread = threading.Thread(target=beat, name="xmlsvc-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
