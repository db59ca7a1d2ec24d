"""Changes that leave every tag where it is: other texts, other attributes. Most are of this kind, and quickly found.

Both texts are cut at each "<". Where that gives as many pieces, a tag with the text behind it each, they are compared pairwise, and of
the few that differ, those that are only spelled otherwise are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, compress
from operator import ne
from typing import NamedTuple

from . import spelling
from .sections import Sections
from .spelling import Edit
from .tokens import TOKEN, name, plain_text

_FEW = 30  # tags changed in place; where there are more, some may have come and as many gone


class First(NamedTuple):
    """The first tag with the text behind it: where both end, and how the new one is written in the old one's spelling."""

    end: int
    new_end: int
    written: str | None

    def edits(self, begin: int) -> Iterator[Edit]:
        """The edit, if any, where the old one begins in the document."""
        if self.written is not None:
            yield Edit(begin, begin + self.end, self.written)


def first(text: str, old: str, new: str) -> First | None:
    """What becomes of the first tag of `old`, a part of the document `text`; None if there is nothing to be done about it, or it is not
    the same element's in `new`, or all there is."""
    end, new_end = old.find("<", 1), new.find("<", 1)
    if end < 0 or new_end < 0 or old[:end] == new[:new_end]:
        return None
    if _at_once(old[1:end], new[1:new_end]):
        return None  # what is spelled so here will be everywhere
    written = _retouched(old[:end], new[:new_end], text)
    return None if written is None else First(end, new_end, written if written != old[:end] else None)


def edits(text: str, begin: int, old: Sections, new: str) -> list[Edit] | None:
    """The edits that make `old`, the part of `text` from `begin` on, into `new`; None where they are of another kind.

    Both begin with a tag and are whole tokens. `new` is in lxml's spelling.
    """
    olds, news = old.text.split("<"), new.split("<")
    if len(olds) > len(news):
        _join(olds, old)
    if len(olds) != len(news):
        return None
    found: list[Edit] = []
    places: list[int] = []  # where each piece ends, the "<" before it not counted
    for number in compress(range(len(olds)), map(ne, olds, news)):
        one, other = olds[number], news[number]
        if old.any:
            places = places or list(accumulate(map(len, olds)))
            place = places[number - 1] + number - 1  # of the "<" before the piece
            if one[:1] in "!?" or old.around(place)[0] < place:
                return None
        if _at_once(one, other):
            continue
        if other[:1] in "!?":
            return None
        written = _retouched("<" + one, "<" + other, text)
        if written is None or len(found) == _FEW:
            return None
        if len(written) != len(one) + 1 or not written.endswith(one):
            place = begin + sum(map(len, olds[:number])) + number - 1
            found.append(Edit(place, place + len(one) + 1, written))
    return found


def _at_once(one: str, other: str) -> bool:
    """Whether a piece is the other but for what is seen at once: its quotes, a blank before "/>", line breaks between its attributes."""
    end = other.find(">")  # lxml writes ">" at a tag's end and nowhere else, and each double quote in a tag is one around a value
    if one.replace("'", '"') == other:
        return one.endswith(other[end:])
    if len(one) == len(other) and one[:end].replace("'", '"') == other[:end] and one.endswith(other[end:]):
        return True  # with a quote in the text
    if one.replace(" />", "/>", 1) == other:
        return True
    head = one[: one.find(">")]
    if "\n" not in head or "'" in head:
        return False
    parts = head.split('"')  # every other one is a value
    parts[2::2] = [f" {part.strip()}" if part.strip() not in ("", "/") else part.strip() for part in parts[2::2]]
    parts[0] = " ".join(parts[0].split())
    return '"'.join(parts) + one[len(head) :] == other


def _join(pieces: list[str], old: Sections) -> None:
    """Make an end tag directly behind its start tag one piece with it: lxml writes both as one empty tag."""
    text, number, counted = old.text, len(pieces) - 1, len(old.text)
    at = text.rfind("></")  # from behind, which is quicker where there are many "<"
    while at >= 0:
        number -= text.count("<", at, counted)
        counted = at
        if text[at - 1] != "/" and pieces[number][0] not in "/!?":
            start = text.rfind("<", 0, at)
            if old.around(start)[0] == start:
                pieces[number] += "<" + pieces.pop(number + 1)
        at = text.rfind("></", 0, at + 2)


def _retouched(one: str, other: str, document: str) -> str | None:
    """A tag and the text behind it, made into another; None if it is not the same element's."""
    word, close = other[: other.find(">") + 1], ""
    if one.startswith(word) and "<" not in one[1:]:
        text, new_text = one[len(word) :], other[len(word) :]
    else:
        tag, new_tag = TOKEN.match(one), TOKEN.match(other)
        assert tag is not None and new_tag is not None
        word, wanted, end = tag.group(), new_tag.group(), tag.end()
        if one.startswith("</", end):
            last = one.index(">", end) + 1
            close, end = one[end:last], last
        empty = bool(close) or word[-2] == "/"
        if name(word) != name(wanted) or (word[1] == "/") != (wanted[1] == "/") or empty != (wanted[-2] == "/"):
            return None
        if word[1] != "/":
            word = spelling.tag(word, wanted)
        text, new_text = one[end:], other[new_tag.end() :]
    if text != new_text and plain_text(text) != new_text:
        text = spelling.text(text, new_text, spelling.line_break(document))
    return word + close + text
