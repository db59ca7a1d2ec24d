"""Webhooks: messages of the outbox, signed (Standard Webhooks 1.0) and sent until they are taken, for three days at most.

    add(…) ─► (Webhook, secret)      documents.outbox writes messages      send(services, stopping) ─► claimed ─► targets.post ─► noted

A message is claimed for a minute before it is sent, so that two processes do not send it twice, and one that dies does not keep it. A
receiver may get a message twice all the same (it took it, and the answer was lost): `webhook-id` says that it is the same one.
"""

from __future__ import annotations

import base64
import hmac
import logging
import random
import secrets as secrets_module
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from storm.expr import And, Desc
from storm.store import Store

from .. import metrics
from ..documents import accounts, audit, outbox
from ..documents.access import Actor, require, scope_of
from ..documents.services import Services
from ..errors import BadRequest, Error, NotFound
from ..storage import model
from ..storage.sessions import locked
from . import targets

LOG = logging.getLogger("xmlsvc.webhooks")
LEASE = timedelta(seconds=60)
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds from one attempt to the next, as Standard Webhooks proposes; after the last one the message has failed."""
KEPT = timedelta(days=30)
"""How long a message that was delivered, or given up, stays in the log."""
THREADS = 4
LOOK = 1.0  # seconds between two looks at what is due
PRUNING = 3_600.0  # seconds between two times that the log is pruned
PAGE = 100
_AT_ONCE = 500  # rows of one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A receiver. `partner`: whose events it gets, None: everybody's; `events`: which, none: all; `fault`: why it is disabled."""

    id: str
    partner: str | None
    url: str
    events: tuple[str, ...]
    created: datetime
    state: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One line of the delivery log. `status` and `answer`: what the last attempt met."""

    id: str
    event: str
    payload: str
    created: datetime
    state: str
    attempts: int
    due: datetime
    status: int | None
    answer: str


def sign(secrets: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature for each secret, HMAC-SHA256 of "id.timestamp.body"."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    made = (hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256") for secret in secrets.split())
    return " ".join(f"v1,{base64.b64encode(each).decode()}" for each in made)


def _may(actor: Actor) -> None:
    require(actor, "submit" if actor.kind == "partner" else "administer")


def add(
    services: Services, actor: Actor, url: str, events: Iterable[str] = (), partner: str | None = None
) -> tuple[Webhook, str]:
    """A new receiver and the secret that signs what it gets; the secret is shown once. A partner's own; `partner` by name for others (None:
    everybody's events). Raises Forbidden, BadRequest, NotFound."""
    _may(actor)
    targets.checked(url, services.settings.webhook_private_targets)
    wanted = tuple(dict.fromkeys(events))
    if unknown := [name for name in wanted if name not in outbox.EVENTS]:
        raise BadRequest(f"There is no event {unknown[0]!r}. There are: {', '.join(outbox.EVENTS)}.", events=list(outbox.EVENTS))
    partner_id = actor.partner_id if actor.kind == "partner" else accounts.partner(services, partner).id if partner else None
    secret = "whsec_" + base64.b64encode(secrets_module.token_bytes(32)).decode()
    made, now = services.clock.new_id(), services.clock.now()
    record = audit.entry(services.clock, actor, "webhook.add", f"webhook:{made}", url)

    def unit(store: Store) -> None:
        row = model.Webhook()
        row.id, row.partner_id, row.url, row.secrets, row.events = made, partner_id, url, secret, " ".join(wanted)
        row.created, row.state, row.fault = now, "active", ""
        store.add(row)
        audit.write(store, record)

    services.sessions.write(unit)
    return get(services, actor, made), secret


def rotate(services: Services, actor: Actor, webhook_id: str) -> str:
    """A new secret, which is shown once; until the next rotation the one before signs, too. Raises NotFound."""
    _may(actor)
    get(services, actor, webhook_id)
    secret = "whsec_" + base64.b64encode(secrets_module.token_bytes(32)).decode()
    record = audit.entry(services.clock, actor, "webhook.rotate", f"webhook:{webhook_id}")

    def unit(store: Store) -> None:
        row = locked(store, model.Webhook, model.Webhook.id == webhook_id)
        assert row is not None
        row.secrets, row.state, row.fault = f"{secret} {row.secrets.split()[0]}", "active", ""
        audit.write(store, record)

    services.sessions.write(unit)
    return secret


