"""The two doors: what each backend promises alike."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from storm.exceptions import ClosedError
from storm.store import Store

from xmlsvc.errors import Conflict, EnvironmentFault, Unavailable
from xmlsvc.storage.model import Audit, Partner
from xmlsvc.storage.sessions import Sessions, locked


def partner(sessions: Sessions, name: str) -> Partner:
    made = Partner()
    made.id, made.name, made.title, made.created = sessions.clock.new_id(), name, name.upper(), sessions.clock.now()
    return made


def count(store: Store) -> int:
    return store.find(Partner).count()


def test_a_write_is_seen_by_the_next_read(sessions: Sessions) -> None:
    moment = sessions.clock.now()

    def unit(store: Store) -> str:
        made = partner(sessions, "anne")
        made.created = moment
        store.add(made)
        return made.id

    made = sessions.write(unit)
    found = sessions.read(lambda store: store.get(Partner, made))
    assert found is not None
    assert (found.name, found.created) == ("anne", moment)  # loaded values outlive the unit


def test_what_was_not_loaded_cannot_be_fetched_after_the_unit(sessions: Sessions) -> None:
    found = sessions.read(lambda store: store.find(Partner))
    with pytest.raises(ClosedError, match="unit of work is over"):
        found.count()


def test_an_error_in_a_unit_undoes_that_unit_alone(sessions: Sessions) -> None:
    def bad(store: Store) -> None:
        store.add(partner(sessions, "bad"))
        store.flush()
        raise KeyError("mine")

    with ThreadPoolExecutor(8) as pool:
        good = [pool.submit(sessions.write, lambda store, n=n: store.add(partner(sessions, f"p{n}")) and None) for n in range(20)]
        failing = [pool.submit(sessions.write, bad) for _ in range(5)]
    for future in good:
        future.result()
    for future in failing:
        with pytest.raises(KeyError, match="mine"):
            future.result()
    assert sessions.read(count) == 20


def test_a_reader_cannot_write(sessions: Sessions) -> None:
    with pytest.raises(EnvironmentFault, match=r"(?i)read.?only"):
        sessions.read(lambda store: store.execute("DELETE FROM partner"))


def test_a_unit_neither_commits_nor_starts_another(sessions: Sessions) -> None:
    with pytest.raises(RuntimeError, match="does not commit"):
        sessions.write(lambda store: store.commit())
    with pytest.raises(RuntimeError, match="does not roll back"):
        sessions.write(lambda store: store.rollback())
    with pytest.raises(RuntimeError, match="must not start another"):
        sessions.write(lambda _: sessions.write(count))
    with pytest.raises(RuntimeError, match="must not start another"):
        sessions.read(lambda _: sessions.read(count))


def test_a_key_held_twice_is_a_conflict(sessions: Sessions) -> None:
    sessions.write(lambda store: store.add(partner(sessions, "anne")) and None)
    with pytest.raises(Conflict, match="unique"):
        sessions.write(lambda store: store.add(partner(sessions, "anne")) and None)
    sessions.write(lambda store: store.add(partner(sessions, "Anne")) and None)  # names compare byte by byte
    sessions.write(lambda store: store.add(partner(sessions, "anne ")) and None)


def test_faults_of_the_database_are_ours(sessions: Sessions) -> None:
    for door in (sessions.read, sessions.write):
        with pytest.raises(EnvironmentFault, match="nonesuch"):
            door(lambda store: store.execute("SELECT * FROM nonesuch"))
    assert sessions.read(count) == 0


def test_a_read_is_one_snapshot(sessions: Sessions) -> None:
    between, go_on = threading.Event(), threading.Event()

    def reading(store: Store) -> tuple[int, int]:
        before = count(store)
        between.set()
        assert go_on.wait(10)
        return before, count(store)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(sessions.read, reading)
        assert between.wait(10)
        sessions.write(lambda store: store.add(partner(sessions, "late")) and None)
        go_on.set()
        assert future.result() == (0, 0)
    assert sessions.read(count) == 1


def test_read_then_write_units_lose_no_update(sessions: Sessions) -> None:
    made = sessions.write(lambda store: store.add(partner(sessions, "0")).id)

    def add_one(store: Store) -> None:
        row = locked(store, Partner, Partner.id == made)
        assert row is not None
        row.name = str(int(row.name) + 1)

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(sessions.write, add_one) for _ in range(80)]:
            future.result()
    assert sessions.read(lambda store: store.get(Partner, made).name) == "80"


def test_opposite_lock_orders_are_run_again(sessions: Sessions) -> None:
    ids = sessions.write(lambda store: [store.add(partner(sessions, name)).id for name in ("0", "0 ")])
    runs = []

    def both(order: list[str]) -> None:
        def unit(store: Store) -> None:
            runs.append(1)
            for key in order:
                row = locked(store, Partner, Partner.id == key)
                assert row is not None
                row.title += "x"
                store.flush()

        for _ in range(20):
            sessions.write(unit)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(both, ids), pool.submit(both, ids[::-1])]:
            future.result()
    titles = sessions.read(lambda store: [len(row.title.strip("0 ")) for row in store.find(Partner)])
    assert titles == [40, 40]
    assert len(runs) >= 40


def test_closing_finishes_what_waits_then_refuses(sessions: Sessions) -> None:
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(sessions.write, lambda store, n=n: store.add(partner(sessions, str(n))) and None) for n in range(20)]
        for future in futures:
            future.result()
    sessions.close()
    sessions.close()
    for door in (sessions.read, sessions.write):
        with pytest.raises(Unavailable, match="closed"):
            door(count)


@pytest.mark.parametrize("uri", ["nonsense", "oracle:x", "postgres:x", "sqlite+wal:", "mysql+pymysql://h/d?isolation=HIGH",
                                 "mysql+pymysql://h/d?ssl=maybe", "sqlite+wal:x?journal_mode=a;b"])
def test_uris_that_cannot_be_used(uri: str) -> None:
    with pytest.raises(EnvironmentFault, match=r"URI|file name"):
        Sessions(uri)


def test_an_unknown_scheme_is_named_and_nothing_of_the_driver() -> None:
    with pytest.raises(EnvironmentFault, match=r"begins with 'postgres'\. It must be sqlite\+wal:PATH"):
        Sessions("postgres://u:p@h/d")


def test_text_bytes_and_times_come_back_equal(sessions: Sessions) -> None:
    text = "Žluťoučký 🎬 \\ % ? ' \" ` \t\r\n日本"
    row = Audit()
    row.id, row.at, row.actor, row.action, row.subject, row.detail = "a" * 26, sessions.clock.now(), text, "x", text, text * 1000
    expected = (row.at, row.actor, row.detail)
    sessions.write(lambda store: store.add(row) and None)
    found = sessions.read(lambda store: store.find(Audit, Audit.subject == text).one())
    assert found is not None
    assert (found.at, found.actor, found.detail) == expected


def test_a_new_file_can_be_opened_by_many_at_once(tmp_path: Path) -> None:
    """Each makes it WAL; SQLite refuses all but one of those who come at the same moment."""

    def opened(number: int) -> int:
        with contextlib.closing(Sessions(f"sqlite+wal:{tmp_path}/{number}.db")) as sessions:
            start.wait()
            return sessions.write(lambda store: len(store.execute("SELECT 1").get_all()))

    start = threading.Barrier(3)
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(opened, [number for number in range(100) for _ in range(3)])) == [1] * 300
