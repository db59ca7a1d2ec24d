"""Runs by the clock: one for each moment, whoever looks; none while the last one is not over; nothing for moments long gone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xmlsvc import errors, settings
from xmlsvc.batch import runner, schedule
from xmlsvc.clock import Clock
from xmlsvc.documents import runs, services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services

NIGHTLY = '\n[runs.nightly]\ncron = "0 3 * * *"\nquery = "valid:false"\n'


class At(Clock):
    """Always the same moment; ids are new all the same."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


def at(home: Path, text: str) -> Services:
    return services.open(home, At(datetime.fromisoformat(text).replace(tzinfo=UTC)))


@pytest.fixture
def night(home: Path) -> Path:
    with (home / "xmlsvc.toml").open("a", encoding="utf-8") as file:
        file.write(NIGHTLY)
    return home


def test_each_moment_has_one_run(night: Path) -> None:
    with at(night, "2024-05-03 02:59:00") as early:
        assert schedule.due(early, runner.REQUESTS) == []
    with at(night, "2024-05-03 03:00:01") as house, at(night, "2024-05-03 03:20:00") as other:
        (made,) = schedule.due(house, runner.REQUESTS)
        assert schedule.due(house, runner.REQUESTS) == schedule.due(other, runner.REQUESTS) == []
        run = runs.get(house, OPERATOR, made)
        assert (run.kind, run.state) == ("revalidate", "waiting")
        assert (run.parameters["query"], run.parameters["schedule"]) == ("valid:false", "nightly")
    with at(night, "2024-05-04 03:00:01") as next_day:
        assert schedule.due(next_day, runner.REQUESTS) == [], "the last one is not over"
        runs.ask(next_day, OPERATOR, made, "cancel")
        assert len(schedule.due(next_day, runner.REQUESTS)) == 1
    with at(night, "2024-05-05 09:00:00") as too_late:
        assert schedule.due(too_late, runner.REQUESTS) == []


@pytest.mark.parametrize("wrong", ['[runs.x]\ncron = "99 * * * *"', "[runs.x]", "runs = 3", '[runs.x]\ncron = "* * * * *"\nkind = 3'])
def test_what_is_no_schedule_is_refused_at_once(home: Path, wrong: str) -> None:
    with (home / "xmlsvc.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{wrong}\n")
    with pytest.raises(errors.EnvironmentFault, match="runs"):
        settings.load(home)


def test_a_schedule_of_what_there_is_not_says_so(home: Path) -> None:
    with (home / "xmlsvc.toml").open("a", encoding="utf-8") as file:
        file.write('\n[runs.x]\ncron = "* * * * *"\nkind = "dance"\n')
    with at(home, "2024-05-03 03:00:01") as house, pytest.raises(errors.EnvironmentFault, match="dance"):
        schedule.due(house, runner.REQUESTS)


def test_what_is_wrong_with_a_schedule_is_said_before_its_moment(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (home / "xmlsvc.toml").open("a", encoding="utf-8") as file:
        file.write('\n[runs.x]\ncron = "0 3 * * *"\nkind = "dance"\n')
        file.write('\n[runs.y]\ncron = "0 3 * * *"\nkind = "revalidate"\nvocabulary = "nothing@2"\n')
    with at(home, "2024-05-03 12:00:00") as house:
        runner.work(house, threading.Event(), once=True)
    said = [record.getMessage() for record in caplog.records if record.name == "xmlsvc.runner"]
    assert len(said) == 2 and "[runs.x]" in said[0] and "dance" in said[0] and "[runs.y]" in said[1] and "nothing" in said[1]
