"""What was posted, done to the tree: only what differs from what stands there is written.

fields(places, posted, limits) → [Failure]     the controls' values; a value may be wrong for its type, that is the verdict's matter
act(places, models, action) → Done             "add:12:{urn:x}title", "any:12", "another:14", "remove:14", "up:14", "down:14",
                                               "attribute:12", "drop:12:{urn:x}lang"
shape(tree)                                    a digest of the tree's elements: a form that was made of another shape names others
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from ... import errors
from ...binding import editing
from ...binding.codecs import declare
from ...binding.fields import write_text
from ...schema import model
from ...xml import parser
from ...xml.names import derived_prefix, split
from .. import declarations
from . import fragments, open, skeleton
from .models import Models
from .places import XSI_NIL, XSI_TYPE, Places, children, nil, text

LETTERS = frozenset("tamxsn")
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


@dataclass(frozen=True, slots=True)
class Failure:
    """A value that could not be written: the field's name, what was typed, and why."""

    name: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did, in words, and the element, or the attribute of it, that it leads to."""

    label: str
    element: etree._Element
    attribute: str | None = None


def shape(tree: etree._ElementTree) -> str:
    """The same for two states of a document where the same elements stand in the same order."""
    names = "\n".join(str(element.tag) for element in tree.getroot().iter("*"))
    return f"{zlib.crc32(names.encode()):08x}"


def fields(places: Places, posted: Mapping[str, str], limits: parser.Limits) -> list[Failure]:
    """Write every posted value that differs; those that cannot be written come back."""
    failures: list[Failure] = []
    for name, given in posted.items():
        letter, _, rest = name.partition(".")
        number, _, attribute = rest.partition(".")
        if letter not in LETTERS or not (number.isascii() and number.isdigit()):
            continue
        element = places.at(int(number))
        if element is None:
            continue
        value = given.replace("\r\n", "\n").replace("\r", "\n")
        try:
            if _UNFIT.search(value):
                raise ValueError
            _write(places, element, letter, attribute, value, limits)
        except errors.NotWellFormed as error:
            failures.append(Failure(name, value, error.message))
        except ValueError:
            failures.append(Failure(name, value, "It holds characters that XML cannot hold. Remove them."))
    return failures


def _write(places: Places, element: etree._Element, letter: str, attribute: str, value: str, limits: parser.Limits) -> None:
    if letter == "a":
        _attribute(places, element, attribute, value)
    elif letter == "t":
        if value != text(element):
            _text(element, value)
    elif letter == "m":
        if value != fragments.inner(element):
            fragments.replace(element, value, limits)
    elif letter == "n":
        _nil(element, bool(value))
    elif letter == "s":
        declaration = places.declared(element)[0]
        if declaration is not None and value != element.tag:
            if value not in {member.name for member in skeleton.substitutes(declaration, places.shape.model)}:
                raise errors.BadRequest(
                    f"{declarations.local(value)!r} cannot stand in the place of {declarations.local(str(element.tag))!r}."
                )
            element.tag = value
    else:
        _type(places, element, value)


def _text(element: etree._Element, value: str) -> None:
    """Write an element's text; what was one CDATA section stays one."""
    section = not len(element) and re.search(r">\s*<!\[CDATA\[", etree.tostring(element, encoding="unicode", with_tail=False))
    write_text(element, value)
    if section and value and "]]>" not in value:
        element.text = etree.CDATA(value)


def _attribute(places: Places, element: etree._Element, name: str, value: str) -> None:
    now = element.get(name)
    if value == (now or ""):
        return
    if value:
        _set(places, element, name, value)
    else:
        del element.attrib[name]


def _set(places: Places, element: etree._Element, name: str, value: str) -> None:
    """Set an attribute; a prefix for its namespace is declared where there is none: a default namespace does not count for attributes."""
    namespace = split(name)[0]
    if namespace and namespace != model.XML_NAMESPACE and not any(uri == namespace for prefix, uri in element.nsmap.items() if prefix):
        declare(element, namespace, places.shape.model.prefixes.get(namespace) or derived_prefix(namespace))
    element.set(name, value)


def _nil(element: etree._Element, wanted: bool) -> None:
    if wanted == nil(element):
        return
    if wanted:
        for child in list(element):
            element.remove(child)
        element.text = None
        element.set(XSI_NIL, "true")
    else:
        del element.attrib[XSI_NIL]


