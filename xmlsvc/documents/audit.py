"""Who changed what, and when: one row in the same transaction as the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storm.expr import And, Desc, Or
from storm.store import Store

from ..clock import Clock
from ..storage.model import Audit
from .access import Actor, require
from .services import Services

PAGE = 100


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


def listed(
    services: Services, actor: Actor, *, subject: str | None = None, by: str | None = None, action: str | None = None,
    before: tuple[datetime, str] | None = None, limit: int = PAGE,
) -> list[Entry]:  # fmt: skip
    """What was changed, the newest first; `subject`: "document:ID" …, `by`: "user:ada" …, `action`: "token.add" …; `before`: (at, id) of
    the last one of the page before. Raises Forbidden: administrators only."""
    require(actor, "administer")
    columns = (Audit.id, Audit.at, Audit.actor, Audit.action, Audit.subject, Audit.detail)
    conditions = [column == value for column, value in ((Audit.subject, subject), (Audit.actor, by), (Audit.action, action)) if value]
    if before is not None:
        conditions.append(Or(Audit.at < before[0], And(Audit.at == before[0], Audit.id < before[1])))

    def unit(store: Store) -> list[Entry]:
        return [Entry(*row) for row in store.find(columns, *conditions).order_by(Desc(Audit.at), Desc(Audit.id))[:limit]]

    return services.sessions.read(unit)
