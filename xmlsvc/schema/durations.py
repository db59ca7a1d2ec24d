"""xs:duration and the calendar fragments xs:gYear, gYearMonth, gMonth, gMonthDay, gDay, without loss.

Source: XML Schema Part 2, sections 3.2.6, 3.2.10–3.2.14; order of durations 3.2.6.2; adding them to dates, Appendix E.
"""

from __future__ import annotations

import re
from datetime import date, timedelta, tzinfo
from decimal import Decimal, Overflow
from typing import Any, ClassVar, Self

from .temporal import ZONE, zone_of, zone_text

_DURATION = re.compile(
    r"(?P<sign>-)?P(?=\d|T\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?", re.ASCII)
# Durations are compared by adding them to these instants (3.2.6.2): equal orders in all four, or none.
_PROBES = (date(1696, 9, 1), date(1697, 2, 1), date(1903, 3, 1), date(1903, 7, 1))


class Duration:
    """xs:duration: whole months and seconds (a Decimal, with its sign). `str(value)` is the lexical form."""

    __slots__ = ("_lexical", "months", "seconds")

    def __init__(self, months: int = 0, seconds: Decimal | int = 0) -> None:
        """ValueError if months and seconds have different signs: XSD cannot write that."""
        if months * seconds < 0:
            raise ValueError("the months and the seconds of an xs:duration have the same sign")
        self.months = months
        self.seconds = Decimal(seconds)
        self._lexical: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value of a lexical form without surrounding space. ValueError if it is none."""
        match = _DURATION.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no xs:duration")
        sign = -1 if match["sign"] else 1
        part = {name: int(match[name] or 0) for name in ("years", "months", "days", "hours", "minutes")}
        made = cls.__new__(cls)
        made.months = sign * (part["years"] * 12 + part["months"])
        whole = (part["days"] * 24 + part["hours"]) * 3600 + part["minutes"] * 60
        try:
            made.seconds = sign * (whole + Decimal(match["seconds"] or 0))
        except Overflow:
            raise ValueError(f"{text[:20]}… is an xs:duration of more seconds than can be counted") from None
        made._lexical = text
        return made

    @classmethod
    def of(cls, delta: timedelta) -> Self:
        """The duration of a standard library's timedelta."""
        return cls(0, Decimal(delta.days * 86400 + delta.seconds) + Decimal(delta.microseconds) / 1_000_000)

    def to_timedelta(self) -> timedelta:
        """The timedelta, to the microsecond. ValueError if there are months, whose length depends on where they start."""
        if self.months:
            raise ValueError(f"{self} has months: their length depends on where they start")
        whole = int(self.seconds)
        return timedelta(seconds=whole, microseconds=int((self.seconds - whole) * 1_000_000))

    def __str__(self) -> str:
        return self._lexical if self._lexical is not None else self._written()

    def _written(self) -> str:
        months, seconds = abs(self.months), abs(self.seconds)
        whole = int(seconds)
        years, months = divmod(months, 12)
        (days, rest), fraction = divmod(whole, 86400), seconds - whole
        hours, minutes, last = rest // 3600, rest % 3600 // 60, rest % 60 + fraction
        on_dates = "".join(f"{number}{letter}" for number, letter in ((years, "Y"), (months, "M"), (days, "D")) if number)
        on_clock = "".join(f"{number}{letter}" for number, letter in ((hours, "H"), (minutes, "M")) if number)
        on_clock += f"{last:f}S" if last else ""
        negative = self.months < 0 or self.seconds < 0
        return ("-" if negative else "") + "P" + on_dates + ("T" + on_clock if on_clock else "" if on_dates else "T0S")

    def __repr__(self) -> str:
        return f"Duration({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, timedelta):
            other = Duration.of(other)
        return isinstance(other, Duration) and (self.months, self.seconds) == (other.months, other.seconds)

    def __hash__(self) -> int:
        return hash((self.months, self.seconds))

    def compare(self, other: Duration) -> int | None:
        """-1, 0 or 1; None where the order depends on the calendar (P1M and P30D)."""
        orders = {(mine > theirs) - (mine < theirs) for mine, theirs in ((_added(p, self), _added(p, other)) for p in _PROBES)}
        return orders.pop() if len(orders) == 1 else None

    def __lt__(self, other: Duration) -> bool:
        return self.compare(other) == -1

    def __le__(self, other: Duration) -> bool:
        return self.compare(other) in (-1, 0)

    def __gt__(self, other: Duration) -> bool:
        return self.compare(other) == 1

    def __ge__(self, other: Duration) -> bool:
        return self.compare(other) in (0, 1)

    def __reduce__(self) -> tuple[Any, ...]:
        return Duration.parse, (str(self),)


