"""Jobs for programs outside, and the media files that documents refer to."""

from __future__ import annotations

from ..ddl import Index, Table
from .columns import optional, required

TASKS = (
    Table(
        "job",
        (*required("id", "id"), *required("word", "kind", "state"), *required("token", "actor"), *required("text", "parameters"),
         *optional("text", "result", "fault"), *optional("id", "document_id", "lease"), *optional("token", "worker"),
         *required("integer", "priority", "attempts", "most"), *required("boolean", "asked"), *required("datetime", "created", "due"),
         *optional("datetime", "until", "ended")),
        ("id",),
        (Index(("state", "kind", "priority", "due")), Index(("kind", "created", "id")), Index(("created", "id")), Index(("document_id",))),
    ),
    Table(
        "job_log",
        (*required("serial", "id"), *required("id", "job_id"), *required("integer", "attempt"), *required("datetime", "at"),
         *required("text", "said")),
        ("id",),
        (Index(("job_id", "id")),),
    ),
    Table(
        "media_file",
        (*required("digest", "id"), *required("text", "location"), *required("word", "state"), *optional("integer", "size", "said_size"),
         *optional("token", "checksum", "said_checksum"), *required("datetime", "first_seen"),
         *optional("datetime", "last_seen", "checked"),
         *required("text", "problem")),
        ("id",),
        (Index(("state", "id")),),
    ),
    Table(
        "media_use",
        (*required("digest", "file_id"), *required("id", "document_id")),
        ("file_id", "document_id"),
        (Index(("document_id",)),),
        clustered=True,
    ),
)
