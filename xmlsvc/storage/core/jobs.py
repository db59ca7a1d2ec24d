"""Batch jobs and what they did."""

from __future__ import annotations

from ..ddl import Column, Index, Table
from .columns import optional, required

RUN_WORK = (
    Column("priority", "integer", null=False, default="0"), Column("asked", "word", null=False, default="''"),
    *optional("token", "worker"), *optional("id", "claim"), *optional("datetime", "begun"), *optional("integer", "total"),
    *optional("text", "place", "fault"),
)  # fmt: skip
"""What a runner needs to know of a run, in the order in which the columns came to be."""

JOBS = (
    Table(
        "run",
        (*required("id", "id"), *required("word", "kind", "state"), *required("token", "actor"),
         *required("text", "parameters", "counts"), *required("datetime", "started"), *optional("datetime", "heartbeat", "ended"),
         *RUN_WORK),
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
    Table(
        "run_move",
        (*required("id", "run_id", "document_id"), *required("word", "state"), *optional("integer", "published"),
         *required("datetime", "at"), *optional("id", "undone")),
        ("run_id", "document_id"),
        (),
        (("run_id", "run", "id"),),
    ),
)
