"""`xmlsvc infer`: the examples are valid against what comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.notes import note
from xmlsvc import cli


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.xml").write_bytes(note("One", due="2024-05-03", tags=("a", "b")))
    (folder / "b.xml").write_bytes(note("Two", pages="7"))
    (folder / "read.me").write_text("hello", "utf-8")
    return folder


def test_the_examples_are_valid_against_it(examples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["infer", str(examples)]) == 0
    (tmp_path / "out.xsd").write_text(capsys.readouterr().out, "utf-8")
    assert cli.main(["validate", "--schema", str(tmp_path / "out.xsd"), str(examples)]) == 0
    (tmp_path / "bad.xml").write_bytes(note("Bad", due="tomorrow"))
    assert cli.main(["validate", "--schema", str(tmp_path / "out.xsd"), str(tmp_path / "bad.xml")]) == 1


def test_several_namespaces_are_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"<a xmlns='urn:a'><b xmlns='urn:b'>1</b></a>")
    assert cli.main(["infer", str(path)]) == 2 and "--output" in capsys.readouterr().err
    assert cli.main(["infer", str(path), "--output", str(tmp_path / "xsd")]) == 0
    first, *more = capsys.readouterr().out.splitlines()
    assert len(more) == 1 and cli.main(["validate", "--schema", first, str(path)]) == 0


def test_an_example_that_is_no_xml_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cut.xml").write_bytes(b"<a")
    assert cli.main(["infer", str(tmp_path / "cut.xml")]) == 1
    err = capsys.readouterr().err
    assert err.startswith("xmlsvc: ") and "cut.xml:1:1: " in err
