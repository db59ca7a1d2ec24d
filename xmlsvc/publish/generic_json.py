"""Any document as JSON, by its schema alone.

| in the document | in the JSON |
|---|---|
| the root element | an object with one member, its name; if other namespaces occur, before it "@namespaces": prefix → namespace |
| a name | its local name; "prefix:name" outside the root's namespace (the schema author's prefixes); an attribute's after "@" |
| a child that the schema lets occur more than once, or that does | an array, in document order; other children: one value |
| the order of children with different names | not kept; their first occurrences come in order |
| an element with simple content and no attributes in its type | the value |
| an element with simple content whose type has attributes | an object: "@…" members and "value" |
| mixed content, and text where the schema allows none | "content": an array of texts and of objects with one member each |
| xsi:nil | null, or "value": null beside attributes |
| xsi:type | "@type": the type's name, prefixed if need be |
| boolean | true, false |
| integers | a number |
| decimal, float, double | a number, if a double holds it exactly as written; else the text |
| a list | an array of its items |
| every other value, and one that its type does not allow | the text, white space treated as the type says |

Comments and processing instructions are left out; elements that the schema does not know follow the same rules, untyped.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from lxml import etree

from ..schema.model import XSI_NAMESPACE, ComplexType, Element, SimpleType, Type
from ..xml import names
from .shape import Shape, simple

_XSI = f"{{{XSI_NAMESPACE}}}"
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_DIGITS = 300  # longer integers are identifiers, not numbers that a reader could take

RULES = 1
"""Counts changes of this mapping: part of every rendering's key."""


def render(tree: etree._ElementTree, shape: Shape) -> bytes:
    """The document as JSON in UTF-8, indented by two, with an end of line."""
    root = tree.getroot()
    mapper = _Mapper(shape, root)
    body = {mapper.name(root.tag): mapper.value(root, shape.root(root))}
    spoken = mapper.namespaces()
    result = {"@namespaces": spoken, **body} if spoken else body
    return json.dumps(result, ensure_ascii=False, indent=2).encode() + b"\n"


class _Mapper:
    def __init__(self, shape: Shape, root: etree._Element) -> None:
        self._shape = shape
        self._home = names.split(root.tag)[0]
        # The schema's prefixes, not the document's, so that the same schema always gives the same names.
        self._prefixes = names.Prefixes({}, shape.model.prefixes)
        self._used: set[str] = set()

    def namespaces(self) -> dict[str, str]:
        """prefix → namespace of the prefixes that occurred."""
        return {prefix: namespace for prefix, namespace in self._prefixes.map.items() if prefix in self._used}

    def name(self, clark: str) -> str:
        namespace, local = names.split(clark)
        if not namespace or namespace == self._home:
            return local
        prefix = self._prefixes.prefix(namespace)
        self._used.add(prefix)
        return f"{prefix}:{local}"

    def value(self, element: etree._Element, declaration: Element | None) -> Any:
        governing = self._shape.type(element, declaration)
        members = self._attributes(element, governing)
        if simple(governing) is not None and _has_children(element):
            governing = None  # children where the schema allows only text: nothing of them is lost
        nil = element.get(f"{_XSI}nil", "").strip() in ("true", "1")
        if isinstance(governing, SimpleType) or (governing is None and not _has_children(element)):
            content = None if nil else typed(_text(element), simple(governing))
            return {**members, "value": content} if members else content
        if isinstance(governing, ComplexType) and governing.simple is not None:
            content = None if nil else typed(_text(element), governing.simple)
            return {**members, "value": content} if members or governing.attributes or governing.any_attribute else content
        if nil:
            return {**members, "value": None} if members else None
        if (isinstance(governing, ComplexType) and governing.mixed) or _has_text(element):
            return {**members, "content": self._mixed(element, governing)}
        return {**members, **self._children(element, governing)}

    def _attributes(self, element: etree._Element, governing: Type | None) -> dict[str, Any]:
        declared = governing.attributes if isinstance(governing, ComplexType) else {}
        members: dict[str, Any] = {}
        for clark, text in names.attributes(element):
            if clark == f"{_XSI}type":
                prefix, _, local = text.strip().rpartition(":")
                members["@type"] = self.name(names.join(element.nsmap.get(prefix or None, ""), local))
            elif not clark.startswith(_XSI):
                use = declared.get(clark)
                members[f"@{self.name(clark)}"] = typed(text, use.type if use else None)
        return members

    def _children(self, element: etree._Element, governing: Type | None) -> dict[str, Any]:
        declared = self._shape.children(governing)
        found: dict[str, list[Any]] = {}
        several: set[str] = set()
        for child in element.iterchildren(etree.Element):
            known = declared.get(child.tag)
            declaration = known.element if known else self._shape.model.elements.get(child.tag)
            name = self.name(child.tag)
            found.setdefault(name, []).append(self.value(child, declaration))
            if known is not None and known.several:
                several.add(name)
        return {name: values if name in several or len(values) > 1 else values[0] for name, values in found.items()}

    def _mixed(self, element: etree._Element, governing: Type | None) -> list[Any]:
        declared = self._shape.children(governing)
        parts: list[Any] = [element.text] if element.text else []
        for child in element:
            if isinstance(child.tag, str):
                known = declared.get(child.tag)
                declaration = known.element if known else self._shape.model.elements.get(child.tag)
                parts.append({self.name(child.tag): self.value(child, declaration)})
            if child.tail:
                if parts and isinstance(parts[-1], str):
                    parts[-1] += child.tail
                else:
                    parts.append(child.tail)
        return parts


def _text(element: etree._Element) -> str:
    return str(element.xpath("string()"))


def _has_children(element: etree._Element) -> bool:
    return next(element.iterchildren(etree.Element), None) is not None


def _has_text(element: etree._Element) -> bool:
    return bool((element.text or "").strip() or any((child.tail or "").strip() for child in element))


def typed(text: str, kind: SimpleType | None) -> Any:
    """The JSON value of a text by its simple type; see the table above."""
    if kind is None:
        return text
    if kind.whitespace == "collapse" or kind.variety == "list":
        text = " ".join(text.split())
    elif kind.whitespace == "replace":
        text = re.sub(r"[\t\r\n]", " ", text)
    if kind.variety == "list":
        return [typed(item, kind.item) for item in text.split()]
    if kind.variety == "union":
        return text
    if kind.primitive == "boolean":
        return _BOOLEANS.get(text, text)
    if kind.primitive == "decimal" and _INTEGER.fullmatch(text) and len(text) <= _DIGITS and kind.builtin != "decimal":
        return int(text)
    if (kind.primitive == "decimal" and _DECIMAL.fullmatch(text)) or (kind.primitive in ("float", "double") and _FLOAT.fullmatch(text)):
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    """The number, if writing it out again gives the same digits (but for zeros at the ends); else the text."""
    if _INTEGER.fullmatch(text) and len(text.lstrip("+-0")) <= 15:
        return int(text)
    number = float(text)
    if math.isinf(number):
        return text
    digits = re.sub(r"[eE].*|[+.-]", "", text).strip("0")
    return number if re.sub(r"[eE].*|[+.-]", "", repr(number)).strip("0") == digits else text
