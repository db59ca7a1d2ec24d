"""What the content model allows among an element's children: what may be added and where, what may change places, what must stay.

    allowed = Allowed(matcher, names)
    allowed.additions()   {name: index}    an element of this name may be put before the child `index` (the last such place): what is there
                                           then fits the model still, or would with more children added
    allowed.swaps(i)                       whether the children i and i+1 may change places; what is complete stays so
    allowed.needed(i)                      whether the content is complete with the child i and would not be without
    allowed.wildcards()                    the wildcards that would take one element more

Children that the model does not know at all are gone past, so that a faulty document can be added to. A set of places in the automaton is
followed through the children, each closed under insertion of whatever the model could still take; where counts make these sets very large,
the names are counted instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ...schema.matcher import Matcher, TooComplex, namespace
from ...schema.model import Wildcard

_WIDEST = 400  # places of one set
_STEPS = 60_000  # steps of one search
_SINGLE = 300  # children beyond which none is called needed

Places = frozenset[int]


class _TooWide(Exception):
    pass


class Model:
    """One content model, for any number of documents; what it learns it keeps."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self.declared = {name: element for name, element in matcher.declared().items() if not element.abstract}
        self.open = bool(matcher.wildcards())
        self._names: dict[int, frozenset[str]] = {}
        self._leads: dict[int, tuple[dict[str, list[int]], list[tuple[Wildcard, int]]]] = {}
        self._closed: dict[Places, Places] = {}
        self._steps: dict[tuple[Places, str], Places] = {}

    def start(self) -> Places:
        """The places before the first child."""
        return self._close(frozenset((self.matcher.automaton.start,)))

    def step(self, places: Places, name: str) -> Places:
        """Where a child of this name leads to; empty where it cannot stand."""
        key = (places, name)
        known = self._steps.get(key)
        if known is None:
            after: set[int] = set()
            for place in places:
                named, wild = self._ways(place)
                after.update(named.get(name, ()))
                after.update(to for any_, to in wild if any_.admits(namespace(name)) and name not in any_.excluded_names)
            if len(self._steps) > _STEPS:
                self._steps.clear()
            known = self._steps[key] = self._close(frozenset(after))
        return known

    def _ways(self, place: int) -> tuple[dict[str, list[int]], list[tuple[Wildcard, int]]]:
        """Where the names lead to from a place, and where its wildcards do."""
        known = self._leads.get(place)
        if known is None:
            named: dict[str, list[int]] = {}
            wild: list[tuple[Wildcard, int]] = []
            for symbol, to in self.matcher.automaton.forms(place):
                if isinstance(symbol, Wildcard):
                    wild.append((symbol, to))
                    continue
                names = self._names.get(id(symbol))
                if names is None:
                    names = self._names[id(symbol)] = frozenset(element.name for element in self.matcher.admitted(symbol))
                for name in names:
                    named.setdefault(name, []).append(to)
            known = self._leads[place] = named, wild
        return known

    def wild(self, places: Places) -> list[tuple[Wildcard, Places]]:
        """Each wildcard that may take a child at these places, and where that leads to."""
        return [(any_, self._close(frozenset((to,)))) for place in places for any_, to in self._ways(place)[1]]

    def _close(self, places: Places) -> Places:
        known = self._closed.get(places)
        if known is None:
            found = set(places)
            waiting = list(places)
            for place in waiting:  # grows while it is walked
                for _, after in self.matcher.automaton.forms(place):
                    if after not in found:
                        found.add(after)
                        waiting.append(after)
                if len(found) > _WIDEST:
                    raise _TooWide
            known = self._closed[places] = frozenset(found)
        return known


