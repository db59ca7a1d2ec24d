"""Runs by the clock: what `[runs.NAME]` in xmlsvc.toml asks for, in cron's syntax, UTC.

    due(services, requests) -> [run id, …]      one run for each moment that has come, however many runners look
    faults(services, requests) -> [sentence, …]  what would go wrong then, said before

A moment that nobody was there for is made up for within an hour, and passed over after that. While a schedule's run is not over, its next
one is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cronsim import CronSim

from ..documents import runs, workers
from ..documents.access import OPERATOR, Actor
from ..documents.services import Services
from ..errors import Conflict, EnvironmentFault, Error
from ..settings import Schedule
from ..storage import model
from ..storage.insert import Value, insert
from ..xml.canonical import digest

LATE = timedelta(hours=1)

Request = Callable[[Services, Actor, dict[str, Any], int], str]


def last(schedule: Schedule, now: datetime) -> datetime:
    """The latest moment, not after `now`, that the schedule names."""
    found: datetime = next(CronSim(schedule.cron, now + timedelta(seconds=1), reverse=True))
    return found


def due(services: Services, requests: Mapping[str, Request]) -> list[str]:
    """Ask for the runs whose moment has come; their ids. Raises EnvironmentFault for a schedule of runs that there are not."""
    made = []
    now = services.clock.now()
    for schedule in services.settings.runs:
        moment = last(schedule, now)
        key = digest(f"schedule:{schedule.name}:{moment.isoformat()}".encode())
        if now - moment > LATE or _taken(services, key) or _busy(services, schedule.name) or not _first(services, key):
            continue
        ask = requests.get(schedule.kind)
        if ask is None:
            raise EnvironmentFault(_unknown(schedule, requests))
        try:
            made.append(ask(services, OPERATOR, {**schedule.parameters, "schedule": schedule.name}, schedule.priority))
        except Error as error:
            raise EnvironmentFault(f"[runs.{schedule.name}] in xmlsvc.toml cannot be run: {error.message}") from error
    return made


def faults(services: Services, requests: Mapping[str, Request]) -> list[str]:
    """What is wrong with the schedules, before their moments come: kinds and vocabularies that there are not. A sentence each."""
    found = []
    for schedule in services.settings.runs:
        name, _, version = str(schedule.parameters.get("vocabulary") or "").partition("@")
        if schedule.kind not in requests:
            found.append(_unknown(schedule, requests))
        elif name:
            try:
                services.registry.get(name, version or None)
            except Error as error:
                found.append(f"[runs.{schedule.name}] in xmlsvc.toml cannot be run: {error.message}")
    return found


def _unknown(schedule: Schedule, requests: Mapping[str, Request]) -> str:
    return f"[runs.{schedule.name}] in xmlsvc.toml asks for the kind {schedule.kind!r}; there are: {', '.join(sorted(requests))}."


def _busy(services: Services, name: str) -> bool:
    """Whether the schedule's last run is not over."""
    row = model.Run
    given = services.sessions.read(lambda store: list(store.find(row.parameters, row.state.is_in(runs.OPEN))))
    return any(f'"schedule": "{name}"' in text for text in given)


def _taken(services: Services, key: str) -> bool:
    """Whether somebody has taken this moment."""
    return services.sessions.read(lambda store: store.get(model.Idempotency, key)) is not None


def _first(services: Services, key: str) -> bool:
    """Take this moment; False where somebody was faster."""
    now, worker, claim = services.clock.now(), workers.name(), services.clock.new_id()
    row: dict[str, Value] = {"id": key, "request": key, "claim": claim, "worker": worker, "claimed": now}
    try:
        services.sessions.write(lambda store: insert(store, "idempotency", row))
    except Conflict:
        return False
    return True
