"""What two sequences share, in an order that both have."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
_SMALL = 3_000_000  # pairs that are compared one by one


def pairs(old: Sequence[T], new: Sequence[T], small: int = _SMALL) -> Iterator[tuple[int, int]]:
    """(old index, new index) of equal members, ascending in both once they are sorted. Where more than `small` pairs would have to be
    looked at, by the members that stand once in each: a little less is found, in much less time."""
    stack = [(0, len(old), 0, len(new))]
    while stack:
        old_from, old_to, new_from, new_to = stack.pop()
        while old_from < old_to and new_from < new_to and old[old_from] == new[new_from]:
            yield old_from, new_from
            old_from, new_from = old_from + 1, new_from + 1
        while old_from < old_to and new_from < new_to and old[old_to - 1] == new[new_to - 1]:
            old_to, new_to = old_to - 1, new_to - 1
            yield old_to, new_to
        if old_from == old_to or new_from == new_to:
            continue
        if (old_to - old_from) * (new_to - new_from) <= small:
            matcher = SequenceMatcher(None, old[old_from:old_to], new[new_from:new_to], autojunk=False)
            for block in matcher.get_matching_blocks():
                yield from ((old_from + block.a + step, new_from + block.b + step) for step in range(block.size))
            continue
        anchors = _anchors(old, new, old_from, old_to, new_from, new_to)
        yield from anchors
        if anchors:
            for old_at, new_at in [*anchors, (old_to, new_to)]:
                stack.append((old_from, old_at, new_from, new_at))
                old_from, new_from = old_at + 1, new_at + 1


def _anchors(old: Sequence[T], new: Sequence[T], old_from: int, old_to: int, new_from: int, new_to: int) -> list[tuple[int, int]]:
    """(old index, new index) of members that stand once in each, in an order that both share (patience)."""
    once: dict[T, int] = {}
    for index in range(old_from, old_to):
        once[old[index]] = -1 if old[index] in once else index
    seen: dict[T, int] = {}
    for index in range(new_from, new_to):
        seen[new[index]] = -1 if new[index] in seen else index
    candidates = [(once[word], index) for word, index in seen.items() if index >= 0 and once.get(word, -1) >= 0]
    tails: list[int] = []
    back: list[int] = [-1] * len(candidates)
    for number, (old_index, _) in enumerate(candidates):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if candidates[tails[middle]][0] < old_index else (low, middle)
        back[number] = tails[low - 1] if low else -1
        tails[low : low + 1] = [number]
    found: list[tuple[int, int]] = []
    at = tails[-1] if tails else -1
    while at >= 0:
        found.append(candidates[at])
        at = back[at]
    return found[::-1]
