"""The one way in: API, upload page, `xmlsvc load` and every other face hand their bytes to `submit`.

    submit(services, actor, body, options)
      prepare   receipt (id, digest) → tree → schema → verdict → identity → rows     no transaction, nothing shared
      write     deposit.Delivery.write or receipts.Refused.write: one transaction     reads the stored state, changes it
        keep    what the caller adds to that transaction: the answer to a request that may come again
      → Outcome, once it is durable; what cannot become a document raises its error, after bytes and receipt are safe
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

from storm.store import Store

from .. import metrics
from ..errors import Conflict, EnvironmentFault, Error, Gone, InFlight, InputError, PreconditionFailed, SchemaError
from ..schema.registry import Schema
from ..storage import projection
from ..xml import parser
from . import accounts, audit, heads, identity, reasons, receipts, revisions, verdicts
from .access import Actor, require
from .deposit import KINDS, Delivery, Outcome
from .services import Services

_LOOKS, _LOOK_AGAIN = 20, 0.1  # times, seconds: the registry looks at manifests once a second
Keep = Callable[[Store, "Outcome | Error"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What comes with the bytes. `name`: the partner's name for the document (PUT, ?id=, the file name of a load), its identity where the
    vocabulary has no identity path. `file`: what the file is called, where that is no identity: kept with the receipt. `vocabulary`:
    "NAME" or "NAME@VERSION", when the caller names it. `partner`: the partner's name, needed where the actor belongs to none and there are
    several. `run_id`: the batch run that this is part of.

    `document`: the id of the one document that this revises (PUT); `expects`: whether its current content, by its digest, is the one that
    the caller means; `reason`: why, for the history. `new_only`: refuse what would revise a document."""

    name: str | None = None
    file: str | None = None
    vocabulary: str | None = None
    face: str = "api"
    media_type: str = "application/xml"
    partner: str | None = None
    run_id: str | None = None
    document: str | None = None
    expects: Callable[[str], bool] | None = None
    reason: str = ""
    new_only: bool = False


def submit(services: Services, actor: Actor, body: bytes, options: Options, keep: Keep | None = None) -> Outcome:
    """Store one delivery. The Outcome is durable when this returns; an invalid document is an outcome, too (its report says why).
    `keep` is called in the transaction, maybe more than once, with the outcome or the error of a refused body.

    Raises Forbidden, NotFound (partner); and, with the bytes kept under `extra["receipt"]`: NotWellFormed, DoctypeRefused, TooLarge,
    UnknownVocabulary, BadRequest (the name), PreconditionFailed, Gone, Conflict (another document than `document`). Raises Unavailable
    when the database cannot take it now: nothing was stored.
    """
    try:
        outcome = _submitted(services, actor, body, options, keep)
    except Error:
        metrics.SUBMISSIONS.labels(options.face, "refused").inc()
        raise
    metrics.SUBMISSIONS.labels(options.face, outcome.outcome).inc()
    return outcome


def _submitted(services: Services, actor: Actor, body: bytes, options: Options, keep: Keep | None, again: bool = False) -> Outcome:
    prepared = prepare(services, actor, body, options)
    refused = prepared if isinstance(prepared, receipts.Refused) else None
    if isinstance(prepared, Delivery):
        try:
            return services.sessions.write(lambda store: _delivered(store, prepared, keep))
        except InFlight:
            raise
        except (PreconditionFailed, Gone, Conflict) as error:
            refused = receipts.refused(services, prepared.receipt, body, error)
        except EnvironmentFault as error:
            if again or not services.sessions.outdated(error) or not _mapped_anew(services, prepared.content):
                raise
            return _submitted(services, actor, body, options, keep, again=True)
    assert refused is not None
    services.sessions.write(lambda store: _refused(store, refused, keep))
    raise refused.error


