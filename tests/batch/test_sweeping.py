"""What nobody is shown is swept away when it is old; what is shown stays, whatever became of its stylesheet."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.documents import notes
from tests.publish.films import deliver, film, fresh
from tests.web.conftest import Site
from xmlsvc.batch import republish, runner, sweeping
from xmlsvc.cli import main
from xmlsvc.clock import FixedClock
from xmlsvc.documents import runs, submit, withdraw
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.errors import BadRequest
from xmlsvc.publish import channels, formats, renderings
from xmlsvc.storage import model
from xmlsvc.storage.insert import plain


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An instance with two partners; the clock is fixed."""
    made = fresh(tmp_path / "site", FixedClock())
    with made.services:
        yield made


def age(site: Site, days: int) -> None:
    """Let every rendering be so many days old."""
    then = plain(site.services.clock.now() - timedelta(days=days))
    site.services.sessions.write(lambda store: store.execute("UPDATE rendering SET created = ?", (then,), noresult=True))


def keys(site: Site) -> set[str]:
    return site.services.sessions.read(lambda store: set(store.find(model.Rendering.key)))


def shown(site: Site) -> set[str]:
    return site.services.sessions.read(lambda store: set(store.find(model.PublicOutput.output))) - {None}


def test_earlier_outputs_go_and_shown_ones_stay(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = deliver(site, film(1)), deliver(site, film(2))
    list(republish.refresh(site.services, "programme", "mrss"))
    deliver(site, film(1, "Another title"))
    withdraw.withdraw(site.services, OPERATOR, second)
    site.anybody().get(f"/api/documents/{first}?format=dc")
    list(republish.refresh(site.services, "programme", "mrss"))
    assert len(shown(site)) == 2 and len(keys(site)) == 5, "two earlier ones, and one that somebody looked at"
    assert sweeping.extent(site.services, 30) == (0, 0), "they are new"
    age(site, 31)
    count, size = sweeping.extent(site.services, 30)
    assert count == 3 and size > 500
    assert main(["sweep", "--preview", "--instance", str(site.directory)]) == 0
    assert capsys.readouterr().err.startswith("3 renderings, ")
    assert main(["sweep", "--instance", str(site.directory)]) == 0
    assert capsys.readouterr().err == "3 renderings swept\n"
    assert keys(site) == shown(site)
    assert b"Another title" in site.anybody().get("/feeds/mrss").body
    assert site.anybody().get(f"/api/documents/{first}?format=dc").status == 200, "what is wanted again is made again"


def test_the_last_good_one_of_a_refused_content_stays(site: Site) -> None:
    deliver(site, film(1))
    list(republish.refresh(site.services, "programme", "mrss"))
    (good,) = shown(site)
    site.services.sessions.write(lambda store: store.execute(
        "UPDATE public_output SET problem = ?, maker = ?", ("refused", "sha256:other"), noresult=True))  # fmt: skip
    age(site, 400)
    run_id = sweeping.request(site.services, OPERATOR, {"days": 0})
    assert runner.work(site.services, threading.Event(), once=True) == 1
    assert keys(site) == {good}
    assert runs.get(site.services, OPERATOR, run_id).state == "done"


def test_on_each_database(house: Services) -> None:
    schema = house.registry.get("note")
    submit.submit(house, OPERATOR, notes.note(), submit.Options(name="a"))
    channels.settle_all(house, "note", "json")
    renderings.render(house, schema, formats.of(schema)["html"], notes.note())
    assert sweeping.extent(house, 0)[0] == 1
    sweeping.work(house, run := sweeping.begin(house, OPERATOR, 0))
    assert dict(run.counts) == {"swept": 1} and sweeping.extent(house, 0) == (0, 0)
    assert channels.current(house, "note", "json")
    assert house.sessions.read(lambda store: list(store.find(model.Rendering.format))) == ["json"]


@pytest.mark.parametrize("parameters", [{"days": -1}, {"days": "3"}, {"days": True}, {"months": 1}])
def test_what_is_no_sweep_is_refused(site: Site, parameters: dict[str, object]) -> None:
    with pytest.raises(BadRequest, match="days"):
        sweeping.request(site.services, OPERATOR, parameters)
