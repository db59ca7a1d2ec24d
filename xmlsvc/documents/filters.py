"""Filters of a search: by what every document has, and by any generated column of a vocabulary.

    state:published   after:2024-05-01   genre:drama   rights.territory:NL   duration_ms:1000..2000

A column of the root table goes by its name, one of a child table by TABLE.COLUMN, the table's name without the vocabulary's.
`..` gives a range, open where an end is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from storm.expr import SQL, Column, In, Not, Select
from storm.expr import And as Both

from ..codegen.tables import TablePlan
from ..errors import BadRequest
from ..storage import model, projection, query
from ..storage.values import CONVERTERS
from .services import Services

WORDS = ("vocabulary", "partner", "state", "valid", "identity", "after", "before")
STATES = ("quarantined", "draft", "review", "published", "withdrawn")
_ORDERED = frozenset({"integer", "decimal", "float", "datetime", "date", "time", "duration"})


@dataclass(frozen=True, slots=True)
class Filterable:
    """A generated column that documents can be filtered by."""

    table: str
    column: str
    kind: str
    documentation: str
    enumeration: tuple[str, ...]


def columns_of(services: Services, vocabulary: str | None) -> dict[str, Filterable]:
    """The columns of a vocabulary (all its versions) by the name that a filter calls them; none without a vocabulary."""
    found: dict[str, Filterable] = {}
    if vocabulary is not None:
        for schema in services.registry.versions(vocabulary):
            for name, each in _columns(projection.plan_of(schema)).items():
                found.setdefault(name, each)
    return found


@lru_cache(maxsize=64)
def _columns(plan: TablePlan) -> dict[str, Filterable]:
    found = {}
    for table in plan.tables:
        short = "" if not table.parents else table.name.removeprefix(plan.tables[0].name).lstrip("_") + "."
        for column in table.columns:
            found[short + column.name] = Filterable(table.name, column.name, column.kind, column.documentation, column.enumeration)
    return found


def column(columns: Mapping[str, Filterable], name: str, text: str, head: int) -> Any:
    """The condition that a document has a row whose column holds the value, or one in the range "FROM..TO". Raises BadRequest."""
    if name not in columns:
        known = f"Columns are: {', '.join(sorted(columns))}." if columns else "To filter by a column, name its vocabulary, too."
        raise BadRequest(f"There is no parameter and no column {name!r} to filter by. {known}")
    found = columns[name]
    here: Any = Column(found.column, found.table)
    conditions: list[Any] = [SQL("head & ? <> 0", (head,))]
    low, dots, high = text.partition("..")
    if dots and found.kind in _ORDERED:
        conditions += [here >= _value(found, name, low)] if low else []
        conditions += [here <= _value(found, name, high)] if high else []
    else:
        conditions.append(here == _value(found, name, text))
    return In(model.Document.id, Select(Column("document_id", found.table), Both(*conditions), tables=[found.table]))


def _value(found: Filterable, name: str, text: str) -> Any:
    """The text as the column holds it."""
    value = text if found.kind == "qname" else CONVERTERS[found.kind](text, None)
    if value is None:
        raise BadRequest(f"{text!r} is no value of the column {name}, which holds values of the kind {found.kind}.")
    return value


def word(name: str, text: str) -> Any:
    """The condition of one of WORDS. Raises BadRequest."""
    row = model.Document
    if name == "vocabulary":
        return row.vocabulary == text
    if name == "identity":
        return row.identity == text
    if name == "partner":
        return In(row.partner_id, Select(model.Partner.id, model.Partner.name == text))
    if name == "state":
        if text not in STATES:
            raise BadRequest(f"{text!r} is no state. States are: {', '.join(STATES)}.")
        return row.state == text
    if name == "valid":
        wanted = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.lower())
        if wanted is None:
            raise BadRequest(f"valid is true or false, not {text!r}.")
        return row.valid == wanted
    moment, length = _moment(text)
    return row.modified >= moment + length if name == "after" else row.modified < moment


def _moment(text: str) -> tuple[datetime, timedelta]:
    """The start of a year, month, day or moment in UTC, and how long it is."""
    parts = text.split("-")
    try:
        if len(parts) < 3:
            year, month = int(parts[0]), int(parts[1]) if len(parts) == 2 else 1
            begin = datetime(year, month, 1, tzinfo=UTC)
            end = datetime(year + (month == 12 or len(parts) == 1), month % 12 + 1 if len(parts) == 2 else 1, 1, tzinfo=UTC)
            return begin, end - begin
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC), timedelta(days=1)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise BadRequest(f"{text!r} is no date. Write 2024, 2024-05, 2024-05-03 or 2024-05-03T12:00:00Z.") from None


def conditions(parsed: query.Query, columns: Mapping[str, Filterable], head: int) -> list[Any]:
    """The conditions of the filters in the search box's text."""
    made = []
    for each in parsed.filters:
        condition = word(each.name, each.value) if each.name in WORDS else column(columns, each.name, each.value, head)
        made.append(Not(condition) if each.negative else condition)
    return made
