"""Channels: a vocabulary's published documents in one format, each with the moment at which what a reader gets of it last changed.

    settle(services, vocabulary, format)      changes of published heads → positions → outputs, entered in order
      public.enter      what was committed since gets positions                          one writer at a time
      renderings.bring  outputs of the next documents, outside of any transaction       known by their keys, or made
      _enter            a stamp and a sequence number for each that a reader sees differ  one writer at a time

A stamp is never earlier than the moment at which `settling` was set, and that is set, and can be seen, before the stamp is taken. So
whoever reads the channel at a moment, and finds none settling, has seen everything that will ever bear an earlier stamp.

An output that its gate refuses changes nothing but its `problem`: what was shown before stays.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from storm.store import Store

from ..documents.services import Services
from ..errors import NotFound, UnknownVocabulary
from ..schema.registry import Schema
from ..storage import public
from ..storage.backends import execute_many
from ..storage.insert import plain
from . import formats, renderings, sets
from .formats import Format

CHUNK = 100  # documents that are brought at once
RULES = 1
"""Counts changes of what an output's digest covers."""


@dataclass(frozen=True)
class Makers:
    """What makes a format's outputs: for each schema, by its digest, the format and a digest of all that it depends on."""

    digest: str
    by_schema: Mapping[str, tuple[Schema, Format, str]]


def makers(services: Services, vocabulary: str, name: str) -> Makers:
    """Raises NotFound for a format that the vocabulary does not have, StylesheetError for one that cannot be used, UnknownVocabulary."""
    found: dict[str, tuple[Schema, Format, str]] = {}
    for schema in services.registry.versions(vocabulary):
        format = formats.of(schema).get(name)
        if format is not None:
            withdrawn = format.withdrawn()
            parts = [format.maker(schema), withdrawn.maker(schema) if withdrawn else "", RULES]
            found[schema.digest] = (schema, format, hashlib.sha256(json.dumps(parts).encode()).hexdigest())
    if not found:
        if vocabulary not in services.registry.names():
            raise UnknownVocabulary(f"There is no vocabulary {vocabulary!r}.")
        known = sorted({each for schema in services.registry.versions(vocabulary) for each in formats.of(schema)})
        raise NotFound(f"The vocabulary {vocabulary} has no format {name!r}. It has: {', '.join(known)}.")
    columns = sorted(sets.columns(services, vocabulary))
    total = json.dumps([sorted((digest, maker) for digest, (_, _, maker) in found.items()), columns])
    return Makers(hashlib.sha256(total.encode()).hexdigest(), found)


def take(services: Services, seconds: float = 1.0) -> None:
    """Give every change that can be seen its position; after a load of very many, as many as can be in the time."""
    until = time.monotonic() + seconds
    while services.sessions.read(public.waiting) and time.monotonic() < until:
        now = services.clock.now()
        services.sessions.write(partial(public.enter, now=now))


def settle(services: Services, vocabulary: str, name: str, most: int = CHUNK) -> int:
    """Bring the channel on by at most `most` documents; how many it was (0: it is up to date). Raises as `makers`."""
    take(services)
    made_by = makers(services, vocabulary, name)
    columns = sets.columns(services, vocabulary)

    def look(store: Store) -> tuple[public.Channel | None, list[public.Change], dict[str, public.Shown], dict[str, frozenset[str]]]:
        channel = public.channel(store, vocabulary, name)
        after = channel.position if channel is not None and channel.maker == made_by.digest else 0
        waiting = public.pending(store, vocabulary, after, most)
        ids = [each.document for each in waiting]
        return channel, waiting, public.shown(store, name, ids), sets.of_documents(store, vocabulary, columns, ids)

    channel, waiting, shown, specs = services.sessions.read(look)
    if not waiting and (channel is not None and channel.maker == made_by.digest):
        return 0
    outputs = _outputs(services, made_by, waiting)
    mark = partial(_mark, vocabulary=vocabulary, name=name, seen=_place(channel), begun=services.clock.now())
    if services.sessions.write(mark):
        work = _Entering(vocabulary, name, made_by, _place(channel), waiting, shown, specs, outputs, services.clock.now())
        services.sessions.write(work.write)
    return max(1, len(waiting))


def settle_all(services: Services, vocabulary: str, name: str, seconds: float = math.inf) -> bool:
    """Bring the channel up to date, or as far as it comes in `seconds` (of the process's own clock); whether it is. Raises as `makers`."""
    until = time.monotonic() + seconds
    while settle(services, vocabulary, name):
        if time.monotonic() > until:
            return current(services, vocabulary, name)
    return True


def current(services: Services, vocabulary: str, name: str) -> bool:
    """Whether the channel has everything that is to be seen: told by numbers and digests alone. Raises as `makers`."""
    made_by = makers(services, vocabulary, name)

    def unit(store: Store) -> bool:
        channel = public.channel(store, vocabulary, name)
        if channel is None or channel.maker != made_by.digest or public.waiting(store):
            return False
        return not public.pending(store, vocabulary, channel.position, 1)

    return services.sessions.read(unit)


Output = tuple[str, renderings.Brought]
"""(content, rendering) of a document as it is to be shown; "" where nothing is."""


