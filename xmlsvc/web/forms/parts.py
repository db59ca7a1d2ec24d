"""What a schema says of an element wherever it stands: the words, what is in it, its attributes, the controls of its values. Each is worked
out once for a schema, however many documents are opened."""

from __future__ import annotations

from dataclasses import dataclass

from ...publish.shape import simple
from ...schema import model
from .. import declarations
from . import controls, skeleton
from .controls import Control
from .open import Opening

_ANY = f"{{{model.XSD_NAMESPACE}}}anyType"
_NIL = Control("select", (("", "has a value"), ("true", "nothing, on purpose")))


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """An attribute that the type declares."""

    name: str
    label: str
    help: str
    type: model.SimpleType
    required: bool
    fixed: str | None
    default: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """An element's declaration and governing type, read for a form. `value`: the simple type of its text; `opaque`: no schema says what is
    in it; `plain`: nothing but a value may be in it, as far as its type goes; `bare`: it is mixed, but has no elements; `members`,
    `types`, `nil`: the controls of what it may be instead, None where there is no choice; `others`: attributes beside the declared `uses`
    that may be added."""

    label: str
    help: str
    opaque: bool
    mixed: bool
    plain: bool
    bare: bool
    value: model.SimpleType | None
    fixed: str | None
    default: str | None
    members: Control | None
    types: tuple[model.Type, ...]
    nil: Control | None
    uses: tuple[Use, ...]
    names: frozenset[str]
    others: Opening | None


def read(tag: str, declaration: model.Element | None, kind: model.Type | None, schema: model.Model) -> Part:
    """The part of an element called `tag` with this declaration and type."""
    composed = kind if isinstance(kind, model.ComplexType) else None
    members = skeleton.substitutes(declaration, schema) if declaration is not None else ()
    attributes = composed.attributes if composed is not None else {}
    return Part(
        label=declarations.label(tag),
        help=(declaration.documentation if declaration is not None else "") or (kind.documentation if kind is not None else ""),
        opaque=kind is None or (composed is not None and composed.name == _ANY),
        mixed=composed is not None and composed.mixed,
        plain=composed is None or composed.simple is not None or composed.mixed or composed.content is None,
        bare=composed is not None and composed.mixed and composed.content is None and composed.open_content is None,
        value=simple(kind),
        fixed=declaration.fixed if declaration is not None else None,
        default=declaration.default if declaration is not None else None,
        members=Control("select", tuple((each.name, declarations.label(each.name)) for each in members)) if members else None,
        types=skeleton.types(declaration, schema),
        nil=_NIL if declaration is not None and declaration.nillable else None,
        uses=tuple(
            Use(name, declarations.label(name), use.documentation, use.type, use.required, use.fixed, use.default)
            for name, use in attributes.items()
        ),
        names=frozenset(attributes),
        others=_others(composed, schema),
    )


def _others(kind: model.ComplexType | None, schema: model.Model) -> Opening | None:
    """What xs:anyAttribute of the type lets in."""
    if kind is None or kind.any_attribute is None:
        return None
    return Opening.of((kind.any_attribute,), schema.attributes, kind.attributes, "attributes")


class Controls:
    """The controls of the values of one schema: one for each simple type and kind of value."""

    def __init__(self) -> None:
        self._plain: dict[tuple[model.SimpleType, object], Control] = {}
        self._listed: dict[model.SimpleType, frozenset[str]] = {}

    def of(self, kind: model.SimpleType, value: str, fixed: str | None) -> Control:
        """As `controls.of`."""
        if fixed is not None or controls.damaged(value):
            return controls.of(kind, value, fixed)
        sort: object = self._sort(kind, value)
        if sort is None:
            return controls.of(kind, value)
        key = (kind, sort)
        known = self._plain.get(key)
        if known is None:
            known = self._plain[key] = controls.of(kind, value)
        return known

    def _sort(self, kind: model.SimpleType, value: str) -> object:
        """What the control depends on of a value: the value itself where the type lists it, else its shape; None for a stray one."""
        listed = self._listed.get(kind)
        if listed is None:
            listed = self._listed[kind] = controls.listed(kind)
        if listed:
            return value if value in listed else None
        return controls.shape(kind, value)

