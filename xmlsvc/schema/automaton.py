"""Regular expressions with counts and interleaving, as automata that grow while they are used.

    leaf, sequence, choice, repeat, interleave      build an expression (a Node), simplified on the way
    Automaton(node).forms(place) -> (symbol, place) what may come next, and where one stands after it
    Automaton(node).after(place, symbols)           the same of some symbols only: what cannot come is not followed, nor kept
    Automaton(node).final(place)                    whether the end may come here

Content models (`matcher`: symbols are particles) and pattern facets (`patterns`: symbols are character classes) are both of this kind.
A place is a continuation: the work left inside each enclosing node, as a linked list of (node, progress, rest), interned to an
integer. Counts are numbers in a place, never copies of the expression, so that maxOccurs="1000000" costs nothing until a document gets
there; and nothing backtracks. Source: V. Antimirov, "Partial derivatives of regular expressions", 1996.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import le
from typing import Any


class Kind(Enum):
    LEAF = 1
    SEQUENCE = 2
    CHOICE = 3
    REPEAT = 4
    INTERLEAVE = 5


@dataclass(slots=True, frozen=True, eq=False)
class Node:
    """One expression. `nullable`: matches the empty word. `low`, `high` (None = unbounded) are those of a REPEAT."""

    kind: Kind
    nullable: bool
    parts: tuple[Node, ...] = ()
    symbol: Any = None
    low: int = 1
    high: int | None = 1


EMPTY = Node(Kind.SEQUENCE, True)  # the empty word
NOTHING = Node(Kind.CHOICE, False)  # no word at all


def leaf(symbol: Any) -> Node:
    """Exactly one symbol."""
    return Node(Kind.LEAF, False, symbol=symbol)


def sequence(parts: Sequence[Node]) -> Node:
    """One after another."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if part.kind is Kind.SEQUENCE else (part,))
    if any(part is NOTHING for part in flat):
        return NOTHING
    if len(flat) == 1:
        return flat[0]
    return Node(Kind.SEQUENCE, all(part.nullable for part in flat), tuple(flat)) if flat else EMPTY


