"""What a delivery does to the stored state: one unit, which may be run again.

    no such document   → new (published when valid and nobody reviews, else waiting), or quarantined when invalid
    same bytes again   → unchanged: a receipt, nothing else
    valid              → a revision that is current, and published unless somebody reviews
    invalid            → a revision that is current; what was published stays published
    an editor's values → the delivery as it was sent, and what `corrections` makes of both

A delivery for one document (`document`) finds it by its id, whatever the content calls itself, and only where `expects` allows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from storm.store import Store

from ..errors import Gone, PreconditionFailed
from ..schema.registry import Schema
from ..storage import contents
from ..storage.insert import insert
from ..validation.report import Report
from . import audit, corrections, heads, reasons, receipts, verdicts
from .identity import Identity
from .services import Services

KINDS: dict[Literal["path", "name", "digest"], str] = {"path": "identity", "name": "name", "digest": "digest"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a submission. `outcome`: new, revised, unchanged or quarantined; `status`: the HTTP status that says so;
    `document`: its id; `revision`: the number that is current now, `digest`: its content's; `state`: the document's;
    `conflict`: the id of what an editor has to decide, because the same field was corrected before."""

    receipt: receipts.Receipt
    outcome: str
    status: int
    document: str
    revision: int
    digest: str
    state: str
    published: int | None
    identity: Identity
    report: Report
    conflict: str | None = None


_BY_IDENTITY = "d.partner_id = ? AND d.vocabulary = ? AND d.identity_kind = ? AND d.identity = ?"


def unmet(digest: str) -> PreconditionFailed:
    """The error of a change that was meant for another content than the current one."""
    return PreconditionFailed(
        "The document has changed since it was read: If-Match does not hold the ETag of its XML. Read it again.",
        digest=digest, etag=f'"{digest.removeprefix("sha256:")}"',
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One submission, worked out as far as it can be without the stored state. The ids are used only if something is made."""

    services: Services
    receipt: receipts.Receipt
    content: heads.Prepared
    identity: Identity
    document_id: str
    revision_id: str
    run_id: str | None
    document: str | None = None
    expects: Callable[[str], bool] | None = None
    new_only: bool = False
    kind: str = corrections.DELIVERED
    reason: str = ""
    audit: audit.Entry | None = None
    reasons: Sequence[reasons.Row] = ()

    @property
    def schema(self) -> Schema:
        return self.content.schema

    @property
    def report(self) -> Report:
        return self.content.report

    def write(self, store: Store) -> Outcome:
        """Receipt, content, verdict, revision, document, rows and search entry, in one transaction. Raises PreconditionFailed, Gone."""
        before = self._before(store)
        self._allowed(before)
        if before is not None and before.kind != corrections.DELIVERED and self.document is None:
            return self._met(store, before)
        if before is not None and before.digest == self.receipt.digest and before.schema == self.schema.digest:
            return self._unchanged(store, before)
        after = self._after(before)
        if before is None:
            self._add(store, after)
        self._wrote(store)
        heads.add(store, after.id, after.current, self.content, self._entry())
        heads.show(store, before, after, self.receipt.received, self.content)
        if self.document is not None and after.state != "draft":
            corrections.close(store, after.id, self.receipt.received, self.receipt.actor, "resolved")
        return self._answer(store, after, "quarantined" if not self.report.valid else "new" if before is None else "revised")

    def _met(self, store: Store, before: heads.State) -> Outcome:
        """The current revision is an editor's: what the partner did not change stays as the editor has it."""
        last, base = corrections.last_delivery(store, before.id), corrections.base_of(store, before.id)
        if last is not None and last.digest == self.receipt.digest:
            return self._unchanged(store, before)
        self._wrote(store)
        conflict = None
        if base is None:
            after = self._after(before)
            heads.add(store, after.id, after.current, self.content, self._entry())
            heads.show(store, before, after, self.receipt.received, self.content)
        else:
            body = contents.unpack(self.content.packed)
            met = corrections.Meeting(store, self.services, before, base, self.content, body, self._entry())
            after, conflict = met.settle()
        return self._answer(store, after, "revised" if self.report.valid else "quarantined", conflict)

    def _unchanged(self, store: Store, before: heads.State) -> Outcome:
        verdicts.put(store, self.receipt.digest, self.report, self.content.packed_report, self.receipt.received)
        return self._answer(store, before, "unchanged")

    def _wrote(self, store: Store) -> None:
        if self.audit is not None:
            audit.write(store, self.audit)

    def _entry(self) -> heads.Entry:
        return heads.Entry(
            id=self.revision_id, kind=self.kind, actor=self.receipt.actor, reason=self.reason, at=self.receipt.received,
            receipt_id=self.receipt.id, run_id=self.run_id,
        )  # fmt: skip

    def _before(self, store: Store) -> heads.State | None:
        """The document as it is stored, locked against other writers until the unit ends."""
        if self.document is not None:
            return heads.found(store, "d.id = ?", (self.document,))
        key = (self.receipt.partner_id, self.schema.vocabulary, KINDS[self.identity.source], self.identity.key)
        return heads.found(store, _BY_IDENTITY, key)

    def _allowed(self, before: heads.State | None) -> None:
        """Whether the stored state is the one that the caller means to change."""
        if before is None:
            return
        if self.new_only:
            raise PreconditionFailed("There is such a document already, and If-None-Match: * asks for a new one.", document=before.id)
        if self.document is not None and before.state == "withdrawn":
            raise Gone("The document was withdrawn. Deliver it anew with POST; it will be looked at before it is published again.")
        if self.expects is not None and not self.expects(before.digest):
            raise unmet(before.digest)

    def _after(self, before: heads.State | None) -> heads.State:
        """The document as this delivery leaves it."""
        number = 1 if before is None else before.current + 1
        withdrawn = before is not None and before.state == "withdrawn"
        publish = self.report.valid and not self.schema.manifest.review and not withdrawn
        waiting = "quarantined" if self.kind == corrections.DELIVERED else "draft"
        state = "published" if publish else "review" if self.report.valid else waiting
        published = number if publish else before.published if before else None
        key = before.id if before else self.document_id
        return heads.State(
            key, state, number, published, self.receipt.digest, self.schema.digest, self.report.valid, self.kind,
            self.receipt.partner_id or "", self.schema.vocabulary,
        )  # fmt: skip

    def _add(self, store: Store, after: heads.State) -> None:
        insert(store, "document", {
            "id": after.id, "partner_id": self.receipt.partner_id, "vocabulary": self.schema.vocabulary,
            "identity_kind": KINDS[self.identity.source], "identity": self.identity.key, "created": self.receipt.received,
            **heads.columns(after, self.receipt.received, self.content),
        })  # fmt: skip

    def _answer(self, store: Store, document: heads.State, outcome: str, conflict: str | None = None) -> Outcome:
        status = 422 if not self.report.valid else 201 if outcome == "new" else 200
        receipts.write(store, self.receipt, outcome, status, document.id, document.current)
        reasons.keep(store, self.reasons)
        return Outcome(
            receipt=self.receipt, outcome=outcome, status=status, document=document.id, revision=document.current, digest=document.digest,
            state=document.state, published=document.published, identity=self.identity, report=self.report, conflict=conflict,
        )  # fmt: skip
