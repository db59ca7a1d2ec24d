"""Guesses at what somebody meant: the nearest name or value, a date in the form that the schema wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..xml import names
from .repair import alike, distance

_DAY_FIRST = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})$")
_YEAR_FIRST = re.compile(r"(\d{4})[./ -](\d{1,2})[./ -](\d{1,2})$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_SPACED = re.compile(r"(\d{4}-\d{2}-\d{2}) +(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)$")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?$")
_LENGTH = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})$")
_MINUTES = re.compile(r"(\d+) *(?:min|mins|minutes|minuten|m|')\.?$", re.IGNORECASE)
_TRUE, _FALSE = ("yes", "y", "on", "ja", "waar", "wahr", "oui", "t"), ("no", "n", "off", "nee", "onwaar", "falsch", "non", "f")


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a Clark name was probably meant for."""
    close = [one for one in candidates if alike(name, one)]
    return min(close, key=lambda one: (names.split(one)[0] != names.split(name)[0], distance(name.lower(), one.lower(), 6)), default=None)


def nearest_value(literal: str, values: Iterable[str]) -> str | None:
    """The value that a literal was probably meant for: another case, a few letters, a part of it."""
    text = literal.strip().lower()
    if not text:
        return None
    ranked = []
    for value in values:
        other = value.lower()
        tolerance = 1 if len(text) < 5 else 2 if len(text) < 9 else 3
        if other == text:
            ranked.append((0, value))
        elif (apart := distance(text, other, tolerance)) <= tolerance and apart < len(text):
            ranked.append((apart, value))
        elif len(text) > 2 and (other.startswith(text) or (text.startswith(other) and len(other) > 2)):
            ranked.append((4, value))
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def reshaped(literal: str) -> Iterator[str]:
    """The literal in other letters, with other separators or none, or with a time zone: one of them may have the form that is wanted."""
    text = literal.strip()
    for one in dict.fromkeys((text, text.upper(), text.lower())):
        yield one
        for separator in ("-", ":", "/", ".", "_", ""):
            yield re.sub(r"[\s:/._x×,-]+", separator, one)
    if re.search(r"T\d\d:\d\d:\d\d(\.\d+)?$", text):
        yield f"{text}Z"


def rewritten(builtin: str, literal: str) -> str | None:
    """The literal in the form of the built-in type, if it can only have meant one thing; it may still not be valid."""
    text = literal.strip()
    if builtin == "date":
        return _date(text)
    if builtin == "dateTime":
        return _moment(text)
    if builtin == "time" and (match := _CLOCK.match(text)):
        return f"{int(match[1]):02}:{match[2]}:{match[3] or '00'}"
    if builtin == "duration":
        return _duration(text)
    if builtin == "boolean":
        return "true" if text.lower() in (*_TRUE, "true") else "false" if text.lower() in (*_FALSE, "false") else None
    if builtin in ("decimal", "double", "float") and re.fullmatch(r"[+-]?\d+,\d+", text):
        return text.replace(",", ".")
    if builtin == "anyURI" and " " in text:
        return text.replace(" ", "%20")
    if builtin == "language" and re.fullmatch(r"[a-zA-Z]{2,3}_[a-zA-Z]{2}", text):
        return text.replace("_", "-")
    if re.fullmatch(r"[+-]?\d{1,3}(?:[ .,']\d{3})+", text) and builtin not in ("decimal", "double", "float", "language", "anyURI"):
        return re.sub(r"[ .,']", "", text)
    return None


def _date(text: str) -> str | None:
    if match := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    if match := _DAY_FIRST.match(text):
        first, second = int(match[1]), int(match[2])
        if first > 12 or first == second or "." in text:  # with points only the day comes first; with slashes it may be the month
            return f"{match[3]}-{second:02}-{first:02}"
        if second > 12:
            return f"{match[3]}-{first:02}-{second:02}"
    if match := re.match(r"(\d{4}-\d{2}-\d{2})T", text):
        return match[1]
    return None


def _moment(text: str) -> str | None:
    if match := _SPACED.match(text.replace("T", " ", 1)):
        clock = match[2]
        if re.fullmatch(r"\d{1,2}:\d{2}", clock):
            clock += ":00"
        return f"{match[1]}T{clock.zfill(8) if len(clock) < 8 else clock}"
    day = _date(text) if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text
    return f"{day}T00:00:00" if day else None


def _duration(text: str) -> str | None:
    if match := _MINUTES.match(text):
        return f"PT{int(match[1])}M"
    if match := _LENGTH.match(text):
        hours = f"{int(match[1])}H" if match[1] and int(match[1]) else ""
        return f"PT{hours}{int(match[2])}M{int(match[3])}S"
    return None
