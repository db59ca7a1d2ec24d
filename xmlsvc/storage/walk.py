"""Walks a document's tree once by its table plan and gives its rows.

The plan is compiled to spots: one for each element position that has values, with what to take there and its children by tag. Elements
that no spot waits for are passed by with all that is in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml import etree

from ..codegen.table_names import snake
from ..codegen.table_plan import EXISTS, STRING, TEXT, TITLE_WORDS, Column, RowTable, TablePlan
from ..errors import SchemaError
from ..xml.names import XSI_NAMESPACE, split
from .values import CONVERTERS, Converter

_NIL = f"{{{XSI_NAMESPACE}}}nil"
_TRUE = ("true", "1")
_LOOKED_AT = 500  # elements that are looked at for a title when the plan names none
Row = list[Any]


@dataclass(slots=True)
class Spot:
    """`table`: number of the table whose row begins here, None inside a row. `text`, `string`: (column, converter[, default])."""

    table: int | None = None
    width: int = 0
    text: tuple[int, Converter, str | None] | None = None
    string: tuple[int, Converter] | None = None
    exists: int | None = None
    attributes: list[tuple[str, int, Converter, str | None]] = field(default_factory=list)
    children: dict[str, Spot] = field(default_factory=dict)

    def at(self, steps: tuple[str, ...]) -> Spot:
        """The spot below this one, made where it is not there."""
        spot = self
        for step in steps:
            spot = spot.children.setdefault(step, Spot())
        return spot


class Walker:
    """A compiled plan. Its columns are numbered from 2 in child tables (after `n`, `parent`) and from 0 in the root table."""

    def __init__(self, plan: TablePlan) -> None:
        self.plan = plan
        self.paths: list[tuple[int, etree.XPath, Converter]] = []
        spots = {table.name: Spot(number) for number, table in enumerate(plan.tables)}
        for table in plan.tables:
            spot, before = spots[table.name], _before(table)
            spot.width = before + len(table.columns)
            for place, column in enumerate(table.columns, before):
                self._column(spot, place, column)
            for parent, path in table.parents:
                spots[parent].at(path[:-1]).children[path[-1]] = spot
        self.root = spots[plan.tables[0].name]
        self.titles = [(self._number(table), column) for table, column in self._titles()]
        self.title_path = self._xpath(plan.title_path) if plan.title_path else None

    def _column(self, spot: Spot, place: int, column: Column) -> None:
        convert = CONVERTERS[column.kind]
        if column.path[0] == "xpath":
            self.paths.append((place, self._xpath(column.path[1]), convert))
            return
        target, selector = spot.at(column.path[:-1]), column.path[-1]
        if selector == TEXT:
            target.text = (place, convert, column.default)
        elif selector == STRING:
            target.string = (place, convert)
        elif selector == EXISTS:
            target.exists = place
        else:
            target.attributes.append((selector[1:], place, convert, column.default))

    def _xpath(self, path: str) -> etree.XPath:
        try:
            return etree.XPath(path, namespaces=dict(self.plan.namespaces))
        except etree.XPathSyntaxError as error:
            raise SchemaError(f"vocabulary.toml has a path that is no XPath: {path!r} ({error}).") from error

    def _number(self, name: str) -> int:
        return next(number for number, table in enumerate(self.plan.tables) if table.name == name)

    def _titles(self) -> list[tuple[str, int]]:
        found = []
        for name, wanted in self.plan.titles:
            table = self.plan.table(name)
            found.append((name, next(place for place, column in enumerate(table.columns, _before(table)) if column.name == wanted)))
        return found

    def walk(self, root: Any) -> list[list[Row]]:
        """For each table of the plan its rows; the root table has one. `n` counts all rows of a document in document order."""
        rows: list[list[Row]] = [[] for _ in self.plan.tables]
        state = _State(rows)
        row: Row = [None] * self.root.width
        rows[0].append(row)
        _visit(root, self.root, row, 0, state)
        for place, path, convert in self.paths:
            value = first(path(root))
            if value is not None:
                row[place] = convert(value, root)
        return rows

    def title(self, root: Any, rows: list[list[Row]]) -> str:
        """The document's title, "" if it has none."""
        if self.title_path is not None:
            value = first(self.title_path(root))
            if value and value.strip():
                return " ".join(value.split())
        for table, column in self.titles:
            for row in rows[table]:
                if row[column] is not None and (made := " ".join(str(row[column]).split())):
                    return made
        return _title_by_name(root)


