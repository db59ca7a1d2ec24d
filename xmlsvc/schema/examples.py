"""Small examples for explanations: a value of a type, and what an element looks like with all that it must have.

    value(simple)                         "PT45M"
    fragment(element, prefixes, model)    '<p:person xml:id="id1">\\n  <p:name>Orion</p:name>\\n</p:person>'

Both give the same text for the same question.
"""

from __future__ import annotations

from html import escape
from random import Random

from lxml import etree

from ..xml.names import Prefixes
from ..xml.tokens import plain_value
from .instances import MINIMAL, Builder
from .literals import NoExample, literal
from .model import Element, Model, SimpleType

__all__ = ["NoExample", "fragment", "value"]

_LONGEST = 200  # elements of a fragment


def value(simple: SimpleType) -> str:
    """A value of the type. Raises NoExample where none was found."""
    return literal(simple)


def fragment(element: Element, prefixes: Prefixes, model: Model | None = None) -> str:
    """The smallest valid instance of the declaration as indented XML, in the prefixes given, without namespace declarations.

    `model` is needed where the declaration is abstract or its content uses substitution groups, wildcards or xsi:type.
    Raises NoExample where no instance is possible or it would be very large.
    """
    builder = Builder(model or Model(), Random(0), MINIMAL)
    root = builder.build(element)
    if sum(1 for _ in root.iter()) > _LONGEST:
        raise NoExample(f"the smallest instance has more than {_LONGEST} elements")
    for node, attribute, _ in builder.references.idrefs:
        text = builder.references.ids[0] if builder.references.ids else "id1"
        if attribute is None:
            node.text = text
        else:
            node.set(attribute, text)
    return "\n".join(_lines(root, prefixes, ""))


def _lines(node: etree._Element, prefixes: Prefixes, indent: str) -> list[str]:
    name = prefixes.name(node.tag)
    attributes = "".join(f' {prefixes.name(str(key))}="{plain_value(str(text))}"' for key, text in node.attrib.items())
    text = escape(node.text or "", quote=False)
    if not len(node):
        return [f"{indent}<{name}{attributes}>{text}</{name}>" if text else f"{indent}<{name}{attributes}/>"]
    inner = [line for child in node for line in _lines(child, prefixes, indent + "  ")]
    return [f"{indent}<{name}{attributes}>{text}", *inner, f"{indent}</{name}>"]
