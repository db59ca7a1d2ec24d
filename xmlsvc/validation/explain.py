"""Findings → the violations of a report: places in the bytes, named paths, what was found and expected, one plain sentence.

    report(findings, data, tree, schema, components)
      ├─ spans.locate          line, column and byte range of each start tag, in one pass over the bytes
      └─ for each finding      sentences.Speaker says it; the fields are its facts
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from ..schema.model import Attribute, ComplexType, Element, Identity, SimpleType, Source, Wildcard
from ..schema.values import Fault
from ..xml import names, spans
from .components import Components
from .findings import Finding, Place
from .naming import Noted
from .repair import Diagnosis, Guesses
from .report import Report, SchemaName, Violation
from .sentences import Speaker

_LONGEST_VALUE = 200  # characters of a value in a violation
_EXCERPT = 120  # characters of an excerpt
_DOCUMENTATION = 400  # characters of a schema author's documentation
_FACETS = {"minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<", "length": "length =",
           "minLength": "length >=", "maxLength": "length <=", "totalDigits": "digits <=", "fractionDigits": "digits after the point <="}


def report(findings: Sequence[Finding], data: bytes | None, tree: etree._ElementTree, schema: SchemaName | None, components: Components,
           language: str = "en", disputed: bool = False, cut: bool = False) -> Report:
    """The report on a document that has findings; without an error among them it is valid. `data` None: no columns, no byte ranges."""
    page = _Whole(findings, data, tree, components, language)
    return assembled(map(page.violation, findings), schema, disputed, cut)


def assembled(violations: Iterable[Violation], schema: SchemaName | None, disputed: bool, cut: bool) -> Report:
    """A report of these violations: each once, in order."""
    found = sorted({violation.key: violation for violation in violations}.values(), key=lambda one: one.key)
    valid = all(violation.severity != "error" for violation in found)
    return Report(valid=valid, violations=tuple(found), schema=schema, disputed=disputed, cut=cut)


class Page(ABC):
    """One document while its violations are written down. `prefixes` are the report's; what knows the places is for others to add."""

    def __init__(self, prefixes: names.Prefixes, components: Components, language: str) -> None:
        self.prefixes, self._components, self._language = prefixes, components, language
        self._guesses = Guesses()

    @abstractmethod
    def line(self, place: Place) -> int | str | None:
        """The line of an element's "<"."""

    def violation(self, finding: Finding) -> Violation:
        """The violation for a finding, without its place in the bytes."""
        element = finding.element
        noted = Noted(self.prefixes)
        speaker = Speaker(self._language, self._components, element, self.prefixes, self.line, self._guesses)
        path = names.path(element, noted)
        fault: Fault | None = finding.facts.get("fault")
        expected = _expected(finding, noted, speaker)
        found = _found(finding, noted)
        return Violation(
            code=finding.code, severity=finding.facts.get("severity", "error"), line=None, column=None, path=path,
            attribute=noted.of_attribute(finding.element, finding.attribute) if finding.attribute else None, component=_component(finding),
            found=found, value=_value(finding, fault), expected=expected, documentation=_documentation(finding),
            message=speaker.say(finding), engines=tuple(sorted(finding.engines)), disputed=finding.disputed, kind=finding.kind,
            lacking=_lacking(finding, noted, speaker), declaration=_declaration(finding), namespaces=noted.map)


def placed(violation: Violation, span: spans.Span, data: bytes, attribute: str | None, nsmap: Mapping[str | None, str],
           offset: int = 0) -> Violation:
    """A violation with its place: that of the attribute (a Clark name) where it is about one. `span`, of the start tag, counts from the
    beginning of `data`, the document from byte `offset` on."""
    if attribute is not None:
        span = span.attribute(data, attribute, nsmap) or span
    excerpt = _excerpt(data, span)
    return replace(violation, line=span.line, column=span.column, bytes=(span.start + offset, span.end + offset), excerpt=excerpt)


class _Whole(Page):
    """A document that is in memory."""

    def __init__(self, findings: Sequence[Finding], data: bytes | None, tree: etree._ElementTree, components: Components,
                 language: str) -> None:
        root = tree.getroot()
        super().__init__(names.Prefixes.of(root, components.model.prefixes), components, language)
        self._data = data
        wanted = {place for finding in findings for place in places(finding)}
        ordinals: dict[Place, int] = {}
        for ordinal, element in enumerate(root.iter(etree.Element)):
            if element in wanted:
                ordinals[element] = ordinal
                if len(ordinals) == len(wanted):
                    break
        located = spans.locate(data, set(ordinals.values())) if data is not None else {}
        self._spans = {element: located[ordinal] for element, ordinal in ordinals.items() if ordinal in located}

    def line(self, place: Place) -> int | str | None:
        span = self._spans.get(place)
        return span.line if span is not None else place.sourceline  # type: ignore[union-attr,return-value]

    def violation(self, finding: Finding) -> Violation:
        """The violation for a finding."""
        written, element = super().violation(finding), finding.element
        span = self._spans.get(element)
        if span is None or self._data is None:
            return replace(written, line=self.line(element))  # type: ignore[arg-type]
        return placed(written, span, self._data, finding.attribute, element.nsmap)


def places(finding: Finding) -> list[Place]:
    """The elements whose places a violation names."""
    found: list[Place] = [finding.element]
    first, one = finding.facts.get("first"), finding.facts.get("diagnosis")
    if isinstance(first, Place):
        found.append(first)
    if isinstance(one, Diagnosis) and one.other is not None:
        found.append(finding.facts["children"][one.other])
    return found


