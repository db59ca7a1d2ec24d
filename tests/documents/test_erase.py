"""Erasing for good: a partner's data, old revisions; nothing that another partner sent goes with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import notes
from xmlsvc import errors
from xmlsvc.batch import verify
from xmlsvc.cli import erase as verb
from xmlsvc.documents import accounts, erase, receipts, revisions, runs, search, submit, vocabularies, withdraw
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.services import Services
from xmlsvc.documents.submit import Options
from xmlsvc.storage import core, counters, model, projection, public


def deliver(house: Services, actor: Actor, body: bytes, name: str) -> Any:
    return submit.submit(house, actor, body, Options(name=name))


def count(house: Services, table: str) -> int:
    row = house.sessions.read(lambda store: store.execute(f"SELECT COUNT(*) FROM {table}").get_one())
    assert row is not None
    return int(row[0])


def faults(house: Services) -> list[str]:
    return [fault for _, found in verify.verify(house) for fault in found]


def generated(house: Services) -> list[str]:
    return [table.name for table in projection.plan_of(house.registry.get("note", "1")).tables]


def test_all_that_a_partner_delivered_goes(house: Services, nordlys: Actor, stranger: Actor) -> None:
    shared = notes.note("both sent this", tags=("a", "b"))
    mine = [deliver(house, nordlys, notes.note(f"secret {n}", tags=("x",)), f"{n}.xml") for n in range(25)]
    deliver(house, nordlys, notes.note("secret 0, revised"), "0.xml")
    deliver(house, nordlys, notes.BROKEN, "1.xml")
    withdraw.withdraw(house, nordlys, mine[2].document)
    deliver(house, nordlys, shared, "shared.xml")
    theirs = deliver(house, stranger, shared, "shared.xml")
    with pytest.raises(errors.NotWellFormed) as refused:
        deliver(house, nordlys, b"<secret>", "bad.xml")
    recorder = runs.start(house, OPERATOR, "load", {})
    done = [
        runs.Done(name="secret name", outcome="new", document_id=mine[3].document, receipt_id=mine[3].receipt.id, detail="secret detail"),
        runs.Done(name="theirs", outcome="new", document_id=theirs.document),
    ]
    house.sessions.write(lambda store: recorder.write(store, done, house.clock.now()))
    before = erase.extent(house, OPERATOR, "nordlys")
    assert (before.documents, before.revisions, before.receipts) == (26, 28, 29)

    went = erase.partner(house, OPERATOR, "nordlys")

    assert (went.documents, went.revisions, went.receipts) == (26, 28, 29)
    assert (went.contents, count(house, "content")) == (28, 1)
    assert [item.id for item in search.find(house, OPERATOR, search.Query()).items] == [theirs.document]
    assert revisions.read(house, stranger, theirs.document)[2] == shared
    everything = str(house.sessions.read(lambda store: [store.execute(f"SELECT * FROM {name}").get_all() for name in said(house)]))
    assert "secret" not in everything and "both sent" in everything
    assert {kind.partner_id: n for kind, n in house.sessions.read(counters.totals).items()} == {stranger.partner_id: 1}
    for actor, error in ((OPERATOR, errors.Gone), (nordlys, errors.Gone), (stranger, errors.NotFound)):
        with pytest.raises(error):
            revisions.get(house, actor, mine[0].document)
    receipt = receipts.get(house, nordlys, mine[0].receipt.id)
    assert (receipt.digest, receipt.size, receipt.outcome, receipt.name) == (mine[0].receipt.digest, mine[0].receipt.size, "new", "")
    for key in (mine[0].receipt.id, refused.value.extra["receipt"]):
        with pytest.raises(errors.Gone, match="erased on"):
            receipts.body(house, nordlys, key)
    assert receipts.body(house, stranger, theirs.receipt.id) == shared
    assert faults(house) == []
    with_public = house.sessions.read(lambda store: {row.document_id for row in store.find(model.Tombstone) if row.public})
    assert len(with_public) == 26
    tokens = accounts.tokens(house, "nordlys")
    assert tokens and all(token.revoked for token in tokens)
    told = house.sessions.read(lambda store: list(store.find(model.Audit.detail, model.Audit.action == "partner.erase")))
    assert sorted(told) == ["begun", f"done: {went}"]
    again = erase.partner(house, OPERATOR, "nordlys")
    assert again == erase.Extent()


def said(house: Services) -> list[str]:
    """Every table that may hold something of a document."""
    return [*(table.name for table in core.TABLES if table.name not in {"partner", "token", "audit"}), *generated(house)]


def test_a_partner_whose_data_went_may_deliver_again(house: Services, nordlys: Actor) -> None:
    first = deliver(house, nordlys, notes.note("one"), "1.xml")
    erase.partner(house, OPERATOR, "nordlys")
    second = deliver(house, nordlys, notes.note("one"), "1.xml")
    assert second.outcome == "new" and second.document != first.document
    assert receipts.body(house, nordlys, second.receipt.id) == notes.note("one")
    assert faults(house) == []


def test_broken_off_it_is_gone_on_with(house: Services, nordlys: Actor) -> None:
    for number in range(30):
        deliver(house, nordlys, notes.note(f"note {number}"), f"{number}.xml")

    class Killed(Exception):
        pass

    def die(_: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        erase.partner(house, OPERATOR, "nordlys", die)
    assert 0 < count(house, "document") < 30
    assert faults(house) == []
    erase.partner(house, OPERATOR, "nordlys")
    assert (count(house, "document"), count(house, "content"), count(house, "revision")) == (0, 0, 0)
    assert faults(house) == []


def test_only_an_administrator_may(house: Services, nordlys: Actor) -> None:
    for work in (lambda: erase.partner(house, nordlys, "nordlys"), lambda: erase.extent(house, nordlys, "nordlys"),
                 lambda: erase.outdated(house, nordlys, house.clock.now())):  # fmt: skip
        with pytest.raises(errors.Forbidden):
            work()
    with pytest.raises(errors.NotFound):
        erase.partner(house, OPERATOR, "nobody")


def test_old_revisions_go_and_what_is_needed_stays(house: Services, nordlys: Actor, stranger: Actor) -> None:
    made = deliver(house, nordlys, notes.note("1"), "n.xml")
    for text in ("2", "3"):
        deliver(house, nordlys, notes.note(text), "n.xml")
    other = deliver(house, stranger, notes.note("1"), "o.xml")  # the same bytes as the first revision
    with pytest.raises(errors.NotWellFormed):
        deliver(house, nordlys, b"<old", "bad.xml")
    before = house.clock.now()
    deliver(house, nordlys, notes.BROKEN, "n.xml")  # 4: what was published stays
    deliver(house, nordlys, notes.note("5"), "n.xml")
    with pytest.raises(errors.NotWellFormed):
        deliver(house, nordlys, b"<new", "bad.xml")
    went = erase.outdated(house, OPERATOR, before, "nordlys")
    assert (went.revisions, went.receipts) == (2, 2)  # 1 and 2; the receipts of 2 and of what was refused
    assert [each.number for each in revisions.listed(house, OPERATOR, made.document)] == [5, 4, 3]
    with pytest.raises(errors.Gone, match="Revision 1 of this document was erased"):
        revisions.read(house, nordlys, made.document, 1)
    assert revisions.as_of(house, nordlys, made.document, before)[1].number == 3
    assert receipts.body(house, nordlys, made.receipt.id) == notes.note("1")  # as the other partner's document holds it
    assert revisions.read(house, stranger, other.document)[2] == notes.note("1")
    assert faults(house) == []
    assert erase.outdated(house, OPERATOR, before) == erase.Extent()
    assert erase.outdated(house, OPERATOR, house.clock.now()).revisions == 2


def test_what_was_published_when(house: Services, nordlys: Actor) -> None:
    with pytest.raises(errors.NotFound):
        revisions.as_of(house, nordlys, "0" * 26, house.clock.now())
    never = house.clock.now()
    made = deliver(house, nordlys, notes.note("1"), "n.xml")
    moments = [(house.clock.now(), 1)]
    deliver(house, nordlys, notes.BROKEN, "n.xml")
    moments.append((house.clock.now(), 1))
    deliver(house, nordlys, notes.note("3"), "n.xml")
    moments.append((house.clock.now(), 3))
    withdraw.withdraw(house, nordlys, made.document)
    gone = house.clock.now()
    for moment, number in moments:
        _, revision, data = revisions.as_of(house, nordlys, made.document, moment)
        assert revision.number == number and data == notes.note(str(number))
    for moment in (never, gone):
        with pytest.raises(errors.NotFound, match="Nothing of this document was published"):
            revisions.as_of(house, nordlys, made.document, moment)


START = datetime(2024, 1, 1, tzinfo=UTC)


STEPS = st.lists(st.tuples(st.integers(1, 50), st.sampled_from(["delivery", "edit"])), max_size=8)


@given(STEPS, st.sets(st.integers(1, 8)), st.integers(0, 300))
def test_what_goes_was_replaced_and_is_not_needed(steps: list[tuple[int, str]], needed: set[int | None], before: int) -> None:
    found, at = [], START
    for number, (days, kind) in enumerate(steps, 1):
        at += timedelta(days=days)
        found.append((number, at, kind))
    moment = START + timedelta(days=before)
    gone = erase.replaced(found, needed, moment)
    assert not set(gone) & needed
    for number in gone:
        assert found[number][1] < moment
    left = [each for each in found if each[0] not in gone]
    assert found[-1:] == left[-1:]
    deliveries = [each for each in found if each[2] == "delivery"]
    assert deliveries[-1:] == [each for each in left if each[2] == "delivery"][-1:]
    for number, _, _ in left[:-1]:
        assert number in needed or found[number][1] >= moment or [number] == [each[0] for each in deliveries[-1:]]


def test_ages_are_read() -> None:
    now = datetime(2024, 5, 3, 12, tzinfo=UTC)
    assert verb.instant("90d", now) == now - timedelta(days=90)
    assert verb.instant("2y", now) == now - timedelta(days=730)
    assert verb.instant("2023-12-31", now) == datetime(2023, 12, 31, tzinfo=UTC)
    for text in ("", "5", "y", "2 y", "tomorrow", "99999y", "2023-13-01"):
        with pytest.raises(errors.UsageError, match="is no age"):
            verb.instant(text, now)


def test_rebuild_is_audited(house: Services, nordlys: Actor) -> None:
    deliver(house, nordlys, notes.note("1"), "n.xml")
    assert vocabularies.rebuild(house, OPERATOR, "note").documents == 1
    with pytest.raises(errors.UnknownVocabulary):
        vocabularies.rebuild(house, OPERATOR, "nothing")
    with pytest.raises(errors.Forbidden):
        vocabularies.rebuild(house, nordlys, "note")
    assert house.sessions.read(lambda store: store.find(model.Audit, action="vocabulary.rebuild").one().detail) == "1 documents, 0 failed"


def test_harvesters_learn_that_a_document_went(house: Services, nordlys: Actor) -> None:
    made = deliver(house, nordlys, notes.note("shown"), "n.xml")

    def shown() -> list[tuple[str, int | None]]:
        house.sessions.write(lambda store: public.enter(store, house.clock.now()))
        return house.sessions.read(lambda store: list(store.find((model.PublicDocument.document_id, model.PublicDocument.number))))

    assert shown() == [(made.document, 1)]
    erase.partner(house, OPERATOR, "nordlys")
    assert shown() == [(made.document, None)]
