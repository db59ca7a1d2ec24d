"""Old renderings swept away: what was made of contents and stylesheets that are no longer shown, and takes room.

    request(services, actor, {"days": 30}) -> id     a run "sweep" for a runner; [runs.NAME] with kind = "sweep" asks for it by the clock
    extent(services, days) -> (renderings, bytes)    what it would take away

Nothing that is served or delivered goes, and nothing that cannot be made again: a rendering is a projection of a content that is kept.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from storm.store import Store

from ..documents import runs
from ..documents.access import Actor, require
from ..documents.services import Services
from ..errors import BadRequest
from ..publish import leftovers

KIND = "sweep"
DAYS = 30
SWEPT = "swept"


def _days(parameters: dict[str, Any]) -> int:
    days = parameters.get("days", DAYS)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 36_500:
        raise BadRequest(f"“days” is {days!r}; it must be a whole number from 0 to 36500.")
    return days


def request(services: Services, actor: Actor, parameters: dict[str, Any], priority: int = 0) -> str:
    """A run for a runner; its id. `parameters`: days, the age from which on renderings go. Raises Forbidden, BadRequest."""
    require(actor, "administer")
    _days(parameters)
    if unknown := sorted(set(parameters) - {"days", "schedule"}):
        raise BadRequest(f"A sweep has no parameter {unknown[0]!r}. It has: days.")
    return runs.create(services, actor, KIND, parameters, priority)


def begin(services: Services, actor: Actor, days: int) -> runs.Recorder:
    """The same as a run of this process."""
    require(actor, "administer")
    return runs.start(services, actor, KIND, {"days": _days({"days": days})})


def extent(services: Services, days: int) -> tuple[int, int]:
    """How many renderings a sweep would take away, and how many bytes they have as they are kept."""
    before = services.clock.now() - timedelta(days=days)
    count, size, after = 0, 0, ""
    while found := services.sessions.read(partial(leftovers.page, before=before, after=after)):
        count, size, after = count + len(found), size + sum(each for _, each in found), found[-1][0]
    return count, size


def work(services: Services, run: runs.Recorder) -> None:
    """Sweep, page by page, each one transaction."""
    before, after = run.run.started - timedelta(days=_days(run.parameters)), run.place or ""
    while found := services.sessions.read(partial(leftovers.page, before=before, after=after)):
        keys, now = [key for key, _ in found], services.clock.now()
        after, more = keys[-1], {SWEPT: len(keys)}

        def unit(store: Store, keys: list[str] = keys, after: str = after, more: dict[str, int] = more) -> None:
            leftovers.forget(store, keys)
            run.write(store, [], now, more, after)  # noqa: B023 - it is run before the next page is read

        services.sessions.write(unit)
        run.written([], more)
        run.check()
