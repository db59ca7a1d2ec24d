"""One request, one outcome, however often it is sent, by whichever process it is done, wherever one dies."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from storm.store import Store

from tests.documents.notes import note
from xmlsvc import errors
from xmlsvc.documents import idempotency, receipts, submit, workers
from xmlsvc.documents.access import Actor
from xmlsvc.documents.idempotency import Answer, Claim
from xmlsvc.documents.services import Services
from xmlsvc.storage import model

ANSWER = Answer(201, {"Location": "/a"}, b"made \xff")


def begin(house: Services, actor: Actor, key: str = "k", request: bytes = b"POST a") -> Claim:
    claim = idempotency.begin(house, actor, key, request)
    assert isinstance(claim, Claim)
    return claim


def test_the_first_answer_is_every_answer(house: Services, nordlys: Actor, stranger: Actor) -> None:
    claim = begin(house, nordlys)
    with pytest.raises(errors.InFlight) as busy:
        idempotency.begin(house, nordlys, "k", b"POST a")
    assert 1 <= busy.value.extra["retry_after"] <= 5
    house.sessions.write(lambda store: claim.keep(store, ANSWER))
    claim.release(house)  # does nothing: there is an answer
    assert idempotency.begin(house, nordlys, "k", b"POST a") == ANSWER
    with pytest.raises(errors.KeyReused):
        idempotency.begin(house, nordlys, "k", b"POST b")
    begin(house, nordlys, "other key")
    begin(house, stranger)  # the key is the sender's own


def test_a_key_is_free_when_nothing_came_of_it(house: Services, nordlys: Actor) -> None:
    begin(house, nordlys).release(house)
    begin(house, nordlys, request=b"POST b")


def test_a_dead_workers_claim_is_free_at_once(house: Services, nordlys: Actor) -> None:
    first = begin(house, nordlys)
    told = "from xmlsvc.documents import workers; print(workers.name())"
    gone = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.strip()
    assert workers.dead(gone) and not workers.dead(workers.name())
    assert not workers.dead("another-machine 1 1")
    _change(house, worker=gone)
    second = begin(house, nordlys)
    with pytest.raises(errors.InFlight):
        house.sessions.write(lambda store: first.keep(store, ANSWER))
    house.sessions.write(lambda store: second.keep(store, ANSWER))


def test_a_slow_workers_claim_is_free_after_its_lease_and_its_outcome_is_not_stored(house: Services, nordlys: Actor) -> None:
    body = note("Slow")
    claim = begin(house, nordlys)
    _change(house, claimed=house.clock.now() - idempotency.LEASE - timedelta(seconds=1))
    begin(house, nordlys)
    with pytest.raises(errors.InFlight):
        submit.submit(house, nordlys, body, submit.Options(name="a.xml"), lambda store, done: claim.keep(store, ANSWER))
    assert receipts.find(house, nordlys) == []


def test_a_key_lasts_a_day(house: Services, nordlys: Actor) -> None:
    claim = begin(house, nordlys)
    house.sessions.write(lambda store: claim.keep(store, ANSWER))
    _change(house, claimed=house.clock.now() - idempotency.KEPT - timedelta(seconds=1))
    begin(house, nordlys, request=b"POST b")


def test_answer_and_outcome_are_one_transaction(house: Services, nordlys: Actor) -> None:
    """Whatever fails after the outcome was worked out takes it back."""

    def fail(store: Store, done: Any) -> None:
        raise ZeroDivisionError

    for body in (note("A"), b"<half>"):
        with pytest.raises(ZeroDivisionError):
            submit.submit(house, nordlys, body, submit.Options(name="a.xml"), fail)
    assert receipts.find(house, nordlys) == []


def test_without_the_process_file_system_nobody_is_declared_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(self: Path, *args: Any, **named: Any) -> str:
        raise FileNotFoundError(self)

    monkeypatch.setattr(Path, "read_text", missing)
    workers._machine.cache_clear()
    try:
        assert not workers.dead(workers.name())
    finally:
        workers._machine.cache_clear()


def _change(house: Services, **columns: object) -> None:
    house.sessions.write(lambda store: store.find(model.Idempotency).set(**columns))
