"""Jobs for programs outside this service: whoever claims one holds it by a lease, and has to show that it lives.

    add ─► waiting ─► claim ─► running ─┬─ heartbeat … ─► complete ─► done
              ▲                         ├─ fail(retry) ──────────────► waiting, later, or failed
              └──── the lease expired ──┘                             (as often as the job may be attempted)
                                          cancel ─► cancelled; its worker learns it at the next heartbeat

What a worker whose lease has expired says is refused: another one may be at work. What it did may have been done in part: work that is
claimed again must bear being done twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from storm.expr import And, Desc, Or
from storm.store import Store

from ..clock import Clock
from ..errors import BadRequest, Conflict, NotFound
from ..storage import model
from ..storage.insert import insert
from ..storage.sessions import Sessions, locked

STATES = ("waiting", "running", "done", "failed", "cancelled")
LEASE, LONGEST = 60, 3_600  # seconds
ATTEMPTS, MOST_ATTEMPTS = 3, 100
PAUSE = 10.0  # seconds before a job that failed is tried again, doubled each time
MOST_TEXT = 1_000_000  # characters of parameters and results
MOST_SAID = 65_536  # characters of one entry of the log
PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it is. `until`: when its lease ends; `attempts` were begun, of at most `most`; `asked`: it is to be cancelled."""

    id: str
    kind: str
    state: str
    actor: str
    parameters: Any
    result: Any
    fault: str | None
    document_id: str | None
    worker: str | None
    priority: int
    attempts: int
    most: int
    asked: bool
    created: datetime
    due: datetime
    until: datetime | None
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """An entry of a job's log."""

    attempt: int
    at: datetime
    said: str


@dataclass(frozen=True)
class Queue:
    """The jobs of one instance."""

    sessions: Sessions
    clock: Clock

    def add(
        self, actor: str, kind: str, parameters: Any, *, document_id: str | None = None, priority: int = 0, most: int = ATTEMPTS,
        delay: float = 0,
    ) -> str:  # fmt: skip
        """A new job; its id. `delay`: seconds before it may be claimed. Raises BadRequest for what is too long, NotFound (document)."""
        text, now, job_id = _json(parameters), self.clock.now(), self.clock.new_id()

        def unit(store: Store) -> None:
            if document_id is not None and store.get(model.Document, document_id) is None:
                raise NotFound(f"There is no document {document_id!r}.")
            insert(store, "job", {
                "id": job_id, "kind": kind, "state": "waiting", "actor": actor, "parameters": text, "document_id": document_id,
                "priority": priority, "attempts": 0, "most": most, "asked": False, "created": now,
                "due": now + timedelta(seconds=delay),
            })  # fmt: skip

        self.sessions.write(unit)
        return job_id

    def claim(self, kinds: Sequence[str], worker: str, seconds: int = LEASE) -> tuple[Job, str] | None:
        """The most urgent job of these kinds that is due, and the lease on it; None if there is none. One whose lease has expired is such a
        job again, or has failed where it was attempted often enough."""
        now, lease = self.clock.now(), self.clock.new_id()
        row = model.Job
        open_ = Or(And(row.state == "waiting", row.due <= now), And(row.state == "running", row.until < now))

        def look(store: Store) -> list[str]:
            found = store.find(row.id, row.kind.is_in(list(kinds)), open_).order_by(Desc(row.priority), row.due, row.id)
            return list(found[:PAGE])

        for job_id in self.sessions.read(look):
            taken = self.sessions.write(partial(_take, job_id=job_id, lease=lease, worker=worker, now=now, seconds=seconds))
            if taken is not None:
                return taken, lease
        return None

    def heartbeat(self, job_id: str, lease: str, seconds: int = LEASE, said: str = "") -> Job:
        """Hold the job for `seconds` more; `said` goes to its log. Raises NotFound; Conflict where the lease is over: stop working."""

        def change(store: Store, row: model.Job, now: datetime) -> None:
            row.until = now + timedelta(seconds=seconds)
            if said:
                _say(store, row, now, said)

        return self._held(job_id, lease, change)

    def complete(self, job_id: str, lease: str, result: Any = None, said: str = "") -> Job:
        """The job is done. Raises as `heartbeat`, BadRequest."""
        text = _json(result)

        def change(store: Store, row: model.Job, now: datetime) -> None:
            row.state, row.result, row.fault, row.ended, row.lease, row.until = "done", text, None, now, None, None
            _say(store, row, now, said or "done")

        return self._held(job_id, lease, change)

    def fail(self, job_id: str, lease: str, reason: str, retry: bool = True) -> Job:
        """It could not be done; with `retry` it waits for another attempt, if it may have one. Raises as `heartbeat`."""

        def change(store: Store, row: model.Job, now: datetime) -> None:
            again = retry and row.attempts < row.most and not row.asked
            row.state = "waiting" if again else "cancelled" if row.asked else "failed"
            row.fault, row.lease, row.until = reason, None, None
            row.due, row.ended = now + timedelta(seconds=PAUSE * 2 ** min(row.attempts - 1, 12)), None if again else now
            _say(store, row, now, f"failed: {reason}")

        return self._held(job_id, lease, change)

    def cancel(self, job_id: str) -> Job:
        """A job that waits is cancelled now, one that is worked on by its worker's leave or its lease's end. Raises NotFound, Conflict."""
        now = self.clock.now()

        def unit(store: Store) -> Job:
            row = _row(store, job_id)
            if row.state not in ("waiting", "running"):
                raise Conflict(f"The job {job_id} is {row.state}.")
            if row.state == "waiting" or row.until is None or row.until < now:
                row.state, row.ended, row.lease, row.until = "cancelled", now, None, None
            row.asked = True
            _say(store, row, now, "cancelled" if row.state == "cancelled" else "asked to be cancelled")
            store.flush()
            return _job(row)

        return self.sessions.write(unit)

    def get(self, job_id: str) -> tuple[Job, list[Said]]:
        """The job and its log, oldest first. Raises NotFound."""

        def unit(store: Store) -> tuple[Job, list[Said]]:
            row, log = store.get(model.Job, job_id), model.JobLog
            if row is None:
                raise NotFound(f"There is no job {job_id!r}.")
            return _job(row), [Said(*each) for each in store.find((log.attempt, log.at, log.said), log.job_id == job_id).order_by(log.id)]

        return self.sessions.read(unit)

    def listed(
        self, kind: str | None = None, state: str | None = None, document_id: str | None = None,
        before: tuple[datetime, str] | None = None, limit: int = PAGE,
    ) -> list[Job]:  # fmt: skip
        """Jobs, the newest first; `before`: (created, id) of the last one of the page before. Raises BadRequest (state)."""
        if state is not None and state not in STATES:
            raise BadRequest(f"{state!r} is no state of a job. States are: {', '.join(STATES)}.")
        row = model.Job
        conditions: list[Any] = [
            column == value for column, value in ((row.kind, kind), (row.state, state), (row.document_id, document_id)) if value is not None
        ]
        if before is not None:
            conditions.append(Or(row.created < before[0], And(row.created == before[0], row.id < before[1])))
        return self.sessions.read(
            lambda store: [_job(each) for each in store.find(row, *conditions).order_by(Desc(row.created), Desc(row.id))[:limit]])

    def _held(self, job_id: str, lease: str, change: Any) -> Job:
        now = self.clock.now()

        def unit(store: Store) -> Job:
            row = _row(store, job_id)
            if row.lease != lease or row.until is None or row.until < now:
                raise Conflict(f"The lease on the job {job_id} is over; another worker may have it. Stop, and claim anew.", state=row.state)
            change(store, row, now)
            store.flush()
            return _job(row)

        return self.sessions.write(unit)