def _found(finding: Finding, prefixes: names.Prefixes) -> str | None:
    """What stands there: the name of the element or attribute; None where something is missing at the end."""
    if finding.kind == "incomplete":
        return None
    if finding.kind in ("text", "text_in_empty"):
        return "text"
    return prefixes.of_attribute(finding.element, finding.attribute) if finding.attribute else prefixes.name(finding.element.tag)


def _value(finding: Finding, fault: Fault | None) -> str | None:
    literal = fault.literal if fault is not None else finding.facts.get("literal")
    if not isinstance(literal, str):
        return " ".join(finding.facts["values"]) if "values" in finding.facts else None
    return literal if len(literal) <= _LONGEST_VALUE else f"{literal[: _LONGEST_VALUE - 1]}…"


def _expected(finding: Finding, prefixes: names.Prefixes, speaker: Speaker) -> tuple[str, ...]:
    """Everything that would be right: names, values, or the bound that was broken."""
    facts = finding.facts
    if "diagnosis" in facts:
        return tuple(_terms(facts["diagnosis"].expected, prefixes, speaker))
    if "fault" in facts:
        return _facet(facts["fault"])
    if finding.kind == "attribute_missing":
        return (prefixes.name(facts["use"].name),)
    for key in ("roots", "substitutes", "candidates", "derived", "allowed"):
        if key in facts:
            return tuple(prefixes.name(one.name) for one in facts[key] if one.name)
    return (facts["fixed"],) if isinstance(facts.get("fixed"), str) else ()


def _lacking(finding: Finding, prefixes: names.Prefixes, speaker: Speaker) -> tuple[str, ...]:
    one = finding.facts.get("diagnosis")
    if not isinstance(one, Diagnosis) or one.kind not in ("missing", "incomplete"):
        return ()
    return tuple("|".join(_terms(alternatives, prefixes, speaker)) for alternatives in one.terms)


def _declaration(finding: Finding) -> str | None:
    """ "file.xsd:40 element title": where the element, or the attribute, is declared."""
    one = finding.facts.get("use") or finding.facts.get("declaration")
    source: Source | None = getattr(one, "source", None)
    return f"{source} {_kind(one)}" if source is not None else None


def _terms(terms: Sequence[Element | Wildcard], prefixes: names.Prefixes, speaker: Speaker) -> list[str]:
    return [prefixes.name(term.name) if isinstance(term, Element) else speaker.terms((term,))[0] for term in terms]


def _facet(fault: Fault) -> tuple[str, ...]:
    if fault.code == "cvc-enumeration-valid":
        return fault.type.enumeration
    if fault.code == "cvc-pattern-valid":
        return tuple(fault.limit.split("|")) if fault.limit.count("|") == 0 else (fault.limit,)
    facet = fault.code.removeprefix("cvc-").removesuffix("-valid")
    if facet in _FACETS:
        return (f"{_FACETS[facet]} {fault.limit}",)
    if fault.members:
        return tuple(dict.fromkeys(one for member in fault.members for one in _facet(member)))
    return (f"xs:{fault.type.builtin}",)


def _component(finding: Finding) -> str | None:
    """ "file.xsd:40 type Title": the declaration or definition that is broken."""
    facts = finding.facts
    fault, declaration = facts.get("fault"), facts.get("declaration") or facts.get("use")
    broken = fault.type if isinstance(fault, Fault) and fault.type.name else None
    candidates: list[object] = [broken, facts.get("type"), facts.get("identity"), facts.get("use"), declaration, facts.get("wildcard")]
    for one in candidates:
        source: Source | None = getattr(one, "source", None)
        if one is None or source is None:
            continue
        if isinstance(one, SimpleType | ComplexType) and not one.name:
            continue
        return f"{source} {_kind(one)}"
    return None


def _kind(one: object) -> str:
    kinds: dict[type, str] = {SimpleType: "type", ComplexType: "type", Attribute: "attribute", Wildcard: "wildcard"}
    kind = one.kind if isinstance(one, Identity) else kinds.get(type(one), "element")
    name = getattr(one, "name", None)
    return f"{kind} {names.split(name)[1]}" if name else kind


def _documentation(finding: Finding) -> str | None:
    """What the schema's author says about the nearest component that he says anything about."""
    facts = finding.facts
    fault, one = facts.get("fault"), facts.get("diagnosis")
    candidates: list[object] = []
    if isinstance(one, Diagnosis):
        candidates += [one.meant, *(term for alternatives in one.terms for term in alternatives)]
    candidates += [facts.get("use"), facts.get("declaration")]
    if isinstance(fault, Fault):
        candidates.append(fault.type)
    candidates.append(facts.get("type"))
    for candidate in candidates:
        text = getattr(candidate, "documentation", "") or getattr(getattr(candidate, "type", None), "documentation", "")
        if text:
            line = " ".join(text.split())
            return line if len(line) <= _DOCUMENTATION else f"{line[: _DOCUMENTATION - 1]}…"
    return None


def _excerpt(data: bytes, span: spans.Span) -> str:
    """The line of the document that the place is in, without its indentation, and cut around the place if it is long."""
    wide = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}.get(span.codec.lower().replace("_", "-"), 1)
    newline = "\n".encode(span.codec) if wide > 1 else b"\n"
    begin = max(data.rfind(newline, 0, span.start) + len(newline), 0) if newline in data[: span.start] else 0
    end = data.find(newline, span.start)
    end = len(data) if end < 0 else end
    begin = max(begin, span.start - _EXCERPT * wide * 2)
    end = min(end, span.start + _EXCERPT * wide * 4)
    before = data[begin : span.start].decode(span.codec, "replace").lstrip()
    after = data[span.start : end].decode(span.codec, "replace").rstrip()
    before = before if len(before) <= _EXCERPT // 2 else f"…{before[-_EXCERPT // 2 :]}"
    text = (before + after).replace("\t", " ").strip("\ufeff")
    return text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…"
