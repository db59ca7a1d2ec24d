"""Ways in which partners write dates, times, numbers and names that a schema wants otherwise: one function each, by name.

    CONVERSIONS["date-dmy"]("17/05/2024") -> "2024-05-17"      None: it is not written that way

    converted("17/05/2024", ["date"], simple) -> "2024-05-17"       the first that makes it a value of the type, which it is not yet

None of them loses or guesses anything: 03/04/2024 is read as the name says, and a proposal is made only where the values tell which it is;
what is called as the built-in type changes only what can have meant one thing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date

from ..schema import facets
from ..schema.model import SimpleType
from ..validation import forms

Conversion = Callable[[str], "str | None"]

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_DUTCH = {"januari": 1, "februari": 2, "maart": 3, "mei": 5, "juni": 6, "juli": 7, "augustus": 8, "oktober": 10, "mrt": 3, "okt": 10}
_NAMED = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, len(name))} | _DUTCH
_YES = dict.fromkeys(("yes", "y", "on", "ja", "waar", "wahr", "oui", "t", "true"), "true") | dict.fromkeys(
    ("no", "n", "off", "nee", "onwaar", "falsch", "nein", "non", "f", "false"), "false")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f")) | {0xA0: " ", 0x202F: " ", 0x2007: " "}


def _iso(year: str, month: int | str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def date_dmy(text: str) -> str | None:
    """17/05/2024, 17-5-2024, 17.05.2024: day, month, year."""
    match = re.fullmatch(r"\s*(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})\s*", text)
    return _iso(match[3], match[2], match[1]) if match else None


def date_mdy(text: str) -> str | None:
    """05/17/2024: month, day, year."""
    match = re.fullmatch(r"\s*(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})\s*", text)
    return _iso(match[3], match[1], match[2]) if match else None


def date_ymd(text: str) -> str | None:
    """2024/5/17, 2024.05.17, 20240517: year, month, day."""
    match = re.fullmatch(r"\s*(\d{4})[/.\- ](\d{1,2})[/.\- ](\d{1,2})\s*", text) or re.fullmatch(r"\s*(\d{4})(\d{2})(\d{2})\s*", text)
    return _iso(match[1], match[2], match[3]) if match else None


def date_named(text: str) -> str | None:
    """17 May 2024, May 17, 2024, 17 mei 2024."""
    match = re.fullmatch(r"\s*(\d{1,2})\.?\s+([A-Za-z]+)\.?,?\s+(\d{4})\s*", text)
    if match:
        day, name, year = match[1], match[2], match[3]
    elif match := re.fullmatch(r"\s*([A-Za-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})\s*", text):
        day, name, year = match[2], match[1], match[3]
    else:
        return None
    month = _NAMED.get(name.lower())
    return _iso(year, month, day) if month else None


def date_of_moment(text: str) -> str | None:
    """2024-05-17T20:15:00Z → 2024-05-17, where a date is wanted and the time is midnight."""
    match = re.fullmatch(r"\s*(\d{4}-\d{2}-\d{2})[T ]00:00(:00(\.0+)?)?(Z|[+-]\d{2}:\d{2})?\s*", text)
    return match[1] if match else None


def moment_of_date(text: str) -> str | None:
    """2024-05-17 → 2024-05-17T00:00:00, where a date and time is wanted."""
    return f"{text.strip()}T00:00:00" if re.fullmatch(r"\s*\d{4}-\d{2}-\d{2}\s*", text) else None


def moment_utc_of_date(text: str) -> str | None:
    """2024-05-17 → 2024-05-17T00:00:00Z, where a time zone is wanted, too."""
    made = moment_of_date(text)
    return made and made + "Z"


def moment_joined(text: str) -> str | None:
    """2024-05-17 20:15 → 2024-05-17T20:15:00."""
    match = re.fullmatch(r"\s*(\d{4}-\d{2}-\d{2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(Z|[+-]\d{2}:?\d{2})?\s*", text)
    if not match:
        return None
    zone = match[5] or ""
    zone = zone if len(zone) != 5 else f"{zone[:3]}:{zone[3:]}"
    return f"{match[1]}T{int(match[2]):02}:{match[3]}:{match[4] or '00'}{zone}"


def moment_utc(text: str) -> str | None:
    """The same with Z at its end, where a time zone is wanted and none is given."""
    made = moment_joined(text)
    return f"{made}Z" if made and re.search(r"\d$", made) and not re.search(r"[+-]\d{2}:\d{2}$", made) else None


def time_whole(text: str) -> str | None:
    """20.15, 20:15 → 20:15:00."""
    match = re.fullmatch(r"\s*(\d{1,2})[:.](\d{2})\s*", text)
    return f"{int(match[1]):02}:{match[2]}:00" if match else None


def time_utc(text: str) -> str | None:
    """The same, and whole times, with Z at the end, where a time zone is wanted and none is given."""
    made = time_whole(text) or (text.strip() if re.fullmatch(r"\s*\d{2}:\d{2}:\d{2}\s*", text) else None)
    return made and made + "Z"


def duration_of_clock(text: str) -> str | None:
    """1:30:00, 90:00 → PT1H30M."""
    match = re.fullmatch(r"\s*(?:(\d{1,2}):)?(\d{1,3}):(\d{2})\s*", text)
    if not match:
        return None
    seconds = int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3])
    hours, rest = divmod(seconds, 3600)
    parts = [(hours, "H"), (rest // 60, "M"), (rest % 60, "S")]
    return "PT" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0S")


def number_comma(text: str) -> str | None:
    """1,5 → 1.5; 1.234,5 → 1234.5: a comma before the fraction."""
    match = re.fullmatch(r"\s*([+-]?\d{1,3}(?:[. \u00a0]\d{3})*|[+-]?\d+),(\d+)\s*", text)
    return re.sub(r"[. \u00a0]", "", match[1]) + "." + match[2] if match else None


def number_grouped(text: str) -> str | None:
    """1,234,567 or 1 234 567 → 1234567: groups of three."""
    match = re.fullmatch(r"\s*([+-]?\d{1,3})((?:[, \u00a0]\d{3})+)(\.\d+)?\s*", text)
    return match[1] + re.sub(r"[, \u00a0]", "", match[2]) + (match[3] or "") if match else None


def number_whole(text: str) -> str | None:
    """12.0, 12,00 → 12, where a whole number is wanted."""
    match = re.fullmatch(r"\s*([+-]?\d+)[.,]0+\s*", text)
    return match[1] if match else None


def boolean(text: str) -> str | None:
    """yes, No, TRUE, ja → true or false."""
    return _YES.get(text.strip().lower())


def language(text: str) -> str | None:
    """nl_NL → nl-NL."""
    return text.strip().replace("_", "-") if re.fullmatch(r"\s*[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})+\s*", text) else None


def _clear(form: Conversion) -> Conversion:
    """A form of a built-in type: what can have meant one thing only."""
    def convert(text: str) -> str | None:
        made = form(" ".join(text.split()))
        return _changed(text, made) if made is not None else None

    return convert


def visible(text: str) -> str | None:
    """Without invisible characters (zero width, soft hyphens, byte order marks); no-break spaces become spaces."""
    return _changed(text, text.translate(_INVISIBLE))


def composed(text: str) -> str | None:
    """The same letters, composed (Unicode normal form C)."""
    return _changed(text, unicodedata.normalize("NFC", text))


def trimmed(text: str) -> str | None:
    """White space at the ends taken off, runs of it within made one space."""
    return _changed(text, " ".join(text.split()))


def spaceless(text: str) -> str | None:
    """Without any white space."""
    return _changed(text, "".join(text.split()))


def lower(text: str) -> str | None:
    """In lower case."""
    return _changed(text, text.lower())


def upper(text: str) -> str | None:
    """In upper case."""
    return _changed(text, text.upper())


def _changed(text: str, made: str) -> str | None:
    return made if made != text else None


CONVERSIONS: dict[str, Conversion] = {
    "trimmed": trimmed, "visible": visible, "composed": composed, "spaceless": spaceless, "lower": lower, "upper": upper,
    "date-ymd": date_ymd, "date-dmy": date_dmy, "date-mdy": date_mdy, "date-named": date_named, "date-of-moment": date_of_moment,
    "moment-joined": moment_joined, "moment-utc": moment_utc, "moment-of-date": moment_of_date, "moment-utc-of-date": moment_utc_of_date,
    "time-whole": time_whole,
    "time-utc": time_utc, "duration-of-clock": duration_of_clock, "number-whole": number_whole, "number-comma": number_comma,
    "number-grouped": number_grouped, "boolean": boolean, "language": language, "date": _clear(forms.day_of),
    "moment": _clear(forms.moment), "time": _clear(forms.clock), "duration": _clear(forms.duration), "decimal": _clear(forms.decimal),
    "integer": _clear(forms.integer),
}  # fmt: skip


def converted(text: str, names: Sequence[str], simple: SimpleType | None) -> str | None:
    """The text by the first of these conversions that makes it a value of its type; None where it is one already, or none does. Of a list
    each item by itself. Where the type is not known: by the first that knows how."""
    if simple is not None and facets.fault(simple, text) is None:
        return None
    if simple is not None and simple.variety == "list" and simple.item is not None:
        item = simple.item
        made = " ".join(one if (new := converted(one, names, item)) is None else new for one in text.split())
        return _changed(text, made) if facets.fault(simple, made) is None else None
    for name in names:
        new = CONVERSIONS[name](text)
        if new is not None and new != text and (simple is None or facets.fault(simple, new) is None):
            return new
    return None
