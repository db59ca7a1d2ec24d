"""The open branch of a document as data: which fields it has, in which order, with what control, and what may be added. Nothing of HTML.

branch(places, ordinal, skip, models) → Group
  Group      one element with attributes, text and children      items: Group | Line | Link | Opaque, in the order of the document
  Line       an element that is one value, with its attributes
  Link       a group too large to be shown here: it opens by itself
  Opaque     what no schema describes, and is kept
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from ...schema import model
from .. import declarations
from . import controls, fragments
from .allowed import Answers
from .controls import Control, damaged
from .models import Models
from .open import Opening
from .parts import Part, Use
from .places import XSI_NIL, XSI_TYPE, Places, children, nil, text
from .stencils import NOTHING_ABSENT, Absent, Field, Offers

ROOM = 160  # elements that one page shows; beyond that, groups are links
RUN = 40  # siblings of one name shown at once
FIXED, AREA = Control("fixed", kept=True), Control("area", kept=True)
_HINT = "text with mark-up; < is written &lt; and & is written &amp;"
_MIXED, _DAMAGED = Control("area", hint=_HINT, kept=True), Control("fixed", hint=_HINT, kept=True)
_NOTHING: frozenset[str] = frozenset()
_REMOVABLE = frozenset(("remove",))


class Value(NamedTuple):
    """One control with what stands in it. `name`, that of the form field: "t.12" the text of element 12, "a.12.{urn:x}lang" an attribute,
    "m.12" mixed content, "x.12" its type, "s.12" its name among those that may stand for it, "n.12" whether it is nil."""

    field: Field
    ordinal: int
    value: str

    @property
    def name(self) -> str:
        return f"{self.field.letter}.{self.ordinal}{self.field.rest}"

    @property
    def label(self) -> str:
        return self.field.label

    @property
    def control(self) -> Control:
        return self.field.control

    @property
    def help(self) -> str:
        return self.field.help

    @property
    def path(self) -> str:
        return self.field.path

    @property
    def required(self) -> bool:
        return self.field.required

    @property
    def there(self) -> bool:
        return self.field.there

    @property
    def default(self) -> str | None:
        return self.field.default


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
    part: Part
    tag: str
    path: str = ""
    number: int = 0
    of: int = 0
    may: frozenset[str] = frozenset()
    comments: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.part.label

    @property
    def help(self) -> str:
        return self.part.help


@dataclass(slots=True)
class Box(Item):
    """What Line and Group share. `absent`: the attributes that may be added; `kept`: those that are there, and seldom matter."""

    values: list[Value] = field(default_factory=list)
    absent: Absent = NOTHING_ABSENT
    kept: list[Value] = field(default_factory=list)
    others: Free | None = None

    @property
    def folded(self) -> list[Value]:
        """What is not shown until it is wanted."""
        return [*(Value(each, self.ordinal, "") for each in self.absent.fields), *self.kept]


@dataclass(slots=True)
class Line(Box):
    pass


@dataclass(slots=True)
class Group(Box):
    """`references`: the IDs of the document, each with what it stands for, for controls that choose from them."""

    items: list[Item] = field(default_factory=list)
    offers: Offers | None = None
    opening: Free | None = None
    before: int | None = None
    after: int | None = None
    left: int = 0
    references: Callable[[], tuple[tuple[str, str], ...]] = tuple

    @property
    def additions(self) -> list[Addition]:
        """What may be added, by a button each."""
        offered = self.offers.parts if self.offers is not None else ()
        return [Addition(f"add:{self.ordinal}:{name}", part.label, part.help) for name, part in offered]


@dataclass(slots=True)
class Link(Item):
    fields: int = 0
    gist: str = ""


@dataclass(slots=True)
class Opaque(Item):
    source: str = ""


def branch(places: Places, ordinal: int, skip: int, models: Models) -> Group:
    """The element with this ordinal, opened, from its child number `skip` on."""
    element, made = places.at(ordinal), _Describe(places, models)
    group = made.group(places.root if element is None else element, skip)
    group.references = made.references
    return group


class _Describe:
    def __init__(self, places: Places, models: Models) -> None:
        self._places, self._models = places, models
        self._room = ROOM
        self._frees: dict[Opening, Free] = {}
        self._named: dict[str, str] = {}
        self._split: dict[tuple[Part, tuple[str, ...]], tuple[list[tuple[Use, str]], Absent, bool]] = {}

    def group(self, element: etree._Element, skip: int = 0, number: int = 0, of: int = 0, may: frozenset[str] = _NOTHING) -> Group:
        part = self._part(element)
        made = Group(*self._own(element, part), number, of, may, _comments(element))
        self._values(made, element, part)
        shown = children(element)
        names = tuple([str(child.tag) for child in shown])
        kind = self._places.kind(element)
        answers = self._models.answers(kind, names)
        if answers is not None:
            made.offers = self._models.offers(kind, answers.additions)
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

    def _own(self, element: etree._Element, part: Part) -> tuple[int, Part, str, str]:
        tag = str(element.tag)
        written = self._named.get(tag)
        if written is None:
            written = self._named[tag] = self._places.prefixes.of_element(element)
        return self._places.ordinals[element], part, tag, written

    # -- values ---------------------------------------------------------------------------------------------------------------

    def _value(
        self,
        letter: str,
        ordinal: int,
        label: str,
        now: str,
        control: Control,
        help: str,
        path: str,
        rest: str = "",
        required: bool = False,
        there: bool = True,
        default: str | None = None,
    ) -> Value:
        return Value(self._models.field(letter, rest, label, control, help, path, required, there, default), ordinal, now)

    def _values(self, made: Line | Group, element: etree._Element, part: Part) -> None:
        ordinal, there = made.ordinal, element.items()
        empty = (part.nil is not None or bool(there)) and nil(element)
        if part.members is not None and element.getparent() is not None:
            made.values.append(self._value("s", ordinal, "Kind", made.tag, part.members, "Which of these it is.", "name"))
        if part.types:
            made.values.append(self._type(ordinal, element, part))
        if part.nil is not None:
            made.values.append(self._value("n", ordinal, "Value", "true" if empty else "", part.nil, "xsi:nil", "xsi:nil"))
        if not empty:
            self._content(made, element, part)
        if part.uses or there:
            self._attributes(made, element, part)
        if part.others is not None:
            made.others = self._free(part.others)

    def _content(self, made: Line | Group, element: etree._Element, part: Part) -> None:
        ordinal = made.ordinal
        if part.mixed and (len(element) or not part.bare):
            inside = fragments.inner(element)
            made.values.append(self._value("m", ordinal, part.label, inside, _DAMAGED if "\r" in inside else _MIXED, part.help, made.path))
            return
        now = text(element)
        if part.bare:
            made.values.append(self._value("t", ordinal, part.label, now, FIXED if damaged(now) else AREA, part.help, made.path))
        elif part.value is not None:
            control = self._models.controls.of(part.value, now, part.fixed)
            made.values.append(self._value("t", ordinal, part.label, now, control, part.help, made.path, default=part.default))
        elif now.strip():
            made.values.append(self._value("t", ordinal, "Stray text", now, AREA, "No text is allowed here.", made.path))

    def references(self) -> tuple[tuple[str, str], ...]:
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

    def _type(self, ordinal: int, element: etree._Element, part: Part) -> Value:
        said, now = element.get(XSI_TYPE), ""
        if said is not None:
            prefix, _, local = said.strip().rpartition(":")
            namespace = element.nsmap.get(prefix or None, "")
            now = f"{{{namespace}}}{local}" if namespace else local
        control, meaning = self._models.types(part, now, said), "Which kind of this it is; its fields depend on it."
        return self._value("x", ordinal, "Type", now, control, meaning, "xsi:type", required=not now)

    def _attributes(self, made: Line | Group, element: etree._Element, part: Part) -> None:
        """What stands there or must, beside the value; what may be added, folded."""
        ordinal, there = made.ordinal, element.attrib
        shown, made.absent, strange = self._sides(part, tuple(map(str, there)))
        for use, path in shown:
            now = there.get(use.name)
            stated, control = now or "", self._models.controls.of(use.type, now or "", use.fixed)
            rest = f".{use.name}"
            made.values.append(
                self._value("a", ordinal, use.label, stated, control, use.help, path, rest, use.required, now is not None, use.default)
            )
        for key, said in there.items() if strange else ():
            name, stated = str(key), str(said)
            if name in part.names or name in (XSI_TYPE, XSI_NIL):
                continue
            own = name.startswith(f"{{{model.XSI_NAMESPACE}}}")
            control, meaning = self._stray(element, part, name, stated) if not own else (FIXED, "Where the schema is.")
            value = self._value("a", ordinal, declarations.label(name), stated, control, meaning, self._path(name), f".{name}")
            (made.kept if own else made.values).append(value)

    def _sides(self, part: Part, there: tuple[str, ...]) -> tuple[list[tuple[Use, str]], Absent, bool]:
        """Of an element with these attributes: those that stand there or must, each with its path; those that may be added; whether there
        are others."""
        known = self._split.get((part, there))
        if known is None:
            paths = [(use, self._path(use.name)) for use in part.uses]
            shown = [(use, path) for use, path in paths if use.required or use.name in there]
            absent = self._models.absent(tuple((use, path) for use, path in paths if not (use.required or use.name in there)))
            known = self._split[part, there] = shown, absent, any(name not in part.names for name in there)
        return known

    def _path(self, name: str) -> str:
        """An attribute's name as paths have it."""
        known = self._named.get(f"@{name}")
        if known is None:
            known = self._named[f"@{name}"] = "@" + self._places.prefixes.name(name)
        return known

    def _stray(self, element: etree._Element, part: Part, name: str, stated: str) -> tuple[Control, str]:
        """The control and the meaning of an attribute that the element's type does not name."""
        if part.others is None or not self._models.lets_in_attribute(self._places.kind(element), name):
            return controls.of(None, stated), "The schema does not describe this attribute; emptied, it is removed."
        declared = self._places.shape.model.attributes.get(name)
        if declared is None:
            return controls.of(None, stated), "The schema lets it in and does not describe it; emptied, it is removed."
        return self._models.controls.of(declared.type, stated, declared.fixed), declared.documentation or "Emptied, it is removed."

    # -- additions ------------------------------------------------------------------------------------------------------------

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