class Allowed:
    """The answers for children of these names, in this order."""

    def __init__(self, model: Model, names: Sequence[str]) -> None:
        self._model, self._names = model, list(names)
        self._left = _STEPS
        try:
            self._before: list[Places] | None = self._run()
        except _TooWide:
            self._before = None

    def __len__(self) -> int:
        return len(self._names)

    def _run(self) -> list[Places]:
        """The places before each child, and at the end."""
        sets = [self._model.start()]
        for name in self._names:
            after = self._model.step(sets[-1], name)
            sets.append(after or sets[-1])
        return sets

    def additions(self) -> dict[str, int]:
        """Every name that may be added, in the order of the schema, with the index of the child it goes before."""
        found: dict[str, int] = {}
        for name in self._model.declared:
            place = self.place(name)
            if place is not None:
                found[name] = place
        return found

    def place(self, name: str, after: int | None = None) -> int | None:
        """Where a child of this name may go: directly behind the child `after` if it may, else as late as it may; None for nowhere."""
        if self._before is None:
            return self._counted(name)
        try:
            if after is not None and self._fits(after + 1, [name], after + 1):
                return after + 1
            refusing: Places | None = None  # the places before each of a run of children are often the same
            for index in range(len(self._names), -1, -1):
                places = self._before[index]
                if places == refusing:
                    continue
                if not self._model.step(places, name):
                    refusing = places
                elif self._fits(index, [name], index):
                    return index
        except _TooWide:
            return self._counted(name)
        return None

    def here(self, name: str, index: int) -> bool:
        """Whether a child of this name may go exactly before the child `index`."""
        if self._before is None:
            return self._counted(name) is not None
        try:
            return self._fits(index, [name], index)
        except _TooWide:
            return self._counted(name) is not None

    def wildcards(self) -> tuple[Wildcard, ...]:
        """The wildcards that may take one more element, anywhere; none where that is too much to look for."""
        found: dict[int, Wildcard] = {}
        try:
            for index, before in reversed(list(enumerate(self._before or ()))) if self._model.open else ():
                for any_, places in self._model.wild(before):
                    if id(any_) not in found and self._leads_on(places, index):
                        found[id(any_)] = any_
        except _TooWide:
            pass
        return tuple(found.values())

    def _fits(self, index: int, instead: Sequence[str], upto: int) -> bool:
        """Whether these names may stand from `index` on, instead of the children up to `upto` (left out)."""
        assert self._before is not None
        places = self._before[index]
        for name in instead:
            places = self._model.step(places, name)
        return self._leads_on(places, upto)

    def _leads_on(self, places: Places, upto: int) -> bool:
        """Whether the children from `upto` on may follow at these places."""
        assert self._before is not None
        for at in range(upto, len(self._names)):
            if not places:
                return False
            if places == self._before[at]:
                return True
            self._left -= 1
            if self._left < 0:
                raise _TooWide
            name = self._names[at]
            if self._model.step(self._before[at], name):  # else the model never took that child: it is gone past
                places = self._model.step(places, name)
        return bool(places)

    def _counted(self, name: str) -> int | None:
        """By counts alone: behind the last of its name, else at the end."""
        try:
            most = self._model.matcher.most(name)
        except TooComplex:
            most = None
        if most is not None and self._names.count(name) >= most:
            return None
        last = max((index for index, other in enumerate(self._names) if other == name), default=len(self._names) - 1)
        return last + 1

    def swaps(self, index: int) -> bool:
        """Whether the child at `index` and the one after it may change places."""
        if not 0 <= index < len(self._names) - 1:
            return False
        first, second = self._names[index : index + 2]
        if first == second:
            return True
        if self._before is None:
            return False
        try:
            if not self._fits(index, [second, first], index + 2):
                return False
            if len(self._names) > _SINGLE or not self._complete:
                return True
            return self._model.matcher.accepts([*self._names[:index], second, first, *self._names[index + 2 :]])
        except (_TooWide, TooComplex):
            return False

    def needed(self, index: int) -> bool:
        """Whether the children satisfy the model, and would not without this one."""
        names = self._names
        if len(names) > _SINGLE or names.count(names[index]) > 1:
            return False
        try:
            return self._complete and not self._model.matcher.accepts([*names[:index], *names[index + 1 :]])
        except TooComplex:
            return False

    def another(self, index: int) -> bool:
        """Whether one more of its name may go directly behind the child at `index`, which is the last of its run."""
        names = self._names
        return (index + 1 == len(names) or names[index + 1] != names[index]) and self.place(names[index], index) == index + 1

    @cached_property
    def _complete(self) -> bool:
        return self._model.matcher.accepts(self._names)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form asks. `additions`: the names that may be added; `may`: for each child, of "remove", "up", "down", "another" what is
    possible; `wildcards`: those that would take one element more."""

    additions: tuple[str, ...]
    may: tuple[frozenset[str], ...]
    wildcards: tuple[Wildcard, ...] = ()

    @classmethod
    def of(cls, allowed: Allowed, open_: tuple[Wildcard, ...] = ()) -> Answers:
        """The answers about all children; `open_`: open content, which takes any number of elements."""
        swaps = [allowed.swaps(index) for index in range(len(allowed))]
        may = tuple(
            frozenset(
                name
                for name, possible in (
                    ("remove", not allowed.needed(index)),
                    ("up", index > 0 and swaps[index - 1]),
                    ("down", swaps[index]),
                    ("another", allowed.another(index)),
                )
                if possible
            )
            for index in range(len(allowed))
        )
        return cls(tuple(allowed.additions()), may, (*allowed.wildcards(), *open_))
