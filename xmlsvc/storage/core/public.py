"""What the public sees, in the order in which it came to be seen: the log of changes, and of outputs in each format."""

from __future__ import annotations

from ..ddl import Index, Table
from .columns import optional, required

PUBLIC = (
    Table("public_change", (*required("serial", "id"), *required("id", "document_id")), ("id",)),
    Table(
        "public_document",
        (*required("id", "document_id"), *required("word", "vocabulary"), *required("id", "partner_id"), *optional("integer", "number"),
         *required("digest", "content", "schema_digest"), *required("integer", "position"), *required("datetime", "changed")),
        ("document_id",),
        (Index(("vocabulary", "position")),),
    ),
    Table(
        "public_set",
        (*required("token", "spec"), *required("id", "document_id"), *required("boolean", "member")),
        ("spec", "document_id"),
        (Index(("document_id",)),),
        clustered=True,
    ),
    Table(
        "channel",
        (*required("word", "vocabulary", "format"), *required("digest", "maker"), *required("integer", "position", "sequence"),
         *required("datetime", "stamp"), *optional("datetime", "settling")),
        ("vocabulary", "format"),
    ),
    Table(
        "public_output",
        (*required("id", "document_id"), *required("word", "format", "vocabulary"), *required("id", "partner_id"),
         *required("integer", "sequence"), *required("datetime", "stamp"), *required("boolean", "withdrawn"),
         *required("digest", "content", "schema_digest", "maker", "shown", "made"), *optional("digest", "output"),
         *optional("text", "problem")),
        ("document_id", "format"),
        (
            Index(("vocabulary", "format", "stamp", "sequence")),
            Index(("partner_id", "vocabulary", "format", "stamp", "sequence")),
            Index(("vocabulary", "format", "document_id")),
            Index(("problem",)),
        ),
    ),
)
