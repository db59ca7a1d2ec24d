"""Source text for simple types: references, `restrict(…)` and its kin, and what a type checker calls their values."""

from __future__ import annotations

from ..schema.model import XSD_NAMESPACE, SimpleType
from ..xml.names import split
from .plan import ClassPlan, EnumPlan, ModulePlan, Work

_FACETS = (
    "enumeration", "whitespace", "length", "min_length", "max_length", "min_inclusive", "max_inclusive", "min_exclusive", "max_exclusive",
    "total_digits", "fraction_digits", "explicit_timezone",
)  # fmt: skip
_PYTHON = {
    "boolean": "bool", "decimal": "Decimal", "float": "float", "double": "float", "hexBinary": "bytes", "base64Binary": "bytes",
    "date": "Date", "dateTime": "DateTime", "time": "Time", "duration": "Duration", "gYear": "GYear",
    "gYearMonth": "GYearMonth", "gMonth": "GMonth",
    "gMonthDay": "GMonthDay", "gDay": "GDay", "QName": "QName", "NOTATION": "QName",
}  # fmt: skip


def module_of(module: ModulePlan, here: ModulePlan) -> str:
    """How annotations name another module."""
    return "" if module is here else f"_{module.name}."


def reference(work: Work, made: SimpleType, here: ModulePlan, own: EnumPlan | None = None) -> str:
    """Source text that refers to a simple type: a quoted name where it has one, else the expression that makes it."""
    if own is not None:
        return repr(f".{own.name}")
    if made.name is not None and split(made.name)[0] == XSD_NAMESPACE:
        return repr(f"xs:{split(made.name)[1]}")
    plan = work.simples.get(id(made))
    if plan is not None:
        name = plan.qualname if isinstance(plan, EnumPlan) else plan.name
        return repr(name if plan.module is here else f"{plan.module.name}:{name}")
    return expression(work, made, here)


def expression(work: Work, made: SimpleType, here: ModulePlan, name: str = "") -> str:
    """The call that makes the type."""
    base = made.base
    extra = [f"name={name!r}"] if name else []
    plain_base = base is None or (base.name is not None and split(base.name)[1] in ("anySimpleType", "anyAtomicType"))
    if made.variety == "list" and plain_base and made.item is not None:
        return f"list_of({', '.join([reference(work, made.item, here), *extra, *_own(made, None)])})"
    if made.variety == "union" and plain_base:
        return f"union({', '.join([*(reference(work, member, here) for member in made.members), *extra, *_own(made, None)])})"
    if base is None or base is made:
        return repr("xs:anySimpleType")
    arguments = [reference(work, base, here), *extra, *_own(made, base)]
    if len(arguments) == 1:
        return arguments[0]
    return f"restrict({', '.join(arguments)})"


def _own(made: SimpleType, base: SimpleType | None) -> list[str]:
    """The facets in which a type differs from its base."""
    found = []
    for facet in _FACETS:
        value = getattr(made, facet)
        if base is None and (value is None or value == () or (facet == "whitespace" and value == "collapse")):
            continue
        if base is not None and (value == getattr(base, facet) or value is None):
            continue
        found.append(f"{facet}={value!r}")
    inherited = len(base.patterns) if base is not None else 0
    if made.patterns[inherited:]:
        found.append(f"patterns={made.patterns[inherited:]!r}")
    return found


def base_reference(work: Work, enum: EnumPlan) -> str:
    """The base of an Enum's type, its facets but the enumeration included."""
    made = enum.type
    base = made.base
    if base is None:
        return repr("xs:string")
    others = [text for text in _own(made, base) if not text.startswith("enumeration=")]
    named = reference(work, base, enum.module)
    return f"restrict({', '.join([named, *others])})" if others else named


def python(work: Work, made: SimpleType, here: ModulePlan, own: EnumPlan | None = None) -> str:
    """What a type checker calls a value of the type."""
    plan = own or work.simples.get(id(made))
    if isinstance(plan, EnumPlan):
        return f"{module_of(plan.module, here)}{plan.qualname} | str"
    if made.variety == "list" and made.item is not None:
        return f"tuple[{python(work, made.item, here)}, ...]"
    if made.variety == "union":
        parts = [part for member in made.members for part in python(work, member, here).split(" | ")]
        return " | ".join(dict.fromkeys(parts)) or "str"
    if made.primitive == "decimal" and made.builtin != "decimal":
        return "int"
    return _PYTHON.get(made.primitive, "str")


def class_reference(plan: ClassPlan, here: ModulePlan, owner: ClassPlan | None) -> str:
    """A quoted name for a view class, as seen from a class in this module."""
    if plan.outer is not None and plan.outer is owner:
        return repr(f".{plan.name}")
    return repr(plan.qualname if plan.module is here else f"{plan.module.name}:{plan.qualname}")
