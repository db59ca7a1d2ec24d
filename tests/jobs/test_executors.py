"""The same work gives the same results on every executor, in bounded memory."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from tests.jobs.cluster import Cluster, running
from xmlsvc import heap
from xmlsvc.errors import EnvironmentFault, UsageError
from xmlsvc.jobs import executors

EVERY = (*executors.NAMES, "dask")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running(2) as found:
        yield found


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """The executor's name; that of Dask is its scheduler's address."""
    return str(request.getfixturevalue("cluster").address) if request.param == "dask" else str(request.param)


def square(number: int) -> int:
    if number == 13:
        raise ValueError("thirteen")
    return number * number


@pytest.mark.parametrize("name", EVERY, indirect=True)
def test_results_in_order(name: str) -> None:
    with executors.open(name, 2) as executor:
        assert list(executors.ordered((n, executor.submit(square, n)) for n in range(10))) == [(n, n * n) for n in range(10)]


@pytest.mark.parametrize("name", EVERY, indirect=True)
def test_a_failure_is_raised_at_its_turn(name: str) -> None:
    with executors.open(name, 2) as executor:
        results = executors.ordered((n, executor.submit(square, n)) for n in range(12, 20))
        assert next(results) == (12, 144)
        with pytest.raises(ValueError, match="thirteen"):
            next(results)


def test_no_more_items_are_taken_than_are_under_way() -> None:
    taken = 0

    def source(executor: Executor) -> Iterator[tuple[int, Future[int]]]:
        nonlocal taken
        for number in range(100, 200):
            taken += 1
            yield number, executor.submit(square, number)

    with executors.open("threads", 2) as executor:
        for done, _ in enumerate(executors.ordered(source(executor), ahead=3)):
            assert taken <= done + 3


@pytest.mark.parametrize(("wrong", "workers"), [("fibers", None), ("threads", 0)])
def test_what_cannot_be_opened(wrong: str, workers: int | None) -> None:
    with pytest.raises(UsageError):
        executors.open(wrong, workers)


def test_no_scheduler_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xmlsvc.jobs.dask._SECONDS", 0.5)
    with pytest.raises(EnvironmentFault, match="No Dask scheduler answers"):
        executors.open("dask://127.0.0.1:1")


def test_processes_keep_freed_memory_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    assert heap.tunables({}) == "glibc.malloc.tcache_count=200"
    assert heap.tunables({heap.VARIABLE: "glibc.malloc.check=1"}) == "glibc.malloc.check=1:glibc.malloc.tcache_count=200"
    assert heap.tunables({heap.VARIABLE: "glibc.malloc.tcache_count=9"}) == "glibc.malloc.tcache_count=9"
    monkeypatch.setenv(heap.VARIABLE, "")
    with executors.open("processes", 1) as executor:
        assert executor.submit(os.getenv, heap.VARIABLE).result() == "glibc.malloc.tcache_count=200"


def test_a_command_begins_again_with_room_for_freed_memory() -> None:
    """Once, as the same process with the same arguments; without it where the operator has said how much."""
    code = f"import os, sys; from xmlsvc import heap; heap.begin_again(); print(os.getpid(), sys.argv[1], os.environ['{heap.VARIABLE}'])"
    for said, then in (("", "glibc.malloc.tcache_count=200"), ("glibc.malloc.tcache_count=9", "glibc.malloc.tcache_count=9")):
        with subprocess.Popen([sys.executable, "-c", code, "two words"], env={**os.environ, heap.VARIABLE: said},
                              stdout=subprocess.PIPE, text=True) as started:  # fmt: skip
            assert started.communicate()[0] == f"{started.pid} two words {then}\n"


def test_processes_leave_interrupts_to_their_owner() -> None:
    with executors.open("processes", 1) as executor:
        assert executor.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN


def test_an_interrupted_owner_does_not_wait() -> None:
    with pytest.raises(KeyboardInterrupt), executors.open("processes", 1) as executor:
        assert executor.submit(square, 3).result() == 9
        executor.submit(time.sleep, 3600)
        raise KeyboardInterrupt


OWNER = """
import os, sys, time
from xmlsvc.jobs import executors
if __name__ == "__main__":
    with executors.open("processes", 1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        time.sleep(600)
"""


def test_processes_end_with_their_owner_whatever_ended_it(tmp_path: Path) -> None:
    (tmp_path / "owner.py").write_text(OWNER, "utf-8")
    with subprocess.Popen([sys.executable, str(tmp_path / "owner.py")], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        worker = int(owner.stdout.readline())
        owner.kill()
    until = time.monotonic() + 60
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        while Path(f"/proc/{worker}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() < until, "the worker lives on"
            time.sleep(0.05)
