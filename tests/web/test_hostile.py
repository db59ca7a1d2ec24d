"""Hostile files sent to every address that takes XML: a clear refusal or a harmless acceptance; nothing is read, called or blown up."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.canary import SECRET, Canary, placed
from tests.conftest import FULL
from tests.server import Answer, Server
from tests.web.conftest import XML, Site, sample

SECONDS = 20.0
GROWTH = 400_000  # kB, over all processes of the service
TIMES = 10 if FULL else 1
CALM = {200, 201, 202, 400, 409, 412, 413, 415, 422, 428}


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    with placed(tmp_path_factory.mktemp("canary")) as made:
        yield made


def family(pid: int) -> set[int]:
    """A process with all its descendants."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found, left = set(), [pid]
    while left:
        one = left.pop()
        found.add(one)
        left += children.get(one, [])
    return found


def memory(pid: int) -> int:
    """The resident memory of a process and its descendants, in kB."""
    total = 0
    for one in family(pid):
        try:
            lines = Path(f"/proc/{one}/status").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return total


def ways(server: Server, site: Site, body: bytes) -> Iterator[tuple[str, Answer]]:
    """The body, sent to each address that takes XML, in each way that it takes it."""
    known = {"Authorization": f"Bearer {site.token}", "Accept": "application/json"}
    document = server.get("/api/documents?limit=1", token=site.token).json()["documents"][0]["id"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", body)
    here = f"/api/documents/{document}"
    for method, path, data, headers in (
        ("POST", "/api/documents", body, XML),
        ("POST", "/api/documents?schema=programme", body, {"Content-Type": "text/xml; charset=utf-7"}),
        ("POST", "/api/documents", gzip.compress(body), {**XML, "Content-Encoding": "gzip"}),
        ("POST", "/api/validate", body, XML),
        ("POST", "/api/batches", body, XML),
        ("POST", "/api/batches", packed.getvalue(), {"Content-Type": "application/zip"}),
        ("PUT", here, body, {**XML, "If-Match": "*"}),
        ("PATCH", here, body, {"Content-Type": "application/xml-patch+xml", "If-Match": "*"}),
    ):
        yield f"{method} {path} {headers}", server.request(method, path, data, {**known, **headers})


def check(server: Server, site: Site, body: bytes, canary: Canary) -> None:
    """Every way ends soon, calmly, and without the secret."""
    for way, answer in _timed(server, site, body):
        assert answer.status in CALM, f"{way}: {answer.status} {answer.body[:500]!r}"
        assert SECRET.encode() not in answer.body and b"root:x:0" not in answer.body, way
        if answer.status >= 400:
            assert answer.headers["content-type"] == "application/problem+json" and answer.json()["detail"], way
    assert canary.untouched(), canary.hits


def _timed(server: Server, site: Site, body: bytes) -> Iterator[tuple[str, Answer]]:
    source = ways(server, site, body)
    while True:
        began = time.monotonic()
        found = next(source, None)
        if found is None:
            return
        assert time.monotonic() - began < SECONDS, found[0]
        yield found


def test_the_hostile_files_of_others(server: Server, stocked: Site, corpora: Path, canary: Canary) -> None:
    files = sorted(path for path in (corpora / "hostile-shared" / "docs").rglob("*") if path.is_file())
    assert len(files) > 50
    before = memory(server.process.pid)
    for path in files if FULL else files[::4]:
        check(server, stocked, path.read_bytes(), canary)
    assert memory(server.process.pid) - before < GROWTH
    assert server.get("/health/ready").status == 200


def payloads(canary: Canary) -> dict[str, bytes]:
    """What the files of others cannot name: our own canary; and what is large only once it is read."""
    film = sample("valid/film-de-dijk.xml")
    head, _, rest = film.partition(b"?>")
    return {
        "entity-file": f'<!DOCTYPE a [<!ENTITY x SYSTEM "{canary.file.as_uri()}">]><a>&x;</a>'.encode(),
        "entity-port": f'<!DOCTYPE a [<!ENTITY x SYSTEM "{canary.url}/x">]><a>&x;</a>'.encode(),
        "parameter-entity": f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{canary.url}/x.dtd"> %x;]><a/>'.encode(),
        "external-dtd": f'<!DOCTYPE a SYSTEM "{canary.url}/a.dtd"><a/>'.encode(),
        "doctype-in-a-document": head + b"?>" + f'<!DOCTYPE p SYSTEM "{canary.url}/p.dtd">'.encode() + rest,
        "doctype-in-utf-16": f'<!DOCTYPE a [<!ENTITY x SYSTEM "{canary.url}/x">]><a>&x;</a>'.encode("utf-16"),
        "xinclude": b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="'
            + canary.file.as_uri().encode() + b'"/></a>',
        "schema-location": film.replace(
            b"<p:programme ", b'<p:programme xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            b'xsi:schemaLocation="urn:xmlsvc:programme ' + canary.url.encode() + b'/p.xsd" ', 1),
        "stylesheet": f'<?xml-stylesheet type="text/xsl" href="{canary.url}/s.xsl"?><a/>'.encode(),
        "laughs": b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
            b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)) + b"]><a>&j;</a>",
        "quadratic": b'<!DOCTYPE a [<!ENTITY a "' + b"a" * 50_000 + b'">]><a>' + b"&a;" * 5_000 * TIMES + b"</a>",
        "deep": b"<a>" * 10_000 * TIMES + b"</a>" * 10_000 * TIMES,
        "deep-and-open": b"<a>" * 20_000 * TIMES,
        "attributes": b"<a " + b" ".join(b'a%d=""' % n for n in range(10_000 * TIMES)) + b"/>",
        "same-attributes": b"<a " + b'a="" ' * 5_000 * TIMES + b"/>",
        "namespaces": b"<a " + b" ".join(b'xmlns:n%d="u%d"' % (n, n) for n in range(2_000 * TIMES)) + b"/>",
        "siblings": b"<w>" + b"<x/>" * 6_000 * TIMES + b"</w>",
        "long-name": b"<" + b"a" * 100_000 * TIMES + b"/>",
        "long-text": b"<a>" + b"x" * 900_000 * TIMES + b"</a>",
        "open-quotes": b"<w>" + b'<x y="1' * 100_000 * TIMES + b"</w>",
        "wrong-ends": b"<w><a>" + b"<b>" * 50_000 * TIMES + b"<w><c></w></w>" * 30_000 * TIMES + b"</a></w>",
        "namespaces-around-many": b"<w " + b" ".join(b'xmlns:n%d="u"' % n for n in range(4_000)) + b">" + b"<x/>" * 2_000 * TIMES + b"</w>",
        "long-namespace-around-many": b'<w xmlns="' + b"u" * 60_000 + b'">' + b"<x/>" * 2_000 * TIMES + b"</w>",
        "open-comments": b"<w>" + b"<!--" * 100_000 * TIMES + b"</w>",
        "nul": b"<a>\0</a>",
        "nothing": b" ",
    }  # fmt: skip


@pytest.mark.parametrize("name", payloads(Canary(Path("/c"), Path("/c"), Path("/c"), "http://127.0.0.1:9")))
def test_payloads_that_name_our_own(server: Server, stocked: Site, canary: Canary, name: str) -> None:
    before = memory(server.process.pid)
    check(server, stocked, payloads(canary)[name], canary)
    assert memory(server.process.pid) - before < GROWTH
