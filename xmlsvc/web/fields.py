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
from itertools import groupby

from genshi.core import Markup
from lxml import etree

from ..publish.shape import Shape, simple
from ..schema import model
from ..xml.names import Prefixes
from . import declarations, values
from .blame import Blame
from .html import join, link, tag

BUDGET = 1_200
COLUMNS = 8
UNFOLDED = 3  # levels, in a document that is not shown whole
SMALL = 12  # elements of a group that folding would only hide
ALL_UNFOLDED = 150
HELP = 400
_LANGUAGE = f"{{{model.XML_NAMESPACE}}}lang"


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
                cells.append(tag("td", values.show(stated, use.type if use else None) if stated is not None else None))
                continue
            child = children.get(column)
            if child is None:
                cells.append(tag("td"))
                continue
            self._left -= 1
            notes = self._notes(child)
            shown = self._value(child, self._shape.type(child, declarations.child(self._shape, kind, child)))
            cells.append(tag("td", shown, notes, id=f"f{self._ordinals[child]}", class_="bad" if notes else None))
        notes = self._notes(member)
        row = tag("tr", cells, id=f"f{self._ordinals[member]}")
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
            shown = join(self._value(member, kind, bool(chips)), chips, " " if chips else None, by, notes)
            lines.append(tag("div", shown, class_="one", id=f"f{self._ordinals[member]}"))
        self._left -= len(members)
        head = self._label(name, declaration, self._shape.type(members[0], declaration))
        return tag("div", head, tag("div", lines, class_="value"), class_="field bad" if bad else "field")

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
            body = tag("div", notes, self._inside(member, kind, depth + 1), class_="group-body")
            class_ = "group bad" if notes else "group"
            marked = any(ordinal <= other < ordinal + inside for other in self._marks)
            if depth < UNFOLDED or marked or inside <= SMALL or len(self._elements) <= ALL_UNFOLDED:
                yield tag("section", tag("div", label, count, chips, class_="group-head"), body, class_=class_, id=f"f{ordinal}")
            else:
                yield tag(
                    "details",
                    tag("summary", label, count, chips, tag("span", _gist(member), class_="quiet")),
                    body,
                    class_=class_,
                    id=f"f{ordinal}",
                )

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
        return None if chips and not content.strip() else join(values.show(content, simple(kind)), " ")

    def _stated(self, element: etree._Element, kind: model.Type | None) -> Iterator[tuple[str, str, model.Attribute | None, bool]]:
        """(name, value, declaration, has a problem) of the attributes that say something about the content."""
        uses = kind.attributes if isinstance(kind, model.ComplexType) else {}
        marked = {attribute for _, _, attribute in self._marks.get(self._ordinals[element], ())}
        for key, value in element.attrib.items():
            name = str(key)
            if name == declarations.XSI_NIL or (name.startswith(f"{{{model.XSI_NAMESPACE}}}") and name.endswith("chemaLocation")):
                continue
            yield name, str(value), uses.get(name), self._prefixes.name(name) in marked

    def _chips(self, element: etree._Element, kind: model.Type | None) -> Markup | None:
        """Attributes as chips behind a value; a language needs no name."""
        shown = []
        for name, value, use, marked in self._stated(element, kind):
            said = tag("b", values.show(value, use.type if use else None))
            word = None if name == _LANGUAGE else join(declarations.label(name).lower(), " ")
            title = (use.documentation[:HELP] if use else "") or declarations.label(name)
            shown.append(tag("span", word, said, class_="chip bad" if marked else "chip", title=title))
        return join(join(each, " ") for each in shown) if shown else None

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
        facts = [self._prefixes.name(name)]
        if type_name := declarations.type_name(kind):
            facts.append(type_name)
        documentation = (declared.documentation if declared is not None else "") or (kind.documentation if kind is not None else "")
        short = documentation if len(documentation) <= HELP else documentation[:HELP].rsplit(" ", 1)[0] + " …"
        if declared is None and name.partition("}")[0] != f"{{{model.XML_NAMESPACE}" and not name.startswith(f"{{{model.XSI_NAMESPACE}"):
            facts.append("not described by the schema")
        return tag(
            "span", declarations.label(name), class_="label", tabindex=0, data_help="\n".join(filter(None, (short, " · ".join(facts))))
        )

    def _notes(self, element: etree._Element, attributes: bool = True) -> Markup | None:
        """What is wrong at the element; `attributes`: with its attributes or apart from those that stand there."""
        found = self._marks.get(self._ordinals[element], ())
        there = set() if attributes else {self._prefixes.name(str(name)) for name in element.attrib}
        shown = [_note(number, sentence) for number, sentence, attribute in found if attribute not in there]
        return join(shown) if shown else None


def _note(number: int, sentence: Markup) -> Markup:
    return tag("div", link(f"#v{number}", "●", aria_label=f"Problem {number}"), " ", sentence, class_="note", role="note")


def _gist(element: etree._Element) -> str:
    """The first values of a folded group, as a reminder of what is in it."""
    words = [word for word in (" ".join(piece.split()) for piece in element.itertext() if isinstance(piece, str)) if word]
    gist = " · ".join(words[:4])
    return gist if len(gist) <= 90 else gist[:88].rstrip() + " …"
