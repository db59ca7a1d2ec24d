"""The core tables as Storm classes. `core` has their columns' kinds and indexes.

    Partner ◄── Token      Account ◄── Token, Login
    Partner ◄── Document ◄── Revision ──► Content ◄── Verdict, Rendering
    Receipt ──► Document     Run ◄── RunItem
"""

from __future__ import annotations

from datetime import UTC

from storm.locals import Bool, Bytes, DateTime, Int, Reference, ReferenceSet, Unicode
from storm.properties import PropertyPublisherMeta

CURRENT, PUBLISHED, BOTH = 1, 2, 3
"""Heads, as bits: rows and search entries exist for the current and the published revision; once, with BOTH, where these are one."""


class Record(metaclass=PropertyPublisherMeta):
    """Base of the core classes: their references name each other."""


class Partner(Record):
    """Who delivers. `name` is what one types; `title` what one reads."""

    __storm_table__ = "partner"
    id = Unicode(primary=True, allow_none=False)
    name = Unicode(allow_none=False)
    title = Unicode(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)


class Account(Record):
    """An editor, publisher or administrator (`role`); `password` is an argon2 hash."""

    __storm_table__ = "account"
    id = Unicode(primary=True, allow_none=False)
    name = Unicode(allow_none=False)
    password = Unicode(allow_none=False)
    role = Unicode(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)


class Token(Record):
    """An API token of a partner or an account; `hash` is the SHA-256 of the secret, in hexadecimal; `scopes` words with spaces between."""

    __storm_table__ = "token"
    id = Unicode(primary=True, allow_none=False)
    hash = Unicode(allow_none=False)
    partner_id = Unicode()
    partner = Reference(partner_id, "Partner.id")
    account_id = Unicode()
    account = Reference(account_id, "Account.id")
    label = Unicode(allow_none=False)
    scopes = Unicode(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)
    expires = DateTime(tzinfo=UTC)
    revoked = DateTime(tzinfo=UTC)


class Login(Record):
    """A browser's session; `id` is the SHA-256 of the cookie, in hexadecimal."""

    __storm_table__ = "login"
    id = Unicode(primary=True, allow_none=False)
    account_id = Unicode(allow_none=False)
    account = Reference(account_id, "Account.id")
    created = DateTime(tzinfo=UTC, allow_none=False)
    expires = DateTime(tzinfo=UTC, allow_none=False)


class Audit(Record):
    """Who did what to what, and when."""

    __storm_table__ = "audit"
    id = Unicode(primary=True, allow_none=False)
    at = DateTime(tzinfo=UTC, allow_none=False)
    actor = Unicode(allow_none=False)
    action = Unicode(allow_none=False)
    subject = Unicode(allow_none=False)
    detail = Unicode(allow_none=False)


class Content(Record):
    """Bytes under their digest ("sha256:…"). `size` is that of the bytes; `encoding` says how `data` holds them: raw or zstd."""

    __storm_table__ = "content"
    digest = Unicode(primary=True, allow_none=False)
    size = Int(allow_none=False)
    encoding = Unicode(allow_none=False)
    data = Bytes(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)


class Receipt(Record):
    """Proof of one submission. `outcome`: new, revised, unchanged, quarantined, refused; `status`: that of HTTP; `problem`: JSON text."""

    __storm_table__ = "receipt"
    id = Unicode(primary=True, allow_none=False)
    partner_id = Unicode()
    partner = Reference(partner_id, "Partner.id")
    actor = Unicode(allow_none=False)
    face = Unicode(allow_none=False)
    name = Unicode(allow_none=False)
    digest = Unicode(allow_none=False)
    content = Reference(digest, "Content.digest")
    size = Int(allow_none=False)
    media_type = Unicode(allow_none=False)
    received = DateTime(tzinfo=UTC, allow_none=False)
    outcome = Unicode(allow_none=False)
    status = Int(allow_none=False)
    document_id = Unicode()
    document = Reference(document_id, "Document.id")
    revision = Int()
    problem = Unicode()


class Document(Record):
    """What a partner thinks of as one thing. `identity_kind`: identity (the manifest's path), name or digest. `state`: quarantined, draft,
    review, published, withdrawn. `root`: the root element's name. `current` and `published`: numbers of revisions."""

    __storm_table__ = "document"
    id = Unicode(primary=True, allow_none=False)
    partner_id = Unicode(allow_none=False)
    partner = Reference(partner_id, "Partner.id")
    vocabulary = Unicode(allow_none=False)
    identity_kind = Unicode(allow_none=False)
    identity = Unicode(allow_none=False)
    title = Unicode(allow_none=False)
    state = Unicode(allow_none=False)
    valid = Bool(allow_none=False)
    violations = Int(allow_none=False)
    root = Unicode(allow_none=False)
    current = Int()
    published = Int()
    created = DateTime(tzinfo=UTC, allow_none=False)
    modified = DateTime(tzinfo=UTC, allow_none=False)
    revisions = ReferenceSet(id, "Revision.document_id", order_by="Revision.number")


