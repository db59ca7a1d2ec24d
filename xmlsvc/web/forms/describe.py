"""The open branch of a document as data: which fields it has, in which order, with what control, and what may be added. Nothing of HTML.

branch(places, ordinal, skip, models) → Group
  Group      one element with attributes, text and children      items: Group | Line | Link | Opaque, in the order of the document
  Line       an element that is one value, with its attributes
  Link       a group too large to be shown here: it opens by itself
  Opaque     what no schema describes, and is kept
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from lxml import etree

from ...publish.shape import simple
from ...schema import model
from .. import declarations
from . import controls, fragments, skeleton
from .allowed import Allowed
from .controls import Control
from .models import Models
from .places import XSI_NIL, XSI_TYPE, Places, children, nil, text

ROOM = 160  # elements that one page shows; beyond that, groups are links
RUN = 40  # siblings of one name shown at once


@dataclass(frozen=True, slots=True)
class Value:
    """One control. `name`, that of the form field: "t.12" the text of element 12, "a.12.{urn:x}lang" an attribute, "m.12" mixed content,
    "x.12" its type, "s.12" its name among those that may stand for it, "n.12" whether it is nil. `there`: it stands in the document."""

    name: str
    label: str
    value: str
    control: Control
    help: str = ""
    path: str = ""
    required: bool = False
    there: bool = True
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """Something that may be added here: the button's value, the label, what the schema says of it."""

    action: str
    label: str
    help: str = ""


@dataclass(slots=True)
class Item:
    """What Line, Group, Link and Opaque share. `may`: of "remove", "up", "down", "another" what is possible."""

    ordinal: int
    tag: str
    label: str
    help: str = ""
    path: str = ""
    number: int = 0
    of: int = 0
    may: frozenset[str] = frozenset()
    comments: tuple[str, ...] = ()


@dataclass(slots=True)
class Line(Item):
    values: list[Value] = field(default_factory=list)
    folded: list[Value] = field(default_factory=list)


@dataclass(slots=True)
class Group(Item):
    values: list[Value] = field(default_factory=list)
    folded: list[Value] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    before: int | None = None
    after: int | None = None
    left: int = 0


@dataclass(slots=True)
class Link(Item):
    fields: int = 0
    gist: str = ""


@dataclass(slots=True)
class Opaque(Item):
    source: str = ""


def branch(places: Places, ordinal: int, skip: int, models: Models) -> Group:
    """The element with this ordinal, opened, from its child number `skip` on."""
    element = places.at(ordinal)
    return _Describe(places, models).group(places.root if element is None else element, skip)


