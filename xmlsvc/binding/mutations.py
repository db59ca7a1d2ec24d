"""Known faults: each breaks a valid document in one way, at one place, and says which violation that must be.

The names are what partners do: they leave something out, add something unknown, write a value of another kind, change the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random

from lxml import etree

from ..schema import facets
from ..schema.instances import References
from ..schema.matcher import Matcher
from ..schema.model import XML_NAMESPACE, XSI_NAMESPACE, Attribute, ComplexType, Element, Model, SimpleType
from ..xml.names import Prefixes, path

_NIL = f"{{{XSI_NAMESPACE}}}nil"
_XML_ID = f"{{{XML_NAMESPACE}}}id"
_CONTENT = tuple(f"cvc-complex-type.2.4.{letter}" for letter in "abdefgi")
_VALUE = ("cvc-datatype-valid.1.2.1", "cvc-datatype-valid.1.2.2", "cvc-datatype-valid.1.2.3", "cvc-enumeration-valid", "cvc-pattern-valid",
          "cvc-length-valid", "cvc-minLength-valid", "cvc-maxLength-valid", "cvc-attribute.3", "cvc-type.3.1.3", "cvc-complex-type.2.2")
Component = Element | Attribute | SimpleType | ComplexType | None
Fault = tuple[str, tuple[str, ...], Component] | tuple[str, tuple[str, ...], Component, ComplexType]


@dataclass(frozen=True)
class Broken:
    """A document with one fault. `path`: the element that the violation is at; `codes`: of which one must be reported there; `component`:
    what of the schema is hit, a declaration, or the type whose content is another; `owner`: where it is how often a child occurs, the type
    whose content says that: a declaration at the top of a schema has no number of its own."""

    element: etree._Element
    mutation: str
    path: str
    codes: tuple[str, ...]
    component: Component = None
    owner: ComplexType | None = None


Mutation = Callable[[etree._Element, References, Model, Random], "Fault | None"]


def _at(element: etree._Element) -> str:
    return path(element, Prefixes.of(element.getroottree().getroot()))


def _shuffled(references: References, random: Random) -> list[tuple[etree._Element, SimpleType | ComplexType]]:
    found = [(element, made) for element, (_, made) in references.declared.items() if element.get(_NIL) is None]
    random.shuffle(found)
    return found


def _matched(references: References, model: Model, random: Random) -> Iterator[tuple[etree._Element, ComplexType, Matcher]]:
    """The elements with element content, in any order, with what their children are asked of."""
    for element, made in _shuffled(references, random):
        if isinstance(made, ComplexType) and made.content is not None:
            yield element, made, Matcher(made.content, model.substitutes)


def _names(element: etree._Element) -> list[str]:
    return [str(child.tag) for child in element.iterchildren(etree.Element)]


def missing_child(_: etree._Element, references: References, model: Model, random: Random) -> Fault | None:
    """A child that must be there is not. Where others could stand in its place, the content that wants one of them is what is hit."""
    kept = _referenced(references)
    for element, made, matcher in _matched(references, model, random):
        for child in random.sample(list(element), len(element)):
            names = [other.tag for other in element if other is not child]
            if child not in references.declared or kept & _identifiers(child, references) or matcher.accepts(names):
                continue
            place = element.index(child)
            element.remove(child)
            others = matcher.declared().keys() - {child.tag}
            instead = any(matcher.accepts([*names[:place], name, *names[place:]]) for name in others)
            return _at(element), _CONTENT, made if instead else references.declared[child][0], made
    return None


def _identifiers(element: etree._Element, references: References) -> set[str]:
    """The values of type ID in a subtree."""
    found = set()
    for one in element.iter(etree.Element):
        for name in _identifying(one, references):
            found.add((one.text or "") if name is None else one.get(name, ""))
    return found


def _identifying(element: etree._Element, references: References) -> list[str | None]:
    """The attributes of type ID that an element has; None for its own text."""
    made = references.declared[element][1] if element in references.declared else None
    simple = made.simple if isinstance(made, ComplexType) else made
    uses = made.attributes.items() if isinstance(made, ComplexType) else ()
    own: list[str | None] = [None] if simple is not None and simple.builtin == "ID" else []
    return own + [name for name, use in uses if use.type.builtin == "ID" and name in element.attrib]


def unknown_child(_: etree._Element, references: References, model: Model, random: Random) -> Fault | None:
    """A child that the schema does not know."""
    for element, made in _shuffled(references, random):
        if not isinstance(made, ComplexType) or made.simple is not None or made.open_content is not None:
            continue
        child = etree.Element("notInTheSchema")
        if made.content is None:
            element.append(child)
            return _at(element), ("cvc-complex-type.2.1", "cvc-complex-type.2.4.d", "cvc-complex-type.2.4.a"), made
        names, matcher = _names(element), Matcher(made.content, model.substitutes)
        if not any(matcher.accepts([*names[:place], child.tag, *names[place:]]) for place in range(len(names) + 1)):
            element.insert(random.randint(0, len(element)), child)
            return _at(child), ("cvc-complex-type.2.4.a", "cvc-complex-type.2.4.d", "cvc-complex-type.2.1"), made
    return None


def wrong_order(_: etree._Element, references: References, model: Model, random: Random) -> Fault | None:
    """Two children have changed places."""
    for element, made, matcher in _matched(references, model, random):
        between = range(max(len(element) - 1, 0))
        for place in random.sample(between, len(between)):
            names = _names(element)
            names[place], names[place + 1] = names[place + 1], names[place]
            if names != _names(element) and not matcher.accepts(names):
                element.insert(place, element[place + 1])
                return _at(element), _CONTENT, made
    return None


def too_many(_: etree._Element, references: References, model: Model, random: Random) -> Fault | None:
    """A child that may be there once is there twice."""
    for element, made, matcher in _matched(references, model, random):
        known = [child for child in element if child in references.declared]
        for child in random.sample(known, len(known)):
            names = _names(element)
            place = names.index(child.tag)
            if not matcher.accepts([*names[:place], child.tag, *names[place:]]):
                double = deepcopy(child)
                double.tail = None
                for inner, original in zip(double.iter(etree.Element), child.iter(etree.Element), strict=True):
                    _made_different(inner, _identifying(original, references))
                child.addnext(double)
                return _at(element), _CONTENT, references.declared[child][0], made
    return None


def _made_different(copy: etree._Element, identifying: list[str | None]) -> None:
    """A copy does not have the identifiers of the original; attributes that are only called so may be keys, and go."""
    for name in [key for key in copy.attrib if key not in identifying and str(key).rpartition("}")[2].lower() == "id"]:
        del copy.attrib[name]
    for one in identifying:
        if one is None:
            copy.text = f"{(copy.text or '').strip()}-again"
        else:
            copy.set(one, f"{copy.get(one, '').strip()}-again")


def _referenced(references: References) -> set[str]:
    """The identifiers that something refers to: without them there would be two faults."""
    return {word for element, name, _ in references.idrefs for word in (element.get(name, "") if name else element.text or "").split()}


def missing_attribute(_: etree._Element, references: References, __: Model, random: Random) -> Fault | None:
    """An attribute that must be there is not."""
    kept = _referenced(references)
    for element, made in _shuffled(references, random):
        uses = made.attributes.items() if isinstance(made, ComplexType) else ()
        needed = [name for name, use in uses
                  if use.required and name in element.attrib and not (use.type.builtin == "ID" and element.get(name) in kept)]
        if needed and isinstance(made, ComplexType):
            name = random.choice(needed)
            del element.attrib[name]
            return _at(element), ("cvc-complex-type.4",), made.attributes[name]
    return None


def unknown_attribute(_: etree._Element, references: References, __: Model, random: Random) -> Fault | None:
    """An attribute that the schema does not know."""
    for element, made in _shuffled(references, random):
        if isinstance(made, ComplexType) and made.any_attribute is None:
            element.set("notInTheSchema", "x")
            return _at(element), ("cvc-complex-type.3.2.2", "cvc-complex-type.3.2.1"), references.declared[element][0]
        if isinstance(made, SimpleType):
            element.set("notInTheSchema", "x")
            return _at(element), ("cvc-type.3.1.1", "cvc-complex-type.3.2.2", "cvc-complex-type.3.2.1"), references.declared[element][0]
    return None


def bad_value(_: etree._Element, references: References, __: Model, random: Random) -> Fault | None:
    """A text that is no value of its type."""
    for element, (declaration, made) in random.sample(list(references.declared.items()), len(references.declared)):
        simple = made if isinstance(made, SimpleType) else made.simple
        if element.get(_NIL) is not None or declaration.fixed is not None:
            continue
        places: list[tuple[str | None, SimpleType, Component]] = [(None, simple, declaration)] if simple is not None else []
        if isinstance(made, ComplexType):
            places += [(name, use.type, use) for name, use in made.attributes.items() if name in element.attrib and use.fixed is None]
        for name, type_, hit in places:
            for text in ("not a value", "-", "", "x" * 5000):
                if facets.fault(type_, text) is not None and type_.builtin not in ("anyURI", "QName", "IDREF", "ID"):
                    if name is None:
                        element.text = text
                    else:
                        element.set(name, text)
                    return _at(element), _VALUE, hit
    return None


def stray_text(_: etree._Element, references: References, __: Model, random: Random) -> Fault | None:
    """Text where only elements may be."""
    for element, made in _shuffled(references, random):
        if isinstance(made, ComplexType) and made.simple is None and not made.mixed and len(element):
            element.text = "stray text"
            return _at(element), ("cvc-complex-type.2.3",), references.declared[element][0]
    return None


def false_nil(_: etree._Element, references: References, __: Model, random: Random) -> Fault | None:
    """xsi:nil where the declaration does not allow it."""
    for element, (declaration, _made) in random.sample(list(references.declared.items()), len(references.declared)):
        if not declaration.nillable and not len(element):
            element.set(_NIL, "true")
            return _at(element), ("cvc-elt.3.1",), declaration
    return None


def double_id(root: etree._Element, references: References, __: Model, random: Random) -> Fault | None:
    """Two elements with one ID; none is lost that something refers to. What is hit is the later one's, where it is found. Not xml:id: many
    parsers refuse a document in which it stands twice."""
    places = [(element, name, use) for element in root.iter(etree.Element) if element in references.declared
              for made in (references.declared[element][1],) if isinstance(made, ComplexType)
              for name, use in made.attributes.items() if use.type.builtin == "ID" and name in element.attrib and name != _XML_ID]
    kept = _referenced(references)
    free = [at for at, (element, name, _) in enumerate(places) if element.get(name) not in kept]
    if not free or len(places) < 2:
        return None
    at = random.choice(free)
    other = random.choice([number for number in range(len(places)) if number != at])
    changed, taken = places[at], places[other]
    changed[0].set(changed[1], taken[0].get(taken[1], ""))
    return "", ("cvc-id.2",), places[max(at, other)][2]


def lost_reference(_: etree._Element, references: References, __: Model, random: Random) -> Fault | None:
    """A reference to an ID that is not there."""
    for element, name, _needed in random.sample(references.idrefs, len(references.idrefs)):
        declaration, made = references.declared[element]
        if name is not None and name in element.attrib:
            element.set(name, "noSuchThing")
            return "", ("cvc-id.1",), made.attributes.get(name) if isinstance(made, ComplexType) else declaration
        if name is None and element.text:
            element.text = "noSuchThing"
            return "", ("cvc-id.1",), declaration
    return None


def wrong_root(root: etree._Element, _: References, __: Model, ___: Random) -> Fault | None:
    """A root element that no schema declares."""
    root.tag = "notInTheSchema"
    return _at(root), ("cvc-elt.1", "cvc-elt.1.a"), None


NAMES: dict[str, Mutation] = {
    "missing-child": missing_child, "unknown-child": unknown_child, "wrong-order": wrong_order, "too-many": too_many,
    "missing-attribute": missing_attribute, "unknown-attribute": unknown_attribute, "bad-value": bad_value, "stray-text": stray_text,
    "false-nil": false_nil, "double-id": double_id, "lost-reference": lost_reference, "wrong-root": wrong_root,
}  # fmt: skip
