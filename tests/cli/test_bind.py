"""`xmlsvc bind`: a package that stands on its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import notes
from tests.documents.notes import note
from xmlsvc import cli


@pytest.fixture
def xsd(tmp_path: Path) -> dict[str, Path]:
    return notes.write(tmp_path / "xsd")


def test_bind_writes_an_importable_package(tmp_path: Path, xsd: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bind", str(xsd["1"]), "--output", str(tmp_path / "out"), "--package", "jotter"]) == 0
    written = capsys.readouterr().out.splitlines()
    assert written and all(Path(path).is_file() for path in written)
    code = "import jotter, sys; print(jotter.parse(sys.stdin.buffer.read()).xml.element.tag)"
    done = subprocess.run([sys.executable, "-c", code], input=note(), capture_output=True, cwd=tmp_path / "out")
    assert done.stdout.decode().strip() == "{urn:test:note}note", done.stderr.decode()
    assert cli.main(["bind", str(xsd["1"]), "--output", str(tmp_path), "--package", "not a name"]) == 2
