"""Changes that leave every tag where it is: other texts, other attributes. Most are of this kind, and quickly found.

Both texts are cut at each "<". Where that gives as many pieces, a tag with the text behind it each, they are compared pairwise, and of
the few that differ, those that are only spelled otherwise are left as they are.
"""

from __future__ import annotations

from itertools import compress, pairwise
from operator import ne

from . import spelling
from .sections import Sections
from .spelling import Edit
from .tokens import TOKEN, name, plain_mark, plain_text

_FEW = 30  # tags changed in place; where there are more, some may have come and as many gone


def edits(text: str, begin: int, old: Sections, new: str) -> list[Edit] | None:
    """The edits that make `old`, the part of `text` from `begin` on, into `new`; None where they are of another kind.

    Both begin with a tag and are whole tokens. `new` is in lxml's spelling.
    """
    olds, news = old.text.split("<"), new.split("<")
    if len(olds) > len(news):
        olds = _joined(olds, old.any)
    if len(olds) != len(news):
        return None
    found: list[Edit] = []
    for number in compress(range(len(olds)), map(ne, olds, news)):
        one, other = olds[number], news[number]
        if one[0] in "!?" or other[0] in "!?":
            return None
        end = one.find(">")
        head = one[:end]
        if old.any:
            place = sum(map(len, olds[:number])) + number - 1  # of the "<" before the piece
            if old.around(place)[0] < place:
                return None
        if _at_once(one, head, other):
            continue
        written = _retouched("<" + one, "<" + other, text)
        if written is None or len(found) == _FEW:
            return None
        if len(written) != len(one) + 1 or not written.endswith(one):
            place = begin + sum(map(len, olds[:number])) + number - 1
            found.append(Edit(place, place + len(one) + 1, written))
    return found


def _at_once(one: str, head: str, other: str) -> bool:
    """Whether a piece is the other but for what is seen at once: its quotes, a blank before "/>", line breaks between its attributes."""
    if "'" in head:
        # Where no double quote is, each single one is a value's.
        return '"' not in head and head.replace("'", '"') + one[len(head) :] == other
    if one.replace(" />", "/>", 1) == other:  # lxml writes "/>" at a tag's end and nowhere else
        return True
    if "\n" not in head:
        return False
    parts = head.split('"')  # every other one is a value
    parts[2::2] = [f" {part.strip()}" if part.strip() not in ("", "/") else part.strip() for part in parts[2::2]]
    parts[0] = " ".join(parts[0].split())
    return '"'.join(parts) + one[len(head) :] == other


def _joined(pieces: list[str], sections: bool) -> list[str]:
    """The pieces, an end tag directly behind its start tag as one with it: lxml writes both as one empty tag."""
    ends = [number for number, (before, piece) in enumerate(pairwise(pieces), 1)
            if before[-1:] == ">" and piece[:1] == "/" and before[-2] != "/" and before[0] not in "/!?"]
    if ends and sections:
        outside = _outside(pieces)
        ends = [number for number in ends if {number - 1, number} <= outside]
    joined = list(pieces)
    for number in reversed(ends):
        joined[number - 1] += "<" + joined.pop(number)
    return joined


def _outside(pieces: list[str]) -> set[int]:
    """The pieces that begin outside comments, instructions and CDATA sections."""
    found: set[int] = set()
    within = ""  # what ends the section that the piece is in
    for number, piece in enumerate(pieces):
        if not within:
            found.add(number)
            if piece[:1] in ("!", "?"):
                within = "?>" if piece[0] == "?" else "-->" if piece[1] == "-" else "]]>"
        if within and within in piece:
            within = ""
    return found


def _retouched(one: str, other: str, document: str) -> str | None:
    """A tag and the text behind it, made into another; None if it is not the same element's."""
    tag, new_tag = TOKEN.match(one), TOKEN.match(other)
    assert tag is not None and new_tag is not None
    word, wanted, end, close = tag.group(), new_tag.group(), tag.end(), ""
    plain = word if word == wanted else plain_mark(word)
    if one.startswith("</", end):
        last = one.index(">", end) + 1
        plain, close, end = plain[:-1] + "/>", one[end:last], last
    if plain != wanted:
        if name(plain) != name(wanted) or (plain[1] == "/") != (wanted[1] == "/") or (plain[-2] == "/") != (wanted[-2] == "/"):
            return None
        word = spelling.tag(word, wanted)
    text, new_text = one[end:], other[new_tag.end() :]
    if text != new_text and plain_text(text) != new_text:
        text = spelling.text(text, new_text, spelling.line_break(document))
    return word + close + text
