"""What may be in an element, compared as languages: by walking both automata at once, so that a content model that is only written another
way is no change.

    included(old, new, anywhere) -> bool | None      whether every list of children that the old one accepts is accepted by the new one
    children(particle) -> {name: Child}              which children there may be, and how often
    written_alike(…) · all_included(…)               the same without automata, where these would be too large
    wildcards(particle) · admitted(wildcard) · covers(outer, inner)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..xml.names import join
from .matcher import Matcher, Term, TooComplex
from .model import Element, Group, Particle, Wildcard

_PAIRS = 4_000  # pairs of states that are looked at when two content models are compared
_STRICT = {"skip": 0, "lax": 1, "strict": 2}
Substitutes = Mapping[str, Sequence[Element]]
_OTHER = "urn:xmlsvc:some-other-namespace"


@dataclass(slots=True)
class Child:
    """A child: its declaration, and how often it may be there (None = any number)."""

    element: Element
    counts: tuple[int, int | None]


def included(old: Matcher, new: Matcher, anywhere: Collection[str]) -> bool | None:
    """Whether every list of children that the old content model accepts is accepted by the new one; None where that is too much to find
    out. `anywhere`: the elements that the new schema declares at its top, which a wildcard can find."""
    names = sorted(old.declared()) + _strangers(old, new)
    seen = {(old.start.places, new.start.places)}
    queue = deque([(old.start, new.start)])
    try:
        while queue:
            one, two = queue.popleft()
            if one.final and not two.final:
                return False
            for name in names:
                step = one.step(name)
                if step is None:
                    continue
                other = two.step(name)
                if other is None or not _as_loose(step[1], other[1], name in anywhere):
                    return False
                pair = (step[0].places, other[0].places)
                if pair not in seen:
                    seen.add(pair)
                    queue.append((step[0], other[0]))
            if len(seen) > _PAIRS:
                return None
    except TooComplex:
        return None
    return True


def written_alike(one: Particle | None, two: Particle | None, before: Substitutes, after: Substitutes) -> bool:
    """Whether two content models are the same, part by part, as they are written: no automaton is needed to see that."""
    return _written(one, before) == _written(two, after)


def _written(particle: Particle | None, substitutes: Substitutes) -> object:
    if particle is None:
        return None
    term = particle.term
    if isinstance(term, Group):
        said: object = (term.kind, tuple(_written(part, substitutes) for part in term.particles))
    elif isinstance(term, Wildcard):
        said = (term.namespaces, term.excluded, term.excluded_names, term.process)
    else:
        said = (term.name, frozenset(one.name for one in substitutes.get(term.name, ())) if term.is_global else None)
    return particle.min, particle.max, said


def all_included(old: Particle | None, new: Particle | None, before: Substitutes, after: Substitutes) -> bool | None:
    """As `included`, for two xs:all groups, whose automata have a state for each set of children; None where they are no such groups."""
    one, two = _all(old, before), _all(new, after)
    if one is None or two is None or old is None or new is None:
        return None
    if old.min == 0 and new.min and any(low for low, _ in two.values()):
        return False
    fits = all(name in two and two[name][0] <= low and _most(high, two[name][1]) for name, (low, high) in one.items())
    return fits and all(name in one or not low for name, (low, _) in two.items())


def _all(particle: Particle | None, substitutes: Substitutes) -> dict[str, tuple[int, int | None]] | None:
    if particle is None or not isinstance(particle.term, Group) or particle.term.kind != "all":
        return None
    found = {}
    for part in particle.term.particles:
        if not isinstance(part.term, Element) or (part.term.is_global and substitutes.get(part.term.name, ())[1:]):
            return None
        found[part.term.name] = (part.min, part.max)
    return found


def _most(old: int | None, new: int | None) -> bool:
    return new is None or (old is not None and old <= new)


def _strangers(*matchers: Matcher) -> list[str]:
    """A name that nobody declares, in each namespace that a wildcard speaks of, in none, and in another one."""
    wild = [wildcard for matcher in matchers for wildcard in matcher.wildcards()]
    if not wild:
        return []
    spaces = {space for one in wild for space in (*(one.namespaces or ()), *one.excluded)}
    return [join(space, "xmlsvc-stranger") for space in sorted({*spaces, "", _OTHER})]


def _as_loose(old: Term, new: Term, known: bool) -> bool:
    """Whether what stands there may be the same; the types of elements that both declare are compared elsewhere. `known`: the new schema
    declares an element of this name at its top."""
    if isinstance(new, Wildcard):
        process = _STRICT[new.process]
        return process <= _STRICT[old.process] if isinstance(old, Wildcard) else process < 2 or known
    return isinstance(old, Element)


def children(particle: Particle | None, optional: bool = False, times: int | None = 1) -> dict[str, Child]:
    """The children of a content model by name, in order of mention."""
    found: dict[str, Child] = {}
    if particle is None:
        return found
    low = 0 if optional or not particle.min else particle.min
    high = None if times is None or particle.max is None else times * particle.max
    if isinstance(particle.term, Element):
        found[particle.term.name] = Child(particle.term, (low, high))
    elif isinstance(particle.term, Group):
        choice = particle.term.kind == "choice"
        parts = [children(part, low == 0, high) for part in particle.term.particles]
        for name in dict.fromkeys(name for part in parts for name in part):
            those = [part[name] for part in parts if name in part]
            lows, highs = zip(*(child.counts for child in those), strict=True)
            least = sum(lows) if not choice else min(lows) if len(those) == len(parts) else 0
            most = None if None in highs else max(highs) if choice else sum(highs)
            found[name] = Child(those[0].element, (least, most))
    return found


def wildcards(particle: Particle | None) -> list[Wildcard]:
    """The wildcards of a content model."""
    if particle is None:
        return []
    if isinstance(particle.term, Wildcard):
        return [particle.term]
    return [one for part in particle.term.particles for one in wildcards(part)] if isinstance(particle.term, Group) else []


def covers(outer: Wildcard | None, inner: Wildcard | None) -> bool:
    """Whether everything that the inner wildcard admits is admitted by the outer one."""
    if inner is None or outer is None:
        return inner is None
    if _STRICT[outer.process] > _STRICT[inner.process] or not outer.excluded_names <= inner.excluded_names:
        return False
    if outer.namespaces is not None:
        return inner.namespaces is not None and inner.namespaces <= outer.namespaces
    return outer.excluded.isdisjoint(inner.namespaces) if inner.namespaces is not None else outer.excluded <= inner.excluded


def admitted(wildcard: Wildcard, what: str) -> str:
    """What a wildcard admits, in words; `what`: "elements" or "attributes"."""
    return "".join(_admitted(wildcard, what))


def _admitted(wildcard: Wildcard, what: str) -> Iterator[str]:
    if wildcard.namespaces is None:
        others = sorted(space or "none" for space in wildcard.excluded if space)
        yield f"{what} of any namespace" + (f" but {', '.join(others)}" if others else "")
    else:
        spaces = sorted(space for space in wildcard.namespaces if space)
        yield what + (f" of the namespace {', '.join(spaces)}" if spaces else "")
        if "" in wildcard.namespaces:
            yield " or of none" if spaces else " of no namespace"
    yield {"strict": " that a schema declares", "lax": "", "skip": ", unchecked"}[wildcard.process]
