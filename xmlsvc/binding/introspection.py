"""From classes and fields to the components of the schema that they were made from."""

from __future__ import annotations

from ..schema.model import Attribute, ComplexType, Element, Model, Type, elements_of
from ..xml.names import split
from .fields import Field
from .view import View, face


def component(model: Model, cls: type[View]) -> ComplexType:
    """The complex type of a class. LookupError if the class is of none (untyped views, simple types)."""
    place = face(cls).__xsd__
    namespace = place.partition("}")[0] + "}" if place[:1] == "{" else ""
    steps = place.removeprefix(namespace).split("/")
    first, *inner = (steps if steps[0] else steps[1:]) or [""]  # "/name": a global element's own type; "": of no type
    tops: list[Type] = [model.types[namespace + first]] if steps[0] and namespace + first in model.types else []
    tops += [model.elements[namespace + first].type] if namespace + first in model.elements and (inner or not steps[0]) else []
    for top in tops:
        found: Type | None = top
        for step in inner:
            found = _child(found, step)
        if isinstance(found, ComplexType):
            return found
    raise LookupError(f"{cls.__qualname__} has no complex type")


def _child(made: Type | None, local: str) -> Type | None:
    """The anonymous type of the child of this name."""
    if isinstance(made, ComplexType) and made.content is not None:
        for element in elements_of(made.content):
            if split(element.name)[1] == local and element.type.name is None:
                return element.type
    return None


def declaration(model: Model, field: Field) -> Element | Attribute | None:
    """The declaration of a field; None for texts and wildcards."""
    made = component(model, field.owner)
    if field.kind == "attribute":
        return made.attributes.get(field.tag)
    if field.kind in ("value", "view") and made.content is not None:
        return next((element for element in elements_of(made.content) if element.name == field.tag), None)
    return None


def documentation(model: Model, field: Field) -> str:
    """What the schema says of a field, "" if nothing."""
    found = declaration(model, field)
    return found.documentation if found is not None else ""
