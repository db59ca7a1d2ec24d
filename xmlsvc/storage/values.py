"""From what is written in a document to what a column holds: text, numbers and ISO forms that both databases take as they are.

What cannot be read, or cannot be held, is None: the row is for questions, the violation stays in the verdict, the bytes stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ..schema.durations import Duration
from ..schema.temporal import Date, DateTime, Time
from .ddl import TOKEN_LENGTH

Converter = Callable[[str, Any], Any]
"""(text, the element it stands in) → the column's value."""

MICROSECONDS = 1_000_000
MONTH_SECONDS = 2_629_746  # a twelfth of the Gregorian mean year: durations in months are comparable with others by it
_INTEGER_DIGITS, _FRACTION_DIGITS = 30, 18
_LARGEST = 2**63
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?")
_PLAIN = re.compile(
    r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])?"
)
_SPACE = " \t\r\n"


def text(written: str, _: Any = None) -> str:
    """As it is."""
    return written


def line(written: str, _: Any = None) -> str:
    """White space collapsed."""
    return " ".join(written.split())


def token(written: str, _: Any = None) -> str | None:
    """White space collapsed; None when it is longer than such a column."""
    collapsed = " ".join(written.split())
    return collapsed if len(collapsed) <= TOKEN_LENGTH else None


def integer(written: str, _: Any = None) -> int | None:
    """A signed integer of 64 bits."""
    written = written.strip(_SPACE)
    if len(written) > 40 or not _INTEGER.fullmatch(written):
        return None
    value = int(written)
    return value if -_LARGEST <= value < _LARGEST else None


def decimal(written: str, _: Any = None) -> str | None:
    """A decimal of at most 30 digits before the point; more than 18 behind it are rounded."""
    written = written.strip(_SPACE)
    if not _DECIMAL.fullmatch(written):
        return None
    whole, _, fraction = written.lstrip("+-").partition(".")
    whole = whole.lstrip("0") or "0"
    if len(whole) > _INTEGER_DIGITS:
        return None
    sign = "-" if written[0] == "-" else ""
    if len(fraction) <= _FRACTION_DIGITS:
        return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
    number, rest = int(whole + fraction[:_FRACTION_DIGITS]), fraction[_FRACTION_DIGITS:]
    half = "5".ljust(len(rest), "0")
    number += rest > half or (rest == half and number % 2 == 1)  # half to even; digits of one length compare as numbers
    digits = str(number).rjust(_FRACTION_DIGITS + 1, "0")
    whole, fraction = digits[:-_FRACTION_DIGITS], digits[-_FRACTION_DIGITS:]
    return f"{sign}{whole}.{fraction}" if len(whole) <= _INTEGER_DIGITS else None


def float_(written: str, _: Any = None) -> float | None:
    """A finite float."""
    written = written.strip(_SPACE)
    if not _FLOAT.fullmatch(written):
        return None
    value = float(written)
    return value if abs(value) != float("inf") else None


def boolean(written: str, _: Any = None) -> int | None:
    """1 or 0."""
    return {"true": 1, "1": 1, "false": 0, "0": 0}.get(written.strip(_SPACE))


def datetime_(written: str, _: Any = None) -> str | None:
    """ "YYYY-MM-DD HH:MM:SS.ffffff": in UTC where a zone is written, else as written."""
    written = written.strip(_SPACE)
    try:
        if _PLAIN.fullmatch(written):
            moment = datetime.fromisoformat(written)
        else:
            parsed = DateTime.parse(written)
            moment = datetime(
                parsed.year, parsed.month, parsed.day, parsed.hour, parsed.minute, parsed.second, parsed.microsecond, parsed.tzinfo
            )
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment.isoformat(" ", "microseconds")


def date_(written: str, _: Any = None) -> str | None:
    """ "YYYY-MM-DD"; a zone is left out."""
    written = written.strip(_SPACE)
    try:
        parsed = Date.parse(written)
        return date(parsed.year, parsed.month, parsed.day).isoformat()
    except (ValueError, OverflowError):
        return None


def time_(written: str, _: Any = None) -> str | None:
    """ "HH:MM:SS.ffffff": in UTC where a zone is written, else as written."""
    written = written.strip(_SPACE)
    try:
        parsed = Time.parse(written)
    except ValueError:
        return None
    offset = parsed.tzinfo.utcoffset(None) if parsed.tzinfo is not None else None
    seconds = parsed.hour * 3600 + parsed.minute * 60 + parsed.second
    moment = timedelta(seconds=seconds, microseconds=parsed.microsecond) - (offset or timedelta())
    return (datetime(2000, 1, 2) + moment).time().isoformat("microseconds")  # noqa: DTZ001


def duration(written: str, _: Any = None) -> int | None:
    """Microseconds; a month counts as a twelfth of the mean year."""
    try:
        parsed = Duration.parse(written.strip(_SPACE))
    except ValueError:
        return None
    value = int((parsed.months * MONTH_SECONDS + parsed.seconds) * MICROSECONDS)
    return value if -_LARGEST <= value < _LARGEST else None


def qname(written: str, element: Any) -> str | None:
    """The expanded name, "{namespace}local"; None for a prefix that is not declared."""
    prefix, colon, local = written.strip(_SPACE).rpartition(":")
    namespace = element.nsmap.get(prefix if colon else None)
    if colon and namespace is None:
        return None
    name = f"{{{namespace}}}{local}" if namespace else local
    return name if local and len(name) <= TOKEN_LENGTH else None


CONVERTERS: dict[str, Converter] = {
    "text": text, "line": line, "token": token, "integer": integer, "decimal": decimal, "float": float_, "boolean": boolean,
    "datetime": datetime_, "date": date_, "time": time_, "duration": duration, "qname": qname,
}  # fmt: skip
