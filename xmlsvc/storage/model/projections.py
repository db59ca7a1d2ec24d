"""What follows from contents and can be made again: verdicts, renderings, generated tables, search, counts."""

from __future__ import annotations

from datetime import UTC

from storm.locals import Bool, Bytes, DateTime, Int, Unicode

from .record import Record


class Verdict(Record):
    """What a schema (digest) says of a content (its number), by an engine (fingerprint). `report`: the violations as JSON, zstandard."""

    __storm_table__ = "verdict"
    __storm_primary__ = ("content_number", "schema", "engine")
    content_number = Int(allow_none=False)
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


class Mapping(Record):
    """Which generated tables a vocabulary has: the digest of the plan that they were last made or widened for, its tables as JSON.
    `names`: JSON, generated name → name that people chose; `plans`: JSON, a schema's digest → that of its plan; `stale`: rows that were
    written before lack something until they are rebuilt."""

    __storm_table__ = "mapping"
    vocabulary = Unicode(primary=True, allow_none=False)
    plan = Unicode(allow_none=False)
    tables = Unicode(allow_none=False)
    changed = DateTime(tzinfo=UTC, allow_none=False)
    names = Unicode()
    plans = Unicode()
    stale = Bool(allow_none=False, default=False)


class SearchEntry(Record):
    """The text of a document's head, for the full-text index."""

    __storm_table__ = "search_entry"
    id = Int(primary=True)
    document_id = Unicode(allow_none=False)
    head = Int(allow_none=False)
    title = Unicode(allow_none=False)
    body = Unicode(allow_none=False)


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
