"""Many documents taken from one state to another as one run: published, withdrawn, sent to review or back.

    move(services, actor, selection, action, reason) -> id      a run for a runner; work(services, recorder) does it

Each document is moved, or not, by the rules that hold for one (`documents.states`); why one was not is said with its item.
"""

from __future__ import annotations

from typing import Any

from ..documents import revisions, runs, states
from ..documents.access import Actor, require
from ..documents.services import Services
from ..errors import BadRequest, Error, Gone, NotFound, Unavailable
from . import bulk, undoing

KIND = "move"
MOVED, ALREADY, REFUSED = "moved", "already", "refused"


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
    """The same from parameters: `ids` or `query`, `action`, and maybe `reason`. Raises BadRequest."""
    action, reason = parameters.get("action"), parameters.get("reason", "")
    if not isinstance(action, str) or not isinstance(reason, str) or not set(parameters) <= {"ids", "query", "action", "reason"}:
        raise BadRequest("A change of state of many documents has “ids” or “query”, the text “action”, and maybe the text “reason”.")
    return move(services, actor, bulk.selection(parameters), action, reason, priority)


def work(services: Services, recorder: runs.Recorder) -> None:
    """Move, document by document, each with its item."""
    given = recorder.parameters
    actor = runs.actor_of(services, recorder.run)
    chosen = bulk.selection({key: given[key] for key in ("ids", "query") if key in given})
    if not recorder.total:
        recorder.expect(bulk.count(services, actor, chosen))
    for document in bulk.documents(services, actor, chosen, recorder.place or ""):
        name, outcome, detail = _one(services, actor, document, given["action"], given["reason"])
        undoing.note(services, recorder, document, name, outcome, detail)
        recorder.check()


def _one(services: Services, actor: Actor, document_id: str, action: str, reason: str) -> tuple[str, str, str]:
    """One document: (its name, the outcome, what there is to say)."""
    name = document_id
    try:
        document = revisions.get(services, actor, document_id)
        name = f"{document.partner}/{document.identity}"
        if document.state == states.STEPS[action].target:
            return name, ALREADY, ""
        states.move(services, actor, document_id, action, reason=reason)
        return name, MOVED, ""
    except (Gone, NotFound) as error:
        return name, undoing.CHANGED_SINCE, error.message
    except Unavailable:
        raise
    except Error as error:
        return name, REFUSED, error.message
