"""Where a new child belongs among its siblings, for every content model.

    order = Order(particle, substitutes)
    order.after(name)               names that must come after it: walk back from the end, stop at a same-named child, go before these
    order.position(children, name)  the index for a new child: by those names, or, where groups repeat, by trying each place

The delimiting names are XMLBeans' (Xobj.java, add_element_user): right in any order of calls for every model without repeated sequences.
For the others a place is sought where the whole is valid, or else where the fewest further children would make it valid.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from .matcher import Matcher, State, TooComplex, namespace
from .model import Element, Group, Particle, Wildcard

_MOST = 60  # children for which every place is tried
_TRIED = 4_000  # states that one search may look at

Word = str | Wildcard


class Order:
    """The order of one content model. `words`: every name and wildcard in it."""

    def __init__(self, content: Particle | None, substitutes: Mapping[str, Sequence[Element]]) -> None:
        self._content, self._substitutes = content, substitutes
        self._after: dict[str, frozenset[Word]] = {}
        self.words = frozenset(self._all(content)) if content is not None else frozenset()
        self._wild = [word for word in self.words if isinstance(word, Wildcard)]

    @cached_property
    def matcher(self) -> Matcher:
        """The exact automaton of the model."""
        return Matcher(self._content, self._substitutes)

    @cached_property
    def repeats(self) -> bool:
        """Whether a group of several children in sequence may repeat, so that order is more than a matter of names."""
        return self._content is not None and self._repeats(self._content)

    def word(self, name: str) -> Word | None:
        """What the model knows a child as: its own name, or the first wildcard that admits it."""
        if name in self.words:
            return name
        return next((wildcard for wildcard in self._wild if wildcard.admits(namespace(name))), None)

    def after(self, name: str) -> frozenset[Word]:
        """The names and wildcards that must come after a child of this name; empty for a name that the model does not know."""
        known = self._after.get(name)
        if known is None:
            word = self.word(name)
            known = frozenset()
            if word is not None and self._content is not None:
                known = self.words - self._before(word, self._content) - {word}
            self._after[name] = known
        return known

    def position(self, children: Sequence[str], name: str) -> int:
        """Where among children of these names a new one belongs: an index from 0 to len(children)."""
        if self.repeats and len(children) <= _MOST:
            found = self._tried(children, name)
            if found is not None:
                return found
        return self.delimited(children, name)

    def delimited(self, children: Sequence[str], name: str) -> int:
        """The same by delimiting names alone."""
        after = self.after(name)
        place = len(children)
        for index in range(len(children) - 1, -1, -1):
            child = children[index]
            if child == name:
                break
            if child in after or (child not in self.words and self.word(child) in after):
                place = index
        return place

    def _tried(self, children: Sequence[str], name: str) -> int | None:
        """The last place that leaves the fewest gaps; but a child that fills a gap stands in the first, after those of its name, so that
        what is given field by field (all of one, then all of another) comes to stand in the turns in which it was given."""
        best: tuple[int, int] | None = None
        try:
            for place in range(len(children), -1, -1):
                gaps = self._with(children, name, place, best[0] if best else None)
                if gaps is not None:
                    best = (gaps, place)
                if gaps == 0:
                    break
            if best is None:
                return None
            fewest, last = best
            before = self.gaps(children)
            if before is None or before <= fewest:
                return last
            own = next((place for place in range(len(children), 0, -1) if children[place - 1] == name), 0)
            return next((place for place in range(own, last) if self._with(children, name, place, fewest + 1) is not None), last)
        except TooComplex:
            return None

    def _with(self, children: Sequence[str], name: str, place: int, fewer_than: int | None) -> int | None:
        """The gaps that are left with a child of this name in this place."""
        return self.gaps([*children[:place], name, *children[place:]], fewer_than)

    def gaps(self, names: Sequence[str], fewer_than: int | None = None) -> int | None:
        """How many children are missing from these for the content to be valid; None if no additions can make it so."""
        queue: list[tuple[int, int, int, State]] = [(0, 0, 0, self.matcher.start)]
        seen: set[tuple[int, frozenset[int]]] = set()
        number = 0
        while queue and number < _TRIED:
            missing, done, _, state = heapq.heappop(queue)
            if fewer_than is not None and missing >= fewer_than:
                return None
            at = -done
            if (at, state.places) in seen:
                continue
            seen.add((at, state.places))
            if at == len(names) and state.final:
                return missing
            for cost, step, following in self._moves(state, names, at):
                number += 1
                heapq.heappush(queue, (missing + cost, -(at + step), number, following))
        return None

    def _moves(self, state: State, names: Sequence[str], at: int) -> Iterator[tuple[int, int, State]]:
        if at < len(names):
            following = state.step(names[at])
            if following is not None:
                yield 0, 1, following[0]
        for term in state.expected:
            name = term.name if isinstance(term, Element) else f"{{{sorted(term.namespaces)[0]}}}_" if term.namespaces else "{urn:any}_"
            following = state.step(name)
            if following is not None:
                yield 1, 0, following[0]

    # -- delimiting names -----------------------------------------------------------------------------------------------------

    def _names(self, element: Element) -> set[Word]:
        names: set[Word] = {element.name}
        if element.is_global:
            names.update(member.name for member in self._substitutes.get(element.name, ()))
        return names

    def _all(self, particle: Particle) -> set[Word]:
        term = particle.term
        if isinstance(term, Element):
            return self._names(term)
        if isinstance(term, Wildcard):
            return {term}
        return set().union(*(self._all(part) for part in term.particles)) if term.particles else set()

    def _before(self, word: Word, particle: Particle) -> set[Word]:
        """What may come before `word` inside the particle."""
        everything = self._all(particle)
        if word not in everything:
            return set()
        term = particle.term
        if particle.max != 1 or not isinstance(term, Group) or term.kind == "all":
            return everything
        found: set[Word] = set()
        if term.kind == "choice":
            for part in term.particles:
                found |= self._before(word, part)
            return found
        met = False
        for part in reversed(term.particles):
            if met:
                found |= self._all(part)
            elif word in self._all(part):
                found |= self._before(word, part)
                met = True
        return found

    def _repeats(self, particle: Particle) -> bool:
        term = particle.term
        if not isinstance(term, Group):
            return False
        if particle.max != 1 and self._ordered(term):
            return True
        return any(self._repeats(part) for part in term.particles) or (term.kind == "sequence" and self._mentioned_twice(term))

    def _ordered(self, group: Group) -> bool:
        """Whether the order of names inside one turn of the group matters."""
        if group.kind != "choice" and len(group.particles) > 1:
            return True
        return any(isinstance(part.term, Group) and self._ordered(part.term) for part in group.particles)

    def _mentioned_twice(self, group: Group) -> bool:
        """Whether a name stands in two parts of a sequence: then the name alone does not say where."""
        seen: set[Word] = set()
        for part in group.particles:
            names = self._all(part)
            if names & seen:
                return True
            seen |= names
        return False
