"""What the table plan asks of a schema: which children an element has and whether they repeat, what kind of value a simple type has,
which elements documents begin with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..schema.model import ComplexType, Element, Group, Model, Particle, SimpleType, Type, Wildcard

MAX_DERIVED = 40  # types that may stand for one by xsi:type; more are not looked at
MAX_ROOTS = 6
_SHARE_OF_LARGEST = 0.5  # a referenced element is a root too when it reaches so much of what the largest root does
TOKEN_LENGTH = 255  # characters of a column of kind "token"

_KINDS = {
    "boolean": "boolean", "decimal": "decimal", "float": "float", "double": "float", "dateTime": "datetime", "date": "date", "time": "time",
    "duration": "duration", "gYear": "token", "gYearMonth": "token", "gMonth": "token", "gMonthDay": "token", "gDay": "token",
    "QName": "qname", "NOTATION": "qname", "hexBinary": "line", "base64Binary": "binary", "anyURI": "line",
}  # fmt: skip
_TOKENS = {"language", "NMTOKEN", "Name", "NCName", "ID", "IDREF", "ENTITY"}
_INTEGERS = {
    "integer", "nonPositiveInteger", "negativeInteger", "long", "int", "short", "byte", "nonNegativeInteger", "unsignedLong", "unsignedInt",
    "unsignedShort", "unsignedByte", "positiveInteger",
}  # fmt: skip
_WIDER = {frozenset({"integer", "decimal"}): "decimal", frozenset({"integer", "float"}): "float", frozenset({"decimal", "float"}): "float",
          frozenset({"token", "qname"}): "token", frozenset({"token", "boolean"}): "token", frozenset({"token", "line"}): "line",
          frozenset({"qname", "line"}): "line"}  # fmt: skip


def kind(of: SimpleType) -> str:
    """The column kind of a simple type's values (a key of storage.ddl.KINDS, or "binary", or "qname" for expanded names)."""
    if of.variety == "list":
        return "line"
    if of.variety == "union":
        return join(kind(member) for member in of.members) if of.members else "text"
    if of.builtin in _INTEGERS:
        return "integer"
    if of.builtin in _TOKENS or of.primitive == "string":
        short = of.builtin in _TOKENS or bool(of.enumeration) or (of.max_length or of.length or TOKEN_LENGTH + 1) <= TOKEN_LENGTH
        return "token" if short else "line" if of.whitespace == "collapse" else "text"
    return _KINDS.get(of.primitive, "text")


def join(kinds: Iterable[str]) -> str:
    """The narrowest kind that holds values of all these kinds."""
    result = ""
    for each in kinds:
        if not result or result == each:
            result = each
        else:
            result = _WIDER.get(frozenset({result, each}), "text")
    return result or "text"


@dataclass(slots=True)
class Child:
    """A child element of some types: all its declarations there, and whether more than one may stand in a parent."""

    name: str
    declarations: list[Element]
    repeats: bool


