"""Golden exchanges: what a partner sends and what it gets, word for word, for every row of the API. Clock and ids are fixed."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import XML, Answer, Client, Site, broken, build, sample
from xmlsvc.clock import FixedClock
from xmlsvc.publish import formats
from xmlsvc.web import app

FOLDER = Path(__file__).parent / "golden"
EXCHANGES, REPRESENTATIONS = FOLDER / "exchanges.json", FOLDER / "representations"
FILM = sample("valid/film-de-dijk.xml")
KEPT = {
    "accept", "allow", "content-disposition", "content-digest", "content-language", "content-location", "content-type", "etag",
    "idempotent-replayed", "link", "location", "preference-applied", "retry-after", "vary", "www-authenticate",
}  # fmt: skip


def digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


class Recorder:
    """Asks, and keeps what was said."""

    def __init__(self, client: Client) -> None:
        self._client, self.entries = client, []  # type: ignore[var-annotated]

    def __call__(self, name: str, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        answer = self._client(method, path, body, named)
        shown: Any = answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
        kept = {key: value for key, value in sorted(answer.headers.items()) if key in KEPT}
        asked = {"name": name, "request": f"{method} {path}", "with": named}
        self.entries.append({**asked, "status": answer.status, "headers": kept, "body": shown})
        return answer


def zipped(*files: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data)
    return made.getvalue()


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = build(tmp_path_factory.mktemp("golden") / "instance")
    with made.services as house:
        clock = FixedClock(datetime(2024, 5, 3, 12, 0, tzinfo=UTC), timedelta(milliseconds=1))
        services = replace(house, clock=clock)
        yield replace(made, services=services, application=app.application(services))


def _record(fixed: Site) -> Recorder:
    ask = Recorder(fixed.partner())
    named = {"content_digest": digest(FILM), "content_disposition": 'attachment; filename="a.xml"'}
    made = ask("deliver", "POST", "/api/documents", FILM, **XML, **named)
    here = made.json()["links"]["self"]
    ask("deliver-again", "POST", "/api/documents", FILM, **XML)
    changed = FILM.replace(b"De dijk", b"De dijken")
    ask("deliver-compressed", "POST", "/api/documents", gzip.compress(changed, mtime=0), **XML, content_encoding="gzip")
    ask("deliver-minimal", "POST", "/api/documents", changed, **XML, prefer="return=minimal")
    ask("deliver-only-new", "POST", "/api/documents", changed, **XML, if_none_match="*")
    ask("deliver-changed-on-the-way", "POST", "/api/documents", FILM, **XML, content_digest=digest(b"other"))
    invalid = broken(FILM.replace(b"prg-20417", b"prg-broken"))
    ask("deliver-invalid", "POST", "/api/documents", invalid, **XML)
    ask("deliver-invalid-in-dutch", "POST", "/api/documents", invalid, **XML, accept_language="nl")
    key = {"idempotency_key": '"9c1e"'}
    ask("deliver-with-a-key", "POST", "/api/documents", FILM.replace(b"prg-20417", b"prg-key"), **XML, **key)
    ask("deliver-with-the-key-again", "POST", "/api/documents", FILM.replace(b"prg-20417", b"prg-key"), **XML, **key)
    tag = ask("read", "GET", here).headers["etag"]
    ask("read-what-is-known", "GET", here, if_none_match=tag)
    ask("read-what-is-none", "GET", "/api/documents/none")
    ask("find-the-first", "GET", "/api/documents?limit=1")
    ask("find-the-second", "GET", ask.entries[-1]["body"]["next"])
    ask("revisions", "GET", f"{here}/revisions")
    ask("revision", "GET", f"{here}/revisions/1", accept="application/xml")
    ask("verdict", "GET", f"{here}/verdict")
    ask("revise", "PUT", here, FILM, **XML, if_match=tag)
    ask("revise-too-late", "PUT", here, changed, **XML, if_match=tag)
    ask("revise-blindly", "PUT", here, changed, **XML)
    ask("check", "POST", "/api/validate?name=b.xml", broken(FILM), **XML)
    ask("receipts", "GET", "/api/receipts?name=a.xml")
    ask("receipts-one-by-one", "GET", "/api/receipts?outcome=unchanged&limit=1")
    ask("receipts-the-next", "GET", ask.entries[-1]["body"]["next"])
    ask("receipt", "GET", made.json()["links"]["receipt"])
    both = zipped(("good.xml", FILM.replace(b"prg-20417", b"prg-batch")), ("bad.xml", b"<a>"), ("../x.xml", FILM), ("readme.txt", b"hello"))
    ask("batch", "POST", "/api/batches?name=day.zip", both, content_type="application/zip")
    ask("batch-as-csv", "POST", "/api/batches?name=day.zip", both, content_type="application/zip", accept="text/csv")
    ask("batch-as-junit", "POST", "/api/batches?name=day.zip", both, content_type="application/zip", accept="application/xml")
    ask("batch-later", "POST", "/api/batches?name=day.zip", both, content_type="application/zip", prefer="respond-async")
    ask("run-of-a-batch", "GET", ask.entries[-1]["headers"]["location"])
    ask("scorecard", "GET", "/api/partners/nordlys/scorecard?days=2")
    ask("options", "OPTIONS", here)
    ask("withdraw", "DELETE", here, if_match="*")
    ask("read-what-was-withdrawn", "GET", here)
    return ask


def test_golden_exchanges(fixed: Site) -> None:
    """XMLSVC_GOLDEN=write writes the file anew."""
    recorded = json.loads(json.dumps(_record(fixed).entries, ensure_ascii=False))
    if os.environ.get("XMLSVC_GOLDEN") == "write":
        EXCHANGES.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", "utf-8")
    known = json.loads(EXCHANGES.read_text("utf-8"))
    assert [each["name"] for each in recorded] == [each["name"] for each in known]
    for one, other in zip(recorded, known, strict=True):
        assert one == other, one["name"]


def test_golden_representations(fixed: Site) -> None:
    """Each format of the vocabulary, chosen by ?format= and, where its media type is its own, by Accept."""
    client = fixed.partner()
    made = client.deliver(FILM.replace(b"prg-20417", b"prg-forms")).json()
    schema = fixed.services.registry.by_digest(made["schema"]["digest"])
    known = {**formats.of(schema)}
    suffixes = {name: each.suffix for name, each in known.items()}
    media_types = [each.media_type.partition(";")[0] for each in known.values()]
    for name, each in known.items():
        answer = client.get(f"{made['links']['self']}?format={name}")
        path = REPRESENTATIONS / f"{name}.{suffixes[name]}"
        if os.environ.get("XMLSVC_GOLDEN") == "write":
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(answer.body)
        assert answer.body == path.read_bytes(), name
        assert answer.headers["content-digest"] == digest(answer.body)
        plain = each.media_type.partition(";")[0]
        if media_types.count(plain) == 1 and plain not in {"application/xml", "application/json"}:
            assert client.get(made["links"]["self"], plain).body == answer.body, name
    assert {path.name.partition(".")[0] for path in REPRESENTATIONS.iterdir()} == set(known)
