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
from xmlsvc.storage.model import Content, Partner, SearchEntry
from xmlsvc.storage.sessions import Sessions
from xmlsvc.xml.canonical import digest

ROUNDS = 200 if FULL else 5  # on each database
WRITER = Path(__file__).with_name("crash_writer.py")


def crashed(uri: str, first: int, chance: random.Random, least: int = 1) -> list[int]:
    """The numbers that a writer acknowledged before it was killed, at some moment after its first so many."""
    with subprocess.Popen([sys.executable, str(WRITER), uri, str(first)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        started = "".join(process.stdout.readline().decode() for _ in range(least))
        time.sleep(chance.uniform(0, 0.15))
        process.kill()
        rest = process.stdout.read().decode()
    return [int(line) for line in (started + rest).split("\n")[:-1]]


def check(sessions: Sessions, acknowledged: set[int]) -> None:
    def unit(store: Store) -> tuple[set[int], set[str], set[str]]:
        partners = {int(row.id) for row in store.find(Partner)}
        return partners, {row.digest for row in store.find(Content)}, {row.document_id for row in store.find(SearchEntry)}

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
        acknowledged.update(crashed(database, 1_000_000 * turn, chance))
        with contextlib.closing(Sessions(database)) as fresh:
            check(fresh, acknowledged)
    assert len(acknowledged) > 10 * ROUNDS
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
            time.sleep(chance.uniform(0.1, 0.3))
            cluster.primary.kill()
            stop.set()
            cluster.primary.start()
            for thread in threads:
                thread.join()
            check(sessions, set(acknowledged))
    assert len(acknowledged) > 10 * ROUNDS


def test_several_processes_write_at_once(database: str) -> None:
    with contextlib.closing(Sessions(database)) as sessions:
        migrate.upgrade(sessions)
        with ThreadPoolExecutor(3) as pool:
            runs = [pool.submit(crashed, database, 1_000_000 * n, random.Random(n), least=20) for n in range(3)]
            acknowledged = [future.result() for future in runs]
        assert all(len(each) >= 20 for each in acknowledged)  # none was kept out
        check(sessions, {number for each in acknowledged for number in each})
