"""What simple types are in plain words: which entry of a catalogue speaks of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..schema.model import SimpleType

_LONGEST = 80  # characters of a literal in a sentence
_INTEGERS = frozenset({
    "integer", "nonPositiveInteger", "negativeInteger", "long", "int", "short", "byte", "nonNegativeInteger", "unsignedLong", "unsignedInt",
    "unsignedShort", "unsignedByte", "positiveInteger",
})  # fmt: skip
_KINDS = {
    **dict.fromkeys(_INTEGERS, "integer"), "double": "float", "dateTimeStamp": "dateTime", "yearMonthDuration": "duration",
    "dayTimeDuration": "duration", "Name": "name", "NCName": "name", "ID": "name", "IDREF": "name", "NOTATION": "QName",
}  # fmt: skip
EXAMPLES = {
    "decimal": "12.5", "integer": "42", "float": "1.5", "dateTime": "2024-05-17T20:15:00", "date": "2024-05-17", "time": "20:15:00",
    "gYear": "2024", "gYearMonth": "2024-05", "gMonthDay": "--05-17", "gDay": "---17", "gMonth": "--05", "hexBinary": "0A1F",
    "anyURI": "https://example.org/item",
}  # fmt: skip
_MOMENTS = frozenset({"dateTime", "date", "time", "gYear", "gYearMonth", "gMonthDay", "gDay", "gMonth"})


def kind(builtin: str) -> str:
    """The catalogue's word for a built-in type."""
    return _KINDS.get(builtin, builtin)


def unit(simple: SimpleType) -> str:
    """What its length counts."""
    if simple.variety == "list":
        return "unit.items"
    return "unit.bytes" if simple.primitive in ("hexBinary", "base64Binary") else "unit.characters"


def measure(simple: SimpleType) -> str:
    """How its values are compared: "moment" (earlier, later), "duration" (shorter, longer) or "size" (smaller, larger)."""
    return "moment" if simple.primitive in _MOMENTS else "duration" if simple.primitive == "duration" else "size"


_FORMS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?"), "time": re.compile(r"\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"),
    "dateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"),
}  # fmt: skip


def impossible(kind: str, literal: str) -> bool:
    """Whether a date or time that is none has the right form all the same."""
    form = _FORMS.get(kind)
    return form is not None and form.fullmatch(literal) is not None


def members(simple: SimpleType) -> Iterator[SimpleType]:
    """The members of a union, with those of unions in it."""
    for member in simple.members:
        if member.variety == "union":
            yield from members(member)
        else:
            yield member


def short(text: str) -> str:
    """A literal fit for a sentence: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
