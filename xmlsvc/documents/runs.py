"""Runs: batch jobs as records, which are looked at, paused and cancelled while they run, and gone on with after their process died.

    create(…) ─► waiting ─► claim(services) ─► Recorder     by whichever runner comes first (batch.runner)
    start(…)  ─────────────────────────────► Recorder     here and now, in this process
    Recorder.write(store, items, place) in the transaction of what they tell … .check() between chunks … ─► .finish("done")
    listed(…), get(…), items(…) · ask(…, "pause" | "cancel" | "resume")

One process works on a run: it holds a claim, which others may take over once that process is dead or has been silent for LEASE. Every
`write` asks for the claim in its transaction, so that what was slower than its claim stores nothing. A run that is taken over goes on from
the place that its last transaction left.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storm.expr import And, Desc, Or
from storm.store import Store

from ..errors import Conflict, NotFound
from ..storage import model
from ..storage.insert import insert
from ..storage.sessions import locked
from . import accounts, workers
from .access import Actor, allowed, require
from .recorder import OPEN, Done, Halted, Recorder, Run, beating, here
from .services import Services

__all__ = [
    "OPEN", "Done", "Halted", "Item", "Recorder", "Run", "actor_of", "ask", "beating", "claim", "create", "enter", "every_item", "get",
    "here", "items", "listed", "pace", "start", "take",
]  # fmt: skip

PAGE = 100
LEASE = timedelta(seconds=60)
"""A process that was silent for so long has lost its runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a run did with its n-th item (from 1)."""

    n: int
    name: str
    document_id: str | None
    receipt_id: str | None
    outcome: str
    detail: str


def enter(
    store: Store, actor: Actor, run_id: str, kind: str, parameters: Mapping[str, Any], now: datetime, priority: int = 0
) -> None:
    """A waiting run, in a unit of the caller's. `run_id`: a new id, made outside the unit."""
    insert(store, "run", {
        "id": run_id, "kind": kind, "state": "waiting", "actor": actor.label, "counts": "{}", "started": now, "priority": priority,
        "asked": "", "parameters": json.dumps(dict(parameters), ensure_ascii=False),
    })  # fmt: skip


def create(services: Services, actor: Actor, kind: str, parameters: Mapping[str, Any], priority: int = 0) -> str:
    """A waiting run, durable; its id. A runner takes it up."""
    run_id, now = services.clock.new_id(), services.clock.now()
    services.sessions.write(lambda store: enter(store, actor, run_id, kind, parameters, now, priority))
    return run_id


def start(services: Services, actor: Actor, kind: str, parameters: Mapping[str, Any]) -> Recorder:
    """A new run that this process works on, durable."""
    run_id, claim, now = services.clock.new_id(), services.clock.new_id(), services.clock.now()

    def unit(store: Store) -> Run:
        enter(store, actor, run_id, kind, parameters, now)
        row = store.get(model.Run, run_id)
        assert row is not None
        return _claimed(row, claim, now)[0]

    return Recorder(services, services.sessions.write(unit), claim)


def claim(services: Services) -> Recorder | None:
    """The most urgent, oldest run that waits, or whose process has died, to be worked on by this one; None if there is none."""
    run, now = model.Run, services.clock.now()

    def look(store: Store) -> list[str]:
        order = (Desc(run.priority), run.started, run.id)
        rows = store.find((run.id, run.state, run.worker, run.heartbeat), run.state.is_in(("waiting", "running"))).order_by(*order)
        return [id for id, state, worker, heartbeat in rows if state == "waiting" or _left(worker, heartbeat, now)]

    for run_id in services.sessions.read(look):
        try:
            return take(services, run_id, patient=True)
        except (Conflict, NotFound):
            continue  # another runner was faster
    return None


def take(services: Services, run_id: str, patient: bool = False) -> Recorder:
    """Go on with this run in this process, whatever it was stopped by. `patient`: give way to more urgent ones. Raises NotFound, Conflict
    where another process works on it or it is over."""
    right, now = services.clock.new_id(), services.clock.now()

    def unit(store: Store) -> tuple[Run, Any, int]:
        row = locked(store, model.Run, model.Run.id == run_id)
        if row is None:
            raise NotFound(f"There is no run {run_id!r}.")
        if row.state == "running" and not _left(row.worker, row.heartbeat, now):
            raise Conflict(f"Another process works on the run {run_id}. Pause it first, or wait until it is done.")
        if row.state in ("done", "cancelled") or (patient and row.state not in ("waiting", "running")):
            raise Conflict(f"The run {run_id} is {row.state}; there is nothing to go on with.")
        return _claimed(row, right, now)

    run, place, n = services.sessions.write(unit)
    return Recorder(services, run, right, place, n, patient)


def _left(worker: str | None, heartbeat: datetime | None, now: datetime) -> bool:
    """Whether the process that held a run has lost it."""
    return worker is None or workers.dead(worker) or heartbeat is None or now - heartbeat > LEASE


