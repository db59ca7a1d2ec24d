"""What may break under the service: disk, file, database, clock, senders. Each is said plainly; what was acknowledged stays."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.left_out import require
from tests.mariadb import installed
from tests.server import serving
from tests.storage.cluster import running
from tests.web.conftest import XML, build, sample
from xmlsvc.batch import verify
from xmlsvc.clock import FixedClock
from xmlsvc.documents import accounts, instance, receipts, revisions, search, services, submit
from xmlsvc.documents.access import OPERATOR
from xmlsvc.errors import Error, Unavailable
from xmlsvc.storage import model
from xmlsvc.storage.sessions import Sessions

FILM = sample("valid/film-de-dijk.xml")


def _body(number: int) -> bytes:
    return FILM.replace(b"prg-20417", b"prg-%05d" % number)


def _titled(text: str) -> bytes:
    return re.sub(rb"(<p:title[^>]*>)[^<]*", rb"\1" + text.encode(), _body(1), count=1)


def _instance(directory: Path, database: str | None = None) -> str:
    """An instance with a partner; its token."""
    instance.init(directory, database)
    with services.open(directory) as house:
        accounts.add_partner(house, OPERATOR, "nordlys", "Nordlys")
        return accounts.add_token(house, OPERATOR, "nordlys")[1]


def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def _check(directory: Path, acknowledged: list[int]) -> None:
    """All that was acknowledged is there, nothing is half there."""
    with services.open(directory) as house:
        there = set(house.sessions.read(lambda store: list(store.find(model.Document.identity))))
        assert {f"prg-{number:05d}" for number in acknowledged} <= there
        assert [fault for _, found in verify.verify(house) for fault in found] == []


def _file_size(pid: int, most: int) -> None:
    for child in [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        resource.prlimit(child, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def test_a_full_disk(tmp_path: Path) -> None:
    """Files may not grow any more: 503 with Retry-After and the reason; once there is room, the same service goes on."""
    token = _instance(tmp_path / "instance")
    headers = {**XML, "Authorization": f"Bearer {token}", "Accept": "application/json"}
    acknowledged = []
    with serving(tmp_path / "instance") as server:
        assert server.request("POST", "/api/documents", _body(1), headers).status == 201
        acknowledged.append(1)
        _file_size(server.process.pid, 4096)
        refused = server.request("POST", "/api/documents", _body(2), headers)
        assert refused.status == 503 and int(refused.headers["retry-after"]) >= 1, refused.body
        assert re.search("disk|opened", refused.json()["detail"]), refused.body
        assert server.get("/api/documents", token=token).status == 200, "reading goes on"
        _file_size(server.process.pid, resource.RLIM_INFINITY)
        assert server.request("POST", "/api/documents", _body(2), headers).status == 201
        acknowledged.append(2)
    _check(tmp_path / "instance", acknowledged)


def test_a_database_that_may_not_be_written(tmp_path: Path) -> None:
    token = _instance(tmp_path / "instance")
    file = tmp_path / "instance" / "xmlsvc.toml"
    file.write_text(file.read_text("utf-8") + '\ndatabase = "sqlite+wal:var/xmlsvc.db?read_only=1"\n', "utf-8")
    with serving(tmp_path / "instance") as server:
        refused = server.request("POST", "/api/documents", _body(1), {**XML, "Authorization": f"Bearer {token}"})
        assert refused.status == 503 and "cannot be written" in refused.json()["detail"]
        assert server.get("/api/documents", token=token).status == 200


def test_a_damaged_database(tmp_path: Path) -> None:
    """Pages of contents are overwritten: what can't be read says so, `verify` names it, the service stays up."""
    token = _instance(tmp_path / "instance")
    with services.open(tmp_path / "instance") as house:
        for number in range(30):
            submit.submit(house, OPERATOR, _body(number), submit.Options(partner="nordlys", face="load"))
    database = tmp_path / "instance" / "var" / "xmlsvc.db"
    with contextlib.closing(sqlite3.connect(database)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = [row[0] for row in raw.execute("SELECT pageno FROM dbstat WHERE name = 'content' AND pagetype = 'leaf'")]
    with database.open("r+b") as damaged:
        for page in pages:
            damaged.seek((page - 1) * 4096)
            damaged.write(os.urandom(4096))
    with serving(tmp_path / "instance") as server:
        listed = server.get("/api/documents", token=token)
        assert listed.status == 200
        answers = [server.get(f"/api/documents/{each['id']}", "application/xml", token) for each in listed.json()["documents"]]
        broken = [answer for answer in answers if answer.status != 200]
        assert broken and {answer.status for answer in broken} == {503}
        assert all("damaged" in answer.json()["detail"] and "restore" in answer.json()["detail"] for answer in broken)
        assert server.get("/health/live").status == 200
    with services.open(tmp_path / "instance") as house, pytest.raises(Error, match="damaged"):
        list(verify.verify(house))


def test_a_database_server_that_goes_away_and_returns(tmp_path: Path) -> None:
    require(installed(), "a database server that goes away (no MariaDB server: apt-get install mariadb-server)")
    with running(replicas=0) as cluster:
        token = _instance(tmp_path / "instance", cluster.plain(cluster.primary))
        headers = {**XML, "Authorization": f"Bearer {token}", "Accept": "application/json"}
        with serving(tmp_path / "instance") as server:
            assert server.request("POST", "/api/documents", _body(1), headers).status == 201
            assert cluster.primary.process is not None
            cluster.primary.process.send_signal(signal.SIGSTOP)  # it hangs: whoever watches is told, again and again
            told = [server.get("/health/ready") for _ in range(2)]
            assert [each.status for each in told] == [503, 503], told
            assert all("has not answered for 5 s" in each.json()["detail"] for each in told)
            assert server.get("/health/live").status == 200
            counted = server.get("/metrics", "text/plain")
            assert counted.status == 200 and b"xmlsvc_database_up 0.0" in counted.body and b"xmlsvc_submissions_total" in counted.body
            cluster.primary.process.send_signal(signal.SIGCONT)
            _until(lambda: server.get("/health/ready").status == 200, "it goes on")
            assert b"xmlsvc_database_up 1.0" in server.get("/metrics", "text/plain").body
            cluster.primary.kill()
            refused = server.request("POST", "/api/documents", _body(2), headers)
            assert refused.status == 503 and "retry-after" in refused.headers, refused.body
            assert server.get("/health/live").status == 200
            ready = server.get("/health/ready")
            assert ready.status == 503 and "database" in ready.json()["detail"]
            cluster.primary.start()
            _until(lambda: server.request("POST", "/api/documents", _body(2), headers).status in (200, 201), "the same service goes on")
        _check(tmp_path / "instance", [1, 2])


class _Jumping(FixedClock):
    def jump(self, by: timedelta) -> None:
        with self._lock:
            self._next += by


def test_a_clock_that_jumps(tmp_path: Path) -> None:
    """A day back, a day forward: revisions keep their order, lists their pages, nothing waits for a time that has been."""
    clock = _Jumping()
    site = build(tmp_path / "instance", clock)
    with site.services as house:
        first = submit.submit(house, OPERATOR, _body(1), submit.Options(partner="nordlys", face="load"))
        clock.jump(timedelta(days=-1))
        second = submit.submit(house, OPERATOR, _titled("Two"), submit.Options(partner="nordlys", face="load"))
        clock.jump(timedelta(days=2))
        third = submit.submit(house, OPERATOR, _titled("Three"), submit.Options(partner="nordlys", face="load"))
        assert (first.revision, second.revision, third.revision) == (1, 2, 3) and first.document == third.document
        assert revisions.read(house, OPERATOR, first.document)[2] == _titled("Three")
        assert [item.id for item in search.find(house, OPERATOR, search.Query()).items] == [first.document]
        made = site.partner().deliver(_body(2), Idempotency_Key="jump")
        clock.jump(timedelta(hours=-3))
        assert site.partner().deliver(_body(2), Idempotency_Key="jump").body == made.body


def test_half_an_upload_is_nothing(tmp_path: Path) -> None:
    token = _instance(tmp_path / "instance")
    with serving(tmp_path / "instance") as server:
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as sender:
                head = f"POST /api/documents HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/xml\r\n"
                sender.sendall(f"{head}Content-Length: {len(FILM)}\r\n\r\n".encode() + FILM[:500])
        assert server.request("POST", "/api/documents", _body(1), {**XML, "Authorization": f"Bearer {token}"}).status == 201
    with services.open(tmp_path / "instance") as house:
        assert [receipt.outcome for receipt in receipts.find(house, OPERATOR)] == ["new"]


def test_five_hundred_idle_connections(tmp_path: Path) -> None:
    """Connections that say nothing hold no thread: others are answered as always."""
    _instance(tmp_path / "instance")
    with serving(tmp_path / "instance") as server, contextlib.ExitStack() as held:
        for _ in range(500):
            held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
        for _ in range(20):
            assert server.get("/health/live").status == 200


def test_a_unit_of_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"this is no database at all" * 400)
    with contextlib.closing(Sessions(f"sqlite+wal:{tmp_path}/x.db")) as sessions, pytest.raises(Unavailable, match="no SQLite database"):
        sessions.read(lambda store: store.execute("SELECT 1 FROM x").get_one())
