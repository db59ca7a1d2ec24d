"""Everything that the tabs of a document page show, read once: bytes, tree, schema, report, and where each violation stands."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from functools import cached_property

from genshi.core import Markup
from lxml import etree

from ... import errors, validation
from ...documents import revisions, verdicts
from ...documents.access import Actor
from ...documents.revisions import Document, Revision
from ...documents.services import Services
from ...publish import shape
from ...schema.registry import Schema
from ...validation.report import Report, Violation
from ...xml import encoding, parser, spans
from ...xml.names import Prefixes
from .. import fields
from ..exchange import url
from ..forms import places
from ..html import text

BEFORE = 5  # siblings shown before the one that a link leads to


@dataclass(eq=False)
class View:
    """One revision of one document. `schema` is None where its schema is no longer registered; `report` then is, too."""

    services: Services
    document: Document
    revision: Revision
    data: bytes
    tree: etree._ElementTree
    schema: Schema | None
    report: Report | None

    @classmethod
    def open(cls, services: Services, actor: Actor, document_id: str, number: int | None) -> View:
        """Read the revision (default: the current one). Raises NotFound."""
        document, revision, data = revisions.read(services, actor, document_id, number)
        tree = parser.parse(data, services.limits)
        try:
            schema = revisions.schema_of(services, revision)
        except errors.UnknownVocabulary:
            return cls(services, document, revision, data, tree, None, None)
        return cls(services, document, revision, data, tree, schema, _verdict(services, schema, revision, data, tree))

    @property
    def violations(self) -> tuple[Violation, ...]:
        return self.report.violations if self.report is not None else ()

    @property
    def current(self) -> bool:
        """Whether this is the document's current revision."""
        return self.revision.number == self.document.current

    @cached_property
    def text(self) -> str:
        """The bytes as text for people."""
        return encoding.text(self.data, encoding.detect(self.data))

    @cached_property
    def prefixes(self) -> Prefixes:
        authors = {namespace: prefix for prefix, namespace in self.schema.manifest.namespaces.items()} if self.schema else {}
        return Prefixes.of(self.tree.getroot(), authors)

    @cached_property
    def shape(self) -> shape.Shape | None:
        return shape.of(self.schema) if self.schema is not None else None

    @cached_property
    def places(self) -> places.Places | None:
        return places.Places(self.shape, self.tree) if self.shape is not None else None

    @cached_property
    def ordinals(self) -> list[int | None]:
        """For each violation, in order, the ordinal of the element that it is at, None where it names no place in the bytes."""
        if not any(violation.bytes for violation in self.violations):
            return [None] * len(self.violations)
        starts = [span.start for _, span in spans.start_tags(self.data)]
        return [max(bisect.bisect_right(starts, each.bytes[0]) - 1, 0) if each.bytes else None for each in self.violations]

    def marks(self) -> dict[int, list[tuple[int, Markup, str | None]]]:
        """Element ordinal → its violations as (number from 1, sentence, attribute)."""
        found: dict[int, list[tuple[int, Markup, str | None]]] = {}
        for number, (violation, ordinal) in enumerate(zip(self.violations, self.ordinals, strict=True), 1):
            if ordinal is not None:
                found.setdefault(ordinal, []).append((number, text(violation.message), violation.attribute))
        return found

    @cached_property
    def _positions(self) -> list[tuple[int, int]]:
        """For each element, by ordinal: its parent's ordinal, and its place among the parent's children."""
        found: list[tuple[int, int]] = []
        ordinals: dict[etree._Element | None, int] = {}
        children: dict[int, int] = {}
        for ordinal, element in enumerate(self.tree.getroot().iter("*")):
            ordinals[element] = ordinal
            parent = ordinals.get(element.getparent(), 0)
            found.append((parent, children.get(parent, 0)))
            children[parent] = children.get(parent, 0) + 1
        return found

    def field(self, ordinal: int) -> str:
        """The address of an element in Fields (of what is inside mixed content: of that): of the whole document where all of it is shown
        at once, else of the part around it."""
        if self.places is not None:
            ordinal = self.places.shown(ordinal)
        if (len(self.places.elements) if self.places is not None else len(self._positions)) <= fields.BUDGET:
            return f"{self._here}#f{ordinal}"
        parent, place = self._positions[ordinal]
        return f"{self.href(at=parent or None, skip=max(place - BEFORE, 0) or None)}#f{ordinal}"

    @cached_property
    def _here(self) -> str:
        return self.href()

    def href(self, tab: str = "", **query: object) -> str:
        """The address of a tab ("" is Fields) of this revision."""
        number = None if self.current else self.revision.number
        return url(f"/documents/{self.document.id}{'/' + tab if tab else ''}", revision=number, **query)


def _verdict(services: Services, schema: Schema, revision: Revision, data: bytes, tree: etree._ElementTree) -> Report:
    """The stored verdict; after an upgrade of the engines there is none yet: it is made, and of a large document kept for the next who
    looks. A small one's is made in less time than a durable write takes, which may have to wait for other writers."""
    reason = "recorded with the revision"
    found = verdicts.known(services, revision.digest, verdicts.name_of(schema, reason))
    if found is None:
        found = validation.check(schema, data, tree, limits=services.limits, reason=reason)
        if len(data) >= verdicts.WORTH_ASKING:
            packed, now = verdicts.pack(found), services.clock.now()
            services.sessions.write(lambda store: verdicts.put(store, revision.digest, found, packed, now))
    return found
