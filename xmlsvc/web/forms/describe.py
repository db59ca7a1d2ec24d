"""The open branch of a document as data: which fields it has, in which order, with what control, and what may be added. Nothing of HTML.

branch(places, ordinal, skip, models) → Group
  Group      one element with attributes, text and children      items: Group | Line | Link | Opaque, in the order of the document
  Line       an element that is one value, with its attributes
  Link       a group too large to be shown here: it opens by itself
  Opaque     what no schema describes, and is kept
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property

from lxml import etree

from ...schema import model
from .. import declarations
from . import controls, fragments
from .allowed import Answers
from .controls import Control, damaged
from .models import Models
from .open import Opening
from .parts import Part
from .places import XSI_NIL, XSI_TYPE, Places, children, nil, text

ROOM = 160  # elements that one page shows; beyond that, groups are links
RUN = 40  # siblings of one name shown at once
_NOTHING: frozenset[str] = frozenset()
_REMOVABLE = frozenset(("remove",))


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


@dataclass(frozen=True, slots=True)
class Free:
    """Something that may be added by its name: names to choose from, as (what is sent, what is read), whether others may be written, and
    what the schema lets in here."""

    names: tuple[tuple[str, str], ...]
    others: bool
    said: str


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
    others: Free | None = None


@dataclass(slots=True)
class Group(Item):
    values: list[Value] = field(default_factory=list)
    folded: list[Value] = field(default_factory=list)
    others: Free | None = None
    items: list[Item] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    opening: Free | None = None
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
        self._references: dict[Control, Control] = {}
        self._frees: dict[Opening, Free] = {}

    def group(self, element: etree._Element, skip: int = 0, number: int = 0, of: int = 0, may: frozenset[str] = _NOTHING) -> Group:
        part = self._part(element)
        made = Group(*self._own(element, part), number, of, may, _comments(element))
        self._values(made, element, part)
        shown = children(element)
        names = tuple([str(child.tag) for child in shown])
        kind = self._places.kind(element)
        answers = self._models.answers(kind, names)
        if answers is not None:
            made.additions = self._additions(made.ordinal, kind, answers.additions)
            made.opening = self._opening(answers)
        if not part.mixed and not nil(element):
            self._items(made, shown, names, skip, answers)
        return made

    def _items(self, made: Group, shown: list[etree._Element], names: tuple[str, ...], skip: int, answers: Answers | None) -> None:
        totals = Counter(names)
        seen: dict[str, int] = {}
        for index, (child, name) in enumerate(zip(shown, names, strict=True)):
            seen[name] = number = seen.get(name, 0) + 1
            if index < skip:
                continue
            if index >= skip + RUN and self._room <= 0:
                made.after, made.left = index, len(shown) - index
                break
            made.items.append(self._item(child, number, totals[name], answers.may[index] if answers is not None else _REMOVABLE))
        made.before = max(skip - RUN, 0) if skip else None

    def _item(self, child: etree._Element, number: int, of: int, may: frozenset[str]) -> Item:
        part = self._part(child)
        self._room -= 1
        if part.opaque:
            source = fragments.outer(child, child.getparent().nsmap)  # type: ignore[union-attr]
            return Opaque(*self._own(child, part), number, of, may, _comments(child), source=source)
        if part.mixed or (part.plain and not children(child)):
            line = Line(*self._own(child, part), number, of, may, _comments(child))
            self._values(line, child, part)
            return line
        size = self._places.size(child)
        if size > max(self._room, 12):
            return Link(*self._own(child, part), number, of, may, _comments(child), fields=size - 1, gist=gist(child))
        return self.group(child, 0, number, of, may)

    def _part(self, element: etree._Element) -> Part:
        return self._models.part(str(element.tag), *self._places.declared(element))

    def _own(self, element: etree._Element, part: Part) -> tuple[int, str, str, str, str]:
        places = self._places
        return places.ordinals[element], str(element.tag), part.label, part.help, places.prefixes.of_element(element)

    # -- values ---------------------------------------------------------------------------------------------------------------

    def _values(self, made: Line | Group, element: etree._Element, part: Part) -> None:
        ordinal, empty = made.ordinal, part.nil is not None or XSI_NIL in element.attrib
        empty = empty and nil(element)
        if part.members is not None and element.getparent() is not None:
            made.values.append(Value(f"s.{ordinal}", "Kind", made.tag, part.members, "Which of these it is.", "name"))
        if part.types:
            made.values.append(self._type(ordinal, element, self._places.declared(element)[0], part.types))
        if part.nil is not None:
            made.values.append(Value(f"n.{ordinal}", "Value", "true" if empty else "", part.nil, "xsi:nil", "xsi:nil"))
        if not empty:
            self._content(made, element, part)
        if part.uses or element.attrib:
            self._attributes(made, element, part)
        if part.others is not None:
            made.others = self._free(part.others)

    def _content(self, made: Line | Group, element: etree._Element, part: Part) -> None:
        ordinal = made.ordinal
        if part.mixed and (len(element) or not part.bare):
            inside = fragments.inner(element)
            hint = "text with mark-up; < is written &lt; and & is written &amp;"
            control = Control("area" if "\r" not in inside else "fixed", hint=hint)
            made.values.append(Value(f"m.{ordinal}", made.label, inside, control, made.help, made.path))
            return
        now = text(element)
        if part.bare:
            control = Control("fixed" if damaged(now) else "area")
            made.values.append(Value(f"t.{ordinal}", made.label, now, control, made.help, made.path))
        elif part.value is not None:
            control = self._control(part.value, now, part.fixed)
            made.values.append(Value(f"t.{ordinal}", made.label, now, control, made.help, made.path, default=part.default))
        elif now.strip():
            made.values.append(Value(f"t.{ordinal}", "Stray text", now, Control("area"), "No text is allowed here.", made.path))

    def _control(self, kind: model.SimpleType, now: str, fixed: str | None) -> Control:
        """The control of a value; one that refers to another part of the document offers those parts."""
        made = self._models.controls.of(kind, now, fixed)
        if made.kind == "text" and kind.builtin == "IDREF" and kind.variety == "atomic":
            known = self._references.get(made)
            if known is None:
                known = self._references[made] = replace(made, kind="list", options=self._identifiers)
            return known
        return made

    @cached_property
    def _identifiers(self) -> tuple[tuple[str, str], ...]:
        """The IDs of the document, each with what it stands for."""
        found: dict[str, str] = {}
        for element in self._places.elements:
            attributes, in_text = self._models.identifying(self._places.kind(element))
            for name in attributes:
                if value := element.get(name):
                    found.setdefault(value, gist(element, 2, 60))
            if in_text and text(element).strip():
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

    def _attributes(self, made: Line | Group, element: etree._Element, part: Part) -> None:
        """What stands there or must, beside the value; what may be added, folded."""
        ordinal, name_of, there = made.ordinal, self._places.prefixes.name, element.attrib
        for use in part.uses:
            now = there.get(use.name)
            control = self._control(use.type, now or "", use.fixed)
            value = Value(
                f"a.{ordinal}.{use.name}",
                use.label,
                now or "",
                control,
                use.help,
                "@" + name_of(use.name),
                use.required,
                now is not None,
                use.default,
            )
            (made.values if now is not None or use.required else made.folded).append(value)
        if len(there) == sum(use.name in there for use in part.uses):
            return
        for key, stated in there.items():
            name = str(key)
            if name in part.names or name in (XSI_TYPE, XSI_NIL):
                continue
            own = name.startswith(f"{{{model.XSI_NAMESPACE}}}")
            control, said = self._stray(element, part, name, str(stated)) if not own else (Control("fixed"), "Where the schema is.")
            value = Value(f"a.{ordinal}.{name}", declarations.label(name), str(stated), control, said, "@" + name_of(name))
            (made.folded if own else made.values).append(value)

    def _stray(self, element: etree._Element, part: Part, name: str, stated: str) -> tuple[Control, str]:
        """The control and the meaning of an attribute that the element's type does not name."""
        if part.others is None or not self._models.lets_in_attribute(self._places.kind(element), name):
            return controls.of(None, stated), "The schema does not describe this attribute; emptied, it is removed."
        declared = self._places.shape.model.attributes.get(name)
        if declared is None:
            return controls.of(None, stated), "The schema lets it in and does not describe it; emptied, it is removed."
        return self._control(declared.type, stated, declared.fixed), declared.documentation or "Emptied, it is removed."

    # -- additions ------------------------------------------------------------------------------------------------------------

    def _additions(self, ordinal: int, kind: model.Type | None, names: tuple[str, ...]) -> list[Addition]:
        declared = self._models.declared(kind)
        found = []
        for name in names:
            part = self._models.part(name, declared[name], declared[name].type)
            found.append(Addition(f"add:{ordinal}:{name}", part.label, part.help))
        return found


    def _opening(self, answers: Answers) -> Free | None:
        found = self._models.opening(answers)
        return self._free(found) if found is not None else None

    def _free(self, opening: Opening) -> Free:
        known = self._frees.get(opening)
        if known is None:
            name_of = self._places.prefixes.name
            known = self._frees[opening] = Free(tuple((name, name_of(name)) for name in opening.names), opening.free, opening.said)
        return known


def _comments(element: etree._Element) -> tuple[str, ...]:
    return tuple(str(child.text).strip() for child in element if isinstance(child, etree._Comment)) if len(element) else ()


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
    found, waiting = {group.ordinal}, [group]
    for each in waiting:  # grows while it is walked
        found.update([item.ordinal for item in each.items])
        waiting += [item for item in each.items if isinstance(item, Group)]
    return frozenset(found)
