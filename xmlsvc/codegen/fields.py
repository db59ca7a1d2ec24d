"""Pass 4: the fields of each class and its content model in terms of them.

A field for each attribute and for each element name that the content model mentions; a substitution group is the field of its head. What
the base class already has in the same form is inherited.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..binding.content import wildcard_text
from ..schema.model import Attribute, ComplexType, Element, Group, Particle, SimpleType, Wildcard
from ..xml.names import derived_prefix, split
from . import simples
from .gather import ANY_TYPE, is_enum, members_of
from .names import distinct, pascal, snake
from .plan import ClassPlan, EnumPlan, FieldPlan, Work


@dataclass(slots=True)
class _Child:
    """An element name in a content model: how often at least and at most, and its first declaration."""

    low: int
    high: int | None
    element: Element


def fields(work: Work) -> None:
    """Fill in every class, base classes first."""
    done: set[int] = set()

    def visit(plan: ClassPlan) -> None:
        if id(plan) in done:
            return
        done.add(id(plan))
        if plan.base is not None:
            visit(plan.base)
        _class(work, plan)

    for plan in list(work.classes.values()):
        visit(plan)
    for module in work.modules.values():
        for simple in module.simples:
            simple.expression = simples.expression(work, simple.type, module, str(simple.type.name))
        for enum in module.enums:
            enum.base = simples.base_reference(work, enum)


def _class(work: Work, plan: ClassPlan) -> None:
    made = plan.type
    plan.field_names = dict(plan.base.field_names) if plan.base is not None else {}
    inherited = _inherited(plan.base)
    children = _children(made.content)
    taken = set(plan.field_names.values())
    keys = [*children, *(f"@{name}" for name in made.attributes)]
    for key in keys:  # settled names first, so that a newcomer cannot take one
        settled = work.names.fixed(f"{plan.place}/{key}")
        if settled is not None and key not in plan.field_names and settled not in taken:
            plan.field_names[key] = work.names.give(f"{plan.place}/{key}", settled, taken)
            taken.add(settled)
    if made.simple is not None and "#text" not in plan.field_names:
        plan.field_names["#text"] = "value"
        taken.add("value")
    for key in keys:
        if key not in plan.field_names:
            namespace, local = split(key.removeprefix("@"))
            foreign = bool(namespace) and namespace != plan.module.uri
            prefix = (snake(work.model.prefixes.get(namespace) or derived_prefix(namespace)),) if foreign else ()
            suffixes = ("attr", *prefix) if key[0] == "@" else prefix
            plan.field_names[key] = work.names.give(f"{plan.place}/{key}", snake(local), taken, *suffixes)
            taken.add(plan.field_names[key])
    found = [_text_field(work, plan)] if made.simple is not None else []
    found += [_attribute_field(work, plan, use) for use in made.attributes.values()]
    found += [_child_field(work, plan, child, children) for child in children.values()]
    found += _wild_fields(work, plan, taken)
    plan.fields = [one for one in found if inherited.get(one.key) != one.same]
    plan.content = _content(plan)


def _inherited(base: ClassPlan | None) -> dict[str, tuple[object, ...]]:
    """What the base classes declare, by key: the nearest one's counts."""
    known: dict[str, tuple[object, ...]] = {}
    while base is not None:
        known = {one.key: one.same for one in base.fields} | known
        base = base.base
    return known


def _children(content: Particle | None) -> dict[str, _Child]:
    """Element names with their bounds over the whole content model."""
    if content is None:
        return {}
    term = content.term
    if isinstance(term, Wildcard):
        return {}
    if isinstance(term, Element):
        return {term.name: _Child(content.min, content.max, term)}
    found: dict[str, _Child] = {}
    for part in term.particles:
        for name, child in _children(part).items():
            low = child.low if term.kind != "choice" or len(term.particles) == 1 else 0
            known = found.get(name)
            if known is None:
                found[name] = _Child(low, child.high, child.element)
            elif term.kind == "choice":
                known.high = None if None in (known.high, child.high) else max(known.high or 0, child.high or 0)
            else:
                known.low += low
                known.high = None if known.high is None or child.high is None else known.high + child.high
    for child in found.values():
        child.low *= content.min
        child.high = None if child.high is None or content.max is None else child.high * content.max
    return found


def _own_enum(work: Work, plan: ClassPlan, made: SimpleType, name: str) -> EnumPlan | None:
    """The nested Enum of an anonymous enumeration, made where it is first met."""
    known = work.simples.get(id(made))
    if known is not None:
        return known if isinstance(known, EnumPlan) and known.outer is plan else None
    if made.name is not None or not is_enum(made):
        return None
    taken = {plan.name, *(inner.name for inner in plan.classes), *(inner.name for inner in plan.enums)}
    wanted = distinct(pascal(name), taken, "Enum")
    enum = EnumPlan(work.names.give(f"{plan.place}/{name}#enum", wanted, taken), made, plan.module, plan)
    enum.members = members_of(made)
    plan.enums.append(enum)
    work.simples[id(made)] = enum
    enum.base = simples.base_reference(work, enum)
    return enum


def _simple(work: Work, plan: ClassPlan, made: SimpleType, name: str) -> tuple[str, str]:
    """(reference, annotation) of a simple type, as seen from the class."""
    own = _own_enum(work, plan, made, name)
    return simples.reference(work, made, plan.module, own), simples.python(work, made, plan.module, own)


def _text_field(work: Work, plan: ClassPlan) -> FieldPlan:
    assert plan.type.simple is not None
    reference, annotation = _simple(work, plan, plan.type.simple, "value")
    return FieldPlan("value", "text", reference, f"Text[{annotation}]", "", "#text", (id(plan.type.simple),))


