"""kill -9 of the server under writing clients, at any moment: whatever was acknowledged is there, whole, and once."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import FULL
from tests.server import Server, serving
from tests.web.conftest import XML
from xmlsvc import builtin
from xmlsvc.batch import verify
from xmlsvc.documents import accounts, instance, receipts, revisions, services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.storage import model

KILLS = 200 if FULL else 10
CLIENTS = 8
CLIP = (builtin.path("samples") / "valid" / "clip-web-only.xml").read_bytes()
IDENTITY = CLIP.split(b' id="')[1].split(b'"')[0]

Acknowledged = dict[str, tuple[bytes, str, str]]  # receipt → bytes, document, outcome


def _body(number: int) -> bytes:
    """Every kind of outcome: valid, invalid, not well-formed."""
    body = CLIP.replace(IDENTITY, b"clp-%05d" % number)
    if number % 5 == 3:
        return body.replace(b"<title", b"<titel", 1).replace(b"</title", b"</titel", 1)
    return body[: len(body) // 2] if number % 5 == 4 else body


def _post(
    server: Server, headers: dict[str, str], next_number: Callable[[], int], acknowledged: Acknowledged, over: threading.Event
) -> None:
    while not over.is_set():
        body = _body(next_number())
        try:
            answer = server.request("POST", "/api/documents", body, headers)
        except (OSError, http.client.HTTPException):
            return  # the server was killed before the answer was whole: nobody was told anything
        said = answer.json()
        assert answer.status in {200, 201, 400, 422}, answer.body
        acknowledged[said["receipt"]["id"] if isinstance(said["receipt"], dict) else said["receipt"]] = (
            body, said.get("document") or said.get("id") or "", said.get("outcome", "refused"),
        )


def _killed_under_load(home: Path, headers: dict[str, str], next_number: Callable[[], int], many: int, after: float) -> Acknowledged:
    """Killed `after` seconds after it has acknowledged so many."""
    acknowledged: Acknowledged = {}
    over = threading.Event()
    with serving(home) as server:
        threads = [threading.Thread(target=_post, args=(server, headers, next_number, acknowledged, over)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 120
        while len(acknowledged) < many and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(after)
        server.kill()
        over.set()
        for thread in threads:
            thread.join(60)
    return acknowledged


def _check(house: Services, acknowledged: Acknowledged) -> None:
    for receipt, (body, document, outcome) in acknowledged.items():
        entry = receipts.get(house, OPERATOR, receipt)
        assert receipts.body(house, OPERATOR, receipt) == body
        assert (entry.outcome, entry.document or "") == (outcome, document)
        if document:
            assert revisions.read(house, OPERATOR, document)[2] == body
    assert [fault for _, found in verify.verify(house) for fault in found] == []
    identities = house.sessions.read(lambda store: list(store.find(model.Document.identity)))
    assert len(identities) == len(set(identities)), "no document is there twice"
    assert house.sessions.read(lambda store: store.find(model.Receipt, model.Receipt.outcome == "").count()) == 0


def test_a_killed_server_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    home = tmp_path / "instance"
    instance.init(home)
    with services.open(home) as house:
        accounts.add_partner(house, OPERATOR, "nordlys", "Nordlys Media")
        _, token = accounts.add_token(house, OPERATOR, "nordlys")
    chance, counter, lock = random.Random(2024), iter(range(1, 10**6)), threading.Lock()

    def next_number() -> int:
        with lock:
            return next(counter)

    seen = 0
    for _ in range(KILLS):
        known = {**XML, "Authorization": f"Bearer {token}"}
        acknowledged = _killed_under_load(home, known, next_number, chance.randint(1, 3 * CLIENTS), chance.uniform(0, 0.02))
        seen += len(acknowledged)
        with services.open(home) as house:
            _check(house, acknowledged)
    assert seen >= KILLS, "the server was killed while it worked"
