"""docs/architecture.md and the rules that the suite enforces tell the same story."""

from __future__ import annotations

import ast
import re

from tests.conftest import ROOT
from tests.test_floors import KNOWN, position

ROW = re.compile(r"^\| (\d) [^|]+\| ([^|]+) \|", re.MULTILINE)


def drawn() -> dict[str, int]:
    """Module or package → its floor in the table."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    return {name: int(floor) for floor, cell in ROW.findall(text) for name in re.findall(r"`([a-z_]+)`", cell)}


def defined(module: str) -> set[str]:
    """The names that a module defines or imports at its top, read off the source (importing `wsgi` would open an instance)."""
    found: set[str] = set()
    for node in ast.parse(KNOWN[module].read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {inner.id for target in targets for inner in ast.walk(target) if isinstance(inner, ast.Name)}
        elif isinstance(node, ast.If | ast.Try):
            found |= {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}
    return found


def test_the_table_of_floors_names_every_package_once() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = [name for _, cell in ROW.findall(text) for name in re.findall(r"`([a-z_]+)`", cell)]
    assert sorted(named) == sorted({name.split(".")[0] for name in KNOWN} - {""})


def test_the_table_draws_the_order_that_is_enforced() -> None:
    floors = drawn()
    for lower, floor in floors.items():
        for upper, other in floors.items():
            if floor < other:
                assert position(lower) < position(upper), f"{upper} is drawn above {lower}, but FLOORS has it below"


def test_every_name_in_a_seam_is_a_module_or_function() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    seams = text[text.index("## Seams") : text.index("## The way of a document")]
    packages = sorted({name.split(".")[0] for name in KNOWN} - {""})
    named = set(re.findall(rf"(?<![\w./])({'|'.join(packages)})\.([a-z_0-9]+)", seams))
    assert len(named) > 30
    missing = [f"{p}.{n}" for p, n in sorted(named) if f"{p}.{n}" not in KNOWN and n not in defined(p)]
    assert not missing
