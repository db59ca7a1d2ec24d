"""Batch jobs and what they did."""

from __future__ import annotations

from ..ddl import Index, Table
from .columns import optional, required

JOBS = (
    Table(
        "run",
        (*required("id", "id"), *required("word", "kind", "state"), *required("token", "actor"),
         *required("text", "parameters", "counts"), *required("datetime", "started"), *optional("datetime", "heartbeat", "ended")),
        ("id",),
        (Index(("started", "id")), Index(("state",))),
    ),
    Table(
        "run_item",
        (*required("id", "run_id"), *required("integer", "n"), *required("text", "name"), *optional("id", "document_id", "receipt_id"),
         *required("word", "outcome"), *required("text", "detail")),
        ("run_id", "n"),
        (Index(("run_id", "outcome", "n")),),
        (("run_id", "run", "id"),),
    ),
)