def remove(services: Services, actor: Actor, webhook_id: str) -> None:
    """Send nothing to this receiver any more; its log goes with it. Raises NotFound."""
    _may(actor)
    found = get(services, actor, webhook_id)
    record = audit.entry(services.clock, actor, "webhook.remove", f"webhook:{webhook_id}", found.url)

    def unit(store: Store) -> None:
        message, attempt = model.WebhookMessage, model.WebhookAttempt
        ids = list(store.find(message.id, message.webhook_id == webhook_id))
        for start in range(0, len(ids), _AT_ONCE):
            store.find(attempt, attempt.message_id.is_in(ids[start : start + _AT_ONCE])).remove()
        store.find(message, message.webhook_id == webhook_id).remove()
        store.find(model.Webhook, model.Webhook.id == webhook_id).remove()
        audit.write(store, record)

    services.sessions.write(unit)


def listed(services: Services, actor: Actor, partner: str | None = None) -> list[Webhook]:
    """The receivers that the actor may see, the oldest first; `partner`: only this one's."""
    _may(actor)
    own = scope_of(actor)
    row = model.Webhook
    columns = (row.id, row.partner_id, row.url, row.events, row.created, row.state, row.fault)

    def unit(store: Store) -> list[Webhook]:
        names = dict(store.find((model.Partner.id, model.Partner.name)))
        found = store.find(columns, True if own is None else row.partner_id == own).order_by(row.id)
        return [
            Webhook(id=id, partner=names.get(whose), url=url, events=tuple(events.split()), created=created, state=state, fault=fault)
            for id, whose, url, events, created, state, fault in found
        ]

    return [each for each in services.sessions.read(unit) if partner is None or each.partner == partner]


def get(services: Services, actor: Actor, webhook_id: str) -> Webhook:
    """One receiver. Raises NotFound, also for another partner's."""
    for each in listed(services, actor):
        if each.id == webhook_id:
            return each
    raise NotFound(f"There is no webhook {webhook_id!r}.")


def messages(
    services: Services, actor: Actor, webhook_id: str, before: tuple[datetime, str] | None = None, limit: int = PAGE
) -> list[Message]:
    """The delivery log, the newest first; `before`: (created, id) of the last one of the page before. Raises NotFound."""
    get(services, actor, webhook_id)
    row, attempt = model.WebhookMessage, model.WebhookAttempt
    columns = (row.id, row.event, row.payload, row.created, row.state, row.attempts, row.due)
    conditions = [row.webhook_id == webhook_id]
    if before is not None:
        conditions.append((row.created < before[0]) | ((row.created == before[0]) & (row.id < before[1])))

    def unit(store: Store) -> list[Message]:
        made = []
        for values in list(store.find(columns, And(*conditions)).order_by(Desc(row.created), Desc(row.id))[:limit]):
            fields = dict(zip(("id", "event", "payload", "created", "state", "attempts", "due"), values, strict=True))
            last = store.find((attempt.status, attempt.answer), attempt.message_id == values[0], attempt.n == fields["attempts"]).one()
            made.append(Message(**fields, status=last[0] if last else None, answer=last[1] if last else ""))
        return made

    return services.sessions.read(unit)


def test(services: Services, actor: Actor, webhook_id: str) -> str:
    """Have a message sent that tells nothing; its id. Raises NotFound."""
    get(services, actor, webhook_id)
    now = services.clock.now()
    return services.sessions.write(lambda store: outbox.test(store, webhook_id, now))


@contextmanager
def sending(services: Services, once: bool = False) -> Iterator[None]:
    """What is due is sent by a thread of its own for the length of the block; with `once`, what is due at its end."""
    stopping = threading.Event()
    if once:
        yield
        with ThreadPoolExecutor(THREADS) as pool:
            while send_due(services, pool):
                pass
        return
    thread = threading.Thread(target=send, args=(services, stopping), name="xmlsvc-webhooks")
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def send(services: Services, stopping: threading.Event) -> None:
    """Send what is due until told to stop; THREADS at a time. Whatever goes wrong is logged, and the next look is as good as the first."""
    pruned = time.monotonic()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="xmlsvc-webhook") as pool:
        while not stopping.is_set():
            try:
                sent = send_due(services, pool)
                if time.monotonic() - pruned > PRUNING:
                    prune(services)
                    pruned = time.monotonic()
            except Error as error:
                LOG.warning("Webhooks wait: %s", error.message)
                sent = 0
            except Exception:
                LOG.exception("Webhooks wait: a fault of the program")
                sent = 0
            if not sent:
                stopping.wait(LOOK)


