"""Whoever keeps what was read is told at once when anybody has committed: on SQLite, on MariaDB, with replicas (`test_split`)."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from storm.store import Store
from storm.uri import URI

from tests.mariadb import Server
from xmlsvc.errors import EnvironmentFault
from xmlsvc.storage import migrate
from xmlsvc.storage.backends import commits, execute_many
from xmlsvc.storage.backends.mysql import PyMySQL
from xmlsvc.storage.sessions import Sessions

_TABLE = "CREATE TABLE kept (name VARCHAR(20) NOT NULL PRIMARY KEY, value INTEGER)"
_INSERT = "INSERT INTO kept (name, value) VALUES (?, ?)"
_ADD = """
import sys
from xmlsvc.storage.backends.mysql import PyMySQL
from xmlsvc.storage.sessions import Sessions
sessions = Sessions(sys.argv[1])
sessions.write(lambda store: store.execute("INSERT INTO kept (name, value) VALUES ('there', 1)", noresult=True))
print("acknowledged", flush=True)
sys.stdin.read()
"""


def put(sessions: Sessions, value: int) -> None:
    def unit(store: Store) -> None:
        store.execute("DELETE FROM kept WHERE name = 'here'", noresult=True)
        store.execute(_INSERT, ("here", value), noresult=True)

    sessions.write(unit)


def value(sessions: Sessions) -> int:
    row = sessions.read(lambda store: store.execute("SELECT value FROM kept WHERE name = 'here'").get_one())
    return int(row[0]) if row else 0


def tables(sessions: Sessions) -> Sessions:
    """With the core tables, and one to write to."""
    migrate.upgrade(sessions)
    sessions.write(lambda store: store.execute(_TABLE, noresult=True))
    return sessions


@pytest.fixture
def sessions(empty: Sessions) -> Sessions:
    return tables(empty)


@pytest.fixture
def other(sessions: Sessions, database: str) -> Iterator[Sessions]:
    """The same database as another process has it: by connections of its own."""
    with contextlib.closing(Sessions(database)) as made:
        yield made


def test_a_commit_of_another_process_is_known_once_it_is_acknowledged(sessions: Sessions, database: str) -> None:
    put(sessions, 1)
    before = sessions.version()
    assert before is not None and sessions.version() == before == sessions.version(before), "nobody has written"
    with subprocess.Popen([sys.executable, "-c", _ADD, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == b"acknowledged\n"
        assert sessions.version() != before
        after = sessions.version()
        process.stdin.close()
    assert process.returncode == 0 and sessions.version() == after


def test_an_answer_is_never_older_than_what_was_acknowledged(sessions: Sessions, other: Sessions) -> None:
    """Four writers, and readers who give again what they have kept as long as the version is the same."""
    put(sessions, 0)
    acknowledged, wrong, repeated, made = [0], list[tuple[int, int]](), [0], [0]
    lock, stop = threading.Lock(), threading.Event()

    def write(mine: Sessions, pause: float) -> None:
        while not stop.is_set():
            with lock:  # so that what is acknowledged last is the largest
                number = acknowledged[0] + 1
                put(mine, number)
                acknowledged[0] = number
            time.sleep(pause)

    def read() -> None:
        kept: tuple[Any, int] | None = None
        while not stop.is_set():
            least = acknowledged[0]
            if kept is not None and sessions.version(kept[0]) == kept[0]:
                repeated[0] += 1
            else:
                version = sessions.version()
                assert version is not None
                kept = version, value(sessions)
                made[0] += 1
            if kept[1] < least:
                wrong.append((kept[1], least))

    threads = [threading.Thread(target=write, args=(each, 0.004)) for each in (sessions, other)]
    threads += [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    while (acknowledged[0] < 60 or repeated[0] < 60 or made[0] < 60) and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert acknowledged[0] >= 60 and repeated[0] >= 60 and made[0] >= 60


def test_what_changes_nothing_is_no_commit(sessions: Sessions, other: Sessions) -> None:
    put(sessions, 1)
    before = sessions.version()
    value(sessions)
    sessions.write(lambda store: store.execute("DELETE FROM kept WHERE name = 'nobody'", noresult=True))
    sessions.write(lambda store: store.execute("SELECT COUNT(*) FROM kept").get_one())

    def fails(store: Store) -> None:
        store.execute("DELETE FROM kept", noresult=True)
        raise KeyError("rolled back")

    with pytest.raises(KeyError, match="rolled back"):
        sessions.write(fails)
    assert value(sessions) == value(other) == 1
    assert sessions.dialect == "sqlite" or sessions.version() == before


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE more (id INTEGER NOT NULL PRIMARY KEY)", "ALTER TABLE kept ADD COLUMN more INTEGER", "DROP TABLE saved_search"],
)
def test_other_tables_are_a_change(sessions: Sessions, other: Sessions, statement: str) -> None:
    before = sessions.version()
    other.write(lambda store: store.execute(statement, noresult=True))
    assert sessions.version() != before
    assert sessions.version() == sessions.version()


def test_many_rows_at_once_are_a_change(sessions: Sessions, other: Sessions) -> None:
    before = sessions.version()
    rows = [(f"row {number}", number) for number in range(3)]
    other.write(lambda store: execute_many(store, _INSERT, rows))
    assert sessions.version() != before


# -- MariaDB alone ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(mariadb: Server) -> Iterator[Sessions]:
    name = mariadb.create()
    with contextlib.closing(Sessions(mariadb.uri(name))) as sessions:
        yield tables(sessions)
    mariadb.drop(name)


def test_a_database_without_the_table_is_written_to_and_keeps_nothing(mariadb: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the program finds a database that an older one made."""
    monkeypatch.setattr(commits, "PAUSE", 0.0)
    name = mariadb.create()
    with contextlib.closing(Sessions(mariadb.uri(name))) as sessions:
        tables(sessions)
        mariadb.execute(f"DROP TABLE {name}.commit_count")
        assert sessions.version() is None
        put(sessions, 7)
        assert value(sessions) == 7 and sessions.version() is None
        with contextlib.closing(Sessions(mariadb.uri(name))) as other:
            assert value(other) == 7, "it was committed"
        mariadb.execute(f"CREATE TABLE {name}.commit_count (part BIGINT PRIMARY KEY, number BIGINT NOT NULL)")
        before = sessions.version()
        assert before is not None
        put(sessions, 8)
        assert sessions.version() != before
    mariadb.drop(name)


