"""Tries mutants: each in processes of its own, forked from one that has the libraries but nothing of xmlsvc, its module loaded from a text
that is in no file. First the quickest tests that come to its line, then the others, until one fails or so much work has been done."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import Any

import pytest

from tests.mutants import kinds
from tests.mutants.kinds import Change, Mutant
from tests.mutants.lines import PLACE, QUIET, Map

TRIED = PLACE / "tried.jsonl"
FIRST = 2.0  # seconds of processor time, as mapped, that the tests of the first round may take
SLACK = 20.0  # more seconds of processor time, before a process has been noticed for never ending
PATIENCE = 1_200  # seconds, for one that waits without working
_LIBRARIES = ("lxml.etree", "xmlschema", "storm.locals", "cherrypy", "hypothesis.strategies", "zstandard", "jsonschema", "genshi")


@dataclass(frozen=True)
class Outcome:
    """What came of a mutant: "killed" (a test failed), "late" (none ended) or "lived", after `asked` of the `tests` that there are."""

    name: str
    file: str
    line: int
    scope: str
    operator: str
    before: str
    after: str
    outcome: str
    asked: int
    tests: int


def outcomes() -> dict[str, Outcome]:
    """What is known, by the mutants' names; the last word counts."""
    if not TRIED.exists():
        return {}
    return {each.name: each for each in (Outcome(**json.loads(line)) for line in TRIED.read_text("utf-8").splitlines())}


class _Mutated(SourceFileLoader):
    """Loads one module from a text, and leaves all others to the next."""

    def __init__(self, file: str, text: str) -> None:
        self._code = compile(text, str(kinds.source(file)), "exec", dont_inherit=True)
        super().__init__(file.removesuffix(".py").replace("/", ".").removesuffix(".__init__"), str(kinds.source(file)))

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> Any:
        return self._code


def _fork(words: Sequence[str], work: float, mutated: _Mutated | None) -> int:
    """A process in which pytest runs with these words; its id."""
    sys.stdout.flush()
    if pid := os.fork():
        return pid
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    most = int(work + SLACK)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
    resource.setrlimit(resource.RLIMIT_AS, (16 * 2**30, 16 * 2**30))
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    try:
        if mutated:
            sys.meta_path.insert(0, mutated)
        os._exit(int(pytest.main(["-x", *QUIET, *words])))
    except BaseException:  # noqa: BLE001 - a module that cannot be imported any more has been noticed
        os._exit(1)


class _Trial:
    """A mutant meeting its tests, a round at a time; `pid` is the process of this round, 0 before the first."""

    def __init__(self, mutant: Mutant, change: Change, known: Map, work: float) -> None:
        self.mutant, self._change, self._known = mutant, change, known
        self._tests = known.tests(mutant.place.file, mutant.place.line)
        self._rounds = [FIRST, work]
        self.asked, self.pid, self._until = 0, 0, 0.0

    def begin(self) -> bool:
        """Start the next round; whether there is one."""
        while self._rounds:
            tests, work = self._next(self._rounds.pop(0))
            if tests:
                self.asked += len(tests)
                self._until = time.monotonic() + PATIENCE
                self.pid = _fork(tests, work, _Mutated(self.mutant.place.file, self._change.text))
                return True
        return False

    def _next(self, most: float) -> tuple[list[str], float]:
        chosen: list[str] = []
        work, made = 0.0, set[str]()
        for test in self._tests[self.asked :]:
            needed = set(self._known.uses[test]) - made
            more = self._known.seconds[test] + sum(self._known.seconds[each] for each in needed)
            if work + more > most and (chosen or len(self._rounds) > 0):
                break
            work, made = work + more, made | needed
            chosen.append(test)
        files = list(dict.fromkeys(test.partition("::")[0] for test in chosen))  # what a file's tests share is made once
        return sorted(chosen, key=lambda test: files.index(test.partition("::")[0])), work

    def ended(self) -> str:
        """How this round ended; "" while it goes on. Before the first it has lived."""
        if not self.pid:
            return "lived"
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        if ended:
            self.pid = 0
            if os.waitstatus_to_exitcode(status) == pytest.ExitCode.USAGE_ERROR and self._unknown():
                raise LookupError("tests are no longer what they were: python -m tests.mutants map")
            return {0: "lived", -signal.SIGXCPU: "late"}.get(os.waitstatus_to_exitcode(status), "killed")
        if time.monotonic() < self._until:
            return ""
        self.end()
        return "late"

    def _unknown(self) -> bool:
        """Whether pytest does not know the tests of this mutant without the mutation either."""
        return os.waitpid(_fork([*self._tests[: self.asked], "--collect-only"], 0, None), 0)[1] != 0

    def end(self) -> None:
        if self.pid:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def outcome(self, said: str) -> Outcome:
        mutant, place = self.mutant, self.mutant.place
        changed = (self._change.before, self._change.after)
        return Outcome(mutant.name, place.file, place.line, place.scope, mutant.operator, *changed, said, self.asked, len(self._tests))


@dataclass(frozen=True)
class Limits:
    """`count` of mutants that have an outcome in the end; no other begins after so many `seconds`; `work` seconds of processor time for the
    tests of one; `processes` side by side; `again`: those that lived are tried once more."""

    count: int
    seconds: float
    work: float
    processes: int
    again: bool


def attempt(mutants: Iterable[Mutant], known: Map, limits: Limits) -> Iterator[Outcome]:
    """Try those that have not been tried."""
    for library in _LIBRARIES:
        importlib.import_module(library)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of the end of this function
    until, at_work = time.monotonic() + limits.seconds, list[_Trial]()
    waiting = _waiting(mutants, known, limits)
    try:
        while True:
            while len(at_work) < limits.processes and time.monotonic() < until and (trial := next(waiting, None)):
                at_work.append(trial)
            if not at_work:
                return
            time.sleep(0.01)
            for trial in list(at_work):
                said = trial.ended()
                if said and not (said == "lived" and trial.begin()):
                    at_work.remove(trial)
                    made = trial.outcome(said)
                    with TRIED.open("a", encoding="utf-8") as kept:
                        kept.write(json.dumps(asdict(made)) + "\n")
                    yield made
    finally:
        for trial in at_work:
            trial.end()


def _waiting(mutants: Iterable[Mutant], known: Map, limits: Limits) -> Iterator[_Trial]:
    before, count = outcomes(), limits.count
    for mutant in mutants:
        if count <= 0:
            return
        done = before.get(mutant.name)
        if done and not (limits.again and done.outcome == "lived"):
            count -= 1
        elif change := kinds.change(mutant):
            count -= 1
            yield _Trial(mutant, change, known, limits.work)
