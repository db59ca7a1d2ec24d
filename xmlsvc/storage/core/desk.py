"""What belongs to one person at the desk: work in progress, searches to come back to."""

from __future__ import annotations

from ..ddl import Index, Table
from .columns import required

DESK = (
    Table(
        "working_copy",
        (*required("id", "document_id"), *required("name", "owner"), *required("integer", "step", "base"),
         *required("digest", "base_digest"), *required("token", "label"), *required("boolean", "typed", "undone"),
         *required("integer", "size"), *required("word", "encoding"), *required("blob", "data"), *required("datetime", "modified")),
        ("document_id", "owner", "step"),
        (Index(("owner", "modified")),),
        (("document_id", "document", "id"),),
    ),
    Table(
        "saved_search",
        (*required("id", "id"), *required("name", "owner"), *required("token", "title"), *required("text", "query"),
         *required("datetime", "created")),
        ("id",),
        (Index(("owner", "title"), unique=True),),
    ),
)  # fmt: skip
