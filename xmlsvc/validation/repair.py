"""Every structural violation of one list of children, in one pass: the cheapest way to make it fit its content model, read as a diagnosis.

    edits(matcher, names)             -> the moves that make the children fit
    diagnose(matcher, names, edits)   -> what somebody did wrong: missing, unknown, out of order, too many …

The search starts where the exact matcher stops, over (child, place in the model), and knows four moves: a child fits; a child is too
much; something is missing before a child; a child stands for another whose name is nearly its own. Cheapest first (Dijkstra). What is
taken out in one place and put in at another was out of order. Where there is no order (xs:all), children are only counted.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..schema.matcher import Matcher, Term, TooComplex, namespace
from ..schema.model import Element, Wildcard
from ..xml import names as xml_names

_EXTRA, _MISSING, _RENAMED = 10, 10, 9
_EXPANSIONS = 4_000  # nodes of one search; then what is best so far is settled, and the search goes on from there
_EDITS = 60  # edits of one parent; beyond, each child is only tried where it stands

_GUESSES = 50_000  # comparisons of names for one document: half a second at most

Kind = Literal["fits", "extra", "renamed", "missing"]


class Guesses:
    """How much guessing at what somebody meant one document is worth: as many comparisons of names or values as this; then there are no
    more guesses, only what is certain. 100,000 unknown names among 1,000 known ones would take minutes."""

    def __init__(self, left: int = _GUESSES) -> None:
        self.left = left

    def afford(self, count: int) -> bool:
        """Whether so many comparisons can be made; then they count as made."""
        if count > self.left:
            return False
        self.left -= count
        return True


@dataclass(slots=True)
class Edit:
    """One move. `index`: the child; for "missing", the child before which `terms` lack (the number of children: at the end). `term`: what
    the child is, or stands for. `expected`: what may stand here."""

    kind: Kind
    index: int
    term: Term | None = None
    terms: tuple[Term, ...] = ()
    expected: tuple[Term, ...] = ()


@dataclass(slots=True)
class Diagnosis:
    """What is wrong with the children, put together from edits.

    `kind`: unknown, namespace (right name, wrong namespace), misspelt, order, many (more than may be), excluded (cannot be together with
    what is there), missing (before `index`), incomplete (at the end). `other`: the child that it is out of order with. `meant`: the
    declaration that was probably meant. `before`: it belongs before `other`, else after.
    """

    kind: str
    index: int
    name: str | None = None
    terms: tuple[tuple[Term, ...], ...] = ()  # for what is missing, one after another: the alternatives
    expected: tuple[Term, ...] = ()
    meant: Element | None = None
    other: int | None = None
    before: bool = False


def distance(a: str, b: str, limit: int) -> int:
    """How many letters differ (Levenshtein, neighbours that changed places count once); above `limit` only that it is above."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    older, row = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, oldest, older, row = row, older, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, oldest[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def alike(name: str, other: str) -> bool:
    """Whether one Clark name was probably meant for the other: another namespace or case, a letter or two."""
    (space, local), (other_space, other_local) = xml_names.split(name), xml_names.split(other)
    if local == other_local:
        return True
    if space != other_space:
        return False
    tolerance = 1 if len(local) < 5 else 2
    return distance(local.lower(), other_local.lower(), tolerance) <= (tolerance if min(len(local), len(other_local)) > 2 else 0)


