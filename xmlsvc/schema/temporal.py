"""xs:date, xs:dateTime and xs:time without loss: what was written is what is written again.

They are the standard library's own classes with what XSD adds: a zone on dates, 24:00:00, years beyond 9999 and before 1, fractions finer
than a microsecond. `str(value)` is the lexical form. A year that the standard library cannot hold is kept as one it can hold plus whole
cycles of 400 years, after which the calendar repeats itself, weekdays included. Source: XML Schema Part 2, sections 3.2.7–3.2.9.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Self

ZONE = r"(?P<zone>Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"(?P<year>-?(?:[1-9]\d{4,}|\d{4}))"
_CLOCK = r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)(?P<fraction>\.\d+)?"
_MIDNIGHT = r"24:00:00(?:\.0+)?"
_PLAIN = re.compile(
    r"(?!0000)\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?", re.ASCII)
_DATE = re.compile(rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d){ZONE}", re.ASCII)
_DATETIME = re.compile(rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)T(?:{_CLOCK}|(?P<end>{_MIDNIGHT})){ZONE}", re.ASCII)
_TIME = re.compile(rf"(?:{_CLOCK}|(?P<end>{_MIDNIGHT})){ZONE}", re.ASCII)
_CYCLE = 400  # years
_CYCLE_DAYS = 146_097


def zone_of(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def zone_text(zone: tzinfo | None) -> str:
    if zone is None:
        return ""
    offset = zone.utcoffset(None)
    minutes = 0 if offset is None else round(offset.total_seconds() / 60)
    return "Z" if minutes == 0 else f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _bad(what: str, text: str) -> ValueError:
    return ValueError(f"{text!r} is no xs:{what}")


def _has_marks(text: str) -> bool:
    """Whether a text of 19 characters or more has all marks of a dateTime in the usual places, and is not midnight's second name."""
    return (len(text) > 18 and text[4] == text[7] == "-" and text[10] == "T" and text[13] == text[16] == ":" and text[11:13] != "24"
            and text.isascii())


def _fold(year: int) -> tuple[int, int]:
    """(a year that the standard library can hold, cycles of 400 years to add to it)."""
    if 1 <= year <= 9999:
        return year, 0
    cycles = (year - 2000) // _CYCLE
    return year - cycles * _CYCLE, cycles


def _with_year(text: str, year: int) -> str:
    """The standard library's form with the true year in place of the one it holds."""
    return f"{'-' if year < 0 else ''}{abs(year):04}{text[4:]}"


