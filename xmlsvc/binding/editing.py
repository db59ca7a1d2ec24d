"""Changes to the tree that keep it as its author would have it: children where the content model wants them, indented as their neighbours.

    insert(view, tag) -> element     a new child in its place        place(view, element)  the same for one that exists
    put_before · append · remove · settle     without the content model: see xml.indentation
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ..schema.content_model import Order
from ..schema.model import Element, Particle
from ..xml.indentation import append, put_before, remove, settle
from . import content

if TYPE_CHECKING:
    from .view import View

__all__ = ["append", "insert", "order_of", "place", "put_before", "remove", "settle"]

_ORDERS: dict[type, Order] = {}


def order_of(cls: type[View]) -> Order:
    """The order of a class's content model."""
    known = _ORDERS.get(cls)
    if known is None:
        particle, substitutes = _particle(cls)
        known = _ORDERS[cls] = Order(particle, substitutes)
    return known


def _particle(cls: type[View]) -> tuple[Particle | None, dict[str, tuple[Element, ...]]]:
    declared = cls.__dict__.get("__content__")
    base = cls.__mro__[1]
    if declared is None:
        return _particle(base) if hasattr(base, "__content__") else (None, {})
    inherited, substitutes = _particle(base) if "^" in declared and hasattr(base, "__content__") else (None, {})
    fields = cls.fields()
    particle, own = content.read(declared, lambda name: fields[name].tags, inherited)
    return particle, substitutes | own


def insert(view: View, tag: str) -> etree._Element:
    """A new child of this name, empty, where it belongs."""
    parent = view._element
    child = parent.makeelement(tag, nsmap=view.package().nsmap_of(tag))
    place(view, child)
    return child


def place(view: View, child: etree._Element) -> None:
    """Put a detached element among the view's children where it belongs, after those of the same name."""
    parent, tag = view._element, child.tag
    order = order_of(type(view))
    if order.repeats:
        siblings = list(parent.iterchildren(etree.Element))
        index = order.position([sibling.tag for sibling in siblings], tag)
        before = siblings[index] if index < len(siblings) else None
    else:
        after = order.after(tag)
        before = None
        if after:
            for sibling in parent.iterchildren(etree.Element, reversed=True):
                name = sibling.tag
                if name == tag:
                    break
                if name in after or (name not in order.words and order.word(name) in after):
                    before = sibling
    if before is not None:
        put_before(before, child)
    else:
        append(parent, child, view.__mixed__)
