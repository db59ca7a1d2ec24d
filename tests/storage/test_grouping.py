"""SQLite's one writer: waiting units share a commit, other processes are waited for, disk faults reach the callers."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from storm.store import Store
from storm.tracer import install_tracer, remove_tracer_type

from xmlsvc.errors import EnvironmentFault, Unavailable
from xmlsvc.storage import migrate
from xmlsvc.storage.backends import execute_many
from xmlsvc.storage.model import Audit
from xmlsvc.storage.sessions import Sessions


class Commits:
    """Counts the COMMITs that the databases of this process run."""

    def __init__(self) -> None:
        self.count = 0

    def connection_raw_execute(self, connection: Any, cursor: Any, statement: str, params: Any) -> None:
        self.count += statement == "COMMIT"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.db"


@pytest.fixture
def sessions(path: Path) -> Iterator[Sessions]:
    made = Sessions(f"sqlite+wal:{path}?timeout=0.3")
    migrate.upgrade(made)
    yield made
    made.close()


@pytest.fixture
def commits() -> Iterator[Commits]:
    tracer = Commits()
    install_tracer(tracer)
    yield tracer
    remove_tracer_type(Commits)


def add(sessions: Sessions, store: Store, detail: str) -> None:
    row = Audit()
    row.id, row.at, row.actor, row.action, row.subject, row.detail = sessions.clock.new_id(), sessions.clock.now(), "a", "b", "c", detail
    store.add(row)


def details(sessions: Sessions) -> set[str]:
    return sessions.read(lambda store: {row.detail for row in store.find(Audit)})


def test_waiting_units_share_a_commit(sessions: Sessions, commits: Commits) -> None:
    running, go_on = threading.Event(), threading.Event()

    def slow(store: Store) -> None:
        running.set()
        assert go_on.wait(10)
        add(sessions, store, "slow")

    with ThreadPoolExecutor(41) as pool:
        first = pool.submit(sessions.write, slow)
        assert running.wait(10)
        waiting = [pool.submit(sessions.write, lambda store, n=n: add(sessions, store, str(n))) for n in range(40)]
        while sessions._writer._queue.qsize() < 40:  # type: ignore[union-attr]
            time.sleep(0.001)
        assert not any(future.done() for future in waiting)
        go_on.set()
        for future in [first, *waiting]:
            future.result()
    assert commits.count <= 4
    assert details(sessions) == {"slow", *map(str, range(40))}


def test_units_run_in_the_order_in_which_they_came(sessions: Sessions) -> None:
    order: list[int] = []
    gate = threading.Event()
    with ThreadPoolExecutor(21) as pool:
        blocker = pool.submit(sessions.write, lambda _: gate.wait(10))
        futures = []
        for number in range(20):
            futures.append(pool.submit(sessions.write, lambda _, n=number: order.append(n)))
            while sessions._writer is None or sessions._writer._queue.qsize() <= number - (blocker.done() * 99):
                time.sleep(0.001)
        gate.set()
        for future in futures:
            future.result()
    assert order == list(range(20))


def test_another_process_is_waited_for(sessions: Sessions, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.8, lambda: other.execute("COMMIT")).start()  # longer than SQLite's own time-out: the unit is run again
    started = time.monotonic()
    sessions.write(lambda store: add(sessions, store, "late"))
    assert time.monotonic() - started >= 0.7
    other.close()
    assert details(sessions) == {"late"}


def test_a_lock_that_is_never_let_go_is_reported(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xmlsvc.storage.units.ATTEMPTS", 2)
    sessions = Sessions(f"sqlite+wal:{path}?timeout=0.05")
    migrate.upgrade(sessions)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="busy"):
        sessions.write(lambda store: add(sessions, store, "never"))
    other.execute("ROLLBACK")
    sessions.write(lambda store: add(sessions, store, "now"))
    assert details(sessions) == {"now"}
    other.close()
    sessions.close()


def test_a_full_disk_reaches_the_caller_and_leaves_the_writer_alive(sessions: Sessions, path: Path) -> None:
    def limit(store: Store) -> None:
        pages = store.execute("PRAGMA page_count").get_one()[0]
        store.execute(f"PRAGMA max_page_count={pages + 2}").get_one()

    sessions.write(limit)
    with pytest.raises(EnvironmentFault, match="full"):
        sessions.write(lambda store: add(sessions, store, "x" * 1_000_000))
    sessions.write(lambda store: store.execute("PRAGMA max_page_count=1000000").get_one() and None)
    sessions.write(lambda store: add(sessions, store, "small"))
    assert details(sessions) == {"small"}


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    sessions = Sessions(f"sqlite+wal:{tmp_path}/no/such/folder/x.db")
    for door in (sessions.read, sessions.write):
        with pytest.raises(EnvironmentFault, match="cannot be opened"):
            door(lambda store: store.execute("SELECT 1").get_one())
    sessions.close()


def statistics(path: Path) -> int:
    """How many indexes the planner knows something of."""
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT COUNT(*) FROM sqlite_stat1").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def test_the_planner_learns_as_the_tables_grow(sessions: Sessions, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"{n:026}", "2024-05-03", "a", f"b{n % 3}", f"c{n}", "d") for n in range(6000)]
    sql = "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)"
    sessions.write(lambda store: execute_many(store, sql, rows[:2000]))
    sessions.write(lambda store: None)
    assert statistics(path) == 0
    other = Sessions(f"sqlite+wal:{path}")
    other.read(lambda store: store.execute("SELECT COUNT(*) FROM audit").get_one())
    sessions.close()  # a short-lived process has written enough
    assert statistics(path) > 0
    known = other.read(lambda store: store.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'audit'").get_all())
    assert known and all(1_000 < int(row[0].split()[0]) < 3_000 for row in known)  # about: it looks at some rows
    monkeypatch.setattr("xmlsvc.storage.grouping.ANALYZE_FIRST", 3000)
    again = Sessions(f"sqlite+wal:{path}")
    again.write(lambda store: execute_many(store, sql, rows[2000:]))
    again.write(lambda store: None)  # waits for what came before it
    known = other.read(lambda store: store.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'audit'").get_all())
    assert known and all(int(row[0].split()[0]) > 4_000 for row in known)
    other.close()
    again.close()


def test_no_statistics_without_the_lock(sessions: Sessions, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xmlsvc.storage.grouping.ANALYZE_LAST", 1)
    sessions.write(lambda store: add(sessions, store, "one"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    sessions.close()
    other.execute("ROLLBACK")
    other.close()
    assert statistics(path) == 0
