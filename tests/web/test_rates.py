"""Rate limits: exact, shared by processes, told in every answer."""

from __future__ import annotations

import multiprocessing
import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import PASSWORD, Client, Site, build
from xmlsvc.documents import accounts, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.web import app, guesses, rates
from xmlsvc.web.guesses import Guesses
from xmlsvc.web.rates import WINDOW, Rates


def test_a_burst_then_a_steady_flow(tmp_path: Path) -> None:
    shared = Rates(tmp_path / "rates", 6)
    assert [shared.take("a", 1000.0).wait for _ in range(7)] == [0] * 6 + [10]
    assert shared.take("b", 1000.0).wait == 0
    assert shared.take("a", 1005.0).wait == 5
    assert shared.take("a", 1010.0).wait == 0
    refilled = shared.take("a", 1010.0 + WINDOW)
    assert (refilled.wait, refilled.remaining, refilled.reset) == (0, 5, 10)


def test_a_clock_set_back_locks_nobody_out(tmp_path: Path) -> None:
    shared = Rates(tmp_path / "rates", 2)
    shared.take("a", 1e9)
    shared.take("a", 1e9)
    assert shared.take("a", 1000.0).wait <= WINDOW


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=60))
def test_never_more_than_the_limit_and_a_refill(steps: list[tuple[str, float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shared, at, granted = Rates(Path(folder) / "rates", 5), 1000.0, []
        for key, pause in steps:
            at += pause
            taken = shared.take(key, at)
            if taken.wait == 0:
                granted.append((key, at))
            else:
                assert shared.take(key, at + taken.wait).wait == 0, "who waits as told may"
                granted.append((key, at + taken.wait))
                at += taken.wait
        for key, end in granted:
            recent = [when for who, when in granted if who == key and end - WINDOW < when <= end]
            assert len(recent) <= 2 * 5


def test_one_may_look_without_being_counted(tmp_path: Path) -> None:
    shared = Rates(tmp_path / "rates", 6)
    assert shared.wait("a", 1000.0) == 0
    assert [(shared.wait("a", 1000.0), shared.take("a", 1000.0).wait) for _ in range(7)] == [(0, 0)] * 6 + [(10, 10)]
    assert (shared.wait("a", 1005.0), shared.wait("b", 1005.0), shared.wait("a", 1010.0)) == (5, 0, 0)


def _take(path: Path, times: int) -> int:
    shared = Rates(path, 100)
    return sum(shared.take("shared", 1000.0).wait == 0 for _ in range(times))


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


def test_passwords_are_not_guessed_for_long(tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong ones are counted by name and address; then the right one has to wait, too. Others, and other places, are not kept out."""
    site = build(tmp_path / "instance")  # of its own: others guess, too
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: 1000.0))  # however slow the machine is
    users.add_user(site.services, OPERATOR, "grace", PASSWORD, "editor")
    client = site.anybody()
    statuses = [client.form("/login", name="grace", password=f"guess {number}").status for number in range(guesses.PER_ADDRESS + 2)]
    assert statuses == [401] * guesses.PER_ADDRESS + [429] * 2
    assert "Login of 'grace' from 192.0.2.1 refused." in caplog.messages and "guess" not in "".join(caplog.messages)
    right = client.form("/login", name="grace", password=PASSWORD)
    assert right.status == 429 and 1 <= int(right.headers["retry-after"]) <= 6 and "Try again in" in right.text
    assert "set-cookie" not in right.headers
    assert site.anybody().form("/login", name="ada", password=PASSWORD).status == 303
    elsewhere = Guesses(site.services.settings.var / "rates")
    assert elsewhere.wait("grace", "192.0.2.7") == 0
    for number in range(guesses.PER_NAME):
        elsewhere.wrong("grace", f"192.0.2.{number}")
    assert elsewhere.wait("grace", "198.51.100.1") > 0, "guesses from everywhere are counted by name"
    assert elsewhere.wait("ada", "198.51.100.1") == 0
    site.services.close()
