"""Machines that have nothing of the instance judge as it does: schema, rules, upgrade and bytes are sent to them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from tests.batch.test_whatif import RULES, UPGRADE
from tests.documents.notes import note
from tests.jobs.cluster import running
from xmlsvc.batch import clusters, judge, measures, parcels, revalidate
from xmlsvc.documents import runs, submit
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.errors import EnvironmentFault
from xmlsvc.storage import model


@pytest.fixture
def given(house: Services, tmp_path: Path) -> dict[str, object]:
    """Version 2 after an upgrade, with rules that include others."""
    (tmp_path / "rules" / "parts").mkdir(parents=True)
    (tmp_path / "rules" / "rules.sch").write_text(RULES, "utf-8")
    (tmp_path / "up.xsl").write_text(UPGRADE, "utf-8")
    made = measures.given(house.settings, upgrade=tmp_path / "up.xsl", rules=tmp_path / "rules" / "rules.sch")
    return {"vocabulary": "note@2", **made}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_parcel_judges_as_what_was_packed(house: Services, home: Path, given: dict[str, object]) -> None:
    target = house.registry.get("note", "2")
    for parameters in ({}, {"vocabulary": "note@2"}, given):
        measure = measures.Measures(house, parameters).of(target.digest)
        sent = pickle.dumps(parcels.packed(measure))
        assert str(home).encode() not in sent and b"programme" not in sent
        there = parcels.unpacked(pickle.loads(sent))
        assert parcels.unpacked(pickle.loads(sent)) is there, "unpacked once"
        assert there.schema.directory != measure.schema.directory and not there.schema.directory.is_relative_to(home)
        for body in (note(), note(pages="3"), note(due="tomorrow"), note("Long " * 20_000, pages="0")):
            here, far = measure.judge(body, house.limits), there.judge(body, house.limits)
            assert (here.valid, here.violations) == (far.valid, far.violations)
        assert (measure.key, measure.engine) == (there.key, there.engine)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_other_releases_are_refused(house: Services) -> None:
    sent = parcels.packed(measures.Measures(house, {}).of(house.registry.get("note", "2").digest))
    with pytest.raises(EnvironmentFault, match="other releases"):
        parcels.unpacked(replace(sent, engine="libxml2 1.0"))


def test_a_run_on_machines_without_the_instance(house: Services, given: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is sent fits into small parts; a content that is gone is told."""
    monkeypatch.setattr(judge, "HELD_BYTES", 300)
    for n in range(12):
        body = note(f"N {n}", pages="3" if n % 4 else None, due="x" if n == 5 else None)
        submit.submit(house, OPERATOR, body, submit.Options(name=f"n{n}"))
    gone = house.sessions.read(lambda store: store.find(model.Revision.digest).order_by(model.Revision.id).first())
    house.sessions.write(lambda store: store.execute("UPDATE content SET data = ? WHERE digest = ?", (b"?", gone), noresult=True))
    found = []
    with running(1) as cluster:
        for executor in ("serial", cluster.address):
            for _ in revalidate.revalidate(house, OPERATOR, executor=executor, chunk=5, again=True, **given):
                pass
            run = runs.listed(house, OPERATOR)[0]
            items = [(item.name, item.outcome, item.detail) for item in runs.every_item(house, OPERATOR, run.id)]
            found.append((run.counts, items, [(cause.id, cause.documents) for cause in clusters.listed(house, OPERATOR, run.id)]))
    assert found[0] == found[1]
    assert found[0][0] == {"still-valid": 10, "still-broken": 1, "unreadable": 1}, found[0][0]
