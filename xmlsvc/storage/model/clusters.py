"""What the violations of a run come from."""

from __future__ import annotations

from datetime import UTC

from storm.locals import DateTime, Int, Unicode

from .record import Record


class Cluster(Record):
    """Violations of one run that have one cause. `cluster`: digest of the cause; `signature`: a coarser one, which outlives changes of the
    schema; `path`: without positions; `subject` and `expected`: JSON lists; `message`: the sentence that the first of them was told with;
    `found`: when."""

    __storm_table__ = "cluster"
    __storm_primary__ = ("run_id", "cluster")
    run_id = Unicode(allow_none=False)
    cluster = Unicode(allow_none=False)
    signature = Unicode(allow_none=False)
    code = Unicode(allow_none=False)
    severity = Unicode(allow_none=False)
    kind = Unicode(allow_none=False)
    component = Unicode()
    path = Unicode(allow_none=False)
    attribute = Unicode()
    subject = Unicode(allow_none=False)
    expected = Unicode(allow_none=False)
    message = Unicode(allow_none=False)
    found = DateTime(tzinfo=UTC, allow_none=False)


class ClusterMember(Record):
    """A document that the cause is in. `content`, `schema` and `engine` are its verdict's key; `violations`: how many of them have this
    cause; `value`: the first one's, where it is about one."""

    __storm_table__ = "cluster_member"
    __storm_primary__ = ("run_id", "cluster", "document_id")
    run_id = Unicode(allow_none=False)
    cluster = Unicode(allow_none=False)
    document_id = Unicode(allow_none=False)
    partner_id = Unicode(allow_none=False)
    content = Unicode(allow_none=False)
    schema = Unicode(allow_none=False)
    engine = Unicode(allow_none=False)
    violations = Int(allow_none=False)
    value = Unicode()
