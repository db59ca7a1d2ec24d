"""A document changed by an XML patch (RFC 5261), whoever sends it: a partner's is a delivery, an editor's is an edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import InputError, InvalidDocument, SchemaError, StateError
from ..validation.report import Report
from ..xml import edits, parser
from ..xml import patch as patches
from . import growth, revise, revisions, submit
from .access import Actor, require
from .deposit import unmet
from .services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Patched:
    """What became of the document. `outcome`: revised or unchanged; `receipt`: of a partner's change, None for an editor's."""

    document: str
    revision: int
    outcome: str
    state: str
    published: int | None
    digest: str
    report: Report
    receipt: str | None = None


def patch(
    services: Services, actor: Actor, document_id: str, body: bytes, expects: Callable[[str], bool], reason: str = "", draft: bool = False
) -> Patched:  # fmt: skip
    """Apply the patch `body` to the current revision's bytes, all of it or nothing. `expects`: whether that content (its digest) is the one
    that the caller means; `draft`: an editor's change that is not for the public yet.

    Raises Forbidden, NotFound, Gone; and, with the patch kept under `extra["receipt"]`: PreconditionFailed, NotWellFormed,
    DoctypeRefused, TooLarge, PatchRefused, InvalidDocument (what came out has violations that the published revision has not), Conflict.
    """
    require(actor, "submit" if actor.kind == "partner" else "edit")
    revisions.read(services, actor, document_id)
    try:
        return _patched(services, actor, document_id, body, expects, reason, draft)
    except (InputError, SchemaError, StateError) as error:
        if "receipt" in error.extra:
            raise
        options = submit.Options(face="api", media_type=patches.MEDIA_TYPE, document=document_id)
        submit.refuse(services, actor, body, options, error)


def _patched(
    services: Services, actor: Actor, document_id: str, body: bytes, expects: Callable[[str], bool], reason: str, draft: bool
) -> Patched:  # fmt: skip
    _, revision, data = revisions.read(services, actor, document_id)
    if not expects(revision.digest):
        raise unmet(revision.digest)
    tree = parser.parse(data, services.limits)
    patches.apply(tree, parser.parse(body, services.limits))
    made = edits.save(data, tree)
    if actor.kind == "partner":
        return _delivered(services, actor, document_id, made, revision.digest, reason)
    saving = revise.Saving(expects=revision.digest, reason=reason, draft=draft)
    done = revise.revise(services, actor, document_id, made, saving)
    return Patched(
        document=done.document, revision=done.revision, outcome=done.outcome, state=done.state, published=done.published,
        digest=done.digest, report=done.report,
    )  # fmt: skip


def _delivered(services: Services, actor: Actor, document_id: str, made: bytes, digest: str, reason: str) -> Patched:
    """A partner's patch: what comes out is a delivery, unless it has violations that were not there."""
    document = revisions.get(services, actor, document_id)
    report = revise.prepare(services, document, made).report
    if not report.valid:
        allowed = services.sessions.read(lambda store: growth.allowance(store, services, document.id, document.published))
        if more := growth.grown(report, allowed):
            count = len(more)
            said = f"What the patch makes of the document breaks its schema in {count:,} new place{'' if count == 1 else 's'}"
            raise InvalidDocument(f"{said}; nothing was changed. `errors` lists every one.", report, document=document_id)
    options = submit.Options(document=document_id, expects=lambda seen: seen == digest, reason=reason, face="api",
                             media_type=patches.MEDIA_TYPE)  # fmt: skip
    done = submit.submit(services, actor, made, options)
    return Patched(
        document=done.document, revision=done.revision, outcome=done.outcome, state=done.state, published=done.published,
        digest=done.receipt.digest, report=done.report, receipt=done.receipt.id,
    )  # fmt: skip