def _title_by_name(root: Any) -> str:
    """The text of the first element that is called a title, a name …: for documents whose title the plan does not reach."""
    found: dict[str, str] = {}
    for element in islice(root.iter(), _LOOKED_AT):
        if isinstance(element.tag, str):
            word = snake(split(element.tag)[1]).replace("_", "")
            if word in TITLE_WORDS and word not in found and (text := " ".join(_string(element).split())):
                found[word] = text
                if word == "title":
                    break
    return min(found.items(), key=lambda pair: TITLE_WORDS[pair[0]], default=("", ""))[1]


@dataclass(slots=True)
class _State:
    rows: list[list[Row]]
    count: int = 0


def _visit(element: Any, spot: Spot, row: Row, n: int, state: _State) -> None:
    """Take what the spot asks of the element into the row, then its children's."""
    for name, place, convert, default in spot.attributes:
        value = element.get(name, default)
        if value is not None and row[place] is None:
            row[place] = convert(value, element)
    if spot.text is not None:
        place, convert, default = spot.text
        if row[place] is None:
            value = _string(element) if len(element) else element.text
            if value:
                row[place] = convert(value, element)
            elif element.get(_NIL) not in _TRUE:
                row[place] = convert(default or "", element)
    if spot.string is not None:
        place, convert = spot.string
        if row[place] is None:
            row[place] = convert(" ".join(_string(element).split()), element)
    if spot.exists is not None:
        row[spot.exists] = 1
    children = spot.children
    if children:
        for child in element:
            below = children.get(child.tag)
            if below is None:
                continue
            if below.table is None:
                _visit(child, below, row, n, state)
            else:
                state.count += 1
                new: Row = [None] * below.width
                new[0], new[1] = state.count, n
                state.rows[below.table].append(new)
                _visit(child, below, new, state.count, state)


def first(found: Any) -> str | None:
    """An XPath's result as text: the first node's string-value, a number's or truth value's own form; None for nothing."""
    if isinstance(found, list):
        if not found:
            return None
        found = found[0]
    if isinstance(found, etree._Element):
        return _string(found)
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float):
        return str(int(found)) if found.is_integer() else repr(found)
    return str(found)


def _string(element: Any) -> str:
    """The XPath string-value: all text in it, comments left out."""
    return "".join(element.itertext())


def words(plan: TablePlan, root: Any, limit: int) -> str:
    """The document's text for searching, at most about `limit` characters: text of elements that may hold words, attributes that may."""
    parts: list[str] = []
    length, silent, spoken = 0, plan.silent, plan.spoken
    for element in root.iter():
        tag = element.tag
        if isinstance(tag, str):
            said = [element.text] if element.text and tag not in silent else []
            if spoken:
                said += [value for name, value in element.items() if name in spoken]
        else:
            said = []
        if element.tail and element is not root:
            said.append(element.tail)
        for piece in said:
            piece = piece.strip()
            if piece:
                parts.append(piece)
                length += len(piece)
        if length > limit:
            break
    return " ".join(" ".join(parts).split())[:limit]


def columns_used(table: RowTable, rows: list[Row]) -> list[int] | None:
    """Places of the columns that have a value in any of the rows, `n` and `parent` among them; None for no rows."""
    if not rows:
        return None
    before = _before(table)
    return [*range(before), *(place for place in range(before, before + len(table.columns)) if any(row[place] is not None for row in rows))]


def _before(table: RowTable) -> int:
    """How many places of a row come before its columns: `n` and `parent` in a child table."""
    return 0 if table.is_root else 2
