"""Which type the attributes of an element choose (XSD 1.1, Part 1, 3.12.4), for showing it; verdicts are by `schema.mended`.

    chosen(declaration, attributes, model) -> Type
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element as Bare

from ..schema.model import XSD_NAMESPACE, Element, Model, Type


def chosen(declaration: Element, attributes: Mapping[str, str], model: Model) -> Type:
    """The type of the first alternative whose test holds, else the declared one. A test sees the element with its `attributes` (Clark
    name → value) alone; one that ends in an error does not hold."""
    if not declaration.alternatives:
        return declaration.type
    seen = Bare(declaration.name, dict(attributes))
    prefixes = tuple(sorted((prefix, namespace) for namespace, prefix in model.prefixes.items() if prefix))
    for each in declaration.alternatives:
        if each.test is None or _holds(_parsed(each.test, prefixes), seen):
            return each.type
    return declaration.type


@lru_cache(maxsize=500)
def _parsed(test: str, prefixes: tuple[tuple[str, str], ...]) -> Any:
    """The test as elementpath reads it; None for one that it cannot. Imported here: few schemas have alternatives."""
    from elementpath import ElementPathError, XPath2Parser

    namespaces: Mapping[str, str] = {"xs": XSD_NAMESPACE, "xsd": XSD_NAMESPACE, **dict(prefixes)}
    try:
        return XPath2Parser(namespaces=dict(namespaces)).parse(test)
    except ElementPathError:
        return None


def _holds(test: Any, element: Bare) -> bool:
    from elementpath import ElementPathError, XPathContext

    if test is None:
        return False
    try:
        return bool(test.boolean_value(list(test.select(context=XPathContext(element)))))
    except (ElementPathError, TypeError, ValueError, ArithmeticError):
        return False
