"""What a delivery does to the stored state: one unit, which may be run again.

    no such document   → new (published when valid and nobody reviews, else waiting), or quarantined when invalid
    same bytes again   → unchanged: a receipt, nothing else
    valid              → a revision that is current, and published unless somebody reviews
    invalid            → a revision that is current; what was published stays published
"""

from __future__ import annotations

from dataclasses import dataclass

from storm.expr import And
from storm.store import Store

from ..codegen.tables import TablePlan
from ..schema.registry import Schema
from ..storage import contents, model, projection, search
from ..storage.sessions import locked
from ..validation.report import Report
from . import receipts, verdicts
from .identity import Identity

KINDS = {"path": "identity", "name": "name", "digest": "digest"}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One submission, worked out as far as it can be without the stored state. The ids are used only if something is made."""

    receipt: receipts.Receipt
    body: bytes
    schema: Schema
    report: Report
    packed: bytes
    identity: Identity
    root: str
    plan: TablePlan
    rows: projection.Rows
    document_id: str
    revision_id: str
    run_id: str | None

    def write(self, store: Store) -> Outcome:
        """Receipt, content, verdict, revision, document, rows and search entry, in the unit's transaction."""
        contents.put(store, self.body, self.receipt.digest, self.receipt.received)
        verdicts.put(store, self.receipt.digest, self.report, self.packed, self.receipt.received)
        document = locked(
            store,
            model.Document,
            model.Document.partner_id == self.receipt.partner_id,
            model.Document.vocabulary == self.schema.vocabulary,
            model.Document.identity_kind == KINDS[self.identity.source],
            model.Document.identity == self.identity.key,
        )
        if document is not None and self._is_current(store, document):
            return self._answer(store, document, "unchanged")
        known = document is not None
        document = document or self._new()
        self._revise(store, document)
        return self._answer(store, document, "quarantined" if not self.report.valid else "revised" if known else "new")

    def _is_current(self, store: Store, document: model.Document) -> bool:
        """Whether the document's current revision is these bytes under this schema."""
        columns = (model.Revision.digest, model.Revision.schema)
        found = store.find(columns, And(model.Revision.document_id == document.id, model.Revision.number == document.current)).one()
        return found == (self.receipt.digest, self.schema.digest)

    def _new(self) -> model.Document:
        document = model.Document()
        document.id, document.partner_id, document.vocabulary = self.document_id, self.receipt.partner_id, self.schema.vocabulary
        document.identity_kind, document.identity = KINDS[self.identity.source], self.identity.key
        document.created = self.receipt.received
        document.state, document.current = "quarantined", 0
        return document

    def _revise(self, store: Store, document: model.Document) -> None:
        """Append the revision; move the heads, and rows and search entries with them."""
        number = (document.current or 0) + 1
        publish = self.report.valid and not self.schema.manifest.review and document.state != "withdrawn"
        head = model.BOTH if publish else model.CURRENT
        document.current = number
        if publish:
            document.published = number
        document.state = "published" if publish else "review" if self.report.valid else "quarantined"
        document.valid, document.violations = self.report.valid, len(self.report.violations)
        document.title, document.root, document.modified = self.rows.title, self.root, self.receipt.received
        store.add(document)
        revision = model.Revision()
        revision.id, revision.document_id, revision.number = self.revision_id, document.id, number
        revision.digest, revision.schema, revision.version = self.receipt.digest, self.schema.digest, self.schema.name
        revision.chosen, revision.kind, revision.actor, revision.reason = self._chosen(), "delivery", self.receipt.actor, ""
        revision.valid, revision.violations = self.report.valid, len(self.report.violations)
        revision.receipt_id, revision.run_id, revision.created = self.receipt.id, self.run_id, self.receipt.received
        store.add(revision)
        store.flush()
        projection.write(store, self.plan, document.id, head, self.rows)
        search.write(store, document.id, head, self.rows.title, self.rows.text)

    def _chosen(self) -> str:
        """Why it is this schema, as a word: a later run chooses again the same way."""
        reason = self.report.schema.reason if self.report.schema else ""
        return {"named by the caller": "named", "schemaLocation": "location"}.get(reason, "active")

    def _answer(self, store: Store, document: model.Document, outcome: str) -> Outcome:
        status = 422 if not self.report.valid else 201 if outcome == "new" else 200
        number = document.current or 0
        receipts.write(store, self.receipt, outcome, status, document.id, number)
        return Outcome(
            receipt=self.receipt, outcome=outcome, status=status, document=document.id, revision=number, state=document.state,
            published=document.published, identity=self.identity, report=self.report,
        )  # fmt: skip