def _added(start: date, duration: Duration) -> Decimal:
    """Seconds from a fixed origin to start + duration, for any number of years."""
    total = start.year * 12 + start.month - 1 + duration.months
    year, month = divmod(total, 12)
    cycles, folded = divmod(year - 2000, 400)
    days = date(2000 + folded, month + 1, 1).toordinal() + cycles * 146_097
    return Decimal(days * 86400) + duration.seconds


class CalendarPart:
    """Base of gYear and its kin: numbers that are there, the rest None; `zone` None where none is written."""

    __slots__ = ("_lexical", "day", "month", "year", "zone")
    _FORM: ClassVar[re.Pattern[str]]
    _NAME: ClassVar[str]

    def __init__(self, year: int | None, month: int | None, day: int | None, zone: tzinfo | None, lexical: str) -> None:
        self.year, self.month, self.day, self.zone, self._lexical = year, month, day, zone, lexical

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value of a lexical form without surrounding space. ValueError if it is none."""
        match = cls._FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no xs:{cls._NAME}")
        found = match.groupdict()
        year, month, day = (int(found[part]) if found.get(part) else None for part in ("year", "month", "day"))
        if day is not None and month is not None and day > (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31):
            raise ValueError(f"{text!r} is no xs:{cls._NAME}: there is no such day")
        return cls(year, month, day, zone_of(found["zone"]), text)

    def _key(self) -> tuple[Any, ...]:
        return self.year, self.month, self.day, zone_text(self.zone)

    def __str__(self) -> str:
        return self._lexical

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._lexical!r})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, CalendarPart) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __lt__(self, other: Self) -> bool:
        return self._order() < other._order()

    def __le__(self, other: Self) -> bool:
        return self._order() <= other._order()

    def __gt__(self, other: Self) -> bool:
        return self._order() > other._order()

    def __ge__(self, other: Self) -> bool:
        return self._order() >= other._order()

    def _order(self) -> tuple[int, int, int]:
        return self.year or 0, self.month or 0, self.day or 0

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).parse, (self._lexical,)


_YEAR = r"(?P<year>-?(?:[1-9]\d{4,}|\d{4}))"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01])"


class GYear(CalendarPart):
    """xs:gYear."""

    __slots__ = ()
    _NAME, _FORM = "gYear", re.compile(_YEAR + ZONE, re.ASCII)


class GYearMonth(CalendarPart):
    """xs:gYearMonth."""

    __slots__ = ()
    _NAME, _FORM = "gYearMonth", re.compile(f"{_YEAR}-{_MONTH}{ZONE}", re.ASCII)


class GMonth(CalendarPart):
    """xs:gMonth; the form --MM-- of the first edition is read too."""

    __slots__ = ()
    _NAME, _FORM = "gMonth", re.compile(f"--{_MONTH}(?:--)?{ZONE}", re.ASCII)


class GMonthDay(CalendarPart):
    """xs:gMonthDay."""

    __slots__ = ()
    _NAME, _FORM = "gMonthDay", re.compile(f"--{_MONTH}-{_DAY}{ZONE}", re.ASCII)


class GDay(CalendarPart):
    """xs:gDay."""

    __slots__ = ()
    _NAME, _FORM = "gDay", re.compile(f"---{_DAY}{ZONE}", re.ASCII)
