"""What happened, for those who want to be told: a message for each receiver, written in the transaction of what it tells.

    document(store, id, before, at)     published, withdrawn, turned down, or waiting for review
    batch(store, id, …)                 done
      └─► one row of webhook_message for each webhook of the partner that wants this event; publish.webhooks sends them

There is no event without its message, and no message of what was rolled back. A message's id follows from what it tells, so that a unit
that runs again writes the same one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from storm.store import Store

from ..storage.insert import insert_all

EVENTS = {
    "document.published": "a revision of a document is public now",
    "document.invalid": "what was delivered breaks its schema; it waits in quarantine",
    "document.review": "what was delivered is valid and waits for somebody to look at it",
    "document.withdrawn": "a document is no longer public",
    "batch.done": "a batch has been worked through",
    "run.done": "a run that belongs to no partner (a revalidation, a fix …) has ended",
    "webhook.test": "somebody wants to see whether messages arrive",
}
_RECEIVERS = "SELECT id, events FROM webhook WHERE state = 'active' AND (partner_id = ? OR partner_id IS NULL)"
_DOCUMENT = (
    "SELECT d.partner_id, p.name, d.vocabulary, d.identity, d.state, d.current, d.published, d.valid, d.violations, r.receipt_id "
    "FROM document d JOIN partner p ON p.id = d.partner_id LEFT JOIN revision r ON r.document_id = d.id AND r.number = d.current "
    "WHERE d.id = ?"
)


def document(store: Store, document_id: str, partner_id: str, published: int | None, at: datetime) -> None:
    """A document has changed; its row is as it is now. `published`: which revision was, before."""
    receivers = _receivers(store, partner_id)
    if not receivers:
        return
    row = store.execute(_DOCUMENT, (document_id,)).get_one()
    assert row is not None
    fields = ("partner", "vocabulary", "identity", "state", "revision", "published", "valid", "violations", "receipt")
    data = {"document": document_id, **dict(zip(fields, row[1:], strict=True))}
    data["valid"] = bool(data["valid"])
    kind = _kind(data, published)
    if kind is not None:
        _write(store, receivers, kind, data, at, document_id)


def _kind(data: dict[str, Any], published: int | None) -> str | None:
    """What a change is called; None where nobody outside needs to know (a draft, a correction in quarantine)."""
    if data["state"] == "withdrawn":
        return "document.withdrawn"
    if data["published"] is not None and data["published"] != published:
        return "document.published"
    if data["state"] == "quarantined" and data["receipt"]:
        return "document.invalid"
    return "document.review" if data["state"] == "review" and data["receipt"] else None


def batch(store: Store, run_id: str, partner_id: str, counts: Mapping[str, int], at: datetime) -> None:
    """A batch has been worked through."""
    if receivers := _receivers(store, partner_id):
        _write(store, receivers, "batch.done", {"run": run_id, "receipt": run_id, "counts": dict(counts)}, at, None)


def run(store: Store, run_id: str, kind: str, state: str, counts: Mapping[str, int], at: datetime) -> None:
    """A run has ended; for webhooks that belong to no partner."""
    if receivers := _receivers(store, ""):
        _write(store, receivers, "run.done", {"run": run_id, "kind": kind, "state": state, "counts": dict(counts)}, at, None)


def test(store: Store, webhook_id: str, at: datetime) -> str:
    """A message for one webhook that tells nothing; its id."""
    return _write(store, [(webhook_id, "")], "webhook.test", {"webhook": webhook_id}, at, None)[0]


def _receivers(store: Store, partner_id: str) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1])) for row in store.execute(_RECEIVERS, (partner_id,)).get_all()]


def _write(
    store: Store, receivers: list[tuple[str, str]], kind: str, data: dict[str, Any], at: datetime, document_id: str | None
) -> list[str]:
    stamp = at.isoformat().replace("+00:00", "Z")
    payload = json.dumps({"type": kind, "timestamp": stamp, "data": data}, ensure_ascii=False, separators=(",", ":"))
    wanting = [webhook_id for webhook_id, events in receivers if not events or kind in events.split()]
    rows = [
        {"id": _id(webhook_id, payload), "webhook_id": webhook_id, "event": kind, "payload": payload, "created": at, "state": "waiting",
         "attempts": 0, "due": at, "document_id": document_id}
        for webhook_id in wanting
    ]  # fmt: skip
    insert_all(store, "webhook_message", rows, once=True)
    return [str(row["id"]) for row in rows]


def _id(webhook_id: str, payload: str) -> str:
    return sha256(f"{webhook_id}\0{payload}".encode()).hexdigest()[:26]
