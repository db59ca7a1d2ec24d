"""The API as a partner meets it: deliver, find, read in any form, check first."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import pytest

from tests.web.conftest import Client, Site, broken, sample
from xmlsvc.web import app, feeds, oai, schemas

FILM = sample("valid/film-de-dijk.xml")


def _film(number: str, title: str = "De dijk") -> bytes:
    return FILM.replace(b"prg-20417", number.encode()).replace(b"De dijk", title.encode())


def test_routes_are_pinned(site: Site) -> None:
    """Other people's scripts use these addresses: add freely, rename never."""
    services = site.services
    served = {
        (f"{prefix}{route.template}", method)
        for prefix, routes in (
            ("/api", app.api_routes(services)),
            ("/health", app.health_routes(services)),
            ("", app.page_routes(services)),
            *feeds.routes(services).items(),
            *oai.routes(services).items(),
            *schemas.routes(services).items(),
        )
        for route in routes
        for method in route.methods
    }
    pinned = {(line.split()[0], method) for line in PINNED for method in line.split()[1:]}
    assert pinned - served == set()


PINNED = (
    "/api/documents GET HEAD POST",
    "/api/documents/{id} GET HEAD PUT DELETE",
    "/api/documents/{id}/verdict GET HEAD",
    "/api/documents/{id}/revisions GET HEAD",
    "/api/documents/{id}/revisions/{number} GET HEAD",
    "/api/documents/{id}/revisions/{number}/verdict GET HEAD",
    "/api/batches POST",
    "/api/validate POST",
    "/api/receipts GET HEAD",
    "/api/receipts/{id} GET HEAD",
    "/api/receipts/{id}/body GET HEAD",
    "/api/partners/{name}/scorecard GET HEAD",
    "/api/audit GET HEAD",
    "/api/webhooks GET HEAD POST",
    "/api/webhooks/{id} GET HEAD DELETE",
    "/api/webhooks/{id}/secret POST",
    "/api/webhooks/{id}/messages GET HEAD POST",
    "/api/vocabularies GET HEAD",
    "/api/vocabularies/{name} GET HEAD",
    "/api/vocabularies/{name}/{version} GET HEAD",
    "/api/openapi.json GET HEAD",
    "/api/docs GET HEAD",
    "/health/live GET HEAD",
    "/health/ready GET HEAD",
    "/ GET HEAD",
    "/login GET HEAD POST",
    "/logout POST",
    "/theme POST",
    "/documents GET HEAD",
    "/documents/{id} GET HEAD",
    "/documents/{id}/source GET HEAD",
    "/documents/{id}/outputs GET HEAD",
    "/documents/{id}/history GET HEAD",
    "/documents/{id}/rows GET HEAD",
    "/documents/{id}/outputs/{format} GET HEAD",
    "/upload GET HEAD POST",
    "/receipts GET HEAD",
    "/receipts/{id} GET HEAD",
    "/vocabularies GET HEAD",
    "/vocabularies/{name} GET HEAD",
    "/partners GET HEAD",
    "/partners/{name} GET HEAD",
    "/audit GET HEAD",
    "/problems GET HEAD",
    "/problems/{slug} GET HEAD",
    "/static/{name*} GET HEAD",
    "/favicon.ico GET HEAD",
    "/api/documents/{id} PATCH",
    "/api/documents/{id}/diff GET",
    "/api/documents/{id}/provenance GET",
    "/api/runs GET POST",
    "/api/runs/{id} GET DELETE",
    "/api/runs/{id}/items GET",
    "/api/runs/{id}/clusters GET",
    "/api/runs/{id}/events GET",
    "/api/files GET",
    "/api/jobs GET POST",
    "/api/jobs/claim POST",
    "/api/jobs/{id} GET DELETE",
    "/api/jobs/{id}/heartbeat POST",
    "/api/jobs/{id}/complete POST",
    "/api/jobs/{id}/fail POST",
    "/feeds/{name} GET",
    "/sitemap.xml/ GET",
    "/sitemaps/{name} GET",
    "/oai/ GET POST",
    "/schemas/{vocabulary}/{version}/{file*} GET",
)