def _type(places: Places, element: etree._Element, value: str) -> None:
    """Say by xsi:type which type the element is of; "" for the declared one."""
    said = element.get(XSI_TYPE)
    if said is not None:
        prefix, _, local = said.strip().rpartition(":")
        namespace = element.nsmap.get(prefix or None, "")
        if value == (f"{{{namespace}}}{local}" if namespace else local):
            return
    if not value:
        if said is not None:
            del element.attrib[XSI_TYPE]
        return
    declaration = places.declared(element)[0]
    if value not in {each.name for each in skeleton.types(declaration, places.shape.model)}:
        raise errors.BadRequest(f"{declarations.local(value)!r} is no type that this may have.")
    namespace, local = split(value)
    written = local
    if namespace:
        found = next((prefix for prefix, uri in element.nsmap.items() if uri == namespace), "")
        if found == "":
            found = declare(element, namespace, places.shape.model.prefixes.get(namespace) or derived_prefix(namespace))
        written = f"{found}:{local}" if found else local
    element.set(XSI_TYPE, written)


def act(places: Places, models: Models, action: str, named: str = "") -> Done:
    """Carry an action out; "any:12" and "attribute:12" add what is `named`. Raises BadRequest for one that is not possible here."""
    verb, _, rest = action.partition(":")
    number, _, name = rest.partition(":")
    element = places.at(int(number)) if number.isascii() and number.isdigit() else None
    if element is None:
        raise errors.BadRequest("What this button belongs to is no longer there.")
    if verb == "add":
        return _add(places, models, element, name, None)
    if verb in ("any", "attribute"):
        authors = {prefix: namespace for namespace, prefix in places.shape.model.prefixes.items()}
        known = {**authors, **places.prefixes.map}
        if verb == "any":
            return _add(places, models, element, open.resolve(named, element, known, "the elements"), None)
        return _add_attribute(places, models, element, open.resolve(named, element, known, "the attributes"))
    if verb == "drop":
        if name not in element.attrib:
            raise errors.BadRequest("What this button belongs to is no longer there.")
        del element.attrib[name]
        return Done(f"{declarations.label(name)} removed", element)
    parent = element.getparent()
    if parent is None or verb not in ("another", "remove", "up", "down"):
        raise errors.BadRequest("There is no such action.")
    label = declarations.label(str(element.tag))
    if verb == "another":
        return _add(places, models, parent, str(element.tag), children(parent).index(element))
    if verb == "remove":
        after = element.getnext()
        following = after if after is not None and isinstance(after.tag, str) else parent
        editing.remove(element)
        return Done(f"{label} removed", following)
    return _move(models, places, parent, element, -1 if verb == "up" else 1)


def _add(places: Places, models: Models, parent: etree._Element, name: str, after: int | None) -> Done:
    kind, schema = places.kind(parent), places.shape.model
    declaration = models.declared(kind).get(name)
    siblings = children(parent)
    allowed = models.allowed(kind, [str(child.tag) for child in siblings])
    known = declaration is not None or models.lets_in(kind, name)
    place = allowed.place(name, after) if allowed is not None and known else None
    if place is None and models.follows(kind, name):
        place = len(siblings)
    if place is None:
        raise errors.BadRequest(f"{declarations.label(name)} cannot be added here.")
    declaration = declaration or schema.elements.get(name)
    made = skeleton.make(parent, declaration, schema) if declaration is not None else skeleton.bare(parent, name, schema)
    if place < len(siblings):
        editing.put_before(siblings[place], made)
    else:
        editing.append(parent, made)
    editing.settle(made)
    return Done(f"{declarations.label(name)} added", made)


def _add_attribute(places: Places, models: Models, element: etree._Element, name: str) -> Done:
    """An attribute that a wildcard lets in: with the value that the schema fixes, else empty until somebody fills it in."""
    label = declarations.label(name)
    if name in element.attrib:
        raise errors.BadRequest(f"{label} is there already.")
    kind = places.kind(element)
    if split(name)[0] == model.XSI_NAMESPACE or not models.lets_in_attribute(kind, name):
        raise errors.BadRequest(f"{label} cannot be added here.")
    declared = places.shape.model.attributes.get(name)
    _set(places, element, name, (declared.fixed if declared is not None else None) or "")
    return Done(f"{label} added", element, name)


def _move(models: Models, places: Places, parent: etree._Element, element: etree._Element, by: int) -> Done:
    siblings = children(parent)
    index = siblings.index(element)
    first = index if by > 0 else index - 1
    allowed = models.allowed(places.kind(parent), [str(child.tag) for child in siblings])
    if allowed is None or not allowed.swaps(first):
        raise errors.BadRequest(f"{declarations.label(str(element.tag))} cannot be moved there.")
    one, other = siblings[first], siblings[first + 1]
    tails = one.tail, other.tail
    at, then = parent.index(one), parent.index(other)
    one.tail = other.tail = None
    parent.remove(other)
    parent.remove(one)
    parent.insert(at, other)
    parent.insert(then, one)
    other.tail, one.tail = tails
    return Done(f"{declarations.label(str(element.tag))} moved {'down' if by > 0 else 'up'}", element)
