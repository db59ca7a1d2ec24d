"""Results of runs for other programs, and who may see them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from lxml import etree

from tests.documents.notes import BROKEN, note
from xmlsvc import errors
from xmlsvc.batch.load import load
from xmlsvc.batch.results import WRITERS
from xmlsvc.documents import accounts, runs
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.services import Services


@pytest.fixture
def partners(house: Services) -> list[Actor]:
    accounts.add_partner(house, OPERATOR, "nordlys")
    return [accounts.authenticate(house, accounts.add_token(house, OPERATOR, name)[1]) for name in ("house", "nordlys")]


@pytest.fixture
def run(house: Services, partners: list[Actor], tmp_path: Path) -> runs.Run:
    """A partner's delivery with an item of each kind, and one with a name that would run in a spreadsheet."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, data in {"=cmd().xml": note("A"), "bad & sad.xml": BROKEN, "cut.xml": b"<note", "note.txt": b"hello"}.items():
        (folder / name).write_bytes(data)
    list(load(house, partners[1], [folder], face="api"))
    (found,) = runs.listed(house, partners[1])
    return found


def written(house: Services, run: runs.Run, kind: str) -> str:
    return "".join(WRITERS[kind](run, runs.every_item(house, OPERATOR, run.id)))


def test_json_and_csv_tell_the_same(house: Services, run: runs.Run) -> None:
    told = json.loads(written(house, run, "json"))
    assert told["counts"] == {"new": 1, "quarantined": 1, "refused": 1, "skipped": 1} and told["state"] == "done"
    rows = list(csv.DictReader(io.StringIO(written(house, run, "csv"))))
    assert [row["outcome"] for row in rows] == [item["outcome"] for item in told["items"]] == ["new", "quarantined", "refused", "skipped"]
    assert [Path(item["name"]).name for item in told["items"]] == ["=cmd().xml", "bad & sad.xml", "cut.xml", "note.txt"]
    assert not any(value.startswith("=") for row in rows for value in row.values())


def test_junit(house: Services, run: runs.Run) -> None:
    suite = etree.fromstring(written(house, run, "junit").encode())
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("4", "1", "1", "1")
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["error"], ["skipped"]]


def test_a_partner_sees_its_own_runs_only(house: Services, partners: list[Actor], run: runs.Run) -> None:
    stranger, owner = partners
    assert runs.get(house, owner, run.id) == run == runs.get(house, OPERATOR, run.id)
    assert len(list(runs.every_item(house, owner, run.id))) == 4
    assert runs.listed(house, stranger) == []
    for look in (runs.get, runs.items, lambda *arguments: next(runs.every_item(*arguments))):
        with pytest.raises(errors.NotFound):
            look(house, stranger, run.id)
