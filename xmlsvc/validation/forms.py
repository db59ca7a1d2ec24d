"""Values in the form that XML Schema wants, of what people write instead: dates, moments, durations, numbers.

Each gives None where the text could have meant more than one thing, and for what it does not know; what it gives may still not be valid.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

_DAY_FIRST = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[./ -](\d{1,2})[./ -](\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th|e)?\.?(?: of)?[ -]([A-Za-zä]{3,9})\.?,?[ -](\d{4})")
_NAMED_FIRST = re.compile(r"([A-Za-zä]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OTHERS = {"maa": "mar", "mrt": "mar", "mär": "mar", "mei": "may", "mai": "may", "okt": "oct", "dez": "dec"}  # Dutch, German
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})([.,]\d+)?)? ?([AaPp]\.?[Mm]\.?)?")
_MOMENT = re.compile(
    r"(\S.*?)[T ,]+(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?) ?(Z|[A-Z]{3,4}|(?:UTC|GMT)?[+-]\d{1,2}:?(?:\d{2})?)?")
_ZONES = {"Z": "Z", "UTC": "Z", "GMT": "Z", "CET": "+01:00", "CEST": "+02:00"}
_LENGTH = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})")
_NUMBER = r"(\d+(?:[.,]\d+)?) *"
_SPANS = re.compile(
    rf"(?:PT)?(?:{_NUMBER}(?:hours?|hrs?|h|uren|uur|u|std)\.?)? *(?:{_NUMBER}(?:minutes?|mins?|minuten|minuut|m|')\.?)?"
    rf" *(?:{_NUMBER}(?:seconds?|secs?|seconden|s|\")\.?)?", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ .,']\d{3})+")
_MONEY = re.compile(r"^[€$£]\s*|\s*[€$£]$")


def date(text: str) -> str | None:
    """A day as YYYY-MM-DD."""
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    if match := _DAY_FIRST.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        if first > 12 or first == second or "." in text:  # with points only the day comes first; with slashes it may be the month
            return f"{match[3]}-{second:02}-{first:02}"
        return f"{match[3]}-{first:02}-{second:02}" if second > 12 else None
    for form, day, month in ((_NAMED, 1, 2), (_NAMED_FIRST, 2, 1)):
        if match := form.fullmatch(text):
            start = match[month].lower()[:3]
            name = _OTHERS.get(start, start)
            return f"{match[3]}-{_MONTHS.index(name) + 1:02}-{int(match[day]):02}" if name in _MONTHS else None
    return None


def day_of(text: str) -> str | None:
    """The day of a moment, or a day."""
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})T.*", text)
    return match[1] if match else date(text)


def clock(text: str) -> str | None:
    """A time of day as hh:mm:ss."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour = int(match[1])
    if match[5]:
        hour = hour % 12 + (12 if match[5][0] in "Pp" else 0)
    return f"{hour:02}:{match[2]}:{match[3] or '00'}{(match[4] or '').replace(',', '.')}"


def moment(text: str) -> str | None:
    """A day with a time, and the zone where it is known. A number of ten digits is what computers count: seconds since 1970."""
    if re.fullmatch(r"1\d{9}(\d{3})?", text):
        return f"{datetime.fromtimestamp(int(text[:10]), UTC):%Y-%m-%dT%H:%M:%S}Z"
    match = _MOMENT.fullmatch(text)
    if match is None:
        day = date(text)
        return f"{day}T00:00:00" if day else None
    day, time, zone = date(match[1]), clock(match[2]), _zone(match[3])
    return f"{day}T{time}{zone}" if day and time and zone is not None else None


def _zone(text: str | None) -> str | None:
    if text is None:
        return ""
    if match := re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", text):
        return f"{match[1]}{int(match[2]):02}:{match[3] or '00'}"
    return _ZONES.get(text)


def duration(text: str) -> str | None:
    """A length of time as PT…: of a running time (1:30:00, 45:12), of numbers with units."""
    if match := _LENGTH.fullmatch(text):
        return _span(int(match[1] or 0), int(match[2]), int(match[3]))
    match = _SPANS.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = (Decimal((part or "0").replace(",", ".")) for part in match.groups())
    total = hours * 3600 + minutes * 60 + seconds
    whole = int(total)
    return _span(whole // 3600, whole % 3600 // 60, whole % 60, total - whole)


def _span(hours: int, minutes: int, seconds: int, fraction: Decimal = Decimal(0)) -> str:
    shown = f"{seconds + fraction:f}".rstrip("0").rstrip(".") if fraction else str(seconds)
    parts = (f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{shown}S" if shown != "0" or not (hours or minutes) else "")
    return "PT" + "".join(parts)


def decimal(text: str) -> str | None:
    """A number with a decimal point: without separators of thousands, signs of money and exponents."""
    plain = _MONEY.sub("", text)
    if re.fullmatch(r"[+-]?\d+,\d+", plain) and not re.fullmatch(r"[+-]?\d{1,3},\d{3}", plain):
        return plain.replace(",", ".")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", plain):
        return plain.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+\.\d+", plain):
        return plain.replace(",", "")
    if re.fullmatch(r"[+-]?\d+(\.\d+)?[eE][+-]?\d\d?", plain):
        return f"{Decimal(plain):f}"
    return plain if plain != text and re.fullmatch(r"[+-]?\d+(\.\d+)?", plain) else None


def integer(text: str) -> str | None:
    """A whole number: without separators of thousands, and without a fraction that is none."""
    if _GROUPED.fullmatch(text):
        return re.sub(r"[ .,']", "", text)
    match = re.fullmatch(r"([+-]?\d+)[.,]0+", text)
    return match[1] if match else None
