"""What was agreed with whoever sends a request."""

from __future__ import annotations

from ..ddl import Index, Table
from .columns import optional, required

IDEMPOTENCY = Table(
    "idempotency",
    (*required("digest", "id", "request"), *required("id", "claim"), *required("token", "worker"), *required("datetime", "claimed"),
     *optional("integer", "status"), *optional("text", "headers"), *optional("blob", "body")),
    ("id",),
    (Index(("claimed",)),),
)
