"""The mutants that are said to live still exist; and what no test can notice is no mutant."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.mutants import explained, kinds


@pytest.mark.parametrize(("file", "scope", "before", "after"), explained.explanations())
def test_explained_mutants_are_still_possible(file: str, scope: str, before: str, after: str) -> None:
    """An explanation whose line is gone or has changed says nothing any more: take it out, or say why its successor lives."""
    text = (ROOT / file).read_text("utf-8")
    assert kinds.standing(file, scope, before), "the line is not there any more"
    for first, last in kinds.standing(file, scope, before):
        lines = text.splitlines(keepends=True)
        margin = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
        changed = "".join([*lines[:first], *(f"{margin}{line}\n" for line in after.split("\n")), *lines[last:]])
        assert kinds.run(changed) != kinds.run(text), "nothing differs"


@pytest.mark.parametrize(("one", "other"), [
    ("def f(a: int | str) -> int | None: ...", "def f(a: int ^ str) -> int % None: ..."),
    ("x: dict[str, int | None] = {}", "x: dict[str, int & None] = {}"),
    ("@dataclass(frozen=True)\nclass A:\n    a: int = 1", "@dataclass(frozen=False)\nclass A:\n    a: int = 1"),
    ("@lru_cache(maxsize=10)\ndef f(): return 1", "def f(): return 1"),
    ("class A:\n    @functools.cache\n    def f(self): return 1", "class A:\n    def f(self): return 1"),
    ("x is not None", "x != None"),
    ("x = cast('int | None', y)", "x = cast('int', y)"),
    ('def f():\n    "Says."\n    return 1', "def f():\n    return 1"),
    ("if TYPE_CHECKING:\n    A = B | C", "if TYPE_CHECKING:\n    A = B + C"),
])
def test_what_is_not_run_is_no_mutant(one: str, other: str) -> None:
    assert kinds.run(one) == kinds.run(other)


@pytest.mark.parametrize(("one", "other"), [
    ("x == 1", "x != 1"), ("x is y", "x == y"), ("def f(a=1): ...", "def f(a=2): ..."), ("x: int = 1", "x: int = 2"),
    ("@dataclass(frozen=True, eq=False)\nclass A: ...", "@dataclass(frozen=True, eq=True)\nclass A: ..."),
    ("class A:\n    @cached_property\n    def f(self): return 1", "class A:\n    def f(self): return 1"),
    ("if TYPE_CHECKING or x:\n    a = 1", "if TYPE_CHECKING or x:\n    a = 2"),
])
def test_what_is_run_is_a_mutant(one: str, other: str) -> None:
    assert kinds.run(one) != kinds.run(other)


def test_what_the_compiler_reports_is_no_mutant() -> None:
    with pytest.raises(SyntaxError):
        kinds.run("x is 'text'")


def test_a_place_keeps_its_name_when_the_module_changes_elsewhere() -> None:
    text = "a = 1\nclass A:\n    @property\n    def f(self):\n        return 1\n\n    def g(self):\n        return 1\n"
    of, moved = kinds.scopes(text), kinds.scopes("import x\n" + text)
    assert [of(line) for line in (1, 2, 3, 5, 8)] == ["", "A", "A.f", "A.f", "A.g"] == [moved(line + 1) for line in (1, 2, 3, 5, 8)]
