"""Who may: partners, accounts, their tokens and sessions; what they changed."""

from __future__ import annotations

from ..ddl import Column, Index, Table
from .columns import optional, required

TOKEN_POSITION = Column("position", "text")

ACCESS = (
    Table(
        "partner",
        (*required("id", "id"), *required("name", "name"), *required("text", "title"), *required("datetime", "created")),
        ("id",),
        (Index(("name",), unique=True),),
    ),
    Table(
        "account",
        (*required("id", "id"), *required("name", "name"), *required("text", "password"), *required("word", "role"),
         *required("datetime", "created")),
        ("id",),
        (Index(("name",), unique=True),),
    ),
    Table(
        "token",
        (*required("id", "id"), *required("word", "hash"), *optional("id", "partner_id", "account_id"), *required("token", "label"),
         *required("token", "scopes"), *required("datetime", "created"), *optional("datetime", "expires", "revoked"),
         TOKEN_POSITION),
        ("id",),
        (Index(("hash",), unique=True), Index(("partner_id",)), Index(("account_id",))),
        (("partner_id", "partner", "id"), ("account_id", "account", "id")),
    ),
    Table(
        "login",
        (*required("word", "id"), *required("id", "account_id"), *required("datetime", "created", "expires")),
        ("id",),
        (Index(("account_id",)), Index(("expires",))),
        (("account_id", "account", "id"),),
    ),
    Table(
        "audit",
        (*required("id", "id"), *required("datetime", "at"), *required("token", "actor"), *required("word", "action"),
         *required("token", "subject"), *required("text", "detail")),
        ("id",),
        (Index(("at",)), Index(("subject", "at"))),
    ),
)
