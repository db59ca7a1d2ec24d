"""xmlschema's simple types → model.SimpleType, with what it gets wrong put right.

- A union's members are in the author's order: memberTypes first, then the anonymous ones (Part 1, section 3.14.2); xmlschema has the
  anonymous ones first.
- Enumerations are lexical values, with each value's documentation; xmlschema has decoded ones.
- A restriction of a list or union has that list's items or that union's members; xmlschema has none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree
from xmlschema.validators import XsdList, XsdUnion

from . import documentation
from .builtins import clark, restrict
from .model import XSD_NAMESPACE, SimpleType, Type

_XSD = f"{{{XSD_NAMESPACE}}}"
_TEXT_FACETS = {"minInclusive": "min_inclusive", "maxInclusive": "max_inclusive", "minExclusive": "min_exclusive",
                "maxExclusive": "max_exclusive"}
_COUNT_FACETS = {"length": "length", "minLength": "min_length", "maxLength": "max_length", "totalDigits": "total_digits",
                 "fractionDigits": "fraction_digits"}


def fill(made: SimpleType, xsd_type: Any, resolve: Callable[[Any], Type], original: Callable[[Any], etree._Element | None]) -> None:
    """Fill `made` from xmlschema's type. `resolve` gives our type for one of its types, `original` the author's element for one of its."""
    if isinstance(xsd_type, XsdList):
        made.variety, made.item, made.whitespace = "list", _simple(resolve(xsd_type.item_type)), "collapse"
        made.base = _simple(resolve(xsd_type.maps.types[clark("anySimpleType")]))
        made.builtin = made.primitive = "anySimpleType"
    elif isinstance(xsd_type, XsdUnion):
        anonymous = sum(1 for child in xsd_type.elem if child.tag == f"{_XSD}simpleType")
        ordered = xsd_type.member_types[anonymous:] + xsd_type.member_types[:anonymous]
        made.variety, made.members, made.whitespace = "union", tuple(_simple(resolve(member)) for member in ordered), "collapse"
        made.base = _simple(resolve(xsd_type.maps.types[clark("anySimpleType")]))
        made.builtin = made.primitive = "anySimpleType"
    else:
        base_type = xsd_type.base_type
        if getattr(base_type, "content", None) is xsd_type:
            base_type = base_type.redefine  # xmlschema makes a redefined simple content its own base
        base = _simple(resolve(base_type if base_type is not None else xsd_type.maps.types[clark("anySimpleType")]))
        inherited = restrict(base, made.name)
        for attribute in SimpleType.__slots__:
            if attribute not in ("name", "documentation", "source"):
                setattr(made, attribute, getattr(inherited, attribute))
        _facets(made, xsd_type, original)


def _simple(found: Type) -> SimpleType:
    """The simple type itself, or that of a complex type's simple content."""
    if isinstance(found, SimpleType):
        return found
    return found.simple if found.simple is not None else SimpleType(None, "atomic", "anySimpleType", "anySimpleType", whitespace="preserve")


def _facets(made: SimpleType, xsd_type: Any, original: Callable[[Any], etree._Element | None]) -> None:
    """Lay the type's own facets over the inherited ones; a bound that a step narrows replaces the inherited one of its side."""
    for tag, facet in xsd_type.facets.items():
        if tag is None:
            continue
        name = tag.removeprefix(_XSD)
        if name == "enumeration":
            _enumeration(made, facet, original)
            continue
        if name == "pattern":
            made.patterns = (*made.patterns, tuple(element.get("value", "") for element in facet))
            continue
        if name == "assertion":
            made.assertions = (*made.assertions, *(one.elem.get("test", "") for one in (facet if isinstance(facet, list) else [facet])))
            continue
        value = (facet.elem.get("value") or "").strip()
        if name == "whiteSpace" and value in ("preserve", "replace", "collapse"):
            made.whitespace = value  # type: ignore[assignment]
        elif name == "explicitTimezone":
            made.explicit_timezone = value if value in ("required", "prohibited") else None  # type: ignore[assignment]
        elif name in _COUNT_FACETS and value.lstrip("+").isdigit():
            setattr(made, _COUNT_FACETS[name], int(value))
        elif name in _TEXT_FACETS:
            side = name[:3]
            setattr(made, f"{side}_inclusive", None)
            setattr(made, f"{side}_exclusive", None)
            setattr(made, _TEXT_FACETS[name], value)


def _enumeration(made: SimpleType, facet: Any, original: Callable[[Any], etree._Element | None]) -> None:
    values: list[str] = []
    explained: dict[str, str] = {}
    for element in facet:
        value = element.get("value", "")
        if made.whitespace == "collapse":
            value = " ".join(value.split())
        elif made.whitespace == "replace":
            value = value.replace("\t", " ").replace("\n", " ").replace("\r", " ")
        if value not in values[-1:] or value not in explained:
            values.append(value)
        if text := documentation.of(original(element)):
            explained[value] = text
    made.enumeration = tuple(dict.fromkeys(values))
    if made.primitive in ("QName", "NOTATION"):
        declared = next((place for element in facet if (place := original(element)) is not None), None)
        made.namespaces = dict(declared.nsmap) if declared is not None else {}
    made.enumeration_documentation = explained
