"""What was sent and what it became: contents, documents, revisions, receipts."""

from __future__ import annotations

from datetime import UTC

from storm.locals import Bool, Bytes, DateTime, Int, Reference, ReferenceSet, Unicode

from .record import Record


class Content(Record):
    """Bytes under their digest ("sha256:…"). `number`: in the order of arrival, which is nearly that of the documents: what is looked for
    by it lies together, where digests lie all over the disk; never given again, so that a verdict that comes when its content has been
    erased is on no other. `size` is that of the bytes; `encoding` says how `data` holds them: raw or zstd."""

    __storm_table__ = "content"
    number = Int(primary=True)
    digest = Unicode(allow_none=False)
    size = Int(allow_none=False)
    encoding = Unicode(allow_none=False)
    data = Bytes(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)


class Document(Record):
    """What a partner thinks of as one thing. `identity_kind`: identity (the manifest's path), name or digest. `state`: quarantined, draft,
    review, published, withdrawn. `root`: the root element's name. `current` and `published`: numbers of revisions."""

    __storm_table__ = "document"
    id = Unicode(primary=True, allow_none=False)
    partner_id = Unicode(allow_none=False)
    partner = Reference(partner_id, "Partner.id")
    vocabulary = Unicode(allow_none=False)
    identity_kind = Unicode(allow_none=False)
    identity = Unicode(allow_none=False)
    title = Unicode(allow_none=False)
    state = Unicode(allow_none=False)
    valid = Bool(allow_none=False)
    violations = Int(allow_none=False)
    root = Unicode(allow_none=False)
    current = Int()
    published = Int()
    created = DateTime(tzinfo=UTC, allow_none=False)
    modified = DateTime(tzinfo=UTC, allow_none=False)
    revisions = ReferenceSet(id, "Revision.document_id", order_by="Revision.number")


class Revision(Record):
    """One immutable state of a document. `digest` and `content_number`: its content's. `schema` is the digest of the schema that it was
    checked against, `version` that schema's name, `chosen` why it was that one: named, location or active. `kind`: delivery, edit, fix …"""

    __storm_table__ = "revision"
    id = Unicode(primary=True, allow_none=False)
    document_id = Unicode(allow_none=False)
    document = Reference(document_id, "Document.id")
    number = Int(allow_none=False)
    digest = Unicode(allow_none=False)
    content = Reference(digest, "Content.digest")
    content_number = Int(allow_none=False)
    schema = Unicode(allow_none=False)
    version = Unicode(allow_none=False)
    chosen = Unicode(allow_none=False)
    kind = Unicode(allow_none=False)
    valid = Bool(allow_none=False)
    violations = Int(allow_none=False)
    actor = Unicode(allow_none=False)
    reason = Unicode(allow_none=False)
    receipt_id = Unicode()
    run_id = Unicode()
    created = DateTime(tzinfo=UTC, allow_none=False)


class Receipt(Record):
    """Proof of one submission. `outcome`: new, revised, unchanged, quarantined, refused; `status`: that of HTTP; `problem`: JSON text.
    `erased`: since when its body is gone for good."""

    __storm_table__ = "receipt"
    id = Unicode(primary=True, allow_none=False)
    partner_id = Unicode()
    partner = Reference(partner_id, "Partner.id")
    actor = Unicode(allow_none=False)
    face = Unicode(allow_none=False)
    name = Unicode(allow_none=False)
    digest = Unicode(allow_none=False)
    content = Reference(digest, "Content.digest")
    size = Int(allow_none=False)
    media_type = Unicode(allow_none=False)
    received = DateTime(tzinfo=UTC, allow_none=False)
    outcome = Unicode(allow_none=False)
    status = Int(allow_none=False)
    document_id = Unicode()
    document = Reference(document_id, "Document.id")
    revision = Int()
    problem = Unicode()
    erased = DateTime(tzinfo=UTC)


class Publication(Record):
    """From `at` on the document's published revision was `number` (None: none)."""

    __storm_table__ = "publication"
    __storm_primary__ = ("document_id", "at")
    document_id = Unicode(allow_none=False)
    document = Reference(document_id, "Document.id")
    at = DateTime(tzinfo=UTC, allow_none=False)
    number = Int()


class Tombstone(Record):
    """A document that was erased. `public`: it had been published at some time."""

    __storm_table__ = "tombstone"
    document_id = Unicode(primary=True, allow_none=False)
    partner_id = Unicode(allow_none=False)
    partner = Reference(partner_id, "Partner.id")
    vocabulary = Unicode(allow_none=False)
    public = Bool(allow_none=False)
    erased = DateTime(tzinfo=UTC, allow_none=False)
