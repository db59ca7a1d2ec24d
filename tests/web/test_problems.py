"""Every refusal: one table, one shape, one page behind each type; nothing of the inside told."""

from __future__ import annotations

import inspect
import json
import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import XML, Client, Site, broken, sample
from xmlsvc import errors, validation
from xmlsvc.clock import FixedClock
from xmlsvc.storage.sessions import Sessions
from xmlsvc.validation import report
from xmlsvc.web import app, problem_types, problems
from xmlsvc.xml import parser

GOLDEN = Path(__file__).parent / "golden" / "problems.json"


def _classes() -> list[type[errors.Error]]:
    own = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, errors.Error)]
    return [*own, problem_types.MethodNotAllowed, problem_types.LengthRequired, problem_types.RequestTimeout]


@pytest.mark.parametrize("kind", _classes())
def test_every_error_has_its_row(kind: type[errors.Error]) -> None:
    row = next((row for row in problem_types.TYPES if row.error is kind), None)
    assert row is not None, f"{kind.__name__} has no row in problem_types.TYPES: it would be answered as its ancestor"
    assert 400 <= row.status <= 599
    for said in (row.cause, row.fix, row.who):
        assert said.endswith((".", "?")) or "curl" in said or "xmlsvc " in said, said


def test_slugs_are_unique() -> None:
    assert len(problem_types.BY_SLUG) == len(problem_types.TYPES)


def test_each_type_is_a_page(site: Site) -> None:
    client = site.anybody()
    listed = client.get("/problems", "text/html").text
    for row in problem_types.TYPES:
        answer = client.get(row.url, "text/html")
        assert answer.status == 200 and row.title in answer.text.replace("&#x27;", "'"), row.slug
        assert f'href="{row.url}"' in listed


class CountingClock(FixedClock):
    """Ids of the n-th case begin with its number, so that no case's depend on another's."""

    def __init__(self, case: int) -> None:
        super().__init__()
        self._ids = case * 1000


def _cases(site: Site) -> list[tuple[str, str, str, bytes | None, dict[str, str]]]:
    """(name, method, path, body, headers)"""
    token, other, reading = ({"Authorization": f"Bearer {each}"} for each in (site.token, site.other_token, site.reading_token))
    film = sample("valid/film-de-dijk.xml")
    document = site.partner().deliver(film).json()["id"]
    return [
        ("bad-request", "GET", "/api/documents?limit=many", None, token),
        ("bad-request-twice", "GET", "/api/documents?limit=1&limit=2", None, token),
        ("bad-request-column", "GET", "/api/documents?colour=red", None, token),
        ("bad-request-empty", "POST", "/api/documents", b"", {**token, **XML}),
        ("bad-request-format", "GET", f"/api/documents/{document}?format=pdf", None, token),
        ("not-well-formed", "POST", "/api/documents", b"<a>\n <b>\n</a>", {**token, **XML}),
        ("doctype-refused", "POST", "/api/documents", b'<!DOCTYPE a [<!ENTITY x "y">]>\n<a>&x;</a>', {**token, **XML}),
        ("too-large", "POST", "/api/documents", b"<a>" + b" " * 10_000_001 + b"</a>", {**token, **XML}),
        ("unsupported-media-type", "POST", "/api/documents", b"{}", {**token, "Content-Type": "application/json"}),
        ("unsupported-media-type-none", "POST", "/api/documents", b"<a/>", token),
        ("unsupported-media-type-coding", "POST", "/api/documents", b"<a/>", {**token, **XML, "Content-Encoding": "br"}),
        ("unknown-vocabulary", "POST", "/api/documents", b"<unheard-of/>", {**token, **XML}),
        ("unknown-vocabulary-named", "POST", "/api/documents?schema=nobody@2", film, {**token, **XML}),
        ("unknown-vocabulary-dry", "POST", "/api/validate", b"<unheard-of/>", {**token, **XML}),
        ("unauthenticated", "GET", "/api/documents", None, {}),
        ("unauthenticated-token", "GET", "/api/documents", None, {"Authorization": "Bearer nonsense"}),
        ("unauthenticated-scheme", "GET", "/api/documents", None, {"Authorization": "Basic YTpi"}),
        ("forbidden", "POST", "/api/documents", film, {**reading, **XML}),
        ("forbidden-pages", "GET", "/documents", None, {**token, "Accept": "application/json"}),
        ("not-found", "GET", "/api/nothing", None, token),
        ("not-found-document", "GET", "/api/documents/00000000000000000000000000", None, token),
        ("not-found-foreign", "GET", f"/api/documents/{document}", None, other),
        ("not-found-revision", "GET", f"/api/documents/{document}/revisions/9", None, token),
        ("not-found-receipt", "GET", "/api/receipts/0", None, token),
        ("not-found-vocabulary", "GET", "/api/vocabularies/nobody", None, token),
        ("method-not-allowed", "DELETE", "/api/documents", None, token),
        ("method-not-allowed-strange", "TRACE", "/api/receipts", None, token),
        ("not-acceptable", "GET", f"/api/documents/{document}", None, {**token, "Accept": "image/png"}),
        ("precondition-required", "PUT", f"/api/documents/{document}", film, {**token, **XML}),
        ("precondition-failed", "DELETE", f"/api/documents/{document}", None, {**token, "If-Match": '"another"'}),
        ("bad-request-key", "POST", "/api/documents", film, {**token, **XML, "Idempotency-Key": '"open'}),
        ("not-well-formed-key", "POST", "/api/documents", b"<a>", {**token, **XML, "Idempotency-Key": '"once"'}),
        ("idempotency-key-reused", "POST", "/api/documents", b"<b>", {**token, **XML, "Idempotency-Key": '"once"'}),
    ]


