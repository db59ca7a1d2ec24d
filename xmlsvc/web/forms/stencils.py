"""HTML of a form with holes: written once, by who writes it without, for all places that differ only in numbers and values.

A hole is a character that neither a document nor a schema can hold (XML 1.0, section 2.2), so that it is found again in what was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from .controls import Control
    from .parts import Part

ORDINAL = cast("int", "\ufffe")
HOLE = "\uffff"
NUMBER = cast("int", "\uffff\ufffe\uffff")
_KEPT = 30  # stencils of one piece, of some kB each


@dataclass(frozen=True, slots=True)
class Stencil:
    """`text`: what was written, with its holes; `lists`: the lists that its controls choose from, by their ids."""

    text: str
    lists: dict[str, tuple[tuple[str, str], ...]]

    def filled(self, ordinal: int, values: Sequence[str] = (), number: int = 0) -> str:
        """The text for an element; `values`: HTML for each hole, in order; `number`: which of its name it is, where that is said."""
        text = self.text
        if number:
            text = text.replace(cast("str", NUMBER), str(number))
        text = text.replace(cast("str", ORDINAL), str(ordinal))
        if not values:
            return text
        first, *others = text.split(HOLE)
        out = [first]
        for value, behind in zip(values, others, strict=True):
            out.append(value)
            out.append(behind)
        return "".join(out)


@dataclass(slots=True, eq=False)
class Piece:
    """What may be written by stencils, each kept under what it depends on."""

    stencils: dict[object, Stencil] = field(default_factory=dict)

    def keep(self, key: object, stencil: Stencil) -> Stencil:
        """The stencil, for the next time."""
        if len(self.stencils) >= _KEPT:
            self.stencils.clear()
        self.stencils[key] = stencil
        return stencil


@dataclass(slots=True, eq=False, kw_only=True)
class Field(Piece):
    """A control wherever it stands. `letter`, `rest`: of the form field's name, around the element's ordinal; `there`: it stands in the
    document."""

    letter: str
    rest: str
    label: str
    control: Control
    help: str
    path: str
    required: bool
    there: bool
    default: str | None


@dataclass(slots=True, eq=False)
class Absent(Piece):
    """The attributes that an element may have and has not."""

    fields: tuple[Field, ...] = ()


@dataclass(slots=True, eq=False)
class Offers(Piece):
    """What may be added to an element: (name, what it is)."""

    parts: tuple[tuple[str, Part], ...] = ()


NOTHING_ABSENT = Absent()
