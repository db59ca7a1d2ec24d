"""XML patches: RFC 5261 operations in a document as RFC 7351 describes it (application/xml-patch+xml).

    apply(tree, patch)            changes the tree in place: operation by operation, each on what the ones before it left

    <p:patch xmlns:p="urn:ietf:rfc:7351"><p:add sel="doc/note" type="@id">1</p:add> <p:replace …/> <p:remove …/></p:patch>

The root may also be <diff> or <patch> without a namespace. The first operation that cannot be carried out raises PatchRefused, which has
the name that section 5 gives to the error; the tree is then half changed, and of no use.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from ..errors import TooLarge
from .alignment import is_element, kind, slots
from .carry import copied, redeclared, remove_outside, replace_root
from .names import split
from .selectors import PatchRefused, Place, Selector

NAMESPACE = "urn:ietf:rfc:7351"
MEDIA_TYPE = "application/xml-patch+xml"
MOST = 2_000
"""Operations of one patch: each looks through the document for what it is about."""
_ROOTS = (f"{{{NAMESPACE}}}patch", "patch", "diff")
_OUTSIDE = "invalid-xml-prolog-operation"


def apply(tree: etree._ElementTree, patch: etree._ElementTree) -> None:
    """Carry out every operation. Raises PatchRefused; TooLarge for more than MOST."""
    root = patch.getroot()
    if root.tag not in _ROOTS:
        raise PatchRefused("invalid-diff-format", f"The patch's root is {root.tag}; it must be {_ROOTS[0]}.")
    if (root.text or "").strip() or any((node.tail or "").strip() for node in root):
        raise PatchRefused("invalid-diff-format", "There is text between the patch's operations.")
    for number, operation in enumerate(root.iterchildren(etree.Element), 1):
        if number > MOST:
            raise TooLarge(f"The patch has more than {MOST:,} operations. Send the document instead.")
        try:
            perform(tree, operation)
        except PatchRefused as refused:
            raise PatchRefused(refused.reason, f"Operation {number}: {refused.message}", number) from None


def perform(tree: etree._ElementTree, operation: etree._Element) -> None:
    """Carry out one operation: an element add, replace or remove. Raises PatchRefused."""
    namespace, name = split(operation.tag)
    known = _OPERATIONS.get(name) if namespace in ("", NAMESPACE) else None
    if known is None:
        raise PatchRefused("invalid-diff-format", f"There is no operation {operation.tag}: add, replace and remove are known.")
    work, allowed = known
    if unknown := set(map(str, operation.keys())) - allowed:
        raise PatchRefused("invalid-diff-format", f"<{name}> has no attribute {min(unknown)!r}.")
    stated = operation.get("sel")
    if stated is None:
        raise PatchRefused("invalid-diff-format", f"<{name}> lacks the attribute sel.")
    selector = Selector(stated, operation.nsmap)
    work(tree, operation, selector, selector.locate(tree))


def _add(tree: etree._ElementTree, operation: etree._Element, selector: Selector, place: Place) -> None:
    pos, kind_ = operation.get("pos"), operation.get("type")
    if pos not in (None, "prepend", "before", "after"):
        raise PatchRefused("invalid-attribute-value", f"pos is {pos!r}; it can be prepend, before or after.")
    if kind_ is not None:
        if pos is not None or place.what != "element":
            raise PatchRefused("invalid-patch-directive", "An attribute or namespace is added to an element, without pos.")
        _add_named(tree, operation, selector, place.element, kind_)
    elif pos in ("before", "after"):
        _add_beside(operation, place, pos)
    elif place.what != "element":
        raise PatchRefused("invalid-patch-directive", f"sel names a {place.what}; only elements have content that something is added to.")
    else:
        _insert(place.element, len(slots(place.element)) - 1 if pos is None else 0, "end" if pos is None else "start", operation)


def _add_named(tree: etree._ElementTree, operation: etree._Element, selector: Selector, element: etree._Element, stated: str) -> None:
    """An attribute (type="@name") or a declaration (type="namespace::prefix")."""
    text = _text(operation)
    if stated.startswith("@"):
        name = selector.clark(stated[1:], f"type={stated!r}")
        try:
            there = element.get(name) is not None
            if not there:
                element.set(name, text)
        except ValueError:
            raise PatchRefused("invalid-attribute-value", f"type is {stated!r}, which names no attribute.") from None
        if there:
            raise PatchRefused("invalid-patch-directive", f"The element has an attribute {stated} already; replace it.")
    elif stated.startswith("namespace::"):
        prefix = stated.removeprefix("namespace::")
        if element.nsmap.get(prefix) == text or prefix in _own(element):
            raise PatchRefused("invalid-namespace-prefix", f"The prefix {prefix!r} is declared there already.")
        try:
            _declare(tree, element, {**_own(element), prefix: text})
        except ValueError:
            raise PatchRefused("invalid-namespace-prefix", f"{stated!r} declares no prefix that XML could have.") from None
    else:
        raise PatchRefused("invalid-attribute-value", f"type is {stated!r}; it can be @NAME or namespace::PREFIX.")


def _add_beside(operation: etree._Element, place: Place, pos: str) -> None:
    element = place.element
    if place.what in ("attribute", "namespace"):
        raise PatchRefused("invalid-patch-directive", f"Nothing comes {pos} a {place.what}.")
    if place.what == "text":
        _insert(element, place.slot, "start" if pos == "before" else "end", operation)
        return
    parent = element.getparent()
    if parent is None:
        _insert_outside(element, operation, pos)
        return
    index = list(parent).index(element)
    _insert(parent, index if pos == "before" else index + 1, "end" if pos == "before" else "start", operation)


def _insert(parent: etree._Element, slot: int, side: str, operation: etree._Element) -> None:
    """Put the operation's content into one of the parent's texts, at its start or end."""
    nodes = [copied(node, parent) for node in operation]
    texts = slots(operation)
    was = slots(parent)[slot]
    before, after = ("", was) if side == "start" else (was, "")
    if not nodes:
        _set_slot(parent, slot, before + texts[0] + after)
        return
    for index, node in enumerate(nodes):
        node.tail = None
        _put(parent, slot + index, node)
        _set_slot(parent, slot + index, (before if index == 0 else "") + texts[index])
    _set_slot(parent, slot + len(nodes), texts[-1] + after)


def _put(parent: etree._Element, index: int, node: etree._Element) -> None:
    """Make the node the parent's child number `index`; the texts are set afterwards."""
    if index < len(parent):
        parent[index].addprevious(node)
    else:
        parent.append(node)


