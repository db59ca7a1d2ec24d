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


def test_names_are_kept_and_given(tmp_path: Path, xsd: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """What a rename file says holds for the package, and by its names file for the next version's."""
    (tmp_path / "renames.toml").write_text('[names]\n"{urn:test:note}note/{urn:test:note}due" = "deadline"\n', "utf-8")
    asked = ["bind", str(xsd["1"]), "--output", str(tmp_path), "--package", "one"]
    assert cli.main([*asked, "--renames", str(tmp_path / "renames.toml")]) == 0, capsys.readouterr()
    later = ["bind", str(xsd["2"]), "--output", str(tmp_path), "--package", "two"]
    assert cli.main([*later, "--names", str(tmp_path / "one/names.json")]) == 0
    for package in ("one", "two"):
        assert "deadline: Value[Date]" in next((tmp_path / package).glob("note.py")).read_text("utf-8")
    for name, text in (("renames.toml", "names = ["), ("renames.toml", "names = 3"), ("renames.toml", '[names]\n"{urn:x}y" = "z"\n')):
        (tmp_path / name).write_text(text, "utf-8")
        assert cli.main([*asked, "--renames", str(tmp_path / name)]) == 2
    (tmp_path / "names.json").write_text("{", "utf-8")
    assert cli.main([*asked, "--names", str(tmp_path / "names.json")]) == cli.main([*asked, "--names", str(tmp_path / "none.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_of_nonsense_no_classes_are_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "n.xsd").write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="b"/></xs:schema>')
    assert cli.main(["bind", str(tmp_path / "n.xsd"), "--output", str(tmp_path / "out")]) == 1
    assert "n.xsd:1" in capsys.readouterr().err and not (tmp_path / "out").exists()
