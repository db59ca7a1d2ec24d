"""What a delivery does to the stored state: one unit, which may be run again.

    no such document   → new (published when valid and nobody reviews, else waiting), or quarantined when invalid
    same bytes again   → unchanged: a receipt, nothing else
    valid              → a revision that is current, and published unless somebody reviews
    invalid            → a revision that is current; what was published stays published

A delivery for one document (`document`) finds it by its id, whatever the content calls itself, and only where `expects` allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storm.store import Store

from ..codegen.tables import TablePlan
from ..errors import Gone, PreconditionFailed
from ..schema.registry import Schema
from ..storage import contents, counters, model, projection, publications, search
from ..storage.backends import dialect
from ..storage.insert import insert
from ..validation.report import Report
from . import audit, receipts, verdicts
from .identity import Identity

KINDS: dict[Literal["path", "name", "digest"], str] = {"path": "identity", "name": "name", "digest": "digest"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a submission. `outcome`: new, revised, unchanged or quarantined; `status`: the HTTP status that says so;
    `document`: its id; `revision`: the number that is current now; `state`: the document's."""

    receipt: receipts.Receipt
    outcome: str
    status: int
    document: str
    revision: int
    state: str
    published: int | None
    identity: Identity
    report: Report


@dataclass(frozen=True, slots=True)
class _State:
    """A document in the database: its heads, and its current revision's content and schema."""

    id: str
    state: str
    current: int
    published: int | None
    digest: str
    schema: str
    valid: bool


_BEFORE = (
    "SELECT d.id, d.state, d.current, d.published, r.digest, r.schema, d.valid FROM document d "
    "JOIN revision r ON r.document_id = d.id AND r.number = d.current "
    "WHERE "
)
_BY_IDENTITY = _BEFORE + "d.partner_id = ? AND d.vocabulary = ? AND d.identity_kind = ? AND d.identity = ?"
_BY_ID = _BEFORE + "d.id = ?"


