"""Filters of a search: by what every document has, and by any generated column of a vocabulary.

    state:published   after:2024-05-01   genre:drama   rights.territory:NL   duration_ms:1000..2000

A column of the root table goes by its name, one of a child table by TABLE.COLUMN, the table's name without the vocabulary's.
`..` gives a range, open where an end is left out.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from storm.expr import SQL

from ..codegen.tables import TablePlan
from ..errors import BadRequest
from ..storage import conditions as sql
from ..storage import projection, query
from ..storage.conditions import Having, Identified
from ..storage.values import CONVERTERS
from .services import Services

WORDS = ("vocabulary", "partner", "state", "valid", "identity", "after", "before")
STATES = ("quarantined", "draft", "review", "published", "withdrawn")
_LAST = datetime(9999, 12, 30, tzinfo=UTC)  # the last day that another one follows
_LISTED = 60  # columns that an error names
_ORDERED = frozenset({"integer", "decimal", "float", "datetime", "date", "time", "duration"})


@dataclass(frozen=True, slots=True)
class Filterable:
    """A generated column that documents can be filtered by."""

    table: str
    column: str
    kind: str
    documentation: str
    enumeration: tuple[str, ...]


def columns_of(services: Services, vocabulary: str | None) -> Mapping[str, Filterable]:
    """The columns of a vocabulary (all its versions) by the name that a filter calls them; none without a vocabulary."""
    if vocabulary is None:
        return {}
    return _columns(tuple(map(projection.plan_of, services.registry.versions(vocabulary))))


@lru_cache(maxsize=64)
def _columns(plans: tuple[TablePlan, ...]) -> Mapping[str, Filterable]:
    found: dict[str, Filterable] = {}
    for plan in plans:
        for table in plan.tables:
            short = "" if table.is_root else table.name.removeprefix(plan.tables[0].name).lstrip("_") + "."
            for column in table.columns:
                made = Filterable(table.name, column.name, column.kind, column.documentation, column.enumeration)
                found.setdefault(short + column.name, made)
    return MappingProxyType(found)


def column(columns: Mapping[str, Filterable], name: str, text: str, head: int, negative: bool = False) -> Having:
    """The condition that a document has a row (`negative`: has none) whose column holds the value, or one in the range "FROM..TO". Raises
    BadRequest."""
    if name not in columns:
        raise BadRequest(f"There is no parameter and no column {name!r} to filter by. {_known(columns, name)}")
    found = columns[name]
    here, where, values = sql.column(found.column), ["head & ? <> 0"], list[Any]((head,))
    low, dots, high = text.partition("..")
    ranged = bool(dots) and found.kind in _ORDERED
    for sign, bound in ((">=", low), ("<=", high)) if ranged else (("=", text),):
        if bound or not ranged:
            where.append(f"{here} {sign} ?")
            values.append(_value(found, name, bound))
    return Having(found.table, " AND ".join(where), values, negative)


def _known(columns: Mapping[str, Filterable], name: str) -> str:
    """Which columns there are: all of a few, of many those whose own names are nearest."""
    if not columns:
        return "To filter by a column, name its vocabulary, too."
    if len(columns) <= _LISTED:
        return f"Columns are: {', '.join(sorted(columns))}."
    own = defaultdict[str, list[str]](list)
    for each in sorted(columns, key=lambda each: (len(each), each)):
        own[each.rpartition(".")[2]].append(each)
    near = [each for one in difflib.get_close_matches(name.rpartition(".")[2], own, 5) for each in own[one][:3]]
    nearest = f", the nearest: {', '.join(near)}" if near else ""
    return f"There are {len(columns):,} columns{nearest}. The page of the vocabulary lists all of them."


def _value(found: Filterable, name: str, text: str) -> Any:
    """The text as the column holds it."""
    value = text if found.kind == "qname" else CONVERTERS[found.kind](text, None)
    if value is None:
        raise BadRequest(f"{text!r} is no value of the column {name}, which holds values of the kind {found.kind}.")
    return value


def word(name: str, text: str) -> SQL:
    """The condition of one of WORDS, but for `identity`. Raises BadRequest."""
    if name == "vocabulary":
        return SQL("document.vocabulary = ?", (text,))
    if name == "partner":
        return SQL("document.partner_id = (SELECT id FROM partner WHERE name = ?)", (text,))
    if name == "state":
        if text not in STATES:
            raise BadRequest(f"{text!r} is no state. States are: {', '.join(STATES)}.")
        return SQL("document.state = ?", (text,))
    if name == "valid":
        wanted = {"true": 1, "yes": 1, "1": 1, "false": 0, "no": 0, "0": 0}.get(text.lower())
        if wanted is None:
            raise BadRequest(f"valid is true or false, not {text!r}.")
        return SQL("document.valid = ?", (wanted,))
    begin, end = _moment(text)
    return SQL("document.modified >= ?", (end,)) if name == "after" else SQL("document.modified < ?", (begin,))


def _moment(text: str) -> tuple[datetime, datetime]:
    """The start of a year, month, day or moment in UTC, and that of what follows it."""
    parts = text.split("-")
    try:
        if len(parts) < 3:
            year, month = int(parts[0]), int(parts[1]) if len(parts) == 2 else 1
            begin = datetime(year, month, 1, tzinfo=UTC)
            return begin, datetime(year + (month == 12 or len(parts) == 1), month % 12 + 1 if len(parts) == 2 else 1, 1, tzinfo=UTC)
        if len(text) == 10:
            day = date.fromisoformat(text)
            begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return begin, min(begin, _LAST) + timedelta(days=1)
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return moment, moment + timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise BadRequest(f"{text!r} is no date. Write 2024, 2024-05, 2024-05-03 or 2024-05-03T12:00:00Z.") from None


def conditions(parsed: query.Query, columns: Mapping[str, Filterable], head: int) -> list[Any]:
    """The conditions of the filters in the search box's text."""
    made: list[Any] = []
    for each in parsed.filters:
        if each.name not in WORDS:
            made.append(column(columns, each.name, each.value, head, each.negative))
            continue
        if each.name == "identity":
            made.append(Identified(each.value, each.negative))
            continue
        condition = word(each.name, each.value)
        made.append(SQL(f"NOT ({condition.expr})", condition.params) if each.negative else condition)
    return made