def test_golden_problem_documents(stocked: Site) -> None:
    """Each refusal as it is on the wire. XMLSVC_GOLDEN=write writes the file anew."""
    recorded: list[dict[str, Any]] = []
    document = ""
    for case, (name, method, path, body, headers) in enumerate(_cases(stocked), 1):
        services = replace(stocked.services, clock=CountingClock(case))
        answer = Client(app.application(services))(method, path, body, headers)
        if name == "bad-request-format":
            document = path.split("/")[3].split("?")[0]
        kept = {
            key: value
            for key, value in answer.headers.items()
            if key in {"content-type", "allow", "www-authenticate", "retry-after", "accept", "vary"}
        }
        text = answer.text.replace(document, "DOCUMENT") if document else answer.text
        recorded.append(
            {
                "name": name,
                "request": f"{method} {path}".replace(document or "\0", "DOCUMENT"),
                "status": answer.status,
                "headers": kept,
                "body": json.loads(text),
            }
        )
        assert answer.headers["x-request-id"] == recorded[-1]["body"]["request_id"]
    if os.environ.get("XMLSVC_GOLDEN") == "write":
        GOLDEN.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert recorded == json.loads(GOLDEN.read_text("utf-8"))


def test_golden_statuses_are_the_tables() -> None:
    for entry in json.loads(GOLDEN.read_text("utf-8")):
        slug = entry["body"]["type"].removeprefix("/problems/")
        assert entry["status"] == entry["body"]["status"] == problem_types.BY_SLUG[slug].status
        assert entry["headers"]["content-type"] == "application/problem+json"
        assert entry["name"].startswith(slug)


def test_a_query_that_cannot_be_read_says_so(site: Site) -> None:
    for query, said in (("q=%ff%fe", "not UTF-8"), ("colour=red", "no parameter and no column 'colour'")):
        answer = site.partner().get(f"/api/documents?{query}")
        assert (answer.status, answer.json()["type"]) == (400, "/problems/bad-request") and said in answer.json()["detail"]


