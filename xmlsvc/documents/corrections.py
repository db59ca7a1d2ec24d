"""A delivery meets an editor's corrections.

    base     the partner's last delivery (or, while a conflict is open, the one before that)
    theirs   the new delivery, stored as it was sent: revision n
    mine     what is current and, beneath an editor's draft, what is published

Fields that the partner did not change keep the editor's value, in a merged revision after the delivered one. What both changed is a
conflict: it is recorded, the merged revision has the editor's value there and waits as a draft, and the published revision stays.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from storm.expr import And, Desc, Select
from storm.store import Store

from ..storage import contents, model
from ..storage.insert import insert
from ..xml import parser
from ..xml.canonical import digest
from . import growth, heads, merging, verdicts
from .services import Services

DELIVERED = "delivery"
_WORKING = ("draft", "review")
"""States in which the current revision is something else than what will be published by itself."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision as far as merging needs it."""

    number: int
    kind: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Line:
    """What becomes of a head: the revision's content and number, and the merge that it comes from."""

    number: int
    prepared: heads.Prepared
    merge: merging.Merge

    @property
    def clean(self) -> bool:
        return not self.merge.open


def last_delivery(store: Store, document_id: str) -> Revision | None:
    """The newest revision that is as the partner sent it."""
    return _revision(store, document_id, model.Revision.kind == DELIVERED)


def _revision(store: Store, document_id: str, condition: object) -> Revision | None:
    columns = (model.Revision.number, model.Revision.kind, model.Revision.digest)
    where = And(model.Revision.document_id == document_id, condition)
    row = store.execute(Select(columns, where, order_by=Desc(model.Revision.number), limit=1)).get_one()
    return None if row is None else Revision(*row)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One delivery for a document whose current revision is an editor's; worked out in the unit that stores it."""

    store: Store
    services: Services
    before: heads.State
    base: Revision
    delivered: heads.Prepared
    data: bytes
    entry: heads.Entry

    def settle(self) -> tuple[heads.State, str | None]:
        """Store the delivered revision, what it is merged into, and what is left to be decided. Returns the document as it is then, and the
        id of the conflict, where there is one."""
        number = self.before.current + 1
        heads.add(self.store, self.before.id, number, self.delivered, self.entry)
        undecided = self._undecided()
        working = self.before.state in _WORKING and self.before.published != self.before.current and not undecided
        public = self._beneath(number) if working else None
        last = public.number if public else number
        current = self._line(self._at(self.before.current), last + 1, number, always=last > number)
        after = replace(
            self.before, current=current.number, digest=current.prepared.digest, schema=current.prepared.schema.digest,
            valid=current.prepared.report.valid, kind="merge" if current.number > number else DELIVERED,
        )  # fmt: skip
        chosen = public if working else current
        if chosen is not None and self._publishable(chosen):
            after = replace(after, published=chosen.number)
        after = replace(after, state=self._state(after, current, working))
        heads.show(self.store, self.before, after, self.entry.at, current.prepared, chosen.prepared if chosen else None)
        close(self.store, self.before.id, self.entry.at, self.entry.actor, "superseded")
        own = self.before.published if undecided else self.before.current
        for line, mine in ((current, own), (public, self.before.published)):
            if line is not None and mine is not None and not line.clean:
                return after, self._record(line, mine, number)
        return after, None

    def _undecided(self) -> bool:
        """Whether the current revision is a draft only because a conflict of what is published waits for a decision."""
        found = _open(self.store, self.before.id)
        return found is not None and found[1:] == (self.before.current, self.before.published)

    def _beneath(self, number: int) -> _Line | None:
        """What is published while an editor works on something else: the delivery itself, or its merge with a published correction."""
        if self.before.published is None:
            return _Line(number, self.delivered, merging.Merge(self.data, (), {}))
        mine = self._at(self.before.published)
        if mine.kind == DELIVERED:
            return _Line(number, self.delivered, merging.Merge(self.data, (), {}))
        return self._line(mine, number + 1, number)

    def _at(self, number: int) -> Revision:
        found = _revision(self.store, self.before.id, model.Revision.number == number)
        assert found is not None
        return found

    def _line(self, mine: Revision, number: int, delivered: int, always: bool = False) -> _Line:
        """The delivery merged with an editor's revision, stored as revision `number` unless (`always`: even where) it is what was
        delivered."""
        schema = self.delivered.schema
        base, own = (contents.get(self.store, each.digest) for each in (self.base, mine))
        merge = merging.bring(self.services, schema, base, self.data, own)
        if merge.data == self.data and not merge.open and not always:
            return _Line(delivered, self.delivered, merge)
        tree = parser.parse(merge.data, self.services.limits)
        reason = self.delivered.report.schema.reason if self.delivered.report.schema else ""
        report = verdicts.made(self.services, schema, reason, merge.data, tree)
        prepared = heads.assembled(schema, merge.data, digest(merge.data), tree, report)
        said = f"Delivery {delivered} with the corrections of revision {mine.number}"
        made = replace(self.entry, id=self.services.clock.new_id(), kind="merge", reason=said, receipt_id=None)
        heads.add(self.store, self.before.id, number, prepared, made)
        return _Line(number, prepared, merge)

    def _publishable(self, line: _Line) -> bool:
        """Whether the public may see it without anybody's doing."""
        if not line.clean or line.prepared.schema.manifest.review or self.before.state == "withdrawn":
            return False
        if line.prepared.report.valid:
            return True
        allowed = growth.allowance(self.store, self.services, self.before.id, self.before.published)
        return allowed is not None and not growth.grown(line.prepared.report, allowed)

    def _state(self, after: heads.State, current: _Line, working: bool) -> str:
        if after.published == after.current:
            return "published"
        if not current.clean:
            return "draft"
        if working:
            return self.before.state
        return "review" if current.prepared.report.valid else "quarantined"

    def _record(self, line: _Line, mine: int, delivered: int) -> str:
        made = self.services.clock.new_id()
        fields = {"fields": [asdict(each) for each in line.merge.fields], "namespaces": dict(line.merge.namespaces)}
        insert(self.store, "conflict", {
            "id": made, "document_id": self.before.id, "revision": line.number, "base": self.base.number,
            "theirs": delivered, "mine": mine, "fields": json.dumps(fields, ensure_ascii=False), "created": self.entry.at,
        })  # fmt: skip
        return made


