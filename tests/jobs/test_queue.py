"""The queue: leases, attempts, cancelling; and a real worker process, killed twice."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.publish.films import fresh
from tests.server import serving
from tests.web.conftest import Site
from xmlsvc.clock import FixedClock
from xmlsvc.documents import accounts, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.errors import BadRequest, Conflict, NotFound
from xmlsvc.jobs import queue
from xmlsvc.jobs.queue import Queue
from xmlsvc.storage import migrate
from xmlsvc.storage.sessions import Sessions

PROBER = Path(__file__).with_name("prober.py")


class Standing(FixedClock):
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        super().__init__(step=timedelta(0))

    def pass_(self, seconds: float) -> None:
        self._next += timedelta(seconds=seconds)


@pytest.fixture
def jobs(database: str) -> Iterator[Queue]:
    clock = Standing()
    sessions = Sessions(database, clock)
    migrate.upgrade(sessions)
    yield Queue(sessions, clock)
    sessions.close()


def later(jobs: Queue, seconds: float) -> None:
    assert isinstance(jobs.clock, Standing)
    jobs.clock.pass_(seconds)


def test_a_life(jobs: Queue) -> None:
    job_id = jobs.add("user:ada", "probe", {"path": "/x"})
    claimed = jobs.claim(["other", "probe"], "w1", 30)
    assert claimed is not None
    job, lease = claimed
    assert (job.id, job.state, job.parameters, job.attempts, job.worker) == (job_id, "running", {"path": "/x"}, 1, "w1")
    assert jobs.claim(["probe"], "w2") is None
    later(jobs, 20)
    assert jobs.heartbeat(job_id, lease, 30, "half way").until == jobs.clock.now() + timedelta(seconds=30)
    later(jobs, 20)
    done = jobs.complete(job_id, lease, {"duration": 12.5})
    assert (done.state, done.result, done.until) == ("done", {"duration": 12.5}, None)
    assert [said.said for said in jobs.get(job_id)[1]] == ["claimed by w1", "half way", "done"]
    for wrong in (lambda: jobs.complete(job_id, lease), lambda: jobs.cancel(job_id)):
        with pytest.raises(Conflict):
            wrong()


def test_an_expired_lease_returns(jobs: Queue) -> None:
    job_id = jobs.add("user:ada", "probe", {}, most=2)
    first = jobs.claim(["probe"], "w1", 10)
    later(jobs, 11)
    second = jobs.claim(["probe"], "w2", 10)
    assert first is not None and second is not None and second[0].attempts == 2
    with pytest.raises(Conflict, match="over"):
        jobs.complete(job_id, first[1], "too late")
    later(jobs, 11)
    assert jobs.claim(["probe"], "w3") is None
    job, log = jobs.get(job_id)
    assert (job.state, job.fault) == ("failed", "Its lease expired; attempts: 2.")
    assert "The lease of w2 has expired." in [said.said for said in log]


def test_a_failure_waits_longer_each_time(jobs: Queue) -> None:
    job_id = jobs.add("user:ada", "probe", {}, most=3)
    waits = []
    for _ in range(3):
        seconds = 0
        while (claimed := jobs.claim(["probe"], "w")) is None:
            seconds += 1
            later(jobs, 1)
        waits.append(seconds)
        jobs.fail(job_id, claimed[1], "no")
    assert waits == [0, 10, 20] and jobs.get(job_id)[0].state == "failed"
    other = jobs.add("user:ada", "probe", {})
    claimed = jobs.claim(["probe"], "w")
    assert claimed is not None and jobs.fail(other, claimed[1], "never", retry=False).state == "failed"


def test_the_urgent_first_then_the_oldest(jobs: Queue) -> None:
    plain, urgent = jobs.add("a", "k", 1), jobs.add("a", "k", 2, priority=5)
    later(jobs, 1)
    last = jobs.add("a", "k", 3)
    assert jobs.add("a", "k", 4, delay=60)
    order = []
    while (claimed := jobs.claim(["k"], "w")) is not None:
        order.append(claimed[0].id)
    assert order == [urgent, plain, last]


def test_cancelling(jobs: Queue) -> None:
    waiting, running = jobs.add("a", "k", 1), jobs.add("a", "k", 2, priority=1)
    claimed = jobs.claim(["k"], "w")
    assert claimed is not None and claimed[0].id == running
    assert jobs.cancel(waiting).state == "cancelled"
    assert jobs.cancel(running).state == "running"
    assert jobs.heartbeat(running, claimed[1]).asked, "the worker is told"
    assert jobs.fail(running, claimed[1], "stopped").state == "cancelled"


def test_lists_and_what_is_not_there(jobs: Queue) -> None:
    made = []
    for number in range(5):
        made.append(jobs.add("a", ("k", "l")[number % 2], number))
        later(jobs, 1)
    assert [job.id for job in jobs.listed()] == made[::-1]
    first = jobs.listed(limit=2)
    assert [job.id for job in jobs.listed(before=(first[-1].created, first[-1].id))] == made[2::-1]
    assert [job.id for job in jobs.listed(kind="l", state="waiting")] == [made[3], made[1]]
    for wrong, kind in ((lambda: jobs.listed(state="odd"), BadRequest), (lambda: jobs.get("none"), NotFound),
                        (lambda: jobs.heartbeat("none", "x"), NotFound), (lambda: jobs.add("a", "k", 1, document_id="none"), NotFound),
                        (lambda: jobs.add("a", "k", "x" * queue.MOST_TEXT), BadRequest)):  # fmt: skip
        with pytest.raises(kind):
            wrong()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An instance whose `token` is a publisher's, who may run jobs."""
    made = fresh(tmp_path / "site")
    users.add_user(made.services, OPERATOR, "boss", "a very long password", "publisher")
    _, secret = accounts.add_token(made.services, OPERATOR, "user:boss", ["read", "run"])
    with made.services:
        yield replace(made, token=secret)


