"""Jobs for programs outside, and the media files that documents refer to."""

from __future__ import annotations

from datetime import UTC

from storm.locals import Bool, DateTime, Int, Unicode

from .record import Record


class Job(Record):
    """Work for a program outside. `state`: waiting, running, done, failed or cancelled; `parameters` and `result`: JSON; `lease`: the right
    of whoever works on it, which ends at `until`; `attempts` of at most `most`; `asked`: it is to be cancelled; `due`: not before."""

    __storm_table__ = "job"
    id = Unicode(primary=True, allow_none=False)
    kind = Unicode(allow_none=False)
    state = Unicode(allow_none=False)
    actor = Unicode(allow_none=False)
    parameters = Unicode(allow_none=False)
    result = Unicode()
    fault = Unicode()
    document_id = Unicode()
    lease = Unicode()
    worker = Unicode()
    priority = Int(allow_none=False)
    attempts = Int(allow_none=False)
    most = Int(allow_none=False)
    asked = Bool(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)
    due = DateTime(tzinfo=UTC, allow_none=False)
    until = DateTime(tzinfo=UTC)
    ended = DateTime(tzinfo=UTC)


class JobLog(Record):
    """What happened to a job, or what its worker said, in its n-th attempt."""

    __storm_table__ = "job_log"
    id = Int(primary=True)
    job_id = Unicode(allow_none=False)
    attempt = Int(allow_none=False)
    at = DateTime(tzinfo=UTC, allow_none=False)
    said = Unicode(allow_none=False)


class MediaFile(Record):
    """A file outside that documents refer to; `id` is its location's digest. `state`: unchecked, present, changed, missing, unreachable or
    outside; `said_…`: what documents say of it."""

    __storm_table__ = "media_file"
    id = Unicode(primary=True, allow_none=False)
    location = Unicode(allow_none=False)
    state = Unicode(allow_none=False)
    size = Int()
    said_size = Int()
    checksum = Unicode()
    said_checksum = Unicode()
    first_seen = DateTime(tzinfo=UTC, allow_none=False)
    last_seen = DateTime(tzinfo=UTC)
    checked = DateTime(tzinfo=UTC)
    problem = Unicode(allow_none=False)


class MediaUse(Record):
    """A document refers to a file."""

    __storm_table__ = "media_use"
    __storm_primary__ = ("file_id", "document_id")
    file_id = Unicode(allow_none=False)
    document_id = Unicode(allow_none=False)
