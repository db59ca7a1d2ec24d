"""Idempotency-Key over HTTP: by two server processes on one instance, and after the death of one."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.server import Answer, Server, serving
from tests.web.conftest import XML, Site, broken, build, sample

FILM = sample("valid/film-de-dijk.xml")
CLAIM = """
import sys
from xmlsvc.documents import accounts, idempotency, services
opened = services.open(sys.argv[1])
body = open(sys.argv[4], "rb").read()
idempotency.begin(opened, accounts.authenticate(opened, sys.argv[2]), sys.argv[3], b"POST /api/documents?\\n" + body)
print("claimed", flush=True)
sys.stdin.read()
"""


def _film(number: str) -> bytes:
    return FILM.replace(b"prg-20417", number.encode())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = build(tmp_path_factory.mktemp("keys") / "instance")
    with made.services:
        yield made


@pytest.fixture(scope="module")
def pair(house: Site) -> Iterator[tuple[Server, Server]]:
    """Two servers on one instance."""
    with serving(house.directory) as one, serving(house.directory) as two:
        yield one, two


def _post(server: Server, house: Site, key: str, body: bytes, path: str = "/api/documents") -> Answer:
    return server.request("POST", path, body, {**XML, "Authorization": f"Bearer {house.token}", "Idempotency-Key": key})


@pytest.mark.parametrize(
    ("name", "status", "body"), [("new", 201, _film("prg-key1")), ("bad", 422, broken(_film("prg-key2"))), ("half", 400, b"<a>\n<b></a>")]
)
def test_another_process_gives_the_first_answer(house: Site, pair: tuple[Server, Server], name: str, status: int, body: bytes) -> None:
    first, again = (_post(server, house, f'"{name}"', body) for server in pair)
    assert first.status == again.status == status and first.body == again.body
    assert "idempotent-replayed" not in first.headers and again.headers["idempotent-replayed"] == "true"
    for header in ("content-type", "location", "cache-control", "vary"):
        assert first.headers.get(header) == again.headers.get(header)
    assert len(house.partner().get(f"/api/receipts?digest={_digest(house, first)}").json()["receipts"]) == 1
    other = _post(pair[0], house, name, body + b" ")  # bare, the same key
    assert (other.status, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert _post(pair[1], house, name, body, "/api/documents?id=x").status == 422


def _digest(house: Site, answer: Answer) -> str:
    found = house.partner().get(f"/api/receipts/{answer.json()['receipt']}").json()
    return str(found["digest"])


def test_many_at_once_are_one(house: Site, pair: tuple[Server, Server]) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: _post(pair[n % 2], house, "crowd", _film("prg-crowd")), range(16)))
    done = [answer for answer in answers if answer.status == 201]
    assert done and len({answer.body for answer in done}) == 1
    for busy in (answer for answer in answers if answer.status != 201):
        assert (busy.status, busy.json()["type"]) == (409, "/problems/request-in-flight") and int(busy.headers["retry-after"]) >= 1
    assert len(house.partner().get(f"/api/receipts?document={done[0].json()['id']}").json()["receipts"]) == 1


def test_a_killed_worker_holds_no_key(house: Site, pair: tuple[Server, Server], tmp_path: Path) -> None:
    body = _film("prg-killed")
    (tmp_path / "body").write_bytes(body)
    words = [sys.executable, "-c", CLAIM, str(house.directory), house.token, "killed", str(tmp_path / "body")]
    worker = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert worker.stdout is not None and worker.stdout.readline() == b"claimed\n"
    assert _post(pair[0], house, "killed", body).status == 409
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.communicate()
    assert _post(pair[0], house, "killed", body).status == 201


@pytest.mark.parametrize("key", ['""', '"a', "a b", '"a\\b"', "x" * 256])
def test_a_key_that_is_none(house: Site, key: str) -> None:
    answer = house.partner().deliver(_film("prg-none"), idempotency_key=key)
    assert (answer.status, answer.json()["type"]) == (400, "/problems/bad-request")


def test_what_is_not_done_leaves_the_key_free(house: Site) -> None:
    assert house.partner(house.reading_token).deliver(_film("prg-free"), idempotency_key="free").status == 403
    assert house.partner().deliver(_film("prg-free"), "/api/documents", idempotency_key="free").status == 201
    assert house.partner().deliver(_film("prg-free")).status == 200
