"""What to write in place of values that a type does not allow: the nearest of a list, or the same thing written another way.

    drafts(type, values) -> (title, [(verb, rest of the line), …])      for fixes' scripts; the surest first
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ..schema import facets
from ..schema.model import SimpleType
from ..validation.repair import distance
from .formats import CONVERSIONS

Action = tuple[str, str]
_EXPLAINED = {
    "trimmed": "Take off white space at the ends, and make runs of it one space", "visible": "Take out invisible characters",
    "composed": "Compose letters and accents", "spaceless": "Take out white space", "lower": "Write it in lower case",
    "upper": "Write it in upper case", "date-ymd": "Write dates as YYYY-MM-DD (read as year, month, day)",
    "date-dmy": "Write dates as YYYY-MM-DD (read as day, month, year)", "date-mdy": "Write dates as YYYY-MM-DD (read as month, day, year)",
    "date-named": "Write dates with month names as YYYY-MM-DD", "date-of-moment": "Take the midnight off dates",
    "moment-joined": "Write date and time as XSD does", "moment-utc": "Say that times are UTC where no zone is given",
    "moment-of-date": "Add midnight to dates", "moment-utc-of-date": "Add midnight, UTC, to dates",
    "time-whole": "Write times with seconds", "time-utc": "Write times with seconds, and say that they are UTC",
    "duration-of-clock": "Write running times as ISO durations", "number-whole": "Take off fractions that are zero",
    "number-comma": "Write fractions with a point", "number-grouped": "Take out what groups thousands",
    "boolean": "Write true and false", "language": "Write languages with hyphens",
    "date": "Write dates as YYYY-MM-DD, where they can be read in one way only",
    "moment": "Write date and time as XSD does, where they can be read in one way only", "time": "Write times as hh:mm:ss",
    "duration": "Write lengths of time as PT…", "decimal": "Write numbers with a point and nothing else", "integer": "Write whole numbers",
}  # fmt: skip


def quoted(text: str) -> str:
    """The text as a script writes it."""
    return json.dumps(text, ensure_ascii=False)


def drafts(simple: SimpleType, values: Mapping[str, int]) -> Iterator[tuple[str, list[Action]]]:
    """What could be done to values of a type; each repairs at least one of them, and none that it changes wrongly. The last does all of it,
    where the values need more than one."""
    mended: dict[str, dict[str, str]] = {}
    for name in CONVERSIONS:
        found = _mended(name, simple, values)
        if not found or any(found.items() <= other.items() for other in mended.values()):
            continue
        mended[name] = found
        yield (_EXPLAINED[name], [("convert", f" : {name}")])
    near = {value: choice for value in values if (choice := nearest(simple, value)) is not None}
    lines = [("replace", f" : {quoted(value)} -> {quoted(choice)}") for value, choice in sorted(near.items())]
    if near:
        yield ("Write the nearest value of the list", lines)
    if "date-dmy" in mended and "date-mdy" in mended:  # some have the day first and some the month
        del mended["date-dmy"], mended["date-mdy"]
    names, left = [], set(values)
    for name, found in sorted(mended.items(), key=lambda pair: -len(pair[1])):
        if found.keys() & left:
            names.append(name)
            left -= found.keys()
    rest = [line for line, value in zip(lines, sorted(near), strict=True) if value in left]
    if len(names) + bool(rest) > 1:
        yield ("Write each of the values as the schema wants it", [*([("convert", f" : {' '.join(names)}")] if names else []), *rest])


def _mended(name: str, simple: SimpleType, values: Mapping[str, int]) -> dict[str, str]:
    """The values that a conversion makes right, and what they become; none where it would have to guess."""
    made = {value: new for value in values if (new := CONVERSIONS[name](value)) is not None and new != value}
    if name in ("date-dmy", "date-mdy") and not _told(made, name):
        return {}
    return {value: new for value, new in made.items() if facets.fault(simple, new) is None}


def _told(made: Mapping[str, str], name: str) -> bool:
    """Whether some value tells day from month: 17/05/2024 does, 03/04/2024 does not, and nothing is guessed."""
    other = CONVERSIONS["date-mdy" if name == "date-dmy" else "date-dmy"]
    return any(other(value) is None for value in made)


def nearest(simple: SimpleType, value: str) -> str | None:
    """The one value of the type's list that the text is nearly: other case or punctuation, a letter or two; None where none is, or two
    are as near."""
    listed = list(_listed(simple))
    if not listed or value in listed:
        return None
    plain = {choice: _plain(choice) for choice in listed}
    text = _plain(value)
    if not text:
        return None
    same = [choice for choice in listed if plain[choice] == text]
    if len(same) == 1:
        return same[0]
    limit = 1 if len(text) < 5 else 2 if len(text) < 9 else 3
    apart = sorted((distance(text, plain[choice], limit), choice) for choice in listed)
    if apart[0][0] > limit or (len(apart) > 1 and apart[1][0] == apart[0][0]):
        return _begun(text, plain)
    return apart[0][1]


def _begun(text: str, plain: Mapping[str, str]) -> str | None:
    """The one value that begins with the text, or that the text begins with ("documentaries" and "documentary")."""
    long = {choice: other for choice, other in plain.items() if len(text) > 3 and len(other) > 3}
    near = [choice for choice, other in long.items() if other.startswith(text) or text.startswith(other)]
    return near[0] if len(near) == 1 else None


def _listed(simple: SimpleType) -> Iterator[str]:
    yield from simple.enumeration
    for member in simple.members:
        yield from _listed(member)


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
