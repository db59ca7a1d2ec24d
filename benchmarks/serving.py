"""Small reads a second over HTTP, against a bare CherryPy handler that returns the same bytes.

One process each, 4 clients on kept connections; in every round the service and the floor take turns. Reads: a document's XML with a token,
the same confirmed by its entity tag (304), a published rendering without a login.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import client
from benchmarks.common import ROOT, Sample, cpu_of, peak_of, spread, table
from tests import mariadb
from tests.mariadb import free_port
from tests.server import serving
from xmlsvc import builtin
from xmlsvc.documents import accounts, instance, services, submit
from xmlsvc.documents.access import OPERATOR

CLIENTS = 4
DOCUMENT = builtin.path("samples") / "valid" / "clip-web-only.xml"


@contextlib.contextmanager
def _bare(body: Path) -> Iterator[tuple[int, int]]:
    """(port, process) of the floor."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "benchmarks.bare_server", str(port), str(body)], cwd=ROOT) as process:
        try:
            client.wait(port)
            yield port, process.pid
        finally:
            process.terminate()


def _get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode("ascii")


def _round(port: int, pid: int, request: bytes, count: int, status: int) -> Sample:
    before = cpu_of(pid)
    seconds, seen = client.drive(port, [request] * count, CLIENTS)
    assert seen == {status: count}, seen
    return Sample(count, seconds, cpu_of(pid) - before, peak_of(pid))


def _measure(home: Path, database: str | None, rounds: int, count: int) -> list[list[str]]:
    """The rows of the table for one database (SQLite, unless it is named)."""
    instance.init(home, database)
    with (home / "xmlsvc.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"rate_limit = {10**9}\n")  # it is counted, but one token asks all of it
    with services.open(home) as house:
        made = submit.submit(house, OPERATOR, DOCUMENT.read_bytes(), submit.Options(partner="house", face="load"))
        accounts.add_partner(house, OPERATOR, "reader", "Reader")
        _, token = accounts.add_token(house, OPERATOR, "house")
    path = f"/api/documents/{made.document}"
    tag = f'"{made.receipt.digest.removeprefix("sha256:")}"'
    mine = (f"Authorization: Bearer {token}", "Accept: application/xml")
    reads = {
        "XML with a token": (_get(path, *mine), 200),
        "confirmed by its tag": (_get(path, *mine, f"If-None-Match: {tag}"), 304),
    }
    rows = []
    with serving(home) as server, _bare(DOCUMENT) as (port, pid):
        worker = server.workers()[0]
        client.drive(port, [_get("/")] * 200, CLIENTS)
        for name, (request, status) in reads.items():
            client.drive(server.port, [request] * 200, CLIENTS)
            ours, floor = [], []
            for _ in range(rounds):
                ours.append(_round(server.port, worker, request, count, status))
                floor.append(_round(port, pid, _get("/"), count, 200))
            ratio = [a.rate / b.rate for a, b in zip(ours, floor, strict=True)]
            work = [b.milliseconds / a.milliseconds for a, b in zip(ours, floor, strict=True)]
            rows.append([
                f"{name}, {'MariaDB' if database else 'SQLite'}", spread([s.rate for s in ours], 0), spread([s.rate for s in floor], 0),
                f"{statistics.median(ratio):.2f}", f"{statistics.median(work):.2f}", f"{max(s.peak for s in ours) / 1e6:,.0f}",
            ])  # fmt: skip
    return rows


def main(*, large: bool) -> None:
    """Print the table."""
    rounds, count = (15, 4000) if large else (5, 400)
    with tempfile.TemporaryDirectory() as place:
        rows = _measure(Path(place) / "sqlite", None, rounds, count)
        if mariadb.installed():
            with mariadb.serving() as server:
                rows += _measure(Path(place) / "mariadb", server.uri(server.create()), rounds, count)
        else:
            print("left out: MariaDB is not installed")
    table(
        f"Reads of {DOCUMENT.stat().st_size:,} bytes, {CLIENTS} clients",
        ["", "service, /s", "bare handler, /s", "ratio (asked 0.6)", "by CPU", "peak MB"], rows,
    )  # fmt: skip
