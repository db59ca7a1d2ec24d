"""The read/write split against a real primary and two real replicas."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storm.store import Store

from tests.left_out import require
from tests.mariadb import installed
from tests.storage.cluster import Cluster, running
from xmlsvc.errors import EnvironmentFault, Unavailable
from xmlsvc.storage import migrate, positions
from xmlsvc.storage.backends import commits
from xmlsvc.storage.model import Audit
from xmlsvc.storage.sessions import Sessions, Version


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    require(installed(), "replication (no MariaDB server: apt-get install mariadb-server)")
    with running() as made:
        with contextlib.closing(Sessions(made.uri())) as sessions:
            migrate.upgrade(sessions)
        for replica in made.replicas:
            replica.caught_up(made.primary)
        yield made


@pytest.fixture
def sessions(cluster: Cluster) -> Iterator[Sessions]:
    made = Sessions(cluster.uri(max_lag="3"))
    settle(made)
    yield made
    made.close()


def settle(sessions: Sessions) -> None:
    """Wait until the pulse is on both replicas."""
    deadline = time.monotonic() + 60
    while {server_of(sessions) for _ in range(20)} != {2, 3}:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def server_of(sessions: Sessions) -> int:
    row = sessions.read(lambda store: store.execute("SELECT @@server_id").get_one())
    assert row is not None
    return int(row[0])


def add(sessions: Sessions, detail: str) -> str:
    key = sessions.clock.new_id()

    def unit(store: Store) -> None:
        row = Audit()
        row.id, row.at, row.actor, row.action, row.subject, row.detail = key, sessions.clock.now(), "a", "b", "c", detail
        store.add(row)

    sessions.write(unit)
    return key


def has(sessions: Sessions, key: str) -> bool:
    return sessions.read(lambda store: store.get(Audit, key)) is not None


def test_reads_go_to_both_replicas_and_writes_to_the_primary(sessions: Sessions) -> None:
    assert {server_of(sessions) for _ in range(40)} == {2, 3}
    row = sessions.write(lambda store: store.execute("SELECT @@server_id").get_one())
    assert row == (1,)
    with pytest.raises(EnvironmentFault, match=r"(?i)read.only"):
        sessions.read(lambda store: store.execute("DELETE FROM audit"))


def test_one_reads_ones_own_writes(sessions: Sessions) -> None:
    for _ in range(100):
        assert has(sessions, add(sessions, "own"))
    split = sessions._split
    assert split is not None
    assert sum(node.served for node in split.replicas) >= 90  # and reads them from the replicas


def test_a_position_carries_to_another_process(sessions: Sessions, cluster: Cluster) -> None:
    with contextlib.closing(Sessions(cluster.uri())) as other:
        for _ in range(30):
            key = add(sessions, "carried")
            other.since(sessions.position())
            assert has(other, key)
            key = add(sessions, "asked for")
            other.since(other.newest())
            assert has(other, key)


def test_a_replica_that_lags_is_left_out_and_comes_back(sessions: Sessions, cluster: Cluster) -> None:
    late = cluster.replicas[0]
    late.execute("STOP SLAVE SQL_THREAD")
    try:
        for _ in range(10):
            assert has(sessions, add(sessions, "not on the late one"))
        sessions.since("")
        deadline = time.monotonic() + 60
        while {server_of(sessions) for _ in range(20)} != {3}:  # its pulse grows old
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        late.execute("START SLAVE SQL_THREAD")
    late.caught_up(cluster.primary)
    deadline = time.monotonic() + 60
    while {server_of(sessions) for _ in range(20)} != {2, 3}:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def load(sessions: Sessions, event: Callable[[], None]) -> tuple[list[str], list[BaseException]]:
    """(keys acknowledged, errors) under 4 readers and 2 writers, before, during and after the event."""
    stop, acknowledged, errors, numbers = threading.Event(), list[str](), list[BaseException](), count()
    reads = [0]

    def write() -> None:
        while not stop.is_set():
            try:
                key = add(sessions, f"load {next(numbers)}")
                acknowledged.append(key)
                if not has(sessions, key):
                    errors.append(AssertionError(f"{key} was written and not read"))
            except Unavailable as error:
                errors.append(error)

    def read() -> None:
        while not stop.is_set():
            try:
                sessions.read(lambda store: store.find(Audit).any())
                reads[0] += 1
            except Unavailable as error:
                errors.append(error)

    threads = [threading.Thread(target=target) for target in (write, write, read, read, read, read)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(acknowledged) > 30 and reads[0] > 100)
        event()
        written, seen = len(acknowledged), reads[0]
        until(lambda: len(acknowledged) > written + 60 and reads[0] > seen + 200)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return acknowledged, errors


def test_killing_a_replica_under_load_fails_nothing(sessions: Sessions, cluster: Cluster) -> None:
    victim = cluster.replicas[1]
    acknowledged, errors = load(sessions, victim.kill)
    assert errors == []
    there = {row["id"] for row in cluster.primary.execute("SELECT id FROM service.audit")}
    assert set(acknowledged) <= there
    victim.start()
    victim.caught_up(cluster.primary)
    deadline = time.monotonic() + 60
    while 3 not in {server_of(sessions) for _ in range(10)}:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_without_the_primary_reads_go_on_and_writes_say_so(
    sessions: Sessions, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xmlsvc.storage.units.ATTEMPTS", 3)
    key = add(sessions, "before")
    for replica in cluster.replicas:  # what no replica has got yet dies with the primary, for the time being
        replica.caught_up(cluster.primary)
    cluster.primary.kill()
    try:
        assert has(sessions, key)
        with pytest.raises(Unavailable, match="out of reach"):
            add(sessions, "no")
        assert sessions.newest() == ""
        assert has(sessions, key)
    finally:
        cluster.primary.start()
    monkeypatch.undo()
    assert has(sessions, add(sessions, "after"))


def stopped(cluster: Cluster, sessions: Sessions) -> str:
    """Write something that the replicas have received and not yet applied; its key."""
    for replica in cluster.replicas:
        replica.execute("STOP SLAVE SQL_THREAD")
    key = add(sessions, "received, not applied")
    wanted = positions.read(cluster.primary.execute("SELECT @@gtid_binlog_pos AS p")[0]["p"])
    for replica in cluster.replicas:
        until(lambda r=replica: positions.covers(positions.read(r.execute("SHOW SLAVE STATUS")[0]["Gtid_IO_Pos"]), wanted))
    return key


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("standby", [False, True])
def test_a_long_outage_of_the_primary(cluster: Cluster, monkeypatch: pytest.MonkeyPatch, standby: bool) -> None:
    """The pulse grows old on all replicas: who needs nothing newer reads on, who wrote something newer gets that or nothing."""
    monkeypatch.setattr("xmlsvc.storage.units.ATTEMPTS", 3)
    more = {"standby": f"127.0.0.1:{cluster.replicas[0].port}"} if standby else {}
    with contextlib.closing(Sessions(cluster.uri(max_lag="1", **more))) as sessions:
        settle(sessions)
        old = add(sessions, "old")
        until(lambda: server_of(sessions) != 1 and has(sessions, old))
        key = stopped(cluster, sessions)
        mine = sessions.position()
        cluster.primary.kill()
        lag = "SELECT TIMESTAMPDIFF(MICROSECOND, MAX(at), UTC_TIMESTAMP(6)) / 1e6 AS lag FROM service.heartbeat"
        until(lambda: all(float(replica.execute(lag)[0]["lag"]) > 1.5 for replica in cluster.replicas))
        try:
            for _ in range(3):
                with pytest.raises(Unavailable):
                    has(sessions, key)  # not there yet, and never an answer that it is not there
                with pytest.raises(Unavailable):
                    sessions.read(lambda store: store.get(Audit, key), newest=True)
                sessions.since("")
                assert has(sessions, old) and not has(sessions, key)
                sessions.since(mine)
            for replica in cluster.replicas:
                replica.execute("START SLAVE SQL_THREAD")
            until(lambda: quietly(lambda: has(sessions, key)))
            assert sessions.read(lambda store: store.get(Audit, key) is not None, newest=True)
            assert {server_of(sessions) for _ in range(5)} <= {2, 3}
        finally:
            cluster.primary.start()
        monkeypatch.undo()
        assert has(sessions, add(sessions, "after"))
    for replica in cluster.replicas:
        replica.caught_up(cluster.primary)


def quietly(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except Unavailable:
        return False


def test_a_position_that_no_server_has_takes_no_replica_from_the_others(sessions: Sessions) -> None:
    sessions.since("0-1-999999999999")
    assert server_of(sessions) == 1
    sessions.since("")
    assert {server_of(sessions) for _ in range(40)} == {2, 3}
    assert sessions.read(lambda store: store.execute("SELECT @@server_id").get_one(), newest=True) == (1,)


def test_the_version_is_that_of_the_servers_that_are_read(sessions: Sessions, cluster: Cluster) -> None:
    """The replica that a thread was told of is the one that it reads from, until its next request."""
    first = sessions.clock.new_id()
    for _ in range(10):
        sessions.since("")
        version = sessions.version()
        assert version is not None and len(version) == 2
        names = {f"127.0.0.1:{server.port}": number for number, server in enumerate((cluster.primary, *cluster.replicas), 1)}
        assert {server_of(sessions) for _ in range(5)} == {names[name] for name in version} - {1}
        read = sessions.seen(version)
        assert read is not None and {names[name] for name in read} == {server_of(sessions)}
        assert sessions.version(read) == read
        sessions.read(lambda store: store.get(Audit, first), newest=True)
        assert sessions.seen(version) == version, "the primary was asked, too"
    sessions.since("")


def test_a_version_is_another_one_when_what_was_written_arrives(sessions: Sessions, cluster: Cluster) -> None:
    for replica in cluster.replicas:
        replica.caught_up(cluster.primary)
    version = sessions.version()
    assert version is not None
    primary = f"127.0.0.1:{cluster.primary.port}"
    [replica] = version.keys() - {primary}
    [late] = [server for server in cluster.replicas if replica == f"127.0.0.1:{server.port}"]
    late.execute("STOP SLAVE SQL_THREAD")
    try:
        with contextlib.closing(Sessions(cluster.uri())) as other:
            key = add(other, "on the primary")
        now = sessions.version(version)
        assert now is not None and now[primary] != version[primary] and now[replica] == version[replica]
    finally:
        late.execute("START SLAVE SQL_THREAD")
    late.caught_up(cluster.primary)
    assert sessions.version(version) != now and has(sessions, key)


def test_what_is_kept_is_never_older_than_the_position_that_is_asked_for(sessions: Sessions, cluster: Cluster) -> None:
    """As requests with a cookie: readers of another process who give again what they have kept while the version is the same."""
    acknowledged, wrong, repeated, stop = [("", "")], list[str](), [0], threading.Event()

    def write() -> None:
        while not stop.is_set():
            with contextlib.suppress(Unavailable):
                key = add(sessions, "kept")
                acknowledged[0] = key, sessions.position()
            time.sleep(0.01)

    with contextlib.closing(Sessions(cluster.uri())) as other:

        def read() -> None:
            kept: dict[str, tuple[Version, bool]] = {}
            while not stop.is_set():
                key, position = acknowledged[0]
                for _ in range(3):
                    other.since(position)
                    if key in kept and other.version(kept[key][0]) == kept[key][0]:
                        repeated[0] += 1
                    elif (version := other.version()) is not None:
                        there = has(other, key) if key else True
                        if (seen := other.seen(version)) is not None:
                            kept = {key: (seen, there)}
                        if not there:
                            wrong.append(key)
                    if key in kept and not kept[key][1]:
                        wrong.append(key)

        threads = [threading.Thread(target=target) for target in (write, read, read)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 60
        while repeated[0] < 100 and time.monotonic() < deadline:
            time.sleep(0.05)
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == [] and repeated[0] >= 100


def test_without_the_primary_nothing_is_kept_that_needs_it(
    sessions: Sessions, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "PAUSE", 0.2)
    for replica in cluster.replicas:
        replica.caught_up(cluster.primary)
    before = sessions.version()
    assert before is not None
    primary = f"127.0.0.1:{cluster.primary.port}"
    cluster.primary.kill()
    try:
        until(lambda: sessions.version((primary,)) is None)
        assert sessions.version() is None
        sessions.read(lambda store: store.find(Audit).any(), newest=True)  # a replica stands in
        assert sessions.seen(before) is None
    finally:
        cluster.primary.start()
    until(lambda: sessions.version() is not None)
    after = sessions.version()
    assert after is not None and after[primary] != before[primary], "it came back, perhaps as another one"


def test_a_planned_switchover_loses_nothing(cluster: Cluster) -> None:
    old, new = cluster.primary, cluster.replicas[0]
    uri = cluster.uri(standby=f"127.0.0.1:{new.port}")
    with contextlib.closing(Sessions(uri)) as sessions:
        settle(sessions)

        def switch() -> None:
            old.execute("SET GLOBAL read_only=1", "FLUSH TABLES WITH READ LOCK", "UNLOCK TABLES")
            new.caught_up(old)
            new.execute("STOP SLAVE", "SET GLOBAL read_only=0")
            old.follow(new)
            cluster.replicas[1].follow(new)

        acknowledged, errors = load(sessions, switch)
        assert [error for error in errors if not isinstance(error, Unavailable)] == []
        there = {row["id"] for row in new.execute("SELECT id FROM service.audit")}
        assert set(acknowledged) <= there
        assert sessions.write(lambda store: store.execute("SELECT @@server_id").get_one()) == (2,)


@given(st.dictionaries(st.integers(0, 2**32 - 1), st.integers(0, 2**63), max_size=5))
def test_positions_are_read_as_they_are_written(position: dict[int, int]) -> None:
    assert positions.read(positions.write(position)) == position


@given(st.text(max_size=30))
def test_any_text_is_a_position_or_none(text: str) -> None:
    position = positions.read(text)
    assert position == {} or positions.read(positions.write(position)) == position
