"""A document as labelled fields: what the schema calls each value, what its documentation says, and what is wrong with it.

    Fields(shape, tree, prefixes, marks).render(at, skip) → Markup
      _children     siblings in order; runs of one name together
        _records    a run of flat records                        a table
        _group      an element with content of its own           a box, folded when deep
        _field      values                                       label │ value, value …

At most BUDGET elements are shown at once; what is left out is a link to itself (`at`: the element's ordinal).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from genshi.core import Markup
from lxml import etree

from ..publish.shape import Shape, simple
from ..schema import model
from ..xml.names import Prefixes
from . import declarations, values
from .blame import Blame
from .html import escaped, join, link, tag

BUDGET = 1_200
COLUMNS = 8
UNFOLDED = 3  # levels, in a document that is not shown whole
SMALL = 12  # elements of a group that folding would only hide
ALL_UNFOLDED = 150
HELP = 400
_LANGUAGE = f"{{{model.XML_NAMESPACE}}}lang"
_XSI = f"{{{model.XSI_NAMESPACE}}}"
_NONE: frozenset[str | None] = frozenset()


class Fields:
    """One rendering of one tree. `marks`: element ordinal → (number, sentence, attribute's Clark name or None) of its violations;
    `blame`: who set what."""

    def __init__(
        self,
        shape: Shape,
        tree: etree._ElementTree,
        prefixes: Prefixes,
        marks: dict[int, list[tuple[int, Markup, str | None]]],
        href: Callable[[int, int], str],
        blame: Blame | None = None,
    ) -> None:
        self._blame = blame
        self._shape, self._prefixes, self._marks, self._href = shape, prefixes, marks, href
        self._elements = list(tree.getroot().iter("*"))
        self._ordinals = {element: ordinal for ordinal, element in enumerate(self._elements)}
        self._left = BUDGET
        self._labels: dict[tuple[str, model.Element | model.Attribute | None, model.Type | None], Markup] = {}
        self._named: dict[str, str] = {}

    def render(self, at: int = 0, skip: int = 0) -> Markup:
        """The fields of the element with ordinal `at`, from its child number `skip` on."""
        element = self._elements[at if 0 <= at < len(self._elements) else 0]
        kind = self._kind(element)
        own = join(self._notes(element, attributes=False), self._attributes(element, kind))
        ordinal = self._ordinals[element]
        before = tag("p", link(self._href(ordinal, max(skip - BUDGET, 0)), f"{skip:,} before these"), class_="pager") if skip else None
        return tag("div", own, before, self._inside(element, kind, 1, skip), class_="fields", id=f"f{ordinal}")

    def trail(self, at: int) -> Markup | None:
        """Where `at` stands, as links to the elements around it; None for the root."""
        if not 0 < at < len(self._elements):
            return None
        steps = [self._elements[at], *self._elements[at].iterancestors()][::-1]
        return tag(
            "p",
            join(join(link(self._href(self._ordinals[step], 0), declarations.label(str(step.tag))), " › ") for step in steps[:-1]),
            tag("b", declarations.label(str(steps[-1].tag))),
            class_="pager",
        )

    def _kind(self, element: etree._Element) -> model.Type | None:
        """The element's type, found from the root down."""
        steps = [element, *element.iterancestors()][::-1]
        kind = self._shape.type(steps[0], self._shape.root(steps[0]))
        for step in steps[1:]:
            kind = self._shape.type(step, declarations.child(self._shape, kind, step))
        return kind

    def _children(self, parent: etree._Element, kind: model.Type | None, depth: int, skip: int = 0) -> Markup:
        shown: list[Markup] = []
        children = [child for child in parent if isinstance(child.tag, str)]
        position = skip
        for name, run in groupby(children[skip:], key=lambda child: child.tag):
            members = list(run)
            if self._left <= 0:
                shown.append(self._rest(parent, position, len(children) - position))
                break
            declaration = declarations.child(self._shape, kind, members[0])
            columns = self._columns(members, declaration)
            taken = members[: max(self._left, 1)]
            if columns is not None:
                shown.append(self._records(taken, declaration, columns))
            elif all(self._is_value(member, declaration) for member in taken):
                shown.append(self._field(name, taken, declaration))
            else:
                shown.extend(self._groups(taken, declaration, depth))
            position += len(taken)
            if len(taken) < len(members):
                shown.append(self._rest(parent, position, len(children) - position))
                break
        return join(shown)

    def _rest(self, parent: etree._Element, skip: int, count: int) -> Markup:
        return tag("p", link(self._href(self._ordinals[parent], skip), f"{count:,} more here"), class_="pager")

    def _is_value(self, element: etree._Element, declaration: model.Element | None) -> bool:
        """Whether the element is shown as a value: nothing but text below it, or mixed content."""
        kind = self._shape.type(element, declaration)
        return len(element) == 0 or self._is_mixed(element, kind) or all(not isinstance(child.tag, str) for child in element)

    def _columns(self, members: Sequence[etree._Element], declaration: model.Element | None) -> list[str] | None:
        """The columns of a table of these siblings; None where they are no flat records alike."""
        if len(members) < 2 or all(len(member) == 0 for member in members):
            return None
        columns: dict[str, None] = {}
        for member in members:
            if self._shape.type(member, declaration) is not self._shape.type(members[0], declaration):
                return None
            columns.update(dict.fromkeys("@" + str(name) for name in member.attrib))
            names = [str(child.tag) for child in member if isinstance(child.tag, str)]
            if len(names) != len(set(names)) or any(len(child) or child.attrib for child in member if isinstance(child.tag, str)):
                return None
            if member.text and member.text.strip():
                return None
            columns.update(dict.fromkeys(names))
            if len(columns) > COLUMNS:
                return None
        return list(columns) if len(columns) > 1 else None

    def _records(self, members: Sequence[etree._Element], declaration: model.Element | None, columns: list[str]) -> Markup:
        kind = self._shape.type(members[0], declaration)
        within = {name: each.element for name, each in self._shape.children(kind).items()}
        heads = []
        for column in columns:
            described = kind.attributes.get(column[1:]) if column[0] == "@" and isinstance(kind, model.ComplexType) else within.get(column)
            heads.append(tag("th", self._label(column.removeprefix("@"), described, described.type if described else None), scope="col"))
        rows = [self._record(member, columns, kind) for member in members]
        self._left -= len(members)
        head = tag(
            "div", self._label(str(members[0].tag), declaration, kind), tag("span", len(members), class_="chip"), class_="group-head"
        )
        table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="records")
        return tag("div", head, tag("div", table, class_="group-body scroll"), class_="group")

    def _record(self, member: etree._Element, columns: list[str], kind: model.Type | None) -> Markup:
        children = {str(child.tag): child for child in member if isinstance(child.tag, str)}
        attributes = kind.attributes if isinstance(kind, model.ComplexType) else {}
        cells = []
        for column in columns:
            if column[0] == "@":
                stated = member.get(column[1:])
                use = attributes.get(column[1:])
                cells.append(f"<td>{values.show(stated, use.type if use else None) if stated is not None else ''}</td>")
                continue
            child = children.get(column)
            if child is None:
                cells.append("<td></td>")
                continue
            self._left -= 1
            notes = self._notes(child)
            shown = self._value(child, self._shape.type(child, declarations.child(self._shape, kind, child)))
            bad = ' class="bad"' if notes else ""
            cells.append(f'<td id="f{self._ordinals[child]}"{bad}>{shown or ""}{notes or ""}</td>')
        notes = self._notes(member)
        row = Markup(f'<tr id="f{self._ordinals[member]}">{"".join(cells)}</tr>')
        return join(row, tag("tr", tag("td", notes, colspan=len(columns))) if notes else None)

    def _field(self, name: str, members: Sequence[etree._Element], declaration: model.Element | None) -> Markup:
        lines = []
        bad = False
        for member in members:
            kind = self._shape.type(member, declaration)
            notes = self._notes(member)
            bad = bad or bool(notes)
            chips = self._chips(member, kind)
            by = self._blame.chip(member) if self._blame is not None else None
            shown = f"{self._value(member, kind, bool(chips)) or ''}{chips}{' ' if chips else ''}{by or ''}{notes or ''}"
            lines.append(f'<div class="one" id="f{self._ordinals[member]}">{shown}</div>')
        self._left -= len(members)
        head = self._label(name, declaration, self._shape.type(members[0], declaration))
        class_ = "field bad" if bad else "field"
        return Markup(f'<div class="{class_}">{head}<div class="value">{"".join(lines)}</div></div>')

    def _groups(self, members: Sequence[etree._Element], declaration: model.Element | None, depth: int) -> Iterator[Markup]:
        for number, member in enumerate(members, 1):
            kind = self._shape.type(member, declaration)
            ordinal = self._ordinals[member]
            label = self._label(str(member.tag), declaration, kind)
            count = tag("span", f"{number} of {len(members)}", class_="quiet") if len(members) > 1 else None
            inside = sum(1 for _ in member.iter("*"))
            if inside > self._left and inside > 50:
                more = link(self._href(ordinal, 0), f"show {inside - 1:,} fields")
                yield tag("div", tag("div", label, count, more, self._notes(member), class_="group-head"), class_="group", id=f"f{ordinal}")
                self._left -= 1
                continue
            self._left -= 1
            notes = self._notes(member)
            chips = self._chips(member, kind)
            body = f'<div class="group-body">{notes or ""}{self._inside(member, kind, depth + 1)}</div>'
            class_ = "group bad" if notes else "group"
            marked = bool(self._marks) and any(ordinal <= other < ordinal + inside for other in self._marks)
            head = f"{label}{count or ''}{chips}"
            if depth < UNFOLDED or marked or inside <= SMALL or len(self._elements) <= ALL_UNFOLDED:
                yield Markup(f'<section class="{class_}" id="f{ordinal}"><div class="group-head">{head}</div>{body}</section>')
            else:
                gist = tag("span", _gist(member), class_="quiet")
                yield Markup(f'<details class="{class_}" id="f{ordinal}"><summary>{head}{gist}</summary>{body}</details>')

    def _inside(self, element: etree._Element, kind: model.Type | None, depth: int, skip: int = 0) -> Markup:
        """All that is in an element which is not shown as a value: mixed content as one text, else stray text and then the children."""
        if len(element) and self._is_mixed(element, kind):
            return tag("div", values.mixed(element, self._prefixes), class_="mixed")
        content = values.content(element)
        stray = tag("div", values.show(content, simple(kind)), class_="value") if content.strip() else None
        return join(stray, self._children(element, kind, depth, skip))

    @staticmethod
    def _is_mixed(element: etree._Element, kind: model.Type | None) -> bool:
        """Whether text and elements alternate: by the type, or, where the schema knows none, because they do."""
        if kind is not None:
            return isinstance(kind, model.ComplexType) and kind.mixed
        return len(element) > 0 and bool(values.content(element).strip())

    def _value(self, element: etree._Element, kind: model.Type | None, chips: bool = False) -> Markup | None:
        """The value; nothing for an empty element that says all by its attributes (`chips`)."""
        if (element.get(declarations.XSI_NIL) or "").strip() in {"true", "1"}:
            return tag("span", "nothing, on purpose", class_="none")
        if len(element) and self._is_mixed(element, kind):
            return tag("span", values.mixed(element, self._prefixes), class_="mixed")
        content = values.content(element)
        return None if chips and not content.strip() else Markup(f"{values.show(content, simple(kind))} ")

    def _stated(self, element: etree._Element, kind: model.Type | None) -> Iterator[tuple[str, str, model.Attribute | None, bool]]:
        """(name, value, declaration, has a problem) of the attributes that say something about the content."""
        uses = kind.attributes if isinstance(kind, model.ComplexType) else {}
        marked = {attribute for _, _, attribute in self._marks.get(self._ordinals[element], ())} if self._marks else _NONE
        for key, value in element.attrib.items():
            name = str(key)
            if name.startswith(_XSI) and (name == declarations.XSI_NIL or name.endswith("chemaLocation")):
                continue
            yield name, str(value), uses.get(name), bool(marked) and self._name(name) in marked

    def _chips(self, element: etree._Element, kind: model.Type | None) -> str:
        """Attributes as chips behind a value; a language needs no name."""
        if not element.attrib:
            return ""
        shown = []
        for name, value, use, marked in self._stated(element, kind):
            word, title = _chip(name, use.documentation if use is not None else "")
            said = values.show(value, use.type if use else None)
            shown.append(f'<span class="{"chip bad" if marked else "chip"}" title="{title}">{word}<b>{said}</b></span> ')
        return "".join(shown)

    def _attributes(self, element: etree._Element, kind: model.Type | None) -> Markup:
        """Attributes as fields of their own, each with its problems."""
        found = self._marks.get(self._ordinals[element], ())
        shown = []
        for name, value, use, marked in self._stated(element, kind):
            notes = [_note(number, sentence) for number, sentence, attribute in found if attribute == self._prefixes.name(name)]
            said = tag("div", values.show(value, use.type if use else None), notes, class_="value")
            shown.append(tag("div", self._label(name, use, use.type if use else None), said, class_="field bad" if marked else "field"))
        return join(shown)

    def _label(self, name: str, declared: model.Element | model.Attribute | None, kind: model.Type | None) -> Markup:
        """The label, with what is known of the field as help: documentation, then name and type."""
        key = (name, declared, kind)
        known = self._labels.get(key)
        if known is None:
            documentation = (declared.documentation if declared is not None else "") or (kind.documentation if kind is not None else "")
            known = self._labels[key] = _labelled(
                declarations.label(name), documentation, self._name(name), declarations.type_name(kind), declared is None and _strange(name)
            )
        return known

    def _name(self, name: str) -> str:
        known = self._named.get(name)
        if known is None:
            known = self._named[name] = self._prefixes.name(name)
        return known

    def _notes(self, element: etree._Element, attributes: bool = True) -> Markup | None:
        """What is wrong at the element; `attributes`: with its attributes or apart from those that stand there."""
        found = self._marks.get(self._ordinals[element], ()) if self._marks else ()
        if not found:
            return None
        there = set() if attributes else {self._prefixes.name(str(name)) for name in element.attrib}
        shown = [_note(number, sentence) for number, sentence, attribute in found if attribute not in there]
        return join(shown) if shown else None


