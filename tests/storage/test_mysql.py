"""MariaDB alone: lost connections, limits, modes, streaming, TLS."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storm.database import create_database
from storm.locals import Bytes, Int, Unicode
from storm.store import Store

from tests import mariadb as private
from tests.conftest import ROOT
from xmlsvc.errors import EnvironmentFault, Unavailable
from xmlsvc.storage import migrate
from xmlsvc.storage.backends import execute_many
from xmlsvc.storage.backends.values import PIECE, pieces
from xmlsvc.storage.model import Audit
from xmlsvc.storage.sessions import Sessions


@pytest.fixture
def uri(mariadb: private.Server) -> Iterator[str]:
    name = mariadb.create()
    yield mariadb.uri(name)
    mariadb.drop(name)


@pytest.fixture
def sessions(uri: str) -> Iterator[Sessions]:
    made = Sessions(uri)
    migrate.upgrade(made)
    yield made
    made.close()


def connection_id(store: Store) -> int:
    row = store.execute("SELECT CONNECTION_ID()").get_one()
    assert row is not None
    return int(row[0])


def add(sessions: Sessions, store: Store, detail: str) -> None:
    row = Audit()
    row.id, row.at, row.actor, row.action, row.subject, row.detail = sessions.clock.new_id(), sessions.clock.now(), "a", "b", "c", detail
    store.add(row)
    store.flush()


def details(sessions: Sessions) -> list[str]:
    return sessions.read(lambda store: sorted(row.detail for row in store.find(Audit)))


@pytest.mark.parametrize("door", ["read", "write"])
def test_a_connection_that_died_while_idle_is_replaced(sessions: Sessions, mariadb: private.Server, door: str) -> None:
    runs = []

    def unit(store: Store) -> int:
        runs.append(1)
        return connection_id(store)

    first = getattr(sessions, door)(unit)
    mariadb.execute(f"KILL {first}")
    second = getattr(sessions, door)(unit)
    assert first != second
    assert len(runs) == 2  # not even run again: nothing was lost


def test_a_unit_whose_connection_dies_is_run_again(sessions: Sessions, mariadb: private.Server) -> None:
    runs = []

    def unit(store: Store) -> None:
        runs.append(1)
        add(sessions, store, f"run {len(runs)}")
        if len(runs) == 1:
            mariadb.execute(f"KILL {connection_id(store)}")
        store.execute("SELECT 1").get_one()

    sessions.write(unit)
    assert len(runs) == 2
    assert details(sessions) == ["run 2"]


def test_a_commit_without_an_answer_is_not_run_again(sessions: Sessions, mariadb: private.Server) -> None:
    runs = []

    def unit(store: Store) -> None:
        runs.append(1)
        add(sessions, store, "perhaps")
        mariadb.execute(f"KILL {connection_id(store)}")

    with pytest.raises(Unavailable, match="unknown"):
        sessions.write(unit)
    assert len(runs) == 1
    sessions.write(lambda store: add(sessions, store, "after"))
    assert "after" in details(sessions)


def test_a_server_that_is_not_there(mariadb: private.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xmlsvc.storage.units.ATTEMPTS", 2)
    sessions = Sessions(f"mysql+pymysql://x:y@127.0.0.1:{private.free_port()}/nothing")
    for door in (sessions.read, sessions.write):
        with pytest.raises(Unavailable, match="out of reach"):
            door(connection_id)


def test_the_log_says_why_and_not_at_every_request(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("xmlsvc.storage.units.ATTEMPTS", 2)
    monkeypatch.setattr("xmlsvc.storage.units._told", 0.0)
    with contextlib.closing(Sessions(f"mysql+pymysql://u:p@127.0.0.1:{private.free_port()}/x")) as sessions:
        for _ in range(5):
            with pytest.raises(Unavailable):
                sessions.read(lambda store: store.execute("SELECT 1"))
    [said] = [message for message in caplog.messages if message.startswith("Given up after 2 runs")]
    assert "Connection refused" in said and "127.0.0.1" in said


def test_a_blob_over_the_limit_is_refused_before_it_is_sent(uri: str) -> None:
    sessions = Sessions(uri + "?max_allowed_packet=1048576")
    sessions.write(lambda store: store.execute("CREATE TABLE blobs (b LONGBLOB)", noresult=True))
    with pytest.raises(EnvironmentFault, match="over the limit of 458752"):
        sessions.write(lambda store: store.execute("INSERT INTO blobs VALUES (?)", (b"x" * 500_000,), noresult=True))
    with pytest.raises(EnvironmentFault, match="over the limit of 458752"):
        sessions.write(lambda store: execute_many(store, "INSERT INTO blobs VALUES (?)", [(b"x",), (b"x" * 500_000,)]))
    with pytest.raises(EnvironmentFault, match="a value of 600000 bytes is over"):
        sessions.write(lambda store: store.execute("INSERT INTO blobs VALUES (?)", ("é" * 300_000,), noresult=True))
    assert sessions.read(lambda store: store.execute("SELECT COUNT(*) FROM blobs").get_one()) == (0,)
    with contextlib.closing(Sessions(uri)) as usual:  # what the server says counts, not what the URI leaves out
        usual.read(lambda store: store.execute("SELECT 1").get_one())
        assert usual._reading.max_blob_bytes == 64 * 1024 * 1024 // 2 - 64 * 1024
    data = bytes(range(256)) * 1700
    sessions.write(lambda store: store.execute("INSERT INTO blobs VALUES (?)", (data,), noresult=True))
    assert sessions.read(lambda store: store.execute("SELECT b FROM blobs").get_one()) == (data,)
    sessions.close()


def test_strict_modes_and_exact_values(sessions: Sessions) -> None:
    sessions.write(lambda store: store.execute("CREATE TABLE t (i TINYINT, d DECIMAL(48,18), x DATETIME(6))", noresult=True))
    for bad in ("INSERT INTO t (i) VALUES (1000)", "INSERT INTO t (x) VALUES ('0000-00-00')", "INSERT INTO t (i) VALUES ('a')"):
        with pytest.raises(EnvironmentFault, match="The database refused"):
            sessions.write(lambda store, sql=bad: store.execute(sql, noresult=True))
    exact = Decimal("123456789012345678901234567890.123456789012345678")
    sessions.write(lambda store: store.execute("INSERT INTO t (d) VALUES (?)", (exact,), noresult=True))
    assert sessions.read(lambda store: store.execute("SELECT d FROM t").get_one()) == (exact,)
    settings = "SELECT @@time_zone, @@character_set_client, @@autocommit"
    assert sessions.read(lambda store: store.execute(settings).get_one()) == ("+00:00", "utf8mb4", 0)


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ANY = st.text() | st.sampled_from(["", "\0", "'", '"', "\\", "\\'", "%s", "%", "?", "VALUES (?)", "é", "\U0001f600", "\x1a"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(rows=st.lists(st.tuples(ANY, st.binary(), st.integers(-(2**63), 2**63 - 1), FLOATS | st.none()), min_size=1, max_size=20))
def test_many_rows_come_back_as_they_went(kept: Sessions, rows: list[tuple[Any, ...]]) -> None:
    def unit(store: Store) -> list[tuple[Any, ...]]:
        store.execute("DELETE FROM kept", noresult=True)
        numbered = [(number, *row) for number, row in enumerate(rows)]
        execute_many(store, "INSERT INTO kept (n, t, b, i, f) VALUES (?, ?, ?, ?, ?)", numbered)
        again = "INSERT INTO kept (n, t, b, i, f) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE n = n"
        execute_many(store, again, numbered)
        execute_many(store, "UPDATE kept SET i = ? WHERE n = ?", [(row[2], number) for number, row in enumerate(rows)])
        return store.execute("SELECT t, b, i, f FROM kept ORDER BY n").get_all()

    assert kept.write(unit) == rows


@pytest.fixture
def kept(sessions: Sessions) -> Sessions:
    made = "CREATE TABLE kept (n INT PRIMARY KEY, t LONGTEXT, b LONGBLOB, i BIGINT, f DOUBLE)"
    sessions.write(lambda store: store.execute(made, noresult=True))
    return sessions


def test_many_rows_travel_in_pieces(kept: Sessions) -> None:
    rows = [(number, "é'" * 40_000, b"x" * 50_000) for number in range(30)]
    kept.write(lambda store: execute_many(store, "INSERT INTO kept (n, t, b) VALUES (?, ?, ?)", rows))
    assert kept.read(lambda store: store.execute("SELECT n, t, b FROM kept ORDER BY n").get_all()) == rows
    connection = kept._connection("writing", kept._writing)
    sent = list(pieces(connection._raw_connection._connection, b"INSERT INTO kept VALUES ", b"", rows))
    assert len(sent) == 10 and max(map(len, sent)) <= PIECE


def test_a_connection_that_died_before_many_rows_is_replaced(kept: Sessions, mariadb: private.Server) -> None:
    mariadb.execute(f"KILL {kept.write(connection_id)}")
    kept.write(lambda store: execute_many(store, "INSERT INTO kept (n, t) VALUES (?, ?)", [(1, "a"), (2, "b")]))
    assert kept.read(lambda store: store.execute("SELECT COUNT(*) FROM kept").get_one()) == (2,)


def test_results_stream(sessions: Sessions) -> None:
    def fill(store: Store) -> None:
        rows = [(f"{n:026}", "x" * 100) for n in range(2000)]
        execute_many(store, "INSERT INTO audit VALUES (?, NOW(6), 'a', 'b', 'c', ?)", rows)

    sessions.write(fill)

    def stream(store: Store) -> tuple[int, Any]:
        result = store._connection.stream("SELECT id FROM audit WHERE detail <> ? ORDER BY id", ("y",))
        first = result.get_one()
        return sum(1 for _ in result), first

    assert sessions.read(stream) == (1999, (f"{0:026}",))


class Thing:
    """A class of an ordinary Storm program."""

    __storm_table__ = "thing"
    id = Int(primary=True)
    name = Unicode()
    data = Bytes()


def test_an_ordinary_storm_program(uri: str) -> None:
    store = Store(create_database(uri))
    store.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY AUTO_INCREMENT, name TEXT, data BLOB) CHARSET utf8mb4")
    thing = Thing()
    thing.name, thing.data = "Ž🎬", bytes(range(256))
    store.add(thing)
    store.commit()
    assert thing.id == 1
    assert store.find(Thing, name="Ž🎬").one() is thing
    assert thing.data == bytes(range(256))
    store.close()


def test_the_guides_account_has_the_rights_that_are_needed(mariadb: private.Server) -> None:
    """Those of the GRANT in docs/operations.md, and no more."""
    found = re.search(r"GRANT ([A-Z, ]+)\n  ON metadata\.\* TO", (ROOT / "docs" / "operations.md").read_text("utf-8"))
    assert found is not None
    name = mariadb.create()
    mariadb.execute("CREATE OR REPLACE USER least@'%' IDENTIFIED BY 'least'", f"GRANT {found[1]} ON {name}.* TO least@'%'")
    with contextlib.closing(Sessions(f"mysql+pymysql://least:least@127.0.0.1:{mariadb.port}/{name}")) as sessions:
        migrate.upgrade(sessions)
        before = sessions.version()
        sessions.write(lambda store: add(sessions, store, "mine"))
        assert details(sessions) == ["mine"] and sessions.version() not in (None, before)
    mariadb.drop(name)


def test_tls_is_verified(tmp_path: Path) -> None:
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]  # fmt: skip
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    for file in tmp_path.glob("*.pem"):
        file.chmod(0o644)
    tmp_path.chmod(0o755)
    with private.serving(f"--ssl-cert={tmp_path}/cert.pem", f"--ssl-key={tmp_path}/key.pem") as server:
        uri = server.uri(server.create())

        def cipher(options: str) -> str:
            sessions = Sessions(f"{uri}?{options}")
            try:
                row = sessions.read(lambda store: store.execute("SHOW STATUS LIKE 'Ssl_cipher'").get_one())
                assert row is not None
                return str(row[1])
            finally:
                sessions.close()

        assert cipher("ssl=disabled") == ""
        assert cipher("ssl=required").startswith("TLS_")
        assert cipher(f"ssl=verify&ssl_ca={tmp_path}/cert.pem").startswith("TLS_")
        with pytest.raises(Unavailable):
            cipher("ssl=verify")  # the certificate is not one that this machine trusts
        with contextlib.closing(Sessions(f"{uri}?ssl=verify&ssl_ca={tmp_path}/cert.pem")) as sessions:
            migrate.upgrade(sessions)
            before = sessions.version()
            sessions.write(lambda store: add(sessions, store, "counted over TLS, too"))
            assert before is not None and sessions.version() not in (None, before)
