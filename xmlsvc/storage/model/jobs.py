"""Batch jobs and what they did."""

from __future__ import annotations

from datetime import UTC

from storm.locals import DateTime, Int, Reference, ReferenceSet, Unicode

from .record import Record


class Run(Record):
    """One batch job. `state`: waiting, running, paused, done, failed, cancelled or interrupted. `parameters` and `counts`: JSON texts.
    `heartbeat`: when its process last showed that it lives. `started`: when it was asked for, `begun`: when work on it began. `asked`:
    what somebody wants of it, pause or cancel. `worker` and `claim`: the process that works on it, and that process's right to it.
    `place`: JSON text, how far it is, from where another process goes on. `total`: how many items there will be. `fault`: why it failed."""

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
    priority = Int(allow_none=False, default=0)
    asked = Unicode(allow_none=False, default="")
    worker = Unicode()
    claim = Unicode()
    begun = DateTime(tzinfo=UTC)
    total = Int()
    place = Unicode()
    fault = Unicode()
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


class RunMove(Record):
    """How a document stood before a run revised it or took it to another state: its `state`, which revision was `published`. `at`: when
    that was; `undone`: the run that took a change of state back, None while none did."""

    __storm_table__ = "run_move"
    __storm_primary__ = ("run_id", "document_id")
    run_id = Unicode(allow_none=False)
    run = Reference(run_id, "Run.id")
    document_id = Unicode(allow_none=False)
    state = Unicode(allow_none=False)
    published = Int()
    at = DateTime(tzinfo=UTC, allow_none=False)
    undone = Unicode()
