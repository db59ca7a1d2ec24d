"""Puts views and values into a tree: what assigning and adding have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from . import editing
from .datatypes import BadValue
from .fields import Field, put_text
from .view import View, declared_class, detached, face, tables


def assign(view: View, given: Any) -> None:
    """Give an empty view's element its content: fields by name, or the value of its text; of mixed content, a text."""
    if isinstance(given, Mapping):
        view._fill(given)
        return
    if view.__mixed__ and isinstance(given, str):
        view.content.append(given)
        return
    field = tables(type(view)).text
    if field is None:
        raise BadValue(f"{type(view).__qualname__} has fields and takes no plain value like {given!r}; give a mapping or a view")
    put_text(field, view._element, given)


def attach(parent: View, field: Field, given: View, before: etree._Element | None = None) -> etree._Element:
    """Put a view into a tree as a child of the field: moved if it is detached, copied if it stands somewhere else. The element."""
    element = given._element
    if element.getparent() is not None or element is parent._element:
        element = detached(element)
    cls = face(type(given))
    tag, declared = _tag_for(field, cls, element.tag)
    element.tag = tag
    if before is not None:
        editing.put_before(before, element)
    else:
        editing.place(parent, element)
    if cls is not declared and cls.__xsd__ and issubclass(cls, declared):
        parent.package().say_type(element, cls)
    editing.settle(element)
    return element


def _tag_for(field: Field, cls: type[View], own: str) -> tuple[str, type[View]]:
    """The name under which a view of this class stands in the field, and the class that is declared for it."""
    declared = {tag: declared_class(field, tag) for tag in (field.tags or (own,))}
    exact = [tag for tag, known in declared.items() if known is cls]
    for tag in (*(tag for tag in exact if tag == own), *exact, *(tag for tag, known in declared.items() if issubclass(cls, known))):
        return tag, declared[tag]
    if any(not known.__xsd__ for known in declared.values()):
        return next((tag, known) for tag, known in declared.items() if not known.__xsd__)
    wanted = ", ".join(dict.fromkeys(known.__qualname__ for known in declared.values()))
    raise BadValue(f"{field.owner.__qualname__}.{field.name} holds {wanted}, not {cls.__qualname__}")
