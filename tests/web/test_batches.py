"""Batches over HTTP: every kind of body, every kind of item; what is hostile is refused by name, and nothing stops what is good."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable

import pytest

from tests.web.conftest import Answer, Client, Site, broken, sample
from xmlsvc.batch import runner
from xmlsvc.documents import accounts
from xmlsvc.documents.access import OPERATOR
from xmlsvc.validation import report

FILM = sample("valid/film-de-dijk.xml")
Files = list[tuple[str, bytes]]


def film(number: str) -> bytes:
    return FILM.replace(b"prg-20417", number.encode())


def packed_zip(files: Files) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return made.getvalue()


def packed_tar(files: Files, mode: str = "w") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def form(files: Files) -> bytes:
    parts = [
        b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\nContent-Type: application/xml\r\n\r\n'
        + data + b"\r\n" for name, data in files
    ]  # fmt: skip
    return b"".join(parts) + b"--xyz--\r\n"


def element(files: Files) -> bytes:
    inner = b"\n".join(data.removeprefix(b"\xef\xbb\xbf").partition(b"?>")[2] if data.startswith(b"<?xml") else data for _, data in files)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n<delivery date="2026-11-22">\n' + inner + b"\n</delivery>"


BODIES: dict[str, tuple[str, Callable[[Files], bytes]]] = {
    "zip": ("application/zip", packed_zip),
    "tar": ("application/x-tar", packed_tar),
    "tar.gz": ("application/gzip", lambda files: packed_tar(files, "w:gz")),
    "form": ("multipart/form-data; boundary=xyz", form),
    "element": ("application/xml", element),
}


def post(client: Client, body: bytes, media_type: str, path: str = "/api/batches?name=day.zip", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client("POST", path, body, {"Content-Type": media_type, **named})


def outcomes(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [item["outcome"] for item in answer.json()["items"]]


@pytest.mark.parametrize("kind", BODIES)
def test_every_kind_of_body_and_item(site: Site, kind: str) -> None:
    media_type, pack = BODIES[kind]
    client, mark = site.partner(), kind.replace(".", "")
    assert client.deliver(film(f"prg-{mark}0")).status == 201
    files = [
        ("same.xml", film(f"prg-{mark}0")), ("new.xml", film(f"prg-{mark}1")), ("invalid.xml", broken(film(f"prg-{mark}2"))),
        ("half.xml", b"<programme><title>x</titel></programme>"), ("strange.xml", b"<strange/>"), ("last.xml", film(f"prg-{mark}3")),
    ]  # fmt: skip
    answer = post(client, pack(files), media_type)
    first = "accepted" if kind == "element" else "unchanged"  # cut out of its element, it is without its XML declaration
    assert outcomes(answer) == [first, "accepted", "invalid", "refused", "refused", "accepted"]
    found = answer.json()
    assert sum(found["counts"].values()) == 6 and found["state"] == "done"
    if kind != "element":
        assert [item["name"] for item in found["items"]] == [f"day.zip:{name}" for name, _ in files]
    assert "not well-formed" in found["items"][3]["detail"] or "titel" in found["items"][3]["detail"]
    waiting = client.get(f"/api/documents/{found['items'][2]['document']}", "application/json").json()
    assert (waiting["state"], waiting["valid"]) == ("quarantined", False)
    assert client.get(f"/api/receipts/{found['items'][3]['receipt']}").json()["problem"]["slug"] == "not-well-formed"


def test_the_violations_are_the_same_bytes(site: Site) -> None:
    client, body = site.partner(), broken(film("prg-samebytes"))
    one = json.loads(report.violations_json(()))
    single = client.deliver(body).body.partition(b'"errors":')[2][:-1]
    batch = post(client, packed_zip([("a.xml", body)]), "application/zip").body.partition(b'"violations": ')[2].partition(b"}\n]}")[0]
    assert one == [] and single and single == batch


def test_the_receipt_keeps_the_archive(site: Site) -> None:
    client, body = site.partner(), packed_zip([("a.xml", film("prg-archive"))])
    answer = post(client, body, "application/zip", prefer="respond-async")
    assert (answer.status, answer.headers["preference-applied"]) == (202, "respond-async")
    run = answer.json()
    assert answer.headers["location"] == f"/api/runs/{run['id']}" == run["links"]["self"] and run["state"] == "waiting"
    kept = client.get(run["links"]["receipt"]).json()
    assert (kept["outcome"], kept["status"], kept["name"], kept["size"]) == ("batch", 202, "day.zip", len(body))
    assert client.get(kept["links"]["body"]).body == body
    runner.hurry(site.services, run["id"], 60)
    assert site.partner(site.other_token).get(run["links"]["receipt"]).status == 404


def test_a_key_is_done_once(site: Site) -> None:
    client, body = site.partner(), packed_zip([("a.xml", film("prg-once"))])
    first = post(client, body, "application/zip", idempotency_key='"batch-1"')
    again = post(client, body, "application/zip", idempotency_key='"batch-1"')
    assert (first.status, again.status, again.headers["idempotent-replayed"]) == (200, 200, "true")
    assert first.json()["id"] == again.json()["id"] and first.json()["items"] == again.json()["items"]
    other = post(client, packed_zip([("b.xml", film("prg-twice"))]), "application/zip", idempotency_key='"batch-1"')
    assert (other.status, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


@pytest.mark.parametrize(("accept", "media_type", "begin"), [
    ("text/csv", "text/csv; charset=utf-8", b"n,name,outcome"), ("application/xml", "application/xml", b"<?xml"),
    ("", "application/json", b"{"),
])  # fmt: skip
def test_results_in_three_forms(site: Site, accept: str, media_type: str, begin: bytes) -> None:
    body = packed_zip([("a.xml", broken(film("prg-formsbatch")))])
    answer = post(site.partner(), body, "application/zip", **({"accept": accept} if accept else {}))
    assert (answer.status, answer.headers["content-type"]) == (200, media_type) and answer.body.startswith(begin)
    assert post(site.partner(), body, "application/zip", accept="image/png").status == 406


def test_gzip_bodies(site: Site) -> None:
    client = site.partner()
    one = client.deliver(gzip.compress(film("prg-gzip")), content_encoding="gzip")
    assert one.status == 201 and client.get(one.json()["links"]["self"]).body == film("prg-gzip")
    many = gzip.compress(element([("", film("prg-gzip2"))]))
    assert outcomes(post(client, many, "application/xml", content_encoding="gzip")) == ["accepted"]
    bomb = gzip.compress(b"<a>" + b" " * 60_000_000)
    refused = client.deliver(bomb, content_encoding="gzip")
    assert (refused.status, refused.json()["type"]) == (413, "/problems/too-large")
    half = client.deliver(gzip.compress(FILM)[:-20], content_encoding="gzip")
    assert half.status == 400 and "gzip" in half.json()["detail"]
    assert client.deliver(FILM, content_encoding="br").status == 415


def test_hostile_archives(site: Site) -> None:
    client, good = site.partner(), ("good.xml", film("prg-hostile"))
    nested = packed_zip([("a.xml", FILM)])
    files = [("../../etc/passwd.xml", FILM), ("/abs.xml", FILM), ("C:\\x.xml", FILM), ("inner.zip", nested),
             ("inner.tar", packed_tar([good])), ("notes.txt", b"hello"), ("big.xml", b"<a>" + b" " * 20_000_000), good]  # fmt: skip
    for media_type, body in (("application/zip", packed_zip(files)), ("application/gzip", packed_tar(files, "w:gz"))):
        answer = post(client, body, media_type)
        assert outcomes(answer)[:7] == ["refused"] * 5 + ["skipped", "refused"] and outcomes(answer)[7] in {"accepted", "unchanged"}
        details = [item["detail"] for item in answer.json()["items"]]
        assert all("leads out of the archive" in text for text in details[:3])
        assert "zip" in details[3] and "archive itself" in details[4] and "limit" in details[6]


def test_a_bomb_ends_the_reading(site: Site) -> None:
    files = [("good.xml", film("prg-bomb"))] + [(f"{n}.xml", b"<a>" + b" " * 9_000_000) for n in range(12)]
    answer = post(site.partner(), packed_tar(files, "w:gz"), "application/gzip", prefer="wait=20")
    assert answer.headers["preference-applied"] == "wait=20"
    found = answer.json()["items"]
    assert found[0]["outcome"] == "accepted" and found[-1]["outcome"] == "refused" and "times its size" in found[-1]["detail"]
    assert len(found) < 10


@pytest.mark.parametrize(("media_type", "body", "status"), [
    ("application/json", b"{}", 415), ("", b"x", 415), ("multipart/form-data", b"x", 400), ("application/zip", b"", 400),
])  # fmt: skip
def test_what_is_no_batch_is_refused_at_once(site: Site, media_type: str, body: bytes, status: int) -> None:
    assert post(site.partner(), body, media_type).status == status


@pytest.mark.parametrize(("media_type", "body", "said"), [
    ("application/zip", b"PK\x03\x04 no zip", "cannot be read"), ("application/gzip", b"no gzip", "cannot be read"),
    ("application/x-tar", b"no tar" * 200, "cannot be read"), ("multipart/form-data; boundary=xyz", b"nothing", "boundary"),
    ("application/xml", b"<a><b/>", "cut off"), ("application/xml", b"<!DOCTYPE a><a><b/></a>", "document type"),
    ("application/xml", b"text", "no element"), ("application/zip", packed_zip([]), "no document"),
])  # fmt: skip
def test_what_cannot_be_read_is_said_in_an_item(site: Site, media_type: str, body: bytes, said: str) -> None:
    answer = post(site.partner(), body, media_type)
    found = answer.json()["items"]
    assert found[-1]["outcome"] == "refused" and said in found[-1]["detail"], found


def test_whoever_may_deliver_is_told_what_became_of_it(site: Site) -> None:
    """A token that may only deliver, and an editor, who may start no other runs; and what they started they can follow."""
    body = packed_zip([("a.xml", film("prg-whoever"))])
    only = accounts.add_token(site.services, OPERATOR, "nordlys", ["submit"])[1]
    assert outcomes(post(Client(site.application, {"Authorization": f"Bearer {only}"}), body, "application/zip")) == ["accepted"]
    editor = site.editor()
    answer = post(editor, body, "application/zip", "/api/batches?partner=delta", origin="http://service.example", accept="application/json")
    assert outcomes(answer) == ["accepted"]
    run = f"/api/runs/{answer.json()['id']}"
    assert editor.get(run, "application/json").json()["state"] == "done"
    assert editor.get(f"{run}/items", "application/json").json()["items"][0]["outcome"] == "accepted"
    assert site.partner().get(run).status == 404