class _Search:
    """Dijkstra over (index, place)."""

    def __init__(self, matcher: Matcher, names: Sequence[str], guesses: Guesses) -> None:
        self.matcher, self.names, self._guesses = matcher, names, guesses
        self._meant: dict[tuple[int, str], list[tuple[Element, int]]] = {}
        self._known = matcher.declared()
        self._places: dict[int, tuple[dict[str, list[tuple[Element, int]]], list[tuple[Wildcard, int]]]] = {}
        self._gaps: dict[int, list[tuple[Term, int]]] = {}

    def _here(self, place: int) -> tuple[dict[str, list[tuple[Element, int]]], list[tuple[Wildcard, int]]]:
        """What may stand at a place: elements by name, wildcards; each with where it leads."""
        known = self._places.get(place)
        if known is None:
            elements: dict[str, list[tuple[Element, int]]] = {}
            wildcards = []
            for symbol, after in self.matcher.automaton.forms(place):
                if isinstance(symbol, Wildcard):
                    wildcards.append((symbol, after))
                else:
                    for element in self.matcher.admitted(symbol):
                        elements.setdefault(element.name, []).append((element, after))
            known = self._places[place] = (elements, wildcards)
        return known

    def _matching(self, place: int, name: str) -> list[tuple[Term, int]]:
        elements, wildcards = self._here(place)
        space = namespace(name)
        return [*elements.get(name, ()),
                *(pair for pair in wildcards if pair[0].admits(space) and name not in pair[0].excluded_names)]

    def _gap(self, place: int) -> list[tuple[Term, int]]:
        """What could be put in here: one for each place that it leads to, elements before wildcards."""
        known = self._gaps.get(place)
        if known is None:
            leads: dict[int, Term] = {}
            for symbol, after in self.matcher.automaton.forms(place):
                if after != place and (after not in leads or isinstance(leads[after], Wildcard)):
                    leads[after] = symbol
            known = self._gaps[place] = [(symbol, after) for after, symbol in leads.items()]
        return known

    def _moves(self, index: int, place: int) -> Iterator[tuple[int, int, int, Edit]]:
        """(cost, index after, place after, edit)."""
        if index < len(self.names):
            name = self.names[index]
            for term, after in self._matching(place, name):
                yield 0, index + 1, after, Edit("fits", index, term)
            yield _EXTRA, index + 1, place, Edit("extra", index)
            if name not in self._known:
                for element, after in self._renamed(place, name):
                    yield _RENAMED, index + 1, after, Edit("renamed", index, element)
        for term, after in self._gap(place):
            yield _MISSING, index, after, Edit("missing", index, terms=(term,))

    def _renamed(self, place: int, name: str) -> list[tuple[Element, int]]:
        """What may stand here and is nearly called so."""
        key = (place, name)
        known = self._meant.get(key)
        if known is None:
            elements = self._here(place)[0]
            affordable = self._guesses.afford(len(elements))
            known = self._meant[key] = [pair for other in elements if alike(name, other) for pair in elements[other]] if affordable else []
        return known

    def run(self, index: int, places: Sequence[int]) -> tuple[list[Edit], int, int]:
        """The edits from here to the end, or as far as the budget goes; then where that is. Ties: what is missing is put in late."""
        queue: list[tuple[int, int, int, int, int]] = []
        best: dict[tuple[int, int], tuple[int, int]] = {}
        came: dict[tuple[int, int], tuple[tuple[int, int], Edit]] = {}
        for place in places:
            best[index, place] = (0, 0)
            heapq.heappush(queue, (0, 0, -index, place, index))
        final = self.matcher.automaton.final
        done: set[tuple[int, int]] = set()
        furthest = (-1, 0, (index, places[0]))
        while queue:
            cost, early, _, place, at = heapq.heappop(queue)
            node = (at, place)
            if node in done:
                continue
            done.add(node)
            if at == len(self.names) and final(place):
                return self._path(came, node), *node
            furthest = max(furthest, (at, -cost, node))
            if len(done) > _EXPANSIONS and furthest[0] > index:
                return self._path(came, furthest[2]), *furthest[2]
            for price, following, after, edit in self._moves(at, place):
                key, total = (following, after), (cost + price, early + (len(self.names) - at if edit.kind == "missing" else 0))
                if key not in best or total < best[key]:
                    best[key] = total
                    came[key] = (node, edit)
                    heapq.heappush(queue, (*total, -following, after, following))
        raise TooComplex("no list of children fits this content model")

    def _path(self, came: dict[tuple[int, int], tuple[tuple[int, int], Edit]], node: tuple[int, int]) -> list[Edit]:
        path = []
        while node in came:
            node, edit = came[node]
            forms = self.matcher.automaton.forms(node[1])
            edit.expected = tuple(dict.fromkeys(symbol for symbol, _ in forms))
            if edit.kind == "missing":
                after = next(after for symbol, after in self._gap(node[1]) if symbol is edit.terms[0])
                edit.terms = tuple(dict.fromkeys(symbol for symbol, leads in forms if leads == after))
            path.append(edit)
        return path[::-1]