def unmet(digest: str) -> PreconditionFailed:
    """The error of a change that was meant for another content than the current one."""
    return PreconditionFailed(
        "The document has changed since it was read: If-Match does not hold the ETag of its XML. Read it again.",
        digest=digest, etag=f'"{digest.removeprefix("sha256:")}"',
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One submission, worked out as far as it can be without the stored state. The ids are used only if something is made."""

    receipt: receipts.Receipt
    packed: contents.Packed
    schema: Schema
    report: Report
    packed_report: bytes
    identity: Identity
    root: str
    plan: TablePlan
    rows: projection.Rows
    document_id: str
    revision_id: str
    run_id: str | None
    document: str | None = None
    expects: Callable[[str], bool] | None = None
    new_only: bool = False
    kind: str = "delivery"
    reason: str = ""
    audit: audit.Entry | None = None

    def write(self, store: Store) -> Outcome:
        """Receipt, content, verdict, revision, document, rows and search entry, in one transaction. Raises PreconditionFailed, Gone."""
        before = self._before(store)
        self._allowed(before)
        verdicts.put(store, self.receipt.digest, self.report, self.packed_report, self.receipt.received)
        if before is not None and before.digest == self.receipt.digest and before.schema == self.schema.digest:
            return self._answer(store, before, "unchanged")
        contents.keep(store, self.packed, self.receipt.received)
        after = self._after(before)
        if before is None:
            self._add(store, after)
        else:
            self._change(store, after)
        counters.moved(store, self._kind(before), self._kind(after))
        publications.note(store, after.id, before.published if before else None, after.published, self.receipt.received)
        self._revise(store, after)
        if self.audit is not None:
            audit.write(store, self.audit)
        head = model.BOTH if after.published == after.current else model.CURRENT
        projection.write(store, self.plan, after.id, head, self.rows, new=before is None)
        search.write(store, after.id, head, self.rows.title, self.rows.text, new=before is None)
        return self._answer(store, after, "quarantined" if not self.report.valid else "new" if before is None else "revised")

    def _before(self, store: Store) -> _State | None:
        """The document as it is stored, locked against other writers until the unit ends."""
        lock = " FOR UPDATE" if dialect(store) == "mysql" else ""
        if self.document is not None:
            row = store.execute(_BY_ID + lock, (self.document,)).get_one()
        else:
            row = store.execute(_BY_IDENTITY + lock, (
                self.receipt.partner_id, self.schema.vocabulary, KINDS[self.identity.source], self.identity.key,
            )).get_one()  # fmt: skip
        return None if row is None else _State(*row)

    def _allowed(self, before: _State | None) -> None:
        """Whether the stored state is the one that the caller means to change."""
        if before is None:
            return
        if self.new_only:
            raise PreconditionFailed("There is such a document already, and If-None-Match: * asks for a new one.", document=before.id)
        if self.document is not None and before.state == "withdrawn":
            raise Gone("The document was withdrawn. Deliver it anew with POST; it will be looked at before it is published again.")
        if self.expects is not None and not self.expects(before.digest):
            raise unmet(before.digest)

    def _after(self, before: _State | None) -> _State:
        """The document as this delivery leaves it."""
        number = 1 if before is None else before.current + 1
        withdrawn = before is not None and before.state == "withdrawn"
        publish = self.report.valid and not self.schema.manifest.review and not withdrawn
        state = "published" if publish else "review" if self.report.valid else "quarantined"
        published = number if publish else before.published if before else None
        key = before.id if before else self.document_id
        return _State(key, state, number, published, self.receipt.digest, self.schema.digest, self.report.valid)

    def _kind(self, of: _State | None) -> counters.Kind | None:
        """What the document is counted under."""
        return counters.Kind(self.receipt.partner_id or "", self.schema.vocabulary, of.state, bool(of.valid)) if of else None

    def _shown(self, after: _State) -> dict[str, str | int | datetime | None]:
        """The columns that a list shows, which follow the current revision."""
        return {
            "title": self.rows.title, "state": after.state, "valid": self.report.valid, "violations": len(self.report.violations),
            "root": self.root, "current": after.current, "published": after.published, "modified": self.receipt.received,
        }  # fmt: skip

    def _add(self, store: Store, after: _State) -> None:
        insert(store, "document", {
            "id": after.id, "partner_id": self.receipt.partner_id, "vocabulary": self.schema.vocabulary,
            "identity_kind": KINDS[self.identity.source], "identity": self.identity.key, "created": self.receipt.received,
            **self._shown(after),
        })  # fmt: skip

    def _change(self, store: Store, after: _State) -> None:
        store.find(model.Document, model.Document.id == after.id).set(**self._shown(after))

    def _revise(self, store: Store, after: _State) -> None:
        insert(store, "revision", {
            "id": self.revision_id, "document_id": after.id, "number": after.current, "digest": after.digest, "schema": after.schema,
            "version": self.schema.name, "chosen": self._chosen(), "kind": self.kind, "valid": self.report.valid,
            "violations": len(self.report.violations), "actor": self.receipt.actor, "reason": self.reason, "receipt_id": self.receipt.id,
            "run_id": self.run_id, "created": self.receipt.received,
        })  # fmt: skip

    def _chosen(self) -> str:
        """Why it is this schema, as a word: a later run chooses again the same way."""
        reason = self.report.schema.reason if self.report.schema else ""
        return {"named by the caller": "named", "schemaLocation": "location"}.get(reason, "active")

    def _answer(self, store: Store, document: _State, outcome: str) -> Outcome:
        status = 422 if not self.report.valid else 201 if outcome == "new" else 200
        receipts.write(store, self.receipt, outcome, status, document.id, document.current)
        return Outcome(
            receipt=self.receipt, outcome=outcome, status=status, document=document.id, revision=document.current, state=document.state,
            published=document.published, identity=self.identity, report=self.report,
        )  # fmt: skip
