"""Many documents changed at once: one edit script over a selection, seen before it is done, done as one run, undone as one run.

    preview(services, actor, selection, script, limit)     what it would do to the first documents, each validated
    apply(services, actor, selection, script, reason) -> id      a run for a runner; work(services, recorder) does it
    undo(services, actor, run_id) -> id                          another run: what that one changed is as it was

Scripts are those of fixes (`script`): lines of XPath edits, or a stylesheet, whose result is compared with what it was made of. A change
that would add violations to what is published is refused for that document and said so; one that nobody sees yet is kept as a draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from storm.store import Store

from ..documents import comparison, revise, revisions, runs, search
from ..documents.access import Actor, require
from ..documents.services import Services
from ..errors import BadRequest, ChangedMeanwhile, Error, Gone, InvalidDocument, NotFound, Unavailable
from ..storage import model
from ..validation.report import Report
from ..xml import parser
from ..xml.diff import Change
from . import undoing
from .script import AnyScript, Sheet, parse
from .trying import difference

KIND = "bulk"
CHANGED, DRAFT, UNCHANGED, REFUSED, FAILED = "changed", "draft", "unchanged", "refused", "failed"
MOST_IDS = 10_000
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Selection:
    """Documents by their ids, or all that a query finds (their current revisions)."""

    ids: tuple[str, ...] = ()
    query: search.Query | None = None

    def parameters(self) -> dict[str, Any]:
        """As a run keeps it."""
        if self.query is None:
            return {"ids": list(self.ids)}
        asked = asdict(self.query)
        return {"query": {name: asked[name] for name in _ASKED if asked[name] not in (None, "", {})}}


_ASKED = ("text", "vocabulary", "partner", "state", "valid", "columns")


def selection(parameters: dict[str, Any]) -> Selection:
    """The inverse of `Selection.parameters`. Raises BadRequest."""
    ids, asked = parameters.get("ids"), parameters.get("query")
    if isinstance(ids, list) and asked is None and all(isinstance(each, str) for each in ids):
        if not 0 < len(ids) <= MOST_IDS:
            raise BadRequest(f"A selection by ids names 1 to {MOST_IDS:,} documents, not {len(ids):,}.")
        return Selection(tuple(ids))
    if isinstance(asked, dict) and ids is None and set(asked) <= set(_ASKED):
        return Selection(query=search.Query(**asked))
    raise BadRequest(f"A selection is “ids”, a list of documents' ids, or “query”, an object of {', '.join(_ASKED)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What a script would do to a document: `places` that it changes, `changes` as fields, `lines` as (" ", "-" or "+", text); `report`:
    the verdict on what comes out; `grown`: how many violations that what is published has not; `fault`: why it cannot be applied."""

    document: str
    title: str
    partner: str
    identity: str
    places: int = 0
    changes: tuple[Change, ...] = field(default=())
    lines: tuple[tuple[str, str], ...] = field(default=())
    report: Report | None = None
    grown: int = 0
    fault: str = ""


def count(services: Services, actor: Actor, chosen: Selection) -> int:
    """How many documents are selected. Raises BadRequest for a query that cannot be carried out."""
    conditions = _conditions(services, actor, chosen)
    found: int = services.sessions.read(lambda store: store.find(model.Document, *conditions).count())
    return found


def preview(services: Services, actor: Actor, chosen: Selection, script: str, limit: int = 20) -> list[Proposed]:
    """What the script would do to the selection's first `limit` documents. Raises Forbidden (a stylesheet is a program: who tries one must
    be allowed to start runs), BadRequest (script or query)."""
    require(actor, "edit")
    ready = parse(script, services.settings)
    if isinstance(ready, Sheet):
        require(actor, "run")
    return [_proposed(services, actor, document, ready) for document in _page(services, actor, chosen, "", limit)]


def _proposed(services: Services, actor: Actor, document_id: str, script: AnyScript) -> Proposed:
    document, revision, data = revisions.read(services, actor, document_id)
    about = Proposed(document=document.id, title=document.title, partner=document.partner, identity=document.identity)
    try:
        places, after = _changed(services, revision, data, script)
        checked = revise.check(services, actor, document_id, after)
    except Unavailable:
        raise
    except Error as error:
        return replace(about, fault=error.message)
    changes = comparison.of(services, data, after, revision).changes if after != data else ()
    return replace(
        about, places=places, changes=changes, lines=tuple(difference(data, after)), report=checked.report, grown=len(checked.grown)
    )


def _changed(services: Services, revision: revisions.Revision, data: bytes, script: AnyScript) -> tuple[int, bytes]:
    """(places, the document after the script)."""
    schema = revisions.schema_of(services, revision)
    return script.changed(data, parser.parse(data, services.limits), schema.model)