def _claimed(row: model.Run, claim: str, now: datetime) -> tuple[Run, Any, int]:
    """The run, its place, and the number of its last item, as held by this process from now on."""
    row.state, row.worker, row.claim, row.heartbeat, row.begun = "running", workers.name(), claim, now, row.begun or now
    row.asked, row.ended, row.fault = "", None, None
    last = row.items.order_by(Desc(model.RunItem.n)).first()
    return _run(tuple(getattr(row, name) for name in Run.__slots__)), json.loads(row.place) if row.place else None, last.n if last else 0


def ask(services: Services, actor: Actor, run_id: str, wish: str) -> Run:
    """Pause a run, cancel it, or let it go on ("resume"). A process that works on it does so after the chunk at hand. Raises NotFound,
    Conflict where the run is over."""
    get(services, actor, run_id)
    now = services.clock.now()

    def unit(store: Store) -> None:
        row = locked(store, model.Run, model.Run.id == run_id)
        assert row is not None
        resumable = wish == "resume" and row.state in ("failed", "interrupted")
        if row.state not in OPEN and not resumable:
            raise Conflict(f"The run {run_id} is {row.state}.")
        if wish == "resume":
            row.asked = ""
            row.state = row.state if row.state == "running" else "waiting"
        elif row.state == "running" and not _left(row.worker, row.heartbeat, now):
            row.asked = wish
        else:
            row.state, row.claim = {"pause": ("paused", None), "cancel": ("cancelled", None)}[wish]
            row.ended = now if wish == "cancel" else None

    services.sessions.write(unit)
    return get(services, actor, run_id)


def actor_of(services: Services, run: Run) -> Actor:
    """Whoever asked for the run, with the rights of today. Raises NotFound where they are gone."""
    return accounts.named(services, run.actor)


_COLUMNS = tuple(getattr(model.Run, name) for name in Run.__slots__)


def _run(row: tuple[Any, ...]) -> Run:
    fields = dict(zip(Run.__slots__, row, strict=True))
    return Run(**(fields | {"parameters": json.loads(fields["parameters"]), "counts": json.loads(fields["counts"])}))


def _visible(actor: Actor) -> Any:
    """Whoever may start runs of all kinds sees all, anybody else those that they started: batches of documents."""
    if allowed(actor, "run"):
        return True
    require(actor, "read")
    return model.Run.actor == actor.label


def listed(services: Services, actor: Actor, before: tuple[datetime, str] | None = None, limit: int = PAGE) -> list[Run]:
    """Runs, the newest first; `before`: (started, id) of the last one of the page before."""
    if actor.kind != "partner":
        require(actor, "run")
    conditions = [_visible(actor)]
    if before is not None:
        conditions.append(Or(model.Run.started < before[0], And(model.Run.started == before[0], model.Run.id < before[1])))
    return services.sessions.read(
        lambda store: [_run(row) for row in store.find(_COLUMNS, *conditions).order_by(Desc(model.Run.started), Desc(model.Run.id))[:limit]]
    )


def get(services: Services, actor: Actor, run_id: str) -> Run:
    """One run. Raises NotFound, also for another's."""
    condition = And(model.Run.id == run_id, _visible(actor))
    row = services.sessions.read(lambda store: store.find(_COLUMNS, condition).one())
    if row is None:
        raise NotFound(f"There is no run {run_id!r}.")
    return _run(row)


def pace(run: Run) -> tuple[float | None, float | None]:
    """(items a second, seconds that are left) of a run that has begun, None where that cannot be told."""
    until = run.ended or run.heartbeat
    if run.begun is None or until is None or until <= run.begun:
        return None, None
    done = sum(run.counts.values())
    rate = done / (until - run.begun).total_seconds()
    left = (run.total - done) / rate if run.total is not None and rate and run.state == "running" else None
    return round(rate, 1), round(max(left, 0.0), 1) if left is not None else None


def items(services: Services, actor: Actor, run_id: str, outcome: str | None = None, after: int = 0, limit: int = PAGE) -> list[Item]:
    """The run's items in order; `after`: the last `n` of the page before."""
    get(services, actor, run_id)
    return _items(services, run_id, outcome, after, limit)


def every_item(services: Services, actor: Actor, run_id: str, outcome: str | None = None) -> Iterator[Item]:
    """All of the run's items in order, read page by page. Raises NotFound, before the first."""
    get(services, actor, run_id)
    after = 0
    while page := _items(services, run_id, outcome, after, PAGE):
        yield from page
        after = page[-1].n


def _items(services: Services, run_id: str, outcome: str | None, after: int, limit: int) -> list[Item]:
    columns = tuple(getattr(model.RunItem, name) for name in Item.__slots__)
    conditions = [model.RunItem.run_id == run_id, model.RunItem.n > after]
    if outcome is not None:
        conditions.append(model.RunItem.outcome == outcome)
    rows = services.sessions.read(lambda store: list(store.find(columns, And(*conditions)).order_by(model.RunItem.n)[:limit]))
    return [Item(**dict(zip(Item.__slots__, row, strict=True))) for row in rows]