class Date(date):
    """xs:date: a `datetime.date` with an optional zone. `.year` is right also where the standard library cannot hold it."""

    __slots__ = ("_cycles", "_lexical", "_zoned")
    _cycles: int
    _lexical: str
    _zoned: tzinfo

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value of a lexical form without surrounding space. ValueError if it is none."""
        if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():
            try:
                return cls.fromisoformat(text)  # five times quicker than the expression
            except ValueError:
                pass  # the expression tells what is wrong
        return cls._parsed(text)

    @classmethod
    def _parsed(cls, text: str) -> Self:
        match = _DATE.fullmatch(text)
        if match is None:
            raise _bad("date", text)
        year, cycles = _fold(int(match["year"]))
        made = cls(year, int(match["month"]), int(match["day"]))
        made._lexical = text
        if cycles:
            made._cycles = cycles
        if (zone := zone_of(match["zone"])) is not None:
            made._zoned = zone
        return made

    @property
    def year(self) -> int:
        """The year; 0 and below are before the common era (0 is 1 BCE)."""
        held: int = date.year.__get__(self)
        return held + _CYCLE * getattr(self, "_cycles", 0)

    @property
    def tzinfo(self) -> tzinfo | None:
        """The zone; None where none is written."""
        return getattr(self, "_zoned", None)

    def isoformat(self) -> str:
        """The lexical form."""
        known: str | None = getattr(self, "_lexical", None)
        return known if known is not None else _with_year(date.isoformat(self), self.year) + zone_text(self.tzinfo)

    __str__ = isoformat

    def __repr__(self) -> str:
        return f"Date({self.isoformat()!r})"

    def __add__(self, other: timedelta) -> Self:
        if not isinstance(other, timedelta):
            return NotImplemented
        turns, days = divmod(other.days, _CYCLE_DAYS)
        cycles, held = divmod(self.year - 2000, _CYCLE)
        moved = date.__add__(date.replace(self, year=2000 + held), timedelta(days=days))
        year, cycles = _fold(date.year.__get__(moved) + (cycles + turns) * _CYCLE)
        made = date.replace(moved, year=year)
        if cycles:
            made._cycles = cycles
        if self.tzinfo is not None:
            made._zoned = self.tzinfo
        return made

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return self + -other
        return timedelta(seconds=self._instant()[0] - _instant_of(other)) if isinstance(other, date) else NotImplemented

    def _instant(self) -> tuple[int, bool]:
        """Seconds on a time line, and whether a zone is known."""
        days = date.toordinal(self) + _CYCLE_DAYS * getattr(self, "_cycles", 0)
        zone = self.tzinfo
        offset = zone.utcoffset(None) if zone is not None else None
        return days * 86400 - (offset // timedelta(seconds=1) if offset is not None else 0), zone is not None

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Date):
            return self._instant() == other._instant()
        return not hasattr(self, "_cycles") and self.tzinfo is None and date.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        """That of the `date` that it equals, where it can equal one."""
        return hash(self._instant()) if hasattr(self, "_cycles") or hasattr(self, "_zoned") else date.__hash__(self)

    def __lt__(self, other: Any) -> bool:
        return self._instant()[0] < _instant_of(other) if isinstance(other, date) else NotImplemented

    def __le__(self, other: Any) -> bool:
        return self._instant()[0] <= _instant_of(other) if isinstance(other, date) else NotImplemented

    def __gt__(self, other: Any) -> bool:
        return self._instant()[0] > _instant_of(other) if isinstance(other, date) else NotImplemented

    def __ge__(self, other: Any) -> bool:
        return self._instant()[0] >= _instant_of(other) if isinstance(other, date) else NotImplemented

    def __reduce__(self) -> tuple[Any, ...]:
        return Date.parse, (self.isoformat(),)


def _instant_of(other: date) -> int:
    return other._instant()[0] if isinstance(other, Date) else other.toordinal() * 86400


class DateTime(datetime):
    """xs:dateTime: a `datetime.datetime`. 24:00:00 is the next day's 00:00:00, finer fractions are cut for arithmetic only."""

    __slots__ = ("_cycles", "_lexical")
    _cycles: int
    _lexical: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value of a lexical form without surrounding space. ValueError if it is none."""
        if text[19:] in ("Z", "") and _has_marks(text):
            try:
                return cls.fromisoformat(text)  # twice as quick as the expression
            except ValueError:
                pass  # the expression tells what is wrong, or reads 24:00:00
        return cls._parsed(text)

    @classmethod
    def _parsed(cls, text: str) -> Self:
        if _PLAIN.fullmatch(text):
            made = cls.fromisoformat(text)
            made._lexical = text
            return made
        match = _DATETIME.fullmatch(text)
        if match is None:
            raise _bad("dateTime", text)
        year, cycles = _fold(int(match["year"]))
        fraction = int(((match["fraction"] or ".0")[1:7]).ljust(6, "0"))
        clock = (0, 0, 0, 0) if match["end"] else (int(match["hour"]), int(match["minute"]), int(match["second"]), fraction)
        made = cls(year, int(match["month"]), int(match["day"]), *clock, tzinfo=zone_of(match["zone"]))
        if cycles:
            made._cycles = cycles
        if match["end"]:
            made += timedelta(days=1)
        made._lexical = text
        return made

    @property
    def year(self) -> int:
        """The year, also where the standard library cannot hold it."""
        held: int = datetime.year.__get__(self)
        return held + _CYCLE * getattr(self, "_cycles", 0)

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        """The lexical form; with arguments as the standard library's."""
        known: str | None = getattr(self, "_lexical", None)
        if (sep, timespec) != ("T", "auto"):
            return datetime.isoformat(self, sep, timespec)
        if known is not None:
            return known
        return _with_year(datetime.isoformat(datetime.replace(self, tzinfo=None)), self.year) + zone_text(self.tzinfo)

    def __add__(self, other: timedelta) -> Self:
        if not isinstance(other, timedelta):
            return NotImplemented
        turns, days = divmod(other.days, _CYCLE_DAYS)
        cycles, held = divmod(self.year - 2000, _CYCLE)
        rest = timedelta(days, other.seconds, other.microseconds)
        moved = datetime.__add__(datetime.replace(self, year=2000 + held), rest)
        year, cycles = _fold(datetime.year.__get__(moved) + (cycles + turns) * _CYCLE)
        made = datetime.replace(moved, year=year)
        if cycles:
            made._cycles = cycles
        return made

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return self + -other
        if not isinstance(other, datetime):
            return NotImplemented
        cycles = getattr(self, "_cycles", 0) - getattr(other, "_cycles", 0)
        return datetime.__sub__(self, other) + timedelta(days=cycles * _CYCLE_DAYS)

    def __str__(self) -> str:
        return self.isoformat()

    def __repr__(self) -> str:
        return f"DateTime({self.isoformat()!r})"

    def _key(self) -> tuple[int, datetime]:
        year = datetime.year.__get__(self)
        plain = datetime(year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond, self.tzinfo)
        return getattr(self, "_cycles", 0), plain

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DateTime):
            return self._key() == other._key()
        return not hasattr(self, "_cycles") and datetime.__eq__(self, other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._key()[1])

    def __lt__(self, other: Any) -> bool:
        if isinstance(other, DateTime) and (hasattr(self, "_cycles") or hasattr(other, "_cycles")):
            return self._key() < other._key()
        return bool(datetime.__lt__(self, other))

    def __le__(self, other: Any) -> bool:
        return bool(self == other or self < other)

    def __gt__(self, other: Any) -> bool:
        return not self <= other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    def __reduce__(self) -> tuple[Any, ...]:
        return DateTime.parse, (self.isoformat(),)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return self.__reduce__()


class Time(time):
    """xs:time: a `datetime.time`. 24:00:00 is 00:00:00, written as it was."""

    __slots__ = ("_lexical",)
    _lexical: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value of a lexical form without surrounding space. ValueError if it is none."""
        match = _TIME.fullmatch(text)
        if match is None:
            raise _bad("time", text)
        fraction = int(((match["fraction"] or ".0")[1:7]).ljust(6, "0"))
        clock = (0, 0, 0, 0) if match["end"] else (int(match["hour"]), int(match["minute"]), int(match["second"]), fraction)
        made = cls(*clock, tzinfo=zone_of(match["zone"]))
        made._lexical = text
        return made

    def isoformat(self, timespec: str = "auto") -> str:
        """The lexical form; with an argument as the standard library's."""
        known: str | None = getattr(self, "_lexical", None)
        if known is not None and timespec == "auto":
            return known
        return time.isoformat(self.replace(tzinfo=None), timespec) + zone_text(self.tzinfo)

    def __str__(self) -> str:
        return self.isoformat()

    def __repr__(self) -> str:
        return f"Time({self.isoformat()!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Time.parse, (self.isoformat(),)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return self.__reduce__()