def apply(services: Services, actor: Actor, chosen: Selection, script: str, reason: str = "", priority: int = 0) -> str:
    """A run that applies the script to every selected document; its id. Raises Forbidden, BadRequest."""
    require(actor, "edit")
    require(actor, "run")
    parse(script, services.settings)
    count(services, actor, chosen)
    return runs.create(services, actor, KIND, {**chosen.parameters(), "script": script, "reason": reason[:500]}, priority)


def undo(services: Services, actor: Actor, run_id: str, priority: int = 0) -> str:
    """A run that takes back what such a run did; its id. Raises Forbidden, NotFound, Conflict (of another kind, or still at work)."""
    return undoing.undo(services, actor, KIND, run_id, priority)


def request(services: Services, actor: Actor, parameters: dict[str, Any], priority: int = 0) -> str:
    """The same from parameters: `ids` or `query`, `script`, `reason`; or `undo`: the run that is to be undone. Raises BadRequest."""
    if isinstance(parameters.get("undo"), str) and len(parameters) == 1:
        return undo(services, actor, parameters["undo"], priority)
    script, reason = parameters.get("script"), parameters.get("reason", "")
    if not isinstance(script, str) or not isinstance(reason, str) or not set(parameters) <= {"ids", "query", "script", "reason"}:
        raise BadRequest("A change of many documents has “ids” or “query”, the text “script”, and maybe the text “reason”.")
    return apply(services, actor, selection(parameters), script, reason, priority)


def work(services: Services, recorder: runs.Recorder) -> None:
    """Apply, document by document, each with its item. A document that this run has revised already is not revised again."""
    given = recorder.parameters
    if "undo" in given:
        undoing.work(services, recorder)
        return
    actor = runs.actor_of(services, recorder.run)
    script, chosen = parse(given["script"], services.settings), selection({key: given[key] for key in ("ids", "query") if key in given})
    if not recorder.total:
        recorder.expect(count(services, actor, chosen))
    for document in documents(services, actor, chosen, recorder.place or ""):
        name, outcome, detail = _one(services, actor, recorder.id, document, script, given["reason"])
        undoing.note(services, recorder, document, name, outcome, detail)
        recorder.check()


def _one(
    services: Services, actor: Actor, run_id: str, document_id: str, script: AnyScript, reason: str
) -> tuple[str, str, str]:  # fmt: skip
    """One document: (its name, the outcome, what there is to say)."""
    name = document_id
    try:
        document, revision, data = revisions.read(services, actor, document_id)
        name = f"{document.partner}/{document.identity}"
        if revision.run_id == run_id:
            return name, CHANGED, ""  # revised before the run was interrupted
        _, after = _changed(services, revision, data, script)
        if after == data:
            return name, UNCHANGED, "The script finds nothing in this document."
        saving = revise.Saving(expects=revision.digest, reason=reason, run_id=run_id, draft=document.state == "draft")
        return (name, *_save(services, actor, document, after, saving))
    except (Gone, NotFound, ChangedMeanwhile) as error:
        return name, undoing.CHANGED_SINCE, error.message
    except Unavailable:
        raise
    except Error as error:
        return name, FAILED, error.message


def _save(
    services: Services, actor: Actor, document: revisions.Document, after: bytes, saving: revise.Saving
) -> tuple[str, str]:  # fmt: skip
    try:
        saved = revise.revise(services, actor, document.id, after, saving)
        return (DRAFT if saved.state == "draft" else CHANGED), ""
    except InvalidDocument as error:
        if document.published is not None:
            return REFUSED, error.message
        draft = revise.Saving(expects=saving.expects, reason=saving.reason, run_id=saving.run_id, draft=True)
        revise.revise(services, actor, document.id, after, draft)
        return DRAFT, error.message


def _conditions(services: Services, actor: Actor, chosen: Selection) -> list[Any]:
    if chosen.query is None:
        return [model.Document.id.is_in(chosen.ids)]
    return search.selection(services, actor, chosen.query)


def documents(services: Services, actor: Actor, chosen: Selection, after: str = "") -> Iterator[str]:
    """The ids of the selected documents beyond `after`, in their order, read page by page: what no longer fits is passed over."""
    while page := _page(services, actor, chosen, after, _PAGE):
        yield from page
        after = page[-1]


def _page(services: Services, actor: Actor, chosen: Selection, after: str, limit: int) -> Sequence[str]:
    """The ids of the next selected documents, in the order of their ids."""
    conditions = [*_conditions(services, actor, chosen), model.Document.id > after]

    def unit(store: Store) -> list[str]:
        return list(store.find(model.Document.id, *conditions).order_by(model.Document.id)[:limit])

    return services.sessions.read(unit)
