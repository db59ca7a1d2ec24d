"""Whether a pattern can be matched by one value in exponentially many ways: matchers that backtrack then never come to an end.

    exponential("(a|aa)+b") -> True

Two different ways around a loop that read the same characters are looked for, in the product of the pattern's automaton with itself
(exponential degree of ambiguity; Weber and Seidl, 1991). Character classes are compared by the characters that the pattern names and a
few more. Of a pattern with many places that is not deterministic, "exponential" is assumed.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from . import patterns
from .automaton import Automaton

_MOST = 80  # places that are looked at
_MORE = "aZ0 _-.:é漢!\n"
Steps = dict[int, dict[str, set[int]]]  # place → character → places after it
Pair = tuple[int, int]


@lru_cache(maxsize=4096)
def exponential(text: str) -> bool:
    """Whether the pattern is one of those. Raises patterns.PatternError."""
    found = _steps(Automaton(patterns.compile(text).node), sorted({*text, *_MORE}))
    forks = [place for place, steps in found.items() if any(len(after) > 1 for after in steps.values())]
    if not forks:
        return False
    if len(found) > _MOST:
        return True
    backwards: dict[Pair, set[Pair]] = {}
    for place, steps in found.items():
        for other, others in found.items():
            for char in steps.keys() & others.keys():
                for after in steps[char]:
                    for beside in others[char]:
                        backwards.setdefault((after, beside), set()).add((place, other))
    forwards: dict[Pair, set[Pair]] = {}
    for pair, before in backwards.items():
        for one in before:
            forwards.setdefault(one, set()).add(pair)
    return any(one != other for fork in forks for one, other in _reached((fork, fork), forwards) & _reached((fork, fork), backwards))


def _steps(automaton: Automaton, characters: list[str]) -> Steps:
    found: Steps = {}
    todo = deque([automaton.start])
    while todo and len(found) <= _MOST:
        place = todo.popleft()
        if place in found:
            continue
        steps = found[place] = {}
        for symbol, after in automaton.forms(place):
            for char in filter(symbol.admits, characters):
                steps.setdefault(char, set()).add(after)
            todo.append(after)
    return found


def _reached(start: Pair, edges: dict[Pair, set[Pair]]) -> set[Pair]:
    seen: set[Pair] = set()
    todo = [start]
    while todo:
        for pair in edges.get(todo.pop(), ()):
            if pair not in seen:
                seen.add(pair)
                todo.append(pair)
    return seen
