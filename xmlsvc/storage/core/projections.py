"""What follows from contents and can be made again: verdicts, renderings, generated tables, search, counts."""

from __future__ import annotations

from ..ddl import Column, Index, Table
from .columns import required

MAPPING_MORE = (Column("names", "text"), Column("plans", "text"), Column("stale", "boolean", null=False, default="0"))

VERDICT = Table(
    "verdict",
    (*required("integer", "content_number"), *required("digest", "schema"), *required("word", "engine"), *required("boolean", "valid"),
     *required("integer", "violations"), *required("blob", "report"), *required("datetime", "checked")),
    ("content_number", "schema", "engine"),
    clustered=True,
)

PROJECTIONS = (
    VERDICT,
    Table(
        "rendering",
        (*required("digest", "key", "content"), *required("word", "format"), *required("token", "media_type"),
         *required("blob", "data"), *required("datetime", "created")),
        ("key",),
        (Index(("content", "format")),),
    ),
    Table(
        "mapping",
        (*required("name", "vocabulary"), *required("digest", "plan"), *required("text", "tables"), *required("datetime", "changed"),
         *MAPPING_MORE),
        ("vocabulary",),
    ),
)

COUNTER = Table(
    "counter",
    (*required("id", "partner_id"), *required("word", "vocabulary", "state"), *required("boolean", "valid"),
     *required("integer", "shard", "documents")),
    ("partner_id", "vocabulary", "state", "valid", "shard"),
    clustered=True,
)
