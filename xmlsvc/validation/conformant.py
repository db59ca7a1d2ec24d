"""xmlschema's opinion on a document: the second engine, asked about what libxml2 refuses, and the only one for XSD 1.1.

    findings(schema_set, version, tree, limit)   what it finds; it is given the lxml tree, never the bytes

It raises out of its own iterator on some documents (an unknown xsi:type, a year of six digits): that is a refusal without a place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from ..schema import strict
from .findings import XMLSCHEMA, Finding

if TYPE_CHECKING:
    from ..schema.store import SchemaSet

_ATTRIBUTE = re.compile(
    r"attribute ([^\s=']+)=|attribute '([^']+)' not allowed|'([^']+)' attribute not allowed|use of attribute '([^']+)'"
    r"|attribute '([^']+)' has a fixed")
_FACETS = {
    "XsdEnumerationFacets": "cvc-enumeration-valid", "XsdPatternFacets": "cvc-pattern-valid", "XsdLengthFacet": "cvc-length-valid",
    "XsdMinLengthFacet": "cvc-minLength-valid", "XsdMaxLengthFacet": "cvc-maxLength-valid", "XsdTotalDigitsFacet": "cvc-totalDigits-valid",
    "XsdMinInclusiveFacet": "cvc-minInclusive-valid", "XsdMaxInclusiveFacet": "cvc-maxInclusive-valid",
    "XsdMinExclusiveFacet": "cvc-minExclusive-valid", "XsdMaxExclusiveFacet": "cvc-maxExclusive-valid",
    "XsdFractionDigitsFacet": "cvc-fractionDigits-valid", "XsdExplicitTimezoneFacet": "cvc-explicitTimezone-valid",
    "XsdAssertionFacet": "cvc-assertions-valid", "XsdAssert": "cvc-assertion", "XsdUnion": "cvc-datatype-valid.1.2.3",
}  # fmt: skip


def findings(schema_set: SchemaSet, version: str, tree: etree._ElementTree, limit: int) -> list[Finding]:
    """At most `limit` findings; none: xmlschema calls the document valid."""
    engine = strict.engine(schema_set, version)
    from xmlschema import XMLSchemaException

    root = tree.getroot()
    found: list[Finding] = []
    try:
        for error in engine.iter_errors(root):
            found.append(_finding(error, root))
            if len(found) >= limit:
                break
    except (XMLSchemaException, KeyError, AttributeError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        found.append(Finding("cvc-elt.1", "refused", root, facts={"reason": type(error).__name__}, engines={XMLSCHEMA}))
    return found


def _finding(error: Any, root: etree._Element) -> Finding:
    element = error.elem if error.elem is not None else error.obj if isinstance(error.obj, etree._Element) else root
    reason = str(error.reason or "")
    child = getattr(error, "invalid_child", None)
    if child is not None:
        return Finding("cvc-complex-type.2.4.a", "refused", child, engines={XMLSCHEMA})
    if hasattr(error, "invalid_tag"):  # an XMLSchemaChildrenValidationError: something is missing at the end
        code = "cvc-complex-type.2.4.b" if type(error).__name__ == "XMLSchemaChildrenValidationError" else _code(error, reason)
        return Finding(code, "refused", element, _attribute(reason, element), _facts(error), {XMLSCHEMA})
    return Finding(_code(error, reason), "refused", element, _attribute(reason, element), _facts(error), {XMLSCHEMA})


def _attribute(reason: str, element: etree._Element) -> str | None:
    match = _ATTRIBUTE.search(reason)
    if match is None:
        return None
    name: str = next(filter(None, match.groups()))
    prefix, _, local = name.rpartition(":")
    if name.startswith("{"):
        return name
    space = element.nsmap.get(prefix) if prefix else None
    return f"{{{space}}}{local}" if space else local


def _facts(error: Any) -> dict[str, Any]:
    """What a sentence could use: the condition of an assertion."""
    test = getattr(error.validator, "path", None) if type(error.validator).__name__.startswith("XsdAssert") else None
    return {"condition": test} if test else {}


def _code(error: Any, reason: str) -> str:
    """The nearest clause."""
    for kind in type(error.validator).__mro__[:3]:  # ours stand on xmlschema's
        if kind.__name__ in _FACETS:
            return _FACETS[kind.__name__]
    for fragment, code in (
        ("missing required attribute", "cvc-complex-type.4"), ("attribute not allowed", "cvc-complex-type.3.2.2"),
        ("is not an element of the schema", "cvc-elt.1"), ("character data", "cvc-complex-type.2.3"), ("not nillable", "cvc-elt.3.1"),
        ("xsi:nil", "cvc-elt.3.2.1"), ("is abstract", "cvc-type.2"), ("abstract", "cvc-elt.2"), ("IDREF", "cvc-id.1"),
        ("duplicated xs:ID", "cvc-id.2"), ("duplicated value", "cvc-identity-constraint.4.1"),
        ("not found for", "cvc-identity-constraint.4.3"),
        ("missing key field", "cvc-identity-constraint.4.2.1"), ("fixed value", "cvc-elt.5.2.2.2.2"), ("is blocked", "cvc-elt.4.3"),
    ):  # fmt: skip
        if fragment in reason:
            return code
    return "cvc-datatype-valid.1.2.1"
