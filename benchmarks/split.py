"""What the read/write split costs: a unit through mysql+rw: against the same through mysql+pymysql: on the same replica, in one run.

    one         one SELECT by key
    ten         ten of them
    own write   a unit that writes, then one that reads it from a replica, against both on the primary
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import closing

from storm.store import Store

from benchmarks.common import spread, table
from tests.mariadb import installed
from tests.storage.cluster import Cluster, running
from xmlsvc.storage import migrate
from xmlsvc.storage.sessions import Sessions

UNITS = 100  # of one round
_BEAT = "UPDATE heartbeat SET at = UTC_TIMESTAMP(6) WHERE id = 1"


def one(store: Store, count: int = 1) -> None:
    """So many SELECTs by key."""
    for _ in range(count):
        store.execute("SELECT at FROM heartbeat WHERE id = ?", (1,)).get_one()


def seconds(work: Callable[[], object]) -> float:
    """How long a round of units takes."""
    start = time.perf_counter()
    for _ in range(UNITS):
        work()
    return time.perf_counter() - start


def measure(cluster: Cluster, rounds: int) -> list[list[str]]:
    with (
        closing(Sessions(cluster.uri())) as split, closing(Sessions(cluster.plain(cluster.replicas[0]))) as replica,
        closing(Sessions(cluster.plain(cluster.primary))) as primary,
    ):  # fmt: skip
        migrate.upgrade(split)
        for server in cluster.replicas:
            server.caught_up(cluster.primary)

        def own(sessions: Sessions) -> None:
            sessions.write(lambda store: store.execute(_BEAT, noresult=True))
            sessions.read(one)

        contenders: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "a unit of one SELECT": (lambda: split.read(one), lambda: replica.read(one)),
            "a unit of ten": (lambda: split.read(lambda store: one(store, 10)), lambda: replica.read(lambda store: one(store, 10))),
            "a write, and reading it": (lambda: own(split), lambda: own(primary)),
        }
        rows = []
        for name, (ours, plain) in contenders.items():
            ours(), plain()
            split.since("")
            pairs = [(seconds(ours), seconds(plain)) for _ in range(rounds)]
            mine, theirs = [UNITS / a for a, _ in pairs], [UNITS / b for _, b in pairs]
            rows.append([name, f"{spread(mine, 0)}/s", f"{spread(theirs, 0)}/s", f"{statistics.median(a / b for a, b in pairs):.2f}"])
        return rows


def main(large: bool = False) -> None:
    """Measure and print."""
    if not installed():
        print("The split needs MariaDB servers, which are not installed here.")
        return
    with running() as cluster:
        rows = measure(cluster, 60 if large else 15)
    table("The read/write split: time of a unit against a plain connection's", ["", "mysql+rw:", "mysql+pymysql:", "× time"], rows)


if __name__ == "__main__":
    main()
