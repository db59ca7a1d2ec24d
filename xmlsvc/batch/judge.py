"""Verdicts on stored contents, made where the work is done: in this process, its threads, processes beside it or on other machines.

    check(services, parameters, keys) -> Verdicts      keys: (content, schema's digest)
    apart(directory, parameters)(keys)                  the same in a worker, which opens the instance once for its life

A worker reads the contents itself and holds a part of a chunk at a time. A document that is plainly valid costs it a tuple.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from ..documents import services as services_module
from ..documents import verdicts
from ..documents.services import Services
from ..errors import EnvironmentFault, InputError, StylesheetError
from ..storage import contents
from ..validation import causes
from ..validation.report import Report
from .measures import Measures

HELD_BYTES = 8_000_000  # contents that a worker holds at once, beyond the first
TOGETHER = 200  # contents that are asked for at once

Key = tuple[str, str]  # content's digest, schema's digest


@dataclass(frozen=True, slots=True)
class Made:
    """A verdict as a worker hands it over, or why there is none. `message`: the first violation's; `hits`: the causes."""

    content: str
    schema: str
    valid: bool = False
    violations: int = 0
    packed: bytes = b""
    fault: str = ""
    message: str = ""
    hits: tuple[causes.Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts of one task: the keys of what is plainly valid, and what has something to say."""

    plain: list[Key]
    others: list[Made]


def check(services: Services, measures: Measures, keys: Sequence[Key]) -> Verdicts:
    """The verdicts on these contents by these schemas. One content that cannot be read stops no other."""
    plain: list[Key] = []
    others: list[Made] = []
    wanted: dict[str, list[str]] = {}
    for content, schema in keys:
        wanted.setdefault(content, []).append(schema)
    limits = services.limits
    for packed in _contents(services, list(wanted)):
        for schema in wanted.pop(packed.digest):
            try:
                report = measures.of(schema).judge(contents.unpack(packed), limits)
            except (InputError, EnvironmentFault, StylesheetError) as error:
                others.append(Made(packed.digest, schema, fault=error.message))
                continue
            if report.valid and not report.violations and not report.disputed:
                plain.append((packed.digest, schema))
            else:
                others.append(made(report, packed.digest, schema))
    missing = "The content is not there. Restore it from a backup."
    others += [Made(content, schema, fault=missing) for content, schemas in wanted.items() for schema in schemas]
    return Verdicts(plain, others)


def _contents(services: Services, digests: list[str]) -> Iterator[contents.Packed]:
    """These contents, read by as many at a time as memory allows: where all are small, by one query for TOGETHER of them."""
    for place in range(0, len(digests), TOGETHER):
        names = digests[place : place + TOGETHER]
        small, larger = services.sessions.read(partial(contents.get_small, names=names, most=HELD_BYTES // TOGETHER))
        yield from small
        del small
        group: list[str] = []
        held = 0
        for digest, size in larger.items():
            if group and held + size > HELD_BYTES:
                yield from services.sessions.read(partial(contents.get_packed, names=group))
                group, held = [], 0
            group.append(digest)
            held += size
        if group:
            yield from services.sessions.read(partial(contents.get_packed, names=group))


def made(report: Report, content: str, schema: str) -> Made:
    """A report that has something to say, as it is handed over."""
    message = report.violations[0].message if report.violations else ""
    hits = tuple(causes.found(report))
    return Made(content, schema, report.valid, len(report.violations), verdicts.pack(report), "", message, hits)


def here(services: Services, measures: Measures) -> Callable[[Sequence[Key]], Verdicts]:
    """The work of this process and its threads."""
    return partial(check, services, measures)


def apart(directory: str, parameters: dict[str, Any]) -> Callable[[Sequence[Key]], Verdicts]:
    """The work of another process, which has the instance's directory; it can be pickled."""
    return partial(_apart, directory, json.dumps(parameters))


def _apart(directory: str, parameters: str, keys: Sequence[Key]) -> Verdicts:
    services = _opened(directory)
    return check(services, _measures(directory, parameters), keys)


@lru_cache(4)
def _opened(directory: str) -> Services:
    opened = services_module.open(directory)
    gc.freeze()  # what lives as long as the worker is not looked through again and again
    return opened


@lru_cache(4)
def _measures(directory: str, parameters: str) -> Measures:
    return Measures(_opened(directory), json.loads(parameters))
