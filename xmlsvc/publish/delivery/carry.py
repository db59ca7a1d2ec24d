"""One delivery: what is not at the target as it should be is put there, what is published no more is taken away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from storm.store import Store

from ...documents import search
from ...documents.services import Services
from ...errors import EnvironmentFault, Error
from ...storage import model, public
from ...storage.backends import dialect, execute_many
from ...storage.conditions import JOIN, sql_of
from ...storage.insert import insert_all
from ...xml.canonical import digest
from .. import channels, collections, formats
from . import cursors, hook, places
from .targets import Target, name_of

PAGE = 100
_FEW = 5_000  # new outputs of a channel
BACKOFF = 0.5  # seconds before the second attempt at a file, doubled for each further one
NOTHING = "sha256:-"
"""Stands for the digest of what a removed file showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file: delivered, removed or failed."""

    document: str
    format: str
    name: str
    outcome: str
    detail: str = ""
    shown: str = ""
    checksum: str = ""
    attempts: int = 1
    said: str = ""


@dataclass(frozen=True, slots=True)
class _Due:
    """An output that is not at the target as it should be; `there`: the name of the file that is."""

    entry: collections.Entry
    shown: str
    there: str | None


def deliver(
    services: Services, target: Target, *, changed: bool = False, cancelled: Callable[[], bool] = lambda: False,
    place: places.Place | None = None,
) -> Iterator[list[Outcome]]:  # fmt: skip
    """Deliver page by page; each page is on record when it is yielded. `changed`: look only at outputs that came since the last delivery,
    at files that failed, and at whatever may fit the filter since; at everything where the target is not what it was then (`cursors`).
    One file that cannot be delivered stops no other; it is tried again at the next delivery.

    Raises as `targets.check`.
    """
    place = place or places.open(target.url)
    conditions = collections.filtered(services, search.Query(text=target.query, vocabulary=target.vocabulary))
    since = cursors.since(services, target, changed)
    if since.elsewhere:
        cursors.forget(services, target)
    channels.take(services)
    now = services.sessions.read(public.position)
    for format in target.formats:
        for vocabulary, _ in collections.with_format(services, format, target.vocabulary):
            channels.settle_all(services, vocabulary, format)
            yield from _channel(services, target, place, (vocabulary, format), conditions, since, cancelled)
    if since.whole and target.name:
        yield from _let_go(services, target, place, partial(_dropped, target=target), cancelled)
    if not cancelled():
        cursors.keep(services, target, now)


def confirmed(services: Services, target: Target) -> int:
    """How many files are at the target as they should be: told by digests in indexes alone."""
    total = 0
    for format in target.formats:
        for vocabulary, _ in collections.with_format(services, format, target.vocabulary):
            row = services.sessions.read(lambda store, v=vocabulary, f=format: store.execute(  # type: ignore[misc]
                "SELECT COUNT(*) FROM public_output o JOIN delivery_item i ON i.target = ? AND i.document_id = o.document_id "
                "AND i.format = o.format WHERE o.vocabulary = ? AND o.format = ? AND i.shown = o.shown AND i.state = 'delivered'",
                (target.key, v, f)).get_one())
            total += int(row[0]) if row else 0
    return total


def behind(services: Services, target: Target, channel: tuple[str, str]) -> bool:
    """Whether outputs came since the last delivery, or wait to be made, or others may fit: told by numbers alone. Raises as
    `channels.makers`."""
    if not channels.current(services, *channel):
        return True
    found = services.sessions.read(lambda store: public.channel(store, *channel))
    new = found is not None and found.sequence > cursors.of_channel(services, target, channel)
    return new or cursors.behind(services, target, channel[0])


def failing(services: Services, target: Target, before: datetime) -> bool:
    """Whether a file could not be delivered, and was last tried before that moment."""
    row = model.DeliveryItem
    conditions = (row.target == target.key, row.state == "failed", row.at < before)
    return services.sessions.read(lambda store: not store.find(row, *conditions).is_empty())


def _channel(
    services: Services, target: Target, place: places.Place, channel: tuple[str, str], conditions: Sequence[Any], since: cursors.Since,
    cancelled: Callable[[], bool],
) -> Iterator[list[Outcome]]:  # fmt: skip
    end = services.sessions.read(lambda store: public.channel(store, *channel))
    last = end.sequence if end is not None else 0
    new = None if since.whole else (cursors.of_channel(services, target, channel), last)
    after, due = "", partial(_due, target=target, channel=channel, conditions=conditions, new=new, since=since)
    while True:
        found = services.sessions.read(partial(due, after=after))
        if found:
            after = found[-1].entry.document
            yield _page(services, target, place, found, cancelled)
        if len(found) < PAGE or cancelled():
            break
    if not cancelled():
        if conditions:
            unwanted = partial(_unwanted, target=target, channel=channel, conditions=conditions)
            yield from _let_go(services, target, place, unwanted, cancelled)
        cursors.keep_channel(services, target, channel, last)


def _due(
    store: Store, target: Target, channel: tuple[str, str], conditions: Sequence[Any], new: tuple[int, int] | None, since: cursors.Since,
    after: str,
) -> list[_Due]:  # fmt: skip
    """The next outputs that differ from what is at the target, by document. `new`: two numbers of the channel, between which are those that
    came since; None: all are looked at."""
    where, values = "", list[Any]()
    if conditions:
        text, values = sql_of(store, conditions)
        where = f"AND (o.withdrawn = 1 OR o.document_id IN (SELECT document.id FROM document WHERE document.id = o.document_id AND {text}))"
    source, asked = _source(store, target, channel, new, since.position if conditions else None)
    differing = "" if since.renamed else "AND (i.shown IS NULL OR i.shown <> o.shown OR i.state = 'failed') "
    rows = store.execute(
        "SELECT o.document_id, o.vocabulary, o.format, o.partner_id, o.sequence, o.stamp, o.withdrawn, o.output, o.made, o.schema_digest, "
        f"o.shown, i.name, i.state FROM {source} JOIN public_document p ON p.document_id = o.document_id "
        "LEFT JOIN delivery_item i ON i.target = ? AND i.document_id = o.document_id AND i.format = o.format "
        f"WHERE o.vocabulary = ? AND o.format = ? AND o.document_id > ? {differing}"
        "AND (o.output IS NOT NULL OR (o.withdrawn = 1 AND i.state IN ('delivered', 'failed'))) "
        f"AND (o.withdrawn = 1 OR p.number IS NOT NULL) {where} ORDER BY o.document_id LIMIT ?",
        (*asked, target.key, *channel, after, *values, PAGE)).get_all()
    return [
        _Due(collections.Entry(document=row[0], vocabulary=row[1], format=row[2], partner_id=row[3], sequence=row[4],
                               stamp=channels.moment(row[5]), withdrawn=bool(row[6]), output=row[7], content=row[8], schema_digest=row[9]),
             row[10], row[11] or None)
        for row in rows
    ]  # fmt: skip


def _source(
    store: Store, target: Target, channel: tuple[str, str], new: tuple[int, int] | None, position: int | None
) -> tuple[str, tuple[Any, ...]]:
    """The outputs to look at: all; or, led to by indexes, those that came since, those that failed, and those of whose documents something
    was published since `position`. A channel's numbers and moments grow together: the newest outputs are as many at most as there are new
    numbers."""
    if new is None or new[1] - new[0] > _FEW:  # each page finds the few again; among many they are met on the way
        return "public_output o", ()
    parts = [("SELECT document_id FROM (SELECT document_id FROM public_output WHERE vocabulary = ? AND format = ? AND sequence <= ? "
              "ORDER BY stamp DESC, sequence DESC LIMIT ?) newest", (*channel, new[1], max(new[1] - new[0], 0))),
             ("SELECT document_id FROM delivery_item WHERE target = ? AND state = 'failed'", (target.key,))]  # fmt: skip
    if position is not None:
        parts.append(("SELECT document_id FROM public_document WHERE vocabulary = ? AND position > ?", (channel[0], position)))
    few = " UNION ".join(sql for sql, _ in parts)
    return f"({few}) few {JOIN[dialect(store)]} public_output o ON o.document_id = few.document_id", tuple(
        each for _, given in parts for each in given)


def _page(
    services: Services, target: Target, place: places.Place, due: Sequence[_Due], cancelled: Callable[[], bool]
) -> list[Outcome]:
    names = _names(services, target, [each.entry for each in due])
    outputs = collections.data(services, [each.entry for each in due])
    done = list[Outcome]()
    for each, data in zip(due, outputs, strict=True):
        if cancelled():
            break
        name = names[each.entry.document]
        taken = next((one.document for one in done if one.name == name and one.outcome == "delivered"), None)
        if data is not None and (other := taken or _owner(services, target, name)) not in (None, each.entry.document):
            said = f"The file {name} is the document {other}'s. Change the target's pattern."
            done.append(Outcome(document=each.entry.document, format=each.entry.format, shown=each.shown, name=each.there or "",
                                outcome="failed", detail=said))  # fmt: skip
        else:
            done.append(_one(target, place, each, name, data, cancelled))
    _record(services, target, done)
    return done


def _owner(services: Services, target: Target, name: str) -> str | None:
    """The document whose file has this name."""
    row = model.DeliveryItem
    found = services.sessions.read(
        lambda store: store.find(row.document_id, row.target == target.key, row.name == name, row.state == "delivered").any())
    return None if found is None else str(found)


def _one(
    target: Target, place: places.Place, due: _Due, name: str, data: bytes | None, cancelled: Callable[[], bool]
) -> Outcome:
    entry = due.entry
    made = partial(Outcome, document=entry.document, format=entry.format, shown=due.shown)
    problem, attempts = _attempt(target, place, due, name, data, cancelled)
    if problem:
        return made(name=due.there or "", outcome="failed", detail=problem, attempts=attempts)
    outcome, said = "removed" if data is None else "delivered", ""
    if target.command:
        values = {"action": outcome, "name": name, "url": f"{target.url.rstrip('/')}/{name}", "id": entry.document, "format": entry.format,
                  "vocabulary": entry.vocabulary, "target": target.name}  # fmt: skip
        ran = hook.run(target.command, values, target.seconds, cancelled)
        said = f"{ran.why or f'status {ran.status}'}\n{ran.output}".strip()
        if not ran.fine:
            return made(name=name, outcome="failed", detail=f"The target's command failed: {ran.why or f'status {ran.status}'}.",
                        attempts=attempts, said=said)  # fmt: skip
    return made(name=name, outcome=outcome, checksum=digest(data) if data is not None else "", attempts=attempts, said=said)


def _attempt(
    target: Target, place: places.Place, due: _Due, name: str, data: bytes | None, cancelled: Callable[[], bool]
) -> tuple[str, int]:
    """("" or why not, attempts)."""
    problem = ""
    for attempt in range(1, target.attempts + 1):
        if attempt > 1:
            time.sleep(BACKOFF * 2 ** (attempt - 2))
        if cancelled():
            return "The delivery was cancelled.", attempt
        try:
            if data is not None:
                place.put(name, data)
            if due.there is not None and (data is None or due.there != name):
                place.remove(due.there)
            return "", attempt
        except EnvironmentFault as error:
            problem = error.message
    return problem, target.attempts


def _names(services: Services, target: Target, entries: Sequence[collections.Entry]) -> dict[str, str]:
    row, partner = model.Document, model.Partner
    ids = [entry.document for entry in entries]
    known = {
        document: (identity, name, created) for document, identity, name, created in services.sessions.read(lambda store: list(store.find(
            (row.id, row.identity, partner.name, row.created), row.id.is_in(ids), partner.id == row.partner_id)))
    }  # fmt: skip
    suffixes = {format: dict(collections.with_format(services, format, target.vocabulary)) for format in target.formats}
    made = {}
    for entry in entries:
        identity, name, created = known.get(entry.document, (entry.document, "-", entry.stamp))
        suffix = _suffix(suffixes[entry.format], entry)
        made[entry.document] = name_of(target, {
            "id": entry.document, "identity": identity, "partner": name, "vocabulary": entry.vocabulary, "format": entry.format,
            "suffix": suffix, "year": f"{created:%Y}", "month": f"{created:%m}",
        })  # fmt: skip
    return made


def _suffix(known: dict[str, formats.Format], entry: collections.Entry) -> str:
    return known[entry.vocabulary].suffix


_There = list[tuple[str, str, str]]
"""(document, format, name) of files at a target."""
_FILES = ("SELECT i.document_id, i.format, i.name FROM delivery_item i JOIN public_document p ON p.document_id = i.document_id "
          "WHERE i.target = ? AND i.state IN ('delivered', 'failed') AND i.name <> '' "
          "AND (i.document_id > ? OR (i.document_id = ? AND i.format > ?)) ")  # fmt: skip
_NEXT = "ORDER BY i.document_id, i.format LIMIT ?"


def _unwanted(store: Store, after: tuple[str, str], target: Target, channel: tuple[str, str], conditions: Sequence[Any]) -> _There:
    """Files of documents that the filter does not let through any more."""
    text, values = sql_of(store, conditions)
    rows: _There = store.execute(
        f"{_FILES} AND i.format = ? AND p.vocabulary = ? AND p.number IS NOT NULL AND i.document_id NOT IN "
        f"(SELECT document.id FROM document WHERE document.id = i.document_id AND {text}) {_NEXT}",
        (target.key, after[0], *after, channel[1], channel[0], *values, PAGE)).get_all()
    return rows


def _dropped(store: Store, after: tuple[str, str], target: Target) -> _There:
    """Files in formats, and of vocabularies, that the target does not want any more."""
    other, values = f"i.format NOT IN ({', '.join('?' * len(target.formats))})", list(target.formats)
    if target.vocabulary is not None:
        other, values = f"({other} OR p.vocabulary <> ?)", [*values, target.vocabulary]
    rows: _There = store.execute(f"{_FILES} AND {other} {_NEXT}", (target.key, after[0], *after, *values, PAGE)).get_all()
    return rows


def _let_go(
    services: Services, target: Target, place: places.Place, unit: Callable[[Store, tuple[str, str]], _There],
    cancelled: Callable[[], bool],
) -> Iterator[list[Outcome]]:  # fmt: skip
    """Take away the files that `unit` finds beyond a document and format, page by page."""
    after = ("", "")
    while rows := services.sessions.read(lambda store, after=after: unit(store, after)):  # type: ignore[misc]
        done = []
        for document, format, name in rows:
            if cancelled():
                break
            made = partial(Outcome, document=document, format=format, name=name, shown=NOTHING)
            try:
                place.remove(name)
                done.append(made(outcome="removed"))
            except Error as error:
                done.append(made(outcome="failed", detail=error.message))
        _record(services, target, done)
        yield done
        after = rows[-1][:2]
        if cancelled():
            return


def _record(services: Services, target: Target, done: Sequence[Outcome]) -> None:
    now = services.clock.now()
    services.sessions.write(partial(_written, key=target.key, done=done, now=now))


def _written(store: Store, key: str, done: Sequence[Outcome], now: datetime) -> None:
    keys = [(key, each.document, each.format) for each in done]
    execute_many(store, "DELETE FROM delivery_item WHERE target = ? AND document_id = ? AND format = ?", keys)
    insert_all(store, "delivery_item", [
        {"target": key, "document_id": each.document, "format": each.format, "name": each.name, "state": each.outcome, "shown": each.shown,
         "checksum": each.checksum, "attempts": each.attempts, "problem": each.detail, "at": now} for each in done])  # fmt: skip
    insert_all(store, "delivery_log", [
        {"target": key, "document_id": each.document, "format": each.format, "action": each.outcome, "name": each.name,
         "detail": "\n".join(filter(None, (each.detail, each.said))), "at": now} for each in done])  # fmt: skip


def log(services: Services, target: Target, limit: int = 100) -> list[tuple[datetime, str, str, str, str]]:
    """The latest things that were done at a target: (when, action, format, name, detail), the newest first."""
    asked = "SELECT at, action, format, name, detail FROM delivery_log WHERE target = ? ORDER BY id DESC LIMIT ?"
    rows = services.sessions.read(lambda store: store.execute(asked, (target.key, limit)).get_all())
    return [(channels.moment(at), action, format, name, detail) for at, action, format, name, detail in rows]
