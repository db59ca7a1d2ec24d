"""What units cost is counted; the slow ones are named in the log."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pytest
from storm.store import Store

from xmlsvc import metrics
from xmlsvc.errors import NotFound
from xmlsvc.storage import telemetry
from xmlsvc.storage.backends import execute_many
from xmlsvc.storage.model import Audit
from xmlsvc.storage.sessions import Sessions


def counted(kind: str, outcome: str) -> float:
    return metrics.REGISTRY.get_sample_value("xmlsvc_unit_seconds_count", {"kind": kind, "outcome": outcome}) or 0.0


def test_units_are_counted(sessions: Sessions) -> None:
    before = [counted("read", "ok"), counted("write", "ok"), counted("write", "failed")]
    sessions.read(lambda store: store.execute("SELECT 1").get_one())
    sessions.write(lambda store: None)

    def fails(store: Store) -> None:
        raise NotFound("nothing")

    with pytest.raises(NotFound):
        sessions.write(fails)
    after = [counted("read", "ok"), counted("write", "ok"), counted("write", "failed")]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1, 1]


def slow_unit(store: Store, count: int) -> None:
    rows = [(f"{n:026}", "2024-05-03", "a", "b", "c", "d") for n in range(count)]
    execute_many(store, "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)", rows)
    row = Audit()
    row.id, row.at, row.actor, row.action, row.subject, row.detail = "z" * 26, datetime(2024, 5, 3, tzinfo=UTC), "a", "b", "c", "d"
    store.add(row)


def test_a_slow_unit_is_named(sessions: Sessions, caplog: pytest.LogCaptureFixture) -> None:
    sessions._slow = 0.0
    with caplog.at_level(logging.WARNING, "xmlsvc.storage"):
        sessions.write(partial(slow_unit, count=3))
    (record,) = caplog.records
    said = record.getMessage()
    assert said.startswith("slow unit: write tests.storage.test_telemetry:slow_unit (line ") and said.endswith("3 rows sent")
    assert ": 1 runs, " in said
    sessions._slow = 3600.0
    caplog.clear()
    sessions.read(lambda store: store.execute("SELECT 1").get_one())
    assert not caplog.records


def test_runs_are_counted(sessions: Sessions) -> None:
    """Two units that each hold what the other wants: on MariaDB one is run again; on SQLite they wait for each other from the start."""
    sessions.write(lambda store: slow_unit(store, 2))
    meet = threading.Barrier(2)

    def work(first: int) -> int:
        runs = 0

        def unit(store: Store) -> None:
            nonlocal runs
            runs += 1
            store.execute("UPDATE audit SET detail = 'x' WHERE id = ?", (f"{first:026}",), noresult=True)
            if runs == 1 and sessions.dialect == "mysql":
                meet.wait(30)
            store.execute("UPDATE audit SET detail = 'y' WHERE id = ?", (f"{1 - first:026}",), noresult=True)

        sessions.write(unit)
        return runs

    def retries() -> float:
        return metrics.REGISTRY.get_sample_value("xmlsvc_unit_retries_total", {"kind": "write"}) or 0.0

    before = retries()
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(work, (0, 1)))
    assert retries() - before == sum(runs) - 2 == (1 if sessions.dialect == "mysql" else 0)


def test_names() -> None:
    assert telemetry.name(slow_unit).startswith("tests.storage.test_telemetry:slow_unit (line ")
    assert telemetry.name(partial(partial(slow_unit), count=1)) == telemetry.name(slow_unit)
    assert telemetry.name(time.sleep) == "time:sleep"
