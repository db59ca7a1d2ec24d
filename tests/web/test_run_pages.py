"""The pages of runs: started, followed, looked into; a fix seen, applied and undone, without script."""

from __future__ import annotations

import re
import threading

import pytest

from tests.web.conftest import FILM, PASSWORD, Client, Site, broken, sample
from xmlsvc.batch import runner
from xmlsvc.documents import users
from xmlsvc.documents.access import OPERATOR


@pytest.fixture(scope="module")
def publisher(site: Site) -> Client:
    users.add_user(site.services, OPERATOR, "paula", PASSWORD, "publisher")
    client = Client(site.application, {"Accept": "text/html"})
    assert client.form("/login", name="paula", password=PASSWORD).status == 303
    return client


def work(site: Site) -> None:
    runner.work(site.services, threading.Event(), once=True)


def test_from_a_run_to_a_fix_and_back(site: Site, publisher: Client) -> None:
    site.partner().deliver(broken(sample(FILM)))
    assert "Nothing of it hangs on this page" in publisher.get("/runs").text
    started = publisher.form("/runs", vocabulary="programme", query="")
    here = started.headers["location"]
    waiting = publisher.get(here)
    assert started.status == 303 and waiting.headers["refresh"] == "3" and "waiting" in waiting.text
    work(site)
    page = publisher.get(here)
    assert "refresh" not in page.headers and "Still broken" in page.text and "causes" in page.text
    assert publisher.get(here + "?outcome=still-broken").status == 200
    cause = next(link for link in re.findall(rf'href="({here}/causes/\w+)"', page.text) if "unheard" in publisher.get(link).text)
    shown = publisher.get(cause).text
    assert "Take away what the schema does not know" in shown and "takes something away" in shown and "Examples" in shown
    script = re.search(r'name="script" value="([^"]*)"', shown)
    assert script is not None
    tried = publisher.form(cause, script=script[1].replace("&#10;", "\n"), do="try").text
    assert "What would change" in tried and "unheard" in tried
    applied = publisher.form(cause, script=script[1], do="apply")
    work(site)
    fixed = publisher.get(applied.headers["location"]).text
    assert "improved" in fixed or "fixed" in fixed
    undone = publisher.form(applied.headers["location"], wish="undo")
    work(site)
    assert "undone" in publisher.get(undone.headers["location"]).text


def test_states_of_many_and_back(site: Site, publisher: Client) -> None:
    """Withdrawn as one run, put back as one; others' pages do not offer it."""
    document = site.partner().deliver(sample(FILM)).json()["id"]
    asked = publisher.form("/documents/selection", do="withdraw", id=document)
    assert "undone as a whole" in asked.text
    here = publisher.form("/documents/selection", do="withdraw", id=document, sure="1", reason="rights").headers["location"]
    work(site)
    page = publisher.get(here).text
    assert "Withdrawal" in page and "rights" in page and 'value="undo"' in page
    assert "withdrawn" in publisher.get(f"/documents/{document}").text
    undone = publisher.form(here, wish="undo").headers["location"]
    work(site)
    page = publisher.get(undone).text
    assert "Undoing a change of state" in page and "undone" in page and here in page and 'value="undo"' not in page
    assert "withdrawn" not in publisher.get(f"/documents/{document}").text
    revalidation = publisher.form("/runs", vocabulary="programme", query="").headers["location"]
    work(site)
    assert 'value="undo"' not in publisher.get(revalidation).text
    assert publisher.form(revalidation, wish="undo").status == 409


def test_wishes_and_refusals(site: Site, publisher: Client) -> None:
    here = publisher.form("/runs", vocabulary="programme@1.0").headers["location"]
    assert publisher.form(here, wish="pause").status == 303 and "Resume" in publisher.get(here).text
    assert publisher.form(here, wish="cancel").status == 303 and "cancelled" in publisher.get(here).text
    assert publisher.form(here, wish="explode").status == 400
    assert publisher.form("/runs", query="valid:perhaps").status == 400
    editor = site.editor()
    assert editor.get("/runs").status == 403 and 'href="/runs"' not in editor.get("/documents").text
    assert publisher.get("/runs/nothing").status == 404


def test_what_changed_and_what_if(site: Site, publisher: Client) -> None:
    assert "/vocabularies/programme/change?from=1.0" in publisher.get("/vocabularies/programme").text
    page = publisher.get("/vocabularies/programme/change?from=1.1&to=1.0").text
    assert "breaks who writes" in page and "What if?" in page and "Activate" not in page
    publisher.form("/runs", vocabulary="programme@1.0")
    work(site)
    users.add_user(site.services, OPERATOR, "olga", PASSWORD, "administrator")
    administrator = Client(site.application, {"Accept": "text/html"})
    administrator.form("/login", name="olga", password=PASSWORD)
    assert "Activate 1.0" in administrator.get("/vocabularies/programme/change?from=1.1&to=1.0").text
    assert publisher.form("/vocabularies/programme/change", to="1.0").status == 403
    assert administrator.form("/vocabularies/programme/change", to="1.0").status == 303
    assert site.services.registry.get("programme").version == "1.0"
    assert administrator.form("/vocabularies/programme/change", back="1").status == 303
    assert site.services.registry.get("programme").version == "1.1"
