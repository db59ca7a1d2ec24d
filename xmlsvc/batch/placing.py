"""Changes to a tree by its schema's component model: children where they belong, in the order that is wanted, under other names.

Nothing needs generated classes: a candidate schema has none. What belongs where is asked of the content model of the element's own type,
which is followed from the root down (xsi:type, substitution groups and wildcards included).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from lxml import etree

from ..schema.content_model import Order
from ..schema.matcher import TooComplex
from ..schema.model import XSI_NAMESPACE, ComplexType, Element, Model, SimpleType, Type, elements_of
from ..validation import repair
from ..xml import indentation
from ..xml.names import join, split

_XSI_TYPE = f"{{{XSI_NAMESPACE}}}type"


def type_of(element: etree._Element, model: Model) -> Type | None:
    """The type of an element where it stands; None where the schema does not know it."""
    line = [element, *element.iterancestors(etree.Element)][::-1]
    found: Type | None = None
    for depth, one in enumerate(line):
        declared = model.elements.get(one.tag) if depth == 0 else _child(found, one.tag, model)
        if declared is None:
            return None
        found = _said(one, model) or declared.type
    return found


def simple_of(element: etree._Element, attribute: str | None, model: Model) -> SimpleType | None:
    """The simple type of an element's text or of an attribute's value; None where there is none, or the schema does not know it."""
    known = type_of(element, model)
    if attribute is not None:
        use = known.attributes.get(attribute) if isinstance(known, ComplexType) else None
        return use.type if use is not None else None
    return known.simple if isinstance(known, ComplexType) else known


def _child(parent: Type | None, tag: str, model: Model) -> Element | None:
    """The declaration of a child of this name in a type's content."""
    content = parent.content if isinstance(parent, ComplexType) else None
    for each in elements_of(content):
        if each.name == tag:
            return each
        for member in model.substitutes.get(each.name, ()) if each.is_global else ():
            if member.name == tag:
                return member
    return model.elements.get(tag)  # by a wildcard


def _said(element: etree._Element, model: Model) -> Type | None:
    """The type that xsi:type names."""
    said = element.get(_XSI_TYPE)
    if said is None:
        return None
    prefix, _, local = said.strip().rpartition(":")
    return model.types.get(join(element.nsmap.get(prefix or None) or "", local))


def order_of(element: etree._Element, model: Model) -> Order | None:
    """The order of the element's children; None where it has none."""
    known = type_of(element, model)
    return Order(known.content, model.substitutes) if isinstance(known, ComplexType) and known.content is not None else None


def reorder(element: etree._Element, model: Model) -> bool:
    """Put the children into the order of the content model, comments with the child that they stand before. The white space between
    them stays where it is. False, and nothing is changed, where that would not make them fit, or they fit already."""
    order = order_of(element, model)
    units = _units(element)
    if order is None or not units or any((node.tail or "").strip() for unit in units for node in unit) or (element.text or "").strip():
        return False
    names = [str(unit[-1].tag) for unit in units]
    placed = _sorted(order, names)
    if placed is None or placed == list(range(len(names))):
        return False
    tails = [[node.tail for node in unit] for unit in units]
    ends = [row[-1] for row in tails]
    last = [node for node in element if not any(node is one for unit in units for one in unit)]
    for node in list(element):
        element.remove(node)
    for place, index in enumerate(placed):
        for node, tail in zip(units[index], tails[index], strict=True):
            element.append(node)
            node.tail = tail
        units[index][-1].tail = ends[place]
    for node in last:
        tail = node.tail
        element.append(node)
        node.tail = tail
    return True


def _units(element: etree._Element) -> list[list[etree._Element]]:
    """The child elements, each with the comments and processing instructions before it."""
    units: list[list[etree._Element]] = []
    before: list[etree._Element] = []
    for node in element:
        before.append(node)
        if isinstance(node.tag, str):
            units.append(before)
            before = []
    return units


def _sorted(order: Order, names: Sequence[str]) -> list[int] | None:
    """The children's indexes in an order that fits; None if none was found."""
    placed: list[int] = []
    try:
        for index, name in enumerate(names):
            if order.word(name) is None:
                return None
            placed.insert(order.position([names[one] for one in placed], name), index)
        return placed if order.matcher.accepts([names[one] for one in placed]) else _by_rank(order, names)
    except TooComplex:
        return None


def _by_rank(order: Order, names: Sequence[str]) -> list[int] | None:
    """By the order of first mention in the model, children of one name as they were."""
    def rank(name: str) -> int:
        return sum(1 for other in set(names) if other != name and name in order.after(other))

    placed = sorted(range(len(names)), key=lambda index: rank(names[index]))
    return placed if order.matcher.accepts([names[one] for one in placed]) else None


def superfluous(parent: etree._Element, model: Model) -> list[etree._Element]:
    """The children that the content model of an element has no place for, beside the others."""
    order = order_of(parent, model)
    if order is None:
        return []
    siblings = list(parent.iterchildren(etree.Element))
    try:
        moves = repair.edits(order.matcher, [str(node.tag) for node in siblings])
    except TooComplex:
        return []
    return [siblings[move.index] for move in moves if move.kind == "extra"]