def edits(matcher: Matcher, names: Sequence[str], guesses: Guesses | None = None) -> list[Edit]:
    """The moves that make these children fit, in order. Raises TooComplex where no list of children fits, or none can be found."""
    if matcher.unordered is not None:
        return _counted(matcher, matcher.unordered, names, guesses or Guesses())
    found: list[Edit] = []
    state = matcher.start
    for index, name in enumerate(names):
        step = state.step(name)
        if step is None:
            break
        found.append(Edit("fits", index, step[1]))
        state = step[0]
    expected = state.expected
    index, search, places = len(found), _Search(matcher, names, guesses or Guesses()), sorted(state.places)
    straight = index
    while len(found) - straight < _EDITS:
        path, index, place = search.run(index, places)
        found += path
        places = [place]
        if index == len(names) and matcher.automaton.final(place):
            break
    else:
        found += _greedily(matcher, names, index, places, search)
    if len(found) > straight:
        found[straight].expected = expected  # all ways that led to the break, not only the one that was taken
    return found


def _counted(matcher: Matcher, particles: Sequence[tuple[Term, int, int | None]], names: Sequence[str], guesses: Guesses) -> list[Edit]:
    """The moves among the particles of an all-group: each child is one of those that are left, or nearly, or too much; what must be there
    and is not is missing at the end. Linear, whatever the number of orders (Structures 3.8.4)."""
    left = {term: math.inf if most is None else most for term, _, most in particles}
    needed, there = {term: least for term, least, _ in particles}, frozenset(names)
    declared, found, expected = matcher.declared(), list[Edit](), tuple(left)

    def take(term: Term, edit: Edit) -> None:
        nonlocal expected
        found.append(edit)
        left[term] -= 1
        needed[term] -= 1
        if not left[term]:
            expected = tuple(each for each, times in left.items() if times)

    for index, name in enumerate(names):
        meant = matcher.admitting(name)
        term = next((each for each in meant if left[each]), None)
        if term is not None:
            take(term, Edit("fits", index, meant[term]))
            continue
        near = None
        if not meant and guesses.afford(len(declared)):
            absent = (other for other in declared if other not in there and alike(name, other))
            near = next(((declared[other], each) for other in absent for each in matcher.admitting(other) if left[each]), None)
        if near is not None:
            take(near[1], Edit("renamed", index, near[0], expected=expected))
        else:
            found.append(Edit("extra", index, expected=expected))
    taken = any(edit.kind != "extra" for edit in found)
    lacking = [term for term in left for _ in range(needed[term])] if taken or not matcher.start.final else []
    return found + [Edit("missing", len(names), terms=(term,), expected=expected) for term in lacking]


def _greedily(matcher: Matcher, names: Sequence[str], index: int, places: Sequence[int], search: _Search) -> list[Edit]:
    """Without a search: each child fits where it stands, or is too much."""
    found = []
    state = matcher.state(places)
    for at in range(index, len(names)):
        step = state.step(names[at])
        if step is None:
            found.append(Edit("extra", at, expected=state.expected))
        else:
            found.append(Edit("fits", at, step[1]))
            state = step[0]
    return found + search.run(len(names), sorted(state.places))[0]


