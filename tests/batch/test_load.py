"""Loading: each item its own outcome, in bounded groups, as a run that can be looked at."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.documents.notes import note
from xmlsvc import errors
from xmlsvc.batch import load as load_module
from xmlsvc.batch.load import Loaded, load
from xmlsvc.documents import receipts, revisions, runs, search
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    for name, data in {
        "a.xml": note("A"), "b/a.xml": note("B"), "bad.xml": note("Bad", due="soon"), "cut.xml": b"<note",
        "other.xml": b"<x xmlns='urn:x'/>", "cover.jpg": b"\xff\xd8\xff", "huge.xml": b"<note>" + b" " * 10_000_001,
    }.items():  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def outcomes(items: list[Loaded]) -> dict[str, str]:
    return {item.name: item.outcome for item in items}


EXPECTED = {
    "a.xml": "new", "b/a.xml": "new", "bad.xml": "quarantined", "cut.xml": "refused", "other.xml": "refused", "cover.jpg": "skipped",
    "huge.xml": "unreadable",
}  # fmt: skip


def test_each_item_has_its_outcome_and_none_stops_another(house: Services, delivery: Path) -> None:
    items = list(load(house, OPERATOR, [delivery]))
    assert outcomes(items) == EXPECTED
    by_name = {item.name: item for item in items}
    assert revisions.read(house, OPERATOR, str(by_name["b/a.xml"].document))[2] == note("B")
    assert receipts.body(house, OPERATOR, str(by_name["cut.xml"].receipt)) == b"<note"
    assert by_name["bad.xml"].report is not None and by_name["bad.xml"].report.violations
    (run,) = runs.listed(house, OPERATOR)
    assert (run.kind, run.state, run.counts) == (
        "load", "done", {"new": 2, "quarantined": 1, "refused": 2, "skipped": 1, "unreadable": 1},
    )  # fmt: skip
    assert [item.n for item in runs.items(house, OPERATOR, run.id)] == list(range(1, 8))
    assert [item.outcome for item in runs.items(house, OPERATOR, run.id, outcome="refused")] == ["refused", "refused"]


def test_the_same_again_is_unchanged_and_an_archive_is_the_directory_that_it_was(house: Services, delivery: Path, tmp_path: Path) -> None:
    list(load(house, OPERATOR, [delivery]))
    with zipfile.ZipFile(tmp_path / "delivery.zip", "w") as archive:
        for path in sorted(delivery.rglob("*.xml")):
            archive.write(path, path.relative_to(delivery).as_posix())
    again = outcomes(list(load(house, OPERATOR, [tmp_path / "delivery.zip"])))
    assert [again[name] for name in ("a.xml", "b/a.xml", "bad.xml", "cut.xml")] == ["unchanged", "unchanged", "unchanged", "refused"]


def test_two_files_of_one_name_do_not_silently_become_one_document(house: Services, delivery: Path) -> None:
    items = list(load(house, OPERATOR, [delivery / "a.xml", delivery / "b" / "a.xml"]))
    assert [item.outcome for item in items] == ["new", "refused"]
    assert "Another file of this load" in items[1].message
    assert receipts.body(house, OPERATOR, str(items[1].receipt)) == note("B")


def test_groups_of_any_size_give_the_same(house: Services, delivery: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_module, "GROUP", 1)
    assert outcomes(list(load(house, OPERATOR, [delivery]))) == EXPECTED


def test_a_key_that_another_writer_took_costs_no_item(house: Services, delivery: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The group's commit fails; its items are written one by one."""
    real, calls = house.sessions.write, []

    def write(unit):  # type: ignore[no-untyped-def]
        if "part" in getattr(unit, "keywords", {}):
            calls.append(unit)
        if len(calls) == 1 and unit is calls[0]:
            raise errors.Conflict("Another record holds the same key, which must be unique.")
        return real(unit)

    monkeypatch.setattr(house.sessions, "write", write)
    assert outcomes(list(load(house, OPERATOR, [delivery]))) == EXPECTED
    (run,) = runs.listed(house, OPERATOR)
    assert sum(run.counts.values()) == 7 and [item.n for item in runs.items(house, OPERATOR, run.id)] == list(range(1, 8))


def test_a_load_that_is_given_up_says_so(house: Services, delivery: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_module, "GROUP", 1)
    items = load(house, OPERATOR, [delivery])
    next(items)
    items.close()  # type: ignore[attr-defined]
    (run,) = runs.listed(house, OPERATOR)
    assert run.state == "interrupted" and run.ended is not None
    assert 1 <= sum(run.counts.values()) == len(runs.items(house, OPERATOR, run.id)) < len(EXPECTED), "what was begun is recorded"


def test_what_is_named_must_be_there_before_anything_is_read(house: Services, delivery: Path) -> None:
    for options, error in (
        ({"vocabulary": "note@9"}, errors.UnknownVocabulary), ({"partner": "nobody"}, errors.NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            next(load(house, OPERATOR, [delivery], **options))
    with pytest.raises(errors.UsageError):
        next(load(house, OPERATOR, [delivery / "nowhere"]))
    assert runs.listed(house, OPERATOR) == [] and search.find(house, OPERATOR, search.Query()).items == []
