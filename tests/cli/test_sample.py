"""`xmlsvc sample`: what it makes is what `xmlsvc validate` says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import notes
from tests.schema.sets import document
from xmlsvc import cli


@pytest.fixture
def xsd(tmp_path: Path) -> str:
    return str(notes.write(tmp_path / "xsd")["2"])


def test_valid_documents_are_valid_and_the_same_for_the_same_seed(xsd: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        assert cli.main(["sample", xsd, "--count", "5", "--seed", "7", "--output", str(tmp_path / name)]) == 0
    made = [path.read_bytes() for path in sorted((tmp_path / "one").iterdir())]
    assert made == [path.read_bytes() for path in sorted((tmp_path / "two").iterdir())] and len(set(made)) > 1
    assert cli.main(["validate", "--schema", xsd, str(tmp_path / "one")]) == 0
    assert capsys.readouterr().err.endswith("5 valid, 0 invalid\n")


def test_broken_documents_are_broken_as_announced(xsd: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sample", xsd, "--invalid", "--count", "6", "--output", str(tmp_path / "broken")]) == 0
    announced = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert len(announced) == 6
    for path, _, _, codes in announced:
        assert cli.main(["validate", "--schema", xsd, path]) == 1
        out = capsys.readouterr().out
        assert any(f": {code} " in out for code in codes.split()), (path, codes, out)


def test_one_document_goes_to_standard_output(xsd: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["sample", xsd, "--root", "note"]) == 0
    out = capfdbinary.readouterr().out
    assert out.startswith(b"<?xml") and b"urn:test:note" in out


def test_the_first_document_is_of_the_element_that_is_no_part_of_another(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    parts = "".join(f'<xs:element name="{name}" type="xs:string"/>' for name in ("address", "title", "volume"))
    whole = "".join(f'<xs:element ref="{name}"/>' for name in ("address", "title", "volume"))
    shelf = f'<xs:element name="shelf"><xs:complexType><xs:sequence>{whole}</xs:sequence></xs:complexType></xs:element>'
    path = document(tmp_path / "a.xsd", parts + shelf)
    assert cli.main(["sample", str(path)]) == 0
    assert b"<shelf>" in capfdbinary.readouterr().out


def test_a_root_of_which_no_document_can_be_made_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A strict wildcard for elements that no document of the schema declares."""
    body = ('<xs:element name="a"><xs:complexType><xs:sequence><xs:any namespace="##other"/></xs:sequence></xs:complexType></xs:element>'
            '<xs:element name="b" type="xs:int"/>')
    path = str(document(tmp_path / "a.xsd", body, "urn:t"))
    assert cli.main(["sample", path, "--count", "3", "--output", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert said.err.count("{urn:t}a can be made") == 1 and said.out.count("{urn:t}b") == 3
    assert cli.main(["sample", path, "--root", "a"]) == 1
    assert cli.main(["sample", path, "--root", "bb"]) == 2 and "It has: b and 1 more." in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--root", "letter"], ["--count", "0"], ["--count", "2"]])
def test_what_cannot_be_made(xsd: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sample", xsd, *words]) == 2
    assert capsys.readouterr().err.startswith("xmlsvc: ")
