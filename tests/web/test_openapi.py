"""The description is of what is served: every route, method and problem; and what is answered is as described."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.server import Server
from tests.web.conftest import XML, Client, Site, broken, sample
from xmlsvc.web import app, openapi, problem_types
from xmlsvc.web.rest.operations import OPERATIONS

SCHEMA = Path(__file__).parent / "openapi" / "schema-3.1.json"
GOLDEN = Path(__file__).parent / "golden" / "problems.json"


@pytest.fixture(scope="module")
def described(site: Site) -> dict[str, Any]:
    answer = site.anybody().get("/api/openapi.json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert site.anybody().get("/api/openapi.json", if_none_match=answer.headers["etag"]).status == 304
    found: dict[str, Any] = answer.json()
    return found


def test_it_is_an_openapi_document(described: dict[str, Any]) -> None:
    assert not list(Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).iter_errors(described))
    for shape in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(shape)
    ids = [each["operationId"] for path in described["paths"].values() for each in path.values()]
    assert len(ids) == len(set(ids))
    assert set(_references(described)) <= set(described["components"]["schemas"])


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [str(value["$ref"]).rpartition("/")[2]] if "$ref" in value else []
        return own + [name for each in value.values() for name in _references(each)]
    return [name for each in value for name in _references(each)] if isinstance(value, list) else []


def test_it_holds_every_route_and_method_and_no_other(site: Site, described: dict[str, Any]) -> None:
    served = {(route.template, method) for route in app.api_routes(site.services) for method in route.methods if method != "HEAD"}
    assert served == set(OPERATIONS) == {(path, name.upper()) for path, methods in described["paths"].items() for name in methods}
    for path, methods in described["paths"].items():
        for shown in methods.values():
            inside = {each["name"] for each in shown["parameters"] if each["in"] == "path"}
            assert inside == {part[1:-1] for part in path.split("/") if part.startswith("{")}, path


def test_it_holds_every_status_of_every_recorded_problem(site: Site, described: dict[str, Any]) -> None:
    """Each refusal that the golden file records is among those that its method is said to have."""
    router = openapi_router(site)
    seen = 0
    for entry in json.loads(GOLDEN.read_text("utf-8")):
        method, path = entry["request"].split(" ", 1)
        slug = entry["body"]["type"].removeprefix("/problems/")
        template = router(path)
        if template is None or method.lower() not in described["paths"][template]:
            continue
        seen += 1
        told = described["paths"][template][method.lower()]["responses"][str(entry["status"])]["content"]["application/problem+json"]
        assert slug in told["examples"], entry["name"]
        Draft202012Validator(_shape(described, "Problem")).validate(entry["body"])
    assert seen > 20


def openapi_router(site: Site) -> Any:
    routes = [(route.pattern(), route.template) for route in app.api_routes(site.services)]

    def find(path: str) -> str | None:
        inner = path.partition("?")[0].removeprefix("/api")
        return next((template for pattern, template in routes if pattern.fullmatch(inner)), None)

    return find


def test_each_problem_is_the_tables(described: dict[str, Any]) -> None:
    for path in described["paths"].values():
        for shown in path.values():
            for status, answer in shown["responses"].items():
                for slug, example in answer.get("content", {}).get("application/problem+json", {}).get("examples", {}).items():
                    row = problem_types.BY_SLUG[slug]
                    assert (str(row.status), row.title) == (status, example["summary"])


def _shape(described: dict[str, Any], name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": described["components"]}


def test_answers_are_as_described(server: Server, stocked: Site) -> None:
    """Over HTTP: each answer that is JSON satisfies the schema that the description gives for its status."""
    described = server.get("/api/openapi.json").json()
    known = {"Authorization": f"Bearer {stocked.token}", "Accept": "application/json"}
    film = sample("valid/film-de-dijk.xml").replace(b"prg-20417", b"prg-described")
    made = server.request("POST", "/api/documents", film, {**known, **XML})
    document, receipt = made.json()["id"], made.json()["receipt"]
    asked = [
        ("POST", "/documents", "/documents", broken(film)),
        ("POST", "/validate", "/validate", broken(film)),
        ("GET", "/documents", "/documents", None),
        ("GET", "/documents/{id}/verdict", f"/documents/{document}/verdict", None),
        ("GET", "/documents/{id}/revisions", f"/documents/{document}/revisions", None),
        ("GET", "/documents/{id}/revisions/{number}/verdict", f"/documents/{document}/revisions/1/verdict", None),
        ("GET", "/receipts", "/receipts", None),
        ("GET", "/receipts/{id}", f"/receipts/{receipt}", None),
        ("GET", "/vocabularies", "/vocabularies", None),
        ("GET", "/vocabularies/{name}", "/vocabularies/programme", None),
        ("GET", "/vocabularies/{name}/{version}", "/vocabularies/programme/1.1", None),
        ("GET", "/documents/{id}", "/documents/none", None),
    ]
    for method, template, path, body in asked:
        answer = server.request(method, f"/api{path}", body, {**known, **(XML if body else {})})
        told = described["paths"][template][method.lower()]["responses"][str(answer.status)]["content"]
        shape = told[answer.headers["content-type"]]["schema"]
        Draft202012Validator({**shape, "components": described["components"]}).validate(answer.json())
    Draft202012Validator(_shape(described, "Outcome")).validate(made.json())


def test_the_page_needs_neither_login_nor_network(site: Site) -> None:
    answer = site.anybody().get("/api/docs", "text/html")
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/html")
    assert "style-src 'self'" in answer.headers["content-security-policy"] and "sandbox" not in answer.headers["content-security-policy"]
    for path, method in OPERATIONS:
        assert f"<code>{method} /api{path}</code>" in answer.text
    assert 'href="/problems/invalid-document"' in answer.text and "https://" not in answer.text.replace("http://www.w3.org", "")
    below = Client(site.application, script_name="/md").get("/api/openapi.json").json()
    assert below["servers"] == [{"url": "/md/api"}]
    assert openapi.describe(app.api_routes(site.services), "/md") == below
