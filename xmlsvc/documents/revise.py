"""The second door: an editor's save.

    revise(services, actor, document_id, body, Saving(expects=…))
      prepare   tree → schema → verdict → rows              not well-formed is refused, nothing is stored
      weigh     which violations the published revision has not: they keep it a draft
      write     one transaction: is it still what was edited → revision → heads → audit

The same bytes make no revision. What was sent by partners stays as it was sent: an edit is a revision of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from lxml import etree
from storm.store import Store

from ..errors import ChangedMeanwhile, Conflict, Forbidden, Gone, PreconditionRequired
from ..schema.registry import Schema
from ..storage import moves
from ..validation.report import Report, Violation
from ..xml import canonical, edits, parser
from . import audit, corrections, growth, heads, identity, merging, revisions, verdicts
from .access import Actor, require
from .services import Services
from .submit import settled_identity

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Stood:
    """How a document stood once: its state, and which revision was published (None: none); `latest`: that was the current one."""

    state: str
    published: int | None
    latest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """How to save. `expects`: the digest of the revision that was edited (None: whatever is there); `draft`: keep it from the public, with
    whatever violations; `publish`: past the review, for those who may publish; `override`: their reason to publish what is not valid;
    `kind`: edit, restore, fix or merge; `run_id`: the batch run that this is part of; `schema`: "NAME" or "NAME@VERSION", where that is to
    change; `stood`: how the document is to stand then, whatever its violations: for what is taken back."""

    expects: str | None = None
    reason: str = ""
    draft: bool = False
    publish: bool = False
    override: str = ""
    kind: str = "edit"
    run_id: str | None = None
    schema: str | None = None
    stood: Stood | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a save. `outcome`: revised or unchanged; `revision`: the number that is current now; `grown`: the violations that
    what is published has not."""

    document: str
    revision: int
    outcome: str
    kind: str
    state: str
    published: int | None
    digest: str
    report: Report
    grown: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class _Work:
    """One save, worked out against the document as it was read."""

    document: revisions.Document
    saving: Saving
    prepared: heads.Prepared
    grown: tuple[Violation, ...]
    entry: heads.Entry
    audit: audit.Entry
    shown: heads.Prepared | None = None

    def after(self, before: heads.State) -> heads.State:
        """The document as this save leaves it."""
        same = before.digest == self.prepared.digest and before.schema == self.prepared.schema.digest
        number = before.current if same else before.current + 1
        review = self.prepared.schema.manifest.review and not (self.saving.publish or self.saving.override)
        state = "draft" if self.saving.draft else "review" if review else "published"
        published = number if state == "published" else before.published
        if self.saving.stood is not None:
            state = self.saving.stood.state
            published = number if self.saving.stood.latest else self.saving.stood.published
        elif same and (before.state == "published" or before.state == state):
            return before
        return replace(
            before, state=state, current=number, published=published,
            digest=self.prepared.digest, schema=self.prepared.schema.digest, valid=self.prepared.report.valid, kind=self.entry.kind,
        )  # fmt: skip

    def write(self, store: Store) -> Saved:
        """The unit. Raises _Moved where the document is another than it was."""
        before = heads.locked(store, self.document.id)
        if before.state == "withdrawn":
            raise Gone("The document was withdrawn. A publisher can reopen it.", document=before.id)
        if self.saving.expects is not None and before.digest != self.saving.expects:
            raise _Moved
        if before.published != self.document.published:
            raise _Moved
        after = self.after(before)
        if after == before:
            return self.saved(after, "unchanged")
        if after.current != before.current:
            heads.add(store, after.id, after.current, self.prepared, self.entry)
        heads.show(store, before, after, self.entry.at, self.prepared, self.shown)
        if self.saving.run_id is not None and self.saving.stood is None:
            moves.note(store, self.saving.run_id, after.id, before.state, before.published, self.entry.at)
        if after.state != "draft" and self.saving.stood is None:
            corrections.close(store, after.id, self.entry.at, self.entry.actor, "resolved")
        audit.write(store, self.audit)
        return self.saved(after, "revised" if after.current != before.current else "unchanged")

    def saved(self, after: heads.State, outcome: str) -> Saved:
        return Saved(
            document=after.id, revision=after.current, outcome=outcome, kind=self.entry.kind, state=after.state,
            published=after.published, digest=after.digest, report=self.prepared.report, grown=self.grown,
        )  # fmt: skip


class _Moved(Exception):
    """The document is not what it was when the save was worked out."""


def revise(
    services: Services, actor: Actor, document_id: str, body: bytes, saving: Saving, then: Callable[[Store], object] | None = None
) -> Saved:  # fmt: skip
    """Save `body` as the document's newest state; durable when this returns. `then` is done in the same transaction.

    Raises Forbidden, NotFound, Gone; NotWellFormed, DoctypeRefused, TooLarge, UnknownVocabulary, Conflict (another document's identity or
    vocabulary): nothing was stored; InvalidDocument: it has violations that what is published has not (`extra["grown"]`) and is to be no
    draft; ChangedMeanwhile: somebody else saved first.
    """
    require(actor, "edit")
    if saving.publish or saving.override:
        require(actor, "publish")
    if saving.override and not saving.override.strip():
        raise PreconditionRequired("Publishing what is not valid needs a reason.")
    for _ in range(ATTEMPTS):
        document = revisions.get(services, actor, document_id)
        work = _work(services, actor, document, body, saving)
        try:
            return services.sessions.write(partial(_written, work=work, then=then))
        except _Moved:
            found, theirs = revisions.read(services, actor, document_id)[1:]
            if saving.expects is not None and found.digest != saving.expects:
                raise ChangedMeanwhile(
                    f"{found.actor} saved revision {found.number} after you opened the document.",
                    _merge(services, actor, document, saving.expects, found, theirs, body), digest=found.digest,
                ) from None  # fmt: skip
    raise Conflict("The document is being changed all the time; nothing was saved. Try again in a moment.")


