"""The verdict on a document of any size, in memory for its largest record.

    report(bench, source, limits, engine, language, valid)
      ├─ libxml2 while reading                  its acceptance is final where `lint` says so
      ├─ streamed.outline                       the names of the children of what is not held
      ├─ streamed.StreamedAssessment            our own assessor, record by record: it finds everything
      ├─ once more, for what was found out about elements that were gone (references that lead nowhere)
      └─ spans.locate_in                        lines, columns, byte ranges, excerpts

The report is the one that `explain.report` would give, but for `engines`: libxml2 names no places while it reads, so only `xmlsvc` is
named. xmlschema is not asked: it would need the whole tree. Where libxml2 and the assessor differ, the report is marked as disputed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from lxml import etree

from ..errors import SchemaError
from ..xml import names, spans
from ..xml.parser import Limits
from ..xml.pieces import CHUNK, HELD, Pieces
from . import libxml2
from .assess import Enough
from .explain import Page, assembled, placed, places
from .findings import LIBXML2, Far, Finding, Place
from .report import Report, Violation
from .streamed import Cursor, Later, Outline, StreamedAssessment, outline

if TYPE_CHECKING:
    from .arbiter import Bench

Source = Callable[[], AbstractContextManager[BinaryIO]]  # opens the document, at its beginning
_LINE = re.compile("\\x00(\\d+)\\x00")  # stands for a line in a sentence until it is known; no document can hold it


@dataclass(frozen=True)
class Sizes:
    """How a document is read: bytes at a time, and bytes of an element that are held before it is taken apart."""

    chunk: int = CHUNK
    held: int = HELD


def report(bench: Bench, source: Source, limits: Limits, engine: str, language: str, valid: Report, sizes: Sizes = Sizes()) -> Report:
    """The report on a document under an XSD 1.0 schema; `engine`: "auto", or "libxml2" to take its word alone; `valid`: the report if
    nothing is wrong. Raises InputError for what is no XML."""
    run = _Run(bench, source, limits, language, sizes)
    accepted = run.libxml2()
    if accepted and (engine == "libxml2" or bench.plain):
        return valid
    drafts, cut, left_open = run.assessed()
    if engine == "libxml2" and accepted is False and not drafts:
        return run.told([run.refused(disputed=False)], valid, False, False)
    if drafts:
        return run.told(drafts, valid, False, cut)
    if accepted is False and left_open:
        return run.told([run.refused(disputed=True)], valid, True, False)
    return replace(valid, disputed=True) if accepted is False else valid


@dataclass(frozen=True)
class _Draft:
    """A violation whose place is not known yet; `nsmap`: of its element, if it is about an attribute (a Clark name)."""

    violation: Violation
    ordinal: int
    attribute: str | None
    nsmap: Mapping[str | None, str]


class _Run:
    """One document; every step reads it from its beginning."""

    def __init__(self, bench: Bench, source: Source, limits: Limits, language: str, sizes: Sizes) -> None:
        self._bench, self._source, self._limits, self._language, self._sizes = bench, source, limits, language, sizes
        self._wanted: set[int] = set()

    def _pieces(self, stream: BinaryIO) -> Pieces:
        return Pieces(stream, self._limits, None, self._sizes.chunk, self._sizes.held)

    def libxml2(self) -> bool | None:
        """libxml2's verdict; None where it cannot build the schema, or is not to be asked."""
        if self._bench.trust.slow:
            return None
        try:
            with self._source() as stream:
                return libxml2.accepts_reading(self._bench.set, stream, self._limits)
        except SchemaError:
            return None

    def assessed(self) -> tuple[list[_Draft], bool, bool]:
        """(what is wrong, whether there is more, whether something could not be worked out)."""
        with self._source() as stream:
            known = outline(self._pieces(stream))
        drafts: list[_Draft] = []
        with self._source() as stream:
            cursor = Cursor(iter(self._pieces(stream)), known)
            page = self._page(cursor)
            assessment = StreamedAssessment(self._bench.components, cursor, self._limits.violations, self._limits.attributes,
                                            lambda finding: drafts.append(page.draft(finding)))
            try:
                assessment.root()
                cut = False
            except Enough:
                cut = True
        if assessment.later:
            drafts += self._later(known, assessment.later)
        return drafts, cut, assessment.left_open

    def _page(self, cursor: Cursor) -> _FarPage:
        return _FarPage(cursor, self._bench, self._language, self._wanted)

    def _later(self, known: Outline, later: list[Later]) -> Iterator[_Draft]:
        """What was found out about elements that were gone by then: told when they come by again."""
        wanted: dict[int, list[Later]] = {}
        for one in later:
            wanted.setdefault(one.place.ordinal, []).append(one)
        ordinals = sorted(wanted)
        with self._source() as stream:
            cursor = Cursor(iter(self._pieces(stream)), known)
            page = self._page(cursor)
            for element in cursor.visit(ordinals):
                for one in wanted[cursor.ordinal(element)]:
                    yield page.draft(one.finding(element))

    def refused(self, disputed: bool) -> _Draft:
        """All that is known is that libxml2 refuses the document."""
        with self._source() as stream:
            cursor = Cursor(iter(self._pieces(stream)), {})
            root = cursor.spine[0].element
            finding = Finding("cvc-elt.1", "refused", root, engines={LIBXML2}, disputed=disputed)
            return self._page(cursor).draft(finding)

    def told(self, drafts: list[_Draft], valid: Report, disputed: bool, cut: bool) -> Report:
        """The report, with places."""
        with self._source() as stream:
            located = spans.locate_in(stream, self._wanted)

        def finished(draft: _Draft) -> Violation:
            at = located[draft.ordinal]
            violation = placed(draft.violation, at.inside, at.data, draft.attribute, draft.nsmap, at.offset)
            message = _LINE.sub(lambda match: str(located[int(match[1])].span.line), violation.message)
            return replace(violation, message=message)

        return assembled(map(finished, drafts), valid.schema, disputed, cut)


class _FarPrefixes(names.Prefixes):
    """The report's prefixes; places among siblings that are not all there come from the outline."""

    cursor: Cursor

    def place(self, element: etree._Element) -> int:
        known = self.cursor.place(element)
        return super().place(element) if known is None else known


class _FarPage(Page):
    """Violations while their elements come by; `wanted` gathers the ordinals of the elements whose places are to be found."""

    def __init__(self, cursor: Cursor, bench: Bench, language: str, wanted: set[int]) -> None:
        self._cursor, self._wanted = cursor, wanted
        prefixes = _FarPrefixes.of(cursor.spine[0].element, bench.components.model.prefixes)
        assert isinstance(prefixes, _FarPrefixes)
        prefixes.cursor = cursor
        super().__init__(prefixes, bench.components, language)

    def _ordinal(self, place: Place) -> int:
        return place.ordinal if isinstance(place, Far) else self._cursor.ordinal(place)

    def line(self, place: Place) -> int | str | None:
        return f"\0{self._ordinal(place)}\0"

    def draft(self, finding: Finding) -> _Draft:
        """The violation for a finding, without its place."""
        violation = self.violation(finding)
        self._wanted.update(map(self._ordinal, places(finding)))
        self.prefixes.forget()
        element = finding.element
        return _Draft(violation, self._ordinal(element), finding.attribute, element.nsmap if finding.attribute else {})
