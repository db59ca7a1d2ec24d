"""Two states of a document beside each other: as fields for people, and as the very text, character by character.

fields(difference, labels) → Markup       a table: what, where, before, after
text(old, new) → Markup                   the lines that differ, with some around them; inside a line only what was changed is marked
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from genshi.core import Markup

from ..xml import encoding as encodings
from ..xml.diff import Change, Difference
from . import declarations
from .html import join, tag

CONTEXT = 2
SHOWN = 400  # lines, and fields
COMPARED = 6_000  # lines that are compared one by one
INSIDE = 4_000  # characters of a line whose characters are compared
VALUE = 600
_STEP = re.compile(r"(?:[^:/\[@]*:)?(@?[^/\[]+)(?:\[(\d+)\])?")
_WORDS = re.compile(r"\w+|\s+|.", re.S)
_VERBS = {"changed": "changed", "added": "added", "removed": "removed", "moved": "moved"}


def fields(difference: Difference) -> Markup:
    """The changes as a table; what is too much is counted."""
    rows = [_field(change) for change in difference.changes[:SHOWN]]
    more = len(difference.changes) - len(rows)
    if not rows:
        said = "Only white space between elements differs." if difference.spaces else "No field differs."
        return tag("p", said, class_="quiet")
    head = tag("thead", tag("tr", [tag("th", word, scope="col") for word in ("", "Field", "Before", "After")]))
    table = tag("div", tag("table", head, tag("tbody", rows), class_="table differences"), class_="scroll")
    return join(table, tag("p", f"and {more:,} more", class_="quiet") if more > 0 else None)


def _field(change: Change) -> Markup:
    was = None
    if change.was and change.verb == "moved":
        before = place(change.was)
        said = f"was at {before}" if before != place(change.path) else "among its neighbours"
        was = tag("div", said, class_="quiet")
    return tag(
        "tr",
        tag("td", tag("span", _VERBS[change.verb], class_=f"verb {change.verb}")),
        tag("td", tag("span", place(change.path), title=change.path), was),
        *_beside(change.before, change.after),
    )


def place(path: str) -> str:
    """A path in words: "/p:programme/p:title[2]/@xml:lang" is "Title 2 › Lang"."""
    steps = []
    for step in path.strip("/").split("/")[1:] or path.strip("/").split("/"):
        match = _STEP.fullmatch(step)
        name = match[1].lstrip("@").rpartition(":")[2] if match else step
        steps.append(declarations.label(name) + (f" {match[2]}" if match and match[2] else ""))
    return " › ".join(steps)


def _beside(before: str | None, after: str | None) -> tuple[Markup, Markup]:
    """Two cells, what differs marked where both are there."""
    if before is None or after is None:
        return tag("td", _cut(before), class_="before"), tag("td", _cut(after), class_="after")
    old, new = marked(before[:VALUE], after[:VALUE])
    return tag("td", old, class_="before"), tag("td", new, class_="after")


def _cut(value: str | None) -> str | None:
    return value if value is None or len(value) <= VALUE else value[:VALUE] + " …"


def marked(old: str, new: str) -> tuple[Markup, Markup]:
    """Both texts; what only one of them has is <del> or <ins>."""
    if len(old) + len(new) > INSIDE:
        return tag("del", old), tag("ins", new)
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    left: list[Markup | str] = []
    right: list[Markup | str] = []
    for verb, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if verb == "equal":
            left.append("".join(a[i:j]))
            right.append("".join(b[k:m]))
            continue
        if j > i:
            left.append(tag("del", "".join(a[i:j])))
        if m > k:
            right.append(tag("ins", "".join(b[k:m])))
    return join(left), join(right)


def text(old: bytes, new: bytes) -> Markup:
    """The text's changed lines. Line ends are shown where they differ."""
    before, after = _lines(old), _lines(new)
    shown: list[Markup] = []
    left = SHOWN
    for group in _groups(before, after):
        if left <= 0:
            shown.append(tag("p", "… and more", class_="quiet"))
            break
        shown.append(tag("div", _hunk(before, after, group), class_="hunk"))
        left -= sum(j - i + m - k for _, i, j, k, m in group)
    return tag("div", shown, class_="source diff", translate="no") if shown else tag("p", "No byte differs.", class_="quiet")


_Code = tuple[str, int, int, int, int]


def _lines(data: bytes) -> list[str]:
    return encodings.text(data, encodings.detect(data)).splitlines(keepends=True)


def _groups(before: Sequence[str], after: Sequence[str]) -> Iterator[list[_Code]]:
    """Runs of changes that are near each other, with lines around them."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    first = max(head - CONTEXT - 1, 0)
    end_before, end_after = min(len(before), len(before) - tail + CONTEXT + 1), min(len(after), len(after) - tail + CONTEXT + 1)
    if head == len(before) == len(after):
        return
    if end_before - first + end_after - first > COMPARED:
        yield [("replace", head, len(before) - tail, head, len(after) - tail)]
        return
    matcher = SequenceMatcher(None, before[first:end_before], after[first:end_after], autojunk=False)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        yield [(verb, i + first, j + first, k + first, m + first) for verb, i, j, k, m in group]


def _hunk(before: Sequence[str], after: Sequence[str], group: Sequence[_Code]) -> Iterator[Markup]:
    for verb, i, j, k, m in group:
        if verb == "equal":
            for offset in range(j - i):
                yield _line(str(k + offset + 1), " ", before[i + offset].rstrip("\r\n"), "")
            continue
        pairs = list(zip(range(i, j), range(k, m), strict=False))
        paired = [marked(_visible(before[a], after[b]), _visible(after[b], before[a])) for a, b in pairs]
        for a in range(i, j):
            yield _line(str(a + 1), "−", paired[a - i][0] if a - i < len(paired) else tag("del", before[a].rstrip("\r\n")), "gone")
        for b in range(k, m):
            yield _line(str(b + 1), "+", paired[b - k][1] if b - k < len(paired) else tag("ins", after[b].rstrip("\r\n")), "new")


def _visible(line: str, other: str) -> str:
    """The line, its end as a sign where the other has another end."""
    bare, rest = line.rstrip("\r\n"), line[len(line.rstrip("\r\n")) :]
    if rest == other[len(other.rstrip("\r\n")) :]:
        return bare
    return bare + {"\r\n": "␍␊", "\n": "␊", "\r": "␍"}.get(rest, "")


def _line(number: str, sign: str, content: object, class_: str) -> Markup:
    return tag(
        "div", tag("span", number, class_="ln"), tag("span", sign, class_="sign"), tag("code", content), class_=f"line {class_}".strip()
    )