def _insert_outside(node: etree._Element, operation: etree._Element, pos: str) -> None:
    if "".join(slots(operation)).strip() or not len(operation):
        raise PatchRefused(_OUTSIDE, "Beside the root stand only comments and processing instructions.")
    if any(is_element(each) for each in operation):
        raise PatchRefused("invalid-root-element-operation", "A document has one root; another element cannot stand beside it.")
    for each in operation if pos == "before" else reversed(list(operation)):
        made = copied(each, None)
        if pos == "before":
            node.addprevious(made)
        else:
            node.addnext(made)


def _replace(tree: etree._ElementTree, operation: etree._Element, _: Selector, place: Place) -> None:
    element = place.element
    if place.what == "attribute":
        element.set(place.name, _text(operation))
    elif place.what == "text":
        _set_slot(element, place.slot, _text(operation))
    elif place.what == "namespace":
        _undeclared(element, place.name)
        _declare(tree, element, {**_own(element), place.name: _text(operation)})
    else:
        _replace_node(tree, operation, element)


def _replace_node(tree: etree._ElementTree, operation: etree._Element, old: etree._Element) -> None:
    """An element, comment or processing instruction by one of its kind."""
    nodes = list(operation)
    alike = len(nodes) == 1 and (is_element(nodes[0]) if is_element(old) else kind(nodes[0])[:2] == kind(old)[:2])
    if not alike or "".join(slots(operation)).strip():
        raise PatchRefused("invalid-node-types", "A node is replaced by exactly one node of its own kind.")
    parent = old.getparent()
    if parent is None:
        new = copied(nodes[0], None)
        if is_element(old):
            replace_root(tree, new)
        else:
            old.addprevious(new)
            remove_outside(old)
        return
    new = copied(nodes[0], parent)
    new.tail = old.tail
    parent.replace(old, new)