def test_what_could_not_be_counted_is_not_committed(served: Sessions, mariadb: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xmlsvc.storage.units.ATTEMPTS", 1)
    put(served, 1)
    table = f"{name_of(served)}.commit_count"
    mariadb.execute(f"TRUNCATE {table}", f"ALTER TABLE {table} ADD CHECK (number < 0)")
    with pytest.raises(EnvironmentFault):
        put(served, 2)
    assert value(served) == 1


def test_threads_that_wait_share_one_question(served: Sessions, mariadb: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """One question is under way while the table is locked; whoever comes meanwhile is answered by the next one."""
    monkeypatch.setattr(commits, "SECONDS", 60.0)
    put(served, 1)
    [count] = served._reading.counts.values()
    waiting = count._lock = Waited()
    assert count.now() is not None
    asked = questions(mariadb)
    answers: list[Any] = []
    holding = mariadb.connect(name_of(served))
    with contextlib.closing(holding), holding.cursor() as cursor:
        cursor.execute("LOCK TABLES commit_count WRITE")
        threads = [threading.Thread(target=lambda: answers.append(count.now())) for _ in range(12)]
        for thread in threads:
            thread.start()
        until(lambda: waiting.came == 13)
        cursor.execute("UNLOCK TABLES")
    for thread in threads:
        thread.join()
    assert len(answers) == 12 and len(set(answers)) == 1 and None not in answers
    assert questions(mariadb) - asked <= 2


def name_of(sessions: Sessions) -> str:
    row = sessions.read(lambda store: store.execute("SELECT DATABASE()").get_one())
    assert row is not None
    return str(row[0])


class Waited:
    """A lock that counts who has come to it."""

    def __init__(self) -> None:
        self._lock, self.came = threading.Lock(), 0

    def __enter__(self) -> None:
        self.came += 1
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def questions(server: Server) -> int:
    """How many prepared statements the server has been asked to run."""
    with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'")
        row = cursor.fetchone()
    assert row is not None
    return int(row[1])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_connection_that_ended_is_replaced_and_trusted_no_more(served: Sessions, mariadb: Server) -> None:
    put(served, 1)
    before = served.version()
    [count] = served._reading.counts.values()
    mariadb.execute(f"KILL {count._question._raw.thread_id()}")
    after = served.version()
    assert after is not None and after != before, "it may be another server"
    assert served.version() == after


def test_a_server_that_hangs_holds_nobody_for_long(served: Sessions, mariadb: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "SECONDS", 0.2)
    monkeypatch.setattr(commits, "PAUSE", 0.5)
    put(served, 1)
    assert served.version() is not None
    mariadb.process.send_signal(signal.SIGSTOP)
    try:
        until(lambda: served.version() is None)  # a signal stops a process's threads one by one
        began = time.monotonic()
        assert [served.version() for _ in range(100)] == [None] * 100
        assert time.monotonic() - began < 60, "it was asked once, or a few times, not a hundred times"
    finally:
        mariadb.process.send_signal(signal.SIGCONT)
    until(lambda: served.version() is not None)


def test_closed_sessions_are_asked_in_vain(served: Sessions) -> None:
    assert served.version() is not None
    served.close()
    assert served.version() is None
    [count] = served._reading.counts.values()
    assert count._question is None


@pytest.mark.parametrize("name", ["no-name", "a b", "x;DROP"])
def test_a_table_must_have_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="no table's name"):
        PyMySQL(URI(f"mysql+pymysql://u:p@127.0.0.1:1/d?commits={name}"))
