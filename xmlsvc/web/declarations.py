"""Words for names and types of the schema, and which declaration a child element has."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from ..publish import generic_html
from ..publish.shape import Shape, simple
from ..schema import model
from ..xml.names import split

XSI_NIL = f"{{{model.XSI_NAMESPACE}}}nil"


def child(shape: Shape, parent: model.Type | None, element: etree._Element) -> model.Element | None:
    """The declaration of a child within a parent of type `parent`, as `declared`."""
    return declared(shape, parent, str(element.tag))


def declared(shape: Shape, parent: model.Type | None, name: str) -> model.Element | None:
    """The declaration of a child of this name within a parent of type `parent`; a global one where a wildcard lets it in; None for what no
    schema describes."""
    found = shape.children(parent).get(name)
    return found.element if found is not None else shape.model.elements.get(name)


@lru_cache(maxsize=10_000)
def label(name: str) -> str:
    """A Clark name for people: "{urn:x}publicationDate" is "Publication date"."""
    return generic_html.label(local(name))


def local(name: str) -> str:
    """A Clark name without its namespace."""
    return split(name)[1]


def type_name(kind: model.Type | None) -> str:
    """A type for people: its local name, else that of the built-in type, else ""."""
    if kind is None:
        return ""
    if kind.name:
        return local(kind.name)
    value = simple(kind)
    return value.builtin if value is not None else ""
