"""Where published outputs are delivered, what is there, and what was done."""

from __future__ import annotations

from ..ddl import Index, Table
from .columns import optional, required

DELIVERY = (
    Table(
        "delivery_target",
        (*required("name", "name"), *required("text", "url"), *optional("word", "vocabulary"),
         *required("text", "formats", "query", "pattern"),
         *required("word", "schedule"), *required("text", "command"), *required("integer", "seconds", "attempts"),
         *required("boolean", "enabled"), *required("datetime", "created"), *optional("datetime", "due")),
        ("name",),
    ),
    Table(
        "delivery_item",
        (*required("digest", "target"), *required("id", "document_id"), *required("word", "format"), *required("key", "name"),
         *required("word", "state"), *required("digest", "shown"), *required("token", "checksum"), *required("integer", "attempts"),
         *required("text", "problem"), *required("datetime", "at")),
        ("target", "document_id", "format"),
        (Index(("target", "name")), Index(("target", "state"))),
    ),
    Table(
        "delivery_cursor",
        (*required("digest", "target"), *required("word", "vocabulary", "format"), *required("integer", "sequence")),
        ("target", "vocabulary", "format"),
    ),
    Table(
        "delivery_log",
        (*required("serial", "id"), *required("digest", "target"), *optional("id", "document_id"), *required("word", "format", "action"),
         *required("key", "name"), *required("text", "detail"), *required("datetime", "at")),
        ("id",),
        (Index(("target", "id")),),
    ),
)
