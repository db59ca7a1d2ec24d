"""A fix applied to all documents of a cause: one run of ordinary revisions, each validated, each in its document's history, all reversible.

    apply(services, actor, run_id, cluster, script) -> id      a run for a runner; work(services, recorder) does it
    undo(services, actor, run_id) -> id                        another run: what that one changed is as it was

After a run that judged documents as an upgrade stylesheet leaves them, a revision has the upgrade's changes and the script's. A document
that was changed since the run that found the cause is fixed all the same, if it still has the cause: what counts are its bytes of now. One
that the script does not help is left as it is, and said so. Nobody's later revision is overwritten, by fix or undoing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..documents import revise, revisions, runs
from ..documents.access import Actor, require
from ..documents.services import Services
from ..errors import BadRequest, ChangedMeanwhile, Conflict, Error, Gone, InvalidDocument, NotFound, Unavailable
from ..schema.registry import Schema
from . import clusters, trying, undoing
from .measures import Measure, Measures
from .script import AnyScript, parse

FIXED, IMPROVED, UNCHANGED, NOT_HELPED, FAILED = "fixed", "improved", "unchanged", "not-helped", "failed"
_PAGE = 100


def apply(services: Services, actor: Actor, run_id: str, cluster: str, script: str, priority: int = 0) -> str:
    """A run that applies the script to every document of the cause; its id. Raises Forbidden, NotFound, BadRequest (the script), Conflict
    (the candidate is not registered)."""
    require(actor, "edit")
    require(actor, "run")
    parse(script, services.settings)
    run = runs.get(services, actor, run_id)
    found = clusters.get(services, actor, run_id, cluster)
    target(services, run)
    return runs.create(services, actor, "fix", {"run": run_id, "cluster": found.id, "script": script, "message": found.message}, priority)


def request(services: Services, actor: Actor, parameters: dict[str, Any], priority: int = 0) -> str:
    """The same, from parameters: `run`, `cluster`, `script`; or `undo`: a fix's run."""
    if isinstance(parameters.get("undo"), str) and len(parameters) == 1:
        return undoing.undo(services, actor, "fix", parameters["undo"], priority)
    if set(parameters) != {"run", "cluster", "script"} or not all(isinstance(value, str) for value in parameters.values()):
        raise BadRequest("A fix has the texts “run”, “cluster” and “script”, or “undo” with the run that is to be undone.")
    return apply(services, actor, parameters["run"], parameters["cluster"], parameters["script"], priority)


def target(services: Services, run: runs.Run) -> Schema | None:
    """The registered schema that a run judged by; None where it was each document's own. Raises Conflict for what cannot be fixed so."""
    measures = Measures(services, run.parameters)
    if measures.target is None:
        return None
    known = next((schema for name in services.registry.names() for schema in services.registry.versions(name)
                  if schema.digest == measures.target.digest), None)  # fmt: skip
    if known is None:
        raise Conflict(
            f"The candidate is not registered, so no document can be one of it. Add it: xmlsvc vocabulary add {measures.target.vocabulary} "
            "… --version …; nothing is judged by it until it is activated."
        )
    return known


def work(services: Services, recorder: runs.Recorder) -> None:
    """Apply, document by document, each with its item. A document that this run has revised already is not revised again."""
    if "undo" in recorder.parameters:
        undoing.work(services, recorder)
        return
    given = recorder.parameters
    actor = runs.actor_of(services, recorder.run)
    origin = runs.get(services, actor, given["run"])
    script, known = parse(given["script"], services.settings), target(services, origin)
    measures = Measures(services, origin.parameters)
    found = clusters.get(services, actor, origin.id, given["cluster"])
    recorder.expect(found.documents)
    after = recorder.place or ""
    while page := clusters.members(services, origin.id, found.id, after, _PAGE):
        for member in page:
            measure = measures.of(member.schema)
            outcome, detail = _fix(services, actor, recorder.id, member, script, measure, known, found)
            undoing.note(services, recorder, member.document, f"{member.partner}/{member.identity}", outcome, detail)
            recorder.check()
        after = page[-1].document


def _fix(
    services: Services, actor: Actor, run_id: str, member: clusters.Member, script: AnyScript, measure: Measure, known: Schema | None,
    cluster: clusters.Cluster,
) -> tuple[str, str]:  # fmt: skip
    """One document: (outcome, what there is to say)."""
    try:
        _, revision, data = revisions.read(services, actor, member.document)
        if revision.run_id == run_id:
            return FIXED if revision.valid else IMPROVED, ""  # revised before the run was interrupted
        upgraded = measure.upgrade is not None
        if upgraded and revision.digest != member.content:
            if revision.schema != measure.schema.digest:
                return undoing.CHANGED_SINCE, "The document was changed since the run; whether it was upgraded then, nobody can tell."
            measure = replace(measure, upgrade=None)
        change = trying.changed(services, measure, script, data)
        if change.after == data:
            return UNCHANGED, "The script finds nothing in this document."
        if not change.helped(cluster.id):
            return NOT_HELPED, change.report.violations[0].message if change.report.violations else ""
        saving = revise.Saving(expects=revision.digest, reason=f"Fix of “{cluster.message}”"[:500], kind="fix", run_id=run_id)
        return _save(services, actor, member.document, change, saving, known, upgraded)
    except (Gone, NotFound, ChangedMeanwhile) as error:
        return undoing.CHANGED_SINCE, error.message
    except Unavailable:
        raise
    except Error as error:
        return FAILED, error.message


def _save(
    services: Services, actor: Actor, document: str, change: trying.Change, saving: revise.Saving, known: Schema | None, upgraded: bool
) -> tuple[str, str]:
    """As a revision judged by today's schema, or, where it is valid by the run's only, or `upgraded` to that, by that one; what is better
    and still not valid is kept as a draft."""
    named = upgraded or (change.report.valid and not revise.check(services, actor, document, change.after).report.valid)
    saving = replace(saving, schema=known.name if known is not None and named else None)
    try:
        saved = revise.revise(services, actor, document, change.after, saving)
    except InvalidDocument:
        saved = revise.revise(services, actor, document, change.after, replace(saving, draft=True))
    left = saved.report.violations
    return (FIXED, "") if saved.report.valid else (IMPROVED, f"{len(left)} left: {left[0].message}")


def latest(services: Services, actor: Actor, run_id: str, cluster: str) -> str:
    """The run that last fixed this cause. Raises NotFound."""
    run = runs.get(services, actor, run_id)
    if run.kind == "fix":
        return run.id
    found = clusters.get(services, actor, run_id, cluster)
    before = None
    while page := runs.listed(services, actor, before):
        for each in page:
            if each.kind == "fix" and each.parameters.get("run") == run_id and each.parameters.get("cluster") == found.id:
                return each.id
        if page[-1].started < run.started:
            break
        before = (page[-1].started, page[-1].id)
    raise NotFound(f"No fix of this cause was applied. To apply one: xmlsvc fix {run_id} {found.id} --apply")


def undo(services: Services, actor: Actor, run_id: str, priority: int = 0) -> str:
    """A run that takes back what a fix did; its id. Raises Forbidden, NotFound, Conflict (no fix, or still at work)."""
    return undoing.undo(services, actor, "fix", run_id, priority)
