"""What was agreed with whoever sends a request."""

from __future__ import annotations

from datetime import UTC

from storm.locals import Bytes, DateTime, Int, Unicode

from .record import Record


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
