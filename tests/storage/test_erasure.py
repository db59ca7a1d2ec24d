"""Contents are erased when nothing refers to them, and only then, whoever delivers meanwhile."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from storm.store import Store

from xmlsvc.storage import contents, erasure
from xmlsvc.storage.insert import insert
from xmlsvc.storage.model import Content, Receipt
from xmlsvc.storage.sessions import Sessions
from xmlsvc.xml.canonical import digest

NOW = datetime(2024, 5, 3, tzinfo=UTC)
PARTNER = "p" * 26


def receipt(store: Store, key: str, name: str) -> None:
    insert(store, "receipt", {
        "id": key, "partner_id": PARTNER, "actor": "a", "face": "api", "name": "n", "digest": name, "size": 1, "media_type": "text/xml",
        "received": NOW, "outcome": "refused", "status": 400,
    })  # fmt: skip


def test_deliverers_and_erasers_at_once(sessions: Sessions) -> None:
    """The same few bodies are delivered and erased over and over: no receipt that is not erased is ever without its body."""
    bodies = [f"<b>{n}</b>".encode() for n in range(3)]
    sessions.write(lambda store: insert(store, "partner", {"id": PARTNER, "name": "p", "title": "p", "created": NOW}))
    start = threading.Barrier(4)

    def deliver(first: int) -> None:
        chance = random.Random(first)
        start.wait()
        for number in range(first, first + 60):
            body = chance.choice(bodies)

            def unit(store: Store, key: str = f"{number:026}", body: bytes = body) -> None:
                contents.put(store, body, digest(body), NOW)
                receipt(store, key, digest(body))

            sessions.write(unit)

    def erase() -> None:
        start.wait()
        for _ in range(40):
            ids = sessions.read(lambda store: [row[0] for row in store.execute("SELECT id FROM receipt WHERE erased IS NULL").get_all()])
            sessions.write(lambda store, some=ids: erasure.receipts(store, some, NOW, whole=True))

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(deliver, 0), pool.submit(deliver, 1000), pool.submit(erase), pool.submit(erase)]:
            future.result()

    def dangling(store: Store) -> list[str]:
        there = set(store.find(Content.digest))
        return [row.id for row in store.find(Receipt) if row.erased is None and row.digest not in there]

    assert sessions.read(dangling) == []
    rest = sessions.read(lambda store: [row.id for row in store.find(Receipt) if row.erased is None])
    sessions.write(lambda store: erasure.receipts(store, rest, NOW, whole=True))
    assert sessions.read(lambda store: store.find(Content).count()) == 0
    assert sessions.read(lambda store: store.find(Receipt).count()) == 120
