"""Targets of delivery, as they are kept."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from storm.store import Store

from ...documents import audit
from ...documents.access import Actor, require
from ...documents.services import Services
from ...errors import Conflict, NotFound, UsageError
from ...storage import model
from ...xml.canonical import digest
from .. import collections
from . import places

PATTERN = "{vocabulary}/{format}/{id}.{suffix}"
_FIELDS = ("id", "identity", "partner", "vocabulary", "format", "suffix", "year", "month")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
MANUAL, ON_PUBLICATION = "manual", "publication"


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where, what and how. `formats`: names; `vocabulary` None: all that have the format; `query`: the search box's language; `pattern` of
    names; `schedule`: "publication", "manual" or every so many seconds; `command`: run after each file, [] for none; `seconds`: what it may
    take; `attempts`: to put one file."""

    name: str
    url: str
    formats: tuple[str, ...]
    vocabulary: str | None = None
    query: str = ""
    pattern: str = PATTERN
    schedule: str = MANUAL
    command: tuple[str, ...] = ()
    seconds: int = 60
    attempts: int = 3
    due: datetime | None = None

    @property
    def key(self) -> str:
        """What it is known by where things are recorded."""
        return digest(f"target {self.name}".encode() if self.name else f"url {self.url}".encode())


def check(services: Services, target: Target) -> None:
    """Raises UsageError for what cannot be carried out, NotFound for formats that there are not, UnknownVocabulary, BadRequest (query)."""
    fields = {name for _, name, _, _ in string.Formatter().parse(target.pattern) if name is not None}
    if unknown := fields - set(_FIELDS):
        raise UsageError(f"The pattern has {', '.join(sorted(unknown))}; known are {', '.join(_FIELDS)}.")
    if "id" not in fields and not {"identity", "partner"} <= fields:
        raise UsageError("The pattern must tell documents apart: it needs {id}, or {identity} and {partner}.")
    if target.vocabulary is None and "vocabulary" not in fields and "id" not in fields:
        raise UsageError("The pattern must tell documents apart: it needs {vocabulary}, or {id}.")
    if len(target.formats) > 1 and not fields & {"format", "suffix"}:
        raise UsageError("Several formats need {format} or {suffix} in the pattern.")
    if target.schedule not in (MANUAL, ON_PUBLICATION) and not (target.schedule.isascii() and target.schedule.isdigit()):
        raise UsageError(f"The schedule is {target.schedule!r}; it is publication, manual or a number of seconds.")
    if target.seconds < 1 or target.attempts < 1:
        raise UsageError("The seconds of a command and the attempts at a file are numbers from 1.")
    for format in target.formats:
        collections.with_format(services, format, target.vocabulary)
    places.open(target.url)


def add(services: Services, actor: Actor, target: Target) -> Target:
    """Raises as `check`; Forbidden; Conflict where there is one of this name."""
    require(actor, "administer")
    if not _NAME.fullmatch(target.name):
        raise UsageError(f"{target.name!r} cannot be a target's name: use small letters, digits, “-” and “_”, 61 at most.")
    if "://" not in target.url:
        target = replace(target, url=str(Path(target.url).resolve()))
    check(services, target)
    entry = audit.entry(services.clock, actor, "target.add", f"target:{target.name}", places.shown(target.url))
    now = services.clock.now()

    def unit(store: Store) -> None:
        if store.get(model.DeliveryTarget, target.name) is not None:
            raise Conflict(f"There is a target {target.name!r} already. Remove it first, or choose another name.")
        row = model.DeliveryTarget()
        row.name, row.url, row.vocabulary, row.formats, row.query = (
            target.name, target.url, target.vocabulary, " ".join(target.formats), target.query)  # fmt: skip
        row.pattern, row.schedule, row.command = target.pattern, target.schedule, json.dumps(target.command) if target.command else ""
        row.seconds, row.attempts, row.enabled, row.created, row.due = target.seconds, target.attempts, True, now, _next(target, now)
        store.add(row)
        audit.write(store, entry)

    services.sessions.write(unit)
    return target


def remove(services: Services, actor: Actor, name: str) -> None:
    """What was delivered stays there, and on record. Raises Forbidden, NotFound."""
    require(actor, "administer")
    entry = audit.entry(services.clock, actor, "target.remove", f"target:{name}")

    def unit(store: Store) -> None:
        row = store.get(model.DeliveryTarget, name)
        if row is None:
            raise NotFound(f"There is no target {name!r}.")
        store.remove(row)
        audit.write(store, entry)

    services.sessions.write(unit)


def listed(services: Services) -> list[Target]:
    """All targets by name."""
    row = model.DeliveryTarget
    return services.sessions.read(lambda store: [_target(each) for each in store.find(row).order_by(row.name)])


def get(services: Services, name: str) -> Target:
    """Raises NotFound."""
    for each in listed(services):
        if each.name == name:
            return each
    raise NotFound(f"There is no target {name!r}. There are: {', '.join(each.name for each in listed(services)) or 'none'}.")


def _target(row: model.DeliveryTarget) -> Target:
    return Target(
        name=row.name, url=row.url, formats=tuple(row.formats.split()), vocabulary=row.vocabulary, query=row.query, pattern=row.pattern,
        schedule=row.schedule, command=tuple(json.loads(row.command)) if row.command else (), seconds=row.seconds, attempts=row.attempts,
        due=row.due,
    )  # fmt: skip


def _next(target: Target, now: datetime) -> datetime | None:
    return now + timedelta(seconds=int(target.schedule)) if target.schedule.isdigit() else None


def planned(services: Services, target: Target) -> None:
    """A scheduled delivery begins: the next one is due a period later."""
    due = _next(target, services.clock.now())
    services.sessions.write(lambda store: store.find(model.DeliveryTarget, model.DeliveryTarget.name == target.name).set(due=due))


def name_of(target: Target, values: Mapping[str, str]) -> str:
    """A file's name at the target. What a value could do to a path is taken out of it."""
    safe = {name: re.sub(r"[^\w.-]+", "-", value, flags=re.ASCII).strip("-.") or "-" for name, value in values.items()}
    made = target.pattern.format_map(safe)
    parts = [part for part in made.split("/") if part not in ("", ".", "..")]
    return "/".join(part[:200] for part in parts)