class Revision(Record):
    """One immutable state of a document. `schema` is the digest of the schema that it was checked against, `version` that schema's name,
    `chosen` why it was that one: named, location or active. `kind`: delivery, edit, fix …"""

    __storm_table__ = "revision"
    id = Unicode(primary=True, allow_none=False)
    document_id = Unicode(allow_none=False)
    document = Reference(document_id, "Document.id")
    number = Int(allow_none=False)
    digest = Unicode(allow_none=False)
    content = Reference(digest, "Content.digest")
    schema = Unicode(allow_none=False)
    version = Unicode(allow_none=False)
    chosen = Unicode(allow_none=False)
    kind = Unicode(allow_none=False)
    valid = Bool(allow_none=False)
    violations = Int(allow_none=False)
    actor = Unicode(allow_none=False)
    reason = Unicode(allow_none=False)
    receipt_id = Unicode()
    run_id = Unicode()
    created = DateTime(tzinfo=UTC, allow_none=False)


class Verdict(Record):
    """What a schema (digest) says of a content (digest), by an engine (fingerprint). `report`: the violations as JSON, zstandard."""

    __storm_table__ = "verdict"
    __storm_primary__ = ("content", "schema", "engine")
    content = Unicode(allow_none=False)
    schema = Unicode(allow_none=False)
    engine = Unicode(allow_none=False)
    valid = Bool(allow_none=False)
    violations = Int(allow_none=False)
    report = Bytes(allow_none=False)
    checked = DateTime(tzinfo=UTC, allow_none=False)


class Rendering(Record):
    """A content in a format; `key` is the digest of content, stylesheet closure, parameters and engine."""

    __storm_table__ = "rendering"
    key = Unicode(primary=True, allow_none=False)
    content = Unicode(allow_none=False)
    format = Unicode(allow_none=False)
    media_type = Unicode(allow_none=False)
    data = Bytes(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)


class Run(Record):
    """One batch job. `parameters` and `counts`: JSON texts. `heartbeat`: when its process last showed that it lives."""

    __storm_table__ = "run"
    id = Unicode(primary=True, allow_none=False)
    kind = Unicode(allow_none=False)
    state = Unicode(allow_none=False)
    actor = Unicode(allow_none=False)
    parameters = Unicode(allow_none=False)
    counts = Unicode(allow_none=False)
    started = DateTime(tzinfo=UTC, allow_none=False)
    heartbeat = DateTime(tzinfo=UTC)
    ended = DateTime(tzinfo=UTC)
    items = ReferenceSet(id, "RunItem.run_id", order_by="RunItem.n")


class RunItem(Record):
    """What a run did with its n-th item."""

    __storm_table__ = "run_item"
    __storm_primary__ = ("run_id", "n")
    run_id = Unicode(allow_none=False)
    run = Reference(run_id, "Run.id")
    n = Int(allow_none=False)
    name = Unicode(allow_none=False)
    document_id = Unicode()
    receipt_id = Unicode()
    outcome = Unicode(allow_none=False)
    detail = Unicode(allow_none=False)


class SearchEntry(Record):
    """The text of a document's head, for the full-text index."""

    __storm_table__ = "search_entry"
    id = Int(primary=True)
    document_id = Unicode(allow_none=False)
    head = Int(allow_none=False)
    title = Unicode(allow_none=False)
    body = Unicode(allow_none=False)


class Heartbeat(Record):
    """The primary's pulse (one row): how old it is on a replica is how far that one lags."""

    __storm_table__ = "heartbeat"
    id = Int(primary=True, allow_none=False)
    at = DateTime(tzinfo=UTC, allow_none=False)


class Counter(Record):
    """How many documents there are of each kind, spread over shards so that writers do not wait for each other; see `counters`."""

    __storm_table__ = "counter"
    __storm_primary__ = ("partner_id", "vocabulary", "state", "valid", "shard")
    partner_id = Unicode(allow_none=False)
    vocabulary = Unicode(allow_none=False)
    state = Unicode(allow_none=False)
    valid = Bool(allow_none=False)
    shard = Int(allow_none=False)
    documents = Int(allow_none=False)


class Mapping(Record):
    """Which generated tables a vocabulary has: the digest of the plan that they were last made or widened for, its tables as JSON."""

    __storm_table__ = "mapping"
    vocabulary = Unicode(primary=True, allow_none=False)
    plan = Unicode(allow_none=False)
    tables = Unicode(allow_none=False)
    changed = DateTime(tzinfo=UTC, allow_none=False)


class Idempotency(Record):
    """A request that may be sent again under the same key. `id`: digest of the sender and its key; `request`: digest of what was asked;
    `claim`, `worker`, `claimed`: which attempt works on it, in which process, since when. `status`, `headers` (JSON) and `body`
    (zstandard): the answer, None until there is one."""

    __storm_table__ = "idempotency"
    id = Unicode(primary=True, allow_none=False)
    request = Unicode(allow_none=False)
    claim = Unicode(allow_none=False)
    worker = Unicode(allow_none=False)
    claimed = DateTime(tzinfo=UTC, allow_none=False)
    status = Int()
    headers = Unicode()
    body = Bytes()
