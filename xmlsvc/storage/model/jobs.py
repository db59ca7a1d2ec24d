"""Batch jobs and what they did."""

from __future__ import annotations

from datetime import UTC

from storm.locals import DateTime, Int, Reference, ReferenceSet, Unicode

from .record import Record


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
