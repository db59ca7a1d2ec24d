"""What a schema says of an element wherever it stands: the words, what is in it, its attributes, the controls of its values. Each is worked
out once for a schema, however many documents are opened."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...binding.codecs import collapse
from ...publish.shape import simple
from ...schema import model
from .. import declarations
from . import controls, skeleton
from .controls import Control
from .open import Opening
from .stencils import Piece

_ANY = f"{{{model.XSD_NAMESPACE}}}anyType"
_NIL = Control("select", (("", "has a value"), ("true", "nothing, on purpose")), kept=True)


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


@dataclass(slots=True, eq=False, kw_only=True)
class Part(Piece):
    """An element's declaration and governing type, read for a form. `value`: the simple type of its text; `opaque`: no schema says what is
    in it; `plain`: nothing but a value may be in it, as far as its type goes; `bare`: it is mixed, but has no elements; `declared`: its
    declaration's type; `members`, `types`, `nil`: what it may be instead, empty or None where there is no choice; `others`: attributes
    beside the declared `uses` that may be added."""

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
    declared: model.Type | None
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
        members=Control("select", tuple((each.name, declarations.label(each.name)) for each in members), kept=True) if members else None,
        declared=declaration.type if declaration is not None else None,
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


_OTHER = object()  # a value that is not on a list which takes others, too
def types(part: Part, now: str, said: str | None) -> Control:
    """The control of what xsi:type names: `now` as a Clark name, `said` as it stands there, None where it does not."""
    declared = part.declared
    options = [("", "as declared")] if declared in part.types else []
    options += [(each.name or "", declarations.label(each.name or "")) for each in part.types if each is not declared]
    if said is not None and declared is not None and now == declared.name and ("", "as declared") in options:
        options[0] = (now, "as declared")
    if now not in {value for value, _ in options}:
        options.insert(0, (now, f"{said} – not allowed" if said is not None else "– choose –"))
    return Control("select", tuple(options), kept=True)


REFERENCES = "references"
"""The list of a document's own IDs."""


class Controls:
    """The controls of the values of one schema: one for each simple type and kind of value. What refers to another part of the document is
    chosen from the list REFERENCES, which is each document's own."""

    def __init__(self) -> None:
        self._plain: dict[tuple[model.SimpleType, bool, object], Control] = {}
        self._lists: dict[tuple[tuple[str, str], ...], str] = {}
        self._listed: dict[model.SimpleType, tuple[frozenset[str], bool]] = {}

    def of(self, kind: model.SimpleType, value: str, fixed: str | None) -> Control:
        """As `controls.of`."""
        sort: object = None
        if fixed is not None:
            sort = (fixed, value) if value in ("", fixed) else None
        elif not controls.damaged(value):
            sort = self._sort(kind, value)
        if sort is None:
            return controls.of(kind, value, fixed)
        key = (kind, fixed is not None, sort)
        known = self._plain.get(key)
        if known is None:
            made = controls.of(kind, value, fixed)
            if made.kind == "text" and kind.builtin == "IDREF" and kind.variety == "atomic":
                made = replace(made, kind="list", list=REFERENCES)
            elif made.kind == "list":
                made = replace(made, list=self._lists.setdefault(made.options, f"list{len(self._lists)}"))
            known = self._plain[key] = replace(made, kept=True)
        return known

    def _sort(self, kind: model.SimpleType, value: str) -> object:
        """What the control depends on of a value: the value itself where the type lists it, else its shape; None for a stray one."""
        known = self._listed.get(kind)
        if known is None:
            known = self._listed[kind] = controls.listed(kind), controls.open_ended(kind)
        listed, open_ = known
        if listed:
            return value if value in listed else _OTHER if open_ and collapse(value) not in listed else None
        return controls.shape(kind, value)