def lacks(parent: etree._Element, name: str, model: Model) -> bool:
    """Whether the children fit better with one of this name; True where the schema does not know."""
    order = order_of(parent, model)
    if order is None:
        return True
    names = [str(node.tag) for node in parent.iterchildren(etree.Element)]
    at = order.position(names, name)
    try:
        before, after = (sum(move.kind != "fits" for move in repair.edits(order.matcher, each))
                         for each in (names, [*names[:at], name, *names[at:]]))  # fmt: skip
    except TooComplex:
        return False
    return after < before


def neighbour(element: etree._Element, name: str, model: Model) -> etree._Element | None:
    """The sibling of this name that an element belongs in: the nearest that misses it, those before it first; else the nearest."""
    near = [*element.itersiblings(name, preceding=True), *element.itersiblings(name)]
    return next((one for one in near if lacks(one, str(element.tag), model)), near[0] if near else None)


def place(parent: etree._Element, child: etree._Element, model: Model) -> None:
    """Put a detached element among the parent's children, where the content model wants it."""
    order = order_of(parent, model)
    siblings = [node for node in parent if isinstance(node.tag, str)]
    at = order.position([str(node.tag) for node in siblings], str(child.tag)) if order is not None else len(siblings)
    child.tail = None
    if at < len(siblings):
        indentation.put_before(siblings[at], child)
    else:
        indentation.append(parent, child)
    indentation.settle(child)


def add(parent: etree._Element, name: str, model: Model, prefixes: Mapping[str, str]) -> etree._Element:
    """A new, empty child where it belongs."""
    namespace = split(name)[0]
    nsmap = {} if namespace in (None, "") or namespace in parent.nsmap.values() else {_prefix(namespace, prefixes): namespace}
    child = parent.makeelement(name, nsmap=nsmap)
    place(parent, child, model)
    return child


def _prefix(namespace: str | None, prefixes: Mapping[str, str]) -> str:
    return next((prefix for prefix, each in prefixes.items() if each == namespace), "ns")


def rename(element: etree._Element, name: str, prefixes: Mapping[str, str]) -> None:
    """Give an element another name; a namespace that is not in scope gets a prefix."""
    namespace = split(name)[0]
    if namespace and namespace not in element.nsmap.values():
        etree.register_namespace(_prefix(namespace, prefixes), namespace)
    element.tag = name


def rename_attribute(element: etree._Element, old: str, new: str) -> None:
    """Give an attribute another name, in its place."""
    pairs = [(new if key == old else key, value) for key, value in element.attrib.items()]
    element.attrib.clear()
    for key, value in pairs:
        element.set(key, value)


def renamespace(tree: etree._ElementTree, old: str, new: str) -> int:
    """Everything that is in one namespace ("none": in no namespace) is in another one; the prefixes stay. How many names changed."""
    root = tree.getroot()
    changed = sum(1 for element in root.iter(etree.Element) for name in (element.tag, *element.attrib) if (split(name)[0] or "none") == old)
    if not changed:
        return 0
    made = _copied(root, "" if old == "none" else old, "" if new == "none" else new)
    for node in list(root.itersiblings(preceding=True))[::-1]:
        made.addprevious(node)
    for node in list(root.itersiblings()):
        made.addnext(node)
    tree._setroot(made)
    return changed


def _copied(element: etree._Element, old: str, new: str) -> etree._Element:
    """The subtree with one namespace changed: declarations are changed, not added."""
    def moved(name: str) -> str:
        namespace, local = split(name)
        return join(new, local) if (namespace or "") == old else name

    parent = element.getparent()
    inherited = {} if parent is None else parent.nsmap
    own = {prefix: uri for prefix, uri in element.nsmap.items() if inherited.get(prefix) != uri}
    if parent is None and not old and None not in own:
        own[None] = ""
    made = etree.Element(moved(str(element.tag)), nsmap=_declared(own, old, new))
    _fill(made, element, moved, old, new)
    return made


def _declared(own: Mapping[str | None, str], old: str, new: str) -> dict[str, str]:
    """An element's own declarations after the change; the stubs of lxml know no default namespace."""
    changed = {prefix: new if uri == old else uri for prefix, uri in own.items()}
    return cast("dict[str, str]", {prefix: uri for prefix, uri in changed.items() if uri})


def _fill(made: etree._Element, element: etree._Element, moved: Callable[[str], str], old: str, new: str) -> None:
    for name, value in element.attrib.items():
        made.set(moved(str(name)) if split(str(name))[0] else str(name), value)
    made.text = element.text
    for child in element:
        kind: object = child.tag  # comments and processing instructions have a function there
        if isinstance(kind, str):
            own = {prefix: uri for prefix, uri in child.nsmap.items() if element.nsmap.get(prefix) != uri}
            copy = etree.SubElement(made, moved(str(child.tag)), nsmap=_declared(own, old, new))
            _fill(copy, child, moved, old, new)
            copy.tail = child.tail
        else:
            tail = child.tail
            made.append(child)
            child.tail = tail


def unwrap(element: etree._Element) -> None:
    """Take an element away and leave what is in it."""
    parent = element.getparent()
    assert parent is not None
    index = parent.index(element)
    children, tail = list(element), element.tail
    _prepend(parent, index, element.text)
    for offset, child in enumerate(children):
        parent.insert(index + offset, child)
    element.tail = None
    parent.remove(element)
    _prepend(parent, index + len(children), tail)


def _prepend(parent: etree._Element, index: int, text: str | None) -> None:
    """Add text before the node at an index."""
    if not text:
        return
    if index == 0:
        parent.text = (parent.text or "") + text
    else:
        before = parent[index - 1]
        before.tail = (before.tail or "") + text
