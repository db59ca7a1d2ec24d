"""How deep the smallest valid instance of each declaration is: what lets an example of a recursive schema come to an end.

    heights = Heights(model)
    heights.of(element) -> 1, 2 …, or math.inf if every instance would go on for ever (or needs what XML alone cannot give)
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from .model import XSD_NAMESPACE, ComplexType, Element, Group, Model, Particle, SimpleType, Type, Wildcard

_ENTITY = ("ENTITY", "ENTITIES")  # their values must be declared in a DTD
ANY_TYPE = f"{{{XSD_NAMESPACE}}}anyType"


class Heights:
    """Heights of one model, worked out as far as they are asked for."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._types: dict[int, float] = {}
        self._by_namespace: dict[str, list[Element]] = {}
        for element in model.elements.values():
            self._by_namespace.setdefault(_namespace(element.name), []).append(element)

    def of(self, element: Element) -> float:
        """Elements on the longest branch of the smallest instance."""
        return min((self.of_type(made) for declaration in self.standing(element) for made in self.types(declaration)), default=math.inf)

    def standing(self, element: Element) -> Iterator[Element]:
        """What may stand where the declaration is: itself unless abstract, and the members of its substitution group not blocked."""
        if not element.abstract:
            yield element
        if element.is_global and "substitution" not in element.block:
            for member in self._model.substitutes.get(element.name, ()):
                if member is not element and not self._barred(member.type, element.type, element.block):
                    yield member

    def types(self, element: Element) -> Iterator[Type]:
        """The types that an instance of the declaration may have: its own unless abstract, then the named ones that xsi:type may say."""
        declared = element.type
        if isinstance(declared, SimpleType):
            yield declared
            return
        if not declared.abstract:
            yield declared
        if declared.name is None or declared.name == ANY_TYPE:
            return
        for derived in self._model.derived.get(declared.name, ()):
            barred = self._barred(derived, declared, element.block | declared.block)
            if isinstance(derived, ComplexType) and not derived.abstract and not barred:
                yield derived

    @staticmethod
    def _barred(derived: Type, base: Type, block: frozenset[str]) -> bool:
        """Whether a step of the derivation is of a kind that is blocked."""
        step: Type | None = derived
        while step is not None and step is not base:
            kind = step.derivation if isinstance(step, ComplexType) else "restriction"
            if kind in block:
                return True
            step = step.base
            if isinstance(step, ComplexType) and step is not base and kind in step.block:
                return True
        return False

    def of_type(self, made: Type) -> float:
        """The same for a type."""
        if isinstance(made, SimpleType):
            return math.inf if _impossible(made) else 1
        if id(made) not in self._types:
            self._settle(made)
        return self._types[id(made)]

    def of_particle(self, particle: Particle) -> float:
        """Levels that the particle adds below its parent; 0 if it may be absent."""
        if particle.min == 0:
            return 0
        return self._of_term(particle.term)

    def of_branch(self, particle: Particle) -> float:
        """The same if it is to be there at all."""
        return self._of_term(particle.term)

    def elements(self, wildcard: Wildcard) -> Iterator[Element]:
        """The known elements that a wildcard admits."""
        for namespace, elements in self._by_namespace.items():
            if wildcard.admits(namespace):
                yield from (element for element in elements if element.name not in wildcard.excluded_names)

    def _of_term(self, term: Element | Group | Wildcard) -> float:
        if isinstance(term, Element):
            return min((self._known(made) for declaration in self.standing(term) for made in self.types(declaration)), default=math.inf)
        if isinstance(term, Wildcard):
            if term.process != "strict":
                return 1
            return min((self._of_term(element) for element in self.elements(term)), default=math.inf)
        parts = (self.of_particle(part) for part in term.particles)
        return min(parts, default=math.inf) if term.kind == "choice" else max(parts, default=0)

    def _known(self, made: Type) -> float:
        if isinstance(made, SimpleType):
            return math.inf if _impossible(made) else 1
        return self._types.get(id(made), math.inf)

    def _settle(self, made: ComplexType) -> None:
        """Work out the type and all that it can hold: heights fall from infinity until nothing changes."""
        reached = list(self._reach(made))
        for one in reached:
            self._types.setdefault(id(one), math.inf)
        changed = True
        while changed:
            changed = False
            for one in reached:
                height = self._height(one)
                if height < self._types[id(one)]:
                    self._types[id(one)] = height
                    changed = True

    def _height(self, made: ComplexType) -> float:
        if any(attribute.required and _impossible(attribute.type) for attribute in made.attributes.values()):
            return math.inf
        if made.simple is not None:
            return math.inf if _impossible(made.simple) else 1
        return 1 + (self.of_particle(made.content) if made.content is not None else 0)

    def _reach(self, start: ComplexType) -> Iterator[ComplexType]:
        seen: set[int] = set()
        stack: list[ComplexType] = [start]
        while stack:
            made = stack.pop()
            if id(made) in seen:
                continue
            seen.add(id(made))
            yield made
            if made.content is not None:
                for element in self._declared(made.content):
                    for declaration in self.standing(element):
                        stack += [found for found in self.types(declaration) if isinstance(found, ComplexType) and id(found) not in seen]

    def _declared(self, particle: Particle) -> Iterator[Element]:
        term = particle.term
        if isinstance(term, Element):
            yield term
        elif isinstance(term, Group):
            for part in term.particles:
                yield from self._declared(part)
        elif term.process == "strict":
            yield from self.elements(term)


def _impossible(simple: SimpleType) -> bool:
    """Types whose values need a DTD, or a NOTATION without its enumeration."""
    if simple.builtin in _ENTITY:
        return True
    if simple.item is not None:
        return _impossible(simple.item)
    if simple.members:
        return all(map(_impossible, simple.members))
    return simple.primitive == "NOTATION" and not simple.enumeration


def _namespace(name: str) -> str:
    return name[1:].partition("}")[0] if name[:1] == "{" else ""
