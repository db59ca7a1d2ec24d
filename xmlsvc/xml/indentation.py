"""Nodes put into a tree, or taken out, with the white space that its author would have given them.

    put_before(sibling, node) · append(parent, node)     indented as their neighbours are
    remove(node)                                         with the white space before it
    settle(element)                                      the inside of what was just put there
"""

from __future__ import annotations

from lxml import etree

_UNIT = "  "


def put_before(sibling: etree._Element, child: etree._Element) -> None:
    """Put a detached node directly before a sibling, on a line of its own where the sibling has one."""
    tail = _blank(sibling.getprevious(), sibling.getparent())
    sibling.addprevious(child)
    child.tail = tail


def _blank(previous: etree._Element | None, parent: etree._Element | None) -> str | None:
    """The white space that stands before a place, if it is nothing but that."""
    text = previous.tail if previous is not None else parent.text if parent is not None else None
    return text if text and not text.strip() else None


def append(parent: etree._Element, child: etree._Element, mixed: bool = False) -> None:
    """Put a detached element last, indented as its siblings are, or as the parent is where there are none."""
    last = parent[-1] if len(parent) else None
    if mixed:
        parent.append(child)
        return
    if last is not None:
        end = last.tail
        parent.append(child)
        if end and not end.strip() and (start := _blank(None, parent)):
            last.tail, child.tail = start, end
        return
    outer = _indentation(parent)
    if outer is not None and not (parent.text or "").strip():
        parent.text = outer + _step(parent, outer)
        parent.append(child)
        child.tail = outer
    else:
        parent.append(child)


def _indentation(element: etree._Element) -> str | None:
    """The line break and blanks before an element, None if it does not begin a line."""
    parent = element.getparent()
    if parent is None:
        return None
    text = _blank(element.getprevious(), parent)
    return text if text is not None and "\n" in text else None


def _step(element: etree._Element, outer: str) -> str:
    """What one level adds to the indentation here."""
    parent = element.getparent()
    above = _indentation(parent) if parent is not None else None
    if above is None and parent is not None and parent.getparent() is None:
        above = "\n"
    if above is not None and outer.startswith(above) and len(outer) > len(above):
        return outer[len(above) :]
    return _UNIT


def remove(child: etree._Element) -> None:
    """Take a child out, with the white space that was before it; text after it stays."""
    parent = child.getparent()
    if parent is None:
        return
    text: str | None
    tail, previous = child.tail, child.getprevious()
    before = previous.tail if previous is not None else parent.text
    child.tail = None
    parent.remove(child)
    if tail is not None and not (tail.strip() or (before or "").strip()):
        # Between two line breaks one goes: the later one, unless it closes the parent.
        text = (tail if parent_ends(parent, previous) else before) if before else tail
    else:
        text = (before or "") + (tail or "")
    if not len(parent) and not (text or "").strip():
        text = None
    if previous is not None:
        previous.tail = text or None
    else:
        parent.text = text or None


def parent_ends(parent: etree._Element, previous: etree._Element | None) -> bool:
    """Whether nothing follows `previous` (None = the beginning) in the parent."""
    return previous is parent[-1] if previous is not None and len(parent) else not len(parent)


def indent(element: etree._Element, outer: str, step: str) -> None:
    """Indent a subtree that was built without white space; elements that hold text stay as they are."""
    children = list(element)
    if not children or (element.text or "").strip() or any((child.tail or "").strip() for child in children):
        return
    if element.text or any(child.tail for child in children):
        return
    inner = outer + step
    element.text = inner
    for child in children:
        indent(child, inner, step)
        child.tail = inner
    children[-1].tail = outer


def settle(element: etree._Element) -> None:
    """Indent what has just been placed, if its neighbours are indented."""
    outer = _indentation(element)
    if outer is not None:
        parent = element.getparent()
        indent(element, outer, _step(element, outer) if parent is not None else _UNIT)