class Structure:
    """Answers about one model, remembered."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._occurrences: dict[int, dict[str, tuple[int, Element]]] = {}
        self._wildcards: dict[int, bool] = {}
        self._known: dict[int, list[Child]] = {}

    def variants(self, types: Iterable[Type]) -> list[Type]:
        """The types and those derived from them, each once: whatever xsi:type may name."""
        found: dict[int, Type] = {}
        for each in types:
            found.setdefault(id(each), each)
            if each.name is not None:
                for derived in self.model.derived.get(each.name, ())[:MAX_DERIVED]:
                    found.setdefault(id(derived), derived)
        return list(found.values())

    def children(self, types: Iterable[Type]) -> list[Child]:
        """The child elements of elements of any of these types, in the order of their declarations; substitutes in place of their heads."""
        found: dict[str, Child] = {}
        for each in types:
            if isinstance(each, ComplexType) and each.content is not None:
                for name, (times, declaration) in self._of(each).items():
                    child = found.setdefault(name, Child(name, [], False))
                    child.repeats = child.repeats or times > 1
                    if all(declaration.type is not known.type for known in child.declarations):
                        child.declarations.append(declaration)
        return list(found.values())

    def has_wildcard(self, of: ComplexType) -> bool:
        """Whether elements of this type may hold elements that its schema does not name."""
        if id(of) not in self._wildcards:
            self._wildcards[id(of)] = of.open_content is not None or (of.content is not None and any(
                isinstance(particle.term, Wildcard) for particle in particles(of.content)))
        return self._wildcards[id(of)]

    def _of(self, of: ComplexType) -> dict[str, tuple[int, Element]]:
        if id(of) not in self._occurrences:
            assert of.content is not None
            self._occurrences[id(of)] = self._count(of.content)
        return self._occurrences[id(of)]

    def _count(self, particle: Particle) -> dict[str, tuple[int, Element]]:
        """For each element name how often it may stand in the particle (2 = more than once), and its declaration."""
        term, result = particle.term, {}
        if particle.max == 0 or isinstance(term, Wildcard):
            return {}
        if isinstance(term, Element):
            stand_ins = self.model.substitutes.get(term.name, ()) if term.is_global else ()
            for element in stand_ins or (() if term.abstract else (term,)):
                result[element.name] = (1, element)
        else:
            for part in term.particles:
                for name, (times, element) in self._count(part).items():
                    before = result[name][0] if name in result else 0
                    result[name] = (max(before, times) if term.kind == "choice" else min(2, before + times), element)
        if particle.max is None or particle.max > 1:
            return {name: (2, element) for name, (_, element) in result.items()}
        return result

    def roots(self, allowed: Iterable[str] | None = None) -> tuple[str, ...]:
        """The elements that documents begin with: global, not abstract, with child elements (if any such are there), and either no part of
        another one, or reaching about as much as the largest of those without being a part of itself (an entry of a collection).
        Those of the first sort come first, the largest first."""
        wanted = None if allowed is None else set(allowed)
        candidates = [
            name for name, element in self.model.elements.items()
            if isinstance(element.type, ComplexType) and not element.abstract and (wanted is None or name in wanted)
        ]  # fmt: skip
        holding = [name for name in candidates if self.children(self.variants((self.model.elements[name].type,)))]
        candidates = holding or candidates
        reach = self._reach()
        parts = {part for name in candidates for part in reach[name] if part != name}
        chosen = {name for name in candidates if name not in parts}
        largest = max((len(reach[name]) for name in chosen or candidates), default=0)
        for name in candidates:
            if name not in reach[name] and len(reach[name]) >= largest * _SHARE_OF_LARGEST:
                chosen.add(name)
        order = {name: number for number, name in enumerate(candidates)}
        ordered = sorted(chosen or candidates, key=lambda name: (name in parts, -len(reach[name]), order[name]))
        return tuple(ordered[:MAX_ROOTS])

    def _reach(self) -> dict[str, set[str]]:
        """For each element name, the names of all elements that may stand somewhere below one."""
        below = self._below()
        number = {name: place for place, name in enumerate(below)}
        bits = {name: sum({1 << number[child] for child in children}) for name, children in below.items()}
        changed = True
        while changed:
            changed = False
            for name, children in below.items():
                known = bits[name]
                for child in children:
                    known |= bits[child]
                if known != bits[name]:
                    bits[name], changed = known, True
        names = list(below)
        return {name: {names[place] for place in range(of.bit_length()) if of >> place & 1}
                for name, of in bits.items() if name in self.model.elements}

    def _below(self) -> dict[str, set[str]]:
        """For each element name, the names of its possible children."""
        below: dict[str, set[str]] = {name: set() for name in self.model.elements}
        seen: set[tuple[str, int]] = set()
        waiting: list[tuple[str, Type]] = [(name, element.type) for name, element in self.model.elements.items()]
        while waiting:
            name, of = waiting.pop()
            if (name, id(of)) in seen:
                continue
            seen.add((name, id(of)))
            if isinstance(of, ComplexType) and of.mixed and name not in self.model.elements:
                continue  # inline mark-up
            for child in self._inside(of):
                below[name].add(child.name)
                below.setdefault(child.name, set())
                waiting.extend((child.name, declaration.type) for declaration in child.declarations)
        return below

    def _inside(self, of: Type) -> list[Child]:
        if id(of) not in self._known:
            self._known[id(of)] = self.children(self.variants((of,)))
        return self._known[id(of)]


def particles(of: Particle) -> Iterator[Particle]:
    """The particle and all particles in it."""
    yield of
    if isinstance(of.term, Group):
        for part in of.term.particles:
            yield from particles(part)
