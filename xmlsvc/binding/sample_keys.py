"""Makes a built document satisfy its schema's keys, uniqueness constraints and key references, by changing the values they look at.

Source: XML Schema Part 1, section 3.11. Selectors and fields are the specification's subset of XPath.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from lxml import etree

from ..schema.instances import References, xml_text
from ..schema.literals import NoExample, literal
from ..schema.matcher import Matcher
from ..schema.model import ComplexType, Identity, Model, SimpleType

_TRIES = 40


class _Spot(NamedTuple):
    """Where a field's value stands: an element's attribute, or its text (attribute None)."""

    element: etree._Element
    attribute: str | None

    @property
    def value(self) -> str:
        """The value that is there."""
        return (self.element.text or "") if self.attribute is None else self.element.get(self.attribute, "")

    def write(self, text: str) -> None:
        """Replace it."""
        if self.attribute is None:
            self.element.text = text
        else:
            self.element.set(self.attribute, text)


class Unmet(NoExample):
    """A reference is to a key that no element has. `wanted`: the names of elements that would have it."""

    def __init__(self, identity: Identity, scopes: list[tuple[etree._Element, Identity]]) -> None:
        super().__init__(f"{identity.name} must refer to a key, and there is none")
        self.wanted = frozenset(name for _, known in scopes if known.name == identity.refer for name in _steps(known))


def _steps(identity: Identity) -> Iterator[str]:
    """The names in the steps of a selector."""
    for step in re.split(r"[/|]", identity.selector):
        prefix, _, local = step.strip().removeprefix("child::").rpartition(":")
        namespace = identity.namespaces.get(prefix)
        if local not in ("", ".", "*"):
            yield f"{{{namespace}}}{local}" if namespace else local


class Smaller(Exception):
    """An element that referred to a key that is not there has been taken out: IDs, references and keys must be settled anew."""


def settle_keys(references: References, random: Random, model: Model) -> None:
    """Settle all identity constraints of the instance. NoExample where that cannot be done, Smaller where the instance has less now."""
    scopes = [(element, identity) for element, (declaration, _) in references.declared.items() for identity in declaration.identities]
    for kinds in (("key", "unique"), ("keyref",)):
        for scope, identity in scopes:
            if identity.kind not in kinds:
                continue
            if identity.kind == "keyref":
                _refer(scope, identity, scopes, references, random, model)
            else:
                _distinguish(scope, identity, references, random)


def _selected(scope: etree._Element, identity: Identity) -> list[etree._Element]:
    namespaces = {prefix: uri for prefix, uri in identity.namespaces.items() if prefix}
    try:
        found = scope.xpath(identity.selector, namespaces=namespaces)
    except etree.XPathError as error:
        raise NoExample(f"the selector {identity.selector!r} cannot be read: {error}") from None
    return [one for one in found if isinstance(one, etree._Element)] if isinstance(found, list) else []


def _spots(node: etree._Element, identity: Identity, references: References) -> list[_Spot | None]:
    """The places of the fields of a selected node; None for one that is not there."""
    namespaces = {prefix: uri for prefix, uri in identity.namespaces.items() if prefix}
    return [next(_places(node, expression, namespaces, references), None) for expression in identity.fields]


def _places(node: etree._Element, expression: str, namespaces: dict[str, str], references: References) -> Iterator[_Spot]:
    for path in expression.split("|"):
        path = path.strip().replace("attribute::", "@").replace("child::", "")
        steps, at, name = path.rpartition("@")
        if not at:
            steps, name = path, ""
        found = node.xpath(steps.rstrip("/") or ".", namespaces=namespaces)
        for element in found if isinstance(found, list) else []:
            if not isinstance(element, etree._Element):
                continue
            if not name:
                yield _Spot(element, None)
                continue
            prefix, _, local = name.rpartition(":")
            clark = f"{{{namespaces[prefix]}}}{local}" if prefix else local
            names = [key for key in element.attrib if key == clark] if name != "*" else [str(key) for key in element.attrib]
            for key in names:
                yield _Spot(element, str(key))
            if not names and _type_of(_Spot(element, clark), references) is not None:
                yield _Spot(element, clark)


def _type_of(spot: _Spot, references: References) -> SimpleType | None:
    made = references.declared.get(spot.element, (None, None))[1]
    if spot.attribute is None:
        return made if isinstance(made, SimpleType) else made.simple if isinstance(made, ComplexType) else None
    if not isinstance(made, ComplexType) or spot.attribute not in made.attributes:
        return None
    use = made.attributes[spot.attribute]
    return None if use.fixed is not None else use.type


def _distinguish(scope: etree._Element, identity: Identity, references: References, random: Random) -> None:
    """Make the tuples of a key or uniqueness constraint different from one another; a key's fields must all be there."""
    seen: set[tuple[str, ...]] = set()
    for node in _selected(scope, identity):
        spots = _spots(node, identity, references)
        present = [spot for spot in spots if spot is not None and (spot.attribute is None or spot.attribute in spot.element.attrib)]
        if len(present) < len(spots):
            if identity.kind == "unique":
                continue
            present = [_filled(spot, identity, references, random) for spot in spots]
        for number in range(_TRIES):
            values = tuple(spot.value for spot in present)
            if values not in seen:
                seen.add(values)
                break
            _change(present[number % len(present)], references, random, number)
        else:
            raise NoExample(f"no further distinct value was found for {identity.name}")


