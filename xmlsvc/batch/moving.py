"""Many documents taken from one state to another as one run: published, withdrawn, sent to review or back; and taken back as one.

    move(services, actor, selection, action, reason) -> id      a run for a runner; work(services, recorder) does it
    undoing.undo(services, actor, KIND, run_id) -> id           another run: what that one moved stands as it did

Each document is moved, or not, by the rules that hold for one (`documents.states`); why one was not is said with its item. How it stood
before is kept in the transaction that moves it. What happened to a document after the run is never overturned.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from storm.expr import And
from storm.store import Store

from ..documents import revisions, runs, states
from ..documents.access import Actor, require
from ..documents.services import Services
from ..errors import BadRequest, ChangedMeanwhile, Error, Gone, NotFound, Unavailable
from ..storage import model, moves
from . import bulk, undoing

KIND = "move"
MOVED, ALREADY, REFUSED = "moved", "already", "refused"
_PAGE = 100


def move(
    services: Services, actor: Actor, chosen: bulk.Selection, action: str, reason: str = "", priority: int = 0
) -> str:  # fmt: skip
    """A run that moves every selected document; its id. `action`: a key of states.STEPS. Raises Forbidden, BadRequest."""
    require(actor, "edit")
    require(actor, "run")
    if action not in states.STEPS:
        raise BadRequest(f"“action” is {action!r}; it must be one of {', '.join(states.STEPS)}.")
    bulk.count(services, actor, chosen)
    return runs.create(services, actor, KIND, {**chosen.parameters(), "action": action, "reason": reason[:500]}, priority)


def request(services: Services, actor: Actor, parameters: dict[str, Any], priority: int = 0) -> str:
    """The same from parameters: `ids` or `query`, `action`, and maybe `reason`; or `undo`: the run that is to be undone. Raises
    BadRequest."""
    if isinstance(parameters.get("undo"), str) and len(parameters) == 1:
        return undoing.undo(services, actor, KIND, parameters["undo"], priority)
    action, reason = parameters.get("action"), parameters.get("reason", "")
    if not isinstance(action, str) or not isinstance(reason, str) or not set(parameters) <= {"ids", "query", "action", "reason"}:
        raise BadRequest("A change of state of many documents has “ids” or “query”, the text “action”, and maybe the text “reason”.")
    return move(services, actor, bulk.selection(parameters), action, reason, priority)


def work(services: Services, recorder: runs.Recorder) -> None:
    """Move, document by document, each with its item; or take such a run back."""
    given = recorder.parameters
    actor = runs.actor_of(services, recorder.run)
    if "undo" in given:
        _take_back(services, recorder, actor, given["undo"])
        return
    chosen = bulk.selection({key: given[key] for key in ("ids", "query") if key in given})
    if not recorder.total:
        recorder.expect(bulk.count(services, actor, chosen))
    for document in bulk.documents(services, actor, chosen, recorder.place or ""):
        _move(services, recorder, actor, document)
        recorder.check()


def _move(services: Services, recorder: runs.Recorder, actor: Actor, document_id: str) -> None:
    """One document: its new state, its item and how it stood before, in one transaction."""
    action, reason, name = recorder.parameters["action"], recorder.parameters["reason"], document_id
    try:
        document = revisions.get(services, actor, document_id)
        name = f"{document.partner}/{document.identity}"
        if document.state == states.STEPS[action].target:
            undoing.note(services, recorder, document_id, name, ALREADY, "")
            return
        done = [runs.Done(name=name, outcome=MOVED, document_id=document_id, detail="")]

        def note(store: Store, state: str, published: int | None, at: datetime) -> None:
            moves.note(store, recorder.id, document_id, state, published, at)
            recorder.write(store, done, at, place=document_id)

        states.move(services, actor, document_id, action, reason=reason, then=note)
        recorder.written(done)
    except (Gone, NotFound) as error:
        undoing.note(services, recorder, document_id, name, undoing.CHANGED_SINCE, error.message)
    except Unavailable:
        raise
    except Error as error:
        undoing.note(services, recorder, document_id, name, REFUSED, error.message)


def _take_back(services: Services, recorder: runs.Recorder, actor: Actor, run_id: str) -> None:
    """Each document that the run moved, and to which nothing happened since, stands as it did before."""
    moved = model.RunMove.run_id == run_id
    recorder.expect(services.sessions.read(lambda store: store.find(model.RunMove, moved).count()))
    for document, state, published, at, undone in _moves(services, run_id, recorder.place or ""):
        name = document
        if undone is not None:
            undoing.note(services, recorder, document, name, ALREADY, f"The run {undone} took it back.")
            continue
        try:
            found = revisions.get(services, actor, document)
            name = f"{found.partner}/{found.identity}"
            done = [runs.Done(name=name, outcome=undoing.UNDONE, document_id=document, detail="")]

            def note(store: Store, document: str = document, done: list[runs.Done] = done) -> None:
                here = And(moved, model.RunMove.document_id == document)
                store.find(model.RunMove, here).set(undone=recorder.id)
                recorder.write(store, done, services.clock.now(), place=document)

            states.take_back(services, actor, document, state, published, at, f"Run {run_id} is undone", note)
            recorder.written(done)
        except (Gone, NotFound, ChangedMeanwhile) as error:
            undoing.note(services, recorder, document, name, undoing.CHANGED_SINCE, error.message)
        except Unavailable:
            raise
        except Error as error:
            undoing.note(services, recorder, document, name, REFUSED, error.message)
        recorder.check()


def _moves(services: Services, run_id: str, after: str) -> Iterator[tuple[str, str, int | None, datetime, str | None]]:
    """(document, its state before, the revision that was published, when it was moved, the run that took it back) of what a run moved."""
    each = model.RunMove
    while True:
        def unit(store: Store, after: str = after) -> list[tuple[str, str, int | None, datetime, str | None]]:
            here = And(each.run_id == run_id, each.document_id > after)
            found = store.find((each.document_id, each.state, each.published, each.at, each.undone), here)
            return list(found.order_by(each.document_id)[:_PAGE])

        page = services.sessions.read(unit)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1][0]
