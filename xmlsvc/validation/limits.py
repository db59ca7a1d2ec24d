"""Keeps the cost of a verdict in proportion to the document: what to look at before libxml2 makes its error log."""

from __future__ import annotations

from lxml import etree

SIBLINGS = 2_000  # children of one element from which errors among them are counted without paths
_LEAST = 4 * SIBLINGS  # bytes of so many of the smallest elements
_ALL = etree.XPath("count(//*)")
_WIDE = etree.XPath(f"boolean(//*[{SIBLINGS + 1}])")
_SCOPED = 100_000  # elements, times the scopes of one constraint: libxml2 may find as many errors, where scopes lie in one another


class Scopes:
    """The elements with keys that may lie in one another, by their local names."""

    def __init__(self, names: tuple[str, ...]) -> None:
        either = " or ".join(f"local-name()='{name}'" for name in names) or "false()"
        self._count = etree.XPath(f"count(//*[{either}])")
        self._words = tuple(name.encode() for name in names)
        self._plain = all(map(str.isascii, names))

    def crowded(self, tree: etree._ElementTree, data: bytes | None) -> bool:
        """Whether keys could be broken so often that the errors would take long to log: each element in each of many nested scopes. The
        bytes bound both numbers from above, so that an ordinary document costs little."""
        if not self._words:
            return False
        if data is not None:
            tags = data.count(b"<")
            if tags * tags <= 4 * _SCOPED:
                return False
            if self._plain and b"\0" not in data[:4] and sum(map(data.count, self._words)) * tags <= 2 * _SCOPED:
                return False
        scopes = float(self._count(tree))  # type: ignore[arg-type]
        return scopes > 1 and scopes * float(_ALL(tree)) > _SCOPED  # type: ignore[arg-type]


def wide(tree: etree._ElementTree, data: bytes | None) -> bool:
    """Whether some element has so many children that an error for each would take long to log (quadratic in their number).

    The bytes bound the number of elements from above, so that an ordinary document costs nothing.
    """
    if data is not None and (len(data) <= _LEAST or data.count(b"<") <= SIBLINGS):
        return False
    return bool(_WIDE(tree))