def diagnose(matcher: Matcher, names: Sequence[str], moves: Sequence[Edit], guesses: Guesses | None = None) -> list[Diagnosis]:
    """The moves, read as what somebody did wrong."""
    guesses = guesses or Guesses()
    extras = [edit for edit in moves if edit.kind == "extra"]
    gaps: list[list[Edit]] = []
    for edit, previous in zip(moves, [None, *moves], strict=False):
        if edit.kind == "missing":
            if previous is not None and previous.kind == "missing":
                gaps[-1].append(edit)
            else:
                gaps.append([edit])
    found = []
    for gap in gaps:
        for edit in list(gap):
            twin = next((extra for extra in extras if _stands_for(matcher, edit, names[extra.index])), None)
            if twin is not None:
                gap.remove(edit)
                extras.remove(twin)
                found.append(_swapped(names, edit, twin))
        if gap:
            kind = "missing" if gap[0].index < len(names) else "incomplete"
            name = names[gap[0].index] if kind == "missing" else None
            found.append(Diagnosis(kind, gap[0].index, name, tuple(edit.terms for edit in gap), gap[0].expected))
    for edit in moves:
        if edit.kind == "renamed" and isinstance(edit.term, Element):
            found.append(_misnamed(names[edit.index], edit, edit.term))
    repaired = _repaired(names, moves)
    found += [_superfluous(matcher, names, edit, repaired, guesses) for edit in extras]
    return sorted(found, key=lambda diagnosis: diagnosis.index)


def _stands_for(matcher: Matcher, gap: Edit, name: str) -> bool:
    return any(element.name == name for term in gap.terms if isinstance(term, Element) for element in matcher.admitted(term))


def _swapped(names: Sequence[str], gap: Edit, extra: Edit) -> Diagnosis:
    """A child that stands in one place and lacks in another: told at whichever comes first."""
    if gap.index > extra.index:
        return Diagnosis("order", extra.index, names[extra.index], expected=extra.expected, other=gap.index - 1)
    return Diagnosis("order", gap.index, names[gap.index], expected=gap.expected, other=extra.index)


def _misnamed(name: str, edit: Edit, meant: Element) -> Diagnosis:
    same = xml_names.split(name)[1] == xml_names.split(meant.name)[1]
    return Diagnosis("namespace" if same else "misspelt", edit.index, name, expected=edit.expected, meant=meant)


def _repaired(names: Sequence[str], moves: Sequence[Edit]) -> list[tuple[str, int]] | None:
    """The children after the repair: (name, index of the child; -1 for what was put in). None where a wildcard was put in, or too many."""
    result = []
    for edit in moves:
        if edit.kind == "fits":
            result.append((names[edit.index], edit.index))
        elif edit.kind == "renamed" and isinstance(edit.term, Element):
            result.append((edit.term.name, edit.index))
        elif edit.kind == "missing":
            first = edit.terms[0]
            if isinstance(first, Wildcard):
                return None
            result.append((first.name, -1))
    return result if len(result) <= 300 else None


def _superfluous(matcher: Matcher, names: Sequence[str], edit: Edit, repaired: list[tuple[str, int]] | None,
                 guesses: Guesses) -> Diagnosis:
    """A child that the repair took out: unknown here, elsewhere allowed (by its name, or by a wildcard), or too many."""
    name, declared = names[edit.index], matcher.declared()
    if name not in declared:
        near = [element for element in declared.values() if alike(name, element.name)] if guesses.afford(len(declared)) else []
        if near:
            return _misnamed(name, edit, near[0])
        if not any(wildcard.admits(namespace(name)) and name not in wildcard.excluded_names for wildcard in matcher.wildcards()):
            return Diagnosis("unknown", edit.index, name, expected=edit.expected)
    if matcher.unordered is None and repaired is not None and guesses.afford(len(repaired) ** 2):  # each place is tried by a match of all
        here = sum(1 for _, index in repaired if index < edit.index)
        for at in sorted(range(len(repaired) + 1), key=lambda at: abs(at - here)):
            if at != here and _fits(matcher, repaired, at, name):
                neighbour = repaired[at][1] if at < here else repaired[at - 1][1]
                if neighbour >= 0:
                    return Diagnosis("order", edit.index, name, expected=edit.expected, other=neighbour, before=at < here)
    if name not in declared:
        return Diagnosis("unknown", edit.index, name, expected=edit.expected)
    present = {known for known, _ in repaired or ()}
    many = name in present or (matcher.unordered is not None and matcher.most(name) != 0)
    return Diagnosis("many" if many else "excluded", edit.index, name, expected=edit.expected)


def _fits(matcher: Matcher, repaired: list[tuple[str, int]], at: int, name: str) -> bool:
    words = [known for known, _ in repaired]
    return matcher.accepts([*words[:at], name, *words[at:]])
