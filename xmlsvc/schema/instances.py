"""Builds instances of element declarations, as small or as rich as is wanted: the trees behind examples and samples.

    Builder(model, random, Richness()).build(element) -> an lxml element

Every choice is made by `Turns`, which takes what it has taken least, so that many instances cover every branch. Recursion is ended by
`Heights`. Values that depend on others (IDs, IDREFs) are collected for the caller to settle. NoExample where nothing fits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lxml import etree

from ..xml.names import Prefixes, split
from . import facets
from .heights import ANY_TYPE, Heights
from .literals import NoExample, Plain, literal
from .model import (
    XML_NAMESPACE,
    XSI_NAMESPACE,
    ComplexType,
    Element,
    Group,
    Model,
    Particle,
    SimpleType,
    Type,
    Wildcard,
)  # fmt: skip

_TYPE, _NIL = f"{{{XSI_NAMESPACE}}}type", f"{{{XSI_NAMESPACE}}}nil"


@dataclass(frozen=True)
class Richness:
    """How much optional content there is: `optional` = chance that something optional is there, `repeat` = most repetitions beyond the
    least, `depth` and `size` (elements) = from where on only what must be is there; `variants` = chance of xsi:type, substitutes, nil."""

    optional: float = 0.6
    repeat: int = 2
    depth: int = 7
    size: int = 300
    variants: float = 0.4


MINIMAL = Richness(0, 0, 0, 0, 0)


class Turns:
    """Takes alternatives in turn: the least taken first, the seed decides among equals."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._taken: dict[Any, dict[int, int]] = {}

    def pick(self, key: Any, count: int) -> int:
        """One of 0 … count-1."""
        taken = self._taken.setdefault(key, {})
        least = min(taken.get(number, 0) for number in range(count))
        chosen = self.random.choice([number for number in range(count) if taken.get(number, 0) == least])
        taken[chosen] = taken.get(chosen, 0) + 1
        return chosen

    def chance(self, key: Any, chance: float) -> bool:
        """Yes or no; each comes up within a few turns whatever the chance, unless that is 0 or 1."""
        taken = self._taken.setdefault(key, {})
        if not 0 < chance < 1:
            answer = chance >= 1
        elif abs(taken.get(1, 0) - taken.get(0, 0)) > 2:
            answer = taken.get(1, 0) < taken.get(0, 0)
        else:
            answer = self.random.random() < chance
        taken[answer] = taken.get(answer, 0) + 1
        return answer


@dataclass
class References:
    """What a builder knows of the instance that it has built.

    `ids` that were written; `idrefs`: where references to them are wanted: (element, attribute name or None for its text, whether it
    must be there); `declared`: each element's declaration and type.
    """

    ids: list[str] = field(default_factory=list)
    idrefs: list[tuple[etree._Element, str | None, bool]] = field(default_factory=list)
    declared: dict[etree._Element, tuple[Element, Type]] = field(default_factory=dict)

    def forget(self, removed: etree._Element) -> None:
        """What was in an element that has been taken out."""
        gone = set(removed.iter(etree.Element))
        values = {value for element in gone for value in (element.text, *element.attrib.values())}
        self.ids = [one for one in self.ids if one not in values]
        self.idrefs = [reference for reference in self.idrefs if reference[0] not in gone]
        self.declared = {element: known for element, known in self.declared.items() if element not in gone}


