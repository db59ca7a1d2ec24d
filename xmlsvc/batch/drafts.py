"""What may help against a cause, by its kind: edit scripts from the schema, from what changed in it, and from the values that were found.

    drafts(evidence, kind) -> (title, lines), …      not tried yet; what loses something last

What an element or attribute is called now, or where it stands now, is known where the documents were good by another version: `changes`
says what that one's difference from the run's schema is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ..schema import facets
from ..schema.evolution import Change
from ..schema.model import Attribute, ComplexType, Element, Model, SimpleType, elements_of
from ..schema.values import Fault
from ..validation import repair
from ..validation.findings import Finding
from ..xml import names
from . import placing, values

_TEXTS = frozenset({"string", "normalizedString", "token", "anySimpleType", "anyAtomicType", "anyURI"})


@dataclass(frozen=True, slots=True)
class Place:
    """One finding of the cause, in a document: the paths to its element and parent in the author's prefixes, without positions."""

    finding: Finding
    path: str
    parent: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a cause: where it was found, by which schema, with which values (how many documents have each), and what changed
    in the schema since the version that the documents were good by."""

    places: list[Place]
    model: Model
    prefixes: names.Prefixes
    values: Counter[str]
    changes: tuple[Change, ...] = ()

    def name(self, clark: str) -> str:
        """A Clark name in the script's prefixes."""
        return self.prefixes.name(clark)

    def paths(self, parents: bool = False) -> list[str]:
        """The places' paths, each once: "//p:rights/r:holder"."""
        return list(dict.fromkeys(place.parent if parents else place.path for place in self.places))

    def lacking(self) -> list[str]:
        """The paths to the elements that something is missing in, each once."""
        return list(dict.fromkeys(place.parent if _before(place.finding) else place.path for place in self.places))


Draft = tuple[str, list[str]]  # title, lines


def _before(finding: Finding) -> bool:
    """Whether what is missing is told at the child that it must come before, not at its parent."""
    diagnosis = finding.facts.get("diagnosis")
    return isinstance(diagnosis, repair.Diagnosis) and diagnosis.kind == "missing"


def drafts(evidence: Evidence, kind: str) -> Iterator[Draft]:
    """What could be done about a cause of this kind, the surest first."""
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
        yield from _by_finding(evidence)
        yield from _by_default(evidence, kind)
    elif kind in ("misspelt", "namespace", "unknown", "excluded", "child_in_empty"):
        yield from _by_change(evidence)
        yield from _by_moving(evidence)  # what has this very name is surer than what has nearly the same
        yield from _by_name(evidence)
    elif kind in ("attribute", "attribute_strict"):
        yield from _by_change(evidence)
        yield from _by_attribute(evidence)
    elif kind == "text_in_empty":
        lines = [f'set {path}[not(*) and not(normalize-space())] = ""' for path in evidence.paths()]
        yield ("Take out the white space, which is all there is", lines)
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
    parents = evidence.lacking()
    for term in diagnosis.terms[0]:
        value = _only(term) if isinstance(term, Element) else None
        if isinstance(term, Element) and value is not None:
            name = evidence.name(term.name)
            lines = [f"supply {path} : {name} = {values.quoted(value)}" for path in parents]
            yield (f"Add {name} with “{value}”, which the schema gives", lines)


def _by_finding(evidence: Evidence) -> Iterator[Draft]:
    """What is missing is there: under the name that it had in another version, one level too deep, or beside the element that lacks it."""
    finding = evidence.places[0].finding
    diagnosis = finding.facts.get("diagnosis")
    if not isinstance(diagnosis, repair.Diagnosis) or len(diagnosis.terms) != 1:
        return
    lacking = finding.element.getparent() if _before(finding) else finding.element
    for term in diagnosis.terms[0] if lacking is not None else ():
        if not isinstance(term, Element) or lacking is None:
            continue
        name, parents = evidence.name(term.name), evidence.lacking()
        for change in evidence.changes:
            if change.kind == "renamed" and change.names[1:] == (term.name,) and lacking.find(change.names[0]) is not None:
                old = evidence.name(change.names[0])
                yield (f"Call {old} {name}, as the schema does now", [f"rename {path}/{old} -> {name}" for path in parents])
        for child in lacking.iterchildren(etree.Element):
            if child.find(term.name) is not None:
                out = evidence.name(str(child.tag))
                yield (f"Take {name} out of {out}", [f"lift {path}/{out}/{name}" for path in parents])
                break
        above = lacking.getparent()
        if above is not None and above.find(term.name) is not None:
            around = placing.type_of(above, evidence.model)
            if isinstance(around, ComplexType) and not _may_have(around, term.name):
                into = evidence.name(str(lacking.tag))
                yield (f"Move {name} into {into}", [f"move //{evidence.name(str(above.tag))}/{name} -> {into}"])


