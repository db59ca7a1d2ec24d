"""docs/binding.md: each example runs, with xmlsvc and with xsdata."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.left_out import require
from xmlsvc import codegen
from xmlsvc.schema import store
from xmlsvc.schema.catalog import Catalog
from xmlsvc.schema.vocabulary import Manifest

SCHEMA = ROOT / "schemas/programme/1.1/programme.xsd"
GUIDE = re.findall(r"```xml\n(.*?)```", (ROOT / "docs/binding.md").read_text("utf-8"), re.S)[0]


def blocks(label: str) -> list[tuple[int, str]]:
    """(line, code) of the page's examples with this label."""
    text = (ROOT / "docs/binding.md").read_text("utf-8")
    return [(text[: match.start()].count("\n") + 1, match[1]) for match in re.finditer(rf"```python\n(# {label}\n.*?)```", text, re.S)]


def run(label: str) -> None:
    scope: dict[str, object] = {"datetime": __import__("datetime")}
    for line, code in blocks(label):
        exec(compile("\n" * line + code, "docs/binding.md", "exec"), scope)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "guide.xml").write_text(GUIDE, "utf-8")
    return tmp_path


def test_twelve_things_with_xmlsvc(folder: Path) -> None:
    codegen.generate(store.close([SCHEMA], Catalog.load(None), folder / "store"), Manifest(), folder / "programme", "programme")
    importlib.invalidate_caches()
    assert len(blocks("xmlsvc")) == len(blocks("xsdata")) == 12
    run("xmlsvc")


def test_twelve_things_with_xsdata(folder: Path) -> None:
    require(importlib.util.find_spec("xsdata") is not None, "the comparison with xsdata (pip install -e '.[bench]')")
    tools = Path(sys.executable).parent
    subprocess.run([str(tools / "xsdata"), "generate", str(SCHEMA), "--package", "px", "--structure-style", "single-package"], cwd=folder,
                   check=True, capture_output=True, env={**os.environ, "PATH": f"{tools}:{os.environ.get('PATH', '')}"})
    importlib.invalidate_caches()
    run("xsdata")
