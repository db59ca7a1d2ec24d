"""How much the tests would notice: cosmic-ray's mutants of `schema` and `binding`, a seeded sample (`make mutants`).

    python -m tests.mutants map                     which tests come to which line, with coverage; kept in build/mutants
    python -m tests.mutants run [COUNT] [SECONDS]   try mutants that have not been tried, for so long at most
    python -m tests.mutants show                    those that lived, each as a difference

Each mutant lives in a process of its own, forked from one that has the libraries but nothing of xmlsvc, and meets the quickest tests that
come to its line. Places are drawn evenly, then one of the place's mutants; those of annotations are none, for nobody runs them. Programs
that a test starts run the code as it is.
"""

from __future__ import annotations

import ast
import difflib
import importlib.util
import json
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Any

import coverage
import pytest

from tests.conftest import ROOT

PLACE = ROOT / "build" / "mutants"
MUTATED = ("xmlsvc/schema", "xmlsvc/binding")
TESTS = ("tests/schema", "tests/binding", "tests/codegen", "tests/validation", "tests/vocabulary", "tests/docs/test_tutorial.py")
SEED = 20_261
TEST_SECONDS = 15.0  # of all tests that one mutant meets, as they took when they were mapped
MOST_TESTS = 60
PATIENCE = 120  # seconds: who has not ended by then has been noticed

Mutant = dict[str, Any]


class _Contexts:
    """Tells coverage which test runs, and remembers how long each took."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured, self.seconds, self.failed = measured, dict[str, float](), set[str]()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._measured.switch_context(item.nodeid)
        began = time.monotonic()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.monotonic() - began

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:  # it would fail for every mutant
            self.failed.add(report.nodeid)


def _map() -> None:
    """Run the tests once; write which come to which line, the quickest first."""
    measured = coverage.Coverage(data_file=str(PLACE / "coverage"), source=list(MUTATED), branch=False, config_file=False)
    told = _Contexts(measured)
    measured.start()
    pytest.main(["-q", "--assert=plain", "-p", "no:cacheprovider", *(name for name in TESTS if (ROOT / name).exists())], plugins=[told])
    measured.stop()
    measured.save()
    for test in told.failed:
        del told.seconds[test]
    data = measured.get_data()
    comes: dict[str, dict[int, list[str]]] = {}
    for file in data.measured_files():
        lines = data.contexts_by_lineno(file)
        comes[str(Path(file).relative_to(ROOT))] = {
            line: sorted((test for test in tests if test in told.seconds), key=told.seconds.__getitem__) for line, tests in lines.items()
        }
    (PLACE / "map.json").write_text(json.dumps({"seconds": told.seconds, "comes": comes}), "utf-8")


def _run(path: str) -> str:
    """What of a module is run: its tree without annotations and docstrings."""
    tree = ast.parse(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)


def _mutants() -> Iterator[Mutant]:
    """All of them, in the order in which they are tried: the same each time."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path
    from cosmic_ray.plugins import get_operator, operator_names

    places: dict[tuple[str, int, int], list[Mutant]] = defaultdict(list)
    for file in sorted(path for folder in MUTATED for path in (ROOT / folder).glob("*.py")):
        nodes = list(ast_nodes(get_ast_from_path(file)))
        for name in sorted(operator_names()):
            kind = get_operator(name)
            if kind.arguments():
                continue
            positions = (start for node in nodes for start, _ in kind().mutation_positions(node))
            for occurrence, (line, column) in enumerate(positions):
                path = str(file.relative_to(ROOT))
                places[path, line, column].append({"file": path, "line": line, "operator": name, "occurrence": occurrence})
    chance = random.Random(SEED)
    order = sorted(places)
    chance.shuffle(order)
    for place in order:
        yield chance.choice(places[place])


def _code(mutant: Mutant) -> str | None:
    """The module's text with the mutation; None where nothing that is run differs."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    before = (ROOT / mutant["file"]).read_text("utf-8")
    after: str | None = mutate_code(before, get_operator(mutant["operator"])(), mutant["occurrence"])
    try:
        return None if after is None or _run(after) == _run(before) else after
    except SyntaxError:
        return None


class _Mutated(SourceFileLoader):
    """Loads one module from a text that is in no file, and imports all others as always."""

    def __init__(self, file: str, text: str) -> None:
        self._text = text
        name = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        super().__init__(name, str(ROOT / file))

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> Any:
        return compile(self._text, self.path, "exec")


def _tests(mutant: Mutant, known: dict[str, Any]) -> list[str]:
    """The quickest that come to the line; for what is run when the module is imported, those that come to the module at all."""
    lines: dict[str, list[str]] = known["comes"].get(mutant["file"], {})
    tests = lines.get(str(mutant["line"])) or sorted({test for each in lines.values() for test in each}, key=known["seconds"].__getitem__)
    chosen, seconds = [], 0.0
    for test in tests[:MOST_TESTS]:
        seconds += known["seconds"][test]
        if seconds > TEST_SECONDS and chosen:
            break
        chosen.append(test)
    return chosen


def _meet(mutant: Mutant, text: str, tests: Sequence[str]) -> str:
    """ "killed" if a test fails, "late" if none ends, "lived"."""
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        os.setpgid(0, 0)
        quiet = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(quiet, number)
        sys.meta_path.insert(0, _Mutated(mutant["file"], text))  # type: ignore[arg-type]
        try:
            os._exit(int(pytest.main(["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", *tests])))
        except BaseException:  # noqa: BLE001 - a module that cannot be imported any more has been noticed
            os._exit(1)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return "lived" if status == 0 else "killed"
        time.sleep(0.02)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "late"


def _try(count: int, seconds: float) -> None:
    known = json.loads((PLACE / "map.json").read_text("utf-8"))
    file = PLACE / "tried.json"
    tried: list[Mutant] = json.loads(file.read_text("utf-8")) if file.exists() else []
    until = time.monotonic() + seconds
    have = {(each["file"], each["operator"], each["occurrence"]) for each in tried}
    for mutant in _mutants():
        if len(tried) >= count or time.monotonic() > until:
            break
        text = None if (mutant["file"], mutant["operator"], mutant["occurrence"]) in have else _code(mutant)
        if text is None:
            continue
        tests = _tests(mutant, known)
        mutant["outcome"] = _meet(mutant, text, tests) if tests else "no test"
        before = (ROOT / mutant["file"]).read_text("utf-8").splitlines()
        mutant["change"] = list(difflib.unified_diff(before, text.splitlines(), n=0, lineterm=""))[3:]
        tried.append(mutant)
        file.write_text(json.dumps(tried, indent=1), "utf-8")


def _show() -> None:
    tried: list[Mutant] = json.loads((PLACE / "tried.json").read_text("utf-8"))
    for each in tried:
        if each["outcome"] in ("lived", "no test"):
            print(f"\n{each['file']}:{each['line']} {each['operator']} {each['outcome']}", *each["change"], sep="\n")
    counts: dict[str, int] = defaultdict(int)
    for each in tried:
        counts[each["outcome"]] += 1
    print(f"\n{len(tried)} mutants:", ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))


def main(words: Sequence[str]) -> None:
    PLACE.mkdir(parents=True, exist_ok=True)
    match list(words):
        case ["map"]:
            _map()
        case ["run", *limits]:
            count, seconds, *_ = [*map(int, limits), *(250, 10**9)[len(limits) :]]
            for library in ("lxml.etree", "xmlschema", "storm.locals", "cherrypy", "hypothesis", "zstandard", "jsonschema"):
                importlib.import_module(library)
            _try(count, seconds)
            _show()
        case ["show"]:
            _show()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
