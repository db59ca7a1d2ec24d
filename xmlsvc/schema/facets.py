"""Whether a text is a value of a simple type, in one sentence: what views check before they write, and examples before they are shown.

    fault(simple, text) -> None, or what is wrong

It is the verdict on documents (`values.Checker`) but for prefixes of QNames, which are not looked up, put as the end of a sentence that
begins with the value.
"""

from __future__ import annotations

import threading

from ..counts import plural
from .model import SimpleType
from .patterns import PatternError, TooComplex
from .values import Checker, Fault

_KEPT = 4096  # types that are remembered
_BOUNDS = {"minInclusive": "at least", "maxInclusive": "at most", "minExclusive": "more than", "maxExclusive": "less than"}
_COUNTS = {"length": "exactly", "minLength": "at least", "maxLength": "at most"}


class _AnyPrefix(dict[str | None, str]):
    """Every prefix is declared."""

    def __missing__(self, prefix: str | None) -> str:
        return f"urn:prefix:{prefix}"


class _Anywhere:
    """A place where the prefixes of the type's author are declared, and every other one, too."""

    def __init__(self, simple: SimpleType) -> None:
        self._simple = simple

    @property
    def nsmap(self) -> dict[str | None, str]:
        return _AnyPrefix(_declared(self._simple))


def _declared(simple: SimpleType) -> dict[str | None, str]:
    inner = [simple.item] if simple.item is not None else simple.members
    return {prefix: space for one in inner for prefix, space in _declared(one).items()} | dict(simple.namespaces)


_lock = threading.Lock()
_checker = Checker()


def fault(simple: SimpleType, text: str) -> str | None:
    """What is wrong with `text` as a value of the type, as the end of a sentence that begins with the value; None if nothing is."""
    global _checker
    with _lock:
        if len(_checker) > _KEPT:
            _checker = Checker()
        checker = _checker
    try:
        found = checker.fault(simple, text, _Anywhere(simple))
    except (PatternError, TooComplex) as error:
        return f"cannot be compared with its pattern: {error}"
    return None if found is None else _item(simple, found)


def _item(simple: SimpleType, found: Fault) -> str:
    inside = simple.variety == "list" and found.type is not simple
    return f"has the item {found.literal!r}, which {_words(found)}" if inside else _words(found)


def _words(found: Fault) -> str:
    facet = found.code.removeprefix("cvc-").removesuffix("-valid")
    if found.members:
        return " and ".join(dict.fromkeys(map(_words, found.members)))
    if facet == "enumeration":
        return f"is none of {shown(found.type.enumeration)}"
    if facet == "pattern":
        return f"does not match {found.limit}"
    if facet in _COUNTS:
        simple = found.type
        unit = "item" if simple.variety == "list" else "byte" if simple.primitive in ("hexBinary", "base64Binary") else "character"
        return f"has {plural(int(found.actual), unit)}, not {_COUNTS[facet]} {found.limit}"
    if facet in _BOUNDS:
        return f"is not {_BOUNDS[facet]} {found.limit}"
    if facet == "totalDigits":
        return f"has more than {found.limit} digits"
    if facet == "fractionDigits":
        return f"has more than {found.limit} digits after the point"
    if facet == "explicitTimezone":
        return "has no time zone" if found.limit == "required" else "has a time zone"
    return f"is no xs:{found.type.builtin}"


def shown(values: tuple[str, ...], most: int = 8) -> str:
    """Some of the values, for a sentence."""
    return ", ".join(values[:most]) + (f" … ({len(values)} in all)" if len(values) > most else "")
