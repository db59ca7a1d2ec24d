"""Comments, processing instructions and CDATA sections in a text: the places where "<" may begin no tag."""

from __future__ import annotations

import re
from bisect import bisect_right

from .tokens import SECTION

_SECTION = re.compile(SECTION)
_MARKS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))


class Sections:
    """Those of one text of whole tokens; looked for when first asked about. `any`: whether there are any."""

    __slots__ = ("_spans", "any", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        # One character is found faster than two, and from behind, where none of the many "<" is looked at.
        self.any = ("!" in text and text.rfind("<!") >= 0) or ("?" in text and text.rfind("<?") >= 0)
        self._spans: tuple[list[int], list[int]] | None = None

    def part(self, start: int, end: int) -> Sections:
        """Those of a part of the text, whole tokens again."""
        if self.any:
            return Sections(self.text[start:end])
        made = Sections("")
        made.text = self.text[start:end]
        return made

    def around(self, at: int) -> tuple[int, int]:
        """(start, end) of the section that the place is inside of; the place itself, twice, if there is none."""
        if not self.any or (self._spans is None and not self._perhaps(at)):
            return at, at
        if self._spans is None:
            spans = [match.span() for match in _SECTION.finditer(self.text)]
            self._spans = [start for start, _ in spans], [end for _, end in spans]
        starts, ends = self._spans
        number = bisect_right(starts, at) - 1
        return (starts[number], ends[number]) if number >= 0 and starts[number] < at < ends[number] else (at, at)

    def _perhaps(self, at: int) -> bool:
        """Whether a section may be open at the place: a mark of some kind begins before it, and does not end before it."""
        text = self.text
        for mark, end in _MARKS:
            start = text.rfind(mark, 0, at + len(mark) - 1)
            if start >= 0 and text.find(end, start, at) < 0:
                return True
        return False
