"""Runs: batch jobs as records. What a run did is written as it goes, so that it can be looked at while it runs and after it died.

    start(…) ─► Recorder ─► write(store, items) in the transaction of what they tell … ─► finish("done")
    listed(…), get(…), items(…)
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storm.expr import And, Desc, Or
from storm.store import Store

from ..errors import NotFound
from ..storage import model
from ..storage.backends import execute_many
from .access import Actor, require
from .services import Services

PAGE = 100
_ITEM = "INSERT INTO run_item (run_id, n, name, document_id, receipt_id, outcome, detail) VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One batch job. `state`: running, done, failed or interrupted; `counts`: items by outcome."""

    id: str
    kind: str
    state: str
    actor: str
    parameters: dict[str, Any]
    counts: dict[str, int]
    started: datetime
    heartbeat: datetime | None
    ended: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a run did with its n-th item (from 1)."""

    n: int
    name: str
    document_id: str | None
    receipt_id: str | None
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One item to be recorded."""

    name: str
    outcome: str
    document_id: str | None = None
    receipt_id: str | None = None
    detail: str = ""


class Recorder:
    """The writing side of one run, for the thread that drives it.

    `write` belongs into the transaction of the work that it records, and may be run again; `written` is called once that is durable.
    """

    def __init__(self, services: Services, run_id: str) -> None:
        self._services, self.id = services, run_id
        self.counts: Counter[str] = Counter()
        self._n = 0

    def write(self, store: Store, done: Sequence[Done], now: datetime, more: Mapping[str, int] | None = None) -> None:
        """The items, the counts with them (and with `more`, outcomes that need no row of their own), the heartbeat."""
        rows = [
            (self.id, self._n + place, item.name, item.document_id, item.receipt_id, item.outcome, item.detail)
            for place, item in enumerate(done, 1)
        ]
        execute_many(store, _ITEM, rows)
        counts = self.counts + Counter(item.outcome for item in done) + Counter(more or {})
        store.find(model.Run, model.Run.id == self.id).set(counts=json.dumps(counts), heartbeat=now)

    def written(self, done: Sequence[Done], more: Mapping[str, int] | None = None) -> None:
        self._n += len(done)
        self.counts += Counter(item.outcome for item in done) + Counter(more or {})

    def finish(self, state: str) -> None:
        """The end: "done", "failed" or "interrupted"."""
        now = self._services.clock.now()
        self._services.sessions.write(lambda store: store.find(model.Run, model.Run.id == self.id).set(state=state, ended=now))


def start(services: Services, actor: Actor, kind: str, parameters: Mapping[str, Any]) -> Recorder:
    """A new run, durable."""
    run_id, now = services.clock.new_id(), services.clock.now()

    def unit(store: Store) -> None:
        row = model.Run()
        row.id, row.kind, row.state, row.actor = run_id, kind, "running", actor.label
        row.parameters, row.counts, row.started, row.heartbeat = json.dumps(dict(parameters), ensure_ascii=False), "{}", now, now
        store.add(row)

    services.sessions.write(unit)
    return Recorder(services, run_id)


_COLUMNS = tuple(getattr(model.Run, name) for name in Run.__slots__)


def _run(row: tuple[Any, ...]) -> Run:
    fields = dict(zip(Run.__slots__, row, strict=True))
    return Run(**(fields | {"parameters": json.loads(fields["parameters"]), "counts": json.loads(fields["counts"])}))


def _visible(actor: Actor) -> Any:
    """A partner sees the runs that it started, whoever may start runs of all kinds sees all."""
    if actor.kind == "partner":
        require(actor, "read")
        return model.Run.actor == actor.label
    require(actor, "run")
    return True


def listed(services: Services, actor: Actor, before: tuple[datetime, str] | None = None, limit: int = PAGE) -> list[Run]:
    """Runs, the newest first; `before`: (started, id) of the last one of the page before."""
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
