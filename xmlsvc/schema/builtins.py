"""The built-in simple types (XML Schema Part 2, section 3; the 1.1 additions included) and anyType as components of the model."""

from __future__ import annotations

from typing import Any

from .model import XSD_NAMESPACE, ComplexType, Particle, SimpleType, Wildcard

_PRIMITIVES = (
    "string", "boolean", "decimal", "float", "double", "duration", "dateTime", "time", "date", "gYearMonth", "gYear", "gMonthDay",
    "gDay", "gMonth", "hexBinary", "base64Binary", "anyURI", "QName", "NOTATION",
)  # fmt: skip

# name: (base, facets); a type without its own whitespace takes its base's.
_DERIVED: dict[str, tuple[str, dict[str, Any]]] = {
    "normalizedString": ("string", {"whitespace": "replace"}),
    "token": ("normalizedString", {"whitespace": "collapse"}),
    "language": ("token", {}),
    "NMTOKEN": ("token", {}),
    "Name": ("token", {}),
    "NCName": ("Name", {}),
    "ID": ("NCName", {}),
    "IDREF": ("NCName", {}),
    "ENTITY": ("NCName", {}),
    "integer": ("decimal", {"fraction_digits": 0}),
    "nonPositiveInteger": ("integer", {"max_inclusive": "0"}),
    "negativeInteger": ("nonPositiveInteger", {"max_inclusive": "-1"}),
    "long": ("integer", {"min_inclusive": "-9223372036854775808", "max_inclusive": "9223372036854775807"}),
    "int": ("long", {"min_inclusive": "-2147483648", "max_inclusive": "2147483647"}),
    "short": ("int", {"min_inclusive": "-32768", "max_inclusive": "32767"}),
    "byte": ("short", {"min_inclusive": "-128", "max_inclusive": "127"}),
    "nonNegativeInteger": ("integer", {"min_inclusive": "0"}),
    "unsignedLong": ("nonNegativeInteger", {"max_inclusive": "18446744073709551615"}),
    "unsignedInt": ("unsignedLong", {"max_inclusive": "4294967295"}),
    "unsignedShort": ("unsignedInt", {"max_inclusive": "65535"}),
    "unsignedByte": ("unsignedShort", {"max_inclusive": "255"}),
    "positiveInteger": ("nonNegativeInteger", {"min_inclusive": "1"}),
    "dateTimeStamp": ("dateTime", {"explicit_timezone": "required"}),
    "yearMonthDuration": ("duration", {}),
    "dayTimeDuration": ("duration", {}),
}
_LISTS = {"NMTOKENS": "NMTOKEN", "IDREFS": "IDREF", "ENTITIES": "ENTITY"}

# What a derived type inherits from its base.
INHERITED = (
    "primitive", "builtin", "item", "members", "enumeration", "enumeration_documentation", "namespaces", "patterns", "whitespace", "length",
    "min_length", "max_length", "min_inclusive", "max_inclusive", "min_exclusive", "max_exclusive", "total_digits", "fraction_digits",
    "explicit_timezone", "assertions",
)  # fmt: skip


def clark(local: str) -> str:
    """The Clark name of a built-in."""
    return f"{{{XSD_NAMESPACE}}}{local}"


def restrict(base: SimpleType, name: str | None) -> SimpleType:
    """A simple type that has inherited everything from `base`."""
    inherited = {attribute: getattr(base, attribute) for attribute in INHERITED}
    return SimpleType(name=name, variety=base.variety, base=base, **inherited)


def build() -> dict[str, SimpleType | ComplexType]:
    """Every built-in type by Clark name: new objects for each model."""
    anything = SimpleType(clark("anySimpleType"), "atomic", "anySimpleType", "anySimpleType", whitespace="preserve")
    types: dict[str, SimpleType] = {"anySimpleType": anything, "anyAtomicType": restrict(anything, clark("anyAtomicType"))}
    for local in _PRIMITIVES:
        made = restrict(anything, clark(local))
        made.builtin = made.primitive = local
        made.whitespace = "preserve" if local == "string" else "collapse"
        types[local] = made
    for local, (base, facets) in _DERIVED.items():
        made = restrict(types[base], clark(local))
        made.builtin = local
        for facet, value in facets.items():
            setattr(made, facet, value)
        types[local] = made
    for local, item in _LISTS.items():
        types[local] = SimpleType(clark(local), "list", local, "anySimpleType", base=anything, item=types[item], min_length=1)
    everything = ComplexType(clark("anyType"), mixed=True, content=Particle(Wildcard(None, process="lax"), 0, None),
                             any_attribute=Wildcard(None, process="lax"))
    return {clark("anyType"): everything, **{clark(local): made for local, made in types.items()}}
