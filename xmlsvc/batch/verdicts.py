"""The verdicts on many files, without storing anything, on as many cores as there are.

    checked(judge, paths, workers)
      files.listed ─► chunks ─┬─ jobs.executors: other processes read and judge what is listed ─┐
                              └─ this one judges, too, while they are at work                    ┴─► Checked, in the order of the files

A judge can be pickled: each process makes its own from it, once. Documents that are larger than the limit are judged piece by piece.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from .. import settings, validation
from ..errors import EnvironmentFault, InputError, NotWellFormed
from ..jobs import executors
from ..schema import store
from ..schema.registry import Registry
from ..validation.report import Report, Violation
from ..xml import parser
from ..xml.pieces import Pieces
from . import files

if TYPE_CHECKING:
    from ..validation.large import Source

CHUNK = 200  # documents that one call to another process judges, at most
CHUNK_BYTES = 8_000_000  # of them that are sent along, out of archives
ALONE = 0.5  # seconds for which this process judges alone: to start another one takes as long
LOOK = 0.05  # seconds after which it looks how many files follow
LONG = 1.0  # seconds that these will take at least, as the first went, for others to be started at once
_AHEAD = 125  # chunks that wait for their turn at most


class Checked(NamedTuple):
    """One document with its report; or, without one, why it was passed over."""

    name: str
    report: Report | None
    skipped: str = ""


class Open(Protocol):
    """What judges documents in one process. `limit`: bytes from which on it wants them piece by piece."""

    limit: int

    def check(self, data: bytes) -> Report:
        """The verdict on a document in memory. Raises InputError."""

    def check_large(self, source: Source) -> Report:
        """The verdict on a document of any size. Raises InputError."""


@dataclass(frozen=True)
class BySchema:
    """A schema that was closed and passed the gate in this process (`validation.load`)."""

    directory: Path
    engine: str
    language: str
    version: str | None

    def open(self) -> Open:
        return _Files(validation.Validator(store.load(self.directory), self.engine, self.language, version=self.version))


class _Files:
    limit = validation.LARGE

    def __init__(self, validator: validation.Validator) -> None:
        self.check = validator.validate
        self.check_large = validator.validate_large


@dataclass(frozen=True)
class ByVocabulary:
    """The vocabularies of an instance: the one that is `named` (NAME or NAME@V), else each document's own."""

    instance: Path
    named: str | None
    engine: str
    language: str

    def open(self) -> Open:
        return _Registered(self)


class _Registered:
    def __init__(self, by: ByVocabulary) -> None:
        house = settings.load(by.instance)
        self._by, self._registry, self._limits = by, Registry(house), parser.Limits.of(house)
        self.limit = min(self._limits.bytes, validation.LARGE)

    def check(self, data: bytes) -> Report:
        tree = parser.parse(data, self._limits)
        schema, reason = self._registry.for_root(tree.getroot(), self._by.named)
        return validation.check(schema, data, tree, limits=self._limits, reason=reason, engine=self._by.engine, language=self._by.language)

    def check_large(self, source: Source) -> Report:
        with source() as stream:
            root = next(iter(Pieces(stream, self._limits))).element
            schema, reason = self._registry.for_root(root, self._by.named)
        return validation.check_large(schema, source, limits=self._limits, reason=reason, engine=self._by.engine,
                                      language=self._by.language)


Judge = BySchema | ByVocabulary  # how to make one; can be pickled


@lru_cache(4)
def opened(judge: Judge) -> Open:
    """The judge at work in this process; made once."""
    return judge.open()


def checked(judge: Judge, paths: Iterable[str | Path], workers: int | None = None) -> Iterator[Checked]:
    """Every document below `paths`, in order. `workers`: processes, this one among them; without it, as many as cores.

    Raises UsageError at once for a path that does not exist, and for fewer workers than one.
    """
    count = executors.cores() if workers is None else workers
    executors.open("serial", count).shutdown()  # says what is wrong with the number
    listed = files.listed(paths, opened(judge).limit)
    return _checked(judge, listed, count)


def one(judge: Judge, path: str, name: str) -> Checked:
    """The verdict on one file that goes by another name."""
    return _one(opened(judge), files.Listed(name, name, path, asked=True))