def _strange(name: str) -> bool:
    """Whether a name that nothing declares belongs to no schema at all."""
    return not name.startswith((f"{{{model.XML_NAMESPACE}", _XSI))


@lru_cache(maxsize=4000)
def _labelled(label: str, documentation: str, name: str, type_name: str, strange: bool) -> Markup:
    short = documentation if len(documentation) <= HELP else documentation[:HELP].rsplit(" ", 1)[0] + " …"
    facts = " · ".join(filter(None, (name, type_name, "not described by the schema" if strange else "")))
    return tag("span", label, class_="label", tabindex=0, data_help="\n".join(filter(None, (short, facts))))


@lru_cache(maxsize=4000)
def _chip(name: str, documentation: str) -> tuple[str, str]:
    """The word and the help of an attribute that stands behind a value, escaped."""
    word = "" if name == _LANGUAGE else f"{escaped(declarations.label(name).lower())} "
    return word, escaped(documentation[:HELP] or declarations.label(name))


def _note(number: int, sentence: Markup) -> Markup:
    return tag("div", link(f"#v{number}", "●", aria_label=f"Problem {number}"), " ", sentence, class_="note", role="note")


def _gist(element: etree._Element) -> str:
    """The first values of a folded group, as a reminder of what is in it."""
    words = [word for word in (" ".join(piece.split()) for piece in element.itertext() if isinstance(piece, str)) if word]
    gist = " · ".join(words[:4])
    return gist if len(gist) <= 90 else gist[:88].rstrip() + " …"
