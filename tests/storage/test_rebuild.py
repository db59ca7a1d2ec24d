"""Rows are projections: made again from the contents they are the same rows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.conftest import FULL
from tests.documents import notes
from tests.storage.schemas import PROLOGUE
from tests.storage.test_projection import BODY
from xmlsvc import binding
from xmlsvc.clock import FixedClock
from xmlsvc.documents import instance, services, submit, vocabularies, withdraw
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.documents.submit import Options
from xmlsvc.errors import Gone, InputError, StateError
from xmlsvc.storage import counters, projection
from xmlsvc.storage.rebuild import rebuild


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[Services]:
    directory = tmp_path / "instance"
    instance.init(directory, database, bare=True)
    with services.open(directory, FixedClock()) as opened:
        for version, path in notes.write(tmp_path / "xsd").items():
            vocabularies.add(opened, OPERATOR, "note", [path], version)
        yield opened


def everything(house: Services, vocabulary: str = "note") -> dict[str, list[tuple[Any, ...]]]:
    """All generated rows and search entries (without the entries' serial numbers)."""
    found = {}
    for schema in house.registry.versions(vocabulary):
        for table in projection.plan_of(schema).tables:
            rows = house.sessions.read(lambda store, name=table.name: store.execute(f"SELECT * FROM {name}").get_all())
            found[table.name] = sorted(map(repr, rows))
    entries = house.sessions.read(lambda store: store.execute("SELECT document_id, head, title, body FROM search_entry").get_all())
    return {**found, "search_entry": sorted(map(repr, entries))}


@pytest.mark.parametrize("afresh", [False, True])
def test_rebuilt_rows_equal_incremental_ones(house: Services, afresh: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xmlsvc.storage.rebuild._BATCH", 10)
    actor = OPERATOR
    for number in range(16):
        tags = tuple(f"tag{n}" for n in range(number % 4))
        submit.submit(house, actor, notes.note(f"Note {number}", tags=tags), Options(name=f"{number}.xml"))
    for number in range(0, 16, 3):  # a new revision
        submit.submit(house, actor, notes.note(f"Note {number} again"), Options(name=f"{number}.xml"))
    for number in range(0, 16, 4):  # an invalid redelivery: the published rows stay beside the new ones
        submit.submit(house, actor, notes.BROKEN, Options(name=f"{number}.xml"))
    kinds = "partner_id, vocabulary, state, valid"
    sql = f"SELECT {kinds}, COUNT(*) FROM document GROUP BY {kinds}"
    counted = house.sessions.read(lambda store: store.execute(sql).get_all())
    assert {tuple(kind): n for kind, n in house.sessions.read(counters.totals).items()} == {row[:4]: row[4] for row in counted}
    before = everything(house)
    assert any("2" in row.split(",")[1] for row in before["note"])
    house.sessions.write(lambda store: store.execute("UPDATE note SET document_title = 'spoilt'", noresult=True))
    house.sessions.write(lambda store: store.execute("DELETE FROM note_tag", noresult=True))
    assert everything(house) != before
    counts: list[int] = []
    result = rebuild(house.sessions, house.registry, "note", afresh, counts.append)
    assert (result.documents, result.failed) == (16, [])
    assert counts == [10, 16]
    assert everything(house) == before


KINDS = st.sampled_from(["valid", "valid", "broken", "withdrawn"])
CHANGES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10_000), KINDS), max_size=6)


@settings(max_examples=100 if FULL else 6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changes=CHANGES, afresh=st.booleans())
def test_any_history_is_rebuilt_as_it_was(house: Services, tmp_path: Path, changes: list[tuple[int, int, str]], afresh: bool) -> None:
    """Documents that are made of the schema, revised by others, broken and withdrawn: the rows say what the contents say."""
    xsd = tmp_path / "sample.xsd"
    xsd.write_text(f"{PROLOGUE}{BODY}</xs:schema>", "utf-8")
    vocabularies.add(house, OPERATOR, "sample", [xsd], "1")
    package = binding.load(xsd)
    ids: dict[int, str] = {}
    for number, seed, change in changes:
        if change == "withdrawn":
            if number in ids:
                with contextlib.suppress(Gone):
                    withdraw.withdraw(house, OPERATOR, ids[number])
            continue
        data = package.sample(seed=seed).save() if change == "valid" else etree.tostring(package.package.broken(seed=seed).element)
        with contextlib.suppress(StateError, InputError):
            ids[number] = submit.submit(house, OPERATOR, data, Options(name=f"{number}.xml", vocabulary="sample", partner="house")).document
    before = everything(house, "sample")
    result = rebuild(house.sessions, house.registry, "sample", afresh)
    assert result.failed == []
    assert everything(house, "sample") == before
