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

    __slots__ = ("_expected", "_steps", "_table", "_wild", "final", "matcher", "places")

    def __init__(self, matcher: Matcher, places: frozenset[int]) -> None:
        self.matcher, self.places = matcher, places
        self.final = any(map(matcher.automaton.final, places))
        self._steps: dict[str, tuple[State, Term] | None] = {}
        self._table: dict[str, tuple[Element, list[int]]] | None = None
        self._wild: list[tuple[Wildcard, int]] = []
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
            forms = (symbol for place in sorted(self.places) for symbol, _ in self.matcher.automaton.forms(place))
            self._expected = tuple(dict.fromkeys(forms))
        return self._expected


class Matcher:
    """The automaton of one content model, built as documents need it. Safe to share between threads."""

    def __init__(self, content: Particle | None, substitutes: Mapping[str, Sequence[Element]]) -> None:
        self._substitutes = substitutes
        self._content = content
        self._declared: dict[str, Element] | None = None
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
        if self._declared is None:
            found: dict[str, Element] = {}
            for particle, _ in _leaves(self._content, 1):
                if isinstance(particle.term, Element):
                    for element in self.admitted(particle.term):
                        found.setdefault(element.name, element)
            self._declared = found
        return self._declared

    def wildcards(self) -> tuple[Wildcard, ...]:
        """The wildcards of this content model, wherever they stand."""
        return tuple(particle.term for particle, _ in _leaves(self._content, 1) if isinstance(particle.term, Wildcard))

    def most(self, name: str) -> int | None:
        """How often an element of this name may occur at most; None where there is no bound."""
        counts = [most for particle, most in _leaves(self._content, 1) if isinstance(particle.term, Element)
                  and any(element.name == name for element in self.admitted(particle.term))]
        return None if None in counts else sum(filter(None, counts))

    def _tables(self, state: State) -> dict[str, tuple[Element, list[int]]]:
        table: dict[str, tuple[Element, list[int]]] = {}
        wild: list[tuple[Wildcard, int]] = []
        for place in sorted(state.places):
            for symbol, after in self.automaton.forms(place):
                if isinstance(symbol, Wildcard):
                    wild.append((symbol, after))
                    continue
                for element in self.admitted(symbol):
                    table.setdefault(element.name, (element, []))[1].append(after)
        state._wild = wild
        state._table = table
        return table

    def step(self, state: State, name: str) -> tuple[State, Term] | None:
        """See `State.step`. Raises TooComplex."""
        with self._lock:
            table = state._table if state._table is not None else self._tables(state)
            wild = [(term, after) for term, after in state._wild if term.admits(namespace(name)) and name not in term.excluded_names]
            places = [after for _, after in wild]
            found: Term | None = wild[0][0] if wild else None
            if name in table:
                found = table[name][0]
                places += table[name][1]
            result = (self.state(places), found) if found is not None else None
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
