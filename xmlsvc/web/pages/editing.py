"""What form and source editor share: the working copy with its tree, schema and verdict, and how a save goes."""

from __future__ import annotations

import bisect
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from lxml import etree

from ... import errors
from ...documents import revise, workspace
from ...documents.access import Actor
from ...documents.revise import Checked, Saved, Saving
from ...documents.services import Services
from ...documents.workspace import Work
from ...publish import shape
from ...schema.registry import Schema
from ...validation.report import Violation
from ...xml import diff, parser, spans
from ..exchange import url
from ..forms import models, places

TYPED = "fields changed"


@dataclass(eq=False)
class Desk:
    """A document on somebody's desk. `fault`: why its bytes are no XML at the moment, None where they are. `kept`: the working copy as
    it is stored, where what is on the desk was typed since."""

    services: Services
    actor: Actor
    work: Work
    kept: Work | None = None

    @classmethod
    def open(cls, services: Services, actor: Actor, document_id: str) -> Desk:
        """The actor's working copy. Raises NotFound, Gone, Forbidden."""
        return cls(services, actor, workspace.open(services, actor, document_id))

    @property
    def id(self) -> str:
        return self.work.document.id

    @property
    def title(self) -> str:
        return self.work.document.title or self.work.document.identity

    def href(self, tab: str = "edit", **query: object) -> str:
        """The address of a page of this document."""
        return url(f"/documents/{self.id}{'/' + tab if tab else ''}", **query)

    @cached_property
    def _parsed(self) -> etree._ElementTree | errors.InputError:
        try:
            return parser.parse(self.work.data, self.services.limits)
        except (errors.NotWellFormed, errors.DoctypeRefused, errors.TooLarge) as error:
            return error

    @property
    def fault(self) -> errors.InputError | None:
        return self._parsed if isinstance(self._parsed, errors.InputError) else None

    @property
    def tree(self) -> etree._ElementTree:
        """The tree of the bytes as they are now. Raises what `fault` says."""
        if isinstance(self._parsed, errors.InputError):
            raise self._parsed
        return self._parsed

    @cached_property
    def _chosen(self) -> tuple[Schema, str]:
        named = self.work.base.version if self.work.base.chosen == "named" else None
        return self.services.registry.for_root(self.tree.getroot(), named)

    @property
    def schema(self) -> Schema:
        """The schema that the document is edited by. Raises UnknownVocabulary."""
        return self._chosen[0]

    @property
    def formable(self) -> bool:
        """Whether there can be a form: the bytes are XML, of a vocabulary that is registered."""
        try:
            return self.fault is None and bool(self.schema)
        except errors.UnknownVocabulary:
            return False

    @cached_property
    def places(self) -> places.Places:
        return places.Places(shape.of(self.schema), self.tree)

    @property
    def models(self) -> models.Models:
        return models.of(self.schema)

    @property
    def authors(self) -> dict[str, str]:
        """The schema author's prefixes."""
        return dict(self.schema.model.prefixes) if self.formable else {}

    @cached_property
    def checked(self) -> Checked | errors.Error:
        """The verdict on the bytes as they are now, or why there is none."""
        try:
            return revise.judge(self.services, self.work.document, *self._chosen, self.work.data, self.tree)
        except (errors.InputError, errors.Conflict) as error:
            return error

    @property
    def violations(self) -> tuple[Violation, ...]:
        return self.checked.report.violations if isinstance(self.checked, Checked) else ()

    @cached_property
    def ordinals(self) -> list[int | None]:
        """For each violation the ordinal of the element that a form shows it at."""
        if not any(violation.bytes for violation in self.violations):
            return [None] * len(self.violations)
        starts = [span.start for _, span in spans.start_tags(self.work.data)]
        return [
            self.places.shown(max(bisect.bisect_right(starts, each.bytes[0]) - 1, 0)) if each.bytes else None for each in self.violations
        ]

    @cached_property
    def _marked(self) -> list[int]:
        return sorted(ordinal for ordinal in self.ordinals if ordinal is not None)

    def within(self, ordinal: int) -> int:
        """How many violations there are at an element and in it."""
        element = self.places.at(ordinal)
        size = self.places.size(element) if element is not None else 1
        return bisect.bisect_left(self._marked, ordinal + size) - bisect.bisect_left(self._marked, ordinal)

    @cached_property
    def changes(self) -> str:
        """What saving will change, in words: "2 fields changed, 1 added"; "" for nothing."""
        if not self.work.changed:
            return ""
        if self.fault is not None:
            return "changed"
        difference = diff.compare(parser.parse(self.work.original, self.services.limits), self.tree, self.authors)
        counts = Counter(change.verb for change in difference.changes)
        words = [f"{counts[verb]} {verb}" for verb in ("changed", "added", "removed", "moved") if counts[verb]]
        return ", ".join(words) or ("white space" if difference.spaces else "spelling only")

    def keep(self, data: bytes, label: str, typed: bool = False) -> None:
        """Make these bytes the working copy's newest step."""
        workspace.keep(self.services, self.actor, self.kept or self.work, data, label, typed)

    def typed(self, data: bytes) -> Desk:
        """The desk with what was typed just now, which is not stored yet: a save that succeeds needs no step on the way."""
        return Desk(self.services, self.actor, replace(self.work, data=data), self.work)

    def save(self, saving: Saving) -> Saved:
        """Make the working copy a revision, and end it, in one transaction. Raises as `revise.revise`; what was typed is kept then."""
        try:
            return revise.revise(
                self.services, self.actor, self.id, self.work.data, saving, lambda store: workspace.forget(store, self.actor, self.id)
            )
        except errors.Error:
            self.settle()
            raise

    def settle(self) -> None:
        """Store what was typed, where it is not stored yet."""
        if self.kept is not None:
            self.keep(self.work.data, TYPED, typed=True)
