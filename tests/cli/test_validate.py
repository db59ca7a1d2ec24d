"""`xmlsvc validate` over many files, large ones, and streams; its exit codes and reports."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest

from tests.documents import notes
from tests.documents.notes import BROKEN, note
from xmlsvc import cli, validation
from xmlsvc.batch import verdicts
from xmlsvc.jobs import executors
from xmlsvc.validation.report import violations_json

CATALOGUE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>
<xs:element name="a" type="xs:int" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""


@pytest.fixture
def xsd(tmp_path: Path) -> str:
    return str(notes.write(tmp_path / "xsd")["1"])


def many(folder: Path, count: int) -> list[str]:
    """So many documents, every tenth of them broken; their paths."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:04}.xml").write_bytes(BROKEN if number % 10 == 7 else note(f"Note {number}", pages="1"))
    (folder / "read.me").write_text("hello", "utf-8")
    return [str(folder / f"{number:04}.xml") for number in range(count)]


def test_several_processes_say_what_one_says(tmp_path: Path, xsd: str, capsys: pytest.CaptureFixture[str],
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    paths = many(tmp_path / "in", 700)
    monkeypatch.setattr(verdicts, "ALONE", 0.0)
    said = []
    for workers in ("1", "3"):
        assert cli.main(["validate", "--schema", xsd, "--workers", workers, str(tmp_path / "in")]) == 1
        said.append(capsys.readouterr())
    assert said[0] == said[1]
    assert said[0].err.splitlines()[-1] == "630 valid, 70 invalid" and "read.me: skipped" in said[0].err
    named = [line.partition(":")[0] for line in said[0].out.splitlines() if not line.startswith(" ")]
    assert list(dict.fromkeys(named)) == paths[7::10]


@pytest.mark.parametrize(("alone", "look", "long", "others"), [(0.0, 0.05, 1.0, True), (60.0, 0.0, 0.0, True), (60.0, 0.0, 1e9, False)])
def test_others_work_while_this_process_does(tmp_path: Path, xsd: str, monkeypatch: pytest.MonkeyPatch, alone: float, look: float,
                                             long: float, others: bool) -> None:
    """After a while, or at once where what follows will take long; for a little, others are not worth their start."""
    opened: list[str] = []

    def noted(name: str, workers: int | None = None) -> executors.Serial:
        opened.append(name)
        return executors.Serial()

    for name, value in {"ALONE": alone, "LOOK": look, "LONG": long, "CHUNK": 5}.items():
        monkeypatch.setattr(verdicts, name, value)
    monkeypatch.setattr(executors, "open", noted)
    made = validation.load(xsd)
    judge = verdicts.BySchema(made.set.directory, "auto", "en", made.version)
    found = list(verdicts.checked(judge, many(tmp_path / "in", 33), 2))
    assert [one.report.valid for one in found if one.report] == [number % 10 != 7 for number in range(33)]
    assert ("processes" in opened) == others


def test_large_files_and_streams_are_read_piece_by_piece(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "r.xsd").write_text(CATALOGUE, "utf-8")
    good = b"<r>" + (b"<a>7" + b" " * 4_000 + b"</a>\n") * 3_000 + b"</r>"
    bad = good.replace(b" </a>\n</r>", b"x</a>\n</r>")
    assert min(len(good), len(bad)) > validation.LARGE
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.xml").write_bytes(good)
    (tmp_path / "in" / "bad.xml").write_bytes(bad)
    words = ["validate", "--schema", str(tmp_path / "r.xsd")]
    assert cli.main([*words, str(tmp_path / "in")]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"{tmp_path}/in/bad.xml:3000:1: cvc-datatype-valid.1.2.1 “7 ")
    assert "is not a whole number. Write digits only, such as 42." in out
    assert err == "1 valid, 1 invalid\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(bad)))
    assert cli.main([*words, "-"]) == 1 and capsys.readouterr().out.startswith("-:3000:1: cvc-")
    with zipfile.ZipFile(tmp_path / "in.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.xml", good)
    assert cli.main([*words, str(tmp_path / "in.zip")]) == 1
    assert "larger than the limit of 10,000,000 bytes" in capsys.readouterr().out


def test_the_json_report_has_the_bytes_of_every_face(tmp_path: Path, xsd: str, capsys: pytest.CaptureFixture[str]) -> None:
    paths = many(tmp_path / "in", 10)
    assert cli.main(["validate", "--schema", xsd, "--report", "json", *paths]) == 1
    text = capsys.readouterr().out
    assert [one["name"] for one in json.loads(text)["documents"]] == paths
    report = validation.load(xsd).validate(BROKEN)
    assert f'"violations":{violations_json(report.violations)}' in text


@pytest.mark.parametrize("engine", ["auto", "libxml2", "xmlschema", "both"])
def test_every_engine_says_the_same_of_plain_cases(tmp_path: Path, xsd: str, engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    paths = many(tmp_path / "in", 8)
    assert cli.main(["validate", "--schema", xsd, "--engine", engine, *paths]) == 1
    out, err = capsys.readouterr()
    assert err == "7 valid, 1 invalid\n" and out.startswith(f"{paths[7]}:3:1: cvc-")


def test_another_language(tmp_path: Path, xsd: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["validate", "--schema", xsd, "--language", "nl", many(tmp_path / "in", 8)[7]]) == 1
    assert "nodig is een datum" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "code"), [(["--workers", "0"], 2), (["--catalog", "x"], 1), ([], 0)])
def test_exit_codes(tmp_path: Path, xsd: str, words: list[str], code: int) -> None:
    assert cli.main(["validate", "--schema", xsd, *words, many(tmp_path / "in", 1)[0]]) == code


def test_the_page_shows_what_it_can_and_counts_the_rest(tmp_path: Path, xsd: str, capsys: pytest.CaptureFixture[str],
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    from xmlsvc.cli import reports

    monkeypatch.setattr(reports, "SHOWN", 2)
    assert cli.main(["validate", "--schema", xsd, "--report", "html", str(many(tmp_path / "in", 40) and tmp_path / "in")]) == 1
    page = capsys.readouterr().out
    assert page.count("<details") == 2 and "2 more documents have violations" in page and "<b>40</b>" in page
    assert page.startswith("<!DOCTYPE html>") and "http" not in page
