"""The states of a document, and who may move it from one to another.

    quarantined ─┐ submit    ┌── reject ──┐
                 ├────────► review ──► published      publish: an editor where nobody reviews, else a publisher
    draft ───────┘ publish ───────────────┘
    any ── withdraw ──► withdrawn ── reopen ──► draft, ── publish ──► published

What is not valid is published only where it breaks no more rules than what is published now, or by a publisher who says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from storm.store import Store

from ..errors import ChangedMeanwhile, Conflict, PreconditionRequired
from ..storage import model
from . import audit, corrections, growth, heads, revisions
from . import withdraw as withdrawal
from .access import Actor, allowed, require
from .deposit import unmet
from .services import Services


@dataclass(frozen=True, slots=True)
class Step:
    """One way to go on: from which states, to which, by whoever may do `right` (`alone`: where the vocabulary asks for no review)."""

    origins: frozenset[str]
    target: str
    right: str
    alone: str
    verb: str


STEPS: dict[str, Step] = {
    "submit": Step(frozenset({"draft", "quarantined"}), "review", "edit", "edit", "sent to review"),
    "publish": Step(frozenset({"draft", "quarantined", "review", "withdrawn"}), "published", "publish", "edit", "published"),
    "reject": Step(frozenset({"review"}), "draft", "edit", "edit", "sent back"),
    "withdraw": Step(frozenset({"draft", "quarantined", "review", "published"}), "withdrawn", "publish", "publish", "withdrawn"),
    "reopen": Step(frozenset({"withdrawn"}), "draft", "publish", "publish", "reopened"),
}


def actions(actor: Actor, document: revisions.Document, review: bool) -> tuple[str, ...]:
    """What the actor may do with the document now; `review`: whether its vocabulary asks for that."""
    open_ = [(name, step) for name, step in STEPS.items() if document.state in step.origins and (review or name != "submit")]
    return tuple(name for name, step in open_ if allowed(actor, _right(step, document, review)))


def _right(step: Step, document: revisions.Document, review: bool) -> str:
    """What one must be allowed to do: what was withdrawn comes back by a publisher only."""
    return step.right if review or document.state == "withdrawn" else step.alone


def move(
    services: Services, actor: Actor, document_id: str, action: str, expects: Callable[[str], bool] | None = None, reason: str = "",
    override: bool = False, then: Callable[[Store, str, int | None, datetime], None] | None = None,
) -> revisions.Document:  # fmt: skip
    """Take a document from its state to another; returns it as it is then. `action`: a key of STEPS; `expects`: whether the current content
    (its digest) is the one that the caller means; `override`: publish although it is not valid, which needs the right to publish and a
    reason; `then`: what else is written in that transaction, of the state and the published revision of before, and the moment.

    Raises Forbidden, NotFound, Conflict (not from this state), PreconditionFailed, InvalidDocument (see `growth`).
    """
    step = STEPS[action]
    document, revision, data = revisions.read(services, actor, document_id)
    schema = revisions.schema_of(services, revision)
    _permit(actor, action, document, schema.manifest.review)
    if action == "withdraw":
        withdrawal.withdraw(services, actor, document_id, expects, reason, then)
        return revisions.get(services, actor, document_id)
    if override:
        require(actor, "publish")
        if not reason.strip():
            raise PreconditionRequired("Publishing what is not valid needs a reason.")
    prepared = heads.again(services, revision, data)
    if action in ("submit", "publish") and not override:
        allowed_ = services.sessions.read(lambda store: growth.allowance(store, services, document_id, document.published))
        growth.refuse(prepared.report, growth.grown(prepared.report, allowed_), document_id)
    now = services.clock.now()
    detail = f"although it is not valid: {reason}" if override and not prepared.report.valid else reason
    entry = audit.entry(services.clock, actor, f"document.{action}", f"document:{document_id}", detail)

    def unit(store: Store) -> None:
        before = heads.locked(store, document_id)
        if expects is not None and not expects(before.digest):
            raise unmet(before.digest)
        if (before.state, before.current, before.published) != (document.state, document.current, document.published):
            raise Conflict("Somebody else changed the document at the same moment. Look at it again.")
        published = before.current if action == "publish" else before.published
        heads.show(store, before, replace(before, state=step.target, published=published), now, prepared, prepared)
        if action == "publish":
            corrections.close(store, document_id, now, actor.label, "resolved")
        audit.write(store, entry)
        if then is not None:
            then(store, before.state, before.published, now)

    services.sessions.write(unit)
    return revisions.get(services, actor, document_id)


def take_back(
    services: Services, actor: Actor, document_id: str, state: str, published: int | None, moved: datetime, reason: str,
    then: Callable[[Store], None],
) -> None:  # fmt: skip
    """Let a document that was moved at that moment stand as it did before: in that state, with that revision published (None: none).
    Conflicts that publishing settled are open again. `then`: what else is written in that transaction.

    Raises Forbidden (what the public sees changes by a publisher only), NotFound, Gone (that revision is no longer kept), ChangedMeanwhile
    (something happened to the document since).
    """
    document, revision, data = revisions.read(services, actor, document_id)
    require(actor, "publish" if published != document.published else "edit")
    current = heads.again(services, revision, data)
    shown = None
    if published not in (None, document.current, document.published):
        shown = heads.again(services, *revisions.read(services, actor, document_id, published)[1:])
    now = services.clock.now()
    entry = audit.entry(services.clock, actor, "document.undo", f"document:{document_id}", f"{reason}: {state} again")

    def unit(store: Store) -> None:
        before = heads.locked(store, document_id)
        last = store.find(model.Document.modified, model.Document.id == document_id).one()
        if last != moved or (before.state, before.current, before.published) != (document.state, document.current, document.published):
            raise ChangedMeanwhile("Something happened to the document since. It stays as it is.")
        heads.show(store, before, replace(before, state=state, published=published), now, current, shown)
        corrections.reopen(store, document_id, moved)
        audit.write(store, entry)
        then(store)

    services.sessions.write(unit)


def _permit(actor: Actor, action: str, document: revisions.Document, review: bool) -> None:
    """Raises Conflict where the action does not lead on from the document's state, Forbidden where it is not the actor's."""
    step = STEPS[action]
    if action == "submit" and not review:
        raise Conflict(f"The vocabulary {document.vocabulary} asks for no review: publish the document.")
    if document.state not in step.origins:
        raise Conflict(f"The document is {document.state}; it cannot be {step.verb} from there.", state=document.state)
    require(actor, _right(step, document, review))
