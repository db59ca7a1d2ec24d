"""Guesses at what somebody meant: the nearest name or value, a date in the form that the schema wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..xml import names
from . import forms
from .repair import alike, distance

_LONGEST = 200  # characters of a literal that can have meant one thing
_FORMS = {
    "date": forms.day_of, "dateTime": forms.moment, "dateTimeStamp": forms.moment, "time": forms.clock, "duration": forms.duration,
    "dayTimeDuration": forms.duration, "decimal": forms.decimal, "double": forms.decimal, "float": forms.decimal,
}  # fmt: skip
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
    if len(literal) > _LONGEST:
        return None
    text = " ".join(literal.split())
    if builtin in _FORMS:
        return _FORMS[builtin](text)
    if builtin == "boolean":
        return "true" if text.lower() in (*_TRUE, "true") else "false" if text.lower() in (*_FALSE, "false") else None
    if builtin == "anyURI":
        return text.replace(" ", "%20") if " " in text else None
    if builtin == "language":
        return text.replace("_", "-") if re.fullmatch(r"[a-zA-Z]{2,3}_[a-zA-Z]{2}", text) else None
    return forms.integer(text)
