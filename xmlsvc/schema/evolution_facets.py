"""Two simple types compared facet by facet: which values are allowed now that were not, and the other way.

    compared(old, new) -> [Verdict(what, wider, narrower), …]      nothing where both allow the same
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..counts import plural
from ..xml.names import split
from .facets import fault, shown
from .lexical import READ
from .model import SimpleType
from .values import normalize

_WITHIN = {
    "language": "token", "NMTOKEN": "token", "Name": "token", "NCName": "Name", "ID": "NCName", "IDREF": "NCName", "ENTITY": "NCName",
    "decimal": "double", "float": "double", "integer": "decimal", "long": "integer", "int": "long", "short": "int", "byte": "short",
    "nonNegativeInteger": "integer", "positiveInteger": "nonNegativeInteger", "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong", "unsignedShort": "unsignedInt", "unsignedByte": "unsignedShort", "nonPositiveInteger": "integer",
    "negativeInteger": "nonPositiveInteger", "dateTimeStamp": "dateTime", "dayTimeDuration": "duration", "yearMonthDuration": "duration",
}  # fmt: skip
"""Each built-in type, and the one that allows all that may be written as it: every decimal is written as a double may be."""
_ANYTHING = frozenset({"string", "normalizedString", "token", "anySimpleType", "anyAtomicType"})
"""Types that allow every text; they differ in what becomes of its white space (Part 2, section 4.3.6)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wider`: everything that was allowed still is; `narrower`: nothing is allowed that was not."""

    what: str
    wider: bool
    narrower: bool


def compared(old: SimpleType, new: SimpleType) -> Iterator[Verdict]:
    """The differences, each in a sentence."""
    if old is new:
        return
    if "union" in (old.variety, new.variety):
        yield from _union(old, new)
        return
    if old.variety != new.variety:
        listed = new.variety == "list" and new.item is not None and not old.enumeration and _within(old, new.item)
        yield Verdict(f"Its values were {_KINDS[old.variety]}, and are {_KINDS[new.variety]} now.", listed, False)
        return
    if old.variety == "list" and old.item is not None and new.item is not None:
        yield from compared(old.item, new.item)
    elif old.builtin != new.builtin:
        yield Verdict(f"Its values are of the type {new.builtin} instead of {old.builtin}.",
                      _holds(new.builtin, old.builtin) and _taken_alike(old, new),
                      _holds(old.builtin, new.builtin) and _taken_alike(new, old))  # fmt: skip
    elif old.whitespace != new.whitespace:
        yield Verdict(f"White space in its values is {_SPACE[new.whitespace]} now.", _taken_alike(old, new), _taken_alike(new, old))
    yield from _enumeration(old.enumeration, new.enumeration)
    yield from _patterns(old, new)
    yield from _bounds(old, new)
    yield from assertions(old.assertions, new.assertions)


_KINDS = {"atomic": "single ones", "list": "lists", "union": "of one of several types"}
_MORE = ("preserve", "replace", "collapse")  # is taken away
_SPACE = {"preserve": "kept", "replace": "made single spaces", "collapse": "taken off at the ends and made one space between words"}


def _within(old: SimpleType, new: SimpleType) -> bool:
    """Whether all that the old type allows is allowed by the new one, as far as can be told."""
    return all(verdict.wider for verdict in compared(old, new))


def _taken_alike(old: SimpleType, new: SimpleType) -> bool:
    """Whether a text of the old type gets past the facets that both types have also where it is another value, or keeps other white space,
    before these are asked (Part 2, section 4.3)."""
    lengths = (new.length, new.min_length, new.max_length)
    if old.primitive != new.primitive and (new.enumeration or new.assertions or lengths != (None, None, None)):
        return False
    if old.whitespace == new.whitespace:
        return True
    shorter = _MORE.index(new.whitespace) > _MORE.index(old.whitespace)
    if shorter and old.enumeration:
        return all(normalize(value, new.whitespace) == value for value in old.enumeration)
    if new.patterns or new.enumeration or new.assertions or new.length is not None:
        return False
    return not new.min_length if shorter else new.max_length is None


def _holds(outer: str, inner: str) -> bool:
    """Whether every text that the built-in type `inner` allows is allowed by `outer`."""
    if outer in _ANYTHING:
        return True
    at: str | None = inner
    while at is not None:
        if at == outer or (at == "double" and outer == "float"):
            return True
        at = _WITHIN.get(at)
    return False


def _union(old: SimpleType, new: SimpleType) -> Iterator[Verdict]:
    before, after = list(_members(old)), list(_members(new))
    if gone := _only(before, after):
        yield Verdict(f"It may not be {gone} any more.", False, True)
    if come := _only(after, before):
        yield Verdict(f"It may be {come}, too.", True, False)
    yield from _patterns(old, new) if old.variety == new.variety else ()


def _only(these: list[SimpleType], those: list[SimpleType]) -> str:
    """What only these types allow, in words: the values that they list, and the types whose values cannot be told one by one."""
    listed = [value for one in these for value in one.enumeration if all(fault(other, value) is not None for other in those)]
    free = [one for one in these if not one.enumeration and not any(_within(one, other) for other in those)]
    said = [_quoted(tuple(dict.fromkeys(listed)))] if listed else []
    return " or ".join([*said, *dict.fromkeys(map(_called, free))])


def _members(simple: SimpleType) -> Iterator[SimpleType]:
    """The types of a union, and of the unions in it; any other type itself."""
    if simple.variety != "union" or simple.enumeration:
        yield simple
    else:
        for member in simple.members:
            yield from _members(member)


def _called(simple: SimpleType) -> str:
    if simple.name is not None:
        return f"of the type {split(simple.name)[1]}"
    if simple.patterns:
        return f"like {' and '.join(' | '.join(step) for step in simple.patterns)}"
    return f"a list of {simple.item.builtin}" if simple.item is not None else f"of the type {simple.builtin}"


def _enumeration(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Verdict]:
    before, after = set(old), set(new)
    if before == after:
        return
    if not before or not after:
        listed = f"Its values are limited to {shown(new)}." if after else "Its values are not limited to a list any more."
        yield Verdict(listed, not after, not before)
        return
    if gone := tuple(value for value in dict.fromkeys(old) if value not in after):
        yield Verdict(f"It may not be {_quoted(gone)} any more.", False, True)
    if come := tuple(value for value in dict.fromkeys(new) if value not in before):
        yield Verdict(f"It may be {_quoted(come)}, too.", True, False)


def _quoted(values: tuple[str, ...]) -> str:
    said = ", ".join(f"“{value}”" if value else "empty" for value in values[:8])
    return said + (f" and {len(values) - 8} more" if len(values) > 8 else "")


def _patterns(old: SimpleType, new: SimpleType) -> Iterator[Verdict]:
    before, after = set(old.patterns), set(new.patterns)
    if before == after:
        return
    (one, two) = (set(next(iter(each))) if len(each) == 1 else None for each in (before, after))
    more = before >= after or (one is not None and two is not None and one <= two)
    fewer = before <= after or (one is not None and two is not None and two <= one)
    said = "must match" if new.patterns else "need not match a pattern any more"
    text = " and ".join(" | ".join(step) for step in new.patterns)
    yield Verdict(f"Its values {said} {text}".rstrip() + ".", more, fewer)


_LOWER = {"min_length": "have at least {unit}", "min_inclusive": "be at least {}", "min_exclusive": "be more than {}"}
_UPPER = {"max_length": "have at most {unit}", "max_inclusive": "be at most {}", "max_exclusive": "be less than {}",
          "total_digits": "have at most {digits}", "fraction_digits": "have at most {digits} after the point"}  # fmt: skip
_EQUAL = {"length": "have exactly {unit}"}


def _bounds(old: SimpleType, new: SimpleType) -> Iterator[Verdict]:
    unit = "word" if new.variety == "list" else "byte" if new.builtin in ("hexBinary", "base64Binary") else "character"
    for names, sign in ((_LOWER, 1), (_UPPER, -1), (_EQUAL, 0)):
        for name, said in names.items():
            before, after = getattr(old, name), getattr(new, name)
            if before == after or (old.builtin != new.builtin and _inherent(old, name, before) and _inherent(new, name, after)):
                continue
            if after is None or before is None:
                bound = _bound(said, after if before is None else before, unit)
                said = f"It must {bound} now." if before is None else f"It need not {bound} any more."
                yield Verdict(said, after is None, before is None)
                continue
            order = _order(old, before, after) * sign
            yield Verdict(f"It must {_bound(said, after, unit)}, instead of {before}.", order < 0, order > 0)
    if old.explicit_timezone != new.explicit_timezone:
        words = {"required": "It must say its time zone now.", "prohibited": "It may not say a time zone any more.",
                 None: "It may say a time zone, or leave it out, now."}  # fmt: skip
        yield Verdict(words[new.explicit_timezone], new.explicit_timezone is None, old.explicit_timezone is None)


def _bound(said: str, value: object, unit: str) -> str:
    words = {name: plural(value, noun) if isinstance(value, int) else "" for name, noun in (("unit", unit), ("digits", "digit"))}
    return said.format(value, **words)


def assertions(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Verdict]:
    """What xs:assert says, of a simple or complex type (XSD 1.1)."""
    for text in (text for text in new if text not in old):
        yield Verdict(f"This must hold now: {_line(text)}.", False, True)
    for text in (text for text in old if text not in new):
        yield Verdict(f"This need not hold any more: {_line(text)}.", True, False)


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_RANGES: dict[str, tuple[int | None, int | None]] = {
    **{name: (-(2**bits), 2**bits - 1) for name, bits in (("byte", 7), ("short", 15), ("int", 31), ("long", 63))},
    **{name: (0, 2**bits - 1)
       for name, bits in (("unsignedByte", 8), ("unsignedShort", 16), ("unsignedInt", 32), ("unsignedLong", 64))},
    "nonNegativeInteger": (0, None), "positiveInteger": (1, None), "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
}  # fmt: skip
"""The least and the largest number of each built-in integer type."""


def _inherent(simple: SimpleType, name: str, value: object) -> bool:
    """Whether a facet comes with the built-in type, whose name says as much, or is not there."""
    if name == "fraction_digits" and simple.builtin != "decimal":
        return True
    least, largest = _RANGES.get(simple.builtin, (None, None))
    known = {"min_inclusive": least, "max_inclusive": largest}.get(name)
    return value is None or (known is not None and str(value) == str(known))


def _order(simple: SimpleType, before: object, after: object) -> int:
    """1 where the bound rose, -1 where it fell; 0 where that cannot be told."""
    try:
        one, two = (value if isinstance(value, int) else READ[simple.builtin](str(value)) for value in (before, after))
        return (two > one) - (two < one)
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return 0
