"""A new element with all that it must have, empty: what an editor then fills in. Nothing is made up; a choice stays open."""

from __future__ import annotations

from lxml import etree

from ...schema import model
from ...xml.names import derived_prefix, split

_DEEPEST = 8
_ANY = f"{{{model.XSD_NAMESPACE}}}anyType"


def make(parent: etree._Element, declaration: model.Element, schema: model.Model) -> etree._Element:
    """A detached element for `parent`, with required children, and with the values that the schema fixes."""
    made = parent.makeelement(declaration.name, nsmap=nsmap(declaration.name, schema))
    _fill(made, declaration, schema, 0)
    return made


def bare(parent: etree._Element, name: str, schema: model.Model) -> etree._Element:
    """A detached, empty element that nothing declares."""
    return parent.makeelement(name, nsmap=nsmap(name, schema) if split(name)[0] not in parent.nsmap.values() else None)


def nsmap(tag: str, schema: model.Model) -> dict[str, str] | None:
    """The declaration that a new element of this name brings along where its namespace is not in scope."""
    namespace = split(tag)[0]
    return {schema.prefixes.get(namespace) or derived_prefix(namespace): namespace} if namespace else None


def _fill(element: etree._Element, declaration: model.Element, schema: model.Model, depth: int) -> None:
    kind = declaration.type
    if declaration.fixed is not None:
        element.text = declaration.fixed
    if not isinstance(kind, model.ComplexType):
        return
    for name, use in kind.attributes.items():
        if use.required and use.fixed is not None:
            element.set(name, use.fixed)
    if depth < _DEEPEST and not kind.abstract:
        _required(element, kind.content, schema, depth)


def _required(element: etree._Element, particle: model.Particle | None, schema: model.Model, depth: int) -> None:
    if particle is None or particle.min == 0:
        return
    term = particle.term
    if isinstance(term, model.Element):
        if term.abstract:
            return  # which of its substitutes is the editor's to choose
        for _ in range(particle.min):
            child = etree.SubElement(element, term.name, nsmap=nsmap(term.name, schema))
            _fill(child, term, schema, depth + 1)
    elif isinstance(term, model.Group) and (term.kind != "choice" or len(term.particles) == 1):
        for _ in range(particle.min):
            for part in term.particles:
                _required(element, part, schema, depth)


def substitutes(declaration: model.Element, schema: model.Model) -> tuple[model.Element, ...]:
    """The elements that may stand in the declaration's place, itself among them unless abstract; empty where there is no choice."""
    if not declaration.is_global:
        return ()
    head = declaration
    while head.substitution_head is not None and head.substitution_head in schema.elements:
        head = schema.elements[head.substitution_head]
    found = {member.name: member for member in schema.substitutes.get(head.name, ())}
    return tuple(found.values()) if len(found) > 1 and declaration.name in found else ()


def types(declaration: model.Element | None, schema: model.Model) -> tuple[model.Type, ...]:
    """The types that xsi:type may name for an element, the declared one first; empty where there is no choice. Of a simple type's
    restrictions none is offered: each allows less."""
    declared = declaration.type if declaration is not None else None
    if declaration is None or not isinstance(declared, model.ComplexType) or declared.name in (None, _ANY):
        return ()
    blocked = declaration.block | declared.block
    found: list[model.Type] = [] if declared.abstract else [declared]
    for derived in schema.derived.get(declared.name or "", ()):
        if derived.name is None or derived in found:
            continue
        if isinstance(derived, model.ComplexType) and (derived.abstract or derived.derivation in blocked):
            continue
        found.append(derived)
    return tuple(found) if len(found) > 1 or (found and found[0] is not declared) else ()
