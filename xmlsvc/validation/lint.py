"""Which engine's word is final for what in one schema: trust rules, worked out once and kept beside the set.

libxml2's refusal is always looked into. Its acceptance is final but for what these rules find in the schema (each was measured on the
W3C suite, on mutants of real documents or on random content models):

    R1  XSD 1.1 constructs                      libxml2 knows none of them: xmlschema decides
    R2  ID, IDREF                               it resolves no IDREF; no double ID among elements, by wildcards → names to collect
    R3  fixed values                            ignored through ref=, in mixed content, compared as text        → names to check
    R4  base64Binary                            any characters pass                                             → names to check
    R5  patterns beyond the plain               \\P in a class, subtractions of negated classes, big counts     → names to check
    R6  NOTATION, ENTITY                        not checked                                                     → names to check
    R7  counts on groups that may be empty, on wildcards, on substitution groups: it loses count                → names to match
    R8  fields with "|" or "*" in identity constraints, keys of elements that may be nil                         → always assessed
    R9  identity constraints on numbers         -0 is not 0 to it                                              → assessed where "-0" occurs
    R10 patterns of exponential ambiguity       25 characters take it seconds, and a document may have thousands → it is not asked at all

A name to check is one that the fast pass (`passes`) looks for in each accepted document; only where it finds something there does our own
assessor, which is exact, decide.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..schema import ambiguity, sources
from ..schema.matcher import namespace
from ..schema.model import ComplexType, Element, Group, Identity, Model, Particle, SimpleType, Type, Wildcard
from .components import Components

if TYPE_CHECKING:
    from ..schema.store import SchemaSet

VERSION = 6
_OPEN = ("values", "exotic", "contents", "foreign", "open_ids", "ids", "idrefs", "idref_lists", "always", "signed")
Name = tuple[str, str | None]  # (element, or "*" for any; attribute, or None for the element's own text): Clark names


@dataclass(frozen=True, slots=True)
class Trust:
    """What libxml2's acceptance leaves open in a schema.

    `values`: what to check; `exotic`: what only where rare scripts occur; `contents`: elements whose children to match; `foreign`: those to
    match only where namespaces besides `home` are used; `open_ids`: elements that could have two identifiers, one by a wildcard; `ids`,
    `idrefs`, `idref_lists`: what names and refers; `always`: why every document is assessed; `signed`: those with "-0" are; `slow`: the
    patterns for which libxml2 is not to be asked about any document; `notes`: sentences for whoever registers the schema; `beyond`: it uses
    something of XSD 1.1 that our assessor does not know; `nested`: local names of elements with keys that may be in one another.
    """

    version: str
    values: tuple[Name, ...] = ()
    exotic: tuple[Name, ...] = ()
    contents: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    home: tuple[str, ...] = ()
    open_ids: tuple[str, ...] = ()
    ids: tuple[Name, ...] = ()
    idrefs: tuple[Name, ...] = ()
    idref_lists: tuple[Name, ...] = ()
    always: tuple[str, ...] = ()
    signed: bool = False
    slow: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    beyond: bool = False
    nested: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether libxml2's acceptance is final for every document."""
        return self.version == "1.0" and not any(getattr(self, name) for name in _OPEN)


def trust(schema_set: SchemaSet, model: Model) -> Trust:
    """The rules' outcome for a set, with its model."""
    collected = sources.collect(schema_set.driver)
    components = Components(model)
    rules = _Rules(components)
    for element in components.elements():
        rules.element(element)
    return Trust(
        collected.version, rules.names(rules.values), rules.names(rules.exotic), tuple(rules.contents), tuple(rules.foreign), rules.home,
        tuple(rules.open_ids), rules.names(rules.ids), rules.names(rules.idrefs), rules.names(rules.idref_lists), tuple(rules.always),
        rules.signed, tuple(rules.slow), tuple(dict.fromkeys(rules.notes)), collected.beyond,
        tuple(rules.nested()))


def load(path: Path) -> Trust | None:
    """What `save` left, or None."""
    try:
        raw = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    def pairs(key: str) -> tuple[Name, ...]:
        return tuple((element, attribute) for element, attribute in raw[key])

    def texts(key: str) -> tuple[str, ...]:
        return tuple(raw[key])

    return Trust(
        raw["version"], pairs("values"), pairs("exotic"), texts("contents"), texts("foreign"), texts("home"), texts("open_ids"),
        pairs("ids"), pairs("idrefs"), pairs("idref_lists"), texts("always"), raw["signed"], texts("slow"), texts("notes"),
        raw["beyond"], texts("nested"))