def _attribute_field(work: Work, plan: ClassPlan, use: Attribute) -> FieldPlan:
    name = plan.field_names[f"@{use.name}"]
    reference, annotation = _simple(work, plan, use.type, split(use.name)[1])
    arguments = [_tag(use.name, plan), reference]
    if use.default is not None:
        arguments.append(f"default={use.default!r}")
    if use.fixed is not None:
        arguments.append(f"fixed={use.fixed!r}")
    if use.required:
        arguments.append("required=True")
    kind = "Default" if use.default is not None or use.fixed is not None else "Attribute"
    return FieldPlan(name, "attribute", ", ".join(arguments), f"{kind}[{annotation}]", use.documentation, f"@{use.name}",
                     (id(use.type), use.default, use.fixed, use.required))


def _tag(name: str, plan: ClassPlan) -> str:
    namespace, local = split(name)
    return f"P + {local!r}" if namespace and namespace == plan.module.uri else repr(name)


def _child_field(work: Work, plan: ClassPlan, child: _Child, siblings: dict[str, _Child]) -> FieldPlan:
    element = child.element
    name = plan.field_names[element.name]
    many = child.high is None or child.high > 1
    members = [member for member in work.model.substitutes.get(element.name, ()) if member is not element and member.name not in siblings] \
        if element.is_global and "substitution" not in element.block else []
    arguments = [_tag(element.name, plan)]
    if isinstance(element.type, SimpleType) and not members:
        reference, annotation = _simple(work, plan, element.type, split(element.name)[1])
        arguments.append(reference)
        annotation += " | Nil" if element.nillable else ""
        maker, kind = ("values", "Values") if many else ("value", "Value")
    else:
        reference, annotation = _view(work, plan, element)
        arguments.append(reference)
        if members:
            arguments.append(f"members={{{', '.join(f'{_tag(one.name, plan)}: {_view(work, plan, one)[0]}' for one in members)}}}")
        maker, kind = ("many", "Many") if many else ("one", "One")
    for key in ("default", "fixed"):
        if getattr(element, key) is not None:
            arguments.append(f"{key}={getattr(element, key)!r}")
            if maker in ("one", "many"):
                work.defaults.setdefault(element.name, None)
    if element.nillable:
        arguments.append("nillable=True")
    if element.abstract and maker in ("one", "many"):
        arguments.append("abstract=True")
    if child.low > 0 and not many:
        arguments.append("required=True")
    same = (maker, id(element.type), element.default, element.fixed, element.nillable, tuple(one.name for one in members), child.low > 0)
    return FieldPlan(name, maker, ", ".join(arguments), f"{kind}[{annotation}]", element.documentation, element.name, same)


def _view(work: Work, plan: ClassPlan, element: Element) -> tuple[str, str]:
    """(reference, annotation) of an element's type."""
    made = element.type
    if made.name == ANY_TYPE and isinstance(element.hint, ComplexType):
        made = element.hint
    if isinstance(made, SimpleType):
        return _simple(work, plan, made, split(element.name)[1])[0], "View"
    found = work.classes.get(id(made))
    if found is None:
        return repr("xs:anyType"), "AnyView"
    return simples.class_reference(found, plan.module, plan), simples.module_of(found.module, plan.module) + found.qualname


def _wild_fields(work: Work, plan: ClassPlan, taken: set[str]) -> list[FieldPlan]:
    found = []
    if plan.type.any_attribute is not None:
        name = plan.field_names.get("@*") or work.names.give(f"{plan.place}/@*", "other_attributes", taken)
        plan.field_names["@*"] = name
        taken.add(name)
        found.append(FieldPlan(name, "wild_attributes", "", "WildAttributes", "", "@*", ("@*",)))
    if _has_wildcard(plan.type.content) or plan.type.open_content is not None:
        name = plan.field_names.get("*") or work.names.give(f"{plan.place}/*", "other", taken)
        plan.field_names["*"] = name
        taken.add(name)
        found.append(FieldPlan(name, "wild", "", "Wild", "", "*", ("*",)))
    return found


def _has_wildcard(particle: Particle | None) -> bool:
    if particle is None:
        return False
    term = particle.term
    return isinstance(term, Wildcard) or (isinstance(term, Group) and any(map(_has_wildcard, term.particles)))


def _content(plan: ClassPlan) -> str | None:
    """The content model as one line; None where it is the base class's."""
    content, base = plan.type.content, plan.base
    if content is None:
        return "" if base is not None and base.type.content is not None else None
    if base is not None and base.type.content is content:
        return None
    return _words(content, plan, base.type.content if base is not None else None, True)


def _words(particle: Particle, plan: ClassPlan, inherited: Particle | None, outermost: bool = False) -> str:
    if inherited is not None and particle is inherited:
        return "^"
    term = particle.term
    times = _times(particle)
    if isinstance(term, Element):
        return plan.field_names[term.name] + times
    if isinstance(term, Wildcard):
        return wildcard_text(term) + times
    separator = {"sequence": " ", "choice": " | ", "all": " & "}[term.kind]
    parts = [_words(part, plan, inherited) for part in term.particles]
    if len(parts) == 1 and not times:
        return parts[0]
    inner = separator.join(part or "()" for part in parts)
    return inner if outermost and not times else f"({inner}){times}"


def _times(particle: Particle) -> str:
    low, high = particle.min, particle.max
    known = {(1, 1): "", (0, 1): "?", (0, None): "*", (1, None): "+"}
    if (low, high) in known:
        return known[low, high]
    return f"{{{low},}}" if high is None else f"{{{low}}}" if low == high else f"{{{low},{high}}}"