def test_violations_are_the_same_bytes_on_every_face(site: Site) -> None:
    body = broken()
    tree = parser.parse(body)
    schema, _ = site.services.registry.for_root(tree.getroot())
    expected = report.violations_json(validation.check(schema, body, tree).violations).encode()
    assert expected != b"[]"
    client = site.partner()
    refused = client.deliver(body)
    assert refused.status == 422 and refused.body.endswith(b'"errors":' + expected + b"}")
    problem = refused.json()
    assert problem["type"] == "/problems/invalid-document" and problem["outcome"] == "quarantined"
    dry = client.deliver(body, "/api/validate?name=a.xml")
    assert dry.status == 200 and b'"violations":' + expected in dry.body
    assert dry.json()["documents"][0]["name"] == "a.xml"
    verdict = client.get(f"/api/documents/{problem['document']}/verdict")
    assert b'"violations":' + expected in verdict.body


def test_what_fails_unexpectedly_tells_nothing_but_the_request(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: Sessions, unit: Any) -> Any:
        raise RuntimeError("the secret password is swordfish")

    client, page = site.partner(), site.editor()
    monkeypatch.setattr(Sessions, "read", fail)
    with caplog.at_level(logging.ERROR):
        answers = [client.get("/api/documents"), client.get("/health/ready"), page.get("/", "text/html")]
    for answer in answers:
        assert answer.status == 500
        assert "swordfish" not in answer.text and "Traceback" not in answer.text and "RuntimeError" not in answer.text
        assert answer.headers["x-request-id"] in answer.text
    assert "swordfish" in caplog.text and all(answer.headers["x-request-id"] in caplog.text for answer in answers)
    assert answers[0].headers["content-type"] == "application/problem+json"
    assert answers[2].headers["content-type"].startswith("text/html")


def test_unavailable_says_when_to_come_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Sessions, unit: Any, newest: bool = False) -> Any:
        raise errors.Unavailable("The database restarts.", 7)

    monkeypatch.setattr(Sessions, "read", fail)
    ready = site.anybody().get("/health/ready")
    assert ready.status == 503 and ready.headers["retry-after"].isdigit() and "The database restarts." in ready.json()["detail"]
    answer = site.partner().get("/api/documents")
    assert answer.status == 503 and answer.headers["retry-after"] == "7" and answer.json()["detail"] == "The database restarts."


def test_even_the_frame_of_everything_answers(site: Site) -> None:
    """A request that fails before CherryPy has read its headers."""
    client = site.anybody()
    for headers in ({"Cookie": 'a="\x00'}, {"Host": ""}):
        answer = client("GET", "/api/documents", None, headers)
        assert answer.status in {400, 401} and answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
    answer = client("GET", "/api/documents?q=%ff%fe")
    assert answer.status in {400, 401, 404} and answer.json()["request_id"]


def test_a_page_for_browsers_a_document_for_programs(site: Site) -> None:
    client = site.partner()
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get("/api/nothing", browser).headers["content-type"].startswith("text/html")
    assert client.get("/api/nothing", "*/*").headers["content-type"] == problems.MEDIA_TYPE
    assert site.anybody().get("/nothing", browser).headers["content-type"].startswith("text/html")
    assert site.anybody().get("/nothing", "application/json").headers["content-type"] == problems.MEDIA_TYPE


def test_below_another_path(site: Site) -> None:
    """Mounted at /md, types and links lead there."""
    client = Client(site.application, script_name="/md")
    answer = client.get("/api/documents")
    assert answer.json()["type"] == "/md/problems/unauthenticated" and answer.json()["instance"] == "/md/api/documents"
    assert client.get("/", "text/html").headers["location"] == "/md/login"
    assert 'action="/md/login"' in client.get("/login", "text/html").text


def test_two_instances_in_one_process(site: Site, stocked: Site) -> None:
    one, two = site.partner(), stocked.partner(stocked.token)
    assert one.get("/api/documents").status == two.get("/api/documents").status == 200
    assert stocked.partner(site.token).get("/api/documents").status == 401
