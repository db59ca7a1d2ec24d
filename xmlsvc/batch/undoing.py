"""A run taken back: each revision that it made, and that is still current, gives way to the one before, and its document stands as it did.

    undo(services, actor, kind, run_id) -> id     another run of the kind, for a runner; work(services, recorder) does it

Nobody's later revision or change of state is overturned: such a document is left as it is, and that is said.
"""

from __future__ import annotations

from storm.expr import And
from storm.store import Store

from ..documents import revise, revisions, runs
from ..documents.access import Actor, require
from ..documents.services import Services
from ..errors import Conflict, Gone, NotFound, StateError
from ..storage import model, moves

CHANGED_SINCE, UNDONE = "changed-since", "undone"
_PAGE = 100


def undo(services: Services, actor: Actor, kind: str, run_id: str, priority: int = 0) -> str:
    """A run that takes back what another one of its kind did; its id. Raises Forbidden, NotFound, Conflict (of another kind, or still at
    work)."""
    require(actor, "edit")
    require(actor, "run")
    run = runs.get(services, actor, run_id)
    if run.kind != kind or "undo" in run.parameters:
        raise Conflict(f"The run {run_id} is no {kind}: there is nothing to undo.")
    if run.state == "running":
        raise Conflict(f"The run {run_id} is at work. Pause or cancel it first.")
    return runs.create(services, actor, kind, {"undo": run_id}, priority)


def work(services: Services, recorder: runs.Recorder) -> None:
    """Undo, document by document, each with its item."""
    actor, made_by = runs.actor_of(services, recorder.run), recorder.parameters["undo"]
    revision = model.Revision
    recorder.expect(services.sessions.read(lambda store: store.find(revision, revision.run_id == made_by).count()))
    after = recorder.place or ""
    while True:
        def unit(store: Store, after: str = after) -> list[tuple[str, int]]:
            here = And(revision.run_id == made_by, revision.document_id > after)
            return list(store.find((revision.document_id, revision.number), here).order_by(revision.document_id)[:_PAGE])

        page = services.sessions.read(unit)
        if not page:
            return
        for document, number in page:
            name, outcome, detail = _undone(services, actor, recorder.id, made_by, document, number)
            note(services, recorder, document, name, outcome, detail)
            recorder.check()
            after = document


def _undone(services: Services, actor: Actor, run_id: str, made_by: str, document: str, number: int) -> tuple[str, str, str]:
    try:
        shown, current, _ = revisions.read(services, actor, document)
    except (Gone, NotFound) as error:
        return document, CHANGED_SINCE, error.message
    name = f"{shown.partner}/{shown.identity}"
    if current.run_id == run_id:
        return name, UNDONE, ""
    if current.number != number:
        return name, CHANGED_SINCE, f"Revision {current.number} came after it."
    before = revisions.read(services, actor, document, number - 1)[1]
    named = before.version if before.chosen == "named" else None
    known = services.sessions.read(lambda store: moves.of(store, made_by, document)) or (shown.state, shown.published, shown.modified)
    state, published, at = known
    if shown.modified != at:
        return name, CHANGED_SINCE, "Its state was changed since. It stays as it is."
    stood = revise.Stood(state, published, published in (number - 1, number))
    saving = revise.Saving(expects=current.digest, reason=f"Run {made_by} is undone", run_id=run_id, schema=named, stood=stood)
    try:
        revise.restore(services, actor, document, number - 1, saving)
    except (Gone, NotFound, StateError) as error:
        return name, CHANGED_SINCE, error.message
    return name, UNDONE, ""


def note(services: Services, recorder: runs.Recorder, document: str, name: str, outcome: str, detail: str) -> None:
    """Record what became of one document, and that the run is as far as that."""
    done = [runs.Done(name=name, outcome=outcome, document_id=document, detail=detail)]
    now = services.clock.now()
    services.sessions.write(lambda store: recorder.write(store, done, now, place=document))
    recorder.written(done)
