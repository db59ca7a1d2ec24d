"""The outline beside a form: the way to the open branch, what is beside it, what is in it; problems counted on each entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from lxml import etree

from ...schema import model
from .. import declarations
from .describe import gist
from .places import Places, children

MOST = 40  # entries of one level


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the element it leads to, how many elements it stands for, whether it opens by itself or stands on the open page;
    `inside`: the level below, where the open branch is in it."""

    ordinal: int
    label: str
    gist: str
    count: int
    problems: int
    here: bool
    opens: bool
    inside: tuple[Entry, ...] = ()


def outline(places: Places, opened: int, shown: frozenset[int], problems: Callable[[int], int]) -> Entry:
    """The root's entry. `shown`: ordinals of the elements that the open page holds."""
    element = places.at(opened)
    open_ = places.root if element is None else element
    way = {open_, *open_.iterancestors()}
    return _Outline(places, open_, way, shown, problems).entry(places.root, 1)


class _Outline:
    def __init__(
        self, places: Places, opened: etree._Element, way: set[etree._Element], shown: frozenset[int], problems: Callable[[int], int]
    ) -> None:
        self._places, self._open, self._way, self._shown, self._problems = places, opened, way, shown, problems

    def entry(self, element: etree._Element, count: int) -> Entry:
        ordinal = self._places.ordinals[element]
        inside = tuple(self._level(element)) if element in self._way else ()
        return Entry(
            ordinal,
            declarations.label(str(element.tag)),
            "" if element is self._places.root else gist(element, 2, 40),
            count,
            self._problems(ordinal),
            element is self._open,
            ordinal not in self._shown,
            inside,
        )

    def _level(self, element: etree._Element) -> list[Entry]:
        if self._is_value(element):
            return []
        made: list[Entry] = []
        for _, run in groupby(children(element), key=lambda child: (child.tag, self._is_value(child) or id(child))):
            members = list(run)
            first = members[0]
            if len(made) >= MOST and first not in self._way:
                continue
            if self._is_value(first):
                problems = sum(self._problems(self._places.ordinals[each]) for each in members)
                ordinal = self._places.ordinals[first]
                made.append(
                    Entry(ordinal, declarations.label(str(first.tag)), "", len(members), problems, False, ordinal not in self._shown)
                )
            else:
                made.append(self.entry(first, 1))
        return made

    def _is_value(self, element: etree._Element) -> bool:
        kind = self._places.kind(element)
        if isinstance(kind, model.ComplexType) and kind.mixed:
            return True
        return not any(isinstance(child.tag, str) for child in element)
