"""Values as views give and take them: the XSD types that Python has no own type for, and NIL."""

from __future__ import annotations

from typing import Literal

from lxml.etree import QName

from ..errors import InputError
from ..schema.durations import Duration, GDay, GMonth, GMonthDay, GYear, GYearMonth
from ..schema.lexical import Float
from ..schema.temporal import Date, DateTime, Time

__all__ = ["NIL", "BadValue", "Date", "DateTime", "Duration", "Float", "GDay", "GMonth", "GMonthDay", "GYear", "GYearMonth", "Nil", "QName",
           "Time"]


class Nil:
    """The value of an element with xsi:nil="true": there, and without content. False in a condition."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "NIL"

    def __reduce__(self) -> str:
        return "NIL"


NIL = Nil()


class BadValue(InputError, ValueError):
    """A text that is no value of its field's type, or a value that may not be written there. `raw` is the text."""

    slug, title = "bad-value", "The value does not fit its field"

    def __init__(self, message: str, raw: str | None = None) -> None:
        super().__init__(message, raw=raw)
        self.raw = raw
