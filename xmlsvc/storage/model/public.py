"""What the public sees, in the order in which it came to be seen."""

from __future__ import annotations

from datetime import UTC

from storm.locals import Bool, DateTime, Int, Unicode

from .record import Record


class PublicChange(Record):
    """A document whose published head changed, written in the transaction that changed it; gone once `PublicDocument` has it."""

    __storm_table__ = "public_change"
    id = Int(primary=True)
    document_id = Unicode(allow_none=False)


class PublicDocument(Record):
    """A document that is, or was, public: its published revision's number (None: withdrawn), content and schema (of a withdrawn one the
    last that were published). `position` counts changes, over all documents, in the order in which they could be seen."""

    __storm_table__ = "public_document"
    document_id = Unicode(primary=True, allow_none=False)
    vocabulary = Unicode(allow_none=False)
    partner_id = Unicode(allow_none=False)
    number = Int()
    content = Unicode(allow_none=False)
    schema_digest = Unicode(allow_none=False)
    position = Int(allow_none=False)
    changed = DateTime(tzinfo=UTC, allow_none=False)


class PublicSet(Record):
    """A set that a document is in, or (`member` False) was in."""

    __storm_table__ = "public_set"
    __storm_primary__ = ("spec", "document_id")
    spec = Unicode(allow_none=False)
    document_id = Unicode(allow_none=False)
    member = Bool(allow_none=False)


class Channel(Record):
    """A vocabulary's documents in one format. `maker`: a digest of all that makes its outputs beside the documents; `position`: up to
    which change it was brought; `sequence` and `stamp`: of its latest output; `settling`: since when outputs are being entered.

    The channel without vocabulary and format counts the changes (`position`)."""

    __storm_table__ = "channel"
    __storm_primary__ = ("vocabulary", "format")
    vocabulary = Unicode(allow_none=False)
    format = Unicode(allow_none=False)
    maker = Unicode(allow_none=False)
    position = Int(allow_none=False)
    sequence = Int(allow_none=False)
    stamp = DateTime(tzinfo=UTC, allow_none=False)
    settling = DateTime(tzinfo=UTC)


class PublicOutput(Record):
    """What a document is published as in one format. `sequence` and `stamp`: when this output came; `content`, `schema_digest` and
    `maker`: what was last asked for; `shown`: a digest of what a reader gets (output and sets); `made`: the content that the output was
    made of; `output`: the rendering's key, None where there never was one. `problem`: why the content asked for is not what is shown."""

    __storm_table__ = "public_output"
    __storm_primary__ = ("document_id", "format")
    document_id = Unicode(allow_none=False)
    format = Unicode(allow_none=False)
    vocabulary = Unicode(allow_none=False)
    partner_id = Unicode(allow_none=False)
    sequence = Int(allow_none=False)
    stamp = DateTime(tzinfo=UTC, allow_none=False)
    withdrawn = Bool(allow_none=False)
    content = Unicode(allow_none=False)
    schema_digest = Unicode(allow_none=False)
    maker = Unicode(allow_none=False)
    shown = Unicode(allow_none=False)
    made = Unicode(allow_none=False)
    output = Unicode()
    problem = Unicode()
