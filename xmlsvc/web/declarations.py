"""Which declaration an element of a document has, by walking schema and tree side by side; and words for its name and type.

Reader(model).root(element) → Element | None      .child(parent's declaration, child) → Element | None      .type_of(element, declaration)
"""

from __future__ import annotations

import re
import threading

from lxml import etree

from ..schema import model
from ..schema.registry import Schema

XSI_TYPE = f"{{{model.XSI_NAMESPACE}}}type"
XSI_NIL = f"{{{model.XSI_NAMESPACE}}}nil"

_WORDS = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z]|\b|\d|$)|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")


class Reader:
    """Declarations by name within each type; worked out once for a type."""

    def __init__(self, components: model.Model) -> None:
        self.components = components
        self._children: dict[model.ComplexType, dict[str, model.Element]] = {}

    def root(self, element: etree._Element) -> model.Element | None:
        """The root element's declaration."""
        return self.components.elements.get(str(element.tag))

    def type_of(self, element: etree._Element, declaration: model.Element | None) -> model.Type | None:
        """The type that governs the element: xsi:type where it names a known one, else the declared one."""
        stated = element.get(XSI_TYPE)
        if stated:
            prefix, _, local = stated.strip().rpartition(":")
            namespace = element.nsmap.get(prefix or None)
            if found := self.components.types.get(f"{{{namespace}}}{local}" if namespace else local):
                return found
        return declaration.type if declaration is not None else None

    def child(self, parent: model.Type | None, element: etree._Element) -> model.Element | None:
        """The declaration of a child within `parent`; a global one where a wildcard lets it in; None for what no schema describes."""
        name = str(element.tag)
        if isinstance(parent, model.ComplexType) and (found := self.names(parent).get(name)) is not None:
            return found
        return self.components.elements.get(name)

    def names(self, parent: model.ComplexType) -> dict[str, model.Element]:
        """Every element that the type's content may hold, by Clark name, members of substitution groups included."""
        known = self._children.get(parent)
        if known is None:
            known = {}
            if parent.content is not None:
                self._collect(parent.content, known)
            self._children[parent] = known
        return known

    def _collect(self, particle: model.Particle, found: dict[str, model.Element]) -> None:
        term = particle.term
        if isinstance(term, model.Group):
            for inner in term.particles:
                self._collect(inner, found)
        elif isinstance(term, model.Element):
            found.setdefault(term.name, term)
            if term.is_global:
                for other in self.components.substitutes.get(term.name, ()):
                    found.setdefault(other.name, other)


_readers: dict[str, Reader] = {}
_lock = threading.Lock()


def reader(schema: Schema) -> Reader:
    """The reader of a registered schema; one for each digest, kept."""
    found = _readers.get(schema.digest)
    if found is None:
        made = Reader(schema.model)
        with _lock:
            found = _readers.setdefault(schema.digest, made)
    return found


def simple(kind: model.Type | None) -> model.SimpleType | None:
    """The simple type of an element's text, None where it has no text content of a type."""
    if isinstance(kind, model.SimpleType):
        return kind
    return kind.simple if isinstance(kind, model.ComplexType) else None


def label(name: str) -> str:
    """A name for people: "publicationDate" is "Publication date", "ISBN_code" is "ISBN code"."""
    local = name.rpartition("}")[2]
    words = _WORDS.findall(local)
    if not words:
        return local
    shown = [word if word.isupper() and len(word) > 1 else word.lower() for word in words]
    shown[0] = shown[0] if shown[0].isupper() else shown[0][:1].upper() + shown[0][1:]
    return " ".join(shown)


def type_name(kind: model.Type | None) -> str:
    """A type for people: its local name, else that of the built-in type, else ""."""
    if kind is None:
        return ""
    if kind.name:
        return kind.name.rpartition("}")[2]
    value = simple(kind)
    return value.builtin if value is not None else ""


def local(name: str) -> str:
    """A Clark name without its namespace."""
    return name.rpartition("}")[2]