def _mapped_anew(services: Services, content: heads.Prepared) -> bool:
    """Whether the vocabulary's mapping has changed since the content was prepared: another process sees that first, and alters the
    tables."""
    for _ in range(_LOOKS):
        if projection.plan_of(services.registry.by_digest(content.schema.digest)).digest != content.plan.digest:
            return True
        time.sleep(_LOOK_AGAIN)
    return False


def _delivered(store: Store, delivery: Delivery, keep: Keep | None) -> Outcome:
    done = delivery.write(store)
    if keep is not None:
        keep(store, done)
    return done


def _refused(store: Store, refused: receipts.Refused, keep: Keep | None) -> None:
    refused.write(store)
    if keep is not None:
        keep(store, refused.error)


def refuse(services: Services, actor: Actor, body: bytes, options: Options, error: Error) -> NoReturn:
    """Keep a body that is refused for how it came (its media type, its coding) under a receipt, and raise the error."""
    receipt = _receipt(services, actor, body, options, _target(services, actor, options))
    refused = receipts.refused(services, receipt, body, error)
    services.sessions.write(refused.write)
    raise error


def prepare(services: Services, actor: Actor, body: bytes, options: Options) -> Delivery | receipts.Refused:
    """Everything about a delivery that does not depend on the stored state. The result's `write` is a unit. Raises Forbidden, NotFound."""
    require(actor, "submit")
    target = _target(services, actor, options)
    receipt = _receipt(services, actor, body, options, target)
    try:
        made = _delivery(services, receipt, body, options, target)
        if target is None:
            return made
        entry = audit.entry(services.clock, actor, "document.revise", f"document:{target.id}", options.reason)
        kind = "delivery" if actor.kind == "partner" else "edit"
        return replace(made, document=target.id, expects=options.expects, kind=kind, reason=options.reason, audit=entry)
    except (InputError, SchemaError, Conflict) as error:
        return receipts.refused(services, receipt, body, error)


def _target(services: Services, actor: Actor, options: Options) -> revisions.Document | None:
    return revisions.get(services, actor, options.document) if options.document is not None else None


def _receipt(
    services: Services, actor: Actor, body: bytes, options: Options, target: revisions.Document | None
) -> receipts.Receipt:
    require(actor, "submit")
    partner_id = target.partner_id if target else actor.partner_id or accounts.partner(services, options.partner).id
    name = options.file or options.name or ""
    return receipts.issue(services, actor, body, partner_id=partner_id, face=options.face, name=name, media_type=options.media_type)


def settled_identity(target: revisions.Document | None, schema: Schema, found: identity.Identity) -> identity.Identity:
    """A content's identity: what it says, or that of the document which it is for. Raises Conflict where these are two."""
    if target is None:
        return found
    if schema.vocabulary != target.vocabulary:
        raise Conflict(f"The document is one of {target.vocabulary}; what was sent is one of {schema.vocabulary}.")
    if target.identity_kind == "identity" and found.source == "path" and found.key != target.identity:
        raise Conflict(f"The document is {target.identity!r}; what was sent calls itself {found.key!r}. Deliver that one with POST.")
    source = next(source for source, kind in KINDS.items() if kind == target.identity_kind)
    return identity.Identity(target.identity, source)


def _delivery(
    services: Services, receipt: receipts.Receipt, body: bytes, options: Options, target: revisions.Document | None
) -> Delivery:
    tree = parser.parse(body, services.limits)
    schema, reason = services.registry.for_root(tree.getroot(), options.vocabulary)
    projection.ready(services.sessions, schema)
    report = verdicts.of(services, schema, reason, receipt.digest, body, tree)
    return Delivery(
        services=services,
        receipt=receipt,
        content=heads.assembled(schema, body, receipt.digest, tree, report),
        identity=settled_identity(target, schema, identity.of(schema, tree, options.name, receipt.digest)),
        document_id=services.clock.new_id(),
        revision_id=services.clock.new_id(),
        run_id=options.run_id,
        new_only=options.new_only,
        reasons=reasons.of_report(receipt.id, receipt.partner_id, receipt.received, report),
    )
