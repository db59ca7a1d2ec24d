"""What differs between two documents: as changes of fields for people, as lines of text.

    compare(old, new) -> Difference(changes, namespaces, spaces)
    unified(old: bytes, new: bytes) -> str

White space between the children of an element that holds no other text is nobody's field: it is noticed (`spaces`), not listed.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from . import encoding as encodings
from .alignment import Alignment, is_element, kind, loose, slots, written
from .carry import outside
from .names import Prefixes, path
from .sequences import pairs

_MATCHED = 300_000  # pairs of lines that are looked at one by one
Verb = Literal["changed", "added", "removed", "moved"]
What = Literal["element", "attribute", "text", "comment", "instruction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that is another. `path`: where it is now (was, if it was removed), "…/@p:name" for attributes; `was`: where it was, if that
    is another place; `before` and `after`: a text, or the mark-up of an element (None: it was, or is, not there)."""

    verb: Verb
    what: What
    path: str
    was: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes in the order of the new document, with the prefixes that their paths use; `spaces`: white space between elements
    differs, too."""

    changes: tuple[Change, ...]
    namespaces: Mapping[str, str]
    spaces: bool = False


def compare(old: etree._ElementTree, new: etree._ElementTree, authors: Mapping[str, str] | None = None) -> Difference:
    """What has to be changed to make the old document say what the new one says. `authors`: the schema's own prefixes."""
    comparing = Comparison(old.getroot(), new.getroot(), authors)
    return Difference(tuple(comparing.changes()), comparing.prefixes.map, comparing.spaces)


class Comparison:
    """Two trees on their way beside each other."""

    def __init__(self, old: etree._Element, new: etree._Element, authors: Mapping[str, str] | None = None) -> None:
        self.old, self.new = old, new
        self.prefixes = Prefixes.of(new, authors)
        self.alignment = Alignment()
        self.spaces = False

    def changes(self) -> Iterator[Change]:
        """The changes, the comments before the root first."""
        yield from self._outside(True)
        if self.old.tag != self.new.tag:
            yield Change(verb="changed", what="element", path=self._path(self.new), was=self._path(self.old), before=shown(self.old),
                         after=shown(self.new))  # fmt: skip
        else:
            yield from self.element(self.old, self.new)
        yield from self._outside(False)

    def element(self, old: etree._Element, new: etree._Element) -> Iterator[Change]:
        """What differs between two elements that correspond."""
        if written(old) == written(new):
            return
        yield from self._attributes(old, new)
        if not len(old) and not len(new):
            if (old.text or "") != (new.text or ""):
                yield self._change("changed", "text", old, new, old.text or "", new.text or "")
            return
        pairs = self.alignment.aligned(list(old), list(new))
        if not (loose(old) and loose(new)):
            if shallow(old) != shallow(new):
                yield self._change("changed", "text", old, new, inner(old), inner(new))
        elif slots(old) != slots(new):
            self.spaces = True
        yield from self._nodes(pairs)

    def _nodes(self, pairs: list[tuple[etree._Element | None, etree._Element | None]]) -> Iterator[Change]:
        gone = Counter(self.alignment.signature(node) for node, new in pairs if node is not None and new is None)
        come = Counter(self.alignment.signature(new) for node, new in pairs if new is not None and node is None)
        moved = gone & come
        places: dict[int, list[etree._Element]] = {}
        for node, new in pairs:
            if node is not None and new is None and moved[self.alignment.signature(node)] > 0:
                moved[self.alignment.signature(node)] -= 1
                places.setdefault(self.alignment.signature(node), []).append(node)
        taken = {node for nodes in places.values() for node in nodes}
        for node, new in pairs:
            if new is None:
                assert node is not None
                if node not in taken:
                    yield Change(verb="removed", what=what(node), path=self._path(node), before=shown(node))
            elif node is None:
                sources = places.get(self.alignment.signature(new))
                if sources:
                    yield Change(verb="moved", what=what(new), path=self._path(new), was=self._path(sources.pop(0)), after=shown(new))
                else:
                    yield Change(verb="added", what=what(new), path=self._path(new), after=shown(new))
            elif is_element(node):
                yield from self.element(node, new)
            elif node.text != new.text:
                yield self._change("changed", what(new), node, new, node.text or "", new.text or "")

    def _attributes(self, old: etree._Element, new: etree._Element) -> Iterator[Change]:
        for name in sorted({*map(str, old.keys()), *map(str, new.keys())}):
            before, after = old.get(name), new.get(name)
            if before != after:
                verb: Verb = "added" if before is None else "removed" if after is None else "changed"
                where, was = self._path(new), self._path(old)
                step = "/@" + self.prefixes.name(name)
                yield Change(verb=verb, what="attribute", path=where + step, was=was + step if was != where else None, before=before,
                             after=after)  # fmt: skip

    def _change(self, verb: Verb, what: What, old: etree._Element, new: etree._Element, before: str, after: str) -> Change:
        where, was = self._path(new), self._path(old)
        return Change(verb=verb, what=what, path=where, was=was if was != where else None, before=before, after=after)

    def _outside(self, before: bool) -> Iterator[Change]:
        yield from self._nodes(self.alignment.aligned(outside(self.old, before), outside(self.new, before)))

    def _path(self, node: etree._Element) -> str:
        if is_element(node):
            return path(node, self.prefixes)
        parent = node.getparent()
        step = "comment()" if kind(node) == "<!--" else f"processing-instruction({kind(node)[2:]})"
        return f"{path(parent, self.prefixes) if parent is not None else ''}/{step}"


