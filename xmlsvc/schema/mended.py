"""What xmlschema 4.3 and elementpath 5.1 are known to get wrong, put right on a schema that they have built.

    mend(schema)
      ├─ patterns        ours: Python's "\\w" is not XML Schema's, and a backtracking match can hang on 40 characters
      ├─ bounds          of moments and durations: values that cannot be compared (P30D with P1M) do not satisfy them
      └─ XSD 1.1         alternatives see attributes alone, with those that are inherited, and an error is no; what is wrong below an
                         element that bequeaths attributes is not forgotten

xmlschema is imported with this module: `strict` imports it where a schema is built, and pickle where one is read again.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from elementpath import ElementPathError, XPathContext
from xmlschema import XMLSchemaValidationError
from xmlschema.validators import (
    Xsd11Element,
    XsdMaxExclusiveFacet,
    XsdMaxInclusiveFacet,
    XsdMinExclusiveFacet,
    XsdMinInclusiveFacet,
    XsdPatternFacets,
)

from . import datatypes, patterns

_PARTLY_ORDERED = frozenset({"duration", "dateTime", "time", "date", "gYearMonth", "gYear", "gMonthDay", "gDay", "gMonth"})


def mend(schema: Any) -> None:
    """Put the schema's components right, in place."""
    schema.maps.loader.fallback_locations = {}  # it is empty: but pickle does not know the kind of mapping that it is
    for component in schema.maps.iter_components():
        if component.schema.meta_schema is None:
            continue
        for facet in (getattr(component, "facets", None) or {}).values():
            if isinstance(facet, XsdPatternFacets):
                _replace_patterns(facet)
            elif type(facet) in _BOUNDS and _primitive(facet) in _PARTLY_ORDERED:
                facet.__class__ = _BOUNDS[type(facet)]
                facet.validate = facet.__call__
        if type(component) is Xsd11Element:
            component.__class__ = MendedElement


class Match:
    """Looks like a compiled regular expression to xmlschema."""

    def __init__(self, text: str) -> None:
        self._pattern = patterns.compile(text)

    def match(self, value: str) -> bool | None:
        """True, or None as re does."""
        return self._pattern.matches(value) or None

    def __reduce__(self) -> tuple[type[Match], tuple[str]]:
        return Match, (self._pattern.text,)


def _replace_patterns(facet: XsdPatternFacets) -> None:
    try:
        facet.patterns = [Match(element.get("value", "")) for element in facet]  # type: ignore[misc]
    except patterns.PatternError:
        return  # ours knows no such pattern: what xmlschema made of it stays


# -- bounds -------------------------------------------------------------------------------------------------------------------


def _primitive(facet: Any) -> str | None:
    return getattr(getattr(facet.base_type, "primitive_type", None), "local_name", None)


class _Bound:
    """A bound as the specification compares (Part 2, 3.2.6.2 and 3.2.7.4): what cannot be compared lies on neither side."""

    _signs: frozenset[int]  # what comparing a value with the bound may yield
    value: Any

    def __call__(self, value: Any) -> None:
        """Raises XMLSchemaValidationError for a value beyond the bound."""
        read = datatypes.reader(_primitive(self) or "")
        try:
            sign = datatypes.compare(read(str(value)), read(str(self.value)))
        except ValueError:  # a year 0 of XSD 1.1
            super().__call__(value)  # type: ignore[misc]
            return
        if sign not in self._signs:
            raise XMLSchemaValidationError(self, value, f"value {value} is beyond the bound {self.value}")


class MinInclusive(_Bound, XsdMinInclusiveFacet):
    """xs:minInclusive."""

    __slots__ = ()
    _signs = frozenset({0, 1})


class MinExclusive(_Bound, XsdMinExclusiveFacet):
    """xs:minExclusive."""

    __slots__ = ()
    _signs = frozenset({1})


class MaxInclusive(_Bound, XsdMaxInclusiveFacet):
    """xs:maxInclusive."""

    __slots__ = ()
    _signs = frozenset({-1, 0})


class MaxExclusive(_Bound, XsdMaxExclusiveFacet):
    """xs:maxExclusive."""

    __slots__ = ()
    _signs = frozenset({-1})


_BOUNDS: dict[type, type] = {
    XsdMinInclusiveFacet: MinInclusive, XsdMinExclusiveFacet: MinExclusive,
    XsdMaxInclusiveFacet: MaxInclusive, XsdMaxExclusiveFacet: MaxExclusive,
}  # fmt: skip


# -- alternatives -------------------------------------------------------------------------------------------------------------


class MendedElement(Xsd11Element):
    """An element declaration of XSD 1.1.

    xmlschema goes on with a copy of its whole state below an element that bequeaths attributes, and forgets the errors, identifiers and
    keys that it notes there; so it is told that there are none, and they are handed on here.
    """

    __slots__ = ()

    @property
    def inheritable(self) -> tuple[()]:  # type: ignore[override]
        return ()

    def raw_decode(self, obj: Any, validation: str, context: Any) -> Any:
        """As xmlschema's, with the attributes that `obj` bequeaths known to what is in it."""
        before = context.inherited
        passed = vars(self).get("inheritable") or ()
        context.inherited = {**before, **{name: value for name, value in obj.attrib.items() if name in passed}} if passed else before
        try:
            return super().raw_decode(obj, validation, context)
        finally:
            context.inherited = before

    def get_alternative_type(self, elem: Any, inherited: dict[str, Any] | None = None) -> Any:
        """The type that the attributes choose (Part 1, 3.12.4): a test sees the element with its own and its inherited attributes, without
        what is in it and around it; one that ends in an error does not hold."""
        seen = Element(elem.tag, {**(inherited or {}), **elem.attrib})
        for alternative in self.alternatives:
            if alternative.type is not None and (alternative.token is None or _holds(alternative.token, seen)):
                return alternative.type
        return self.type


def _holds(test: Any, element: Element) -> bool:
    try:
        return bool(test.boolean_value(list(test.select(context=XPathContext(element)))))
    except (ElementPathError, TypeError, ValueError, ArithmeticError):
        return False