class TestApi:
    def test_the_whole_way(self, site: Site) -> None:
        client = site.partner()  # the token is the publisher's

        def post(path: str, **body: object) -> tuple[int, dict[str, object]]:
            answer = client("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})
            return answer.status, answer.json() if answer.body else {}

        status, job = post("/api/jobs", kind="probe", parameters={"path": "/x"}, attempts=2)
        assert (status, job["state"], job["most_attempts"]) == (201, "waiting", 2)
        status, claimed = post("/api/jobs/claim", kind="probe", lease=60, worker="w")
        assert (status, claimed["id"], claimed["state"]) == (200, job["id"], "running")
        assert post("/api/jobs/claim", kinds=["probe"])[0] == 204
        assert post(f"/api/jobs/{job['id']}/heartbeat", lease="wrong")[0] == 409
        assert post(f"/api/jobs/{job['id']}/heartbeat", lease=claimed["lease"], log="on it")[1]["cancel"] is False
        assert post(f"/api/jobs/{job['id']}/complete", lease=claimed["lease"], result=[1])[1]["state"] == "done"
        assert [each["said"] for each in client.get(f"/api/jobs/{job['id']}").json()["log"]] == ["claimed by w", "on it", "done"]
        assert [each["id"] for each in client.get("/api/jobs?state=done&kind=probe").json()["jobs"]] == [job["id"]]
        for path, body in (("/api/jobs", {}), ("/api/jobs", {"kind": "k", "odd": 1}), ("/api/jobs/claim", {"kinds": []}),
                           ("/api/jobs/claim", {"kind": "k", "lease": 0}), (f"/api/jobs/{job['id']}/fail", {})):  # fmt: skip
            assert post(path, **body)[0] == 400, path
        assert post("/api/jobs/none/complete", lease="x")[0] == 404
        assert site.partner(site.other_token).get("/api/jobs").status == 403
        assert site.anybody().get("/api/jobs").status == 401


def test_a_prober_that_is_killed_twice(site: Site, tmp_path: Path) -> None:
    """A worker process claims the job, shows that it lives, and is killed at work; so is the second; the third one does it."""
    media = tmp_path / "film.bin"
    media.write_bytes(b"\0" * 5_000)
    jobs = Queue(site.services.sessions, site.services.clock)
    job_id = jobs.add("operator", "probe", {"path": str(media)}, most=5)
    with serving(site.directory) as running:
        for attempt in (1, 2):
            worker = _prober(running.url, site.token, stall=True)
            until = time.monotonic() + 60
            while not [said for said in jobs.get(job_id)[1] if said.said == "reading" and said.attempt == attempt]:
                assert worker.poll() is None and time.monotonic() < until
                time.sleep(0.02)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            site.services.sessions.write(lambda store: store.execute(  # its lease has expired
                "UPDATE job SET until = ? WHERE id = ?", ("2020-01-01 00:00:00.000000", job_id), noresult=True))
        worker = _prober(running.url, site.token, stall=False)
        assert worker.wait(60) == 0
    job, log = jobs.get(job_id)
    assert (job.state, job.attempts, job.result) == ("done", 3, {"size": 5_000})
    assert sum("has expired" in said.said for said in log) == 2
    assert job.ended is not None and job.ended > datetime(2020, 1, 1, tzinfo=UTC)


def _prober(url: str, token: str, stall: bool) -> subprocess.Popen[bytes]:
    guard = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
    return subprocess.Popen([*guard, sys.executable, str(PROBER), url, token, "stall" if stall else "work"])
