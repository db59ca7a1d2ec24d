"""One tree made into another by changing only what differs: whatever says the same keeps its prefixes, its order of attributes, its CDATA.

    carry(tree, wanted)                      the tree now says what `wanted` says, white space included
    carry(tree, wanted, spaces=False)        the same, but indented as the tree was: for what a stylesheet put out
    copied(node, parent) -> node             a copy of another tree's node, with the declarations that it needs below `parent`
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import cast

from lxml import etree

from . import indentation
from .alignment import Alignment, is_element, loose, slots, written

_PREFIXED = re.compile(r"(?:^|[\s,|])([A-Za-z_][\w.-]*):[A-Za-z_]")


def carry(tree: etree._ElementTree, wanted: etree._ElementTree, spaces: bool = True) -> None:
    """Change `tree` in place. A root of another name is replaced as a whole."""
    alignment = Alignment()
    old, new = tree.getroot(), wanted.getroot()
    if old.tag != new.tag:
        root = copied(new, None)
        root.tail = None
        replace_root(tree, root)
    else:
        carry_element(old, new, alignment, spaces)
    _carry_outside(tree.getroot(), new)


def carry_element(old: etree._Element, new: etree._Element, alignment: Alignment, spaces: bool) -> None:
    """Make `old` say what `new` says; both have the same name."""
    if written(old) == written(new):
        return
    _carry_attributes(old, new)
    carry_content(old, new, alignment, spaces)


def carry_content(old: etree._Element, new: etree._Element, alignment: Alignment, spaces: bool) -> None:
    """Give `old` the texts and children of `new`; its attributes stay."""
    indented = not spaces and loose(old) and loose(new)
    cursor: etree._Element | None = None  # the last node that is in its place
    for node, wanted in alignment.aligned(list(old), list(new)):
        if wanted is None:
            assert node is not None
            take(node, indented)
        elif node is None:
            node = cursor = put(old, cursor, copied(wanted, old), indented)
        else:
            cursor = node
            if is_element(node):
                carry_element(node, wanted, alignment, spaces)
            elif node.text != wanted.text:
                node.text = wanted.text
    if not indented:
        _carry_slots(old, slots(new))


def _carry_attributes(old: etree._Element, new: etree._Element) -> None:
    for name in set(old.keys()) - set(new.keys()):
        del old.attrib[name]
    for name, value in new.attrib.items():
        if old.get(name) != value:
            old.set(name, value)


def _carry_slots(old: etree._Element, texts: list[str]) -> None:
    if (old.text or "") != texts[0]:
        old.text = texts[0] or None
    for node, text in zip(old, texts[1:], strict=True):
        if (node.tail or "") != text:
            node.tail = text or None


def put(parent: etree._Element, after: etree._Element | None, node: etree._Element, indented: bool) -> etree._Element:
    """Put a detached node behind `after` (None: first); `indented`: as its neighbours are. Returns it."""
    node.tail = None
    following = (parent[0] if len(parent) else None) if after is None else after.getnext()
    if indented:
        if following is not None:
            indentation.put_before(following, node)
        else:
            indentation.append(parent, node)
        if is_element(node):
            indentation.settle(node)
    elif after is None:
        text, parent.text = parent.text, None
        parent.insert(0, node)
        parent.text = text
    else:
        tail, after.tail = after.tail, None
        after.addnext(node)
        after.tail = tail
    return node


def take(node: etree._Element, indented: bool) -> None:
    """Take a node out; the text behind it stays. `indented`: with the white space before it."""
    if indented:
        indentation.remove(node)
        return
    parent, previous, tail = node.getparent(), node.getprevious(), node.tail
    assert parent is not None
    node.tail = None
    parent.remove(node)
    if tail and previous is not None:
        previous.tail = (previous.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail


def copied(node: etree._Element, parent: etree._Element | None) -> etree._Element:
    """A detached copy, without what follows it. Prefixes that its values use (xsi:type="p:X") are declared where `parent` has them not, or
    for another namespace."""
    copy = deepcopy(node)
    copy.tail = None
    if not is_element(node):
        return copy
    known = parent.nsmap if parent is not None else {}
    needed = {prefix: node.nsmap[prefix] for prefix in _used(node) if prefix in node.nsmap and known.get(prefix) != node.nsmap[prefix]}
    if not needed.items() - copy.nsmap.items():
        return copy
    return redeclared(copy, copy.nsmap | cast("dict[str | None, str]", needed))


def redeclared(element: etree._Element, prefixes: Mapping[str | None, str]) -> etree._Element:
    """An element with the attributes and content of another, which loses its content, and these declarations."""
    attributes = {str(key): str(value) for key, value in element.attrib.items()}
    made = etree.Element(element.tag, attributes, cast("dict[str, str]", dict(prefixes)))
    made.text = element.text
    made.extend(list(element))
    return made


def _used(node: etree._Element) -> set[str]:
    """What looks like a prefix in the values of attributes and the texts of a subtree."""
    found: set[str] = set()
    for each in node.iter(etree.Element):
        for value in (*each.attrib.values(), each.text or ""):
            if ":" in value:
                found.update(_PREFIXED.findall(value))
    return found


def outside(root: etree._Element, before: bool) -> list[etree._Element]:
    """The comments and processing instructions before (or after) a document's root, in document order."""
    nodes = list(root.itersiblings(preceding=before))
    return nodes[::-1] if before else nodes


def _carry_outside(root: etree._Element, wanted: etree._Element) -> None:
    alignment = Alignment()
    for before in (True, False):
        cursor = None if before else root
        for node, new in alignment.aligned(outside(root, before), outside(wanted, before)):
            if new is None:
                assert node is not None
                node.tail = None
                remove_outside(node)
            elif node is None:
                made = copied(new, None)
                if cursor is None:
                    first = next(iter(outside(root, True)), root)
                    first.addprevious(made)
                else:
                    cursor.addnext(made)
                cursor = made
            else:
                if node.text != new.text:
                    node.text = new.text
                cursor = node


def remove_outside(node: etree._Element) -> None:
    """Take a comment or processing instruction from beside the root: lxml does that by moving it elsewhere."""
    etree.Element("away").append(node)


def replace_root(tree: etree._ElementTree, root: etree._Element) -> None:
    """Give the tree another root; what stands beside the old one stays."""
    old = tree.getroot()
    for node in outside(old, True):
        root.addprevious(node)
    for node in reversed(outside(old, False)):
        root.addnext(node)
    tree._setroot(root)
