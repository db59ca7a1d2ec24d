"""The partners' side: archives as they came, what receivers are told, and why documents were turned down."""

from __future__ import annotations

from ..ddl import Index, Table
from .columns import optional, required

PARTNERS = (
    Table(
        "receipt_part",
        (*required("id", "receipt_id"), *required("integer", "n"), *required("blob", "data")),
        ("receipt_id", "n"),
        (Index(("n", "receipt_id")),),
    ),
    Table(
        "webhook",
        (*required("id", "id"), *optional("id", "partner_id"), *required("text", "url", "secrets", "events"),
         *required("datetime", "created"), *required("word", "state"), *required("text", "fault")),
        ("id",),
        (Index(("partner_id",)),),
        (("partner_id", "partner", "id"),),
    ),
    Table(
        "webhook_message",
        (*required("id", "id", "webhook_id"), *required("word", "event"), *required("text", "payload"), *required("datetime", "created"),
         *required("word", "state"), *required("integer", "attempts"), *required("datetime", "due"),
         *optional("id", "claim", "document_id")),
        ("id",),
        (Index(("state", "due")), Index(("webhook_id", "created", "id")), Index(("document_id",))),
        (("webhook_id", "webhook", "id"),),
    ),
    Table(
        "webhook_attempt",
        (*required("id", "message_id"), *required("integer", "n"), *required("datetime", "at"), *optional("integer", "status"),
         *required("text", "answer"), *required("integer", "milliseconds")),
        ("message_id", "n"),
        (),
        (("message_id", "webhook_message", "id"),),
    ),
    Table(
        "receipt_cause",
        (*required("id", "receipt_id"), *required("integer", "n"), *required("id", "partner_id"), *required("word", "day", "code", "cause"),
         *required("text", "path", "message")),
        ("receipt_id", "n"),
        (Index(("partner_id", "day", "cause")),),
    ),
)