def _remove(tree: etree._ElementTree, operation: etree._Element, _: Selector, place: Place) -> None:
    spaces, element = operation.get("ws"), place.element
    if spaces not in (None, "before", "after", "both"):
        raise PatchRefused("invalid-attribute-value", f"ws is {spaces!r}; it can be before, after or both.")
    if len(operation) or (operation.text or "").strip():
        raise PatchRefused("invalid-diff-format", "<remove> has no content.")
    if place.what in ("attribute", "text", "namespace"):
        if spaces is not None:
            raise PatchRefused("invalid-patch-directive", f"ws is for elements, comments and instructions; sel names a {place.what}.")
        if place.what == "attribute":
            del element.attrib[place.name]
        elif place.what == "text":
            _set_slot(element, place.slot, "")
        else:
            _undeclared(element, place.name)
            _declare(tree, element, {prefix: uri for prefix, uri in _own(element).items() if prefix != place.name})
        return
    _remove_node(element, spaces)


def _remove_node(node: etree._Element, spaces: str | None) -> None:
    parent = node.getparent()
    if parent is None:
        if is_element(node):
            raise PatchRefused("invalid-root-element-operation", "The root cannot be removed.")
        remove_outside(node)
        return
    index = list(parent).index(node)
    texts = slots(parent)
    before, after = texts[index], texts[index + 1]
    if spaces in ("before", "both"):
        before = _blank(before, "before")
    if spaces in ("after", "both"):
        after = _blank(after, "after")
    node.tail = None
    parent.remove(node)
    _set_slot(parent, index, before + after)


def _blank(text: str, side: str) -> str:
    """What is left of white space that goes with a node: nothing."""
    if not text or text.strip():
        raise PatchRefused("invalid-whitespace-directive", f"There is no white space alone {side} the node.")
    return ""


def _text(operation: etree._Element) -> str:
    if len(operation):
        raise PatchRefused("invalid-node-types", "The value of an attribute, text or namespace is text, without mark-up.")
    return operation.text or ""


def _set_slot(parent: etree._Element, slot: int, text: str) -> None:
    if slot == 0:
        if (parent.text or "") != text:
            parent.text = text or None
    elif (parent[slot - 1].tail or "") != text:
        parent[slot - 1].tail = text or None


def _own(element: etree._Element) -> dict[str | None, str]:
    """The prefixes that the element itself declares."""
    parent = element.getparent()
    above = parent.nsmap if parent is not None else {}
    return {prefix: uri for prefix, uri in element.nsmap.items() if above.get(prefix) != uri}


def _undeclared(element: etree._Element, prefix: str) -> None:
    """Raises PatchRefused unless the element declares the prefix and no name needs it."""
    if prefix not in _own(element):
        raise PatchRefused("unlocated-node", f"The element does not declare the prefix {prefix!r}.")
    uri = element.nsmap[prefix]
    if any(split(str(name))[0] == uri for each in element.iter(etree.Element) for name in (each.tag, *each.keys())):
        raise PatchRefused("invalid-namespace-uri", f"The prefix {prefix!r} is in use; its declaration can neither go nor change.")


def _declare(tree: etree._ElementTree, element: etree._Element, declared: dict[str | None, str]) -> None:
    made = redeclared(element, declared)
    parent = element.getparent()
    if parent is None:
        replace_root(tree, made)
    else:
        made.tail = element.tail
        parent.replace(element, made)


Work = Callable[[etree._ElementTree, etree._Element, Selector, Place], None]
_OPERATIONS: dict[str, tuple[Work, frozenset[str]]] = {
    "add": (_add, frozenset({"sel", "pos", "type"})),
    "replace": (_replace, frozenset({"sel"})),
    "remove": (_remove, frozenset({"sel", "ws"})),
}
