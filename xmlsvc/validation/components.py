"""What the assessor works out once for each schema: matchers of complex types, who may substitute whom, who derives from whom.

Source: XML Schema Part 1, 3.3.6 (Substitution Group OK), 3.4.6 and 3.14.6 (Type Derivation OK).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ..schema import examples
from ..schema.matcher import Matcher
from ..schema.model import XSD_NAMESPACE, ComplexType, Element, Group, Model, Particle, SimpleType, Type, Wildcard
from ..schema.values import Checker, Declared

ANY_TYPE = f"{{{XSD_NAMESPACE}}}anyType"
IDENTIFYING = {"ID": "ID", "IDREF": "IDREF", "IDREFS": "IDREFS"}


def methods(derived: Type, base: Type) -> frozenset[str] | None:
    """The derivation methods on the way from `derived` up to `base`; None where it does not come from it. A union's member counts as
    derived from the union by restriction, everything as derived from anyType."""
    found: set[str] = set()
    step: Type | None = derived
    while step is not None:
        if step is base or (step.name is not None and step.name == base.name):
            return frozenset(found)
        if isinstance(base, SimpleType) and base.variety == "union" and isinstance(step, SimpleType) and not base.enumeration \
                and not base.patterns and any(methods(step, member) is not None for member in base.members):
            return frozenset(found | {"restriction"})
        found.add((step.derivation or "restriction") if isinstance(step, ComplexType) else "restriction")
        step = step.base
    return frozenset(found) if base.name == ANY_TYPE else None


def substitutable(model: Model) -> dict[str, tuple[Element, ...]]:
    """Head → the elements that may really stand for it: those of its substitution group that no block keeps out."""
    return {head: tuple(member for member in members if member.name == head or _allowed(model.elements[head], member))
            for head, members in model.substitutes.items()}


def _allowed(head: Element, member: Element) -> bool:
    if "substitution" in head.block:
        return False
    used = methods(member.type, head.type)
    if used is None:
        return True
    blocked = set(head.block)
    step: Type | None = head.type
    if isinstance(step, ComplexType):
        blocked |= step.block
    step = member.type.base
    while isinstance(step, ComplexType) and step is not head.type:
        blocked |= step.block
        step = step.base
    return not used & blocked


class Content:
    """A complex type, ready to be matched against."""

    __slots__ = ("_components", "_matcher", "attributes", "referring", "required", "type", "wildcard")

    def __init__(self, complex_type: ComplexType, components: Components) -> None:
        self.type = complex_type
        self.attributes = complex_type.attributes
        self.required = tuple(name for name, use in complex_type.attributes.items() if use.required)
        self.wildcard = complex_type.any_attribute
        self.referring = tuple(
            use for use in complex_type.attributes.values()
            if (use.default is not None or use.fixed is not None) and components.identifying(use.type))  # IDREFs that the schema supplies
        self._components = components
        self._matcher: Matcher | None = None

    @property
    def matcher(self) -> Matcher:
        if self._matcher is None:
            self._matcher = Matcher(self.type.content, self._components.substitutes)
        return self._matcher


class Components:
    """One model's derived facts; shared by threads."""

    no_scope = Declared({})

    def __init__(self, model: Model) -> None:
        self.model = model
        self.checker = Checker()
        self.substitutes = substitutable(model)
        any_type = model.types[ANY_TYPE]
        assert isinstance(any_type, ComplexType)
        self.any_type = any_type
        self._contents: dict[int, Content] = {}
        self._kinds: dict[int, tuple[SimpleType, str]] = {}
        self._examples: dict[int, tuple[SimpleType, str | None]] = {}

    def content(self, complex_type: ComplexType) -> Content:
        """The matcher and attributes of a complex type."""
        found = self._contents.get(id(complex_type))
        if found is None:
            found = self._contents[id(complex_type)] = Content(complex_type, self)
        return found

    def identifying(self, simple: SimpleType) -> str:
        """"ID", "IDREF", "IDREFS", "union" (one of its members is) or ""."""
        known = self._kinds.get(id(simple))
        if known is None:
            known = self._kinds[id(simple)] = (simple, self._identifying(simple))
        return known[1]

    def _identifying(self, simple: SimpleType) -> str:
        if simple.variety == "list":
            inner = self.identifying(simple.item) if simple.item is not None else ""
            return "IDREFS" if inner == "IDREF" else inner
        if simple.variety == "union":
            return "union" if any(map(self.identifying, simple.members)) else ""
        return IDENTIFYING.get(simple.builtin, "")

    def example(self, simple: SimpleType) -> str | None:
        """A value of the type, in one line; None where none was found."""
        known = self._examples.get(id(simple))
        if known is None:
            try:
                found: str | None = examples.value(simple)
            except examples.NoExample:
                found = None
            known = self._examples[id(simple)] = (simple, found)
        return known[1]

    def elements(self) -> Iterator[Element]:
        """Every element declaration of the schema, global and local, once."""
        seen: set[int] = set()
        todo: list[Element | Type] = [*self.model.elements.values(), *self.model.types.values()]
        while todo:
            one = todo.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, Element):
                yield one
                todo.append(one.type)
                todo += [alternative.type for alternative in one.alternatives]
            elif isinstance(one, ComplexType):
                todo += _declared(one.content)

    @cached_property
    def _by_name(self) -> dict[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for element in self.elements():
            found.setdefault(element.name, []).append(element)
        return found

    def declarations(self, name: str) -> list[Element]:
        """Every declaration, global or local, of elements of that name."""
        return self._by_name.get(name, [])

    def types_of(self, name: str) -> list[Type]:
        """Every type that an element of that name may have, by its declarations or by xsi:type."""
        types: dict[int, Type] = {}
        for element in self.declarations(name):
            for one in (element.type, *self.model.derived.get(element.type.name or "", ())):
                types[id(one)] = one
        return list(types.values())

    def held(self, name: str) -> set[str]:
        """The names of all elements that an element of that name may hold; through a wildcard, any global one."""
        found: set[str] = set()
        for one in self.types_of(name):
            if isinstance(one, ComplexType):
                for part in _terms(one.content):
                    if isinstance(part, Wildcard):
                        found |= self.model.elements.keys() if part.process != "skip" else set()
                    else:
                        found.update((part.name, *(member.name for member in self.substitutes.get(part.name, ()))))
        return found

    @cached_property
    def roots(self) -> tuple[Element, ...]:
        """What a document may begin with: the global elements, those that nothing else may hold before all others."""
        types = {id(one): one for element in self.elements() for one in self.types_of(element.name)}
        held = {part.name for one in types.values() if isinstance(one, ComplexType) for part in _declared(one.content)
                if isinstance(part, Element) and part.is_global}
        held |= {member.name for head in held for member in self.substitutes.get(head, ())}
        return tuple(sorted(self.model.elements.values(), key=lambda element: element.name in held))

    @cached_property
    def has_identities(self) -> bool:
        """Whether any declaration has a key, unique or keyref."""
        return any(element.identities for element in self.elements())


def _declared(particle: Particle | None) -> list[Element | Type]:
    return [term for term in _terms(particle) if isinstance(term, Element)]


def _terms(particle: Particle | None) -> list[Element | Wildcard]:
    if particle is None:
        return []
    if isinstance(particle.term, Group):
        return [one for part in particle.term.particles for one in _terms(part)]
    return [particle.term]
