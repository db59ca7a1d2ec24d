"""The source of a document as HTML: line numbers, colours, and every violation as a sentence beneath its line.

window(text, line) → Window           which lines are shown (at most LINES and CHARACTERS of a big document)
render(window, marks) → Markup        one pass over the shown characters, linear in their number whatever stands there
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from genshi.core import Markup

from .html import join, tag, text

LINES = 1_500
CHARACTERS = 400_000
LONGEST_LINE = 20_000

_IN_TAG = re.compile(r"\s+|[^\s=\"'<>/]+|=|/?>|/|<|\"|'")
_PLAIN_TAG = re.compile(r"</?[^\s/><=\"']+>")
_TAG_NAME = re.compile(r"</?[^\s/><=\"']*")
_REFERENCE = re.compile(r"(&(?:#\d+|#x[0-9A-Fa-f]+|[\w:.-]+);)")
_ENCLOSED = (("<!--", "-->", "x-c"), ("<![CDATA[", "]]>", "x-d"), ("<?", "?>", "x-p"), ("<!", ">", "x-p"))


@dataclass(frozen=True, slots=True)
class Mark:
    """One violation in the source. `number`: its place in the report, from 1; `line` and `column` 1-based."""

    number: int
    line: int
    column: int
    sentence: Markup


@dataclass(frozen=True, slots=True)
class Window:
    """Whole lines of `document`. `first` and `last`: 1-based line numbers; `total`: lines of it all; `start`: offset of `text` in it."""

    text: str
    start: int
    first: int
    last: int
    total: int
    document: str

    @property
    def whole(self) -> bool:
        return self.first == 1 and self.last == self.total


def window(document: str, line: int = 1) -> Window:
    """The stretch that `line` stands in: always the same one for the same line, so that addresses stay good."""
    document = document.replace("\r\n", "\n").replace("\r", "\n")
    starts = [0, *(match.end() for match in re.finditer("\n", document))]
    if starts[-1] == len(document) and len(starts) > 1:
        starts.pop()
    total = len(starts)
    line = min(max(line, 1), total)
    first = 0
    while True:  # cut the document into stretches until one holds the line
        end = bisect.bisect_right(starts, starts[first] + CHARACTERS)
        last = max(first + 1, min(first + LINES, end if end < total else total))
        if line <= last:
            break
        first = last
    stop = starts[last] if last < total else len(document)
    return Window(document[starts[first] : stop], starts[first], first + 1, last, total, document)


def render(shown: Window, marks: Sequence[Mark]) -> Markup:
    """The lines as <div class="line" id="L12">, and below each line the sentences of its marks."""
    by_line: dict[int, list[Mark]] = {}
    for mark in marks:
        if shown.first <= mark.line <= shown.last:
            by_line.setdefault(mark.line, []).append(mark)
    places = {(mark.line, mark.column) for mark in marks}
    out: list[str] = []
    number, column, used = shown.first, 1, 0
    pieces: list[str] = []
    for kind, piece in _tokens(shown):
        for index, part in enumerate(piece.split("\n")):
            if index:
                out.append(_line(number, pieces, by_line.get(number, ())))
                number, column, used, pieces = number + 1, 1, 0, []
            if not part:
                continue
            marked = " bad" if by_line and (number, column) in places else ""
            column += len(part)
            if used > LONGEST_LINE:
                continue
            used += len(part)
            if used > LONGEST_LINE:
                part = part[: max(0, len(part) - (used - LONGEST_LINE))]
                pieces.append(f'{escape(part)}<span class="cut">… and more in this line; download the document to see it</span>')
                continue
            pieces.append(_piece(kind, part, marked))
    if pieces or number <= shown.last:
        out.append(_line(number, pieces, by_line.get(number, ())))
    return Markup('<div class="source" translate="no">' + "".join(out) + "</div>")


def _piece(kind: str, part: str, marked: str) -> str:
    if not kind and "&" in part:
        return "".join(f'<span class="x-e">{escape(bit)}</span>' if i % 2 else text(bit) for i, bit in enumerate(_REFERENCE.split(part)))
    if not kind and not marked:
        return str(text(part))
    return f'<span class="{kind}{marked}">{text(part)}</span>'


def _line(number: int, pieces: list[str], marks: Sequence[Mark]) -> str:
    notes = "".join(
        tag(
            "div",
            tag("a", "●", href=f"#v{mark.number}", aria_label=f"Problem {mark.number}"),
            " ",
            mark.sentence,
            class_="note",
            role="note",
        )
        for mark in marks
    )
    state = " line-bad" if marks else ""
    return (
        f'<div class="line{state}" id="L{number}"><a class="ln" href="#L{number}" tabindex="-1">{number}</a>'
        f"<code>{''.join(pieces) or ' '}</code></div>{notes}"
    )


def _tokens(shown: Window) -> Iterator[tuple[str, str]]:
    """(class, characters) one after the other; "" is plain text. A search that finds no end is not made twice, so time stays linear."""
    source = shown.text
    position, length = 0, len(source)
    opened = _open_at(shown)
    if opened is not None:
        closing, kind = opened
        end = source.find(closing)
        position = length if end < 0 else end + len(closing)
        yield kind, source[:position]
    missing: set[str] = set()
    while position < length:
        start = source.find("<", position)
        if start != position:
            start = length if start < 0 else start
            yield "", source[position:start]
            position = start
            continue
        for opening, closing, kind in _ENCLOSED:
            if source.startswith(opening, position):
                end = -1 if closing in missing else source.find(closing, position + len(opening))
                if end < 0:
                    missing.add(closing)
                stop = length if end < 0 else end + len(closing)
                yield kind, source[position:stop]
                position = stop
                break
        else:
            position = yield from _tag(source, position, missing)


def _tag(source: str, position: int, missing: set[str]) -> Generator[tuple[str, str], None, int]:
    """The tokens of one tag that begins at `position`; returns where it ends."""
    if plain := _PLAIN_TAG.match(source, position):
        yield "x-t", plain[0]
        return plain.end()
    name = _TAG_NAME.match(source, position)
    assert name is not None
    yield "x-t", name[0]
    position = name.end()
    while match := _IN_TAG.match(source, position):
        token = match[0]
        if token == "<":
            return position
        if token in {'"', "'"}:
            end = -1 if token in missing else source.find(token, position + 1)
            if end < 0:
                missing.add(token)
            stop = end + 1 if end >= 0 else position + 1
            yield "x-v", source[position:stop]
            position = stop
            continue
        position = match.end()
        if token in {">", "/>"}:
            yield "x-t", token
            return position
        yield ("" if token.isspace() or token in {"=", "/"} else "x-a"), token
    return position


def _open_at(shown: Window) -> tuple[str, str] | None:
    """(closing, class) of a comment, CDATA section or instruction that the window begins in."""
    before, start = shown.document, shown.start
    for opening, closing, kind in _ENCLOSED[:3]:
        at = before.rfind(opening, 0, start)
        if at >= 0 and before.find(closing, at, start) < 0:
            return closing, kind
    return None


def pager(shown: Window, href: str) -> Markup | None:
    """Links to the stretches before and after; None where the whole document is shown. `href`: address of the tab, ending in "line="."""
    if shown.whole:
        return None
    before = tag("a", "earlier lines", href=f"{href}{shown.first - 1}#L{shown.first - 1}") if shown.first > 1 else None
    after = tag("a", "later lines", href=f"{href}{shown.last + 1}#L{shown.last + 1}") if shown.last < shown.total else None
    return tag("p", join(before), f" lines {shown.first:,}–{shown.last:,} of {shown.total:,} ", join(after), class_="pager")
