"""Activating a version: asked for what it would do, done without standing still, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import notes
from tests.documents.notes import note
from xmlsvc import errors
from xmlsvc.batch import activation, revalidate
from xmlsvc.cli import main
from xmlsvc.documents import submit, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services


def tried(house: Services, **options: object) -> None:
    for _ in revalidate.revalidate(house, OPERATOR, executor="serial", **options):
        pass


def test_it_asks_for_a_run_that_is_not_older_than_the_documents(house: Services) -> None:
    submit.submit(house, OPERATOR, note("A", pages="1"), submit.Options(name="a"))
    for nothing in ({}, {"vocabulary": "note@1"}, {"vocabulary": "note@2", "query": "A"}):
        with pytest.raises(errors.Conflict, match="revalidate --vocabulary note@2"):
            activation.activate(house, OPERATOR, "note", "2")
        tried(house, **nothing)
    tried(house, vocabulary="note@2")
    submit.submit(house, OPERATOR, note("B"), submit.Options(name="b"))
    with pytest.raises(errors.Conflict):
        activation.activate(house, OPERATOR, "note", "2")
    tried(house, vocabulary="note@2")
    done = activation.activate(house, OPERATOR, "note", "2")
    assert done.run is not None and done.run.counts == {"still-valid": 1, "newly-broken": 1}
    assert house.registry.get("note").version == "2" and done.before.version == "1"
    assert activation.back(house, OPERATOR, "note").schema.version == "1" == house.registry.get("note").version
    assert submit.submit(house, OPERATOR, note("C"), submit.Options(name="c")).outcome == "new"


def test_a_reason_does_without_and_so_does_an_empty_vocabulary(house: Services) -> None:
    assert activation.activate(house, OPERATOR, "note", "2").run is None
    submit.submit(house, OPERATOR, note("A", pages="1"), submit.Options(name="a"))
    assert activation.activate(house, OPERATOR, "note", "1", force="the partner is waiting").schema.version == "1"


def test_nothing_to_take_back(house: Services) -> None:
    with pytest.raises(errors.NotFound):
        activation.back(house, OPERATOR, "note")


def test_command_line(house: Services, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    submit.submit(house, OPERATOR, note("A", pages="0"), submit.Options(name="a"))
    words = ["--instance", str(home), "vocabulary"]
    assert main([*words, "diff", "note", "1", "2"]) == 1
    said = capsys.readouterr().out
    assert "tightened\ttype note" in said or "tightened\telement note" in said
    assert "pages must be there now" in said and "for writers not compatible" in said
    (tmp_path / "next.xsd").write_text(notes.V1.replace('name="due"', 'name="until"'), "utf-8")
    assert main([*words, "try", "note", str(tmp_path / "next.xsd"), "--executor", "serial"]) == 0
    assert "1 still-valid" in capsys.readouterr().err
    assert main([*words, "activate", "note", "2"]) == 1 and "Nothing shows" in capsys.readouterr().err
    assert main(["--instance", str(home), "revalidate", "--vocabulary", "note@2", "--executor", "serial"]) == 1
    assert main([*words, "activate", "note", "2"]) == 0 and "1 newly-broken" in capsys.readouterr().out
    assert main([*words, "activate", "note", "--back"]) == 0 and "note@1 is active" in capsys.readouterr().out
    assert main([*words, "activate", "note"]) == 2


def test_what_a_change_touches(house: Services, tmp_path: Path) -> None:
    found, touched = activation.compare(house, "note", "1", "2")
    assert not found.writers and any("positiveInteger" in change.what for change in found.changes)
    assert touched.columns == ()
    changed = notes.V1.replace('name="due" type="xs:date"', 'name="place" type="xs:token"')
    for version, more in (("3", ""), ("4", '<xs:element name="room" type="xs:token" minOccurs="0"/>')):
        (tmp_path / "note.xsd").write_text(changed.replace('<xs:element name="tag"', f'{more}<xs:element name="tag"'), "utf-8")
        vocabularies.add(house, OPERATOR, "note", [tmp_path / "note.xsd"], version)
    one, two = (activation.compare(house, "note", "1", version)[1].columns for version in "34")
    assert one == ("note: place (line) comes", "note: due gets no values from documents of 3")
    assert two == ("note: place (line), room (line) come", "note: due gets no values from documents of 4")
