"""Keeps the cost of a verdict in proportion to the document: what to look at before libxml2 makes its error log."""

from __future__ import annotations

from lxml import etree

SIBLINGS = 2_000  # children of one element from which errors among them are counted without paths
_LEAST = 4 * SIBLINGS  # bytes of so many of the smallest elements
_ALL = etree.XPath("count(//*)")
_WIDE = etree.XPath(f"boolean(//*[{SIBLINGS + 1}])")


_SCOPED = 100_000  # elements, times the scopes of one constraint: libxml2 may find as many errors, where scopes lie in one another


def crowded(tree: etree._ElementTree, scopes: etree.XPath | None) -> bool:
    """Whether keys could be broken so often that the errors would take long to log: each element in each of many nested scopes. `scopes`
    counts the elements that may lie in one another and have constraints of their own."""
    if scopes is None:
        return False
    count = float(scopes(tree))  # type: ignore[arg-type]
    return count > 1 and count * float(_ALL(tree)) > _SCOPED  # type: ignore[arg-type]


def wide(tree: etree._ElementTree, data: bytes | None) -> bool:
    """Whether some element has so many children that an error for each would take long to log (quadratic in their number).

    The bytes bound the number of elements from above, so that an ordinary document costs nothing.
    """
    if data is not None and (len(data) <= _LEAST or data.count(b"<") <= SIBLINGS):
        return False
    return bool(_WIDE(tree))
