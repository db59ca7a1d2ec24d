"""The exact content-model matcher: which children a complex type admits, in which order, and what each of them is.

    matcher = Matcher(type.content, model.substitutes)
    state = matcher.start
    step = state.step("{urn:p}title")     -> (state after it, its Element or the Wildcard that admits it), or None
    state.final, state.expected           whether the content may end here; what may come here

All of XML Schema 1.0: counts of any size, wildcards, substitution groups, all-groups; a state is the set of all places that the names read
so far can lead to, so the verdict needs no determinism of the model (Unique Particle Attribution) and no backtracking.
Source: XML Schema Part 1, section 3.9.4 (cvc-particle), 3.8.4 (cvc-model-group).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from . import automaton
from .model import Element, Group, Particle, Wildcard

Term = Element | Wildcard
_STATES = 20_000  # most states kept of one content model
_NARROW = 8  # a state of more places is searched for superfluous ones
_WIDEST = 4_000  # most places that one state may hold


class TooComplex(ValueError):
    """The counts of a content model are nested too deeply to follow for these children."""


def expression(particle: Particle | None) -> automaton.Node:
    """The regular expression of a particle; its symbols are Elements and Wildcards."""
    if particle is None:
        return automaton.EMPTY
    term = particle.term
    if isinstance(term, Group):
        parts = [expression(part) for part in term.particles]
        if term.kind == "sequence":
            node = automaton.sequence(parts)
        elif term.kind == "choice":
            node = automaton.choice(parts)
        else:
            node = automaton.interleave(parts)
    else:
        node = automaton.leaf(term)
    return automaton.repeat(node, particle.min, particle.max)


def namespace(name: str) -> str:
    """The namespace part of a Clark name ("" for none)."""
    return name[1:].partition("}")[0] if name[:1] == "{" else ""


def _leaves(particle: Particle | None, times: int | None) -> Iterator[tuple[Particle, int | None]]:
    """Every element and wildcard particle below, with how often it may occur at most."""
    if particle is None:
        return
    most = 0 if 0 in (times, particle.max) else None if times is None or particle.max is None else times * particle.max
    if isinstance(particle.term, Group):
        for part in particle.term.particles:
            yield from _leaves(part, most)
    else:
        yield particle, most


class State:
    """Where a list of children has led to. Immutable to its users."""

    __slots__ = ("_expected", "_steps", "final", "matcher", "places")

    def __init__(self, matcher: Matcher, places: frozenset[int]) -> None:
        self.matcher, self.places = matcher, places
        self.final = any(map(matcher.automaton.final, places))
        self._steps: dict[str, tuple[State, Term] | None] = {}
        self._expected: tuple[Term, ...] | None = None

    def step(self, name: str) -> tuple[State, Term] | None:
        """The state after a child of this name, and the declaration or wildcard it belongs to; None where it may not stand here."""
        try:
            return self._steps[name]
        except KeyError:
            return self.matcher.step(self, name)

    @property
    def expected(self) -> tuple[Term, ...]:
        """What may come next, in the order of the schema, without doubles."""
        if self._expected is None:
            symbols = (symbol for place in sorted(self.places) for symbol in self.matcher.automaton.symbols(place))
            self._expected = tuple(dict.fromkeys(symbols))
        return self._expected


class _Terms(NamedTuple):
    """The terms of a content model. `meant`: by name, the elements that it may stand for, each with the declaration of that name."""

    declared: dict[str, Element]
    meant: dict[str, dict[Term, Term]]
    wildcards: tuple[Wildcard, ...]


class Matcher:
    """The automaton of one content model, built as documents need it. Safe to share between threads."""

    def __init__(self, content: Particle | None, substitutes: Mapping[str, Sequence[Element]]) -> None:
        self._substitutes = substitutes
        self._content = content
        self.automaton = automaton.Automaton(expression(content))
        self._states: dict[frozenset[int], State] = {}
        self._lock = threading.RLock()
        self.start = self.state((self.automaton.start,))

    def state(self, places: Iterable[int]) -> State:
        """The state of these places."""
        key = frozenset(places)
        known = self._states.get(key)
        if known is None:
            if len(key) > _NARROW and len(key := self.automaton.prune(key)) > _WIDEST:
                raise TooComplex(f"{len(key)} ways to count the children")
            if len(self._states) > _STATES:
                self._states.clear()
            known = self._states[key] = State(self, key)
        return known

    def admitted(self, term: Element) -> Iterable[Element]:
        """The elements that may stand for this particle: itself and, where it is global, its substitution group."""
        yield term
        if term.is_global:
            yield from (member for member in self._substitutes.get(term.name, ()) if member.name != term.name)

    def declared(self) -> dict[str, Element]:
        """Every element that this content model names, wherever it may stand, by Clark name."""
        return self._terms.declared

    @cached_property
    def unordered(self) -> tuple[tuple[Term, int, int | None], ...] | None:
        """(term, min, max) of the particles of a content model that is one all-group of elements and wildcards; None where there is any
        order."""
        group = self._content.term if self._content is not None and self._content.max == 1 else None
        if not isinstance(group, Group) or group.kind != "all":
            return None
        found = tuple((part.term, part.min, part.max) for part in group.particles if not isinstance(part.term, Group))
        return found if len(found) == len(group.particles) else None

    def wildcards(self) -> tuple[Wildcard, ...]:
        """The wildcards of this content model, wherever they stand."""
        return self._terms.wildcards

    def most(self, name: str) -> int | None:
        """How often an element of this name may occur at most; None where there is no bound."""
        counts = [most for particle, most in _leaves(self._content, 1) if isinstance(particle.term, Element)
                  and any(element.name == name for element in self.admitted(particle.term))]
        return None if None in counts else sum(filter(None, counts))

    @cached_property
    def _terms(self) -> _Terms:
        found = _Terms({}, {}, ())
        wildcards = []
        for particle, _ in _leaves(self._content, 1):
            if isinstance(particle.term, Wildcard):
                wildcards.append(particle.term)
            elif isinstance(particle.term, Element):
                for element in self.admitted(particle.term):
                    found.declared.setdefault(element.name, element)
                    found.meant.setdefault(element.name, {}).setdefault(particle.term, element)
        return found._replace(wildcards=tuple(wildcards))

    def admitting(self, name: str) -> Mapping[Term, Term]:
        """The elements and wildcards of the content model that a child of this name may be, each with what declares it then."""
        meant = self._terms.meant.get(name, {})
        wild = [each for each in self._terms.wildcards if each.admits(namespace(name)) and name not in each.excluded_names]
        return {**meant, **dict(zip(wild, wild, strict=True))} if wild else meant

    def step(self, state: State, name: str) -> tuple[State, Term] | None:
        """See `State.step`. Raises TooComplex."""
        with self._lock:
            meant, places, found = self.admitting(name), [], []
            for place in sorted(state.places) if meant else ():
                for symbol, after in self.automaton.after(place, meant):
                    places.append(after)
                    found.append(meant[symbol])
            result = None
            if found:  # an element that is named comes before a wildcard
                result = self.state(places), next((each for each in found if isinstance(each, Element)), found[0])
            if len(state._steps) < _STATES:
                state._steps[name] = result
            return result

    def accepts(self, names: Iterable[str]) -> bool:
        """Whether children of these names, in this order, are allowed."""
        state = self.start
        for name in names:
            following = state.step(name)
            if following is None:
                return False
            state = following[0]
        return state.final
