"""What was sent and what it became: contents, documents, revisions, receipts."""

from __future__ import annotations

from ..ddl import Column, Index, Table
from .columns import optional, required

RECEIPT_ERASED = Column("erased", "datetime")
CONTENT_NUMBER = Column("content_number", "integer", null=False)

DOCUMENTS = (
    Table(
        "content",
        (*required("sequence", "number"), *required("digest", "digest"), *required("integer", "size"), *required("word", "encoding"),
         *required("blob", "data"), *required("datetime", "created")),
        ("number",),
        (Index(("digest",), unique=True),),
    ),
    Table(
        "document",
        (*required("id", "id", "partner_id"), *required("word", "vocabulary", "identity_kind"), *required("key", "identity"),
         *required("text", "title"), *required("word", "state"), *required("boolean", "valid"), *required("integer", "violations"),
         *required("token", "root"), *optional("integer", "current", "published"), *required("datetime", "created", "modified")),
        ("id",),
        (
            Index(("partner_id", "vocabulary", "identity_kind", "identity"), unique=True),
            Index(("modified", "id")),
            Index(("partner_id", "modified", "id")),
            Index(("vocabulary", "modified", "id")),
            Index(("state", "modified", "id")),
            Index(("valid", "modified", "id")),
            Index(("vocabulary", "state", "modified", "id")),
        ),
        (("partner_id", "partner", "id"),),
    ),
    Table(
        "revision",
        (*required("id", "id", "document_id"), *required("integer", "number"), *required("digest", "digest", "schema"), CONTENT_NUMBER,
         *required("name", "version"), *required("word", "chosen", "kind"), *required("boolean", "valid"),
         *required("integer", "violations"), *required("token", "actor"), *required("text", "reason"),
         *optional("id", "receipt_id", "run_id"), *required("datetime", "created")),
        ("id",),
        (Index(("document_id", "number"), unique=True), Index(("digest",)), Index(("created",))),
        (("document_id", "document", "id"), ("digest", "content", "digest")),
    ),
    Table(
        "receipt",
        (*required("id", "id"), *optional("id", "partner_id"), *required("token", "actor"), *required("word", "face"),
         *required("key", "name"), *required("digest", "digest"), *required("integer", "size"), *required("token", "media_type"),
         *required("datetime", "received"), *required("word", "outcome"), *required("integer", "status"),
         *optional("id", "document_id"), *optional("integer", "revision"), *optional("text", "problem"), RECEIPT_ERASED),
        ("id",),
        (
            Index(("received", "id")),
            Index(("partner_id", "received", "id")),
            Index(("digest",)),
            Index(("partner_id", "name")),
            Index(("document_id",)),
            Index(("outcome", "received", "id")),
        ),
        (("partner_id", "partner", "id"),),
    ),
)

PUBLICATION = Table(
    "publication",
    (*required("id", "document_id"), *required("datetime", "at"), *optional("integer", "number")),
    ("document_id", "at"),
    foreign=(("document_id", "document", "id"),),
    clustered=True,
)

TOMBSTONE = Table(
    "tombstone",
    (*required("id", "document_id", "partner_id"), *required("word", "vocabulary"), *required("boolean", "public"),
     *required("datetime", "erased")),
    ("document_id",),
    (Index(("erased", "document_id")), Index(("partner_id",))),
    (("partner_id", "partner", "id"),),
)