def test_deliver_revise_repeat(site: Site) -> None:
    client = site.partner()
    first = client.deliver(_film("prg-way1"))
    assert first.status == 201, first.text
    made = first.json()
    assert first.headers["location"] == f"/api/documents/{made['id']}" == made["links"]["self"]
    assert (made["outcome"], made["revision"], made["valid"], made["identity"]) == ("new", 1, True, "prg-way1")
    assert made["schema"]["vocabulary"] == "programme" and made["schema"]["reason"]
    assert made["digest"] == "sha256:" + hashlib.sha256(_film("prg-way1")).hexdigest()
    again = client.deliver(_film("prg-way1"))
    assert (again.status, again.json()["outcome"], again.json()["revision"], again.json()["id"]) == (200, "unchanged", 1, made["id"])
    changed = client.deliver(_film("prg-way1", "De dijken"))
    assert (changed.status, changed.json()["outcome"], changed.json()["revision"], changed.json()["id"]) == (200, "revised", 2, made["id"])
    bad = client.deliver(broken(_film("prg-way1")))
    assert (bad.status, bad.json()["outcome"], bad.json()["revision"], bad.json()["document"]) == (422, "quarantined", 3, made["id"])
    shown = client.get(made["links"]["self"], "application/json").json()
    assert (shown["state"], shown["revision"], shown["published"], shown["valid"]) == ("quarantined", 3, 2, False)
    listed = client.get(made["links"]["revisions"]).json()["revisions"]
    assert [(each["revision"], each["valid"]) for each in listed] == [(3, False), (2, True), (1, True)]
    assert client.get(f"{made['links']['self']}/revisions/1").body == _film("prg-way1")


def test_receipts(site: Site) -> None:
    client = site.partner()
    made = client.deliver(_film("prg-receipt"), content_disposition='attachment; filename="reel/one film.xml"').json()
    found = client.get(made["links"]["receipt"]).json()
    assert (found["name"], found["outcome"], found["status"], found["document"]) == ("one film.xml", "new", 201, made["id"])
    assert client.get(found["links"]["body"]).body == _film("prg-receipt")
    refused = client.deliver(b"<a><b></a>", path="/api/documents?name=half.xml").json()
    kept = client.get(f"/api/receipts/{refused['receipt']}").json()
    assert (kept["outcome"], kept["status"], kept["name"], kept["problem"]["slug"]) == ("refused", 400, "half.xml", "not-well-formed")
    assert client.get(kept["links"]["body"]).body == b"<a><b></a>"
    by_digest = client.get(f"/api/receipts?digest={quote(found['digest'])}").json()["receipts"]
    assert [each["id"] for each in by_digest] == [found["id"]]
    assert site.partner(site.other_token).get(made["links"]["receipt"]).status == 404


def test_a_file_name_is_no_identity(site: Site) -> None:
    """Two deliveries of one name are two documents, unless the vocabulary or ?id= says otherwise; here the vocabulary does."""
    client = site.partner()
    one = client.deliver(_film("prg-name1"), "/api/documents?name=export.xml").json()
    two = client.deliver(_film("prg-name2"), "/api/documents?name=export.xml").json()
    assert one["id"] != two["id"]


def test_representations(site: Site) -> None:
    client = site.partner()
    made = client.deliver(_film("prg-forms")).json()
    here = made["links"]["self"]
    xml = client.get(here)
    assert xml.body == _film("prg-forms") and xml.headers["content-type"] == "application/xml"
    assert xml.headers["etag"] == f'"{made["digest"].removeprefix("sha256:")}"' and "Accept" in xml.headers["vary"]
    assert "sandbox" in xml.headers["content-security-policy"] and xml.headers["x-content-type-options"] == "nosniff"
    described = client.get(here, "application/json").json()
    assert described["identity"] == "prg-forms" and described["content"]["programme"]["@id"] == "prg-forms"
    assert {"xml", "html", "json"} <= set(described["formats"])
    assert client.get(here, "text/html").headers["content-type"].startswith("text/html")
    for name in described["formats"]:
        answer = client.get(f"{here}?format={name}")
        assert answer.status == 200 and answer.body, name
        assert client.get(f"{here}?format={name}", if_none_match=answer.headers["etag"]).status == 304
    saved = client.get(f"{here}?format=xml&download=1")
    assert saved.headers["content-disposition"] == 'attachment; filename="prg-forms.xml"'
    assert client.get(here, "application/xml;q=0.1, application/json").headers["content-type"] == "application/json"


def test_conditional_requests(site: Site) -> None:
    client = site.partner()
    here = client.deliver(_film("prg-etag")).json()["links"]["self"]
    tag = client.get(here).headers["etag"]
    same = client.get(here, if_none_match=f'"other", W/{tag}')
    assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
    assert client.get(here, if_none_match='"other"').status == 200
    assert client.get(here, "application/json").headers["etag"] != tag
    client.deliver(_film("prg-etag", "Anders"))
    assert client.get(here, if_none_match=tag).status == 200