def _only(one: Element | Attribute | None) -> str | None:
    """The value that a declaration gives: its fixed value, its default, or the only one of its type."""
    if one is None:
        return None
    if one.fixed is not None or one.default is not None:
        return one.fixed if one.fixed is not None else one.default
    simple = one.type if isinstance(one.type, SimpleType) else one.type.simple if isinstance(one.type, ComplexType) else None
    return simple.enumeration[0] if simple is not None and len(simple.enumeration) == 1 else None


def _by_change(evidence: Evidence) -> Iterator[Draft]:
    """What has another name or place in this version."""
    finding = evidence.places[0].finding
    about = f"@{finding.attribute}" if finding.attribute else str(finding.element.tag)
    parent = finding.element.getparent()
    for change in evidence.changes:
        if len(change.names) != 2 or change.names[0] != about:
            continue
        other = change.names[1]
        name = evidence.name(other.removeprefix("@"))
        if change.kind == "renamed":
            what = "the attribute" if finding.attribute else "it"
            yield (f"Call {what} {name}, as the schema does now", [f"rename {path} -> {name}" for path in evidence.paths()])
        elif change.kind == "moved" and parent is not None and parent.tag == other:
            yield (f"Take it out of {name}, as the schema does now", [f"lift {path}" for path in evidence.paths()])
        elif change.kind == "moved":
            yield (f"Move it into {name}, as the schema does now", [f"move {path} -> {name}" for path in evidence.paths()])


def _by_name(evidence: Evidence) -> Iterator[Draft]:
    """What is not known here is known under another name: nearly the same letters, another namespace, or the only one of its content."""
    place = evidence.places[0]
    diagnosis = place.finding.facts.get("diagnosis")
    if not isinstance(diagnosis, repair.Diagnosis):
        return
    meant = [diagnosis.meant] if diagnosis.meant is not None else [
        term for term in diagnosis.expected if isinstance(term, Element) and _alike(place.finding.element, term)
    ]  # fmt: skip
    for one in meant[:5]:
        name = evidence.name(one.name)
        yield (f"Call it {name}", [f"rename {path} -> {name}" for path in evidence.paths()])


def _alike(element: etree._Element, declaration: Element) -> bool:
    """Whether what is in the element tells that it is what is declared: children of the same names, or a value that not every text is."""
    children = {str(child.tag) for child in element.iterchildren(etree.Element)}
    made = declaration.type
    simple = made if isinstance(made, SimpleType) else made.simple
    if simple is not None:
        telling = simple.enumeration or simple.patterns or simple.builtin not in _TEXTS
        return not children and bool(telling) and facets.fault(simple, element.text or "") is None
    known = {one.name for one in elements_of(made.content)} if isinstance(made, ComplexType) else set()
    return bool(children) and children <= known


def _by_moving(evidence: Evidence) -> Iterator[Draft]:
    """What is not known here is known one level further down, in a neighbour, or further up, beside its parent."""
    place = evidence.places[0]
    tag, kind, parent = place.finding.element.tag, place.finding.facts.get("type"), place.finding.element.getparent()
    above = parent.getparent() if parent is not None else None
    around = placing.type_of(above, evidence.model) if above is not None else None
    if parent is not None and above is not None and isinstance(around, ComplexType) and _may_have(around, tag):
        out, into = evidence.name(parent.tag), evidence.name(above.tag)
        yield (f"Take it out of {out}, to where it belongs in {into}", [f"lift {path}" for path in evidence.paths()])
    for neighbour in elements_of(kind.content) if isinstance(kind, ComplexType) else ():
        if isinstance(neighbour.type, ComplexType) and _may_have(neighbour.type, tag):
            name = evidence.name(neighbour.name)
            yield (f"Move it into {name}", [f"move {path} -> {name}" for path in evidence.paths()])


def _may_have(made: ComplexType, tag: str) -> bool:
    return any(one.name == tag for one in elements_of(made.content))


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
    element = evidence.places[0].finding.element
    alike = [declared for declared in evidence.model.elements.values() if not declared.abstract and _alike(element, declared)]
    if len(alike) == 1:
        name = evidence.name(alike[0].name)
        yield (f"Call it {name}, which has what is in it", [f"rename {path} -> {name}" for path in evidence.paths()])


_DROPPED = {
    "unknown": "Take away what the schema does not know", "misspelt": "Take it away", "namespace": "Take it away",
    "excluded": "Take away what cannot be together with the rest", "many": "Keep as many as there may be, the first ones",
    "child_in_empty": "Take it away",
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
    if kind in ("many", "excluded"):
        lines = [f"drop {path}" for path in paths]
    elif kind in ("text", "text_in_empty"):
        lines = [f"delete {path}/text()[normalize-space()]" for path in paths]
    elif kind == "empty":
        lines = [f"delete {path}[not(node())]" if "@" not in path else f"delete {path}[. = '']" for path in paths]
    else:
        lines = [f"delete {path}" for path in paths]
    yield (title, lines)