class _Describe:
    def __init__(self, places: Places, models: Models) -> None:
        self._places, self._models = places, models
        self._room = ROOM

    def group(self, element: etree._Element, skip: int = 0, **own: object) -> Group:
        places = self._places
        declaration, kind = places.declared(element)
        made = Group(**{**self._own(element, declaration, kind), **own})  # type: ignore[arg-type]
        self._values(made, element, declaration, kind)
        shown = children(element)
        allowed = self._models.allowed(kind, [str(child.tag) for child in shown])
        if allowed is not None:
            made.additions = list(self._additions(element, kind, allowed))
        if not (isinstance(kind, model.ComplexType) and kind.mixed) and not nil(element):
            self._items(made, shown, skip, allowed)
        return made

    def _items(self, made: Group, shown: list[etree._Element], skip: int, allowed: Allowed | None) -> None:
        names = [str(child.tag) for child in shown]
        totals: dict[str, int] = {}
        for name in names:
            totals[name] = totals.get(name, 0) + 1
        seen: dict[str, int] = {}
        for index, child in enumerate(shown):
            seen[names[index]] = seen.get(names[index], 0) + 1
            if index < skip:
                continue
            if index >= skip + RUN and self._room <= 0:
                made.after, made.left = index, len(shown) - index
                break
            may = self._may(index, names, allowed)
            made.items.append(self._item(child, number=seen[names[index]], of=totals[names[index]], may=may))
        made.before = max(skip - RUN, 0) if skip else None

    def _item(self, child: etree._Element, **own: object) -> Item:
        places = self._places
        declaration, kind = places.declared(child)
        common = {**self._own(child, declaration, kind), **own}
        self._room -= 1
        if kind is None or (isinstance(kind, model.ComplexType) and kind.name == f"{{{model.XSD_NAMESPACE}}}anyType"):
            return Opaque(**common, source=fragments.outer(child, child.getparent().nsmap))  # type: ignore[arg-type, union-attr]
        single = isinstance(kind, model.SimpleType) or kind.simple is not None or kind.mixed or kind.content is None
        if (single and not children(child)) or (isinstance(kind, model.ComplexType) and kind.mixed):
            line = Line(**common)  # type: ignore[arg-type]
            self._values(line, child, declaration, kind)
            return line
        size = places.size(child)
        if size > max(self._room, 12):
            return Link(**common, fields=size - 1, gist=gist(child))  # type: ignore[arg-type]
        return self.group(child, 0, **own)

    def _own(self, element: etree._Element, declaration: model.Element | None, kind: model.Type | None) -> dict[str, object]:
        said = (declaration.documentation if declaration is not None else "") or (kind.documentation if kind is not None else "")
        return {
            "ordinal": self._places.ordinals[element],
            "tag": str(element.tag),
            "label": declarations.label(str(element.tag)),
            "help": said,
            "path": self._places.prefixes.of_element(element),
            "comments": tuple(str(child.text).strip() for child in element if isinstance(child, etree._Comment)),
        }

    def _may(self, index: int, names: list[str], allowed: Allowed | None) -> frozenset[str]:
        found = {"remove"}
        if allowed is not None:
            if allowed.needed(index):
                found.discard("remove")
            if index and allowed.swaps(index - 1):
                found.add("up")
            if allowed.swaps(index):
                found.add("down")
            if (index + 1 == len(names) or names[index + 1] != names[index]) and allowed.place(names[index], index) == index + 1:
                found.add("another")
        return frozenset(found)

    # -- values ---------------------------------------------------------------------------------------------------------------

    def _values(self, made: Line | Group, element: etree._Element, declaration: model.Element | None, kind: model.Type | None) -> None:
        ordinal, schema = made.ordinal, self._places.shape.model
        members = skeleton.substitutes(declaration, schema) if declaration is not None else ()
        if members and element.getparent() is not None:
            options = tuple((member.name, declarations.label(member.name)) for member in members)
            made.values.append(Value(f"s.{ordinal}", "Kind", str(element.tag), Control("select", options), "Which of these it is.", "name"))
        if types := skeleton.types(declaration, schema):
            made.values.append(self._type(ordinal, element, declaration, types))
        if declaration is not None and declaration.nillable:
            options = (("", "has a value"), ("true", "nothing, on purpose"))
            control = Control("select", options)
            made.values.append(Value(f"n.{ordinal}", "Value", "true" if nil(element) else "", control, "xsi:nil", "xsi:nil"))
        if not nil(element):
            self._content(made, element, declaration, kind)
        for value in self._attributes(ordinal, element, kind):
            plain = not value.path.startswith("@xsi:") and (value.there or value.required)
            (made.values if plain else made.folded).append(value)

    def _content(self, made: Line | Group, element: etree._Element, declaration: model.Element | None, kind: model.Type | None) -> None:
        ordinal = made.ordinal
        if isinstance(kind, model.ComplexType) and kind.mixed:
            inside = fragments.inner(element)
            hint = "text with mark-up; < is written &lt; and & is written &amp;"
            control = Control("area" if "\r" not in inside else "fixed", hint=hint)
            made.values.append(Value(f"m.{ordinal}", made.label, inside, control, made.help, made.path))
            return
        value = simple(kind)
        if value is not None:
            now = text(element)
            control = self._control(value, now, declaration.fixed if declaration is not None else None)
            default = declaration.default if declaration is not None else None
            made.values.append(Value(f"t.{ordinal}", made.label, now, control, made.help, made.path, default=default))
        elif text(element).strip():
            made.values.append(Value(f"t.{ordinal}", "Stray text", text(element), Control("area"), "No text is allowed here.", made.path))

    def _control(self, kind: model.SimpleType, now: str, fixed: str | None) -> Control:
        """The control of a value; one that refers to another part of the document offers those parts."""
        made = controls.of(kind, now, fixed)
        if made.kind == "text" and kind.variety == "atomic" and kind.builtin == "IDREF":
            return replace(made, kind="list", options=self._identifiers)
        return made

    @cached_property
    def _identifiers(self) -> tuple[tuple[str, str], ...]:
        """The IDs of the document, each with what it stands for."""
        found: dict[str, str] = {}
        for element in self._places.elements:
            kind = self._places.kind(element)
            for name, use in kind.attributes.items() if isinstance(kind, model.ComplexType) else ():
                value = element.get(name) if use.type.builtin == "ID" else None
                if value:
                    found.setdefault(value, gist(element, 2, 60))
            text_kind = simple(kind)
            if text_kind is not None and text_kind.builtin == "ID" and text(element).strip():
                found.setdefault(text(element).strip(), "")
        return tuple(found.items())

    @staticmethod
    def _type(ordinal: int, element: etree._Element, declaration: model.Element | None, types: tuple[model.Type, ...]) -> Value:
        options = [("", "as declared")] if declaration is not None and declaration.type in types else []
        options += [
            (each.name or "", declarations.label(each.name or "")) for each in types if declaration is None or each is not declaration.type
        ]
        said, now = element.get(XSI_TYPE), ""
        if said is not None:
            prefix, _, local = said.strip().rpartition(":")
            namespace = element.nsmap.get(prefix or None, "")
            now = f"{{{namespace}}}{local}" if namespace else local
            if declaration is not None and now == declaration.type.name and ("", "as declared") in options:
                options[0] = (now, "as declared")
        if now not in {value for value, _ in options}:
            options.insert(0, (now, f"{said} – not allowed" if said is not None else "– choose –"))
        return Value(
            f"x.{ordinal}",
            "Type",
            now,
            Control("select", tuple(options)),
            "Which kind of this it is; its fields depend on it.",
            "xsi:type",
            required=not now,
        )

    def _attributes(self, ordinal: int, element: etree._Element, kind: model.Type | None) -> Iterator[Value]:
        uses = kind.attributes if isinstance(kind, model.ComplexType) else {}
        prefixes = self._places.prefixes
        for name, use in uses.items():
            now = element.get(name)
            control = self._control(use.type, now or "", use.fixed)
            yield Value(
                f"a.{ordinal}.{name}",
                declarations.label(name),
                now or "",
                control,
                use.documentation,
                "@" + prefixes.name(name),
                required=use.required,
                there=now is not None,
                default=use.default,
            )
        for key, value in element.attrib.items():
            name = str(key)
            if name in uses or name in (XSI_TYPE, XSI_NIL):
                continue
            own = name.startswith((f"{{{model.XSI_NAMESPACE}}}",))
            control = Control("fixed") if own else controls.of(None, str(value))
            said = "Where the schema is." if own else "The schema does not describe this attribute; emptied, it is removed."
            yield Value(f"a.{ordinal}.{name}", declarations.label(name), str(value), control, said, "@" + prefixes.name(name))

    # -- additions ------------------------------------------------------------------------------------------------------------

    def _additions(self, element: etree._Element, kind: model.Type | None, allowed: Allowed) -> Iterator[Addition]:
        ordinal = self._places.ordinals[element]
        declared = self._models.declared(kind)
        for name in allowed.additions():
            declaration = declared[name]
            said = declaration.documentation or declaration.type.documentation
            yield Addition(f"add:{ordinal}:{name}", declarations.label(name), said)


def gist(element: etree._Element, pieces: int = 4, most: int = 90) -> str:
    """The first values in it, as a reminder."""
    words: list[str] = []
    for piece in element.itertext():
        if isinstance(piece, str) and (word := " ".join(piece.split())):
            words.append(word)
        if len(words) == pieces:
            break
    found = " · ".join(words)
    return found if len(found) <= most else found[: most - 2].rstrip() + " …"


def ordinals(group: Group) -> frozenset[int]:
    """The elements that a branch shows, so that links can lead to them."""
    found = {group.ordinal}
    for item in group.items:
        found |= ordinals(item) if isinstance(item, Group) else {item.ordinal}
    return frozenset(found)
