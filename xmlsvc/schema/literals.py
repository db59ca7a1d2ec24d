"""Example literals: a text that is a value of a simple type, with its facets and patterns respected.

    literal(simple, random)      another for each state of `random`; NoExample where none could be found

Enumerations are drawn from, unions and lists composed, numbers and dates taken from within their bounds, texts made of words. A type
with patterns is met by a word that its patterns and the lexical form of its built-in type share. What comes back has been checked.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, MutableSequence
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from itertools import islice, pairwise
from random import Random
from typing import Any

from . import facets, patterns, words
from .lexical import READ
from .model import SimpleType
from .temporal import Date, DateTime


class NoExample(ValueError):
    """No value of a type was found: it has none, or its facets are too hard to meet by search."""


_WORDS = ("Orion", "harbour", "evening", "north", "garden", "signal", "winter", "atlas", "meadow", "violet", "bridge", "lantern")
_NAMES = ("alpha", "beta", "gamma", "delta", "kappa", "sigma")
_TRIED = 12  # words of a pattern of which the plainest is shown
_DAYS = ("2024-05-17", "1999-12-31")
_CLOCKS = ("20:15:00", "06:30:00.5")
_ZONED = ("", "Z", "+01:00")
_FORMS = {
    "dateTime": tuple(f"{day}T{clock}{zone}" for day in _DAYS for clock in _CLOCKS for zone in _ZONED),
    "date": tuple(f"{day}{zone}" for day in _DAYS for zone in _ZONED),
    "time": tuple(f"{clock}{zone}" for clock in _CLOCKS for zone in _ZONED),
    "gYear": ("2024", "1999Z"), "gYearMonth": ("2024-05", "1999-12Z"), "gMonth": ("--05", "--12"), "gMonthDay": ("--05-17", "--12-31"),
    "gDay": ("---17", "---31"), "boolean": ("true", "false", "1", "0"), "language": ("en", "nl", "de-CH"),
    "duration": ("PT30M", "PT1H30M", "P1D", "PT45.5S", "P1Y2M", "P1Y", "P2M3DT4H", "PT0S", "P0D", "-P1D"),
    "yearMonthDuration": ("P1Y2M", "P1Y", "P3M"), "dayTimeDuration": ("PT30M", "P1DT2H", "PT45.5S"),
}  # fmt: skip
_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
_ZONE = r"(Z|[+\-](0[0-9]|1[0-3]):[0-5][0-9])?"
_YEAR = "(19|20)[0-9]{2}"
# Lexical forms for meeting patterns: each a part of the type's lexical space in which every word is a value.
_LEXICAL = {
    "dateTime": f"{_YEAR}-{_DAY}T{_CLOCK}{_ZONE}", "date": f"{_YEAR}-{_DAY}{_ZONE}", "time": _CLOCK + _ZONE, "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}", "gMonth": f"--(0[1-9]|1[0-2]){_ZONE}", "gMonthDay": f"--{_DAY}{_ZONE}",
    "gDay": f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}", "boolean": "true|false|1|0", "decimal": r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "float": r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+\-]?[0-9]{1,2})?|-?INF|NaN", "hexBinary": "([0-9a-fA-F]{2})*",
    "base64Binary": "([A-Za-z0-9+/]{4})*", "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", "NMTOKEN": r"\c+", "Name": r"\i\c*",
    "NCName": r"[\i-[:]][\c-[:]]*", "QName": r"[\i-[:]][\c-[:]]*", "token": r"[^\s]+( [^\s]+)*|", "normalizedString": r"[^\n\r\t]*",
    "duration": r"-?P([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}D)?(T([0-9]{1,4}H)?([0-9]{1,4}M)?[0-9]{1,4}(\.[0-9]{1,9})?S)?",
    "integer": r"[+\-]?[0-9]+",
    "anyURI": r"([A-Za-z][A-Za-z0-9+.\-]*:)?(//[A-Za-z0-9.\-]+)?(/?[A-Za-z0-9._~!$&'()*+,;=@\-]+)*/?(#[A-Za-z0-9._\-]*)?",
}  # fmt: skip


class Plain(Random):
    """Leaves what it should shuffle as it is: forms and values come in the order in which they are listed, the plainest first."""

    def shuffle(self, x: MutableSequence[Any]) -> None:
        """Nothing."""


def literal(simple: SimpleType, random: Random | None = None) -> str:
    """A value of the type. Without `random` always the same one. Raises NoExample."""
    valid = (candidate for candidate in _candidates(simple, random or Plain(0)) if facets.fault(simple, candidate) is None)
    chosen = next(valid, None)
    if chosen is None:
        raise NoExample(f"no value of {simple.name or f'a type based on xs:{simple.builtin}'} was found")
    if random is None and simple.patterns and not simple.enumeration:
        some = [chosen, *islice(valid, _TRIED)]
        lower = (one for one in map(str.lower, some) if facets.fault(simple, one) is None)
        chosen = min((*lower, *some), key=_unfamiliar)
    return chosen


def _unfamiliar(text: str) -> tuple[int, int]:
    """What keeps an example from being read easily: signs, and letters that change between upper and lower case."""
    switches = sum(one.islower() and other.isupper() for one, other in pairwise(text))
    return sum(not char.isalnum() for char in text), switches


def _candidates(simple: SimpleType, random: Random) -> Iterator[str]:
    if simple.enumeration:
        values = list(simple.enumeration)
        random.shuffle(values)
        yield from values
        return
    if simple.variety == "union":
        yield from _of_union(simple, random)
    elif simple.variety == "list":
        yield from _of_list(simple, random)
    else:
        if not simple.patterns or simple.primitive in ("dateTime", "date", "time", "duration", "decimal", "boolean"):
            yield from _of_builtin(simple, random)
    if simple.patterns:
        yield from _of_patterns(simple, random)


def _of_union(simple: SimpleType, random: Random) -> Iterator[str]:
    members = list(simple.members)
    random.shuffle(members)
    for member in members:
        for _ in range(20 if simple.patterns else 1):
            try:
                yield literal(member, random)
            except NoExample:
                break


def _of_list(simple: SimpleType, random: Random) -> Iterator[str]:
    assert simple.item is not None
    least = simple.length if simple.length is not None else simple.min_length or 0
    most = simple.length if simple.length is not None else simple.max_length if simple.max_length is not None else max(least, 3)
    for count in (random.randint(max(least, min(1, most)), max(least, most)) if most < 10_000 else max(least, 1), least):
        for _ in range(20 if simple.patterns else 1):
            yield " ".join(literal(simple.item, random) for _ in range(count))


def _of_builtin(simple: SimpleType, random: Random) -> Iterator[str]:
    primitive, builtin = simple.primitive, simple.builtin
    if primitive == "decimal":
        yield from _numbers(simple, random)
    elif primitive in ("float", "double"):
        yield from _numbers(simple, random)
        yield from ("INF", "-INF")
    elif builtin in _FORMS or primitive in _FORMS:
        forms = list(_FORMS.get(builtin) or _FORMS[primitive])
        random.shuffle(forms)
        yield from forms
        yield from _near_bounds(simple)
    elif primitive in ("hexBinary", "base64Binary"):
        data = bytes(random.randrange(256) for _ in range(_length(simple, random, 4)))
        yield data.hex().upper() if primitive == "hexBinary" else base64.b64encode(data).decode()
    elif primitive == "anyURI":
        yield from _texts(simple, random, tuple(f"https://example.org/{word}" for word in _NAMES), "x")
    elif builtin in ("NMTOKEN", "Name", "NCName", "ID", "IDREF", "ENTITY") or primitive in ("QName", "NOTATION"):
        yield from _texts(simple, random, _NAMES, "a")
    else:
        two = " ".join(random.sample(_WORDS, 2))
        yield from _texts(simple, random, (*_WORDS[:3], two, two), "a")


def _length(simple: SimpleType, random: Random, usual: int) -> int:
    """A length that the facets allow, near the usual one."""
    if simple.length is not None:
        return simple.length
    least = simple.min_length or 0
    most = simple.max_length if simple.max_length is not None else max(least, usual) + 4
    return min(max(least, random.randint(0, 8) if usual else least), most)


def _texts(simple: SimpleType, random: Random, stock: tuple[str, ...], filler: str) -> Iterator[str]:
    """Words of the stock, cut or stretched to the length that is allowed."""
    for text in random.sample(stock, len(stock)):
        yield text
    least = simple.length if simple.length is not None else simple.min_length or 0
    most = simple.length if simple.length is not None else simple.max_length
    text = random.choice(stock).replace(" ", "")
    yield text[:most] if most is not None and len(text) > most else text.ljust(least, filler)
    yield filler * least
    yield ""


def _numbers(simple: SimpleType, random: Random) -> Iterator[str]:
    whole = simple.fraction_digits == 0 or "nteger" in simple.builtin
    digits = 0 if whole else min(simple.fraction_digits if simple.fraction_digits is not None else 2, 9)
    step = Decimal(1).scaleb(-digits)
    low, high = _bound(simple, "min", step), _bound(simple, "max", step)
    total = simple.total_digits
    limit = Decimal(10) ** (total - digits) - step if total is not None and total >= digits else None
    if low is None:
        low = min(Decimal(0), high - 1000) if high is not None else Decimal(0)
    if high is None:
        high = low + 1000
    if limit is not None:
        low, high = max(low, -limit), min(high, limit)
    try:
        first, last = int((low / step).to_integral_value(ROUND_CEILING)), int((high / step).to_integral_value(ROUND_FLOOR))
        if first <= last:
            for _ in range(8):
                yield f"{random.randint(first, last) * step:f}"
        yield from (f"{first * step:f}", f"{last * step:f}")
    except (InvalidOperation, OverflowError):
        pass
    for name in ("min_inclusive", "max_inclusive"):
        if (text := getattr(simple, name)) is not None:
            yield text
    yield from ("0", "1", "-1", "10", "0.5", "0.001")


def _bound(simple: SimpleType, side: str, step: Decimal) -> Decimal | None:
    """The lowest or highest number allowed on the grid of `step`."""
    for name, offset in ((f"{side}_inclusive", Decimal(0)), (f"{side}_exclusive", step if side == "min" else -step)):
        text = getattr(simple, name)
        if text is not None:
            try:
                value = Decimal(str(READ[simple.builtin](text)))
            except (ValueError, ArithmeticError):
                continue
            return value + offset if value.is_finite() else None
    return None


def _near_bounds(simple: SimpleType) -> Iterator[str]:
    for name in ("min_inclusive", "max_inclusive", "min_exclusive", "max_exclusive"):
        text = getattr(simple, name)
        if text is None:
            continue
        yield text
        value = READ[simple.builtin](text)
        if isinstance(value, Date | DateTime):
            yield from (str(value + timedelta(days=days)) for days in (1, -1))
        elif simple.primitive in ("gYear", "gYearMonth"):
            digits = text[:4]
            if digits.isdigit():
                yield from (f"{int(digits) + way:04}{text[4:]}" for way in (1, -1))


def _of_patterns(simple: SimpleType, random: Random) -> Iterator[str]:
    least = simple.length if simple.length is not None else simple.min_length or 0
    most = simple.length if simple.length is not None else simple.max_length
    if simple.variety != "atomic" or simple.primitive in ("hexBinary", "base64Binary"):
        least, most = 0, None
    form = _lexical(simple)
    try:
        if form is not None:
            yield from words.of((*simple.patterns, (form,))).some(random, least, most)
        yield from words.of(simple.patterns).some(random, least, most)
    except patterns.PatternError:
        return


def _lexical(simple: SimpleType) -> str | None:
    if simple.variety != "atomic":
        return None
    if "nteger" in simple.builtin or simple.builtin in ("long", "int", "short", "byte") or simple.builtin.startswith("unsigned"):
        return _LEXICAL["integer"]
    if simple.builtin in ("ID", "IDREF", "ENTITY"):
        return _LEXICAL["NCName"]
    if simple.builtin == "double":
        return _LEXICAL["float"]
    return _LEXICAL.get(simple.builtin) or _LEXICAL.get(simple.primitive)