def save(found: Trust, path: Path) -> None:
    """Keep it; a reader sees all of it or nothing."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(asdict(found), stream)
    Path(temporary).replace(path)


class _Rules:
    """One pass over all declarations."""

    def __init__(self, components: Components) -> None:
        self._components, self._model = components, components.model
        self.values: dict[Name, None] = {}
        self.exotic: dict[Name, None] = {}
        self.contents: dict[str, None] = {}
        self.foreign: dict[str, None] = {}
        self.open_ids: dict[str, None] = {}
        self.ids: dict[Name, None] = {}
        self.idrefs: dict[Name, None] = {}
        self.idref_lists: dict[Name, None] = {}
        self.always: dict[str, None] = {}
        self.slow: dict[str, None] = {}
        self.notes: list[str] = []
        self.signed = False
        self._simple: dict[int, tuple[SimpleType, str]] = {}
        self.home = tuple(sorted({namespace(element.name) for element in components.elements()}))
        self._nillable = {element.name.rpartition("}")[2] for element in components.elements() if element.nillable}
        self._owners: dict[str, set[str]] = {}
        self._numeric: set[str] | None = None

    def names(self, found: dict[Name, None]) -> tuple[Name, ...]:
        """The names, shortened: ("*", attribute) where the attribute is such on every element that has it."""
        owners: dict[str, set[str]] = {}
        for element, attribute in found:
            if attribute is not None:
                owners.setdefault(attribute, set()).add(element)
        everywhere = {attribute for attribute, elements in owners.items() if elements == self._owners.get(attribute)}
        return tuple(dict.fromkeys(("*" if attribute in everywhere else element, attribute) for element, attribute in found))

    def element(self, element: Element) -> None:
        """An element declaration, with every type that xsi:type may give it."""
        if element.fixed is not None:
            self.values[element.name, None] = None
        for identity in element.identities:
            self.signed = self.signed or any(map(self._may_be_zero, _ends(identity)))
            if any("|" in one or "*" in one for one in identity.fields):
                self.always[f"{identity.name}: a field with “|” or “*”"] = None
            if identity.kind == "key" and any(name in self._nillable for name in _ends(identity)):
                self.always[f"{identity.name}: a field that may be nil"] = None
        derived = self._model.derived.get(element.type.name or "", ())
        for one in (element.type, *derived):
            self._type(element.name, one)

    def nested(self) -> Iterator[str]:
        """The local names of elements with keys, uniques or keyrefs that may have others of the same name in them, however deep."""
        for name in dict.fromkeys(element.name for element in self._components.elements() if element.identities):
            seen: set[str] = set()
            todo = list(self._components.held(name))
            while todo:
                one = todo.pop()
                if one not in seen:
                    seen.add(one)
                    todo += self._components.held(one)
            if name in seen:
                yield name.rpartition("}")[2]

    def _may_be_zero(self, name: str) -> bool:
        """Whether any element or attribute of that local name ("*" = of any) may hold the number 0, which libxml2 tells from -0."""
        if self._numeric is None:
            self._numeric = set()
            for declaration in self._components.elements():
                for one in self._components.types_of(declaration.name):
                    if _zero(one if isinstance(one, SimpleType) else one.simple):
                        self._numeric.add(declaration.name.rpartition("}")[2])
                    if isinstance(one, ComplexType):
                        self._numeric.update(use.name.rpartition("}")[2] for use in one.attributes.values() if _zero(use.type))
        return name in self._numeric or (name == "*" and bool(self._numeric))

    def _type(self, name: str, one: Type) -> None:
        if isinstance(one, SimpleType):
            self._value((name, None), one)
            return
        if one.simple is not None:
            self._value((name, None), one.simple)
        for use in one.attributes.values():
            self._owners.setdefault(use.name, set()).add(name)
            self._value((name, use.name), use.type)
            if use.fixed is not None and use.name in self._model.attributes:
                self.values[name, use.name] = None
            if (use.fixed or use.default) and self._components.identifying(use.type):
                self.always[f"{use.name}: a reference that the schema supplies"] = None
        doubtful = list(self._miscounted(one.content, True))
        if any(not isinstance(term, Wildcard) or self._domestic(term) for term in doubtful):
            self.contents[name] = None
        elif doubtful:
            self.foreign[name] = None
        if one.any_attribute is not None and one.any_attribute.process != "skip":
            own = sum(1 for use in one.attributes.values() if self._components.identifying(use.type) == "ID")
            open_ids = [use for use in self._model.attributes.values() if use.name not in one.attributes
                        and self._components.identifying(use.type) == "ID" and one.any_attribute.admits(namespace(use.name))]
            if len(open_ids) + own > 1 and open_ids:
                self.open_ids[name] = None
            for use in self._model.attributes.values():
                if one.any_attribute.admits(namespace(use.name)):
                    self._owners.setdefault(use.name, set()).add(name)
                    self._value((name, use.name), use.type)

    def _miscounted(self, particle: Particle | None, fresh: bool) -> Iterator[Group | Element | Wildcard]:
        """The terms of a content model that libxml2's automaton may count wrongly (each bears out on random models).

        Counted groups that may be empty or repeat something inside; wildcards and substitution groups that repeat where something else
        starts or loops, too (`fresh`: nothing does): after one of them it is back in the state before, as if none had been there.
        """
        if particle is None:
            return
        term, repeated = particle.term, particle.max != 1
        if not isinstance(term, Group):
            several = isinstance(term, Wildcard) or (term.is_global and len(self._components.substitutes.get(term.name, ())) > 1)
            if several and repeated and not fresh:
                yield term
            return
        counted = particle.min > 1 or (particle.max is not None and particle.max > 1)
        if counted and (_empty_inside(term) or _repeats_inside(term)):
            yield term
        fresh = fresh and not repeated and particle.min > 0
        for part in term.particles:
            yield from self._miscounted(part, fresh and not (term.kind != "sequence" and len(term.particles) > 1))
            if term.kind == "sequence":
                fresh = not isinstance(part.term, Group) and part.max == 1

    def _domestic(self, wildcard: Wildcard) -> bool:
        """Whether elements that the schema itself declares may match the wildcard."""
        return any(wildcard.admits(space) for space in self.home)

    def _value(self, name: Name, simple: SimpleType) -> None:
        kind = self._components.identifying(simple)
        if kind == "union":
            self.always[f"{name[0]}: a union with identifiers"] = None
        elif kind:
            {"ID": self.ids, "IDREF": self.idrefs, "IDREFS": self.idref_lists}[kind][name] = None
        doubt = self._doubtful(simple)
        if doubt == "always":
            self.values[name] = None
        elif doubt:
            self.exotic[name] = None

    def _doubtful(self, simple: SimpleType) -> str:
        """When libxml2 may accept values of the type that it should not: see `unusual`."""
        known = self._simple.get(id(simple))
        if known is None:
            self._simple[id(simple)] = (simple, "")
            inner = tuple(filter(None, (simple.item, *simple.members)))
            unchecked = simple.primitive in ("base64Binary", "NOTATION") or simple.builtin in ("ENTITY", "ENTITIES")
            doubts = {"always" if unchecked else "", *map(self._doubtful, inner)}
            for pattern in (pattern for step in simple.patterns for pattern in step):
                self.notes += [f"{simple.source or simple.name}: {note}" for note in pattern_notes(pattern)]
                if ambiguity.exponential(pattern):
                    self.slow[pattern] = None
                doubts.add(unusual(pattern))
            known = self._simple[id(simple)] = (simple, "always" if "always" in doubts else "exotic" if "exotic" in doubts else "")
        return known[1]


def _ends(identity: Identity) -> Iterator[str]:
    """The local names that the fields' paths end in."""
    for field in identity.fields:
        for path in (field if field.strip(" /.") else identity.selector).split("|"):
            yield re.split(r"[/:@]", path.strip())[-1].strip() or "*"


