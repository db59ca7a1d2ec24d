"""What the component model says about one element of a document: its declaration, type, and which children may occur several times."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from lxml import etree

from .. import memo
from ..schema.model import XSI_NAMESPACE, ComplexType, Element, Group, Model, Particle, SimpleType, Type
from ..schema.registry import Schema
from ..xml import names
from . import conditional

_XSI_TYPE = f"{{{XSI_NAMESPACE}}}type"
_SEVERAL = 2  # counting further than this tells nothing more


@dataclass(frozen=True)
class Child:
    """A child element that a type declares; `several`: it may occur more than once."""

    element: Element
    several: bool


class Shape:
    """Answers from one schema's model, each worked out once. Any number of threads may ask."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._children: dict[int, dict[str, Child]] = {}
        self._lock = threading.Lock()

    def root(self, element: etree._Element) -> Element | None:
        """The global declaration of a root element."""
        return self.model.elements.get(element.tag)

    def type(self, element: etree._Element, declaration: Element | None) -> Type | None:
        """The type that governs the element: what xsi:type names, if the schema has it, else what its attributes choose (XSD 1.1), else the
        declared one."""
        named = element.get(_XSI_TYPE)
        if named is not None:
            prefix, _, local = named.strip().rpartition(":")
            found = self.model.types.get(names.join(element.nsmap.get(prefix or None, ""), local))
            if found is not None:
                return found
        if declaration is None:
            return None
        if not declaration.alternatives:  # said here as well: most elements' attributes are then not read
            return declaration.type
        return conditional.chosen(declaration, dict(names.attributes(element)), self.model)

    def children(self, governing: Type | None) -> dict[str, Child]:
        """The children that a type declares, by Clark name, in the author's order, substitutes among them."""
        if not isinstance(governing, ComplexType) or governing.content is None:
            return {}
        known = self._children.get(id(governing))
        if known is None:
            elements: dict[str, Element] = {}
            counts = self._counts(governing.content, elements)
            known = {name: Child(element, counts[name] > 1) for name, element in elements.items()}
            with self._lock:
                self._children[id(governing)] = known
        return known

    def _counts(self, particle: Particle, elements: dict[str, Element]) -> dict[str, int]:
        """How often each name may occur at most (2 = more than once): alternatives do not add up, sequences do."""
        term = particle.term
        counts: dict[str, int] = {}
        if isinstance(term, Element):
            for member in (term, *(self.model.substitutes.get(term.name, ()) if term.is_global else ())):
                if not member.abstract:
                    elements.setdefault(member.name, member)
                    counts[member.name] = 1
        elif isinstance(term, Group):
            for part in term.particles:
                for name, count in self._counts(part, elements).items():
                    before = counts.get(name, 0)
                    counts[name] = max(before, count) if term.kind == "choice" else min(before + count, _SEVERAL)
        if particle.max is None or particle.max > 1:
            counts = dict.fromkeys(counts, _SEVERAL)
        return counts


def simple(governing: Type | None) -> SimpleType | None:
    """The simple type of an element's text, if it has one."""
    return governing if isinstance(governing, SimpleType) else governing.simple if governing is not None else None


@memo.kept
def of(schema: Schema) -> Shape:
    """The shape of a registered schema's documents."""
    return Shape(schema.model)
