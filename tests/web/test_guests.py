"""Open pages, as in a demonstration: anybody reads, nobody changes anything without a login."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.conftest import PASSWORD, Client
from xmlsvc import builtin
from xmlsvc.documents import accounts, instance, services, submit, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.web import app


@pytest.fixture
def anybody(tmp_path: Path) -> Iterator[Client]:
    instance.init(tmp_path / "open", guests=True)
    with services.open(tmp_path / "open") as house:
        users.add_user(house, OPERATOR, "ada", PASSWORD, "editor")
        partner = accounts.partners(house)[0].name
        body = (builtin.path("samples") / "valid" / "clip-web-only.xml").read_bytes()
        submit.submit(house, OPERATOR, body, submit.Options(partner=partner))
        yield Client(app.application(house))


def test_a_guest_reads_the_pages_and_is_offered_a_login(anybody: Client) -> None:
    for path in ("/", "/documents", "/vocabularies", "/receipts", "/partners"):
        answer = anybody("GET", path)
        assert answer.status == 200, path
        assert 'href="/login"' in answer.text and 'action="/logout"' not in answer.text
        assert 'href="/upload"' not in answer.text, "nothing is offered that would be refused"
    assert anybody("GET", "/login").status == 200


def test_a_guest_changes_nothing_and_has_no_api(anybody: Client) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=b", "Sec-Fetch-Site": "same-origin"}
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n\r\n<a/>\r\n--b--\r\n'
    assert anybody("POST", "/upload", body, form).status == 401
    assert anybody("GET", "/api/documents").status == 401
    assert anybody("POST", "/api/documents", b"<a/>", {"Content-Type": "application/xml"}).status == 401


def test_a_cookie_that_has_ended_makes_a_guest(anybody: Client) -> None:
    anybody.cookies["xmlsvc_session"] = "no-longer"
    assert anybody("GET", "/documents").status == 200
    assert anybody("GET", "/login").status == 200
