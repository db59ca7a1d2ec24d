"""Loading many documents: files as a stream, each through the same door as every delivery, a handful to one durable commit.

    files.items ─► submit.prepare (one by one) ─► write units of up to GROUP deliveries ─► Loaded, once durable
                                                  in a thread of its own: the next group is prepared while the disk is waited for
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from storm.store import Store

from ..documents import accounts, receipts, runs, submit
from ..documents.access import Actor, require
from ..documents.deposit import Delivery, Outcome
from ..documents.receipts import Refused
from ..documents.services import Services
from ..errors import BadRequest, Conflict
from ..jobs import executors
from ..validation.report import Report
from . import files

GROUP = 64  # deliveries of one commit at most
GROUP_BYTES = 4_000_000  # and no more of them once they have so many bytes: memory stays bounded
GROUP_SECONDS = 0.5  # nobody waits longer than this for an item to be acknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """One item. `outcome`: new, revised, unchanged, quarantined, refused (no document could be made of it, its bytes are kept under
    `receipt`), skipped (no document) or unreadable; `report` where there is a verdict; `message` says why otherwise, `line`
    and `column` (1-based) where, if that is known."""

    name: str
    place: str
    outcome: str
    document: str | None = None
    receipt: str | None = None
    report: Report | None = None
    message: str = ""
    line: int | None = None
    column: int | None = None


Waiting = tuple[files.Item, "Delivery | Refused"]


def load(
    services: Services, actor: Actor, paths: Iterable[str | Path], *, partner: str | None = None, vocabulary: str | None = None,
    face: str = "load",
) -> Iterator[Loaded]:  # fmt: skip
    """Take in everything below `paths`, as a run. Each item is yielded after it is durable, in order; one bad item stops no other.

    Raises UsageError (a path that is not there), NotFound (partner), Forbidden, UnknownVocabulary (a vocabulary that is named).
    """
    require(actor, "submit")
    sender = replace(actor, partner_id=actor.partner_id or accounts.partner(services, partner).id)
    if vocabulary is not None:
        services.registry.named(vocabulary)
    source = files.items(paths, services.limits.bytes)
    given = [str(path) for path in paths]
    run = runs.start(services, actor, "load", {"paths": given, "partner": partner, "vocabulary": vocabulary})
    try:
        for done in take_in(services, run, sender, source, vocabulary, face):
            yield from done
    except GeneratorExit:
        run.finish("interrupted")
        raise
    except BaseException:  # Ctrl-C, too: the record says how it ended
        run.finish("failed")
        raise
    run.finish("done")


def take_in(
    services: Services, run: runs.Recorder, sender: Actor, source: Iterable[files.Item], vocabulary: str | None, face: str,
    record: Callable[[Loaded], runs.Done] | None = None, known: Iterable[str] = (),
) -> Iterator[list[Loaded]]:  # fmt: skip
    """Store what `source` holds, as `sender` (of one partner): groups of items, each yielded once it is durable. `record`: how the run
    calls what became of an item; `known`: names of items that the run has taken in before. Raises Halted."""
    with executors.open("threads", 1) as writer:
        groups = _groups(_prepared(services, sender, source, vocabulary, face, run.id, {hash((None, name)) for name in known}))
        tasks = ((None, writer.submit(_write, services, run, group, record or _record)) for group in groups)
        for _, done in executors.ordered(tasks, ahead=2):
            yield done


def _prepared(
    services: Services, actor: Actor, source: Iterable[files.Item], vocabulary: str | None, face: str, run_id: str, names: set[int]
) -> Iterator[Waiting | Loaded]:
    for item in source:
        if item.data is None:
            outcome, why = ("skipped", item.skipped) if item.skipped else ("unreadable", item.fault)
            yield Loaded(name=item.name, place=item.place, outcome=outcome, message=why or "")
            continue
        options = submit.Options(
            name=item.name or None, file=item.name or item.place, vocabulary=vocabulary, face=face, media_type="", run_id=run_id
        )
        prepared = submit.prepare(services, actor, item.data, options)
        if isinstance(prepared, Delivery) and prepared.identity.source == "name":
            key = hash((prepared.schema.vocabulary, prepared.identity.key))
            if key in names or hash((None, prepared.identity.key)) in names:
                prepared = receipts.refused(services, prepared.receipt, item.data, _namesake(item))
            names.add(key)
        yield replace(item, data=b""), prepared


def _namesake(item: files.Item) -> BadRequest:
    return BadRequest(
        f"Another file of this load is called {item.name!r}, too, and would become the same document. "
        "Load the directory that holds both, so that their paths tell them apart, or load them one after the other."
    )


def _groups(items: Iterable[Waiting | Loaded]) -> Iterator[list[Waiting | Loaded]]:
    group: list[Waiting | Loaded] = []
    began, size = time.monotonic(), 0
    for item in items:
        group.append(item)
        size += item[1].receipt.size if isinstance(item, tuple) else 0
        if len(group) >= GROUP or size >= GROUP_BYTES or time.monotonic() - began > GROUP_SECONDS:
            yield group
            group, began, size = [], time.monotonic(), 0
    if group:
        yield group


def _write(
    services: Services, run: runs.Recorder, group: list[Waiting | Loaded], record: Callable[[Loaded], runs.Done]
) -> list[Loaded]:
    """One commit for the group; where a key that another writer took prevents that, one for each of its items."""
    now = services.clock.now()

    def unit(store: Store, *, part: Sequence[Waiting | Loaded]) -> list[Loaded]:
        done = [entry if isinstance(entry, Loaded) else _loaded(entry, entry[1].write(store)) for entry in part]
        run.write(store, [record(each) for each in done], now)
        return done

    try:
        done = services.sessions.write(partial(unit, part=group))
        run.written([record(each) for each in done])
    except Conflict:
        done = []
        for entry in group:
            (one,) = services.sessions.write(partial(unit, part=[entry]))
            run.written([record(one)])
            done.append(one)
    return done


def _record(loaded: Loaded) -> runs.Done:
    return runs.Done(
        name=loaded.place, outcome=loaded.outcome, document_id=loaded.document, receipt_id=loaded.receipt, detail=loaded.message
    )


def _loaded(waiting: Waiting, outcome: Outcome | None) -> Loaded:
    item, prepared = waiting
    if isinstance(prepared, Refused):
        error = prepared.error
        return Loaded(
            name=item.name, place=item.place, outcome="refused", receipt=prepared.receipt.id, message=error.message,
            line=error.extra.get("line"), column=error.extra.get("column"),
        )  # fmt: skip
    assert outcome is not None
    return Loaded(
        name=item.name, place=item.place, outcome=outcome.outcome, document=outcome.document, receipt=outcome.receipt.id,
        report=outcome.report,
    )  # fmt: skip