def base_of(store: Store, document_id: str) -> Revision | None:
    """What the partner's next delivery is to be compared with."""
    found = _open(store, document_id)
    if found is None:
        return last_delivery(store, document_id)
    return _revision(store, document_id, model.Revision.number == found[0])


def needed(store: Store, document_id: str) -> set[int]:
    """The numbers of the revisions that an open conflict is about."""
    open_ = _of_open(document_id)
    columns = (model.Conflict.base, model.Conflict.theirs, model.Conflict.mine, model.Conflict.revision)
    return {number for row in store.execute(Select(columns, open_)).get_all() for number in row}


def _of_open(document_id: str) -> object:
    return And(model.Conflict.document_id == document_id, model.Conflict.resolved == None)  # noqa: E711 - Storm's IS NULL


def _open(store: Store, document_id: str) -> tuple[int, int, int] | None:
    """(base, merged revision, mine) of the document's open conflict, if there is one."""
    columns = (model.Conflict.base, model.Conflict.revision, model.Conflict.mine)
    row = store.execute(Select(columns, _of_open(document_id), order_by=model.Conflict.base, limit=1)).get_one()
    return None if row is None else (row[0], row[1], row[2])


def close(store: Store, document_id: str, at: datetime, actor: str, outcome: str) -> None:
    """The document's open conflicts are over: "resolved" by somebody's save, or "superseded" by another delivery."""
    store.find(model.Conflict, _of_open(document_id)).set(resolved=at, actor=actor, outcome=outcome)


def reopen(store: Store, document_id: str, at: datetime) -> None:
    """The document's conflicts that were resolved at that moment are open again."""
    closed = And(model.Conflict.document_id == document_id, model.Conflict.resolved == at, model.Conflict.outcome == "resolved")
    store.find(model.Conflict, closed).set(resolved=None, actor=None, outcome=None)
