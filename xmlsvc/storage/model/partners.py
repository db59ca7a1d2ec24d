"""The partners' side: archives as they came, what receivers are told, and why documents were turned down."""

from __future__ import annotations

from datetime import UTC

from storm.locals import Bytes, DateTime, Int, Reference, Unicode

from .record import Record


class ReceiptPart(Record):
    """The n-th piece (from 0) of a body of many documents, as it came. -1 (empty): the body is still being stored."""

    __storm_table__ = "receipt_part"
    __storm_primary__ = ("receipt_id", "n")
    receipt_id = Unicode(allow_none=False)
    n = Int(allow_none=False)
    data = Bytes(allow_none=False)


class Webhook(Record):
    """Where a partner (None: the service's own side, which hears of every partner) wants to be told what happens. `secrets`: those that
    sign, the newest first, with spaces between; `events`: names with spaces between, "" for all; `state`: active or disabled, and `fault`
    why."""

    __storm_table__ = "webhook"
    id = Unicode(primary=True, allow_none=False)
    partner_id = Unicode()
    partner = Reference(partner_id, "Partner.id")
    url = Unicode(allow_none=False)
    secrets = Unicode(allow_none=False)
    events = Unicode(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)
    state = Unicode(allow_none=False)
    fault = Unicode(allow_none=False)


class WebhookMessage(Record):
    """One event for one receiver, written in the transaction of the event. `payload`: the JSON text that is sent; `state`: waiting,
    delivered or failed; `due`: when it is to be tried next; `claim`: the attempt that is under way; `document_id`: whose event it is."""

    __storm_table__ = "webhook_message"
    id = Unicode(primary=True, allow_none=False)
    webhook_id = Unicode(allow_none=False)
    webhook = Reference(webhook_id, "Webhook.id")
    event = Unicode(allow_none=False)
    payload = Unicode(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)
    state = Unicode(allow_none=False)
    attempts = Int(allow_none=False)
    due = DateTime(tzinfo=UTC, allow_none=False)
    claim = Unicode()
    document_id = Unicode()


class WebhookAttempt(Record):
    """One attempt to deliver a message: the status that came back (None: none did), the beginning of the answer or what failed."""

    __storm_table__ = "webhook_attempt"
    __storm_primary__ = ("message_id", "n")
    message_id = Unicode(allow_none=False)
    message = Reference(message_id, "WebhookMessage.id")
    n = Int(allow_none=False)
    at = DateTime(tzinfo=UTC, allow_none=False)
    status = Int()
    answer = Unicode(allow_none=False)
    milliseconds = Int(allow_none=False)


class Cause(Record):
    """One kind of thing that was wrong with a delivery: `cause` is the key under which such things are counted, `path` has no positions,
    `day` is YYYY-MM-DD (UTC)."""

    __storm_table__ = "receipt_cause"
    __storm_primary__ = ("receipt_id", "n")
    receipt_id = Unicode(allow_none=False)
    n = Int(allow_none=False)
    partner_id = Unicode(allow_none=False)
    day = Unicode(allow_none=False)
    code = Unicode(allow_none=False)
    cause = Unicode(allow_none=False)
    path = Unicode(allow_none=False)
    message = Unicode(allow_none=False)