class Builder:
    """Builds instances of one model. `references` are those of the last instance; `wanted`: names of elements that are never left out."""

    def __init__(self, model: Model, random: Random, richness: Richness = Richness(), turns: Turns | None = None,
                 prefixes: Prefixes | None = None, heights: Heights | None = None, wanted: frozenset[str] = frozenset()) -> None:
        self._model, self._random, self._rich = model, random, richness
        self._drawn = Plain(0) if richness is MINIMAL else random  # the smallest instances are shown to people
        self._turns = turns or Turns(random)
        self._turns.random = random
        self._prefixes = prefixes or Prefixes({XSI_NAMESPACE: "xsi"}, model.prefixes)
        self._heights = heights or Heights(model)
        self._wanted = wanted
        self._size = 0
        self.references = References()

    def build(self, element: Element) -> etree._Element:
        """An instance of the declaration, or of one that may stand for it."""
        if self._heights.of(element) == math.inf:
            raise NoExample(
                f"every instance of {split(element.name)[1]} would go on for ever, or need a DTD or an element that is not declared")
        self._size, self.references = 0, References()
        root = self._element(element, None, 0)
        used = sorted({prefix for prefix in self._prefixes.map if self._needs(root, prefix)})
        etree.cleanup_namespaces(root, top_nsmap=dict(self._prefixes.map), keep_ns_prefixes=used)
        return root

    def _needs(self, root: etree._Element, prefix: str) -> bool:
        """Whether a value uses the prefix (xsi:type, QName): lxml sees only names."""
        start = f"{prefix}:"
        return any(value.startswith(start) for node in root.iter(etree.Element) for value in (node.text or "", *node.attrib.values()))

    def _tight(self, depth: int) -> bool:
        return depth > self._rich.depth or self._size > self._rich.size

    def _element(self, declaration: Element, parent: etree._Element | None, depth: int) -> etree._Element:
        self._size += 1
        declaration = self._standing(declaration, depth)
        made = self._type(declaration, depth)
        namespace = split(declaration.name)[0]
        nsmap = {self._prefixes.prefix(namespace): namespace} if namespace and namespace != XML_NAMESPACE else {}
        if parent is None:
            node = etree.Element(declaration.name, nsmap=dict(self._prefixes.map))
        else:
            node = etree.SubElement(parent, declaration.name, nsmap=nsmap)
        self.references.declared[node] = (declaration, made)
        if made is not declaration.type and made.name is not None and made is not declaration.hint:
            node.set(_TYPE, self._prefixes.name(made.name))
        if isinstance(made, ComplexType):
            self._attributes(node, made, depth)
        if declaration.nillable and declaration.fixed is None and not self._tight(depth) and parent is not None \
                and self._turns.chance(("nil", id(declaration)), self._rich.variants / 2):
            node.set(_NIL, "true")
            return node
        simple = made if isinstance(made, SimpleType) else made.simple
        if simple is not None:
            self._text(node, None, simple, declaration.fixed, True)
        elif isinstance(made, ComplexType):
            self._content(node, made, depth, declaration.fixed)
        return node

    def _standing(self, declaration: Element, depth: int) -> Element:
        """The declaration itself or a member of its substitution group."""
        if not declaration.is_global or declaration.name not in self._model.substitutes:
            return declaration
        found = [(self._own(element), element) for element in self._heights.standing(declaration)]
        found = [pair for pair in found if pair[0] < math.inf]
        if self._tight(depth) or self._rich.variants == 0:
            return min(found, key=lambda pair: pair[0])[1]
        if declaration.abstract or self._turns.chance(("standing", id(declaration)), self._rich.variants):
            return found[self._turns.pick(("member", id(declaration)), len(found))][1]
        return declaration

    def _own(self, element: Element) -> float:
        return min((self._heights.of_type(made) for made in self._heights.types(element)), default=math.inf)

    def _type(self, declaration: Element, depth: int) -> Type:
        declared = declaration.type
        if isinstance(declared, SimpleType):
            return declared
        if isinstance(declaration.hint, ComplexType) and declaration.hint.simple is not None:
            return declaration.hint
        found = [made for made in self._heights.types(declaration) if self._heights.of_type(made) < math.inf]
        if not found:
            raise NoExample(f"no instance of {split(declaration.name)[1]} is possible")
        if len(found) == 1:
            return found[0]
        if self._tight(depth) or self._rich.variants == 0:
            return found[0] if found[0] is declared and self._heights.of_type(declared) <= 2 else min(found, key=self._heights.of_type)
        if declared.abstract or self._turns.chance(("type", id(declaration)), self._rich.variants):
            return found[self._turns.pick(("derived", id(declaration)), len(found))]
        return found[0]

    # -- attributes and text --------------------------------------------------------------------------------------------------

    def _attributes(self, node: etree._Element, made: ComplexType, depth: int) -> None:
        for name, use in made.attributes.items():
            if not use.required and (self._tight(depth) or not self._turns.chance(("attribute", id(use)), self._rich.optional)):
                continue
            try:
                self._text(node, name, use.type, use.fixed, use.required)
            except NoExample:
                if use.required:
                    raise

    def _text(self, node: etree._Element, attribute: str | None, simple: SimpleType, fixed: str | None, needed: bool) -> None:
        """Write a value of the type to the attribute or as the element's text."""
        kind = simple.builtin if simple.variety != "list" or simple.item is None else simple.item.builtin
        if fixed is not None:
            value = fixed
        elif kind == "ID":
            value = self._identifier(simple)
        elif kind in ("IDREF", "IDREFS") and not simple.enumeration:
            self.references.idrefs.append((node, attribute, needed))
            return
        elif kind in ("ENTITY", "ENTITIES"):
            raise NoExample("a value of xs:ENTITY must be declared in a DTD")
        elif simple.enumeration:
            order = self._turns.pick(("enumeration", id(simple)), len(simple.enumeration))
            chosen = simple.enumeration[order]
            value = chosen if facets.fault(simple, chosen) is None else literal(simple, self._drawn)
        else:
            value = literal(simple, self._drawn)
        if attribute is None:
            node.text = xml_text(value)
        else:
            node.set(attribute, xml_text(value))

    def _identifier(self, simple: SimpleType) -> str:
        for number in range(1, 500):
            value = literal(simple, self._drawn) if simple.patterns or simple.max_length else f"id{len(self.references.ids) + number}"
            if value not in self.references.ids:
                self.references.ids.append(value)
                return value
        raise NoExample("the values of an ID type are used up")

    # -- content --------------------------------------------------------------------------------------------------------------

    def _content(self, node: etree._Element, made: ComplexType, depth: int, fixed: str | None) -> None:
        if made.mixed:
            node.text = fixed if fixed is not None else literal_text(self._random)
        if made.content is None or fixed is not None or made.name == ANY_TYPE:
            return
        self._particle(node, made.content, depth)
        if made.mixed and len(node) and not self._tight(depth):
            node[self._random.randrange(len(node))].tail = literal_text(self._random)

    def _particle(self, node: etree._Element, particle: Particle, depth: int) -> None:
        for _ in range(self._times(particle, depth)):
            term = particle.term
            if isinstance(term, Element):
                self._element(term, node, depth + 1)
            elif isinstance(term, Wildcard):
                self._wild(node, term, depth)
            elif term.kind == "choice":
                self._particle(node, self._branch(term, depth), depth)
            else:
                parts: Sequence[Particle] = term.particles
                if term.kind == "all" and not self._tight(depth):
                    parts = self._random.sample(parts, len(parts))
                for part in parts:
                    self._particle(node, part, depth)

    def _times(self, particle: Particle, depth: int) -> int:
        least, most = particle.min, particle.max
        if self._heights.of_branch(particle) == math.inf:
            return least
        if least == 0 and isinstance(particle.term, Element) and particle.term.name in self._wanted:
            return 1
        if self._tight(depth) or most == least:
            return least
        if least == 0 and not self._turns.chance(("particle", id(particle)), self._rich.optional):
            return 0
        first = max(least, 1)
        ceiling = first + self._rich.repeat if most is None else min(most, first + self._rich.repeat)
        return self._random.randint(first, ceiling) if ceiling > first else first

    def _branch(self, group: Group, depth: int) -> Particle:
        """One branch of a choice; there is one, or the group would not be reached."""
        possible = [part for part in group.particles if self._heights.of_particle(part) < math.inf]
        if not possible:
            raise NoExample("no branch of a choice can be filled")
        if self._tight(depth):
            return min(possible, key=self._heights.of_particle)
        return possible[self._turns.pick(("choice", id(group)), len(possible))]

    def _wild(self, node: etree._Element, wildcard: Wildcard, depth: int) -> None:
        known = [element for element in self._heights.elements(wildcard) if self._heights.of(element) < math.inf]
        if known and (wildcard.process == "strict" or (wildcard.process == "lax" and not self._tight(depth))):
            if self._tight(depth) or wildcard.process == "strict":
                self._element(min(known, key=self._heights.of), node, self._rich.depth + 1)
            else:
                self._element(known[self._turns.pick(("wild", id(wildcard)), len(known))], node, self._rich.depth + 1)
            return
        if wildcard.process == "strict":
            raise NoExample("a wildcard wants an element that no schema of the set declares")
        namespace = self._foreign(wildcard)
        local = next(name for name in ("extension", "extension2", "extension3", "extra")
                     if (f"{{{namespace}}}{name}" if namespace else name) not in self._model.elements)
        nsmap = {self._prefixes.prefix(namespace): namespace} if namespace else None
        etree.SubElement(node, f"{{{namespace}}}{local}" if namespace else local, nsmap=nsmap)

    @staticmethod
    def _foreign(wildcard: Wildcard) -> str:
        """A namespace that the wildcard admits."""
        if wildcard.namespaces:
            return sorted(wildcard.namespaces)[-1]
        return next(name for name in ("urn:example:extension", "urn:example:extension2") if wildcard.admits(name))


def literal_text(random: Random) -> str:
    """A few words."""
    return " ".join(random.sample(("Some", "words", "about", "evening", "light", "over", "water"), 3))


def xml_text(value: str) -> str:
    """The value without characters that XML cannot hold."""
    return "".join(char for char in value if char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff"))
