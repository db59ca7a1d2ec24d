"""PUT and DELETE: nobody's work is overwritten unseen, and what is withdrawn is gone but not lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.server import Answer, Server
from tests.web.conftest import XML, Site, broken, sample

FILM = sample("valid/film-de-dijk.xml")


def _film(number: str, title: str = "De dijk") -> bytes:
    return FILM.replace(b"prg-20417", number.encode()).replace(b"De dijk", title.encode())


def test_revise(site: Site) -> None:
    client = site.partner()
    made = client.deliver(_film("prg-put"))
    here, tag = made.headers["location"], made.headers["etag"]
    assert tag == client.get(here).headers["etag"]
    revised = client("PUT", f"{here}?reason=a+slip", _film("prg-put", "Dijken"), {**XML, "If-Match": tag})
    assert (revised.status, revised.json()["outcome"], revised.json()["revision"]) == (200, "revised", 2), revised.text
    assert revised.headers["etag"] == client.get(here).headers["etag"] != tag and client.get(here).body == _film("prg-put", "Dijken")
    assert client.get(f"{here}/revisions").json()["revisions"][0]["reason"] == "a slip"
    for headers, status, slug in (
        ({"If-Match": tag}, 412, "precondition-failed"),
        ({"If-Match": f"W/{revised.headers['etag']}"}, 412, "precondition-failed"),
        ({}, 428, "precondition-required"),
        ({"If-None-Match": "*"}, 412, "precondition-failed"),
        ({"If-None-Match": tag}, 400, "bad-request"),
    ):
        refused = client("PUT", here, _film("prg-put", "Anders"), {**XML, **headers})
        assert (refused.status, refused.json()["type"]) == (status, f"/problems/{slug}"), headers
    late = client("PUT", here, _film("prg-put", "Anders"), {**XML, "If-Match": tag}).json()
    assert late["etag"] == revised.headers["etag"] and client.get(f"/api/receipts/{late['receipt']}").json()["status"] == 412
    other = client("PUT", here, _film("prg-other"), {**XML, "If-Match": "*"})
    assert (other.status, other.json()["type"]) == (409, "/problems/conflict") and "prg-other" in other.json()["detail"]
    bad = client("PUT", here, broken(_film("prg-put")), {**XML, "If-Match": "*"})
    assert (bad.status, bad.json()["outcome"], bad.json()["document"]) == (422, "quarantined", here.rsplit("/", 1)[1])
    assert site.partner(site.other_token)("PUT", here, FILM, {**XML, "If-Match": "*"}).status == 404


def test_create_only(site: Site) -> None:
    client = site.partner()
    assert client.deliver(_film("prg-only"), if_none_match="*").status == 201
    again = client.deliver(_film("prg-only", "Anders"), if_none_match="*")
    assert (again.status, again.json()["type"]) == (412, "/problems/precondition-failed")


def test_withdraw(site: Site) -> None:
    client = site.partner()
    made = client.deliver(_film("prg-away"))
    here, tag = made.headers["location"], {"If-Match": made.headers["etag"]}
    assert client("DELETE", here).status == 428
    assert client("DELETE", here, None, {"If-Match": '"other"'}).status == 412
    assert site.partner(site.other_token)("DELETE", here, None, tag).status == 404
    assert site.partner(site.reading_token)("DELETE", here, None, tag).status == 403
    gone = client("DELETE", here, None, tag)
    assert (gone.status, gone.body) == (204, b"") and "content-type" not in gone.headers
    for answer in (client.get(here), client.get(f"{here}/verdict"), client("DELETE", here, None, tag), client("HEAD", here)):
        assert answer.status == 410
    assert client.get(here).json()["type"] == "/problems/gone"
    assert client.get(f"{here}/revisions/1").body == _film("prg-away")
    assert client.get("/api/documents?q=identity:prg-away&state=published").json()["documents"] == []
    put = client("PUT", here, _film("prg-away", "Terug"), {**XML, "If-Match": "*"})
    assert (put.status, client.get(f"/api/receipts/{put.json()['receipt']}").json()["outcome"]) == (410, "refused")


def test_of_many_who_read_the_same_one_changes_it(server: Server, stocked: Site) -> None:
    """Over HTTP, at once: one revision, and everybody else is told."""
    client = {"Authorization": f"Bearer {stocked.token}", **XML}
    made = server.request("POST", "/api/documents", _film("prg-race"), client)
    here, tag = made.headers["location"], made.headers["etag"]

    def put(number: int) -> Answer:
        return server.request("PUT", here, _film("prg-race", f"Dijk {number}"), {**client, "If-Match": tag})

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(answer.status for answer in pool.map(put, range(8)))
    assert statuses == [200, *[412] * 7]
    assert len(server.request("GET", f"{here}/revisions", None, client).json()["revisions"]) == 2


def test_a_change_that_is_repeated_with_its_key_is_done_once(site: Site) -> None:
    client = site.partner()
    made = client.deliver(_film("prg-repeated"))
    headers = {**XML, "If-Match": made.headers["etag"], "Idempotency-Key": '"put once"'}
    first, again = (client("PUT", made.headers["location"], _film("prg-repeated", "Twee"), headers) for _ in range(2))
    assert (first.status, first.body) == (200, again.body) and again.headers["idempotent-replayed"] == "true"
