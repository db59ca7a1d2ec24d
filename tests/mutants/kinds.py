"""Which mutants there are, and which are none because nothing that is run differs."""

from __future__ import annotations

import ast
import difflib
import hashlib
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

MUTATED = ("xmlsvc/schema", "xmlsvc/binding")

# Decorators that change what is refused or how long it takes, never what comes out.
_SPARED = {"abstractmethod", "cache", "final", "lru_cache", "overload", "override", "runtime_checkable"}
_GUARDS = {"frozen", "slots"}  # of a dataclass


@dataclass(frozen=True)
class Place:
    """Where something can be changed, named so that changes elsewhere in the module leave the name as it is.

    `line` and `column` say where it is now; `nth` tells equal lines of one scope apart.
    """

    file: str
    scope: str
    text: str
    nth: int
    column: int
    line: int

    @property
    def name(self) -> str:
        return f"{self.file} {self.scope} {self.nth} {self.column} {self.text}"


@dataclass(frozen=True)
class Mutant:
    """One change of a place: cosmic-ray's operator, and the how-manieth of its mutations of the module it is."""

    place: Place
    operator: str
    occurrence: int
    variant: int  # which of the operator's mutations of this place

    @property
    def name(self) -> str:
        return f"{self.place.name} {self.operator} {self.variant}"


@dataclass(frozen=True)
class Change:
    """What a mutant does to its module: the whole new text, and the lines that went and came."""

    text: str
    before: str
    after: str


def files(named: Iterable[str] = ()) -> list[str]:
    """The modules that are mutated, or those of them that are named, by path from the root."""
    found = sorted(str(path.relative_to(ROOT)) for folder in MUTATED for path in (ROOT / folder).glob("*.py"))
    wanted = set(named)
    return [file for file in found if not wanted or file in wanted]


def sample(named: Iterable[str], seed: int) -> Iterator[Mutant]:
    """One mutant of each place of the modules, in an order that only the seed and the place's own line decide."""

    def rank(text: str) -> str:
        return hashlib.sha256(f"{seed} {text}".encode()).hexdigest()

    for _, mutants in sorted(_places(files(named)).items(), key=lambda item: rank(item[0].name)):
        yield min(mutants, key=lambda mutant: rank(mutant.name))


def _places(paths: Iterable[str]) -> dict[Place, list[Mutant]]:
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    kinds = {name: kind() for name in sorted(operator_names()) if not (kind := get_operator(name)).arguments()}
    found: dict[Place, list[Mutant]] = defaultdict(list)
    for file in paths:
        text = (ROOT / file).read_text("utf-8")
        nodes, lines, of = list(ast_nodes(get_ast(text))), text.splitlines(), scopes(text)
        seen: Counter[tuple[str, str]] = Counter()
        nth: dict[int, int] = {}
        for number, line in enumerate(lines, 1):
            nth[number] = seen[of(number), line.strip()]
            seen[of(number), line.strip()] += 1
        for name, kind in kinds.items():
            starts = (start for node in nodes for start, _ in kind.mutation_positions(node))
            met: Counter[Place] = Counter()
            for occurrence, (line, column) in enumerate(starts):
                place = Place(file, of(line), lines[line - 1].strip(), nth[line], column, line)
                found[place].append(Mutant(place, name, occurrence, met[place]))
                met[place] += 1
    return found


class _Scopes:
    def __init__(self, text: str) -> None:
        self._spans: list[tuple[int, int, str]] = []
        self._read(ast.parse(text), "")

    def _read(self, node: ast.AST, outer: str) -> None:
        for child in ast.iter_child_nodes(node):
            name = outer
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{outer}.{child.name}".lstrip(".")
                first = min([child.lineno, *(each.lineno for each in child.decorator_list)])
                self._spans.append((first, child.end_lineno or first, name))
            self._read(child, name)

    def __call__(self, line: int) -> str:
        return min(((last - first, name) for first, last, name in self._spans if first <= line <= last), default=(0, ""))[1]


def scopes(text: str) -> _Scopes:
    """Of a module's text: the qualified name of the innermost function or class at a line; "" outside of all."""
    return _Scopes(text)


def standing(file: str, scope: str, before: str) -> list[tuple[int, int]]:
    """Where these lines stand in that function or class of the module: first line and the one after the last, counted from 0."""
    path = source(file)
    text = path.read_text("utf-8") if path.exists() else ""
    of, lines, wanted = scopes(text), [line.strip() for line in text.splitlines()], before.split("\n")
    return [(at, at + len(wanted)) for at in range(len(lines)) if lines[at : at + len(wanted)] == wanted and of(at + 1) == scope]


class _Run(ast.NodeTransformer):
    """Leaves of a module's tree what is run to get a result: no annotations, no docstrings, none of what only guards or remembers."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        kept = [each for each in node.decorator_list if _named(each) not in _SPARED]
        if any(_named(each) == "overload" for each in node.decorator_list):
            return None
        node.decorator_list, node.returns = kept, None
        node.body = [each for each in node.body if not _is_text(each)] or [ast.Pass()]
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if _is_text(node) else self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if _named(node) == "dataclass":
            node.keywords = [each for each in node.keywords if each.arg not in _GUARDS]
        elif _named(node) == "cast":
            node.args[:1] = []
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Nothing here equals None but None."""
        same = {ast.Eq: ast.Is, ast.NotEq: ast.IsNot}
        node.ops = [
            same.get(type(sign), type(sign))() if isinstance(right, ast.Constant) and right.value is None else sign
            for sign, right in zip(node.ops, node.comparators, strict=True)
        ]
        return self.generic_visit(node)


def _named(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def run(text: str) -> str:
    """What of a module's text is run; two texts for which it is the same are no different programs. SyntaxError."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what the compiler itself would report needs no test
        compile(text, "mutant", "exec")
    return ast.dump(_Run().visit(ast.parse(text)))


def change(mutant: Mutant) -> Change | None:
    """What it changes; None where nothing that is run differs, or where Python itself reports it."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    before = (ROOT / mutant.place.file).read_text("utf-8")
    try:
        after: str | None = mutate_code(before, get_operator(mutant.operator)(), mutant.occurrence)
    except AttributeError:  # it stumbles over "except (module.Error, *ERRORS)"
        return None
    try:
        if after is None or run(after) == run(before):
            return None
    except SyntaxError:
        return None
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[3:]
    went, came = ("\n".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return Change(after, went, came)


def source(file: str) -> Path:
    return ROOT / file
