"""What the violations of a run come from."""

from __future__ import annotations

from ..ddl import Index, Table
from .columns import optional, required

CLUSTERS = (
    Table(
        "cluster",
        (*required("id", "run_id"), *required("word", "cluster", "signature", "code", "severity", "kind"), *optional("text", "component"),
         *required("text", "path"), *optional("text", "attribute"), *required("text", "subject", "expected", "message"),
         *required("datetime", "found")),
        ("run_id", "cluster"),
        (Index(("signature", "found")),),
        (("run_id", "run", "id"),),
    ),
    Table(
        "cluster_member",
        (*required("id", "run_id"), *required("word", "cluster"), *required("id", "document_id", "partner_id"),
         *required("digest", "content", "schema"), *required("word", "engine"), *required("integer", "violations"),
         *optional("token", "value")),
        ("run_id", "cluster", "document_id"),
        (Index(("run_id", "document_id")), Index(("document_id",))),
        (("run_id", "run", "id"),),
        clustered=True,
    ),
)
