"""The core tables as Storm classes. `core` has their columns' kinds and indexes.

    Partner ◄── Token      Account ◄── Token, Login
    Partner ◄── Document ◄── Revision ──► Content ◄── Verdict, Rendering
    Receipt ──► Document     Run ◄── RunItem     Receipt ◄── ReceiptPart, Cause
    Partner ◄── Webhook ◄── WebhookMessage ◄── WebhookAttempt
"""

from __future__ import annotations

from .access import Account, Audit, Login, Partner, Token
from .documents import Content, Document, Publication, Receipt, Revision, Tombstone
from .exchange import Idempotency
from .jobs import Run, RunItem
from .nodes import Heartbeat
from .partners import Cause, ReceiptPart, Webhook, WebhookAttempt, WebhookMessage
from .projections import Counter, Mapping, Rendering, SearchEntry, Verdict
from .record import BOTH, CURRENT, PUBLISHED, Record

__all__ = [
    "Account",
    "Audit",
    "BOTH",
    "CURRENT",
    "Cause",
    "Content",
    "Counter",
    "Document",
    "Heartbeat",
    "Idempotency",
    "Login",
    "Mapping",
    "PUBLISHED",
    "Partner",
    "Publication",
    "Receipt",
    "ReceiptPart",
    "Record",
    "Rendering",
    "Revision",
    "Run",
    "RunItem",
    "SearchEntry",
    "Token",
    "Tombstone",
    "Verdict",
    "Webhook",
    "WebhookAttempt",
    "WebhookMessage",
]