def choice(parts: Sequence[Node]) -> Node:
    """One of them."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if part.kind is Kind.CHOICE else (part,))
    if len(flat) == 1:
        return flat[0]
    return Node(Kind.CHOICE, any(part.nullable for part in flat), tuple(flat)) if flat else NOTHING


def repeat(part: Node, low: int, high: int | None) -> Node:
    """`low` to `high` times.

    An iteration that may be empty can always stand in for a missing one, so then `low` is 0 and no iteration is ever empty.
    """
    if part.nullable:
        low = 0
    if high == 0 or part is EMPTY or (part is NOTHING and low == 0):
        return EMPTY
    if part is NOTHING or (low, high) == (1, 1):
        return part
    if part.kind is Kind.REPEAT and (part.high is None or low * part.high >= (low + 1) * part.low - 1):
        # The totals that each number of outer iterations can reach leave no gap: one count says the same.
        if part.high is None and (low > 0 or part.low <= 1):
            return repeat(part.parts[0], low * part.low, None)
        if part.high is not None:
            return repeat(part.parts[0], low * part.low, None if high is None else high * part.high)
    return Node(Kind.REPEAT, low == 0, (part,), low=low, high=high)


def interleave(parts: Sequence[Node]) -> Node:
    """All of them, each once, in any order (xs:all)."""
    if len(parts) < 2:
        return sequence(parts)
    return Node(Kind.INTERLEAVE, all(part.nullable for part in parts), tuple(parts))


END = 0  # the place where nothing is left
Rest = int | tuple[Node, int, "Rest"]  # a place, or one that has no number yet


class Automaton:
    """What may follow what in one expression. Grows by use; threads may share it."""

    def __init__(self, root: Node) -> None:
        self._frames: list[tuple[Node, int, int]] = [(EMPTY, 0, END)]
        self._numbers: dict[tuple[Node, int, int], int] = {}
        self._forms: dict[int, tuple[tuple[Any, int], ...]] = {END: ()}
        self._final: dict[int, bool] = {END: True}
        self._lock = threading.Lock()
        self.start = self._place(root, 0, END)

    def _place(self, node: Node, progress: int, rest: int) -> int:
        key = (node, progress, rest)
        number = self._numbers.get(key)
        if number is None:
            with self._lock:
                number = self._numbers.get(key)
                if number is None:
                    self._frames.append(key)
                    number = self._numbers[key] = len(self._frames) - 1
        return number

    def _numbered(self, rest: Rest) -> int:
        return rest if isinstance(rest, int) else self._place(rest[0], rest[1], self._numbered(rest[2]))

    @classmethod
    def _heads(cls, node: Node, progress: int, rest: Rest, wanted: Container[Any] | None) -> Iterator[tuple[Any, Rest]]:
        """The first symbols inside `node`, which has come to `progress`, with the place after each; `wanted`: only these."""
        if node.kind is Kind.LEAF:
            if wanted is None or node.symbol in wanted:
                yield node.symbol, rest
        elif node.kind is Kind.SEQUENCE:
            last = len(node.parts) - 1
            for index in range(progress, last + 1):
                part = node.parts[index]
                yield from cls._heads(part, 0, rest if index == last else (node, index + 1, rest), wanted)
                if not part.nullable:
                    break
        elif node.kind is Kind.CHOICE:
            for part in node.parts:
                yield from cls._heads(part, 0, rest, wanted)
        elif node.kind is Kind.REPEAT:
            if node.high is None or progress < node.high:
                done = min(progress + 1, node.low) if node.high is None else progress + 1
                yield from cls._heads(node.parts[0], 0, (node, done, rest), wanted)
        else:
            for index, part in enumerate(node.parts):
                if not progress >> index & 1 and (wanted is None or part.kind is not Kind.LEAF or part.symbol in wanted):
                    yield from cls._heads(part, 0, (node, progress | 1 << index, rest), wanted)

    def _ahead(self, place: int, wanted: Container[Any] | None = None) -> Iterator[tuple[Any, Rest]]:
        """Every symbol that may come next, with the place after it."""
        at = place
        while at != END:
            node, progress, rest = self._frames[at]
            yield from self._heads(node, progress, rest, wanted)
            if not self._complete(node, progress):
                break
            at = rest

    @staticmethod
    def _complete(node: Node, progress: int) -> bool:
        """Whether `node` may be left at `progress`."""
        if node.kind is Kind.SEQUENCE:
            return all(part.nullable for part in node.parts[progress:])
        if node.kind is Kind.REPEAT:
            return progress >= node.low
        if node.kind is Kind.INTERLEAVE:
            return all(progress >> index & 1 or part.nullable for index, part in enumerate(node.parts))
        return node.nullable

    def forms(self, place: int) -> tuple[tuple[Any, int], ...]:
        """Every (symbol, place after it) that may come next, in the order of the expression, without doubles."""
        known = self._forms.get(place)
        if known is None:
            known = self._forms[place] = tuple(dict.fromkeys((symbol, self._numbered(rest)) for symbol, rest in self._ahead(place)))
        return known

    def after(self, place: int, symbols: Container[Any]) -> Iterator[tuple[Any, int]]:
        """(symbol, place after it) for each of the symbols that may come next. Where thousands may come in any order, each with a place of
        its own, only those that did are kept."""
        for symbol, rest in self._ahead(place, symbols):
            yield symbol, self._numbered(rest)

    def symbols(self, place: int) -> Iterator[Any]:
        """What may come next, in the order of the expression."""
        return (symbol for symbol, _ in self._ahead(place))

    def final(self, place: int) -> bool:
        """Whether the word may end here."""
        known = self._final.get(place)
        if known is None:
            node, progress, rest = self._frames[place]
            known = self._final[place] = self._complete(node, progress) and self.final(rest)
        return known

    def prune(self, places: frozenset[int]) -> frozenset[int]:
        """The places without those that another one makes superfluous: the same but for counts that are further used up."""
        groups: dict[tuple[tuple[Node, int], ...], dict[tuple[int, ...], int]] = {}
        for place in places:
            shape: list[tuple[Node, int]] = []
            counts: list[int] = []
            at = place
            while at != END:
                node, progress, rest = self._frames[at]
                spent = node.kind is Kind.REPEAT and node.high is not None and progress >= node.low
                if spent:
                    counts.append(progress)
                shape.append((node, -1 if spent else progress))
                at = rest
            groups.setdefault(tuple(shape), {})[tuple(counts)] = place
        kept: list[int] = []
        for group in groups.values():
            front: list[tuple[int, ...]] = []
            for used in sorted(group):
                if not any(all(map(le, better, used)) for better in front):
                    front.append(used)
                    kept.append(group[used])
        return frozenset(kept)

    def __len__(self) -> int:
        """How many places have been met so far."""
        return len(self._frames)
