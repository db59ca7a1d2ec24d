"""kill -9 at any moment: what was acknowledged is there, whole; what was not is there whole or not at all."""

from __future__ import annotations

import contextlib
import itertools
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from storm.store import Store

from tests.conftest import FULL
from tests.left_out import require
from tests.mariadb import installed
from tests.storage.cluster import running
from tests.storage.crash_writer import body, unit_of
from xmlsvc.errors import Unavailable
from xmlsvc.storage import contents, migrate
from xmlsvc.storage.sessions import Sessions
from xmlsvc.xml.canonical import digest

ROUNDS = 200 if FULL else 10  # on each database
MOST = 40  # acknowledgements that are waited for before the kill
WRITER = Path(__file__).with_name("crash_writer.py")


def crashed(uri: str, first: int, chance: random.Random, least: int = 1) -> list[int]:
    """The numbers that a writer acknowledged before it was killed, soon after its first so many."""
    with subprocess.Popen([sys.executable, str(WRITER), uri, str(first)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        started = "".join(process.stdout.readline().decode() for _ in range(least))
        time.sleep(chance.uniform(0, 0.01))  # not always just after an answer
        process.kill()
        rest = process.stdout.read().decode()
    return [int(line) for line in (started + rest).split("\n")[:-1]]


def check(sessions: Sessions, acknowledged: set[int]) -> None:
    def unit(store: Store) -> tuple[set[int], set[str], set[str]]:
        partners, digests, entries = (
            {row[0] for row in store.execute(f"SELECT {column} FROM {table}").get_all()}
            for table, column in (("partner", "id"), ("content", "digest"), ("search_entry", "document_id"))
        )
        return set(map(int, partners)), digests, entries

    partners, digests, entries = sessions.read(unit)
    assert acknowledged <= partners
    assert digests == {digest(body(number)) for number in partners}
    assert entries == {f"{number:026}" for number in partners}
    for number in list(partners)[-20:]:
        assert sessions.read(lambda store, n=number: contents.get(store, digest(body(n)))) == body(number)


def test_kill_the_process(database: str) -> None:
    sessions = Sessions(database)
    migrate.upgrade(sessions)
    chance, acknowledged = random.Random(5), set[int]()
    for turn in range(ROUNDS):
        least = chance.randrange(1, MOST)
        found = crashed(database, 1_000_000 * turn, chance, least)
        assert len(found) >= least
        acknowledged.update(found)
        with contextlib.closing(Sessions(database)) as fresh:
            check(fresh, acknowledged)
    sessions.close()


def test_kill_the_server() -> None:
    require(installed(), "crashes of the database server (no MariaDB server: apt-get install mariadb-server)")
    chance, acknowledged, numbers = random.Random(7), list[int](), itertools.count()
    with running(replicas=0) as cluster, contextlib.closing(Sessions(cluster.plain(cluster.primary))) as sessions:
        migrate.upgrade(sessions)
        for _ in range(ROUNDS):
            stop = threading.Event()

            def write(stop: threading.Event = stop) -> None:
                while not stop.is_set():
                    number = next(numbers)
                    with contextlib.suppress(Unavailable):  # away, or an outcome that is not known
                        sessions.write(partial(unit_of, number=number, now=sessions.clock.now()))
                        acknowledged.append(number)

            threads = [threading.Thread(target=write) for _ in range(4)]
            for thread in threads:
                thread.start()
            wanted, deadline = len(acknowledged) + chance.randrange(1, MOST), time.monotonic() + 60
            while len(acknowledged) < wanted:
                assert time.monotonic() < deadline
                time.sleep(0.001)
            cluster.primary.kill()
            stop.set()
            cluster.primary.start()
            for thread in threads:
                thread.join()
            check(sessions, set(acknowledged))


def test_several_processes_write_at_once(database: str) -> None:
    with contextlib.closing(Sessions(database)) as sessions:
        migrate.upgrade(sessions)
        with ThreadPoolExecutor(3) as pool:
            runs = [pool.submit(crashed, database, 1_000_000 * n, random.Random(n), least=20) for n in range(3)]
            acknowledged = [future.result() for future in runs]
        assert all(len(each) >= 20 for each in acknowledged)  # none was kept out
        check(sessions, {number for each in acknowledged for number in each})
