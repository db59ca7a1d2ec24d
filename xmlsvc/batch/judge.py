"""Verdicts on stored contents, made where the work is done: in this process, its threads, processes beside it or on other machines.

    opened(executor, services, measures, parameters) -> Judges          .submit(pool, asked) -> futures of Verdicts, one after the other
      Here      this process and its threads
      Beside    processes that have the instance: they read the contents themselves
      Afar      machines that have nothing of it: they are sent the bytes, and each schema once (`parcels`)

asked: numbers of contents, by the digests of the schemas that are to judge them. A worker holds a part of a chunk at a time. A document
that is plainly valid costs it a number.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Protocol

from ..documents import services as services_module
from ..documents import verdicts
from ..documents.services import Services
from ..errors import EnvironmentFault, InputError, StylesheetError
from ..jobs import executors
from ..jobs.dask import Dask
from ..storage import contents
from ..validation import causes
from ..validation.report import Report
from ..xml import parser
from . import parcels
from .measures import Endless, Measure, Measures

HELD_BYTES = 8_000_000  # contents that a worker holds at once, beyond the first
TOGETHER = 200  # contents that are asked for at once

Asked = Mapping[str, Sequence[int]]  # schema's digest: numbers of contents
Numbered = tuple[int, contents.Packed]


@dataclass(frozen=True, slots=True)
class Made:
    """A verdict as a worker hands it over, or why there is none. `message`: the first violation's; `hits`: the causes."""

    content: int
    schema: str
    valid: bool = False
    violations: int = 0
    packed: bytes = b""
    fault: str = ""
    message: str = ""
    hits: tuple[causes.Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts of one task: what is plainly valid, by schema, and what has something to say."""

    plain: dict[str, list[int]] = field(default_factory=dict)
    others: list[Made] = field(default_factory=list)

    def add(self, more: Verdicts) -> None:
        """Those of another task, too."""
        for schema, numbers in more.plain.items():
            self.plain.setdefault(schema, []).extend(numbers)
        self.others.extend(more.others)


def check(services: Services, measures: Measures, asked: Asked) -> Verdicts:
    """The verdicts on these contents by these schemas. One content that cannot be read stops no other."""
    wanted = _wanted(asked)
    made = _judged(_contents(services, list(wanted)), wanted, measures.of, services.limits)
    made.others.extend(_missing(wanted))
    return made


def _wanted(asked: Asked) -> dict[int, list[str]]:
    """Each content with the schemas that it is judged by."""
    wanted: dict[int, list[str]] = {}
    for schema, numbers in asked.items():
        for number in numbers:
            wanted.setdefault(number, []).append(schema)
    return wanted


def _judged(
    packed: Iterable[Numbered], wanted: dict[int, list[str]], measure: Callable[[str], Measure], limits: parser.Limits
) -> Verdicts:  # fmt: skip
    """The verdicts on these; they are taken out of `wanted`."""
    found = Verdicts()
    for number, each in packed:
        for schema in wanted.pop(number):
            judge = measure(schema).judge
            try:
                report = judge(contents.unpack(each), limits)
            except Endless:
                raise
            except (InputError, EnvironmentFault, StylesheetError) as error:
                found.others.append(Made(number, schema, fault=error.message))
                continue
            if report.valid and not report.violations and not report.disputed:
                found.plain.setdefault(schema, []).append(number)
            else:
                found.others.append(made(report, number, schema))
    return found


def _missing(wanted: dict[int, list[str]]) -> list[Made]:
    """Why there is no verdict on what was not there."""
    missing = "The content is not there. Restore it from a backup."
    return [Made(content, schema, fault=missing) for content, schemas in wanted.items() for schema in schemas]


def _contents(services: Services, numbers: list[int]) -> Iterator[Numbered]:
    """These contents, read by as many at a time as memory allows: where all are small, by one query for TOGETHER of them."""
    for place in range(0, len(numbers), TOGETHER):
        some = numbers[place : place + TOGETHER]
        small, larger = services.sessions.read(partial(contents.get_small, numbers=some, most=HELD_BYTES // TOGETHER))
        yield from small.items()
        del small
        group: list[int] = []
        held = 0
        for number, size in larger.items():
            if group and held + size > HELD_BYTES:
                yield from services.sessions.read(partial(contents.get_numbered, numbers=group)).items()
                group, held = [], 0
            group.append(number)
            held += size
        if group:
            yield from services.sessions.read(partial(contents.get_numbered, numbers=group)).items()


def made(report: Report, content: int, schema: str) -> Made:
    """A report that has something to say, as it is handed over."""
    message = report.violations[0].message if report.violations else ""
    hits = tuple(causes.found(report))
    return Made(content, schema, report.valid, len(report.violations), verdicts.pack(report), "", message, hits)


class Judges(Protocol):
    """Who makes the verdicts of a run."""

    def submit(self, pool: Executor, asked: Asked) -> Iterator[Future[Verdicts]]:
        """The work on these, in parts, each submitted when it is asked for."""
        ...


def opened(executor: str, services: Services, measures: Measures, parameters: dict[str, Any]) -> Judges:
    """Those of an executor (its name)."""
    if executor in ("serial", "threads"):
        return Here(services, measures)
    if executor == "processes":
        return Beside(str(services.settings.directory), parameters)
    return Afar(services, measures)


class Here:
    """This process and its threads."""

    def __init__(self, services: Services, measures: Measures) -> None:
        self._services, self._measures = services, measures

    def submit(self, pool: Executor, asked: Asked) -> Iterator[Future[Verdicts]]:
        yield pool.submit(check, self._services, self._measures, asked)


class Beside:
    """Processes of this machine, which open the instance once for their life."""

    def __init__(self, directory: str, parameters: dict[str, Any]) -> None:
        self._directory, self._parameters = directory, json.dumps(parameters)

    def submit(self, pool: Executor, asked: Asked) -> Iterator[Future[Verdicts]]:
        yield pool.submit(_apart, self._directory, self._parameters, asked)


class Afar:
    """Machines that have nothing of the instance but this program."""

    def __init__(self, services: Services, measures: Measures) -> None:
        self._services, self._measures = services, measures
        self._parcels: dict[str, Any] = {}

    def submit(self, pool: Executor, asked: Asked) -> Iterator[Future[Verdicts]]:
        assert isinstance(pool, Dask)
        wanted, group, held = _wanted(asked), list[Numbered](), 0
        for number, packed in _contents(self._services, list(wanted)):
            if group and held + packed.size > HELD_BYTES:
                yield self._sent(pool, group, wanted)
                group, held = [], 0
            group.append((number, packed))
            held += packed.size
        if group:
            yield self._sent(pool, group, wanted)
        if wanted:
            yield executors.finished(Verdicts(others=_missing(wanted)))

    def _sent(self, pool: Dask, group: list[Numbered], wanted: dict[int, list[str]]) -> Future[Verdicts]:
        mine = {number: wanted.pop(number) for number, _ in group}
        schemas = sorted({schema for each in mine.values() for schema in each})
        for schema in schemas:
            if schema not in self._parcels:
                self._parcels[schema] = pool.keep(parcels.packed(self._measures.of(schema)))
        return pool.submit(_afar, group, mine, self._services.limits, schemas, *(self._parcels[schema] for schema in schemas))


def _afar(
    group: list[Numbered], wanted: dict[int, list[str]], limits: parser.Limits, schemas: list[str], *sent: parcels.Parcel
) -> Verdicts:
    measures = {schema: parcels.unpacked(parcel) for schema, parcel in zip(schemas, sent, strict=True)}
    return _judged(group, wanted, measures.__getitem__, limits)


def _apart(directory: str, parameters: str, asked: Asked) -> Verdicts:
    services = _opened(directory)
    return check(services, _measures(directory, parameters), asked)


@lru_cache(4)
def _opened(directory: str) -> Services:
    opened = services_module.open(directory)
    gc.freeze()  # what lives as long as the worker is not looked through again and again
    return opened


@lru_cache(4)
def _measures(directory: str, parameters: str) -> Measures:
    return Measures(_opened(directory), json.loads(parameters))
