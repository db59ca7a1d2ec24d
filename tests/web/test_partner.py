"""The partner's page and API: scorecard, webhooks, the changes that administrators see."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.web.conftest import PASSWORD, Client, Site, broken, sample
from xmlsvc.documents import accounts, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.storage import model
from xmlsvc.web import app

FILM = sample("valid/film-de-dijk.xml")


def film(number: str) -> bytes:
    return FILM.replace(b"prg-20417", number.encode())


def administrator(site: Site) -> Client:
    if not site.services.sessions.read(lambda store: store.find(model.Account, model.Account.name == "root").count()):
        users.add_user(site.services, OPERATOR, "root", PASSWORD, "administrator")
    secret = accounts.add_token(site.services, OPERATOR, "user:root", ["administer", "read", "run", "publish"])[1]
    return Client(site.application, {"Authorization": f"Bearer {secret}"})


def test_scorecard(site: Site) -> None:
    client = site.partner()
    client.deliver(film("prg-card1"))
    client.deliver(broken(film("prg-card2")))
    found = client.get("/api/partners/nordlys/scorecard?days=7").json()
    assert len(found["days"]) == 7 and found["days"][-1]["deliveries"] >= 2 and 0 < found["rate"] < 1
    assert found["causes"] and found["causes"][0]["days"]
    assert site.partner(site.other_token).get("/api/partners/nordlys/scorecard").status == 404
    assert client.get("/api/partners/nordlys/scorecard?days=400").status == 400
    page = site.editor().get("/partners/nordlys?days=7", "text/html")
    assert page.status == 200 and '<svg class="plot"' in page.text and found["causes"][0]["message"][:20] in page.text.replace("&#34;", '"')
    assert site.editor().get("/partners/nobody", "text/html").status == 404


def test_webhooks_by_api(site: Site) -> None:
    open_ = Client(app.application(replace(site.services, settings=replace(site.services.settings, webhook_private_targets=True))))
    client = Client(open_.application, site.partner().headers)

    def post(path: str, value: object, to: Client = client) -> tuple[int, dict[str, object]]:
        answer = to("POST", path, json.dumps(value).encode(), {"Content-Type": "application/json"})
        return answer.status, answer.json()

    status, made = post("/api/webhooks", {"url": "https://127.0.0.1/x", "events": ["document.invalid"]})
    assert status == 201 and str(made["secret"]).startswith("whsec_") and made["partner"] == "nordlys"
    assert "secret" not in client.get(f"/api/webhooks/{made['id']}").json()
    assert post("/api/webhooks", {"url": "https://127.0.0.1/x"}, site.partner())[0] == 400
    assert post("/api/webhooks", {"url": 1})[0] == post("/api/webhooks", {"url": "https://x.example", "events": "all"})[0] == 400
    assert client("POST", "/api/webhooks", b"x", {"Content-Type": "text/plain"}).headers["accept"] == "application/json"
    assert post(f"/api/webhooks/{made['id']}/secret", {})[1]["secret"] != made["secret"]
    tests = {str(post(f"/api/webhooks/{made['id']}/messages", {})[1]["id"]) for _ in range(3)}
    first = client.get(f"/api/webhooks/{made['id']}/messages?limit=2")
    page = first.json()
    assert len(page["messages"]) == 2 and first.headers["link"] == f'<{page["next"]}>; rel="next"'
    assert {each["id"] for each in page["messages"] + client.get(page["next"]).json()["messages"]} == tests
    assert site.partner(site.other_token).get(f"/api/webhooks/{made['id']}").status == 404
    assert client("DELETE", f"/api/webhooks/{made['id']}").status == 204
    assert client.get(f"/api/webhooks/{made['id']}").status == 404


def test_changes_are_for_administrators(site: Site) -> None:
    assert site.partner().get("/api/audit").status == 403
    client = administrator(site)
    here = site.partner().deliver(film("prg-audit")).json()
    tag = site.partner().get(here["links"]["self"]).headers["etag"]
    assert site.partner()("DELETE", here["links"]["self"], headers={"If-Match": tag}).status == 204
    found = client.get(f"/api/audit?subject=document:{here['id']}").json()["changes"]
    assert [(each["action"], each["actor"]) for each in found] == [("document.withdraw", "partner:nordlys")]
    page = client.get("/api/audit?limit=1")
    assert page.headers["link"] == f'<{page.json()["next"]}>; rel="next"'
    following = client.get(page.json()["next"]).json()["changes"]
    assert following[0]["id"] != page.json()["changes"][0]["id"]
    assert client.get("/audit", "text/html").status == 200 and "document.withdraw" in client.get("/audit", "text/html").text


@pytest.mark.parametrize("path", ["/api/audit?after=nonsense", "/api/audit?limit=0"])
def test_cursors_are_checked(site: Site, path: str) -> None:
    assert administrator(site).get(path).status == 400
