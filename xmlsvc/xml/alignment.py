"""Which nodes of two or three trees correspond: the ground for comparing and merging them.

    signatures: one number for all subtrees that say the same, whatever their indentation, attribute order or prefixes
    aligned(old, new) -> [(node | None, node | None)]    the children of two elements that correspond, in an order that fits both

Equal children are matched first; between those, children of one name, by how much they share. Order counts: what was moved is gone from
one place and new at another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise
from typing import TypeVar

from lxml import etree

from .sequences import pairs

T = TypeVar("T", bound=Hashable)
Pair = tuple["etree._Element | None", "etree._Element | None"]
_MATCHED = 100_000  # pairs of children of one parent that are looked at one by one
_WEIGHED = 10_000  # of which the likeness is worked out
_PATIENCE = 10_000_000  # pairs that are looked at altogether; after that only what is certain is matched


def slots(element: etree._Element) -> list[str]:
    """The texts before, between and after an element's child nodes: one more than there are nodes."""
    return [element.text or "", *(node.tail or "" for node in element)]


def spaced(element: etree._Element) -> bool:
    """Whether white space is all that stands between the element's child nodes, of which it has some."""
    if not len(element) or (element.text or "").strip():
        return False
    for node in element:
        tail = node.tail
        if tail and not tail.isspace():
            return False
    return True


def loose(element: etree._Element) -> bool:
    """Whether the element's white space is nobody's but the indenter's: it holds elements only, or nothing."""
    return spaced(element) or (not len(element) and not (element.text or "").strip())


def is_element(node: etree._Element) -> bool:
    """Whether the node is an element, no comment or processing instruction."""
    return isinstance(node.tag, str)


def kind(node: etree._Element) -> str:
    """An element's Clark name; "<!--" for a comment, "<?target" for a processing instruction."""
    if is_element(node):
        return str(node.tag)
    return f"<?{node.target!s}" if isinstance(node, etree._ProcessingInstruction) else "<!--"


def written(node: etree._Element) -> bytes:
    """The node's mark-up with the declarations that hold for it: nodes that are written alike say the same."""
    return etree.tostring(node, encoding="utf-8", with_tail=False)


class Alignment:
    """The correspondences within a set of trees that are not changed meanwhile in a way that matters for what is asked."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[object, ...], int] = {}
        self._of: dict[etree._Element, int] = {}
        self._patience = _PATIENCE

    def signature(self, node: etree._Element) -> int:
        """Equal for nodes that say the same."""
        known = self._of.get(node)
        if known is None:
            word = self._word(node) if is_element(node) else (kind(node), node.text or "")
            known = self._of[node] = self._numbers.setdefault(word, len(self._numbers))
        return known

    def _word(self, node: etree._Element) -> tuple[object, ...]:
        items = node.items()
        attributes = tuple(sorted(items)) if items else ()
        children = list(node)
        if not children:
            return (node.tag, attributes, node.text or "")
        texts = () if spaced(node) else tuple(slots(node))
        return (node.tag, attributes, texts, tuple([self.signature(child) for child in children]))

    def same(self, one: etree._Element, other: etree._Element) -> bool:
        """Whether two nodes say the same."""
        return written(one) == written(other) or self.signature(one) == self.signature(other)

    def aligned(self, old: Sequence[etree._Element], new: Sequence[etree._Element]) -> list[Pair]:
        """The nodes of both lists, those that correspond as one pair; what is only in one is beside None."""
        matched = self._pairs([self.signature(node) for node in old], [self.signature(node) for node in new])
        result: list[Pair] = []
        for (at, new_at), (to, new_to) in pairwise([(-1, -1), *matched, (len(old), len(new))]):
            result += self._between(old[at + 1 : to], new[new_at + 1 : new_to])
            if to < len(old):
                result.append((old[to], new[new_to]))
        return result

    def _between(self, old: Sequence[etree._Element], new: Sequence[etree._Element]) -> list[Pair]:
        """Nodes of which none is equal: those of one kind that are most alike."""
        result: list[Pair] = []
        at = new_at = 0
        for one, other in [*self._alike(old, new), (len(old), len(new))]:
            result += [(node, None) for node in old[at:one]]
            result += [(None, node) for node in new[new_at:other]]
            if one < len(old):
                result.append((old[one], new[other]))
            at, new_at = one + 1, other + 1
        return result

    def _alike(self, old: Sequence[etree._Element], new: Sequence[etree._Element]) -> list[tuple[int, int]]:
        if not old or not new:
            return []
        kinds, new_kinds = [kind(node) for node in old], [kind(node) for node in new]
        if kinds == new_kinds:
            return [(index, index) for index in range(len(old))]
        if len(old) * len(new) > min(_WEIGHED, self._patience):
            return self._pairs(kinds, new_kinds)
        self._patience -= 50 * len(old) * len(new)
        features = [self._features(node) for node in old]
        new_features = [self._features(node) for node in new]

        def likeness(at: int, new_at: int) -> float:
            if kinds[at] != new_kinds[new_at]:
                return 0.0
            shared = (features[at] & new_features[new_at]).total()
            return (2 * shared + 1) / (features[at].total() + new_features[new_at].total() + 1)

        return _heaviest(len(old), len(new), likeness)

    def _pairs(self, old: Sequence[T], new: Sequence[T]) -> list[tuple[int, int]]:
        """Equal members, ascending."""
        small = max(min(_MATCHED, self._patience), 0)
        self._patience -= min(len(old) * len(new), small)
        return sorted(pairs(old, new, small))

    def _features(self, node: etree._Element) -> Counter[object]:
        """What a node can share with another of its kind."""
        if not is_element(node):
            return Counter([node.text or ""])
        found: list[object] = [*node.attrib.items()]
        found += [self.signature(child) for child in node]
        found += [kind(child) for child in node]
        if not len(node):
            found.append(node.text or "")
        return Counter(found)


def _heaviest(height: int, width: int, weight: Callable[[int, int], float]) -> list[tuple[int, int]]:
    """The ascending pairs with the greatest sum of weights; pairs of weight 0 never."""
    weights = [[weight(at, new_at) for new_at in range(width)] for at in range(height)]
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    for at in range(height - 1, -1, -1):
        row, below = best[at], best[at + 1]
        for new_at in range(width - 1, -1, -1):
            here = weights[at][new_at]
            row[new_at] = max(below[new_at], row[new_at + 1], below[new_at + 1] + here if here else 0.0)
    found: list[tuple[int, int]] = []
    at = new_at = 0
    while at < height and new_at < width:
        here = weights[at][new_at]
        if here and best[at][new_at] == best[at + 1][new_at + 1] + here:
            found.append((at, new_at))
            at, new_at = at + 1, new_at + 1
        elif best[at][new_at] == best[at + 1][new_at]:
            at += 1
        else:
            new_at += 1
    return found
