"""A document as labelled fields: what the schema calls each value, what its documentation says, and what is wrong with it.

    Fields(places, prefixes, marks, href).render(at, skip) → Markup
      _children     siblings in order; runs of one name together
        _records    a run of flat records                        a table
        _group      an element with content of its own           a box, folded when deep
        _field      values                                       label │ value, value …

What the schema says is HTML already (`faces`); one pass over the tree writes that and the values into one list of texts.
At most BUDGET elements are shown at once; what is left out is a link to itself (`at`: the element's ordinal).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from genshi.core import Markup
from lxml import etree

from ..schema import model
from ..xml.names import Prefixes, split
from . import declarations, faces, values
from .blame import Blame
from .faces import Face, Use
from .forms.places import Places
from .html import escaped, link, tag

BUDGET = 1_200
COLUMNS = 8
UNFOLDED = 3  # levels, in a document that is not shown whole
SMALL = 12  # elements of a group that folding would only hide
ALL_UNFOLDED = 150
_XSI = f"{{{model.XSI_NAMESPACE}}}"
_NIL = '<span class="none">nothing, on purpose</span>'
_NONE: frozenset[str | None] = frozenset()


class Fields:
    """One rendering of one tree. `marks`: element ordinal → (number, sentence, attribute as written or None) of its violations;
    `blame`: who set what."""

    def __init__(
        self,
        places: Places,
        prefixes: Prefixes,
        marks: dict[int, list[tuple[int, Markup, str | None]]],
        href: Callable[[int, int], str],
        blame: Blame | None = None,
    ) -> None:
        self._faces = faces.of(places.shape)
        self._places = places  # holds the shape, as long as its faces are asked
        self._elements, self._ordinals = places.elements, places.ordinals
        self._prefixes, self._marks, self._href, self._blame = prefixes, marks, href, blame
        self._plain = not marks and blame is None  # nothing is said of a value but what the schema and the document say
        self._left = BUDGET
        declared = tuple(prefixes.map.items())
        self._declared = {namespace for _, namespace in declared}
        self._labels = self._faces.labels(declared)
        self._named: dict[str, str] = {}
        self._out: list[str] = []

    def render(self, at: int = 0, skip: int = 0) -> Markup:
        """The fields of the element with ordinal `at`, from its child number `skip` on."""
        ordinal = at if 0 <= at < len(self._elements) else 0
        element = self._elements[ordinal]
        face = self._face(element)
        size = len(self._elements) if ordinal == 0 else sum(1 for _ in element.iter("*"))
        self._out = [f'<div class="fields" id="f{ordinal}">', self._notes(ordinal, element, attributes=False)]
        self._attributes(ordinal, element, face)
        if skip:
            before = link(self._href(ordinal, max(skip - BUDGET, 0)), f"{skip:,} before these")
            self._out.append(f'<p class="pager">{before}</p>')
        self._inside(element, face, 1, ordinal + size, skip)
        self._out.append("</div>")
        return Markup("".join(self._out))

    def trail(self, at: int) -> Markup | None:
        """Where `at` stands, as links to the elements around it; None for the root."""
        if not 0 < at < len(self._elements):
            return None
        steps = [self._elements[at], *self._elements[at].iterancestors()][::-1]
        return tag(
            "p",
            ((link(self._href(self._ordinals[step], 0), declarations.label(str(step.tag))), " › ") for step in steps[:-1]),
            tag("b", declarations.label(str(steps[-1].tag))),
            class_="pager",
        )

    def _face(self, element: etree._Element) -> Face:
        """The element's face, found from the root down."""
        steps = [element, *element.iterancestors()][::-1]
        face = self._faces.root(steps[0])
        for step in steps[1:]:
            name = str(step.tag)
            face = self._faces.typed(self._faces.child(face, name), name, step)
        return face

    def _children(self, parent: etree._Element, face: Face, depth: int, end: int, skip: int) -> None:
        """`end`: the ordinal of the first element behind all that is in the parent."""
        children = list(parent.iterchildren("*"))
        names = [str(child.tag) for child in children]
        places = [self._ordinals[child] for child in children]
        places.append(end)
        position, count = skip, len(children)
        while position < count:
            name, stop = names[position], position + 1
            while stop < count and names[stop] == name:
                stop += 1
            if self._left <= 0:
                self._rest(parent, position, count - position)
                return
            declared = face.children.get(name) or self._faces.child(face, name)
            if self._plain and stop == position + 1 and not len(children[position]):
                self._single(children[position], places[position], declared, name)
                position = stop
                continue
            last = min(stop, position + max(self._left, 1))
            members, within = children[position:last], places[position : last + 1]
            varied = declared.conditional
            kinds = [self._faces.typed(declared, name, member) if varied or member.keys() else declared for member in members]
            columns = self._columns(children[position:stop], declared, name) if stop - position > 1 else None
            if columns is not None:
                self._records(members, within, kinds[0], columns)
            elif all(map(_is_value, members, kinds)):
                self._field(members, within, kinds, name)
            else:
                self._groups(members, within, kinds, name, depth)
            position = last
            if last < stop:
                self._rest(parent, position, count - position)
                return

    def _rest(self, parent: etree._Element, skip: int, count: int) -> None:
        self._out.append(f'<p class="pager">{link(self._href(self._ordinals[parent], skip), f"{count:,} more here")}</p>')

    def _columns(self, members: Sequence[etree._Element], declared: Face, name: str) -> list[str] | None:
        """The columns of a table of these siblings; None where they are no flat records alike."""
        if all(len(member) == 0 for member in members):
            return None
        kind = self._faces.typed(declared, name, members[0]).kind
        columns: dict[str, None] = {}
        for member in members:
            if self._faces.typed(declared, name, member).kind is not kind:
                return None
            columns.update(dict.fromkeys([f"@{name}" for name, _ in _stated(member)]))
            within = list(member.iterchildren("*"))
            names = [str(child.tag) for child in within]
            if len(names) != len(set(names)) or any(len(child) or child.keys() for child in within):
                return None
            if member.text and member.text.strip():
                return None
            columns.update(dict.fromkeys(names))
            if len(columns) > COLUMNS:
                return None
        return list(columns) if len(columns) > 1 else None

    def _records(self, members: list[etree._Element], places: list[int], face: Face, columns: list[str]) -> None:
        out = self._out
        out.append(f'<div class="group"><div class="group-head">{self._label(face, str(members[0].tag))}')
        out.append(f'<span class="chip">{len(members)}</span></div><div class="group-body scroll"><table class="records"><thead><tr>')
        heads: list[Face | Use] = [self._column(face, column) for column in columns]
        for column, head in zip(columns, heads, strict=True):
            out.append(f'<th scope="col">{head.label(self._name(column.removeprefix("@")))}</th>')
        out.append("</tr></thead><tbody>")
        for member, ordinal in zip(members, places, strict=False):
            self._record(member, ordinal, columns, heads)
        self._left -= len(members)
        out.append("</tbody></table></div></div>")

    def _column(self, face: Face, column: str) -> Face | Use:
        return face.use(column[1:]) if column[0] == "@" else self._faces.child(face, column)

    def _record(self, member: etree._Element, ordinal: int, columns: list[str], heads: list[Face | Use]) -> None:
        children = {str(child.tag): child for child in member.iterchildren("*")}
        self._out.append(f'<tr id="f{ordinal}">')
        for column, head in zip(columns, heads, strict=True):
            child = children.get(column)
            if column[0] == "@":
                stated = member.get(column[1:])
                self._out.append(f"<td>{values.show(stated, head.reading) if stated is not None else ''}</td>")
            elif child is None:
                self._out.append("<td></td>")
            else:
                assert isinstance(head, Face)
                self._left -= 1
                place = self._ordinals[child]
                notes = self._notes(place, child)
                bad = ' class="bad"' if notes else ""
                self._out.append(f'<td id="f{place}"{bad}>{self._value(child, head)}{notes}</td>')
        self._out.append("</tr>")
        if notes := self._notes(ordinal, member):
            self._out.append(f'<tr><td colspan="{len(columns)}">{notes}</td></tr>')

    def _single(self, member: etree._Element, ordinal: int, face: Face, name: str) -> None:
        """What `_field` writes for one element without children in a document without problems and blame, as most are."""
        stated = _stated(member)
        if stated or face.conditional:
            face = self._faces.typed(face, name, member)
            shown = self._value(member, face, self._chips(ordinal, stated, face))
        else:
            shown = f"{values.show(member.text or '', face.reading)} "
        label = self._labels.get(face) or self._label(face, name)
        self._out.append(f'<div class="field">{label}<div class="value"><div class="one" id="f{ordinal}">{shown}</div></div></div>')
        self._left -= 1

    def _label(self, face: Face, name: str) -> str:
        made = face.label(self._name(name))
        if face.declaration is not None and split(name)[0] in self._declared:
            self._labels[face] = made
        return made

    def _field(self, members: list[etree._Element], places: list[int], kinds: list[Face], name: str) -> None:
        out, marks, blame = self._out, self._marks, self._blame
        bad = bool(marks) and any(place in marks for place in places[:-1])
        out.append('<div class="field bad">' if bad else '<div class="field">')
        out.append(self._labels.get(kinds[0]) or self._label(kinds[0], name))
        out.append('<div class="value">')
        for member, ordinal, face in zip(members, places, kinds, strict=False):
            stated = _stated(member)
            chips = self._chips(ordinal, stated, face) if stated else ""
            shown = f'<div class="one" id="f{ordinal}">{self._value(member, face, chips)}'
            if blame is not None and (by := blame.chip(member)):
                shown = f"{shown}{by}"
            out.append(f"{shown}{self._notes(ordinal, member)}</div>" if marks else f"{shown}</div>")
        out.append("</div></div>")
        self._left -= len(members)

    def _groups(self, members: list[etree._Element], places: list[int], kinds: list[Face], name: str, depth: int) -> None:
        out = self._out
        for number, (member, face) in enumerate(zip(members, kinds, strict=True)):
            ordinal, end = places[number], places[number + 1]
            inside = end - ordinal
            head = self._labels.get(face) or self._label(face, name)
            if len(members) > 1:
                head += f'<span class="quiet">{number + 1} of {len(members)}</span>'
            notes = self._notes(ordinal, member)
            self._left -= 1
            if inside > self._left + 1 and inside > 50:
                more = link(self._href(ordinal, 0), f"show {inside - 1:,} fields")
                out.append(f'<div class="group" id="f{ordinal}"><div class="group-head">{head}{more}{notes}</div></div>')
                continue
            head += self._chips(ordinal, _stated(member), face)
            opened = depth < UNFOLDED or inside <= SMALL or len(self._elements) <= ALL_UNFOLDED
            opened = opened or any(ordinal <= other < end for other in self._marks)
            class_ = "group bad" if notes else "group"
            if opened:
                out.append(f'<section class="{class_}" id="f{ordinal}"><div class="group-head">{head}</div>')
            else:
                gist = f'<span class="quiet">{escaped(_gist(member))}</span>'
                out.append(f'<details class="{class_}" id="f{ordinal}"><summary>{head}{gist}</summary>')
            out.append(f'<div class="group-body">{notes}')
            self._inside(member, face, depth + 1, end)
            out.append("</div></section>" if opened else "</div></details>")

    def _inside(self, element: etree._Element, face: Face, depth: int, end: int, skip: int = 0) -> None:
        """All that is in an element which is not shown as a value: mixed content as one text, else stray text and then the children."""
        if len(element) and _is_mixed(element, face):
            self._out.append(f'<div class="mixed">{values.mixed(element, self._prefixes)}</div>')
            return
        content = values.content(element)
        if content and not content.isspace():
            self._out.append(f'<div class="value">{values.show(content, face.reading)}</div>')
        self._children(element, face, depth, end, skip)

    def _value(self, element: etree._Element, face: Face, chips: str = "") -> str:
        """The value and its chips; no value for an empty element that says all by its attributes."""
        behind = f"{chips} " if chips else ""
        if element.keys() and (element.get(declarations.XSI_NIL) or "").strip() in {"true", "1"}:
            return f"{_NIL}{behind}"
        if len(element):
            if _is_mixed(element, face):
                return f'<span class="mixed">{values.mixed(element, self._prefixes)}</span> {behind}'
            content = values.content(element)
        else:
            content = element.text or ""
        if chips and (not content or content.isspace()):
            return behind
        return f"{values.show(content, face.reading)} {behind}"

    def _telling(self, ordinal: int, stated: list[tuple[str, str]], face: Face) -> Iterator[tuple[str, str, Use, bool]]:
        """(name, value, use, has a problem) of the attributes that say something about the content."""
        marked = {attribute for _, _, attribute in self._marks.get(ordinal, ())} if self._marks else _NONE
        for name, value in stated:
            if name.startswith(_XSI) and (name == declarations.XSI_NIL or name.endswith("chemaLocation")):
                continue
            yield name, value, face.uses.get(name) or face.use(name), bool(marked) and self._name(name) in marked

    def _chips(self, ordinal: int, stated: list[tuple[str, str]], face: Face) -> str:
        """Attributes as chips behind a value; a language needs no name."""
        return "".join(
            [
                f'<span class="{"chip bad" if marked else "chip"}"{use.chip}{values.show(value, use.reading)}</b></span> '
                for _, value, use, marked in self._telling(ordinal, stated, face)
            ]
        )

    def _attributes(self, ordinal: int, element: etree._Element, face: Face) -> None:
        """Attributes as fields of their own, each with its problems."""
        found = self._marks.get(ordinal, ())
        for name, value, use, marked in self._telling(ordinal, _stated(element), face):
            notes = "".join(_note(number, sentence) for number, sentence, attribute in found if attribute == self._name(name))
            self._out.append(f'<div class="field{" bad" if marked else ""}">{use.label(self._name(name))}<div class="value">')
            self._out.append(f"{values.show(value, use.reading)}{notes}</div></div>")

    def _name(self, name: str) -> str:
        known = self._named.get(name)
        if known is None:
            known = self._named[name] = self._prefixes.name(name)
        return known

    def _notes(self, ordinal: int, element: etree._Element, attributes: bool = True) -> str:
        """What is wrong at the element; `attributes`: with its attributes or apart from those that stand there."""
        found = self._marks.get(ordinal, ()) if self._marks else ()
        if not found:
            return ""
        there = set() if attributes else {self._name(str(name)) for name in element.attrib}
        return "".join(_note(number, sentence) for number, sentence, attribute in found if attribute not in there)


def _stated(element: etree._Element) -> list[tuple[str, str]]:
    return cast("list[tuple[str, str]]", element.items())


def _is_value(element: etree._Element, face: Face) -> bool:
    """Whether the element is shown as a value: nothing but text below it, or mixed content."""
    return len(element) == 0 or _is_mixed(element, face) or next(element.iterchildren("*"), None) is None


def _is_mixed(element: etree._Element, face: Face) -> bool:
    """Whether text and elements alternate: by the type, or, where the schema knows none, because they do."""
    if face.mixed is not None:
        return face.mixed
    return len(element) > 0 and bool(values.content(element).strip())


def _note(number: int, sentence: Markup) -> Markup:
    return tag("div", link(f"#v{number}", "●", aria_label=f"Problem {number}"), " ", sentence, class_="note", role="note")


def _gist(element: etree._Element) -> str:
    """The first values of a folded group, as a reminder of what is in it."""
    words = [word for word in (" ".join(piece.split()) for piece in element.itertext() if isinstance(piece, str)) if word]
    gist = " · ".join(words[:4])
    return gist if len(gist) <= 90 else gist[:88].rstrip() + " …"
