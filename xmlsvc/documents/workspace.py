"""Work in progress: what somebody is making of a document, kept at every step until it is saved or thrown away.

    open(services, actor, id) → Work          the working copy, or the current revision where nothing is being edited
    keep(services, actor, work, data, label)  one step more; typing goes on with the step before where that was typing, too
    undo · redo · undo_all                    steps back, steps forward, back to the start
    discard                                   all of it away

Nothing of it is a revision and nobody else sees it; `revise` makes it one. Form and source editor share it, so that going from one to the
other changes nothing, and closing the browser loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storm.expr import And, Desc
from storm.store import Store

from ..errors import EnvironmentFault
from ..storage import contents, model
from ..xml import canonical
from . import revisions
from .access import Actor, require, scope_of
from .revisions import Document, Revision
from .services import Services

STEPS = 50  # of one working copy; the oldest go first


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A document as somebody has it before them. `base`: the revision that was opened, `original` its bytes; `data`: the bytes now;
    `step`: 0 where nothing was changed yet; `undo` and `redo`: what these would take back or do again, None for nothing."""

    document: Document
    base: Revision
    original: bytes
    data: bytes
    step: int
    undo: str | None
    redo: str | None

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self.data != self.original

    @property
    def overtaken(self) -> bool:
        """Whether somebody saved a revision since this one was opened."""
        return self.base.number != self.document.current


@dataclass(frozen=True, slots=True)
class Begun:
    """A working copy in a list."""

    document: str
    title: str
    base: int
    current: int
    modified: datetime


def open(services: Services, actor: Actor, document_id: str) -> Work:
    """The actor's working copy of the document. Raises NotFound, Gone, Forbidden."""
    require(actor, "edit")
    mine = (document_id, actor.label)

    def unit(store: Store) -> tuple[int, list[tuple[int, str, bool]], bytes | None]:
        sql = "SELECT {} FROM working_copy WHERE document_id = ? AND owner = ? "
        steps = store.execute(sql.format("step, label, undone, base") + "ORDER BY step", mine).get_all()
        done = [step for step, _, undone, _ in steps if not undone]
        data = None
        if done:
            found = store.execute(sql.format("encoding, data, size") + "AND step = ?", (*mine, done[-1])).get_one()
            if found is None:
                raise EnvironmentFault("A step of a working copy is missing.")
            data = contents.decompress(*found)
        return steps[-1][3] if steps else 0, [(step, label, bool(undone)) for step, label, undone, _ in steps], data

    base, steps, data = services.sessions.read(unit)
    document, revision, original = revisions.read(services, actor, document_id, base or None)
    done = [(step, label) for step, label, undone in steps if not undone]
    undone = [label for _, label, undone in steps if undone]
    return Work(
        document=document, base=revision, original=original, data=original if data is None else data, step=done[-1][0] if done else 0,
        undo=done[-1][1] if done else None, redo=undone[0] if undone else None,
    )  # fmt: skip


def _mine(actor: Actor, document_id: str) -> tuple[object, object]:
    return model.WorkingCopy.document_id == document_id, model.WorkingCopy.owner == actor.label


def keep(services: Services, actor: Actor, work: Work, data: bytes, label: str, typed: bool = False) -> None:
    """Make `data` the newest step, unless it is what is there already. What was undone is gone then. Raises Forbidden."""
    require(actor, "edit")
    if data == work.data:
        return
    row, now = model.WorkingCopy, services.clock.now()
    packed = contents.pack(data, canonical.digest(data))

    def unit(store: Store) -> None:
        store.find(row, row.undone == True, *_mine(actor, work.document.id)).remove()  # noqa: E712 - SQL
        last = store.find(row, *_mine(actor, work.document.id)).order_by(Desc(row.step)).first()
        if last is not None and typed and last.typed and last.label == label:
            made = last
        else:
            made = row()
            made.document_id, made.owner, made.step = work.document.id, actor.label, (last.step if last is not None else 0) + 1
            made.base, made.base_digest, made.label, made.typed, made.undone = work.base.number, work.base.digest, label[:200], typed, False
            store.add(made)
        made.size, made.encoding, made.data, made.modified = packed.size, packed.encoding, packed.data, now
        store.flush()
        store.find(row, row.step <= made.step - STEPS, *_mine(actor, work.document.id)).remove()

    services.sessions.write(unit)


def undo(services: Services, actor: Actor, document_id: str) -> None:
    """Take the newest step back; nothing where there is none."""
    _toggle(services, actor, document_id, undone=True)


def redo(services: Services, actor: Actor, document_id: str) -> None:
    """Do again what was taken back last; nothing where there is nothing."""
    _toggle(services, actor, document_id, undone=False)


def _toggle(services: Services, actor: Actor, document_id: str, undone: bool) -> None:
    require(actor, "edit")
    row = model.WorkingCopy

    def unit(store: Store) -> None:
        order = Desc(row.step) if undone else row.step
        found = store.find(row, row.undone != undone, *_mine(actor, document_id)).order_by(order).first()
        if found is not None:
            found.undone = undone

    services.sessions.write(unit)


def undo_all(services: Services, actor: Actor, document_id: str) -> None:
    """Take every step back; until the next change, `redo` brings them again."""
    require(actor, "edit")
    services.sessions.write(lambda store: store.find(model.WorkingCopy, *_mine(actor, document_id)).set(undone=True))


def discard(services: Services, actor: Actor, document_id: str) -> None:
    """Throw the working copy away: it was saved, or is not wanted."""
    require(actor, "edit")
    services.sessions.write(lambda store: forget(store, actor, document_id))


def forget(store: Store, actor: Actor, document_id: str) -> None:
    """The same, in a unit of the caller's."""
    store.find(model.WorkingCopy, *_mine(actor, document_id)).remove()


def begun(services: Services, actor: Actor, most: int = 20) -> list[Begun]:
    """What the actor has begun to edit and not saved, the latest first."""
    row, document = model.WorkingCopy, model.Document
    conditions = [row.owner == actor.label, document.id == row.document_id]
    if (partner_id := scope_of(actor)) is not None:
        conditions.append(document.partner_id == partner_id)

    def unit(store: Store) -> list[Begun]:
        columns = (row.document_id, document.title, document.identity, row.base, document.current, row.modified)
        found: dict[str, Begun] = {}
        for id, title, identity, base, current, modified in store.find(columns, And(*conditions)).order_by(Desc(row.modified))[: most * 9]:
            found.setdefault(id, Begun(id, title or identity, base, current, modified))
        return list(found.values())[:most]

    return services.sessions.read(unit)
