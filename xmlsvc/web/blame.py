"""Who set a value: a word beside each value that is not as the first revision had it, and the whole story as its help."""

from __future__ import annotations

from collections.abc import Mapping

from genshi.core import Markup
from lxml import etree

from ..documents.provenance import Mark, Provenance
from ..xml.names import Prefixes, path
from .html import tag

_KINDS = {"delivery": "delivered", "edit": "edited", "draft": "edited", "merge": "brought together", "restore": "restored", "fix": "mended"}


class Blame:
    """The provenance of one revision's tree. `authors`: the schema's own prefixes, by which the paths are written."""

    def __init__(self, found: Provenance, root: etree._Element, authors: Mapping[str, str]) -> None:
        self._found = found
        self._prefixes = Prefixes.of(root, authors)

    def chip(self, element: etree._Element) -> Markup | None:
        """Who changed the element's value or its attributes after the first revision, the last one; None for nobody."""
        here = path(element, self._prefixes)
        names = ["", *(f"/@{self._prefixes.name(str(name))}" for name in element.attrib)]
        marks = [mark for name in names if (mark := self._found.marks.get(here + name)) is not None]
        last = max(marks, key=lambda mark: mark.revision, default=None)
        if last is None or last.revision <= self._found.since:
            return None
        who = last.actor.partition(":")[2] or last.actor
        return tag("span", f"{who}, rev {last.revision}", class_="chip blame", tabindex=0, data_help=told(last))


def told(mark: Mark) -> str:
    """ "edited by user:ada in revision 3, 2024-05-03 12:00: There are two." """
    word = _KINDS.get(mark.kind, mark.kind)
    said = f"{word} by {mark.actor} in revision {mark.revision}, {mark.created:%Y-%m-%d %H:%M}"
    return f"{said}: {mark.reason}" if mark.reason else said
