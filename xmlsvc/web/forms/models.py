"""What forms ask of one schema: its content models and the parts that documents are made of, each worked out once."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from ... import memo
from ...publish.shape import simple
from ...schema import model
from ...schema.matcher import Matcher
from ...schema.registry import Schema
from . import parts
from .allowed import Allowed, Answers, Model
from .controls import Control
from .open import Opening, admits
from .parts import Controls, Part, Use
from .stencils import NOTHING_ABSENT, Absent, Field, Offers

_LONGEST = 200  # children whose answers are kept
_KEPT = 4_000
_FIELDS = 20_000


class Models:
    """Answers for any complex type of a schema; any number of threads may ask."""

    def __init__(self, schema: model.Model) -> None:
        self._schema = schema
        self._models: dict[int, Model] = {}
        self._parts: dict[tuple[str, model.Element | None, model.Type | None], Part] = {}
        self._answers: dict[tuple[model.Type, tuple[str, ...]], Answers] = {}
        self._openings: dict[tuple[tuple[model.Wildcard, ...], tuple[str, ...]], tuple[Opening | None]] = {}
        self._identifying: dict[model.Type, tuple[tuple[str, ...], bool]] = {}
        self._fields: dict[tuple[object, ...], Field] = {}
        self._absent: dict[tuple[tuple[Use, str], ...], Absent] = {(): NOTHING_ABSENT}
        self._offers: dict[tuple[model.Type | None, tuple[str, ...]], Offers] = {}
        self._types: dict[tuple[Part, str, str | None], Control] = {}
        self._lock = threading.Lock()
        self.controls = Controls()

    def _of(self, kind: model.Type | None) -> Model | None:
        if not isinstance(kind, model.ComplexType) or (kind.content is None and kind.open_content is None):
            return None
        known = self._models.get(id(kind))
        if known is None:
            made = Model(Matcher(kind.content, self._schema.substitutes))
            with self._lock:
                known = self._models.setdefault(id(kind), made)
        return known

    def declared(self, kind: model.Type | None) -> dict[str, model.Element]:
        """The elements that the type's content names, by Clark name, in the order of the schema."""
        found = self._of(kind)
        return found.declared if found is not None else {}

    def allowed(self, kind: model.Type | None, names: Sequence[str]) -> Allowed | None:
        """What is allowed among children of these names; None for a type that has no children."""
        found = self._of(kind)
        return Allowed(found, names) if found is not None else None

    def answers(self, kind: model.Type | None, names: tuple[str, ...]) -> Answers | None:
        """All that a form asks about children of these names; None for a type that has no children."""
        found = self._of(kind)
        if found is None or kind is None:
            return None
        key = (kind, names)
        known = self._answers.get(key)
        if known is None:
            known = Answers.of(Allowed(found, names), self._open(kind))
            if len(names) <= _LONGEST:
                if len(self._answers) >= _KEPT:
                    self._answers.clear()
                self._answers[key] = known
        return known

    def opening(self, answers: Answers) -> Opening | None:
        """What the wildcards that would take one element more let in."""
        if not answers.wildcards:
            return None
        key = (answers.wildcards, answers.additions)
        known = self._openings.get(key)
        if known is None:
            if len(self._openings) >= _KEPT:
                self._openings.clear()
            known = self._openings[key] = (
                Opening.of(answers.wildcards, self._schema.elements, answers.additions, "elements"),
            )
        return known[0]

    def lets_in(self, kind: model.Type | None, name: str) -> bool:
        """Whether a wildcard of the type's content takes an element of this name."""
        found = self._of(kind)
        wildcards = (*found.matcher.wildcards(), *self._open(kind)) if found is not None else ()
        return any(admits(any_, name, self._schema.elements) for any_ in wildcards)

    def follows(self, kind: model.Type | None, name: str) -> bool:
        """Whether an element of this name may always stand behind all others: XSD 1.1's open content, of either mode, takes it there."""
        return any(admits(any_, name, self._schema.elements) for any_ in self._open(kind))

    @staticmethod
    def _open(kind: model.Type | None) -> tuple[model.Wildcard, ...]:
        return (kind.open_content,) if isinstance(kind, model.ComplexType) and kind.open_content is not None else ()

    def lets_in_attribute(self, kind: model.Type | None, name: str) -> bool:
        """Whether a wildcard of the type takes an attribute of this name."""
        any_ = kind.any_attribute if isinstance(kind, model.ComplexType) else None
        return any_ is not None and admits(any_, name, self._schema.attributes)

    def identifying(self, kind: model.Type | None) -> tuple[tuple[str, ...], bool]:
        """The attributes of a type that are IDs, and whether its text is one."""
        if kind is None:
            return (), False
        known = self._identifying.get(kind)
        if known is None:
            uses = kind.attributes if isinstance(kind, model.ComplexType) else {}
            value = simple(kind)
            names = tuple(name for name, use in uses.items() if use.type.builtin == "ID")
            known = self._identifying[kind] = names, value is not None and value.builtin == "ID"
        return known

    def part(self, tag: str, declaration: model.Element | None, kind: model.Type | None) -> Part:
        """What the schema says of an element of this name, declaration and type."""
        key = (tag, declaration, kind)
        known = self._parts.get(key)
        if known is None:
            known = parts.read(tag, declaration, kind, self._schema)
            if declaration is not None or kind is not None:  # of what the schema does not describe there is no end
                self._parts[key] = known
        return known


    def field(
        self, letter: str, rest: str, label: str, control: Control, help: str, path: str, required: bool, there: bool, default: str | None
    ) -> Field:
        """The control as `Field`; the same one for the same words, as long as its control is kept."""
        key = (letter, rest, label, control, help, path, required, there, default)
        known = self._fields.get(key)
        if known is None:
            known = Field(
                letter=letter, rest=rest, label=label, control=control, help=help, path=path, required=required, there=there,
                default=default,
            )  # fmt: skip
            if control.kept:
                if len(self._fields) >= _FIELDS:
                    self._fields.clear()
                self._fields[key] = known
        return known

    def types(self, part: Part, now: str, said: str | None) -> Control:
        """What xsi:type may name. `now`: the Clark name that it means, `said`: what stands there, None for nothing."""
        key = (part, now, said)
        known = self._types.get(key)
        if known is None:
            if len(self._types) >= _KEPT:
                self._types.clear()
            known = self._types[key] = parts.types(part, now, said)
        return known

    def absent(self, uses: tuple[tuple[Use, str], ...]) -> Absent:
        """Attributes that may be added, as (use, path)."""
        known = self._absent.get(uses)
        if known is None:
            if len(self._absent) >= _KEPT:
                self._absent.clear()
            known = self._absent[uses] = Absent(fields=tuple(self._addable(use, path) for use, path in uses))
        return known

    def _addable(self, use: Use, path: str) -> Field:
        control = self.controls.of(use.type, "", use.fixed)
        return self.field("a", f".{use.name}", use.label, control, use.help, path, use.required, False, use.default)

    def offers(self, kind: model.Type | None, names: tuple[str, ...]) -> Offers | None:
        """The elements of these names that may be added in content of the type; None for no names."""
        if not names:
            return None
        known = self._offers.get((kind, names))
        if known is None:
            declared = self.declared(kind)
            if len(self._offers) >= _KEPT:
                self._offers.clear()
            parts = tuple((name, self.part(name, declared[name], declared[name].type)) for name in names)
            known = self._offers[kind, names] = Offers(parts=parts)
        return known


@memo.kept
def of(schema: Schema) -> Models:
    """The models of a registered schema."""
    return Models(schema.model)
