"""The core tables as Storm classes. `core` has their columns' kinds and indexes.

    Partner ◄── Token      Account ◄── Token, Login
    Partner ◄── Document ◄── Revision ──► Content ◄── Verdict, Rendering     Document ◄── Conflict
    Receipt ──► Document     Run ◄── RunItem, RunMove, Cluster ◄── ClusterMember     Receipt ◄── ReceiptPart, Cause
    Partner ◄── Webhook ◄── WebhookMessage ◄── WebhookAttempt
"""

from __future__ import annotations

from .access import Account, Audit, Login, Partner, Token
from .clusters import Cluster, ClusterMember
from .corrections import Conflict
from .delivery import DeliveryCursor, DeliveryItem, DeliveryLog, DeliveryTarget
from .desk import SavedSearch, WorkingCopy
from .documents import Content, Document, Publication, Receipt, Revision, Tombstone
from .exchange import Idempotency
from .jobs import Run, RunItem, RunMove
from .nodes import CommitCount, Heartbeat
from .partners import Cause, ReceiptPart, Webhook, WebhookAttempt, WebhookMessage
from .projections import Counter, Mapping, Rendering, SearchEntry, Verdict
from .public import Channel, PublicChange, PublicDocument, PublicOutput, PublicSet
from .record import BOTH, CURRENT, PUBLISHED, Record
from .tasks import Job, JobLog, MediaFile, MediaUse

__all__ = [
    "Account",
    "Audit",
    "BOTH",
    "CURRENT",
    "Channel",
    "Cause",
    "Cluster",
    "ClusterMember",
    "CommitCount",
    "Conflict",
    "Content",
    "Counter",
    "DeliveryCursor",
    "DeliveryItem",
    "DeliveryLog",
    "DeliveryTarget",
    "Document",
    "Heartbeat",
    "Idempotency",
    "Job",
    "JobLog",
    "Login",
    "Mapping",
    "MediaFile",
    "MediaUse",
    "PUBLISHED",
    "Partner",
    "Publication",
    "PublicDocument",
    "PublicChange",
    "PublicOutput",
    "PublicSet",
    "Receipt",
    "ReceiptPart",
    "Record",
    "Rendering",
    "Revision",
    "Run",
    "RunItem",
    "RunMove",
    "SavedSearch",
    "SearchEntry",
    "Token",
    "Tombstone",
    "Verdict",
    "Webhook",
    "WebhookAttempt",
    "WebhookMessage",
    "WorkingCopy",
]