def _zero(simple: SimpleType | None) -> bool:
    if simple is None:
        return False
    if simple.variety != "atomic":
        return any(map(_zero, filter(None, (simple.item, *simple.members))))
    least = simple.min_inclusive
    return simple.primitive in ("decimal", "float", "double") and not (least is not None and least.isdigit() and int(least) > 0)


def unusual(pattern: str) -> str:
    """ "always" where libxml2 reads a pattern differently, "exotic" where only characters of rare scripts can tell, "" otherwise."""
    found, depth, negated, at = "", 0, [False], 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            escape = pattern[at + 1 : at + 2]
            if escape in ("i", "I", "c", "C") or (depth and (escape in "PWDS" or (negated[-1] and escape == "p"))):
                return "always"
            if escape in "dDwWpP":
                found = "exotic"
            at += 2
            continue
        if char == "[":
            negated.append(pattern[at + 1 : at + 2] == "^")
            if depth and any(negated):
                return "always"
            depth += 1
        elif char == "]" and depth:
            depth -= 1
            negated.pop()
        at += 1
    return "always" if re.search(r"\{\d*,?\d{4,}\}", pattern) else found


_SHOWN = 80  # characters of a pattern in a sentence
_GROUP = re.compile(r"\(((?:\\.|\[(?:\\.|[^\]])*\]|[^()\\\[])*)\)(?:[+*]|\{\d+,\})")
_PIECE = re.compile(r"(?:\\[pP]\{\w+\}|\\.|\[(?:\\.|[^\]])*\]|[^+*?{])([+*?]|\{[\d,]+\})?")


def pattern_notes(pattern: str) -> Iterator[str]:
    """Sentences about patterns that make matchers that backtrack hang: a repeated group of which nothing but repetitions is sure."""
    shown = pattern if len(pattern) <= _SHOWN else f"{pattern[:_SHOWN]}…"
    for group in _GROUP.finditer(pattern):
        quantifiers = [piece[1] for piece in _PIECE.finditer(group[1])]
        if quantifiers and all(quantifiers) and any(one[0] in "+*" for one in quantifiers if one):
            yield f"The pattern {shown} has a repetition inside a repetition; other validators may hang on it."
            return
    if ambiguity.exponential(pattern):
        yield (f"The pattern {shown} can match one value in very many ways; other validators may hang on it, and documents take "
               "longer here.")


def _emptiable(particle: Particle) -> bool:
    return particle.min == 0 or (isinstance(particle.term, Group) and _empty_inside(particle.term))


def _empty_inside(group: Group) -> bool:
    parts = [_emptiable(part) for part in group.particles]
    return any(parts) or not parts if group.kind == "choice" else all(parts)


def _repeats_inside(group: Group) -> bool:
    return any(part.max != 1 or (isinstance(part.term, Group) and _repeats_inside(part.term)) for part in group.particles)