def _take(store: Store, job_id: str, lease: str, worker: str, now: datetime, seconds: int) -> Job | None:
    """The job, if it is still there to be had."""
    row = locked(store, model.Job, model.Job.id == job_id)
    if row is None or not (row.state == "waiting" or (row.state == "running" and (row.until is None or row.until < now))):
        return None
    if row.state == "running":
        _say(store, row, now, f"The lease of {row.worker} has expired.")
        if row.attempts >= row.most or row.asked:
            row.state, row.fault = ("cancelled", None) if row.asked else ("failed", f"Its lease expired; attempts: {row.attempts}.")
            row.ended, row.lease, row.until = now, None, None
            return None
    row.state, row.lease, row.worker, row.until = "running", lease, worker, now + timedelta(seconds=seconds)
    row.attempts += 1
    _say(store, row, now, f"claimed by {worker}")
    store.flush()
    return _job(row)


def _row(store: Store, job_id: str) -> model.Job:
    row = locked(store, model.Job, model.Job.id == job_id)
    if row is None:
        raise NotFound(f"There is no job {job_id!r}.")
    return row


def _say(store: Store, row: model.Job, now: datetime, said: str) -> None:
    insert(store, "job_log", {"job_id": row.id, "attempt": row.attempts, "at": now, "said": said[:MOST_SAID]})


_COLUMNS = tuple(name for name in Job.__slots__ if name not in ("parameters", "result"))


def _job(row: model.Job) -> Job:
    fields = {name: getattr(row, name) for name in _COLUMNS}
    return Job(**fields, parameters=json.loads(row.parameters), result=json.loads(row.result) if row.result is not None else None)


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if len(text) > MOST_TEXT:
        raise BadRequest(f"That is {len(text):,} characters of JSON; {MOST_TEXT:,} are the most. Give the address of what is large.")
    return text
