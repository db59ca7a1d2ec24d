"""The runner takes up waiting runs once, by urgency; pauses, cancels and goes on with them; takes over those of dead processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents.notes import note
from xmlsvc import errors
from xmlsvc.batch import revalidate, runner
from xmlsvc.documents import runs, submit
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.publish import webhooks
from xmlsvc.storage import model

COUNTED = 10


def count(services: Services, recorder: runs.Recorder) -> None:
    """A kind of run that records COUNTED items, one a chunk."""
    for number in range(recorder.place or 0, COUNTED):
        done = [runs.Done(name=str(number), outcome="counted")]
        now = services.clock.now()
        services.sessions.write(lambda store, done=done, now=now, n=number: recorder.write(store, done, now, place=n + 1))
        recorder.written(done)
        recorder.check()


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(runner.KINDS, "count", count)


def names(house: Services, run_id: str) -> list[str]:
    return [item.name for item in runs.every_item(house, OPERATOR, run_id)]


def once(house: Services) -> int:
    return runner.work(house, threading.Event(), once=True)


def test_waiting_runs_go_by_urgency_then_age(bare: Services) -> None:
    made = [runs.create(bare, OPERATOR, "count", {}, priority) for priority in (0, 5, 0, 9)]
    assert {runs.get(bare, OPERATOR, each).state for each in made} == {"waiting"}
    assert once(bare) == 4
    found = [runs.get(bare, OPERATOR, each) for each in made]
    assert [run.state for run in found] == ["done"] * 4 and all(run.counts == {"counted": COUNTED} for run in found)
    begun = [run.begun for run in found]
    assert all(begun) and sorted(range(4), key=lambda n: begun[n] or 0) == [3, 1, 0, 2]
    assert names(bare, made[0]) == [str(n) for n in range(COUNTED)]


@pytest.mark.parametrize(("wish", "state"), [("pause", "paused"), ("cancel", "cancelled")])
def test_a_wish_is_seen_between_chunks(bare: Services, monkeypatch: pytest.MonkeyPatch, wish: str, state: str) -> None:
    run_id = runs.create(bare, OPERATOR, "count", {})
    after_three(monkeypatch, lambda: runs.ask(bare, OPERATOR, run_id, wish))
    once(bare)
    assert runs.get(bare, OPERATOR, run_id).state == state and len(names(bare, run_id)) == 3
    once(bare)
    assert len(names(bare, run_id)) == 3, "it waits to be let go on"
    if wish == "cancel":
        with pytest.raises(errors.Conflict):
            runs.ask(bare, OPERATOR, run_id, "resume")
        return
    runs.ask(bare, OPERATOR, run_id, "resume")
    once(bare)
    assert runs.get(bare, OPERATOR, run_id).counts == {"counted": COUNTED}
    assert names(bare, run_id) == [str(n) for n in range(COUNTED)]


def after_three(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once, after the third chunk of a counting run."""
    real, calls = runs.Recorder.check, iter(range(1, 1000))

    def check(self: runs.Recorder) -> None:
        if next(calls) == 3:
            happens()
        real(self)

    monkeypatch.setattr(runs.Recorder, "check", check)


def test_an_urgent_run_goes_first_between_chunks(bare: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = runs.create(bare, OPERATOR, "count", {})
    urgent: list[str] = []
    after_three(monkeypatch, lambda: urgent.append(runs.create(bare, OPERATOR, "count", {}, priority=1)))
    once(bare)
    found = [runs.get(bare, OPERATOR, each) for each in (slow, urgent[0])]
    assert [run.counts for run in found] == [{"counted": COUNTED}] * 2
    assert found[0].ended and found[1].ended and found[1].ended < found[0].ended
    assert names(bare, slow) == [str(n) for n in range(COUNTED)]


def test_who_lost_its_claim_stores_nothing(bare: Services) -> None:
    run_id = runs.create(bare, OPERATOR, "count", {})
    slow = runs.claim(bare)
    assert slow is not None and runs.claim(bare) is None, "one process works on a run"
    with pytest.raises(errors.Conflict):
        runs.take(bare, run_id)
    silent = bare.clock.now() - 2 * runs.LEASE
    bare.sessions.write(lambda store: store.find(model.Run, model.Run.id == run_id).set(heartbeat=silent))
    fast = runs.claim(bare)
    assert fast is not None and fast.id == run_id
    count(bare, fast)
    fast.finish("done")
    with pytest.raises(runs.Halted):
        count(bare, slow)
    assert not slow.beat()
    slow.finish("failed")
    assert runs.get(bare, OPERATOR, run_id).state == "done" and len(names(bare, run_id)) == COUNTED


def test_a_fault_fails_its_run_only(bare: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(services: Services, recorder: runs.Recorder) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setitem(runner.KINDS, "broken", broken)
    first, second, third = (runs.create(bare, OPERATOR, kind, {}) for kind in ("broken", "unheard-of", "count"))
    assert once(bare) == 3
    found = [runs.get(bare, OPERATOR, each) for each in (first, second, third)]
    assert [run.state for run in found] == ["failed", "failed", "done"]
    assert "a bug" in str(found[0].fault) and "unheard-of" in str(found[1].fault)
    assert runs.ask(bare, OPERATOR, first, "resume").state == "waiting"


def test_revalidation_by_a_process_that_is_killed(house: Services, home: Path) -> None:
    """`xmlsvc run work`, killed in the middle: the next one goes on at once, and each document is counted once."""
    documents = 40
    for n in range(documents):
        submit.submit(house, OPERATOR, note(f"N{n}"), submit.Options(name=str(n)))
    parameters = {"vocabulary": "note@2", "executor": "serial", "chunk": 4}
    run_id = runs.create(house, OPERATOR, "revalidate", parameters)
    command = [sys.executable, "-m", "xmlsvc.cli", "--instance", str(home), "run", "work"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        until(lambda: sum(runs.get(house, OPERATOR, run_id).counts.values()) > 0)
        process.send_signal(signal.SIGKILL)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        until(lambda: runs.get(house, OPERATOR, run_id).state == "done")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    run = runs.get(house, OPERATOR, run_id)
    assert run.counts == {revalidate.NEWLY_BROKEN: documents} and run.total == documents
    assert len({item.document_id for item in runs.every_item(house, OPERATOR, run_id)}) == documents == len(names(house, run_id))


def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_webhooks_that_belong_to_no_partner_hear_of_it(bare: Services) -> None:
    webhooks.add(bare, OPERATOR, "https://93.184.215.14/hook", ["run.done"])
    run_id = runs.create(bare, OPERATOR, "count", {})
    once(bare)
    (payload,) = bare.sessions.read(lambda store: list(store.find(model.WebhookMessage.payload)))
    assert '"run.done"' in payload and run_id in payload and '"counted": 10' in payload.replace('":', '": ').replace("  ", " ")