def _filled(spot: _Spot | None, identity: Identity, references: References, random: Random) -> _Spot:
    simple = _type_of(spot, references) if spot is not None else None
    if spot is None or simple is None:
        raise NoExample(f"a field of the key {identity.name} is not there")
    if not spot.value:
        spot.write(xml_text(literal(simple, random)))
    return spot


def _change(spot: _Spot, references: References, random: Random, number: int) -> None:
    simple = _type_of(spot, references)
    if simple is None:
        return
    if simple.builtin == "ID":
        text = f"id{len(references.ids) + number + 1000}"
        references.ids.append(text)
    elif simple.builtin in ("string", "token", "normalizedString", "NMTOKEN", "NCName",
    "Name") and not simple.enumeration and not simple.patterns \
            and simple.max_length is None and simple.length is None:
        text = f"{literal(simple, random)}{number + random.randrange(10_000)}"
    else:
        text = literal(simple, random)
    spot.write(xml_text(text))


def _refer(scope: etree._Element, identity: Identity, scopes: list[tuple[etree._Element, Identity]], references: References,
           random: Random, model: Model) -> None:
    """Give every reference the values of a key that is there. What refers to nothing goes, if it is an optional attribute or element."""
    keys: list[tuple[str, ...]] = []
    for other, known in scopes:
        if known.name == identity.refer and (other is scope or scope in other.iterancestors() or other in scope.iterancestors()):
            for node in _selected(other, known):
                spots = [spot for spot in _spots(node, known, references) if spot is not None]
                if len(spots) == len(known.fields):
                    keys.append(tuple(spot.value for spot in spots))
    for node in _selected(scope, identity):
        spots = [spot for spot in _spots(node, identity, references) if spot is not None]
        absent = any(spot.attribute is not None and spot.attribute not in spot.element.attrib for spot in spots)
        if len(spots) < len(identity.fields) or absent:
            continue
        if tuple(spot.value for spot in spots) in keys:
            continue
        if keys:
            for spot, value in zip(spots, random.choice(keys), strict=True):
                spot.write(value)
        elif not _let_go(spots, references):
            _take_out(node, scope, references, model)
            raise Unmet(identity, scopes)


def _let_go(spots: list[_Spot], references: References) -> bool:
    """Whether there was an attribute that need not be there; it is there no longer."""
    for spot in spots:
        made = references.declared.get(spot.element, (None, None))[1]
        if spot.attribute is not None and isinstance(made, ComplexType) and spot.attribute in made.attributes \
                and not made.attributes[spot.attribute].required:
            del spot.element.attrib[spot.attribute]
            return True
    return False


def _take_out(node: etree._Element, scope: etree._Element, references: References, model: Model) -> None:
    """Remove the element, or the nearest one around it that its parent can do without, if there is one; Smaller tells."""
    while node is not scope and (parent := node.getparent()) is not None:
        made = references.declared.get(parent, (None, None))[1]
        if isinstance(made, ComplexType):
            left = [str(child.tag) for child in parent.iterchildren(etree.Element) if child is not node]
            if Matcher(made.content, model.substitutes).accepts(left):
                parent.remove(node)
                references.forget(node)
                raise Smaller
        node = parent
