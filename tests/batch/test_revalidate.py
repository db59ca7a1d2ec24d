"""Re-validation: the same result on every executor, nothing made twice, nothing written to the documents."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from storm.store import Store

from tests.documents.notes import note
from xmlsvc import errors, validation
from xmlsvc.batch import revalidate as module
from xmlsvc.batch import scan
from xmlsvc.batch.revalidate import Judged, revalidate
from xmlsvc.documents import revisions, runs, submit, verdicts, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.jobs import executors
from xmlsvc.storage import model
from xmlsvc.validation.report import Report

BODIES = {
    "fine": note("Fine", pages="3"), "loose": note("Loose"), "wrong": note("Wrong", due="soon", pages="1"),
    "both": note("Both", due="soon"), "held": note("Held", location="1/note.xsd"), "new": note("New", pages="0"),
}  # fmt: skip


@pytest.fixture
def corpus(house: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setattr(scan, "CHUNK", 2)
    for name, body in BODIES.items():
        submit.submit(house, OPERATOR, body, submit.Options(name=name))
    submit.submit(house, OPERATOR, note("Named"), submit.Options(name="named", vocabulary="note@1"))
    return house


def judge(house: Services, **options: object) -> dict[str, str]:
    judged: list[Judged] = [each for chunk in revalidate(house, OPERATOR, **options) for each in chunk]  # type: ignore[arg-type]
    silent = (module.STILL_VALID, module.FIXED, module.UNREADABLE)
    assert all((each.report is None) == (each.outcome in silent) for each in judged)
    found = {each.subject.identity: each.outcome for each in judged}
    every = house.sessions.read(lambda store: list(store.find(model.Document.identity)))
    counts = runs.listed(house, OPERATOR)[0].counts
    result = {name: found.get(name, module.STILL_VALID) for name in every}  # what is known to be plainly valid is counted only
    assert Counter(result.values()) == Counter(counts), "each document is counted once"
    return result


AGAINST_2 = {
    "fine": "still-valid", "loose": "newly-broken", "wrong": "still-broken", "both": "broken-otherwise", "held": "newly-broken",
    "new": "newly-broken", "named": "newly-broken",
}  # fmt: skip


@pytest.mark.parametrize("executor", executors.NAMES)
def test_against_another_version_the_same_on_every_executor(corpus: Services, executor: str) -> None:
    before = [revisions.get(corpus, OPERATOR, each) for each in _documents(corpus)]
    assert judge(corpus, vocabulary="note@2", executor=executor, workers=2) == AGAINST_2
    assert [revisions.get(corpus, OPERATOR, each) for each in _documents(corpus)] == before
    (run,) = runs.listed(corpus, OPERATOR)
    assert (run.kind, run.state, run.counts) == ("revalidate", "done", dict(Counter(AGAINST_2.values())))
    recorded = {item.name.partition("/")[2]: item.outcome for item in runs.items(corpus, OPERATOR, run.id)}
    assert recorded == {name: outcome for name, outcome in AGAINST_2.items() if outcome != "still-valid"}


def _documents(house: Services) -> list[str]:
    return house.sessions.read(lambda store: list(store.find(model.Document.id).order_by(model.Document.id)))


def test_today_is_what_a_delivery_of_today_would_be_judged_by(corpus: Services) -> None:
    assert set(judge(corpus, executor="serial").values()) == {"still-valid", "still-broken"}
    vocabularies.activate(corpus, OPERATOR, "note", "2")
    assert judge(corpus, executor="serial") == AGAINST_2 | {"held": "still-valid", "named": "still-valid"}


def test_a_verdict_that_is_known_is_not_made_again_unless_asked_for(corpus: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    real, made = validation.check, []

    def check(schema, data, *rest, **more):  # type: ignore[no-untyped-def]
        made.append(data)
        return real(schema, data, *rest, **more)

    monkeypatch.setattr(validation, "check", check)
    first = judge(corpus, vocabulary="note@2", executor="serial")
    assert len(made) == 7
    assert judge(corpus, vocabulary="note@2", executor="serial") == first and len(made) == 7
    assert judge(corpus, vocabulary="note@2", executor="serial", again=True) == first and len(made) == 14
    assert judge(corpus, executor="serial")["fine"] == "still-valid" and len(made) == 14, "submitting made these"


def test_one_content_of_many_documents_is_judged_once_and_told_of_each(house: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    real, made = validation.check, []
    for name in ("a", "b", "c"):
        submit.submit(house, OPERATOR, note("Same"), submit.Options(name=name))
    monkeypatch.setattr(validation, "check", lambda schema, data, *rest, **more: made.append(data) or real(schema, data, *rest, **more))
    for _ in range(2):
        assert judge(house, vocabulary="note@2", executor="serial") == dict.fromkeys("abc", "newly-broken") and len(made) == 1


def test_a_verdict_on_what_is_not_kept_is_not_kept(house: Services) -> None:
    schema = verdicts.name_of(house.registry.get("note", "1"), "")
    report = Report(valid=True, schema=schema)
    house.sessions.write(lambda store: verdicts.put(store, "sha256:gone", report, verdicts.pack(report), house.clock.now()))
    assert verdicts.known(house, "sha256:gone", schema) is None


def test_fixed(house: Services) -> None:
    submit.submit(house, OPERATOR, note(), submit.Options(name="a", vocabulary="note@2"))
    assert judge(house, vocabulary="note@1", executor="serial") == {"a": "fixed"}


def test_what_cannot_be_run(house: Services) -> None:
    for options, error in (
        ({"vocabulary": "nothing"}, errors.UnknownVocabulary), ({"vocabulary": "note@9"}, errors.UnknownVocabulary),
        ({"executor": "fibers"}, errors.UsageError),
    ):  # fmt: skip
        with pytest.raises(error):
            next(revalidate(house, OPERATOR, **options))
    assert runs.listed(house, OPERATOR) == []


def test_a_content_that_is_damaged_or_gone_stops_no_other(corpus: Services) -> None:
    digest = {name: revisions.read(corpus, OPERATOR, each)[1].digest for each in _documents(corpus)
              for name in [revisions.get(corpus, OPERATOR, each).identity]}  # fmt: skip

    def damage(store: Store) -> None:
        if corpus.sessions.dialect == "mysql":
            store.execute("SET FOREIGN_KEY_CHECKS = 0")
        else:
            store.execute("PRAGMA defer_foreign_keys = ON")
        store.execute("UPDATE content SET encoding = 'raw', data = ? WHERE digest = ?", (b"<other/>", digest["fine"]))

    corpus.sessions.write(damage)
    assert judge(corpus, vocabulary="note@2", executor="serial", again=True) == AGAINST_2 | {"fine": "unreadable"}
    run = runs.listed(corpus, OPERATOR)[0]
    (item,) = runs.items(corpus, OPERATOR, run.id, outcome="unreadable")
    assert run.state == "done" and "damaged" in item.detail
    assert judge(corpus, vocabulary="note@2", executor="serial") == AGAINST_2 | {"fine": "unreadable"}, "no verdict was made up"


def test_a_run_that_fails_says_so(corpus: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(validation, "check", broken)
    with pytest.raises(RuntimeError):
        judge(corpus, executor="serial", again=True)
    (run,) = runs.listed(corpus, OPERATOR)
    assert run.state == "failed"


def test_an_empty_instance(bare: Services, tmp_path: Path) -> None:
    assert judge(bare, executor="processes") == {}
