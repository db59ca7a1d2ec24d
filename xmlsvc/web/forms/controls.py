"""The right control for each simple type, and its limits in words.

    of(simple, value) → Control(kind, options, hint, mode)
      text      one line            area     several lines, growing       date    the browser's own, where the value is a plain date
      select    few values          list     many values, or suggestions: a text with a list to choose from
      fixed     what the schema fixes, or what a text field of a browser would damage: shown, not changed

An option's value is what is written to the document. A value that is not allowed stays: as an option of its own, marked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from ...binding.codecs import collapse
from ...schema.model import SimpleType
from .languages import LANGUAGES

Kind = Literal["text", "area", "date", "select", "list", "fixed"]
FEW = 40  # values that a select holds; of more, a list is filtered while typing
SHORT = 80  # characters of a line
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_INTEGERS = frozenset(
    {
        "integer",
        "long",
        "int",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "nonPositiveInteger",
        "negativeInteger",
        "unsignedLong",
        "unsignedInt",
        "unsignedShort",
        "unsignedByte",
    }
)
_NAMELIKE = frozenset({"language", "ID", "IDREF", "NCName", "Name", "NMTOKEN"})
_SHAPES = {
    "dateTime": "2026-01-31T20:15:00Z",
    "dateTimeStamp": "2026-01-31T20:15:00Z",
    "time": "20:15:00",
    "date": "2026-01-31",
    "duration": "PT1H30M",
    "dayTimeDuration": "PT1H30M",
    "yearMonthDuration": "P1Y6M",
    "gYear": "2026",
    "gYearMonth": "2026-01",
    "gMonthDay": "--01-31",
    "gMonth": "--01",
    "gDay": "---31",
    "anyURI": "https://…",
    "language": "en",
}
_WORDS = {
    "dateTime": "date and time",
    "duration": "duration, like PT1H30M for an hour and a half",
    "gYear": "year",
    "gYearMonth": "year and month",
    "anyURI": "address",
    "language": "language tag, like en or nl-BE",
    "boolean": "yes or no",
    "decimal": "number",
    "double": "number",
    "float": "number",
    "date": "date",
    "time": "time",
    "ID": "identifier, unique in this document",
    "IDREF": "identifier of another part",
    "base64Binary": "data in Base64",
    "hexBinary": "data as hexadecimal digits",
    "QName": "name",
}


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """How one value is edited. `options`: (value, words); `shape`: what a value looks like; `hint`: what is allowed; `mode`: HTML's
    inputmode; `several`: whether white space separates values; `kept`: it serves many values, in many documents; `list`: the id of the
    list of its options, where that is known."""

    kind: Kind
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    shape: str = ""
    mode: str = ""
    most: int | None = None
    several: bool = False
    kept: bool = False
    list: str = ""


def of(simple: SimpleType | None, value: str, fixed: str | None = None) -> Control:
    """The control for a value of the type; `value` is what stands there now ("" for nothing)."""
    if damaged(value):
        return Control("fixed", hint="It holds characters that a form would change: edit it in the source.")
    if simple is None:
        return Control("area" if _long(value) else "text")
    if fixed is not None and collapse(value) in ("", collapse(fixed)):
        return (
            Control("select", (("", "–"), (fixed, fixed)), "The schema allows only this value.")
            if value != fixed
            else Control("fixed", hint="The schema allows only this value.")
        )
    made = _plain(simple, value)
    return replace(made, hint=made.hint or hint(simple))


def damaged(value: str) -> bool:
    """Whether a browser would send back something else: it makes line ends its own, and cannot be given control characters."""
    return _CONTROL.search(value) is not None


def listed(simple: SimpleType) -> frozenset[str]:
    """The values that a control of the type lists, and "" for none of them; empty where it lists none."""
    if simple.builtin == "boolean" and simple.variety == "atomic" and not simple.enumeration:
        return frozenset(("true", "false", ""))
    found = choices(simple)
    return frozenset(("", *(value for value, _ in found[0]))) if found is not None else frozenset()


def open_ended(simple: SimpleType) -> bool:
    """Whether a control of the type lists values, and is the same for all others."""
    found = choices(simple)
    return found is not None and (not found[1] or len(found[0]) > FEW)


def shape(simple: SimpleType, value: str) -> object:
    """What the control of a type without a list depends on of a value."""
    return _long(value), not value or (simple.builtin == "date" and _DATE.fullmatch(value) is not None)


def _long(value: str) -> bool:
    return len(value) > SHORT or "\n" in value


def _plain(simple: SimpleType, value: str) -> Control:
    values = choices(simple)
    if values is not None:
        options, closed = values
        return _chosen(simple, options, value, closed)
    if simple.builtin == "boolean" and simple.variety == "atomic":
        return _chosen(simple, (("true", "yes"), ("false", "no")), value, True)
    if simple.builtin == "language" and not _long(value):
        return Control("list", LANGUAGES, shape="en")
    several = simple.variety == "list"
    if _long(value):
        return Control("area", several=several)
    if simple.variety == "atomic" and simple.builtin == "date" and (not value or _DATE.fullmatch(value)):
        return Control("date")
    if several:
        return Control("text", several=True)
    number = simple.builtin in _INTEGERS
    mode = "numeric" if number else "decimal" if simple.primitive == "decimal" else "url" if simple.builtin == "anyURI" else ""
    if simple.builtin == "string" and not simple.patterns and (simple.max_length is None or simple.max_length > SHORT):
        return Control("area", most=simple.max_length)
    return Control("text", shape=_SHAPES.get(simple.builtin, ""), mode=mode, most=simple.max_length)


def _chosen(simple: SimpleType, options: tuple[tuple[str, str], ...], value: str, closed: bool) -> Control:
    """A select or a list of suggestions; the value as it is written now is among the options."""
    kept = tuple((value, words) if collapse(value) == option and value else (option, words) for option, words in options)
    if not closed or len(kept) > FEW:
        return Control("list", kept, "one of the suggestions, or another value" if not closed else f"one of {len(kept)} values")
    if value not in {option for option, _ in kept}:
        stray = "1" if simple.builtin == "boolean" and value.strip() == "1" else "0" if value.strip() == "0" else ""
        words = {"1": "yes (1)", "0": "no (0)"}.get(
            stray if simple.builtin == "boolean" else "", f"{value} – not allowed" if value else "–"
        )
        kept = ((value, words), *kept)
    return Control("select", kept)


def choices(simple: SimpleType) -> tuple[tuple[tuple[str, str], ...], bool] | None:
    """(the values that the type lists, each in words; whether these are all), None where it lists none. Unions are gone through."""
    if simple.enumeration and simple.variety != "list":
        said = simple.enumeration_documentation
        return tuple((value, _words(value, said.get(value, ""))) for value in dict.fromkeys(simple.enumeration)), True
    if simple.variety == "union":
        found: dict[str, str] = {}
        closed = True
        for member in simple.members:
            inner = choices(member)
            if inner is None:
                closed = False
                continue
            found.update({value: words for value, words in inner[0] if value not in found})
            closed = closed and inner[1]
        return (tuple(found.items()), closed) if found else None
    return None


def _words(value: str, documentation: str) -> str:
    first = " ".join(documentation.split())
    return f"{value} – {first[:90]}{'…' if len(first) > 90 else ''}" if first and first.lower() != value.lower() else value


def hint(simple: SimpleType) -> str:
    """What is allowed, in words: "number, at least 0, at most 2 digits after the point"."""
    if simple.variety == "list":
        inner = hint(simple.item) if simple.item is not None else ""
        return "several, separated by spaces" + (f"; each {inner}" if inner else "")
    if simple.variety == "union":
        return " or ".join(dict.fromkeys(filter(None, (hint(member) for member in simple.members))))
    said = [_WORDS.get(simple.builtin, "whole number" if simple.builtin in _INTEGERS else "")]
    bounds = (("min_inclusive", "from"), ("min_exclusive", "more than"), ("max_inclusive", "to"), ("max_exclusive", "less than"))
    said += [f"{word} {getattr(simple, name)}" for name, word in bounds if getattr(simple, name) is not None]
    if simple.length is not None:
        said.append(f"exactly {simple.length} characters")
    elif simple.min_length and simple.max_length is not None:
        said.append(f"{simple.min_length} to {simple.max_length} characters")
    elif simple.max_length is not None:
        said.append(f"at most {simple.max_length} characters")
    elif simple.min_length:
        said.append("not empty" if simple.min_length == 1 else f"at least {simple.min_length} characters")
    if simple.fraction_digits:
        said.append(f"at most {simple.fraction_digits} digits after the point")
    if simple.total_digits is not None:
        said.append(f"at most {simple.total_digits} digits")
    if simple.patterns and simple.builtin not in _NAMELIKE | _INTEGERS:
        said.append("like " + " and ".join(" or ".join(step[:3]) for step in simple.patterns)[:90])
    return ", ".join(filter(None, said))
