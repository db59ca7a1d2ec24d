"""Passes 1 to 3: a module for each namespace, a class for each complex type (anonymous ones nested where they are declared), names."""

from __future__ import annotations

from ..schema.model import XML_NAMESPACE, XSD_NAMESPACE, ComplexType, SimpleType, elements_of
from ..xml.names import derived_prefix, split
from .names import RESERVED_MODULES, distinct, pascal, snake
from .plan import ClassPlan, EnumPlan, ModulePlan, SimplePlan, Work

LARGEST_ENUM = 500  # members: beyond, an enumeration is a table and its values plain strings
TEXTS = ("string", "normalizedString", "token", "NMTOKEN", "Name", "NCName", "language", "anyURI")
ANY_TYPE = f"{{{XSD_NAMESPACE}}}anyType"


def modules(work: Work) -> None:
    """A module for each target namespace that has types or elements, named by the author's prefix."""
    model = work.model
    used = {split(name)[0] for name in (*model.types, *model.elements)} - {XSD_NAMESPACE}
    ordered = [uri for uri in model.target_namespaces if uri in used] + sorted(used - set(model.target_namespaces))
    taken: set[str] = set(RESERVED_MODULES)
    for uri in ordered:
        wanted = "none" if not uri else "xml_" if uri == XML_NAMESPACE else snake(model.prefixes.get(uri) or derived_prefix(uri))
        name = work.names.give(f"{{{uri}}}", wanted, taken)
        taken.add(name)
        module = work.modules[uri] = ModulePlan(name, uri)
        # What was called so in an earlier version is called so again: no newcomer may take the name.
        places = [place for place in (*model.types, *(f"{element}()" for element in model.elements)) if split(place)[0] == uri]
        module.settled = {place: settled for place in places if (settled := work.names.fixed(place)) is not None}


def classes(work: Work) -> None:
    """A class for each named complex type, for each global element with an anonymous one, and nested ones for local elements."""
    model = work.model
    named = [made for made in model.types.values() if isinstance(made, ComplexType) and not _foreign(made)]
    for made in named:
        _top(work, made, str(made.name), "")
    for element in model.elements.values():
        if isinstance(element.type, ComplexType) and element.type.name is None and id(element.type) not in work.classes:
            _top(work, element.type, element.name, element.name)
    for plan in list(work.classes.values()):
        plan.base = _base(work, plan.type)
    done: set[int] = set()
    for plan in list(work.classes.values()):
        _nested(work, plan, done)


def _foreign(made: ComplexType | SimpleType) -> bool:
    return made.name is not None and split(made.name)[0] == XSD_NAMESPACE


def _top(work: Work, made: ComplexType, place: str, tag: str) -> None:
    namespace, local = split(place)
    module = work.module(namespace)
    name = module.name_for(work.names, f"{place}()" if tag else place, pascal(local))
    plan = ClassPlan(name, made, module, place, tag=tag)
    module.classes.append(plan)
    work.classes[id(made)] = plan


def _base(work: Work, made: ComplexType) -> ClassPlan | None:
    """The class of the nearest base type that has one."""
    base = made.base
    seen = {id(made)}
    while isinstance(base, ComplexType) and id(base) not in seen:
        if id(base) in work.classes:
            return work.classes[id(base)]
        seen.add(id(base))
        base = base.base
    return None


def _nested(work: Work, plan: ClassPlan, done: set[int]) -> None:
    """Classes for the anonymous types of the elements that the type itself declares; the base's come with the base."""
    if id(plan.type) in done:
        return
    done.add(id(plan.type))
    if plan.base is not None:
        _nested(work, plan.base, done)
    for element in elements_of(plan.type.content):
        made = element.type
        if isinstance(made, ComplexType) and made.name is None and id(made) not in work.classes:
            place = f"{plan.place}/{split(element.name)[1]}"
            taken = {plan.name, *(inner.name for inner in plan.classes)}
            name = work.names.give(f"{place}()", pascal(split(element.name)[1]), taken)
            inner = ClassPlan(name, made, plan.module, place, plan, tag=element.name)
            plan.classes.append(inner)
            work.classes[id(made)] = inner
    for inner in plan.classes:
        inner.base = _base(work, inner.type)
        _nested(work, inner, done)


def simple_types(work: Work) -> None:
    """An Enum for each named enumeration of texts, a module variable for every other named simple type."""
    for made in work.model.types.values():
        if not isinstance(made, SimpleType) or _foreign(made):
            continue
        namespace, local = split(str(made.name))
        module = work.module(namespace)
        name = module.name_for(work.names, str(made.name), pascal(local))
        if is_enum(made):
            enum = EnumPlan(name, made, module)
            enum.members = members_of(made)
            module.enums.append(enum)
            work.simples[id(made)] = enum
        else:
            simple = SimplePlan(name, made, module)
            module.simples.append(simple)
            work.simples[id(made)] = simple


def is_enum(made: SimpleType) -> bool:
    """Whether a type becomes a Python Enum: an enumeration of texts that is not too long."""
    return made.variety == "atomic" and made.builtin in TEXTS and 0 < len(made.enumeration) <= LARGEST_ENUM


def members_of(made: SimpleType) -> list[tuple[str, str, str]]:
    """(name, value, documentation) of each member."""
    from .names import member

    taken: set[str] = set()
    found = []
    for value in made.enumeration:
        name = distinct(member(value), taken)
        taken.add(name)
        found.append((name, value, made.enumeration_documentation.get(value, "")))
    return found
