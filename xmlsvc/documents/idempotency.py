"""The same request sent twice is done once: draft-ietf-httpapi-idempotency-key-header-07.

    begin(services, actor, key, request) ─┬─► Answer     it was done: the first answer, byte for byte
                                          ├─► Claim      it is ours to do: 60 s, or until this process ends
                                          └─► InFlight   somebody is at it; KeyReused: the key was another request's
    claim.keep(store, answer)             in the transaction of the outcome: there is no outcome without its answer
    claim.release(services)               nothing came of it: the key is free

Whoever was slower than its claim loses it, and its transaction with it: `keep` refuses when another attempt has taken over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import zstandard
from storm.expr import And
from storm.store import Store

from ..errors import InFlight, KeyReused
from ..storage import model
from ..storage.insert import insert
from ..storage.sessions import locked
from ..xml.canonical import digest
from . import workers
from .access import Actor
from .services import Services

LEASE = timedelta(seconds=60)
KEPT = timedelta(hours=24)
"""How long an answer is repeated; the key is free afterwards."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it went out: `headers` are those that belong to the outcome."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do a request: row and attempt."""

    row: str
    attempt: str

    def keep(self, store: Store, answer: Answer) -> None:
        """Store the answer, in the unit of its outcome. Raises InFlight where another attempt has taken over: the unit must not commit."""
        found = locked(store, model.Idempotency, model.Idempotency.id == self.row)
        if found is None or found.claim != self.attempt:
            raise InFlight("The request took longer than its key was held, and was sent again meanwhile.", retry_after=1)
        found.status, found.headers, found.body = answer.status, json.dumps(answer.headers), zstandard.compress(answer.body)

    def release(self, services: Services) -> None:
        """Give the key up, unless there is an answer."""
        row = model.Idempotency
        mine = And(row.id == self.row, row.claim == self.attempt, row.status == None)  # noqa: E711 - Storm's IS NULL
        services.sessions.write(lambda store: store.find(row, mine).remove())


def begin(services: Services, actor: Actor, key: str, request: bytes) -> Claim | Answer:
    """Take the key for a request, or learn how it was answered. `request`: whatever makes it another request (method, address, body).

    Raises KeyReused, InFlight. A key is the sender's own: others may use the same.
    """
    claim = Claim(digest(f"{actor.kind}:{actor.id}\0{key}".encode()), services.clock.new_id())
    asked, now, worker = digest(request), services.clock.now(), workers.name()
    return services.sessions.write(lambda store: _begin(store, claim, asked, now, worker))


def _begin(store: Store, claim: Claim, asked: str, now: datetime, worker: str) -> Claim | Answer:
    store.find(model.Idempotency, model.Idempotency.claimed < now - KEPT).remove()
    found = locked(store, model.Idempotency, model.Idempotency.id == claim.row)
    if found is None:
        insert(store, "idempotency", {
            "id": claim.row, "request": asked, "claim": claim.attempt, "worker": worker, "claimed": now,
        })  # fmt: skip
        return claim
    if found.request != asked:
        raise KeyReused("This Idempotency-Key came with another request before. Make a new key for each request.")
    if found.status is not None:
        return Answer(found.status, json.loads(found.headers), zstandard.decompress(found.body))
    left = found.claimed + LEASE - now
    if left > timedelta() and not workers.dead(found.worker):
        raise InFlight(
            "The same request is being worked on. Send it again in a moment: it will be answered as the first one.",
            retry_after=max(1, min(5, round(left.total_seconds()))),
        )
    found.claim, found.worker, found.claimed = claim.attempt, worker, now
    return claim
