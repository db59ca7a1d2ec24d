"""Between text and value for every built-in simple type: `READ[name](text)` and `write(value)`.

`read` is given text whose white space is already normalised. Values: str, bool, Decimal, int, float, bytes, and those of `temporal` and
`durations`. QName and NOTATION need the namespaces in scope, so here they stay text. Source: XML Schema Part 2, section 3.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

from .datatypes import BASE64, DAYS_AND_TIME, DECIMAL, FLOAT, INTEGER, LANGUAGE, YEARS_AND_MONTHS, name, ncname, nmtoken
from .durations import Duration, GDay, GMonth, GMonthDay, GYear, GYearMonth
from .temporal import Date, DateTime, Time, zone_text

LONG = 13_000  # bits of an integer that is written by way of Decimal: Python refuses to write one of more than 4,300 digits


class Float(float):
    """An xs:float or xs:double that is written otherwise than Python would write it (1.50, 2E3, 7): a `float`, and `str` gives its lexical
    form back."""

    __slots__ = ("_lexical",)
    _lexical: str

    @classmethod
    def spelled(cls, text: str) -> Float:
        """The number that a lexical form of Python's means."""
        made = cls(text)
        made._lexical = text
        return made

    def __str__(self) -> str:
        return self._lexical

    def __reduce__(self) -> tuple[Any, ...]:
        return Float.spelled, (self._lexical,)


_SPECIAL_FLOATS = {"INF": math.inf, "+INF": math.inf, "-INF": -math.inf, "NaN": math.nan}


def read_boolean(text: str) -> bool:
    """true, false, 1, 0."""
    if text in ("true", "1"):
        return True
    if text in ("false", "0"):
        return False
    raise ValueError(f"{text!r} is no xs:boolean")


def read_decimal(text: str) -> Decimal:
    """A Decimal with the zeros that were written."""
    if text.isascii() and text.replace(".", "", 1).isdigit():  # the plain form, quicker than the expression; here and below
        return Decimal(text)
    if DECIMAL.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no xs:decimal")
    return Decimal(text)


def read_integer(text: str) -> int:
    """An int of any size."""
    if text.isdigit() and text.isascii() and len(text) < 4000:
        return int(text)
    if INTEGER.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no xs:integer")
    return int(Decimal(text)) if len(text) >= 4000 else int(text)


def read_float(text: str) -> float:
    """A float, a Float where it is not written as Python would; INF, -INF and NaN are what Python calls so."""
    if FLOAT.fullmatch(text) is None:
        special = _SPECIAL_FLOATS.get(text)
        if special is None:
            raise ValueError(f"{text!r} is no xs:float or xs:double")
        return special
    value = float(text)
    return value if repr(value) == text else Float.spelled(text)


def read_hex(text: str) -> bytes:
    """xs:hexBinary."""
    try:
        if text.isascii() and not re.search(r"\s", text):
            return bytes.fromhex(text)
    except ValueError:
        pass
    raise ValueError(f"{text!r} is no xs:hexBinary")


def read_base64(text: str) -> bytes:
    """xs:base64Binary; blanks inside are allowed."""
    packed = text.replace(" ", "")
    if BASE64.fullmatch(packed) is None or len(packed) % 4:
        raise ValueError(f"{text!r} is no xs:base64Binary")
    return base64.b64decode(packed)


def _named(what: str, read: Callable[[str], str]) -> Callable[[str], str]:
    def checked(text: str) -> str:
        try:
            return read(text)
        except ValueError:
            raise ValueError(f"{text!r} is no xs:{what}") from None

    return checked


def read_language(text: str) -> str:
    """xs:language."""
    if LANGUAGE.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no xs:language")
    return text


def read_qname(text: str) -> str:
    """The lexical form of a QName; whether its prefix is declared is not known here."""
    parts = text.split(":")
    try:
        if len(parts) > 2:
            raise ValueError
        for part in parts:
            ncname(part)
    except ValueError:
        raise ValueError(f"{text!r} is no xs:QName") from None
    return text


def _restricted(what: str, letters: re.Pattern[str]) -> Callable[[str], Duration]:
    def read(text: str) -> Duration:
        if letters.fullmatch(text) is None:
            raise ValueError(f"{text!r} is no xs:{what}")
        return Duration.parse(text)

    return read


def read_stamp(text: str) -> DateTime:
    """xs:dateTimeStamp: with a zone."""
    value = DateTime.parse(text)
    if value.tzinfo is None:
        raise ValueError(f"{text!r} is no xs:dateTimeStamp: it has no time zone")
    return value


def _text(text: str) -> str:
    return text


_INTEGERS = ("integer", "nonPositiveInteger", "negativeInteger", "long", "int", "short", "byte", "nonNegativeInteger", "unsignedLong",
             "unsignedInt", "unsignedShort", "unsignedByte", "positiveInteger")

READ: dict[str, Callable[[str], Any]] = {
    "anySimpleType": _text, "anyAtomicType": _text, "string": _text, "normalizedString": _text, "token": _text, "anyURI": _text,
    "language": read_language, "NMTOKEN": _named("NMTOKEN", nmtoken), "Name": _named("Name", name),
    **{one: _named(one, ncname) for one in ("NCName", "ID", "IDREF", "ENTITY")},
    "boolean": read_boolean, "decimal": read_decimal, **dict.fromkeys(_INTEGERS, read_integer), "float": read_float, "double": read_float,
    "hexBinary": read_hex, "base64Binary": read_base64, "QName": read_qname, "NOTATION": read_qname,
    "date": Date.parse, "dateTime": DateTime.parse, "dateTimeStamp": read_stamp, "time": Time.parse, "duration": Duration.parse,
    "yearMonthDuration": _restricted("yearMonthDuration", YEARS_AND_MONTHS),
    "dayTimeDuration": _restricted("dayTimeDuration", DAYS_AND_TIME),
    "gYear": GYear.parse, "gYearMonth": GYearMonth.parse, "gMonth": GMonth.parse, "gMonthDay": GMonthDay.parse, "gDay": GDay.parse,
}  # fmt: skip


def write(value: Any, builtin: str = "anySimpleType") -> str:
    """The lexical form of a value. Standard library values are taken too. TypeError if it is of no such kind."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() < LONG else f"{Decimal(value):f}"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError(f"xs:decimal has no {value}")
        return f"{value:f}"
    if isinstance(value, float):
        return _float_text(value, builtin)
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode() if builtin == "base64Binary" else value.hex().upper()
    if isinstance(value, Date | DateTime | Time):
        return value.isoformat()
    if isinstance(value, datetime):
        offset = value.utcoffset()
        return datetime.isoformat(value.replace(tzinfo=None)) + zone_text(None if offset is None else timezone(offset))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return time.isoformat(value.replace(tzinfo=None)) + zone_text(value.tzinfo)
    if isinstance(value, timedelta):
        return str(Duration.of(value))
    if isinstance(value, Duration | GYear | GYearMonth | GMonth | GMonthDay | GDay):
        return str(value)
    raise TypeError(f"{type(value).__name__} {value!r} is no value that XML can hold")


def _float_text(value: float, builtin: str) -> str:
    if isinstance(value, Float) and builtin in ("float", "double"):
        return str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    if builtin not in ("float", "double", "anySimpleType", "anyAtomicType"):
        return f"{Decimal(repr(value)):f}"
    return repr(value).replace("e", "E").replace("E+", "E")
