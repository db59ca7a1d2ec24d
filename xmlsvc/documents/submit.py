"""The one way in: API, upload page, `xmlsvc load` and every other face hand their bytes to `submit`.

    submit(services, actor, body, options)
      prepare   receipt (id, digest) → tree → schema → verdict → identity → rows     no transaction, nothing shared
      write     deposit.Delivery.write or receipts.Refused.write: one transaction     reads the stored state, changes it
      → Outcome, once it is durable; what cannot become a document raises its error, after bytes and receipt are safe
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InputError, SchemaError
from ..storage import contents, projection
from ..xml import parser
from . import accounts, identity, receipts, verdicts
from .access import Actor, require
from .deposit import Delivery, Outcome
from .services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What comes with the bytes. `name`: the partner's name for the document (PUT, ?id=, the file name of a load), its identity where the
    vocabulary has no identity path. `file`: what the file is called, where that is no identity: kept with the receipt. `vocabulary`:
    "NAME" or "NAME@VERSION", when the caller names it. `partner`: the partner's name, needed where the actor belongs to none and there are
    several. `run_id`: the batch run that this is part of."""

    name: str | None = None
    file: str | None = None
    vocabulary: str | None = None
    face: str = "api"
    media_type: str = "application/xml"
    partner: str | None = None
    run_id: str | None = None


def submit(services: Services, actor: Actor, body: bytes, options: Options) -> Outcome:
    """Store one delivery. The Outcome is durable when this returns; an invalid document is an outcome, too (its report says why).

    Raises Forbidden, NotFound (partner); and, with the bytes kept under `extra["receipt"]`: NotWellFormed, DoctypeRefused, TooLarge,
    UnknownVocabulary, BadRequest (the name). Raises Unavailable when the database cannot take it now: nothing was stored.
    """
    prepared = prepare(services, actor, body, options)
    if isinstance(prepared, Delivery):
        return services.sessions.write(prepared.write)
    services.sessions.write(prepared.write)
    raise prepared.error


def prepare(services: Services, actor: Actor, body: bytes, options: Options) -> Delivery | receipts.Refused:
    """Everything about a delivery that does not depend on what is stored. The result's `write` is a unit. Raises Forbidden, NotFound."""
    require(actor, "submit")
    partner_id = actor.partner_id or accounts.partner(services, options.partner).id
    name = options.file or options.name or ""
    receipt = receipts.issue(
        services, actor, body, partner_id=partner_id, face=options.face, name=name, media_type=options.media_type
    )
    try:
        return _delivery(services, receipt, body, options)
    except (InputError, SchemaError) as error:
        return receipts.refused(services, receipt, body, error)


def _delivery(services: Services, receipt: receipts.Receipt, body: bytes, options: Options) -> Delivery:
    tree = parser.parse(body, services.limits)
    schema, reason = services.registry.for_root(tree.getroot(), options.vocabulary)
    report = verdicts.of(services, schema, reason, receipt.digest, body, tree)
    return Delivery(
        receipt=receipt,
        packed=contents.pack(body, receipt.digest),
        schema=schema,
        report=report,
        packed_report=verdicts.pack(report),
        identity=identity.of(schema, tree, options.name, receipt.digest),
        root=tree.getroot().tag[:255],
        plan=projection.plan_of(schema),
        rows=projection.rows(schema, tree),
        document_id=services.clock.new_id(),
        revision_id=services.clock.new_id(),
        run_id=options.run_id,
    )