def _outputs(services: Services, made_by: Makers, waiting: Sequence[public.Change]) -> dict[str, Output]:
    """For each document what it is to be shown as; those whose schema is not registered any more are left out."""
    groups: dict[tuple[str, bool], list[public.Change]] = {}
    for each in waiting:
        groups.setdefault((each.schema_digest, each.number is None), []).append(each)
    found: dict[str, Output] = {}
    for (digest, withdrawn), changes in groups.items():
        if digest not in made_by.by_schema:
            problem = renderings.Brought(problem="The document's schema is not registered any more, or does not have this format.")
            found |= {each.document: (each.content, problem) for each in changes}
            continue
        schema, format, _ = made_by.by_schema[digest]
        used = format.withdrawn() if withdrawn else format
        if used is None:
            found |= {each.document: ("", renderings.Brought()) for each in changes}
            continue
        brought = renderings.bring(services, schema, used, list(dict.fromkeys(each.content for each in changes)))
        found |= {each.document: (each.content, brought[each.content]) for each in changes}
    return found


def _place(channel: public.Channel | None) -> tuple[str, int]:
    """What a chunk is worked out from: another process that was faster has changed it."""
    return ("", 0) if channel is None else (channel.maker, channel.position)


def _mark(store: Store, vocabulary: str, name: str, seen: tuple[str, int], begun: datetime) -> bool:
    """Say that outputs are being entered; False where another process was faster."""
    if _place(public.locked(store, vocabulary, name, begun)) != seen:
        return False
    store.execute(
        "UPDATE channel SET settling = ? WHERE vocabulary = ? AND format = ? AND (settling IS NULL OR settling > ?)",
        (plain(begun), vocabulary, name, plain(begun)), noresult=True)
    return True


@dataclass(frozen=True)
class _Entering:
    """One chunk, ready to be entered: a unit, which may run again, and does nothing where another process was faster."""

    vocabulary: str
    name: str
    made_by: Makers
    seen: tuple[str, int]
    waiting: Sequence[public.Change]
    shown: Mapping[str, public.Shown]
    specs: Mapping[str, frozenset[str]]
    outputs: Mapping[str, Output]
    now: datetime

    def write(self, store: Store) -> None:
        channel = public.locked(store, self.vocabulary, self.name, self.now)
        if _place(channel) != self.seen:
            return
        stamp = max(self.now, moment(channel.stamp))
        sequence, rows, kept = channel.sequence, list[tuple[Any, ...]](), list[tuple[Any, ...]]()
        for each in self.waiting:
            row = self._row(each)
            if row is None:
                kept.append(self._kept(each))
                continue
            sequence += 1
            rows.append((each.document, self.name, self.vocabulary, each.partner_id, sequence, plain(stamp), *row))
        self._sets(store)
        execute_many(store, "DELETE FROM public_output WHERE document_id = ? AND format = ?", [row[:2] for row in rows])
        execute_many(store, _INSERT, rows)
        execute_many(store, _UPDATE, kept)
        position = self.waiting[-1].position if self.waiting else 0
        latest = plain(stamp) if rows else channel.stamp
        store.execute(
            "UPDATE channel SET maker = ?, position = ?, sequence = ?, stamp = ?, settling = NULL WHERE vocabulary = ? AND format = ?",
            (self.made_by.digest, position, sequence, latest, self.vocabulary, self.name), noresult=True)

    def _maker(self, change: public.Change) -> str:
        return self.made_by.by_schema[change.schema_digest][2] if change.schema_digest in self.made_by.by_schema else ""

    def _row(self, change: public.Change) -> tuple[Any, ...] | None:
        """The columns of a new output from `withdrawn` on; None where a reader sees no difference."""
        content, brought = self.outputs[change.document]
        known, withdrawn = self.shown.get(change.document), change.number is None
        if brought.problem and known is not None and not withdrawn:
            return None  # the last good one stays
        digest = _shown(brought.output, self.specs[change.document], withdrawn)
        if known is not None and known.shown == digest and bool(known.withdrawn) == withdrawn:
            return None
        return (int(withdrawn), change.content, change.schema_digest, self._maker(change), digest, content or change.content,
                brought.key or None, brought.problem or None)  # fmt: skip

    def _kept(self, change: public.Change) -> tuple[Any, ...]:
        _, brought = self.outputs[change.document]
        return (change.content, change.schema_digest, self._maker(change), brought.problem or None, brought.key or None,
                change.content if brought.key else None, change.document, self.name)  # fmt: skip

    def _sets(self, store: Store) -> None:
        """The sets that the documents are in now; what they were in before stays on record. A withdrawn one stays a member of what it was
        in: harvesters of a set learn of its end there."""
        present = [each for each in self.waiting if each.number is not None]
        execute_many(store, "UPDATE public_set SET member = 0 WHERE document_id = ?", [(each.document,) for each in present])
        members = [(spec, each.document) for each in present for spec in sorted(self.specs[each.document])]
        execute_many(store, "DELETE FROM public_set WHERE spec = ? AND document_id = ?", members)
        execute_many(store, "INSERT INTO public_set (spec, document_id, member) VALUES (?, ?, 1)", members)


_INSERT = (
    "INSERT INTO public_output (document_id, format, vocabulary, partner_id, sequence, stamp, withdrawn, content, schema_digest, maker, "
    "shown, made, output, problem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE = (
    "UPDATE public_output SET content = ?, schema_digest = ?, maker = ?, problem = ?, output = COALESCE(?, output), "
    "made = COALESCE(?, made) WHERE document_id = ? AND format = ?"
)


def _shown(output: str, specs: frozenset[str], withdrawn: bool) -> str:
    text = json.dumps([output, [] if withdrawn else sorted(specs), withdrawn])
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def moment(value: Any) -> datetime:
    """A moment as the database gives it, aware."""
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).replace(tzinfo=UTC)