def _written(store: Store, work: _Work, then: Callable[[Store], object] | None) -> Saved:
    saved = work.write(store)
    if then is not None:
        then(store)
    return saved


def _merge(
    services: Services, actor: Actor, document: revisions.Document, expects: str, found: revisions.Revision, theirs: bytes, mine: bytes
) -> merging.Merge | None:  # fmt: skip
    """What was edited, what is there now, and what was to be saved, brought together; None where no revision is what was edited."""
    edited = next((each for each in revisions.listed(services, actor, document.id) if each.digest == expects), None)
    if edited is None:
        return None
    base = revisions.read(services, actor, document.id, edited.number)[2]
    return merging.bring(services, revisions.schema_of(services, found), base, theirs, mine)


def _work(services: Services, actor: Actor, document: revisions.Document, body: bytes, saving: Saving) -> _Work:
    prepared = prepare(services, document, body, saving.schema)
    more: tuple[Violation, ...] = ()
    if not prepared.report.valid:
        more = _more(services, document, prepared.report)
    if not saving.draft and not saving.override and saving.stood is None:
        growth.refuse(prepared.report, more, document.id)
    kind = "draft" if saving.draft and saving.kind == "edit" else saving.kind
    detail = f"although it is not valid: {saving.override}" if saving.override and more else saving.reason
    return _Work(
        document=document, saving=saving, prepared=prepared, grown=more,
        entry=heads.entry(services.clock, kind, actor.label, saving.reason or saving.override, saving.run_id),
        audit=audit.entry(services.clock, actor, f"document.{kind}", f"document:{document.id}", detail),
        shown=_shown(services, actor, document, saving.stood) if saving.stood is not None else None,
    )  # fmt: skip


def _shown(services: Services, actor: Actor, document: revisions.Document, stood: Stood) -> heads.Prepared | None:
    """The revision that is to be published again; None where it is the saved one, or is published already."""
    if stood.latest or stood.published in (None, document.published):
        return None
    return heads.again(services, *revisions.read(services, actor, document.id, stood.published)[1:])


def prepare(services: Services, document: revisions.Document, body: bytes, named: str | None = None) -> heads.Prepared:
    """A new content of the document, judged by the schema that is named, or was named for what is there, or that it asks for itself.
    Raises NotWellFormed, DoctypeRefused, TooLarge, UnknownVocabulary; Conflict where it is no content of this document."""
    tree = parser.parse(body, services.limits)
    schema, reason = _schema(services, document, tree, named)
    made = heads.prepare(services, schema, reason, body, tree)
    settled_identity(document, schema, identity.of(schema, tree, None, made.digest))
    return made


def _schema(services: Services, document: revisions.Document, tree: etree._ElementTree, named: str | None) -> tuple[Schema, str]:
    if named is None:
        revision = revisions.revision(services, document, document.current)
        if revision.chosen == "named":
            named = revision.version
    return services.registry.for_root(tree.getroot(), named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A content as it would be saved: its verdict, and which of its violations what is published has not."""

    report: Report
    grown: tuple[Violation, ...] = ()


def check(services: Services, actor: Actor, document_id: str, body: bytes) -> Checked:
    """The verdict on a new content of the document; nothing is stored. Raises as `revise` for what cannot be parsed."""
    require(actor, "read")
    document = revisions.get(services, actor, document_id)
    if actor.kind == "partner":
        raise Forbidden("Partners check documents with POST /api/validate.")
    tree = parser.parse(body, services.limits)
    schema, reason = _schema(services, document, tree, None)
    return judge(services, document, schema, reason, body, tree)


def judge(
    services: Services, document: revisions.Document, schema: Schema, reason: str, body: bytes, tree: etree._ElementTree
) -> Checked:  # fmt: skip
    """The verdict on a new content of the document, whose tree and schema are known. Raises Conflict where it is no content of this
    document."""
    digest = canonical.digest(body)
    settled_identity(document, schema, identity.of(schema, tree, None, digest))
    report = verdicts.of(services, schema, reason, digest, body, tree)
    return Checked(report=report, grown=() if report.valid else _more(services, document, report))


def _more(services: Services, document: revisions.Document, report: Report) -> tuple[Violation, ...]:
    """The violations that keep a content a draft."""
    allowed = services.sessions.read(lambda store: growth.allowance(store, services, document.id, document.published))
    return growth.grown(report, allowed)


def edited(original: bytes, tree: etree._ElementTree) -> bytes:
    """The original bytes with the changes that were made to their tree, and no others."""
    return edits.save(original, tree)


def restore(services: Services, actor: Actor, document_id: str, number: int, saving: Saving) -> Saved:
    """Make an earlier revision's very bytes the current ones, as a new revision. Raises as `revise`, and NotFound for the number."""
    _, revision, body = revisions.read(services, actor, document_id, number)
    schema = saving.schema or (revision.version if revision.chosen == "named" else None)
    reason = saving.reason or f"revision {number} again"
    return revise(services, actor, document_id, body, replace(saving, kind="restore", reason=reason, schema=schema))


def undo(services: Services, actor: Actor, document_id: str, saving: Saving) -> Saved:
    """Restore what was current before the current revision. Raises as `restore`; Conflict where there is only one."""
    document = revisions.get(services, actor, document_id)
    before = revisions.listed(services, actor, document_id, before=document.current, limit=1)
    if not before:
        raise Conflict("The document has no earlier revision; there is nothing to go back to.")
    return restore(services, actor, document_id, before[0].number, saving)
