"""What generated row classes stand on: column types for every kind, and the way from a document to its rows and back.

A vocabulary's tables hold all its versions. Where a column had to be widened for another version, a value that is none for this version's
class is read as None.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as PythonDecimal
from decimal import InvalidOperation
from typing import Any, ClassVar, Self

from storm.locals import Bool, Date, DateTime, Decimal, Float, Int, Time, Unicode
from storm.properties import SimpleProperty
from storm.store import Store
from storm.variables import (
    BoolVariable,
    DateTimeVariable,
    DateVariable,
    DecimalVariable,
    FloatVariable,
    IntVariable,
    TimeVariable,
    Variable,
)

from .model import BOTH, CURRENT, PUBLISHED, Document

__all__ = [
    "BOTH", "CURRENT", "PUBLISHED", "BooleanColumn", "DateColumn", "DateTimeColumn", "DecimalColumn", "Document", "DurationColumn",
    "FloatColumn", "IntegerColumn", "Rows", "TextColumn", "TimeColumn",
]  # fmt: skip


def _lenient(variable: type) -> type:
    """The variable, reading as None what was stored for another kind."""

    class Lenient(variable):
        __slots__ = ()

        def parse_set(self, value: Any, from_db: bool) -> Any:
            if not from_db:
                return super().parse_set(value, from_db)
            try:
                return super().parse_set(PythonDecimal(value) if isinstance(value, str) and self._number else value, from_db)
            except (ValueError, TypeError, InvalidOperation):
                return None

        _number: ClassVar[bool] = issubclass(variable, BoolVariable | IntVariable | FloatVariable)

    Lenient.__name__ = f"Lenient{variable.__name__}"
    return Lenient


class DurationVariable(Variable):
    """A timedelta, stored as a whole number of microseconds."""

    __slots__ = ()

    def parse_set(self, value: Any, from_db: bool) -> Any:
        if isinstance(value, timedelta):
            return value
        if not from_db:
            raise TypeError(f"A duration is a timedelta, not {value!r}.")
        try:
            return timedelta(microseconds=int(value))
        except (ValueError, OverflowError):
            return None

    def parse_get(self, value: Any, to_db: bool) -> Any:
        return value // timedelta(microseconds=1) if to_db else value


class TextColumn(Unicode):  # type: ignore[type-arg]  # Storm's are no generics at run time
    pass


class IntegerColumn(Int):  # type: ignore[type-arg]  # Storm's are no generics at run time
    variable_class = _lenient(IntVariable)


class DecimalColumn(Decimal):  # type: ignore[type-arg]  # Storm's are no generics at run time
    variable_class = _lenient(DecimalVariable)


class FloatColumn(Float):  # type: ignore[type-arg]  # Storm's are no generics at run time
    variable_class = _lenient(FloatVariable)


class BooleanColumn(Bool):  # type: ignore[type-arg]  # Storm's are no generics at run time
    variable_class = _lenient(BoolVariable)


class DateTimeColumn(DateTime):  # type: ignore[type-arg]  # Storm's are no generics at run time
    """Naive: UTC where the document writes a zone."""

    variable_class = _lenient(DateTimeVariable)


class DateColumn(Date):  # type: ignore[type-arg]  # Storm's are no generics at run time
    variable_class = _lenient(DateVariable)


class TimeColumn(Time):  # type: ignore[type-arg]  # Storm's are no generics at run time
    variable_class = _lenient(TimeVariable)


class DurationColumn(SimpleProperty):  # type: ignore[type-arg]  # Storm's are no generics at run time
    variable_class = DurationVariable


class Rows:
    """Base of the row classes. A row belongs to a document and to a head, a set of bits (CURRENT, PUBLISHED)."""

    document_id: Any
    head: Any
    n: Any

    @classmethod
    def of(cls, store: Store, document: Document | str, head: int = CURRENT) -> list[Self]:
        """The document's rows of this class for a head, in the order of the document."""
        key = document if isinstance(document, str) else document.id
        return [row for row in store.find(cls, document_id=key).order_by(cls.n) if row.head & head]