def _checked(judge: Judge, listed: Iterator[files.Item | files.Listed], count: int) -> Iterator[Checked]:
    began, done, until = time.monotonic(), 0, min(LOOK, ALONE)
    while (one := next(listed, None)) is not None:
        yield _one(opened(judge), one)
        done += 1
        spent = time.monotonic() - began
        if count == 1 or spent < until:
            continue
        if until == ALONE:
            break
        many = int(done * LONG / spent)
        ahead = _ahead(listed, many)
        listed = chain(ahead, listed)
        if len(ahead) == many:
            break
        until = ALONE
    rest = next(listed, None)
    if rest is None:
        return
    with executors.open("processes", count - 1) as pool:
        try:
            yield from _shared(judge, _chunks(chain([rest], listed)), pool, count - 1)
        except BrokenExecutor:
            raise EnvironmentFault("A process that judged documents broke off. Try again with --workers 1.") from None


def _ahead(listed: Iterator[files.Item | files.Listed], most: int) -> list[files.Item | files.Listed]:
    """The next ones, as far as they are files that are only named so far: what comes out of an archive has its bytes with it."""
    found: list[files.Item | files.Listed] = []
    for one in islice(listed, most):
        found.append(one)
        if not isinstance(one, files.Listed):
            break
    return found


def _chunks(listed: Iterable[files.Item | files.Listed]) -> Iterator[list[files.Item | files.Listed]]:
    chunk: list[files.Item | files.Listed] = []
    held = 0
    for one in listed:
        chunk.append(one)
        held += len(one.data or b"") if isinstance(one, files.Item) else 0
        if len(chunk) == CHUNK or held > CHUNK_BYTES:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def _shared(judge: Judge, chunks: Iterator[list[files.Item | files.Listed]], pool: Executor, others: int) -> Iterator[Checked]:
    """The others are kept busy; while they are, this process does the next chunk itself."""
    waiting: deque[tuple[list[str], Future[list[Report | str]]]] = deque()
    for chunk in chunks:
        busy = sum(not future.done() for _, future in waiting)
        made = pool.submit(check_apart, judge, chunk) if busy < 2 * others else executors.finished(_here(judge, chunk))
        waiting.append(([one.place for one in chunk], made))
        while waiting and (waiting[0][1].done() or len(waiting) > _AHEAD):
            yield from _told(*waiting.popleft())
    for each in waiting:
        yield from _told(*each)


def _told(names: list[str], made: Future[list[Report | str]]) -> Iterator[Checked]:
    for name, said in zip(names, made.result(), strict=True):
        yield Checked(name, None, said) if isinstance(said, str) else Checked(name, said)


def check_apart(judge: Judge, chunk: Sequence[files.Item | files.Listed]) -> list[Report | str]:
    """What another process does. Names are known to whoever asks, and that on valid documents is one report for all."""
    return _here(judge, chunk)


def _here(judge: Judge, chunk: Sequence[files.Item | files.Listed]) -> list[Report | str]:
    """The reports on these, or why they were passed over."""
    checked_ = (_one(opened(judge), one) for one in chunk)
    return [one.skipped if one.report is None else one.report for one in checked_]


def _one(judge: Open, one: files.Item | files.Listed) -> Checked:
    try:
        if isinstance(one, files.Listed):
            path = Path(one.path)
            if _size(one.path) > judge.limit and (one.asked or _like_xml(one)):
                return Checked(one.place, judge.check_large(lambda: path.open("rb")))
            one = files.read(one, judge.limit)
        if one.skipped:
            return Checked(one.place, None, one.skipped)
        if one.data is None:
            raise InputError(f"The file is {one.fault}." if (one.fault or "").startswith("larger") else f"The file {one.fault}.")
        return Checked(one.place, judge.check(one.data))
    except InputError as error:
        return Checked(one.place, refused(error))


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 (for each of 100,000 files: half the time of Path.stat)
    except OSError:
        return 0  # reading it will tell


def _like_xml(one: files.Listed) -> bool:
    if one.name.lower().endswith(".xml"):
        return True
    with Path(one.path).open("rb") as stream:
        return files.begins_like_xml(stream.read(4096))


def refused(error: InputError) -> Report:
    """A document that is refused before any schema is asked, as a report with one violation ("xml-wf", or the error's own slug)."""
    at = (error.line, error.column) if isinstance(error, NotWellFormed) else (None, None)
    code = "xml-wf" if isinstance(error, NotWellFormed) else error.slug
    return Report(valid=False, violations=(Violation(code=code, line=at[0], column=at[1], path="", message=error.message),))
