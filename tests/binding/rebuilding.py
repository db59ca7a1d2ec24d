"""Makes a document again from nothing but what its views say, through setters alone."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from lxml import etree

from xmlsvc.binding import NIL, View
from xmlsvc.binding.fields import XSI_TYPE
from xmlsvc.binding.view import face

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def rebuilt(package: ModuleType, source: View) -> Any:
    """A new document with the content of the source."""
    return filled(package.create(source.xml.tag), source)


def filled(made: Any, source: View) -> Any:
    """The empty view with the source's content: fields set and added in document order, then put into the source's order."""
    if source.xml.element.get(XSI_TYPE) is not None:
        made = made.xml.become(face(type(source)))
    order: list[Any] = []
    counts: dict[str, int] = {}
    for field, value in source.items():
        number = counts[field.name] = counts.get(field.name, -1) + 1
        if field.kind == "mixed":
            order.append(value)
        elif field.kind == "wild_attributes":
            if field.name:
                getattr(made, field.name)[value[0]] = value[1]
            else:
                made.xml.element.set(*value)
        elif field.kind == "wild":
            copy = value.xml.copy()
            (getattr(made, field.name) if field.name else made.content).append(copy)
            order.append((field.name, number))
        elif field.kind in ("attribute", "text"):
            if not (field.kind == "text" and source.xml.nil):
                setattr(made, field.name, value)
        else:
            _add(made, field, value)
            order.append((field.name, number))
    if source.xml.nil:
        made.xml.nil = True
    _put_in_order(made, order)
    return made


def _add(made: Any, field: Any, value: Any) -> None:
    """One child, by the field that it belongs to."""
    if field.kind == "value":
        if field.many:
            getattr(made, field.name).append(value)
        else:
            setattr(made, field.name, value)
        return
    tag = value.xml.tag
    if field.many:
        child = getattr(made, field.name).add(tag) if field.members else getattr(made, field.name).add()
    else:
        child = made.xml.add(field.name, tag) if field.members else made.xml.add(field.name, {})
    filled(child, value)


def _put_in_order(made: Any, order: list[Any]) -> None:
    """Where the source's children take turns, so do these."""
    if not order:
        return
    found: dict[str, list[View]] = {}
    fields = {tag: field.name for field in type(made).fields().values() for tag in field.tags}
    wild = next((field.name for field in type(made).fields().values() if field.kind == "wild"), "")
    for child in made.content:
        if not isinstance(child, str):
            found.setdefault(fields.get(child.xml.tag, wild), []).append(child)
    wanted = [one if isinstance(one, str) else found[one[0]][one[1]] for one in order]
    present = [child if isinstance(child, str) else child.xml.element for child in made.content]
    if present != [one if isinstance(one, str) else one.xml.element for one in wanted]:
        made.content[:] = wanted


def normal(package: ModuleType, source: View) -> Any:
    """The source with each value in the form in which it is written: 007 as 7."""
    copy = package.parse(source.save())
    for view, field, value in list(copy.walk()):
        if field.kind in ("attribute", "text") or (field.kind == "value" and not field.many):
            if not (value is NIL or (field.kind == "text" and not view.xml.text)):
                setattr(view, field.name, value)
        elif field.kind == "value":
            values = getattr(view, field.name)
            for number, one in enumerate(list(values)):
                values[number] = one
    return copy


def canonical(view: View) -> str:
    """The tree in Canonical XML 2.0 with prefixes by rule, the prefixes in xsi:type with them."""
    text = etree.tostring(view.xml.element.getroottree(), encoding="unicode")
    return str(etree.canonicalize(text, rewrite_prefixes=True, qname_aware_attrs=[f"{{{XSI}}}type"]))