def prune(services: Services) -> int:
    """Take messages out of the log that were settled and are older than KEPT; how many."""
    message, attempt = model.WebhookMessage, model.WebhookAttempt
    old = And(message.state != "waiting", message.created < services.clock.now() - KEPT)

    def unit(store: Store) -> int:
        ids = list(store.find(message.id, old)[:_AT_ONCE])
        store.find(attempt, attempt.message_id.is_in(ids)).remove()
        store.find(message, message.id.is_in(ids)).remove()
        return len(ids)

    total = 0
    while gone := services.sessions.write(unit):
        total += gone
    return total


def send_due(services: Services, pool: ThreadPoolExecutor) -> int:
    """Send what is due now, each once; how many were tried. A receiver gets its messages one after the other, so that one that does not
    answer keeps no thread from the others."""
    now = services.clock.now()
    row = model.WebhookMessage
    due = services.sessions.read(
        lambda store: list(store.find((row.webhook_id, row.id), row.state == "waiting", row.due <= now).order_by(row.due, row.id)[:PAGE])
    )
    first = dict(reversed(due))
    return sum(pool.map(lambda message_id: _send(services, message_id), first.values()))


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: str
    attempt: int
    claim: str
    payload: bytes
    url: str
    secrets: str


def _send(services: Services, message_id: str) -> bool:
    claim, now = services.clock.new_id(), services.clock.now()
    taken = services.sessions.write(lambda store: _claim(store, message_id, claim, now))
    if taken is None:
        return False
    began = time.perf_counter()
    status: int | None = None
    headers: dict[str, str] = {}
    answer = ""
    stamp = int(services.clock.now().timestamp())
    private = services.settings.webhook_private_targets
    try:
        status, headers, answer = targets.post(targets.checked(taken.url, private), taken.payload, {
            "Content-Type": "application/json", "User-Agent": "xmlsvc", "webhook-id": taken.id, "webhook-timestamp": str(stamp),
            "webhook-signature": sign(taken.secrets, taken.id, stamp, taken.payload),
        }, private)  # fmt: skip
    except (targets.Unreachable, BadRequest) as error:
        answer = str(error)
    milliseconds = round(1000 * (time.perf_counter() - began))
    at = services.clock.now()
    services.sessions.write(lambda store: _note(store, taken, at, status, headers.get("Retry-After", ""), answer, milliseconds))
    metrics.WEBHOOKS.labels(f"{status // 100}xx" if status else "unreachable").inc()
    return True


def _claim(store: Store, message_id: str, claim: str, now: datetime) -> _Claimed | None:
    row = locked(store, model.WebhookMessage, model.WebhookMessage.id == message_id)
    if row is None or row.state != "waiting" or row.due > now:
        return None
    if row.webhook.state != "active":
        row.state = "failed"
        return None
    row.claim, row.due = claim, now + LEASE
    return _Claimed(row.id, row.attempts + 1, claim, row.payload.encode(), row.webhook.url, row.webhook.secrets)


def _note(store: Store, taken: _Claimed, at: datetime, status: int | None, again: str, answer: str, milliseconds: int) -> None:
    """What came of an attempt. One whose claim is no longer good has been overtaken: nothing is noted."""
    row = locked(store, model.WebhookMessage, model.WebhookMessage.id == taken.id)
    if row is None or row.claim != taken.claim:
        return
    attempt = model.WebhookAttempt()
    attempt.message_id, attempt.n, attempt.at, attempt.status = taken.id, taken.attempt, at, status
    attempt.answer, attempt.milliseconds = answer[:1000], milliseconds
    store.add(attempt)
    row.attempts, row.claim = taken.attempt, None
    if status is not None and 200 <= status < 300:
        row.state = "delivered"
    elif status == 410:
        row.state, row.webhook.state, row.webhook.fault = "failed", "disabled", "The receiver answered 410 Gone."
    elif taken.attempt > len(PAUSES):
        row.state = "failed"
    else:
        pause = PAUSES[taken.attempt - 1] * random.uniform(1.0, 1.2)
        if again.isascii() and again.isdigit():
            pause = max(pause, min(float(again), PAUSES[-1]))
        row.due = at + timedelta(seconds=pause)
