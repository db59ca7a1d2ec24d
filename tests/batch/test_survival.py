"""Killed at any moment (the runner, a worker, the database), a run ends as one that nobody disturbed: each document counted once."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import mariadb
from tests.batch.test_runner import until
from tests.conftest import FULL
from tests.documents import notes
from tests.documents.notes import note
from tests.jobs.cluster import running
from tests.left_out import require
from xmlsvc.batch import clusters, revalidate, runner
from xmlsvc.documents import instance, runs, services, submit, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.errors import EnvironmentFault, Unavailable

DOCUMENTS = 60
KILLS = 200 if FULL else 10
AGAINST = {"vocabulary": "note@2", "executor": "serial", "chunk": 3, "again": True}


def fill(house: Services, tmp_path: Path) -> None:
    for version, path in notes.write(tmp_path / "xsd").items():
        vocabularies.add(house, OPERATOR, "note", [path], version)
    for n in range(DOCUMENTS):
        submit.submit(house, OPERATOR, note(f"N{n}", pages=str(n) if n % 3 else None), submit.Options(name=f"{n:03}"))


def result(house: Services, run_id: str) -> tuple[dict[str, int], list[tuple[str, str]], list[tuple[str, int]]]:
    """What a run found, apart from when."""
    items = [(item.name, item.outcome) for item in runs.every_item(house, OPERATOR, run_id)]
    causes = [(cause.id, cause.documents) for cause in clusters.listed(house, OPERATOR, run_id)]
    return runs.get(house, OPERATOR, run_id).counts, sorted(items), causes


def undisturbed(house: Services) -> tuple[dict[str, int], list[tuple[str, str]], list[tuple[str, int]]]:
    for _ in revalidate.revalidate(house, OPERATOR, **AGAINST):
        pass
    return result(house, runs.listed(house, OPERATOR)[0].id)


def test_kill_9_of_the_runner_at_any_moment(tmp_path: Path) -> None:
    home = tmp_path / "instance"
    instance.init(home, bare=True)
    dice = random.Random(9)
    command = [sys.executable, "-m", "xmlsvc.cli", "--instance", str(home), "run", "work", "--once"]
    with services.open(home) as house:
        fill(house, tmp_path)
        expected = undisturbed(house)
        killed = 0
        while killed < KILLS:
            run_id = runs.create(house, OPERATOR, "revalidate", AGAINST)
            before = 0
            while runs.get(house, OPERATOR, run_id).state != "done" and killed < KILLS:
                process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                done = before + dice.randrange(0, 12)
                until(lambda run_id=run_id, done=done, process=process: _counted(house, run_id) > done or process.poll() is not None)
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
                before = _counted(house, run_id)
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            assert result(house, run_id) == expected


def _counted(house: Services, run_id: str) -> int:
    return sum(runs.get(house, OPERATOR, run_id).counts.values())


def test_kill_9_of_a_worker(tmp_path: Path) -> None:
    """Dask has another worker do the task; the run does not notice."""
    home = tmp_path / "instance"
    instance.init(home, bare=True)
    with services.open(home) as house, running(2) as cluster:
        fill(house, tmp_path)
        expected = undisturbed(house)
        recorder = revalidate.begin(house, OPERATOR, AGAINST | {"executor": cluster.address})
        with runs.here(recorder):
            for number, _ in enumerate(revalidate.judged(house, recorder)):
                if number == 1:
                    cluster.workers[0].kill()
        assert result(house, recorder.id) == expected


def test_kill_9_of_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is put off until the database is back, and goes on where its last transaction was."""
    require(mariadb.installed(), "MariaDB (no server: apt-get install mariadb-server)")
    home = tmp_path / "instance"
    with mariadb.serving() as server, ExitStack() as stack:
        instance.init(home, server.uri(server.create()), bare=True)
        house = stack.enter_context(services.open(home))
        fill(house, tmp_path)
        expected = undisturbed(house)
        run_id = runs.create(house, OPERATOR, "revalidate", AGAINST)
        real, calls = runs.Recorder.check, iter(range(10_000))

        def check(self: runs.Recorder) -> None:
            if next(calls) == 4:
                server.process.kill()
                server.process.wait()
                words = list(map(str, server.process.args))  # type: ignore[arg-type]
                words = words[words.index("mariadbd") :]  # its guard would end it with this thread
                again = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                stack.callback(again.wait)
                stack.callback(again.terminate)
            real(self)

        monkeypatch.setattr(runs.Recorder, "check", check)
        stop = threading.Event()
        worker = threading.Thread(target=runner.work, args=(house, stop))
        worker.start()
        try:
            until(lambda: _state(house, run_id) == "done")
        finally:
            stop.set()
            worker.join()
        assert result(house, run_id) == expected


def _state(house: Services, run_id: str) -> str:
    try:
        return runs.get(house, OPERATOR, run_id).state
    except (Unavailable, EnvironmentFault):
        return "out of reach"
