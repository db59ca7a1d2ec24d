"""Where a partner's delivery and an editor's correction met."""

from __future__ import annotations

from ..ddl import Index, Table
from .columns import optional, required

CONFLICT = Table(
    "conflict",
    (*required("id", "id", "document_id"), *required("integer", "revision", "base", "theirs", "mine"), *required("text", "fields"),
     *required("datetime", "created"), *optional("datetime", "resolved"), *optional("token", "actor"), *optional("word", "outcome")),
    ("id",),
    (Index(("document_id", "resolved")), Index(("resolved", "created", "id"))),
    (("document_id", "document", "id"),),
)
