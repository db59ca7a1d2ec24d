"""Words that several regular expressions all match: random walks through their product, and a search for the shortest where those fail."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from random import Random

from . import automaton, patterns

_STOCK = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.:/,;+#@!?=&%()[]{}'\"<>|~^$*\\`\t\n"
    "éàßøłžЖяΩאعह中あ가\u00a0€°\u0300"
)
_WALKS = 25
_EXPANDED = 5_000  # states that the search for the shortest looks at
_LONGEST = 200  # characters beyond the shortest that is asked for
_KEPT = 20_000  # states whose ways on are remembered

State = tuple[frozenset[int], ...]


class Words:
    """The words that match every one of `expressions`, each given as alternatives (a pattern facet's step)."""

    def __init__(self, expressions: Sequence[Sequence[str]]) -> None:
        """Raises patterns.PatternError for what is no regular expression."""
        nodes = [automaton.choice([patterns.compile(text).node for text in alternatives]) for alternatives in expressions]
        self._machines = [automaton.Automaton(node) for node in nodes]
        self._start: State = tuple(frozenset((machine.start,)) for machine in self._machines)
        self._ways: dict[State, tuple[list[tuple[str, State]], list[tuple[str, State]]]] = {}
        self._empty: dict[tuple[int, int], str | None] = {}

    def some(self, random: Random, shortest: int = 0, longest: int | None = None) -> Iterator[str]:
        """Words of `shortest` to `longest` characters; the last is the shortest of all. Nothing if the search finds none."""
        most = min(_LONGEST + shortest, longest if longest is not None else _LONGEST + shortest)
        if (shortest, most) not in self._empty:
            self._empty[shortest, most] = self._shortest(shortest, most)
        least = self._empty[shortest, most]
        if least is None:
            return
        for number in range(_WALKS):
            word = self._walk(random, shortest, min(most, max(shortest, len(least)) + 8 * (number + 1)))
            if word is not None:
                yield word
        yield least

    def _walk(self, random: Random, shortest: int, most: int) -> str | None:
        state, word = self._start, ""
        wanted = min(most, shortest + random.randrange(12))
        while True:
            ends = len(word) >= shortest and self._final(state)
            if ends and (len(word) >= wanted or random.random() < 0.15):
                return word
            telling, others = self._on(state)
            if len(word) >= most or not (telling or others):
                return word if ends else None
            # What is literal in an expression leads on to its end; what is a class mostly goes round.
            char, state = random.choice(telling if telling and (not others or random.random() < 0.5) else others)
            word += char

    def _shortest(self, shortest: int, most: int) -> str | None:
        queue: deque[tuple[State, str]] = deque([(self._start, "")])
        seen: set[tuple[State, int]] = {(self._start, 0)}
        for _ in range(_EXPANDED):
            if not queue:
                return None
            state, word = queue.popleft()
            if len(word) >= shortest and self._final(state):
                return word
            if len(word) >= most:
                continue
            for ways in self._on(state):
                for char, following in ways:
                    key = (following, min(len(word) + 1, shortest))
                    if key not in seen:
                        seen.add(key)
                        queue.append((following, word + char))
        return None

    def _final(self, state: State) -> bool:
        return all(any(map(machine.final, places)) for machine, places in zip(self._machines, state, strict=True))

    def _on(self, state: State) -> tuple[list[tuple[str, State]], list[tuple[str, State]]]:
        """The ways on from a state: by what is literal in an expression, and by members of classes."""
        known = self._ways.get(state)
        if known is None:
            telling: list[tuple[str, State]] = []
            others: list[tuple[str, State]] = []
            for char, literal in self._options(state).items():
                following = self._step(state, char)
                if following is not None:
                    (telling if literal else others).append((char, following))
            if len(self._ways) > _KEPT:
                self._ways.clear()
            known = self._ways[state] = (telling, others)
        return known

    def _step(self, state: State, char: str) -> State | None:
        following: list[frozenset[int]] = []
        for machine, places in zip(self._machines, state, strict=True):
            after = frozenset(place for at in places for symbol, place in machine.forms(at) if symbol.admits(char))
            if not after:
                return None
            following.append(machine.prune(after) if len(after) > 8 else after)
        return tuple(following)

    def _options(self, state: State) -> dict[str, bool]:
        """Characters worth trying, and whether each is literal: some of each class of the expression that has the fewest here."""
        best: dict[str, bool] | None = None
        for machine, places in zip(self._machines, state, strict=True):
            chars: dict[str, bool] = {}
            for at in places:
                for symbol, _ in machine.forms(at):
                    for char in _members(symbol):
                        chars[char] = chars.get(char, False) or _is_literal(symbol)
            if best is None or len(chars) < len(best):
                best = chars
        return best or {}


def _is_literal(symbol: patterns.CharacterClass) -> bool:
    return not symbol.negated and not symbol.predicates and all(low == high for low, high in symbol.ranges) and len(symbol.ranges) < 4


@lru_cache(maxsize=10_000)
def _members(symbol: patterns.CharacterClass) -> tuple[str, ...]:
    """Some members of a class: letters and digits where it has them, plain ASCII before anything else."""
    found = [char for char in _STOCK if symbol.admits(char)]
    plain = [char for char in found if char.isascii()]
    found = [char for char in plain if char.isalnum()] or plain or found
    for low, high in symbol.ranges:
        for char in (low, high, chr((ord(low) + ord(high)) // 2)):
            if symbol.admits(char) and char not in found and (char.isascii() or not found):
                found.append(char)
    return tuple(found or _probe(symbol.admits))


def _probe(admits: Callable[[str], bool]) -> list[str]:
    """A member of a class that holds nothing common (\\p{IsRunic} …)."""
    for code in range(0x20, 0x20000):
        if not 0xD800 <= code <= 0xDFFF and code not in (0xFFFE, 0xFFFF) and admits(chr(code)):
            return [chr(code)]
    return []


@lru_cache(maxsize=512)
def of(expressions: tuple[tuple[str, ...], ...]) -> Words:
    """The words of these expressions, kept for the next who asks."""
    return Words(expressions)
