"""Our types for Storm name only what Storm has, with the parameters that it has."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

import pytest

STUBS = Path(__file__).resolve().parents[2] / "stubs"
FILES = sorted(STUBS.rglob("*.pyi"))


def parameters(function: ast.FunctionDef) -> list[str]:
    return [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(STUBS)))
def test_every_name_is_real(file: Path) -> None:
    name = ".".join(file.relative_to(STUBS).with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    missing = []
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not hasattr(module, node.name):
            missing.append(node.name)
        elif isinstance(node, ast.ClassDef):
            real = getattr(module, node.name)
            missing += [f"{node.name}.{m.name}" for m in node.body if isinstance(m, ast.FunctionDef) and not hasattr(real, m.name)]
        elif isinstance(node, ast.FunctionDef) and inspect.isfunction(getattr(module, node.name)):
            known = inspect.signature(getattr(module, node.name)).parameters
            missing += [f"{node.name}({p})" for p in parameters(node) if p not in known]
    assert not missing, f"{name} has no {', '.join(missing)}"


def test_there_are_stubs() -> None:
    assert len(FILES) > 15