def test_head_and_options(site: Site) -> None:
    client = site.partner()
    here = client.deliver(_film("prg-head")).json()["links"]["self"]
    get, head = client.get(here), client("HEAD", here)
    assert head.status == 200 and head.body == b""
    same = {"content-type", "etag", "content-length", "vary"}
    assert {k: v for k, v in head.headers.items() if k in same} == {k: v for k, v in get.headers.items() if k in same}
    options = client("OPTIONS", here)
    assert (options.status, options.headers["allow"], options.body) == (204, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS", b"")
    assert client("HEAD", "/api/nothing").body == b""


def test_partners_see_only_their_own(site: Site) -> None:
    mine = site.partner().deliver(_film("prg-mine")).json()
    other = site.partner(site.other_token)
    for path in (mine["links"]["self"], mine["links"]["revisions"], mine["links"]["verdict"], f"{mine['links']['self']}/revisions/1"):
        assert other.get(path).status == 404, path
    theirs = other.deliver(_film("prg-mine")).json()
    assert theirs["outcome"] == "new" and theirs["id"] != mine["id"]
    assert mine["id"] not in other.get("/api/documents?limit=200").text
    assert site.editor().get(mine["links"]["self"], "application/xml").status == 200


def test_find_and_page(stocked: Site) -> None:
    client = stocked.partner()
    everything, path = [], "/api/documents?limit=7"
    while path:
        answer = client.get(path)
        page = answer.json()
        everything += [each["id"] for each in page["documents"]]
        assert len(page["documents"]) <= 7
        assert (f'<{page["next"]}>; rel="next"' == answer.headers.get("link")) == bool(page["next"])
        path = page["next"]
    assert len(everything) == len(set(everything)) >= 20
    found = client.get("/api/documents?q=dijk").json()["documents"]
    assert found and all("dijk" in each["title"].lower() or each["vocabulary"] == "programme" for each in found)
    quarantined = client.get("/api/documents?state=quarantined&valid=false").json()["documents"]
    assert quarantined and all(not each["valid"] for each in quarantined)
    by_column = client.get("/api/documents?vocabulary=programme&kind=feature-film").json()["documents"]
    assert by_column and len(by_column) < len(everything)
    assert client.get("/api/documents?partner=delta").json()["documents"] == []


def test_named_schema(site: Site) -> None:
    client = site.partner()
    old = sample("valid/old-documentary-glas.xml")
    named = client.deliver(old, "/api/validate?schema=programme@1.0").json()["documents"][0]
    assert (named["valid"], named["schema"]["version"], named["schema"]["reason"]) == (True, "1.0", "named by the caller")
    other = client.deliver(old, "/api/validate?schema=programme@1.1").json()["documents"][0]
    assert other["schema"]["version"] == "1.1" and not other["valid"]


def test_validating_stores_nothing(site: Site) -> None:
    client = site.partner()
    before = client.get("/api/receipts?limit=100").json()["receipts"]
    assert client.deliver(_film("prg-dry"), "/api/validate").json()["documents"][0]["valid"] is True
    assert client.get("/api/receipts?limit=100").json()["receipts"] == before
    assert client.get("/api/documents?q=identity:prg-dry").json()["documents"] == []


def test_vocabularies(site: Site) -> None:
    client = site.partner()
    listed = client.get("/api/vocabularies").json()["vocabularies"]
    programme = next(each for each in listed if each["name"] == "programme")
    assert [each["version"] for each in programme["versions"] if each["active"]] == ["1.1"]
    version = client.get(programme["versions"][0]["links"]["self"]).json()
    assert "{urn:xmlsvc:programme}series" in version["roots"] and {"name": "xml", "media_type": "application/xml"} in version["formats"]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_needs_nobody(site: Site, path: str) -> None:
    answer = site.anybody().get(path)
    assert (answer.status, answer.json()["status"], answer.headers["cache-control"]) == (200, "ok", "no-store")


def test_live_asks_no_database(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(site.services.sessions), "read", None)
    assert site.anybody().get("/health/live").status == 200


def test_an_editors_cookie_works_for_the_api_but_not_from_elsewhere(site: Site) -> None:
    editor = Client(site.application, cookies=site.editor().cookies)
    assert editor.get("/api/documents").status == 200
    own = editor.deliver(_film("prg-cookie"), "/api/documents?partner=delta", sec_fetch_site="same-origin")
    assert own.status == 201, own.text
    for headers in (
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
    ):
        refused = editor.deliver(_film("prg-csrf"), "/api/documents?partner=delta", **headers)
        assert refused.status == 403 and refused.json()["type"] == "/problems/forbidden", headers
    assert editor.deliver(_film("prg-cookie2"), "/api/documents?partner=delta", origin="http://service.example").status == 201
    assert editor.deliver(_film("prg-cookie3")).json()["type"] == "/problems/bad-request"  # whose is it?


def test_bodies_end_where_their_length_says(site: Site) -> None:
    """A server that does not cut wsgi.input must not make us read on."""
    client = site.partner()
    short = client("POST", "/api/validate", FILM, {"Content-Type": "application/xml", "Content-Length": str(len(FILM) + 10)})
    assert short.status == 400 and "ended after" in short.json()["detail"]
    none = Client(site.application, client.headers)("POST", "/api/validate", None, {"Content-Type": "application/xml"})
    assert none.status == 411 and none.json()["type"] == "/problems/length-required"
