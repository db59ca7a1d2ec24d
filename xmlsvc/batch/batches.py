"""Batches: one body of many documents. The body and its receipt are safe before anything in it is looked at; then each document goes its
own way, and a bad one stops no other.

    accept(services, actor, spooled, options)   one transaction: parts, receipt, a waiting run of the same id
    work(services, recorder)                    the runner's; goes on after the last item that is durable, none twice
    results(services, run, kind, items)         what became of each, as JSON (with the violations, as every face says them), CSV, JUnit

An item is accepted, unchanged, warned (accepted, with warnings), invalid (in quarantine), refused (no document) or skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from storm.store import Store

from ..documents import accounts, outbox, parts, receipts, revisions, runs
from ..documents.access import OPERATOR, Actor, require
from ..documents.services import Services
from ..validation.report import violations_json
from . import archives, load
from . import results as results_module

KIND = "batch"
_OUTCOMES = {"new": "accepted", "revised": "accepted", "unchanged": "unchanged", "quarantined": "invalid", "unreadable": "refused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What comes with a batch. `name`: what its sender calls it; `vocabulary`: "NAME" or "NAME@VERSION" for every document in it;
    `partner`: the partner's name, needed where the actor belongs to none and there are several."""

    media_type: str
    name: str = ""
    vocabulary: str | None = None
    partner: str | None = None
    face: str = "api"


def accept(
    services: Services, actor: Actor, spooled: parts.Spooled, options: Options, keep: Callable[[Store, str], None] | None = None
) -> str:
    """Store the body; the id of receipt and run, once both are durable. `keep` is called in their transaction, with that id.

    Raises Forbidden, NotFound (partner), UnknownVocabulary, UnsupportedMediaType and BadRequest (a body that is no batch: nothing is kept).
    """
    require(actor, "submit")
    partner = accounts.partner(services, actor.name if actor.kind == "partner" else options.partner)
    if options.vocabulary is not None:
        services.registry.named(options.vocabulary)
    spooled.file.seek(0)
    kind = archives.kind(options.media_type, spooled.file.read(512))
    receipt = receipts.issue_for(
        services, actor, spooled.digest, spooled.size, partner_id=partner.id, face=options.face, name=options.name,
        media_type=options.media_type,
    )  # fmt: skip
    parameters = {
        "receipt": receipt.id, "digest": receipt.digest, "size": receipt.size, "name": options.name, "media_type": options.media_type,
        "kind": kind, "vocabulary": options.vocabulary, "partner": partner.name, "face": options.face,
    }  # fmt: skip

    def unit(store: Store) -> None:
        receipts.write(store, receipt, "batch", 202)
        runs.enter(store, actor, receipt.id, KIND, parameters, receipt.received)
        if keep is not None:
            keep(store, receipt.id)

    parts.store(services, receipt.id, spooled, unit)
    return receipt.id


def work(services: Services, recorder: runs.Recorder) -> None:
    """Take in what the batch holds, from the first item that is not durable yet. Raises Halted between groups of items."""
    asked = recorder.parameters
    partner_id = accounts.partner(services, asked["partner"]).id
    sender = replace(runs.actor_of(services, recorder.run), partner_id=partner_id)
    done = sum(recorder.counts.values())
    name = asked["name"] or "body"
    known = (item.name.removeprefix(f"{name}:") for item in runs.every_item(services, OPERATOR, recorder.id)) if done else ()
    with parts.opened(services, asked["receipt"], asked["digest"]) as file:
        found = archives.items(file, asked["kind"], asked["media_type"], name, asked["size"], archives.Bounds.of(services.settings))
        for _ in load.take_in(
            services, recorder, sender, islice(found, done, None), asked["vocabulary"], asked["face"], _record, known
        ):  # fmt: skip
            recorder.check()
    now = services.clock.now()
    services.sessions.write(lambda store: outbox.batch(store, recorder.id, partner_id, recorder.counts, now))


def _record(loaded: load.Loaded) -> runs.Done:
    outcome = _OUTCOMES.get(loaded.outcome, loaded.outcome)
    detail = loaded.message
    if loaded.report is not None and (broken := loaded.report.violations):
        outcome = "invalid" if not loaded.report.valid else "warned" if outcome == "accepted" else outcome
        first = f"{broken[0].line}:{broken[0].column}: {broken[0].code} {broken[0].message}"
        detail = first if len(broken) == 1 else f"{first} (and {len(broken) - 1:,} more)"
    elif loaded.line is not None:
        detail = f"{loaded.line}:{loaded.column or 1}: {detail}"
    return runs.Done(
        name=loaded.place, outcome=outcome, document_id=loaded.document, receipt_id=loaded.receipt, detail=detail
    )


def violations(services: Services, item: runs.Item) -> str:
    """The violations of an invalid or warned item, as the JSON array that every face sends; "[]" for any other."""
    if item.outcome not in ("invalid", "warned") or item.document_id is None or item.receipt_id is None:
        return "[]"
    entry = receipts.get(services, OPERATOR, item.receipt_id)
    return violations_json(revisions.verdict(services, OPERATOR, item.document_id, entry.revision).violations)


def results(services: Services, run: runs.Run, kind: str, items: Iterable[runs.Item]) -> Iterator[str]:
    """What became of the items, as text in pieces. `kind`: a key of batch.results.WRITERS."""
    if kind == "json" and run.kind == KIND:
        return results_module.as_json(run, items, partial(violations, services))
    return results_module.WRITERS[kind](run, items)
