"""How a partner's deliveries fare: how many, how many of them were accepted, and what was wrong with the others, day by day.

    card(services, actor, partner, days) -> Scorecard      a partner sees its own, editors everybody's

A delivery counts as accepted when a valid document came of it or was confirmed by it (new, revised, unchanged). Batches count by their
documents.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from storm.expr import And, Count, Desc, Min
from storm.store import Store

from ..errors import BadRequest, NotFound
from ..storage import model
from . import accounts
from .access import Actor, require, scope_of
from .services import Services

LONGEST = 366
TOP = 10
ACCEPTED = frozenset({"new", "revised", "unchanged"})


@dataclass(frozen=True, slots=True)
class Day:
    """One day (UTC): deliveries by outcome."""

    date: str
    outcomes: dict[str, int]

    @property
    def deliveries(self) -> int:
        return sum(self.outcomes.values())

    @property
    def accepted(self) -> int:
        return sum(count for outcome, count in self.outcomes.items() if outcome in ACCEPTED)


@dataclass(frozen=True, slots=True)
class Cause:
    """One kind of thing that was wrong: in how many deliveries, and of these by day; `code`, `path` (without positions) and `message` of an
    example."""

    cause: str
    code: str
    path: str
    message: str
    deliveries: int
    days: dict[str, int]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Every day of the time, the oldest first, and the causes that most deliveries had."""

    partner: str
    title: str
    days: tuple[Day, ...]
    causes: tuple[Cause, ...]

    @property
    def deliveries(self) -> int:
        return sum(day.deliveries for day in self.days)

    @property
    def accepted(self) -> int:
        return sum(day.accepted for day in self.days)

    @property
    def rate(self) -> float | None:
        """The share that was accepted, 0…1; None where nothing was delivered."""
        return self.accepted / self.deliveries if self.deliveries else None


def card(services: Services, actor: Actor, name: str, days: int = 30) -> Scorecard:
    """The scorecard of the partner of that name, over the last `days` days, today among them. Raises Forbidden, BadRequest, NotFound, also
    for another partner's."""
    require(actor, "read")
    if not 1 <= days <= LONGEST:
        raise BadRequest(f"A scorecard is over 1 to {LONGEST} days, not {days}.")
    own = scope_of(actor)
    partner = next((each for each in accounts.partners(services) if each.name == name and own in (None, each.id)), None)
    if partner is None:
        raise NotFound(f"There is no partner {name!r}.")
    today = services.clock.now().astimezone(UTC).date()
    first = today - timedelta(days=days - 1)

    def unit(store: Store) -> tuple[dict[str, dict[str, int]], list[tuple[str, str, str, str, int]], dict[str, dict[str, int]]]:
        outcomes = _outcomes(store, partner.id, first, today)
        top = _top(store, partner.id, first)
        return outcomes, top, _by_day(store, partner.id, first, [row[0] for row in top])

    outcomes, top, by_day = services.sessions.read(unit)
    dates = [(first + timedelta(days=n)).isoformat() for n in range(days)]
    return Scorecard(
        partner.name, partner.title, tuple(Day(each, outcomes.get(each, {})) for each in dates),
        tuple(Cause(cause, code, path, message, count, by_day.get(cause, {})) for cause, code, path, message, count in top),
    )  # fmt: skip


def _outcomes(store: Store, partner_id: str, first: date, last: date) -> dict[str, dict[str, int]]:
    """Day by day: each is a range of an index."""
    row, found = model.Receipt, {}
    day = first
    while day <= last:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        where = And(row.partner_id == partner_id, row.received >= start, row.received < start + timedelta(days=1), row.outcome != "batch")
        counts: Counter[str] = Counter()
        for outcome, status, count in store.find((row.outcome, row.status, Count()), where).group_by(row.outcome, row.status):
            again = status == 422 and outcome == "unchanged"  # the same bytes are as invalid as before
            counts["quarantined" if again else outcome] += count
        found[day.isoformat()] = dict(counts)
        day += timedelta(days=1)
    return found


def _top(store: Store, partner_id: str, first: date) -> list[tuple[str, str, str, str, int]]:
    row = model.Cause
    columns = (row.cause, Min(row.code), Min(row.path), Min(row.message), Count())
    where = And(row.partner_id == partner_id, row.day >= first.isoformat())
    found = store.find(columns, where).group_by(row.cause).order_by(Desc(Count()), row.cause)[:TOP]
    return [(str(cause), str(code), str(path), str(message), int(count)) for cause, code, path, message, count in found]


def _by_day(store: Store, partner_id: str, first: date, wanted: list[str]) -> dict[str, dict[str, int]]:
    row = model.Cause
    where = And(row.partner_id == partner_id, row.day >= first.isoformat(), row.cause.is_in(wanted))
    found: dict[str, dict[str, int]] = {}
    for cause, day, count in store.find((row.cause, row.day, Count()), where).group_by(row.cause, row.day):
        found.setdefault(cause, {})[day] = count
    return found
