"""A part of a document as lxml would write it, and the way back from its places to the author's.

What already stands as lxml writes it is passed over by one expression, so that only what is spelled otherwise (other quotes, references
that need not be, blanks in tags, an end tag where a slash would do) is looked at by itself.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from .tokens import TOKEN, plain_mark, plain_text, plain_word

_VALUE = r'="[^"&<>\n\t\r]*+(?:&(?:amp|lt|gt|quot|#10|#9|#13);[^"&<>\n\t\r]*+)*"'
_LETTERS = r"[^\s=<>/\"'!?&]++"
_AS_LXML = re.compile(
    r"(?:[^<&>\r]++|<(?:" + _LETTERS + r"(?: xmlns(?::[^\s=]++)?" + _VALUE + r")*(?: (?!xmlns[:=])" + _LETTERS + _VALUE
    + r")*(?:>(?!</)|/>)|/" + _LETTERS + r">)|&(?:amp|lt|gt|#13);)*")
_REFERENCE = re.compile(r"&[^;]*;")
_END = re.compile(r"</[^>]*>")


class Respelled:
    """`text`: written[start:end] in lxml's spelling. `opaque`: whether comments, instructions or CDATA sections are in it."""

    def __init__(self, written: str, start: int, end: int) -> None:
        parts: list[str] = []
        self._ends: list[int] = [0]  # where, in `text`, what is spelled otherwise ends, and …
        self._shifts: list[int] = [start]  # … how far from there on the author's places are ahead
        at, length = start, 0
        while True:
            match = _AS_LXML.match(written, at, end)
            assert match is not None
            stop = match.end()
            parts.append(written[at:stop])
            if stop == end:
                break
            length += stop - at
            at, spelled = _otherwise(written, stop, end)
            parts.append(spelled)
            length += len(spelled)
            self._ends.append(length)
            self._shifts.append(at - length)
        self.text = "".join(parts)

    def place(self, at: int) -> int:
        """The place in the original of a token's border in `text`."""
        return at + self._shifts[bisect_right(self._ends, at) - 1]


def _otherwise(written: str, at: int, end: int) -> tuple[int, str]:
    """(where it ends, lxml's spelling) of what begins here and is spelled otherwise, or is nothing that the expression knows."""
    first = written[at]
    if first != "<":
        match = _REFERENCE.match(written, at, end) if first == "&" else None
        stop = match.end() if match else at + 2 if written.startswith("\r\n", at) else at + 1
        return stop, plain_text(written[at:stop])
    token = TOKEN.match(written, at, end)
    assert token is not None
    stop, word = token.end(), token.group()
    if word[1] in "!?":
        return stop, plain_word(word)
    ending = None if word[1] == "/" or word[-2] == "/" else _END.match(written, stop, end)
    if ending is not None:
        return ending.end(), plain_mark(word)[:-1] + "/>"
    return stop, plain_mark(word)
