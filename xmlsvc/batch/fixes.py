"""Fixes that can be worked out: edit scripts that would take a cause of a run away, from the schema and the values that were found.

    proposals(services, actor, run_id, cluster) -> [Proposal, …]      each tried on a sample, the best first

What a proposal does is in its script, which can be read and changed; whether it takes something away is said (`lossy`). A proposal that
helped no document of the sample is not shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from lxml import etree

from .. import validation
from ..documents import runs
from ..documents.access import Actor
from ..documents.services import Services
from ..errors import Error
from ..schema.model import Attribute, ComplexType, Element, Model, SimpleType, elements_of
from ..schema.values import Fault
from ..storage import contents
from ..validation import causes, repair
from ..validation.findings import Finding
from ..xml import names, parser
from . import clusters, trying, values
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


@dataclass(frozen=True, slots=True)
class Place:
    """One finding of the cause, in a document: the paths to its element and parent in the author's prefixes, without positions."""

    finding: Finding
    path: str
    parent: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a cause: where it was found, by which schema, with which values (how many documents have each)."""

    places: list[Place]
    model: Model
    prefixes: names.Prefixes
    values: Counter[str]

    def name(self, clark: str) -> str:
        """A Clark name in the script's prefixes."""
        return self.prefixes.name(clark)

    def paths(self, parents: bool = False) -> list[str]:
        """The places' paths, each once: "//p:rights/r:holder"."""
        return list(dict.fromkeys(place.parent if parents else place.path for place in self.places))


Draft = tuple[str, list[str]]  # title, lines


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
    for title, lines in _drafts(evidence, found.kind):
        known = evidence.prefixes.map.items()
        used = [f"namespace {prefix} = {uri}" for prefix, uri in known if any(f"{prefix}:" in line for line in lines)]
        text = "\n".join([f"# {title}", *used, *lines]) + "\n"
        script, trial = trying.tried(services, measure, members[:SAMPLE], text, found.id)
        if trial.helped:
            made.append(Proposal(title=title, script=text, lossy=script.lossy, trial=trial))
    return sorted(made, key=lambda one: (one.lossy, -one.trial.helped, -one.trial.valid))


def _evidence(services: Services, measure: Measure, members: Sequence[clusters.Member], cluster: clusters.Cluster) -> Evidence:
    """The cause's findings in some documents, with all that the assessor knows about them."""
    model, found = measure.schema.model, []
    prefixes = names.Prefixes({}, model.prefixes)
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
    return Evidence(found, model, prefixes, counted)


def _paths(finding: Finding, prefixes: names.Prefixes) -> tuple[str, str]:
    """(path to the element or its attribute, path to its parent): by two names, which is as near as a person would say it."""
    element, parent = finding.element, finding.element.getparent()
    own, above = prefixes.name(element.tag), "" if parent is None else prefixes.name(parent.tag)
    path = f"//{above}/{own}" if above else f"/{own}"
    attribute = f"/@{prefixes.name(finding.attribute)}" if finding.attribute else ""
    return path + attribute, f"//{above}" if above else path


# -- what may help, by kind of cause ----------------------------------------------------------------------------------------------


def _drafts(evidence: Evidence, kind: str) -> Iterator[Draft]:
    first = evidence.places[0].finding
    if kind == "order":
        yield ("Put the children into the order of the schema", [f"reorder {path}" for path in evidence.paths(parents=True)])
    elif kind in ("value", "empty"):
        yield from _by_value(evidence)
    elif kind == "fixed":
        fixed = first.facts.get("fixed")
        if isinstance(fixed, str):
            yield (f"Write “{fixed}”, which it must be", [f"set {path} = {values.quoted(fixed)}" for path in evidence.paths()])
    elif kind in ("missing", "attribute_missing"):
        yield from _by_default(evidence, kind)
    elif kind in ("misspelt", "namespace", "unknown", "excluded", "child_in_empty"):
        yield from _by_name(evidence)
        yield from _by_moving(evidence)
    elif kind == "attribute":
        yield from _by_attribute(evidence)
    elif kind == "root":
        yield from _by_root(evidence)
    yield from _by_dropping(evidence, kind)


def _by_value(evidence: Evidence) -> Iterator[Draft]:
    fault = evidence.places[0].finding.facts.get("fault")
    if not isinstance(fault, Fault):
        return
    for title, actions in values.drafts(fault.type, evidence.values):
        yield (title, [f"{verb} {path}{rest}" for path in evidence.paths() for verb, rest in actions])


def _by_default(evidence: Evidence, kind: str) -> Iterator[Draft]:
    """What is missing and can have one value only."""
    facts = evidence.places[0].finding.facts
    if kind == "attribute_missing":
        use = facts.get("use")
        value = _only(use) if isinstance(use, Attribute) else None
        if isinstance(use, Attribute) and value is not None:
            lines = [f"add {path} : @{evidence.name(use.name)} = {values.quoted(value)}" for path in evidence.paths()]
            yield (f"Add the attribute {evidence.name(use.name)} with “{value}”, the one value that it may have", lines)
        return
    diagnosis = facts.get("diagnosis")
    if not isinstance(diagnosis, repair.Diagnosis) or len(diagnosis.terms) != 1:
        return
    parents = evidence.paths(parents=diagnosis.kind == "missing")
    for term in diagnosis.terms[0]:
        value = _only(term) if isinstance(term, Element) else None
        if isinstance(term, Element) and value is not None:
            name = evidence.name(term.name)
            lines = [f"add {path}[not({name})] : {name} = {values.quoted(value)}" for path in parents]
            yield (f"Add {name} with “{value}”, which the schema gives", lines)


