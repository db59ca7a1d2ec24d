"""How far a target is: what of each channel the last delivery has looked at, and what the target was like then.

    delivery_cursor   (target, vocabulary, format)    the last number of the channel
                      (target, "", likeness)          the position of the public log: what happened since may change what fits a filter

A target that is not what it was then has everything looked at again: it may want other documents, under other names, elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from storm.store import Store

from ...documents import filters
from ...documents.services import Services
from ...storage import public, query
from ...storage.insert import insert_all
from ...xml.canonical import digest
from .targets import Target

_MOVING = {"after", "before"}  # filters by the moment of the last change, be that one of a draft, which the public log does not tell


@dataclass(frozen=True, slots=True)
class Since:
    """What a delivery has to look at. `position`: documents of which the public sees something else since then may fit a filter now;
    `whole`: everything; `renamed`: also what is there as it should be, but for its name; `elsewhere`: nothing is there yet."""

    position: int
    whole: bool = False
    renamed: bool = False
    elsewhere: bool = False


def _likeness(target: Target) -> tuple[str, ...]:
    """What the target is like: its place, its names, what it wants."""
    wanted = [target.query, target.vocabulary, target.formats] if target.name else [target.query]  # one without a name gathers formats
    return (_short(target.url), _short(target.pattern), _short(repr(wanted)))


def _short(text: str) -> str:
    return digest(text.encode()).removeprefix("sha256:")[:20]


def since(services: Services, target: Target, changed: bool) -> Since:
    """What the next delivery has to look at; `changed`: as little as possible."""
    row = services.sessions.read(partial(_row, key=target.key))
    if row is None:
        return Since(0, whole=True)
    likeness, position = row
    whole = not changed or likeness != _likeness(target) or _moves(target)
    return Since(position, whole, renamed=likeness[1] != _likeness(target)[1], elsewhere=likeness[0] != _likeness(target)[0])


def _moves(target: Target) -> bool:
    return bool(_MOVING & {each.name for each in query.parse(target.query, filters.WORDS).filters})


def _row(store: Store, key: str) -> tuple[tuple[str, ...], int] | None:
    row = store.execute("SELECT format, sequence FROM delivery_cursor WHERE target = ? AND vocabulary = ''", (key,)).get_one()
    return None if row is None else (tuple(row[0].split(".")), int(row[1]))


def behind(services: Services, target: Target, vocabulary: str) -> bool:
    """Whether there is something to look at besides the new numbers of the vocabulary's channels: the target is not what it was, or
    something was published that may fit its filter now, though its output is the same."""

    def unit(store: Store) -> bool:
        row = _row(store, target.key)
        if row is None or row[0] != _likeness(target):
            return True
        return bool(target.query) and bool(public.pending(store, vocabulary, row[1], 1))

    return services.sessions.read(unit)


def keep(services: Services, target: Target, position: int) -> None:
    """A delivery has looked at all that there was up to this position."""
    likeness = ".".join(_likeness(target))
    services.sessions.write(partial(_set, key=target.key, vocabulary="", format=likeness, number=position, alone=True))


def of_channel(services: Services, target: Target, channel: tuple[str, str]) -> int:
    """The last number of the channel that a delivery has looked at."""
    row = services.sessions.read(lambda store: store.execute(
        "SELECT sequence FROM delivery_cursor WHERE target = ? AND vocabulary = ? AND format = ?", (target.key, *channel)).get_one())
    return 0 if row is None else int(row[0])


def keep_channel(services: Services, target: Target, channel: tuple[str, str], number: int) -> None:
    """A delivery has looked at the channel up to this number."""
    services.sessions.write(partial(_set, key=target.key, vocabulary=channel[0], format=channel[1], number=number))


def _set(store: Store, key: str, vocabulary: str, format: str, number: int, alone: bool = False) -> None:
    """`alone`: in the place of all of this vocabulary's."""
    one, values = ("", (key, vocabulary)) if alone else (" AND format = ?", (key, vocabulary, format))
    store.execute(f"DELETE FROM delivery_cursor WHERE target = ? AND vocabulary = ?{one}", values, noresult=True)
    insert_all(store, "delivery_cursor", [{"target": key, "vocabulary": vocabulary, "format": format, "sequence": number}])


def forget(services: Services, target: Target) -> None:
    """Nothing of what is on record as delivered is at the target's new place; what is at the old one stays there."""
    services.sessions.write(lambda store: store.execute("DELETE FROM delivery_item WHERE target = ?", (target.key,), noresult=True))
