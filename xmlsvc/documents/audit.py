"""Who changed what, and when: one row in the same transaction as the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storm.store import Store

from ..clock import Clock
from ..storage.model import Audit
from .access import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One row to be written. Made outside the unit, so that a unit that runs twice writes the same id."""

    id: str
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


def entry(clock: Clock, actor: Actor, action: str, subject: str, detail: str = "") -> Entry:
    """`action`: "token.add" …; `subject`: what was changed, as "kind:name". Secrets never belong into `detail`."""
    return Entry(clock.new_id(), clock.now(), actor.label, action, subject, detail)


def write(store: Store, made: Entry) -> None:
    row = Audit()
    row.id, row.at, row.actor, row.action, row.subject, row.detail = (
        made.id, made.at, made.actor, made.action, made.subject, made.detail,
    )  # fmt: skip
    store.add(row)
