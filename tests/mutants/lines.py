"""Which tests come to which line of the mutated modules, and how much work each of them is: kept in build/mutants/map.json."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import coverage
import pytest

from tests.conftest import ROOT
from tests.mutants.kinds import MUTATED, files

PLACE = ROOT / "build" / "mutants"
KEPT = PLACE / "map.json"

QUIET = ("-q", "--assert=plain", "-p", "no:cacheprovider", "--disable-plugin-autoload")  # what pytest need not do for a mutant
# Those that run the code in their own process; a program that a test starts runs it as it is.
TESTS = (
    "tests/schema", "tests/binding", "tests/codegen", "tests/validation", "tests/vocabulary", "tests/w3c", "tests/cli/test_bind.py",
    "tests/cli/test_infer.py", "tests/cli/test_sample.py", "tests/cli/test_validate.py", "tests/docs/test_tutorial.py",
    "tests/docs/test_binding.py",
)  # fmt: skip


@dataclass
class Map:
    """`comes`: module → line → tests and fixtures; `seconds`: of processor time that each took; `uses`: test → its fixtures; `texts`:
    digests of the modules as they were then."""

    comes: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    uses: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def tests(self, file: str, line: int) -> list[str]:
        """All that come to the line, the quickest first; after them, what comes to the module at all: of what is made once and kept for
        all later tests, or run on import, the line tells but the first or none."""
        by_line = self.comes.get(file, {})
        at_line = self._using(by_line.get(line, ()))
        in_module = self._using(name for names in by_line.values() for name in names)
        return [*sorted(at_line, key=self.work), *sorted(in_module - at_line, key=self.work)]

    def _using(self, names: Iterator[str] | Sequence[str]) -> set[str]:
        wanted = set(names)
        return {test for test, fixtures in self.uses.items() if test in wanted or not wanted.isdisjoint(fixtures)}

    def work(self, test: str) -> float:
        return self.seconds[test] + sum(self.seconds[each] for each in self.uses[test])


def read() -> Map:
    """What was mapped so far. Of a module that has changed since it is only known who comes to it. FileNotFoundError before any map."""
    kept = json.loads(KEPT.read_text("utf-8"))
    names, texts = kept.pop("names"), _texts()
    comes: dict[str, dict[int, list[str]]] = {}
    for module, lines in kept.pop("comes").items():
        if kept["texts"][module] == texts.get(module):
            comes[module] = {int(line): [names[number] for number in tests] for line, tests in lines.items()}
        elif module in texts:
            comes[module] = {0: [names[number] for number in sorted({number for tests in lines.values() for number in tests})]}
    return Map(comes, **{**kept, "texts": texts})


def _texts() -> dict[str, str]:
    return {file: hashlib.sha256((ROOT / file).read_bytes()).hexdigest() for file in files()}


def _keep(known: Map) -> None:
    names = sorted({name for lines in known.comes.values() for tests in lines.values() for name in tests})
    number = {name: at for at, name in enumerate(names)}
    comes = {file: {line: [number[name] for name in tests] for line, tests in lines.items()} for file, lines in known.comes.items()}
    KEPT.write_text(json.dumps({"names": names, **asdict(known), "comes": comes}), "utf-8")


def map_tests(paths: Sequence[str]) -> None:
    """Run these tests once and note where they come, beside what is known of others."""
    PLACE.mkdir(parents=True, exist_ok=True)
    measured = coverage.Coverage(data_file=None, source=list(MUTATED), branch=False, config_file=False)
    told = _Contexts(measured)
    measured.start()
    pytest.main([*QUIET, *paths], plugins=[told])
    measured.stop()
    known = read() if KEPT.exists() else Map(texts=_texts())
    forgotten = {test for test in known.uses if any(test == path or test.startswith((f"{path}::", f"{path}/")) for path in paths)}
    known.uses = {test: fixtures for test, fixtures in known.uses.items() if test not in forgotten} | told.uses
    known.seconds |= told.seconds
    data = measured.get_data()
    for file in data.measured_files():
        lines = known.comes.setdefault(str(Path(file).relative_to(ROOT)), {})
        for line, names in data.contexts_by_lineno(file).items():
            lines[line] = sorted({*lines.get(line, ()), *filter(None, names)} - (forgotten - told.uses.keys()))
    _keep(known)


class _Contexts:
    """Tells coverage which test or fixture of many tests runs, and remembers how long each took."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured, self._now = measured, [""]
        self.seconds, self.uses = dict[str, float](), dict[str, list[str]]()
        self._spent: list[float] = []

    def _within(self, name: str) -> Iterator[None]:
        """Until the next, everything belongs to this name; what something inside of it took is not its own."""
        began = _processor()
        self._now.append(name)
        self._spent.append(0.0)
        self._measured.switch_context(name)
        yield
        self._now.pop()
        took, inner = _processor() - began, self._spent.pop()
        self.seconds[name] = self.seconds.get(name, 0.0) + took - inner
        if self._spent:
            self._spent[-1] += took
        self._measured.switch_context(self._now[-1])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.seconds.pop(item.nodeid, None)
        self.uses[item.nodeid] = []
        inside = self._within(item.nodeid)
        next(inside)
        try:
            return (yield)
        finally:
            next(inside, None)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        inside = self._within(_name(fixturedef))
        next(inside)
        try:
            return (yield)
        finally:
            next(inside, None)

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        if isinstance(item, pytest.Function):
            used = (each for fixtures in item._fixtureinfo.name2fixturedefs.values() for each in fixtures)
            self.uses[item.nodeid] = [_name(each) for each in used if _name(each) in self.seconds]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:  # it says nothing of a mutant
            self.uses.pop(report.nodeid, None)


def _name(fixture: pytest.FixtureDef[object]) -> str:
    return f"fixture {fixture.baseid} {fixture.argname}"


def _processor() -> float:
    return sum(os.times()[:4])