def _only(one: Element | Attribute | None) -> str | None:
    """The value that a declaration gives: its fixed value, its default, or the only one of its type."""
    if one is None:
        return None
    if one.fixed is not None or one.default is not None:
        return one.fixed if one.fixed is not None else one.default
    simple = one.type if isinstance(one.type, SimpleType) else one.type.simple if isinstance(one.type, ComplexType) else None
    return simple.enumeration[0] if simple is not None and len(simple.enumeration) == 1 else None


def _by_name(evidence: Evidence) -> Iterator[Draft]:
    """What is not known here is known under another name: nearly the same letters, another namespace, or the only one of its content."""
    for place in evidence.places[:1]:
        diagnosis = place.finding.facts.get("diagnosis")
        if not isinstance(diagnosis, repair.Diagnosis):
            continue
        meant = [diagnosis.meant] if diagnosis.meant is not None else [
            term for term in diagnosis.expected if isinstance(term, Element) and _alike(place.finding.element, term)
        ]  # fmt: skip
        for one in meant[:5]:
            name = evidence.name(one.name)
            yield (f"Call it {name}", [f"rename {path} -> {name}" for path in evidence.paths()])


def _alike(element: etree._Element, declaration: Element) -> bool:
    """Whether what is in the element could be what is declared: children of the same names, or text where text may be."""
    children = {str(child.tag) for child in element.iterchildren(etree.Element)}
    made = declaration.type
    if isinstance(made, SimpleType) or (isinstance(made, ComplexType) and made.simple is not None):
        return not children
    known = {one.name for one in elements_of(made.content)}
    return bool(children) and children <= known


def _by_moving(evidence: Evidence) -> Iterator[Draft]:
    """What is not known here is known one level further down, in a neighbour."""
    place = evidence.places[0]
    diagnosis, kind = place.finding.facts.get("diagnosis"), place.finding.facts.get("type")
    if not isinstance(diagnosis, repair.Diagnosis) or not isinstance(kind, ComplexType):
        return
    tag = place.finding.element.tag
    for neighbour in elements_of(kind.content):
        if isinstance(neighbour.type, ComplexType) and any(one.name == tag for one in elements_of(neighbour.type.content)):
            name = evidence.name(neighbour.name)
            yield (f"Move it into {name}", [f"move {path} -> {name}" for path in evidence.paths()])


def _by_attribute(evidence: Evidence) -> Iterator[Draft]:
    finding = evidence.places[0].finding
    allowed = [use for use in finding.facts.get("allowed", ()) if isinstance(use, Attribute)]
    for use in allowed:
        if finding.attribute and repair.alike(finding.attribute, use.name) and finding.element.get(use.name) is None:
            name = evidence.name(use.name)
            yield (f"Call the attribute {name}", [f"rename {path} -> {name}" for path in evidence.paths()])


def _by_root(evidence: Evidence) -> Iterator[Draft]:
    namespace, local = names.split(evidence.places[0].finding.element.tag)
    for declared in evidence.model.elements:
        other, name = names.split(declared)
        if name == local and other != namespace:
            yield (f"Put everything into the namespace {other or 'none'}", [f"renamespace {namespace or 'none'} -> {other or 'none'}"])


_DROPPED = {
    "unknown": "Take away what the schema does not know", "misspelt": "Take it away", "namespace": "Take it away",
    "excluded": "Take away what cannot be together with the rest", "many": "Keep the first only", "child_in_empty": "Take it away",
    "attribute": "Take the attribute away", "attribute_on_simple": "Take the attribute away", "attribute_strict": "Take the attribute away",
    "text": "Take the text away", "text_in_empty": "Take the text away", "empty": "Take away what is empty",
    "not_nillable": "Take xsi:nil away",
}  # fmt: skip


def _by_dropping(evidence: Evidence, kind: str) -> Iterator[Draft]:
    """What is not allowed can always be taken away; a person decides, for that loses something."""
    title = _DROPPED.get(kind)
    if title is None:
        return
    paths = evidence.paths()
    if kind == "many":
        lines = [f"delete {path}[preceding-sibling::{path.rpartition('/')[2]}]" for path in paths]
    elif kind in ("text", "text_in_empty"):
        lines = [f"delete {path}/text()[normalize-space()]" for path in paths]
    elif kind == "empty":
        lines = [f"delete {path}[not(node())]" if "@" not in path else f"delete {path}[. = '']" for path in paths]
    else:
        lines = [f"delete {path}" for path in paths]
    yield (title, lines)
