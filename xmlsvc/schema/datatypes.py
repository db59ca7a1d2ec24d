"""The primitive datatypes of XML Schema Part 2: from a literal to its value, and the order among values.

    read(builtin, literal)   the value, hashable, equal exactly where the specification says equal; ValueError outside the lexical space
    compare(a, b)            -1, 0, 1, or None where the order does not say (dates with and without a zone, P1M and P30D)

Literals come here with their white space already dealt with. QName and NOTATION need namespaces and are read in `values`.
"""

from __future__ import annotations

import re
import struct
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, Overflow
from functools import partial
from typing import Any

from .patterns import name_char, name_start

_ZONE = r"(?P<zone>Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"(?P<year>-?(?:[1-9]\d{3,}|0\d{3}))"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d(?:\.\d+)?)|(?P<midnight>24:00:00(?:\.0+)?))"
_MOMENTS = {
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "time": f"{_TIME}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
}
_MOMENT = {name: re.compile(pattern, re.ASCII) for name, pattern in _MOMENTS.items()}
_DURATION = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?", re.ASCII)
DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
FLOAT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*", re.ASCII)
_PLAIN_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9._:-]*", re.ASCII)  # most names; the others are looked at letter by letter
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*", re.ASCII)
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?", re.ASCII)
YEARS_AND_MONTHS = re.compile(r"-?P[\dYM]+", re.ASCII)
DAYS_AND_TIME = re.compile(r"-?P(?:\d+D)?(?:T[\d.HMS]+)?", re.ASCII)
_HALF_A_DAY = 14 * 3600  # the widest zone, in seconds
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of time, or a recurring one: seconds on the time line (in UTC where `zoned`, else local)."""

    seconds: Decimal
    zoned: bool


@dataclass(frozen=True, slots=True)
class Duration:
    """Months and seconds; equal only where both are."""

    months: int
    seconds: Decimal


def day_number(year: int, month: int, day: int) -> int:
    """Days since 0000-03-01 in the Gregorian calendar, for any year (astronomical: 0 exists)."""
    year -= month < 3
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _moment(kind: str, literal: str) -> Moment:
    match = _MOMENT[kind].fullmatch(literal)
    if match is None:
        raise ValueError(kind)
    part = match.groupdict()
    year = int(part.get("year") or "1972")
    if part.get("year") and year == 0:
        raise ValueError("there is no year 0000")
    year += year < 0  # -0001 is the year before 0001
    month, day = int(part.get("month") or "12"), int(part.get("day") or ("1" if "day" not in part else "31"))
    if "day" in part and "month" in part and day > (28 if month == 2 and not _leap(year) else _DAYS[month - 1]):
        raise ValueError("there is no such day")
    seconds = Decimal(day_number(year, month, day) * 86_400)
    if part.get("midnight"):
        seconds += 86_400 if "day" in part else 0
    elif part.get("hour"):
        seconds += int(part["hour"]) * 3600 + int(part["minute"]) * 60 + Decimal(part["second"])
    zone = part["zone"]
    if zone and zone != "Z":
        minutes = int(zone[1:3]) * 60 + int(zone[4:6])
        seconds += -60 * minutes if zone[0] == "+" else 60 * minutes
    return Moment(seconds, zone is not None)


def _duration(literal: str) -> Duration:
    match = _DURATION.fullmatch(literal)
    if match is None:
        raise ValueError("duration")
    part = {name: text or "0" for name, text in match.groupdict().items()}
    sign = -1 if match["sign"] else 1
    months = int(part["years"]) * 12 + int(part["months"])
    whole = int(part["days"]) * 86_400 + int(part["hours"]) * 3600 + int(part["minutes"]) * 60
    try:
        return Duration(sign * months, sign * (whole + Decimal(part["seconds"])))
    except Overflow:
        raise ValueError("more seconds than can be counted") from None


def _part(form: re.Pattern[str], literal: str) -> Duration:
    """A duration of some of its parts."""
    return _duration(_full(form)(literal))


def _stamp(literal: str) -> Moment:
    """xs:dateTimeStamp: with a zone."""
    moment = _moment("dateTime", literal)
    if not moment.zoned:
        raise ValueError("there is no time zone")
    return moment


def _full(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def read(literal: str) -> str:
        if pattern.fullmatch(literal) is None:
            raise ValueError(literal)
        return literal

    return read


def _decimal(literal: str) -> Decimal:
    return Decimal(_full(DECIMAL)(literal))


def _integer(literal: str) -> Decimal:
    return Decimal(_full(INTEGER)(literal))


def _double(literal: str) -> float | str:
    if literal in ("INF", "-INF"):
        return float(literal)
    if literal == "NaN":
        return "NaN"  # equal to itself here, unlike Python's
    return float(_full(FLOAT)(literal))


def _single(literal: str) -> float | str:
    value = _double(literal)
    if isinstance(value, str):
        return value
    try:
        rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return rounded


def _boolean(literal: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[literal]


def _base64(literal: str) -> bytes:
    return b64decode(_full(BASE64)(literal.replace(" ", "")))


def name(literal: str) -> str:
    """The literal, if it is a name; ValueError otherwise."""
    if _PLAIN_NAME.fullmatch(literal) is not None:
        return literal
    if not literal or not name_start(literal[0]) or not all(map(name_char, literal)):
        raise ValueError(literal)
    return literal


def ncname(literal: str) -> str:
    """The literal, if it is a name without a colon; ValueError otherwise."""
    if ":" in literal:
        raise ValueError(literal)
    return name(literal)


def nmtoken(literal: str) -> str:
    """The literal, if it is a word of name characters; ValueError otherwise."""
    if not literal or not all(map(name_char, literal)):
        raise ValueError(literal)
    return literal


_URI_ESCAPES = re.compile(r"%(?![0-9A-Fa-f]{2})")


def _uri(literal: str) -> str:
    """RFC 2396 with RFC 2732 after escaping (Part 2, 3.2.17): nearly everything; not a stray "%", a second "#", or a bad scheme."""
    if _URI_ESCAPES.search(literal) or literal.count("#") > 1:
        raise ValueError(literal)
    scheme, colon, _ = literal.partition(":")
    if colon and not re.search(r"[/?#]", scheme) and not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        raise ValueError(literal)
    return literal


_READERS: dict[str, Callable[[str], Any]] = {
    "boolean": _boolean, "decimal": _decimal, "integer": _integer, "float": _single, "double": _double, "duration": _duration,
    "hexBinary": lambda literal: bytes.fromhex(_full(_HEX)(literal)), "base64Binary": _base64, "anyURI": _uri,
    "language": _full(LANGUAGE), "Name": name, "NCName": ncname, "NMTOKEN": nmtoken,
    **{kind: partial(_moment, kind) for kind in _MOMENT},
}  # fmt: skip
_INTEGERS = (
    "nonPositiveInteger", "negativeInteger", "long", "int", "short", "byte", "nonNegativeInteger", "unsignedLong", "unsignedInt",
    "unsignedShort", "unsignedByte", "positiveInteger",
)  # fmt: skip
_READERS |= dict.fromkeys(_INTEGERS, _integer) | dict.fromkeys(("ID", "IDREF", "ENTITY"), ncname)
_READERS |= {"dateTimeStamp": _stamp}
_READERS |= {"yearMonthDuration": partial(_part, YEARS_AND_MONTHS), "dayTimeDuration": partial(_part, DAYS_AND_TIME)}


def reader(builtin: str) -> Callable[[str], Any]:
    """How literals of a built-in atomic type are read: the literal itself where every string is allowed."""
    return _READERS.get(builtin, str)


def read(builtin: str, literal: str) -> Any:
    """The value of a literal; ValueError (KeyError for booleans) where it is outside the lexical space."""
    return reader(builtin)(literal)


def _sign(a: Any, b: Any) -> int:
    return int(a > b) - int(a < b)


def _plus(year: int, month: int, duration: Duration) -> Decimal:
    years, months = divmod(year * 12 + month - 1 + duration.months, 12)
    return day_number(years, months + 1, 1) * 86_400 + duration.seconds


def _durations(a: Duration, b: Duration) -> int | None:
    """By adding both to four dates (Part 2, 3.2.6.2): only where all agree is there an order."""
    signs = {_sign(_plus(*start, a), _plus(*start, b)) for start in ((1696, 9), (1697, 2), (1903, 3), (1903, 7))}
    return signs.pop() if len(signs) == 1 else None


def _moments(a: Moment, b: Moment) -> int | None:
    """Part 2, 3.2.7.4: with a zone on one side only, the other may lie up to 14 hours to either side."""
    if a.zoned == b.zoned:
        return _sign(a.seconds, b.seconds)
    difference = a.seconds - b.seconds
    return None if abs(difference) <= _HALF_A_DAY else _sign(difference, 0)


def compare(a: Any, b: Any) -> int | None:
    """The order of two values of one ordered datatype."""
    if isinstance(a, Moment):
        return _moments(a, b)
    if isinstance(a, Duration):
        return _durations(a, b)
    if "NaN" in (a, b):
        return 0 if a == b else None
    return _sign(a, b)
