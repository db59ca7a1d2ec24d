"""Which engine's word is final for what in one schema: trust rules, worked out once and kept beside the set.

libxml2's refusal is always looked into. Its acceptance is final but for what these rules find in the schema (each was measured on the
W3C suite, on mutants of real documents or on random content models):

    R1  XSD 1.1 constructs                      libxml2 knows none of them: xmlschema decides
    R2  ID, IDREF                               it resolves no IDREF, and finds no double ID among elements   → names to collect
    R3  fixed values                            ignored through ref=, in mixed content, compared as text        → names to check
    R4  base64Binary                            any characters pass                                             → names to check
    R5  patterns beyond the plain               \\P in a class, subtractions of negated classes, big counts     → names to check
    R6  NOTATION, ENTITY                        not checked                                                     → names to check
    R7  counted groups that may be empty        it loses count                                                  → names to match
    R8  fields with "|" or "*" in identity constraints                                                          → always assessed
    R9  identity constraints on numbers         -0 is not 0 to it                                              → assessed where "-0" occurs

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

from ..schema import sources
from ..schema.model import Element, Group, Model, Particle, SimpleType, Type
from .components import Components

if TYPE_CHECKING:
    from ..schema.store import SchemaSet

VERSION = 1
Name = tuple[str, str | None]  # (element, or "*" for any; attribute, or None for the element's own text): Clark names


@dataclass(frozen=True, slots=True)
class Trust:
    """`values`: what to check in accepted documents; `contents`: elements whose children to match; `ids`, `idrefs`: what to collect;
    `always`: why every document is assessed; `signed`: why those with "-0" are; `notes`: sentences for whoever registers the schema."""

    version: str
    values: tuple[Name, ...] = ()
    contents: tuple[str, ...] = ()
    ids: tuple[Name, ...] = ()
    idrefs: tuple[Name, ...] = ()
    always: tuple[str, ...] = ()
    signed: bool = False
    notes: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether libxml2's acceptance is final for every document."""
        return self.version == "1.0" and not (self.values or self.contents or self.ids or self.idrefs or self.always or self.signed)


def trust(schema_set: SchemaSet, model: Model) -> Trust:
    """The rules' outcome for a set, with its model."""
    version = sources.collect(schema_set.driver).version
    components = Components(model)
    rules = _Rules(components)
    for element in components.elements():
        rules.element(element)
    return Trust(version, rules.names(rules.values), tuple(rules.contents), rules.names(rules.ids), rules.names(rules.idrefs),
                 tuple(rules.always), rules.signed, tuple(dict.fromkeys(rules.notes)))


def load(path: Path) -> Trust | None:
    """What `save` left, or None."""
    try:
        raw = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    pairs = {key: tuple((element, attribute) for element, attribute in raw[key]) for key in ("values", "ids", "idrefs")}
    texts = {key: tuple(raw[key]) for key in ("contents", "always", "notes")}
    return Trust(raw["version"], signed=raw["signed"], **pairs, **texts)


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
        self.contents: dict[str, None] = {}
        self.ids: dict[Name, None] = {}
        self.idrefs: dict[Name, None] = {}
        self.always: dict[str, None] = {}
        self.notes: list[str] = []
        self.signed = False
        self._simple: dict[int, tuple[SimpleType, bool]] = {}
        self._owners: dict[str, set[str]] = {}

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
            self.signed = True
            if any("|" in one or "*" in one for one in (*identity.fields, identity.selector)):
                self.always[f"{identity.name}: a selector or field with “|” or “*”"] = None
        derived = self._model.derived.get(element.type.name or "", ())
        for one in (element.type, *derived):
            self._type(element.name, one)

    def _type(self, name: str, one: Type) -> None:
        if isinstance(one, SimpleType):
            self._value((name, None), one)
            return
        if one.simple is not None:
            self._value((name, None), one.simple)
        for use in one.attributes.values():
            self._owners.setdefault(use.name, set()).add(name)
            self._value((name, use.name), use.type)
            if use.fixed is not None:
                self.values[name, use.name] = None
            if (use.fixed or use.default) and self._components.identifying(use.type):
                self.always[f"{use.name}: a reference that the schema supplies"] = None
        if any(_loses_count(particle) for particle in _particles(one.content)):
            self.contents[name] = None
        if one.any_attribute is not None and one.any_attribute.process != "skip":
            for use in self._model.attributes.values():
                if one.any_attribute.admits(use.name[1:].partition("}")[0] if use.name[:1] == "{" else ""):
                    self._owners.setdefault(use.name, set()).add(name)
                    self._value((name, use.name), use.type)

    def _value(self, name: Name, simple: SimpleType) -> None:
        kind = self._components.identifying(simple)
        if kind == "union":
            self.always[f"{name[0]}: a union with identifiers"] = None
        elif kind == "ID":
            self.ids[name] = None
        elif kind:
            self.idrefs[name] = None
        if self._doubtful(simple):
            self.values[name] = None

    def _doubtful(self, simple: SimpleType) -> bool:
        """Whether libxml2 may accept values of the type that it should not."""
        known = self._simple.get(id(simple))
        if known is None:
            self._simple[id(simple)] = (simple, False)
            inner = tuple(filter(None, (simple.item, *simple.members)))
            found = simple.primitive in ("base64Binary", "NOTATION") or simple.builtin in ("ENTITY", "ENTITIES") or any(map(self._doubtful, inner))
            for pattern in (pattern for step in simple.patterns for pattern in step):
                self.notes += [f"{simple.source or simple.name}: {note}" for note in pattern_notes(pattern)]
                found = found or unusual(pattern)
            known = self._simple[id(simple)] = (simple, found)
        return known[1]


def unusual(pattern: str) -> bool:
    """Whether libxml2's reading of a pattern differs from the specification's, or may."""
    depth, negated, at = 0, False, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            escape = pattern[at + 1 : at + 2]
            if escape in ("i", "I", "c", "C") or (depth and (escape in "PWDS" or (negated and escape == "p"))):
                return True
            at += 2
            continue
        if char == "[":
            if depth and negated:
                return True
            depth += 1
            negated = pattern[at + 1 : at + 2] == "^"
        elif char == "]" and depth:
            depth -= 1
        at += 1
    return bool(re.search(r"\{\d*,?\d{4,}\}", pattern))


def pattern_notes(pattern: str) -> Iterator[str]:
    """Sentences about patterns that make backtracking matchers hang."""
    if re.search(r"[+*}]\)[+*{]", re.sub(r"\\.|\[[^\]]*\]", "x", pattern)):
        yield f"The pattern {pattern} has a repetition inside a repetition; other validators may hang on it."


def _particles(particle: Particle | None) -> Iterator[Particle]:
    if particle is not None:
        yield particle
        if isinstance(particle.term, Group):
            for part in particle.term.particles:
                yield from _particles(part)


def _emptiable(particle: Particle) -> bool:
    return particle.min == 0 or (isinstance(particle.term, Group) and _empty_inside(particle.term))


def _empty_inside(group: Group) -> bool:
    parts = [_emptiable(part) for part in group.particles]
    return any(parts) or not parts if group.kind == "choice" else all(parts)


def _loses_count(particle: Particle) -> bool:
    counted = particle.min > 1 or (particle.max is not None and particle.max > 1)
    return counted and isinstance(particle.term, Group) and _empty_inside(particle.term)

