"""Rate limits: exact, shared by processes, told in every answer."""

from __future__ import annotations

import multiprocessing
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import Client, Site
from xmlsvc.documents import accounts
from xmlsvc.documents.access import OPERATOR
from xmlsvc.web import app
from xmlsvc.web.rates import WINDOW, Rates


def test_a_burst_then_a_steady_flow(tmp_path: Path) -> None:
    rates = Rates(tmp_path / "rates", 6)
    assert [rates.take("a", 1000.0).wait for _ in range(7)] == [0] * 6 + [10]
    assert rates.take("b", 1000.0).wait == 0
    assert rates.take("a", 1005.0).wait == 5
    assert rates.take("a", 1010.0).wait == 0
    refilled = rates.take("a", 1010.0 + WINDOW)
    assert (refilled.wait, refilled.remaining, refilled.reset) == (0, 5, 10)


def test_a_clock_set_back_locks_nobody_out(tmp_path: Path) -> None:
    rates = Rates(tmp_path / "rates", 2)
    rates.take("a", 1e9)
    rates.take("a", 1e9)
    assert rates.take("a", 1000.0).wait <= WINDOW


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=60))
def test_never_more_than_the_limit_and_a_refill(steps: list[tuple[str, float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rates, at, granted = Rates(Path(folder) / "rates", 5), 1000.0, []
        for key, pause in steps:
            at += pause
            taken = rates.take(key, at)
            if taken.wait == 0:
                granted.append((key, at))
            else:
                assert rates.take(key, at + taken.wait).wait == 0, "who waits as told may"
                granted.append((key, at + taken.wait))
                at += taken.wait
        for key, end in granted:
            recent = [when for who, when in granted if who == key and end - WINDOW < when <= end]
            assert len(recent) <= 2 * 5


def _take(path: Path, times: int) -> int:
    rates = Rates(path, 100)
    return sum(rates.take("shared", 1000.0).wait == 0 for _ in range(times))


def test_processes_share_what_is_left(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        granted = pool.starmap(_take, [(tmp_path / "rates", 60)] * 3)
    assert sum(granted) == 100


def test_answers_say_what_is_left_and_when_to_come_back(site: Site) -> None:
    limited = replace(site.services, settings=replace(site.services.settings, rate_limit=3))
    secret = accounts.add_token(site.services, OPERATOR, "nordlys")[1]
    client = Client(app.application(limited), {"Authorization": f"Bearer {secret}"})
    told = [client.get("/api/vocabularies") for _ in range(4)]
    assert [each.status for each in told] == [200, 200, 200, 429]
    assert [each.headers["ratelimit"].split(";")[1] for each in told] == ["r=2", "r=1", "r=0", "r=0"]
    assert told[0].headers["ratelimit-policy"] == '"token";q=3;w=60'
    refused = told[3]
    assert 1 <= int(refused.headers["retry-after"]) <= 20 and refused.json()["type"] == "/problems/too-many-requests"
    assert client.get("/health/live").status == 200
