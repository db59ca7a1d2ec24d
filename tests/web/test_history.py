"""PATCH, differences and provenance over HTTP: each request and its answer as they are on the wire, kept on disk."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import XML, Client, Site, broken, build, sample
from tests.web.test_problems import CountingClock
from xmlsvc.clock import FixedClock
from xmlsvc.documents import accounts
from xmlsvc.documents.access import OPERATOR
from xmlsvc.web import app

GOLDEN = Path(__file__).parent / "golden" / "history.json"
FILM = sample("valid/film-de-dijk.xml")
PATCH = {"Content-Type": "application/xml-patch+xml"}
KEPT = {"content-type", "etag", "allow", "accept-patch", "accept", "location"}


def patch(*operations: str) -> bytes:
    """An XML patch of `programme`."""
    return f'<p:patch xmlns:p="urn:ietf:rfc:7351" xmlns="urn:xmlsvc:programme">{"".join(operations)}</p:patch>'.encode()


TITLE = '<p:replace sel="/programme/title[1]/text()">Dijken</p:replace>'
BAD = '<p:replace sel="/programme/genre[1]/text()">film</p:replace>'


@pytest.fixture
def fixed(tmp_path: Path) -> Any:
    site = build(tmp_path / "instance", FixedClock())
    yield site
    site.services.close()


def _editor(site: Site) -> str:
    return accounts.add_token(site.services, OPERATOR, "user:ada", ("read", "submit", "validate", "edit"))[1]


def _client(site: Site, token: str, case: int) -> Client:
    services = replace(site.services, clock=CountingClock(case))
    return Client(app.application(services), {"Authorization": f"Bearer {token}"})


def test_golden_exchanges(fixed: Site) -> None:
    """XMLSVC_GOLDEN=write writes the file anew."""
    partner, editor = fixed.token, _editor(fixed)
    made = _client(fixed, partner, 99).deliver(FILM)
    here, first = made.headers["location"], made.headers["etag"]
    recorded: list[dict[str, Any]] = []

    def ask(name: str, token: str, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        given = {key.replace("_", "-"): value for key, value in headers.items()}
        answer = _client(fixed, token, len(recorded) + 1)(method, here + path, body, given)
        text = answer.text.replace(here, "/api/documents/DOCUMENT").replace(here.rpartition("/")[2], "DOCUMENT")
        shown = json.loads(text) if "json" in answer.headers.get("content-type", "") else text
        if isinstance(shown, dict):
            shown.pop("errors", None)
        recorded.append({"name": name, "request": f"{method} /api/documents/DOCUMENT{path}", "sent": given, "body": (body or b"").decode(),
                         "status": answer.status, "headers": {k: v for k, v in answer.headers.items() if k in KEPT}, "answer": shown})
        return answer

    ask("options", partner, "OPTIONS", "")
    ask("no If-Match", partner, "PATCH", "", patch(TITLE), **PATCH)
    ask("another type", partner, "PATCH", "", patch(TITLE), **XML, If_Match=first)
    ask("another version", partner, "PATCH", "", patch(TITLE), **PATCH, If_Match='"other"')
    ask("not well-formed", partner, "PATCH", "", b"<p:patch", **PATCH, If_Match=first)
    ask("nothing there", partner, "PATCH", "", patch('<p:remove sel="/programme/nothing"/>'), **PATCH, If_Match=first)
    ask("no patch", partner, "PATCH", "", b"<other/>", **PATCH, If_Match=first)
    ask("would be invalid", partner, "PATCH", "", patch(TITLE, BAD), **PATCH, If_Match=first)
    ask("another identity", partner, "PATCH", "", patch('<p:replace sel="/programme/@id">x</p:replace>'), **PATCH, If_Match=first)
    ask("may not", fixed.reading_token, "PATCH", "", patch(TITLE), **PATCH, If_Match=first)
    done = ask("done", partner, "PATCH", "?reason=English", patch(TITLE), **PATCH, If_Match=first)
    ask("nothing to do", partner, "PATCH", "", patch(), **PATCH, If_Match=done.headers["etag"])
    ask("an editor's draft", editor, "PATCH", "?draft=1", patch(BAD), **PATCH, If_Match=done.headers["etag"])
    ask("fields", partner, "GET", "/diff?from=1&to=2")
    ask("lines", partner, "GET", "/diff?from=1&to=2", Accept="text/plain")
    ask("a patch", partner, "GET", "/diff?from=1&to=3", Accept="application/xml-patch+xml")
    ask("the latest", partner, "GET", "/diff")
    ask("no such form", partner, "GET", "/diff", Accept="image/png")
    ask("no such revision", partner, "GET", "/diff?from=1&to=9")
    ask("no number", partner, "GET", "/diff?from=first")
    ask("provenance", partner, "GET", "/provenance")
    ask("provenance before", partner, "GET", "/revisions/1/provenance")
    if os.environ.get("XMLSVC_GOLDEN") == "write":
        GOLDEN.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", "utf-8")
    known = json.loads(GOLDEN.read_text("utf-8"))
    assert [each["name"] for each in recorded] == [each["name"] for each in known]
    for got, wanted in zip(recorded, known, strict=True):
        assert got == wanted


def test_an_editors_put(fixed: Site) -> None:
    """What is valid is published, what is not is the editor's draft; a partner's next delivery does not undo it."""
    made = fixed.partner().deliver(FILM)
    here, tag = made.headers["location"], made.headers["etag"]
    editor = Client(fixed.application, {"Authorization": f"Bearer {_editor(fixed)}", **XML})
    assert editor("PUT", here, FILM).status == 428
    done = editor("PUT", here, FILM.replace(b">De dijk<", b">Dijken<"), {"If-Match": tag})
    assert (done.status, done.json()["state"]) == (200, "published") and done.headers["etag"] == editor.get(here).headers["etag"]
    assert editor("PUT", here, FILM, {"If-Match": tag}).status == 412
    again = fixed.partner().deliver(FILM.replace(b">history<", b">crime<"))
    assert (again.json()["state"], again.json()["conflict"], again.json()["revision"]) == ("published", None, 4)
    merged = fixed.partner().get(here)
    assert b">Dijken<" in merged.body and b">crime<" in merged.body and again.headers["etag"] == merged.headers["etag"]
    clash = fixed.partner().deliver(FILM.replace(b">De dijk<", b">Dammen<"))
    assert (clash.status, clash.json()["state"]) == (200, "draft") and clash.json()["conflict"]
    bad = editor("PUT", here, broken(FILM), {"If-Match": "*"})
    assert (bad.status, bad.json()["state"]) == (422, "draft")


def test_only_what_the_patch_says_changes(fixed: Site) -> None:
    partner = fixed.partner()
    made = partner.deliver(FILM)
    here, tag = made.headers["location"], made.headers["etag"]
    done = partner("PATCH", here, patch(TITLE), {**PATCH, "If-Match": tag})
    assert done.status == 200, done.text
    assert partner.get(here).body == FILM.replace(b"De dijk", b"Dijken", 1) and partner.get(here).headers["etag"] == done.headers["etag"]
    refused = partner("PATCH", here, patch(TITLE, BAD), {**PATCH, "If-Match": done.headers["etag"]})
    assert refused.status == 422 and refused.json()["errors"][0]["value"] == "film"
    receipt = partner.get(f"/api/receipts/{refused.json()['receipt']}")
    assert receipt.json()["outcome"] == "refused"
    assert partner.get(f"/api/receipts/{refused.json()['receipt']}/body").body == patch(TITLE, BAD)
    assert partner.get(here).headers["etag"] == done.headers["etag"]
    back = partner.get(f"{here}/diff?from=2&to=1", "application/xml-patch+xml")
    assert partner("PATCH", here, back.body, {**PATCH, "If-Match": "*"}).status == 200 and partner.get(here).body == FILM
    assert partner.get(f"{here}/diff", if_none_match=partner.get(f"{here}/diff").headers["etag"]).status == 304
    assert fixed.partner(fixed.other_token)("PATCH", here, patch(TITLE), {**PATCH, "If-Match": "*"}).status == 404
