"""Fixes that can be worked out: edit scripts that would take a cause of a run away, from the schema and the values that were found.

    proposals(services, actor, run_id, cluster) -> [Proposal, …]      each tried on a sample, the best first

What a proposal does is in its script, which can be read and changed; whether it takes something away is said (`lossy`). A proposal that
helped no document of the sample is not shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from storm.expr import And

from .. import validation
from ..documents import runs
from ..documents.access import Actor
from ..documents.services import Services
from ..errors import Error
from ..schema import evolution
from ..schema.evolution import Change
from ..storage import contents, model
from ..validation import causes
from ..validation.findings import Finding
from ..xml import names, parser
from . import clusters, trying
from .drafts import Evidence, Place, drafts
from .measures import Measure, Measures
from .trying import Trial

SAMPLE = 20
_STUDIED = 60  # documents that a proposal is worked out from


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`title`: what it does, in words; `script`: how; `lossy`: it takes something away; `trial`: what it did to a sample."""

    title: str
    script: str
    lossy: bool
    trial: Trial


def proposals(services: Services, actor: Actor, run_id: str, cluster: str) -> list[Proposal]:
    """What could be done about a cause. Raises NotFound, and what `Measures` raises."""
    run = runs.get(services, actor, run_id)
    found = clusters.get(services, actor, run_id, cluster)
    measures = Measures(services, run.parameters)
    members = clusters.members(services, run_id, found.id, limit=_STUDIED)
    if not members:
        return []
    measure = measures.of(members[0].schema)
    evidence = _evidence(services, measure, members, found)
    if not evidence.places:
        return []
    made = []
    for title, lines in drafts(evidence, found.kind):
        known = evidence.prefixes.map.items()
        used = [f"namespace {prefix} = {uri}" for prefix, uri in known if any(f"{prefix}:" in line for line in lines)]
        text = "\n".join([f"# {title}", *used, *lines]) + "\n"
        script, trial = trying.tried(services, measure, members[:SAMPLE], text, found.id)
        if trial.helped:
            made.append(Proposal(title=title, script=text, lossy=script.lossy, trial=trial))
    return sorted(made, key=lambda one: (one.lossy, -one.trial.helped - one.trial.valid))


def _evidence(services: Services, measure: Measure, members: Sequence[clusters.Member], cluster: clusters.Cluster) -> Evidence:
    """The cause's findings in some documents, with all that the assessor knows about them."""
    components, found = measure.schema.model, []
    prefixes = names.Prefixes({}, components.prefixes)
    counted: Counter[str] = Counter()
    for member in members:
        try:
            data = trying.upgraded(services, measure, services.sessions.read(partial(contents.get, name=member.content)))
            tree = parser.parse(data, services.limits)
        except Error:
            continue  # its run will say so
        seen = set()
        for finding, violation in validation.findings(measure.schema, data, tree):
            if causes.cause(violation).id == cluster.id:
                found.append(Place(finding, *_paths(finding, prefixes)))
                if violation.value is not None:
                    seen.add(violation.value)
        counted.update(seen)
    return Evidence(found, components, prefixes, counted, _changes(services, measure, members))


def _changes(services: Services, measure: Measure, members: Sequence[clusters.Member]) -> tuple[Change, ...]:
    """What changed in the schema from the versions that the documents' current revisions are of to the one of the run."""
    revision, document = model.Revision, model.Document
    chosen = And(document.id.is_in([member.document for member in members]), revision.document_id == document.id,
                 revision.number == document.current)  # fmt: skip
    digests = services.sessions.read(lambda store: set(store.find(revision.schema, chosen)))
    known = [schema for name in services.registry.names() for schema in services.registry.versions(name)
             if schema.digest in digests and schema.digest != measure.schema.digest]  # fmt: skip
    return tuple(change for schema in known for change in evolution.diff(schema.model, measure.schema.model).changes)


def _paths(finding: Finding, prefixes: names.Prefixes) -> tuple[str, str]:
    """(path to the element or its attribute, path to its parent): by two names, which is as near as a person would say it."""
    element, parent = finding.element, finding.element.getparent()
    own, above = prefixes.name(element.tag), "" if parent is None else prefixes.name(parent.tag)
    path = f"//{above}/{own}" if above else f"/{own}"
    attribute = f"/@{prefixes.name(finding.attribute)}" if finding.attribute else ""
    return path + attribute, f"//{above}" if above else path
