"""Two simple types compared facet by facet: which values are allowed now that were not, and the other way.

    compared(old, new) -> [Verdict(what, wider, narrower), …]      nothing where both allow the same
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .facets import shown
from .lexical import READ
from .model import SimpleType

_WITHIN = {
    "normalizedString": "string", "token": "normalizedString", "language": "token", "NMTOKEN": "token", "Name": "token", "NCName": "Name",
    "ID": "NCName", "IDREF": "NCName", "ENTITY": "NCName", "integer": "decimal", "long": "integer", "int": "long", "short": "int",
    "byte": "short", "nonNegativeInteger": "integer", "positiveInteger": "nonNegativeInteger", "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong", "unsignedShort": "unsignedInt", "unsignedByte": "unsignedShort", "nonPositiveInteger": "integer",
    "negativeInteger": "nonPositiveInteger", "dateTimeStamp": "dateTime", "dayTimeDuration": "duration", "yearMonthDuration": "duration",
}  # fmt: skip
"""Each built-in type, and the one that holds all its values."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wider`: everything that was allowed still is; `narrower`: nothing is allowed that was not."""

    what: str
    wider: bool
    narrower: bool


def compared(old: SimpleType, new: SimpleType) -> Iterator[Verdict]:
    """The differences, each in a sentence."""
    if old.variety != new.variety:
        yield Verdict(f"Its values were {_KINDS[old.variety]}, and are {_KINDS[new.variety]} now.", False, False)
        return
    if old.variety == "list" and old.item is not None and new.item is not None:
        yield from compared(old.item, new.item)
    elif old.variety == "union":
        yield from _union(old, new)
    elif old.builtin != new.builtin:
        wider, narrower = _holds(new.builtin, old.builtin), _holds(old.builtin, new.builtin)
        yield Verdict(f"Its values are of the type {new.builtin} instead of {old.builtin}.", wider, narrower)
    yield from _enumeration(old, new)
    if old.patterns != new.patterns:
        more, fewer = set(old.patterns) >= set(new.patterns), set(old.patterns) <= set(new.patterns)
        said = "must match" if new.patterns else "need not match a pattern any more"
        text = " and ".join(" | ".join(step) for step in new.patterns)
        yield Verdict(f"Its values {said} {text}".rstrip() + ".", more, fewer)
    yield from _bounds(old, new)


_KINDS = {"atomic": "single ones", "list": "lists", "union": "of one of several types"}


def _holds(outer: str, inner: str) -> bool:
    """Whether every value of the built-in type `inner` is one of `outer`."""
    at: str | None = inner
    while at is not None:
        if at == outer:
            return True
        at = _WITHIN.get(at)
    return outer == "anySimpleType"


def _union(old: SimpleType, new: SimpleType) -> Iterator[Verdict]:
    before, after = len(old.members), len(new.members)
    if before != after:
        yield Verdict(f"Its values are of one of {after} types instead of {before}.", False, False)
        return
    for one, two in zip(old.members, new.members, strict=True):
        yield from compared(one, two)


def _enumeration(old: SimpleType, new: SimpleType) -> Iterator[Verdict]:
    before, after = set(old.enumeration), set(new.enumeration)
    if before == after:
        return
    if not before or not after:
        listed = f"Its values are limited to {shown(new.enumeration)}." if after else "Its values are not limited to a list any more."
        yield Verdict(listed, not after, not before)
        return
    if gone := tuple(value for value in old.enumeration if value not in after):
        yield Verdict(f"It may not be {_quoted(gone)} any more.", False, True)
    if come := tuple(value for value in new.enumeration if value not in before):
        yield Verdict(f"It may be {_quoted(come)}, too.", True, False)


def _quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f"“{value}”" for value in values[:8]) + (f" and {len(values) - 8} more" if len(values) > 8 else "")


_LOWER = {"min_length": "have at least {} characters", "min_inclusive": "be at least {}", "min_exclusive": "be more than {}"}
_UPPER = {"max_length": "have at most {} characters", "max_inclusive": "be at most {}", "max_exclusive": "be less than {}",
          "total_digits": "have at most {} digits", "fraction_digits": "have at most {} digits after the point"}  # fmt: skip
_EQUAL = {"length": "have exactly {} characters", "explicit_timezone": "have a time zone: {}"}


def _bounds(old: SimpleType, new: SimpleType) -> Iterator[Verdict]:
    for names, sign in ((_LOWER, 1), (_UPPER, -1), (_EQUAL, 0)):
        for name, said in names.items():
            before, after = _own(old, new, name), _own(new, old, name)
            if before == after:
                continue
            if after is None or before is None:
                words = f"It must {said.format(after)} now." if before is None else f"It need not {said.format(before)} any more."
                yield Verdict(words, after is None, before is None)
                continue
            order = _order(old, before, after) * sign
            yield Verdict(f"It must {said.format(after)}, instead of {before}.", order < 0, order > 0)


_INHERENT = frozenset(
    str(sign * 2**bits - (sign > 0)) for bits in (7, 15, 31, 63) for sign in (1, -1)
) | {"255", "65535", "4294967295", "18446744073709551615", "0", "1", "-1"}
"""Bounds that the built-in integer types have by themselves."""


def _own(simple: SimpleType, other: SimpleType, name: str) -> object:
    """A facet; None for one that comes with the built-in type, where that has changed: its name says as much."""
    value = getattr(simple, name)
    if simple.builtin != other.builtin and (str(value) in _INHERENT) and (name.endswith("inclusive") or name == "fraction_digits"):
        return None
    return value


def _order(simple: SimpleType, before: object, after: object) -> int:
    """1 where the bound rose, -1 where it fell; 0 where that cannot be told."""
    try:
        one, two = (value if isinstance(value, int) else READ[simple.builtin](str(value)) for value in (before, after))
        if isinstance(one, Decimal | int) and isinstance(two, Decimal | int):
            return (two > one) - (two < one)
        return (two > one) - (two < one)
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return 0
