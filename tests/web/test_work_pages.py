"""The pages of jobs, media files and delivery: what waits, what went wrong and why, and what can be asked for; without script."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.web.conftest import FILM, PASSWORD, Client, Site, build, sample
from xmlsvc.batch import runner
from xmlsvc.documents import users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.jobs.queue import Queue
from xmlsvc.publish.delivery import Target, targets
from xmlsvc.web import app


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = build(tmp_path_factory.mktemp("work") / "instance")
    with made.services:
        yield made


@pytest.fixture
def publisher(house: Site) -> Client:
    return _publisher(house)


def _publisher(house: Site) -> Client:
    if "pia" not in {each.name for each in users.users(house.services)}:
        users.add_user(house.services, OPERATOR, "pia", PASSWORD, "publisher")
    client = Client(house.application, {"Accept": "text/html"})
    assert client.form("/login", name="pia", password=PASSWORD).status == 303
    return client


def _delivered(house: Site, number: int) -> str:
    return str(house.partner().deliver(sample(FILM).replace(b"prg-20417", b"prg-7000%d" % number)).json()["id"])


def test_a_job_from_waiting_to_its_end(house: Site, publisher: Client) -> None:
    queue = Queue(house.services.sessions, house.services.clock)
    assert "No jobs yet" in publisher.get("/jobs").text
    document = _delivered(house, 1)
    id = queue.add("user:pia", "probe", {"file": "a <b>.mxf"}, document_id=document, most=1)
    page = publisher.get(f"/jobs/{id}")
    assert page.headers["refresh"] == "5" and "waiting" in page.text and "a &lt;b&gt;.mxf" in page.text and "Cancel" in page.text
    claimed = queue.claim(["probe"], "prober-1")
    assert claimed is not None
    queue.heartbeat(id, claimed[1], said="half way")
    assert publisher.form(f"/jobs/{id}", do="cancel").status == 303
    assert "asked to stop" in publisher.get(f"/jobs/{id}").text
    queue.fail(id, claimed[1], "The file has no video.")
    page = publisher.get(f"/jobs/{id}")
    assert "refresh" not in page.headers and "half way" in page.text and "The file has no video." in page.text and "prober-1" in page.text
    assert publisher.form(f"/jobs/{id}", do="cancel").status == 409
    again = publisher.form(f"/jobs/{id}", do="again").headers["location"]
    made = queue.get(again.rpartition("/")[2])[0]
    assert (made.kind, made.parameters, made.document_id, made.most) == ("probe", {"file": "a <b>.mxf"}, document, 1)
    claimed = queue.claim(["probe"], "prober-2")
    assert claimed is not None
    queue.complete(made.id, claimed[1], {"seconds": 12})
    assert "&#34;seconds&#34;: 12" in publisher.get(again).text or "&quot;seconds&quot;: 12" in publisher.get(again).text
    assert publisher.form(again, do="explode").status == 400


def test_jobs_by_state_kind_and_page(house: Site, publisher: Client) -> None:
    queue = Queue(house.services.sessions, house.services.clock)
    for _ in range(60):
        queue.add("user:pia", "package", {})
    first = publisher.get("/jobs?kind=package&state=waiting").text
    assert first.count("<tr data-row") == 50 and 'rel="next"' in first
    following = html.unescape(first.partition('rel="next" href="')[2].partition('"')[0])
    assert publisher.get(following).text.count("<tr data-row") == 10
    assert "No jobs like that" in publisher.get("/jobs?kind=nothing").text
    assert publisher.get("/jobs?state=lost").status == 400
    assert publisher.get("/jobs/nothing").status == 404


def test_targets_failures_and_log(house: Site, publisher: Client, tmp_path: Path) -> None:
    assert "No targets yet" in publisher.get("/targets").text
    document = _delivered(house, 2)
    (tmp_path / "out").write_text("in the way")
    targets.add(house.services, OPERATOR, Target(name="web", url=str(tmp_path / "out"), formats=("dc",)))
    asked = publisher.form("/targets/web").headers["location"]
    runner.work(house.services, threading.Event(), once=True)
    assert "Delivery" in publisher.get(asked).text
    page = publisher.get("/targets/web").text
    assert "Could not be delivered" in page and f'href="/documents/{document}"' in page and "failed (" in page
    (tmp_path / "out").unlink()
    assert publisher.form("/targets/web", everything="1").status == 303
    runner.work(house.services, threading.Event(), once=True)
    page = publisher.get("/targets/web").text
    assert "Could not be delivered" not in page and "delivered (" in page and list((tmp_path / "out").rglob("*.xml"))
    assert "delivered (" in publisher.get("/targets").text
    assert publisher.get("/targets/nowhere").status == 404 and publisher.form("/targets/nowhere").status == 404


def test_media_files(house: Site, publisher: Client, tmp_path: Path) -> None:
    assert "media_roots" in publisher.get("/files").text
    (tmp_path / "here.mp4").write_bytes(b"x" * 10)
    open_ = replace(house.services, settings=replace(house.services.settings, media_roots=f"file://{tmp_path}/"))
    client = Client(app.application(open_), publisher.headers, publisher.cookies)
    body = sample("valid/film-master-inventory.xml")
    first, second = re.findall(rb"<m:location[^>]*>([^<]+)", body)[:2]
    there, gone = (tmp_path / name for name in ("here.mp4", "gone.mp4"))
    body = body.replace(first, there.as_uri().encode()).replace(second, gone.as_uri().encode())
    document = house.partner().deliver(body).json()["id"]
    started = client.form("/files", checksums="1").headers["location"]
    runner.work(open_, threading.Event(), once=True)
    assert "Check of media files" in client.get(started).text
    missing = client.get("/files?state=missing").text
    assert gone.as_uri() in missing and there.as_uri() not in missing and f'href="/documents/{document}"' in missing
    assert there.as_uri() in client.get(f"/files?document={document}").text
    assert client.get("/files?state=nonsense").status == 400
    history = client.get(f"/documents/{document}/history").text
    assert f'href="/files?document={document}"' in history and f'href="/jobs?document={document}"' in history
    assert "/jobs" not in house.editor().get(f"/documents/{document}/history").text


def test_whoever_may_not_run_sees_none_of_it(house: Site) -> None:
    editor = house.editor()
    for path in ("/jobs", "/files", "/targets", "/targets/web", "/runs"):
        assert editor.get(path).status == 403, path
    assert editor.form("/files").status == 403 and editor.form("/targets/web").status in (403, 404)
