"""docs/changing.md: its patch, its difference and its change of many documents are what happens."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.web.conftest import Client, Site, build, sample
from xmlsvc.batch import runner
from xmlsvc.documents import accounts, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.states import STEPS

PAGE = (ROOT / "docs" / "changing.md").read_text("utf-8")
FILM = sample("valid/film-de-dijk.xml")


def block(language: str) -> str:
    """The page's one block in that language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = build(tmp_path / "instance")
    yield made
    made.services.close()


def test_the_patch_makes_the_difference(site: Site) -> None:
    client = site.partner()
    made = client.deliver(FILM)
    here, headers = made.headers["location"], {"Content-Type": "application/xml-patch+xml", "If-Match": made.headers["etag"]}
    done = client("PATCH", here, block("xml").encode(), headers)
    assert done.status == 200, done.text
    lines = client.get(f"{here}/diff", "text/plain").text.splitlines()
    changed = [line for line in lines if line[:1] in "+-" and not line.startswith(("---", "+++"))]
    assert changed == block("diff").splitlines()


def test_many_at_once(site: Site) -> None:
    client = site.partner()
    ids = [client.deliver(FILM.replace(b"prg-20417", b"prg-3000%d" % number)).json()["id"] for number in range(2)]
    users.add_user(site.services, OPERATOR, "eva", "correct horse battery", "publisher")
    _, secret = accounts.add_token(site.services, OPERATOR, "user:eva", ("read", "edit", "run"))
    operator = Client(site.application, {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"})
    run = operator("POST", "/api/runs", block("json").encode())
    assert run.status == 202, run.text
    runner.work(site.services, threading.Event(), once=True)
    for key in ids:
        assert b"<p:genre>crime</p:genre>" in client.get(f"/api/documents/{key}").body
    back = operator("POST", "/api/runs", json.dumps({"kind": "bulk", "undo": run.json()["id"]}).encode())
    assert back.status == 202, back.text
    runner.work(site.services, threading.Event(), once=True)
    for number, key in enumerate(ids):
        assert client.get(f"/api/documents/{key}").body == FILM.replace(b"prg-20417", b"prg-3000%d" % number)


def test_the_states_are_those_of_the_service() -> None:
    named = set(re.findall(r"^\| (\w+) \|", PAGE, re.MULTILINE)) - {"state"}
    assert named == {state for step in STEPS.values() for state in (*step.origins, step.target)}