def what(node: etree._Element) -> What:
    """What a change of the node is a change of."""
    return "element" if is_element(node) else "comment" if kind(node) == "<!--" else "instruction"


def shallow(element: etree._Element) -> list[str]:
    """The element's own texts, and the kinds of what is between them."""
    return [*slots(element), *map(kind, element)]


def shown(node: etree._Element) -> str:
    """A node's mark-up without the declarations that are only there because it was cut out; of a comment, its text."""
    if not is_element(node):
        return node.text or ""
    text = etree.tostring(node, encoding="unicode", with_tail=False)
    for prefix, namespace in node.nsmap.items():
        declaration = f' xmlns:{prefix}="{namespace}"' if prefix else f' xmlns="{namespace}"'
        head, end, rest = text.partition(">")
        text = head.replace(declaration, "", 1) + end + rest
    return text


def inner(element: etree._Element) -> str:
    """What stands between an element's tags: texts and mark-up."""
    parts = [element.text or ""]
    for node in element:
        parts += [etree.tostring(node, encoding="unicode", with_tail=False) if not is_element(node) else shown(node), node.tail or ""]
    return "".join(parts)


def unified(old: bytes, new: bytes, old_name: str = "old", new_name: str = "new", context: int = 3) -> str:
    """The lines that differ, as `diff -u` prints them. Bytes that are wrong in the document's encoding are shown as U+FFFD."""
    before, after = (encodings.text(data, encodings.detect(data)).splitlines() for data in (old, new))
    lines: list[str] = []
    for group in _Matcher(before, after).get_grouped_opcodes(context):
        lines += [] if lines else [f"--- {old_name}", f"+++ {new_name}"]
        lines.append(f"@@ -{_range(group[0][1], group[-1][2])} +{_range(group[0][3], group[-1][4])} @@")
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                lines += [f" {line}" for line in before[start:end]]
                continue
            lines += [f"-{line}" for line in before[start:end]]
            lines += [f"+{line}" for line in after[new_start:new_end]]
    return "".join(f"{line}\n" for line in lines)


def _range(start: int, end: int) -> str:
    """Lines as the head of a hunk names them."""
    count = end - start
    return f"{start + 1 if count else start}" + ("" if count == 1 else f",{count}")


class _Matcher(difflib.SequenceMatcher[str]):
    """difflib's, with matches that are found in bounded time."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__(None, [], [])
        self._old, self._new = old, new

    def get_opcodes(self) -> list[tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]]:
        found: list[tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]] = []
        at = new_at = 0
        for old, new in [*sorted(pairs(self._old, self._new, _MATCHED)), (len(self._old), len(self._new))]:
            if at < old or new_at < new:
                found.append(("replace" if at < old and new_at < new else "delete" if at < old else "insert", at, old, new_at, new))
            if old < len(self._old):
                if found and found[-1][0] == "equal":
                    found[-1] = ("equal", found[-1][1], old + 1, found[-1][3], new + 1)
                else:
                    found.append(("equal", old, old + 1, new, new + 1))
            at, new_at = old + 1, new + 1
        return found
