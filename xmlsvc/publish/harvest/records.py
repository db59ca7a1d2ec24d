"""Reading a repository: pages of records by stamp, one record, the sets of each.

A page is read on one snapshot together with what tells how far it can be trusted: the response's date is the moment before the snapshot was
asked for, or, where outputs are being entered, the moment at which that began. Whatever is entered later bears a later stamp.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from storm.store import Store

from ...documents.services import Services
from ...errors import Unavailable
from ...storage import model, public
from .. import channels, collections, sets
from ..collections import Asked, Entry, Key
from .arguments import Refused, Selection
from .prefixes import Prefix

PAGE = 100
SECONDS = 20.0
"""How long one request may bring channels up to date before it asks to come again."""


@dataclass(frozen=True)
class Page:
    """`specs`: the sets of each entry's document; `more`: whether another page follows; `at`: what the page can be trusted up to."""

    entries: list[Entry]
    specs: Mapping[str, list[str]]
    more: bool
    at: datetime


def page(services: Services, prefix: Prefix, selection: Selection, after: Key | None) -> Page:
    """The next page of a list. Raises Refused (noRecordsMatch), Unavailable where so much was published that the page must wait."""
    asked, until, begun = _asked(services, prefix, selection), time.monotonic() + SECONDS, services.clock.now()
    channels.take(services)
    more = asked.until is None or asked.until > begun  # what is stamped from now on is later than such a list's end
    while True:
        at = services.clock.now()
        services.sessions.since(services.sessions.newest())
        found, moment = services.sessions.read(partial(_read, asked=asked, after=after, now=at))
        if len(found) > PAGE or not more:
            break
        more = any(channels.settle(services, *each) for each in asked.channels)
        if more and time.monotonic() > until:
            break
    if not found and more:
        raise Unavailable("Much was published just now, and is being prepared. Ask again.", retry_after=10)
    if not found:
        raise Refused("noRecordsMatch", "No record fits these arguments.")
    entries = found[:PAGE]
    return Page(entries, _specs(services, entries), more or len(found) > PAGE, moment)


def _asked(services: Services, prefix: Prefix, selection: Selection) -> Asked:
    wanted, spec, partner_id = prefix.channels, selection.spec, None
    if spec is not None:
        kind, *rest = spec.split(":")
        if kind == "vocabulary" and len(rest) in (0, 1):
            wanted = tuple(each for each in wanted if not rest or sets.word(each[0]) == rest[0])
            spec = None
        elif kind == "partner" and len(rest) in (0, 1):
            partner_id = _partner(services, sets.unword(rest[0])) if rest else None
            spec = None
        else:
            wanted = tuple(each for each in wanted if kind == "vocabulary" and sets.word(each[0]) == rest[0])
    if not wanted:
        raise Refused("noRecordsMatch", "No record fits these arguments.")
    return Asked(channels=wanted, order="oldest", since=selection.since, until=selection.until, spec=spec, partner_id=partner_id,
                 withdrawn=True)  # fmt: skip


def _partner(services: Services, name: str) -> str:
    found = services.sessions.read(lambda store: store.find(model.Partner.id, model.Partner.name == name).one())
    if found is None:
        raise Refused("noRecordsMatch", "No record fits these arguments.")
    return str(found)


def _read(store: Store, asked: Asked, after: Key | None, now: datetime) -> tuple[list[Entry], datetime]:
    return collections.page(store, asked, after, PAGE + 1), trusted(store, asked.channels, now)


def trusted(store: Store, wanted: Sequence[tuple[str, str]], now: datetime) -> datetime:
    """Up to when what this snapshot shows of the channels is all that will ever be stamped."""
    settling = [row.settling for each in wanted if (row := public.channel(store, *each)) is not None and row.settling is not None]
    return min([now, *(channels.moment(each) for each in settling)])


def one(services: Services, prefix: Prefix, document: str) -> tuple[Entry, list[str], datetime]:
    """One record. Raises Refused: idDoesNotExist, cannotDisseminateFormat."""
    vocabulary = collections.vocabulary_of(services, document)
    if vocabulary is None:
        raise Refused("idDoesNotExist", "There is no record of this identifier.")
    at = services.clock.now()
    for each, format in prefix.channels:
        if each == vocabulary and (entry := collections.of_document(services, each, format, document)) is not None:
            moment = services.sessions.read(partial(trusted, wanted=[(each, format)], now=at))
            return entry, _specs(services, [entry]).get(document, []), moment
    raise Refused("cannotDisseminateFormat", "This record is not available in that format.")


def _specs(services: Services, entries: Sequence[Entry]) -> dict[str, list[str]]:
    """The sets of each entry's document: its vocabulary, its partner, what its columns put it in."""
    ids, partners = [entry.document for entry in entries], {entry.partner_id for entry in entries}

    def unit(store: Store) -> tuple[dict[str, str], list[tuple[str, str]]]:
        row, partner = model.PublicSet, model.Partner
        names = dict(store.find((partner.id, partner.name), partner.id.is_in(list(partners))))
        return names, list(store.find((row.document_id, row.spec), row.document_id.is_in(ids), row.member == True))  # noqa: E712

    names, members = services.sessions.read(unit) if entries else ({}, [])
    found = {entry.document: [f"vocabulary:{sets.word(entry.vocabulary)}"] for entry in entries}
    for document, spec in members:
        found[document].append(spec)
    for entry in entries:
        if entry.partner_id in names:
            found[entry.document].append(f"partner:{sets.word(names[entry.partner_id])}")
    return {document: sorted(specs) for document, specs in found.items()}


def all_sets(services: Services) -> list[sets.Set]:
    """Every set, a parent before its children."""
    partners = services.sessions.read(lambda store: list(store.find((model.Partner.name, model.Partner.title))))
    found = [sets.Set("partner", "By partner"), *(sets.Set(f"partner:{sets.word(name)}", title) for name, title in partners),
             sets.Set("vocabulary", "By vocabulary")]  # fmt: skip
    for vocabulary in services.registry.names():
        manifest = services.registry.get(vocabulary).manifest
        base = f"vocabulary:{sets.word(vocabulary)}"
        found.append(sets.Set(base, manifest.title or vocabulary))
        for name, column in sets.columns(services, vocabulary).items():
            found.append(sets.Set(f"{base}:{sets.word(name)}", name))
            values = column.enumeration or _values(services, f"{base}:{sets.word(name)}:")
            found += [sets.Set(f"{base}:{sets.word(name)}:{sets.word(value)}", value) for value in values]
    return sorted(found)


def _values(services: Services, start: str) -> list[str]:
    """The values of a column that sets are known of."""
    end = start[:-1] + ";"
    rows = services.sessions.read(
        lambda store: store.execute("SELECT DISTINCT spec FROM public_set WHERE spec >= ? AND spec < ?", (start, end)).get_all())
    return [sets.unword(spec.removeprefix(start)) for (spec,) in rows]
