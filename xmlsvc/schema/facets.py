"""Whether a text is a value of a simple type, in one sentence: what views check before they write, and examples before they are shown.

    fault(simple, text) -> None, or what is wrong

Union members are tried in order; QName prefixes are not looked up. The verdict on documents is `validation`'s, not this.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from . import patterns
from .lexical import READ
from .model import SimpleType

_BOUNDS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("min_inclusive", "at least", operator.ge),
    ("max_inclusive", "at most", operator.le),
    ("min_exclusive", "more than", operator.gt),
    ("max_exclusive", "less than", operator.lt),
)
_COUNTS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("length", "exactly", operator.eq),
    ("min_length", "at least", operator.ge),
    ("max_length", "at most", operator.le),
)


def normalize(text: str, whitespace: str) -> str:
    """White space as the facet says (Part 1, section 3.1.4)."""
    if whitespace == "preserve":
        return text
    if whitespace == "replace":
        return text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return " ".join(part for part in text.replace("\t", " ").replace("\n", " ").replace("\r", " ").split(" ") if part)


def fault(simple: SimpleType, text: str) -> str | None:
    """What is wrong with `text` as a value of the type, as the end of a sentence that begins with the value; None if nothing is."""
    if simple.variety == "union":
        return _union(simple, text)
    literal = normalize(text, "collapse" if simple.variety == "list" else simple.whitespace)
    value: Any
    if simple.variety == "list":
        assert simple.item is not None
        value = literal.split(" ") if literal else []
        for part in value:
            if wrong := fault(simple.item, part):
                return f"has the item {part!r}, which {wrong}"
    else:
        try:
            value = READ[simple.builtin](literal)
        except (ValueError, ArithmeticError):
            return f"is no xs:{simple.builtin}"
    return _facets(simple, literal, value)


def _union(simple: SimpleType, text: str) -> str | None:
    wrong = [found for member in simple.members if (found := fault(member, text))]
    if len(wrong) == len(simple.members):
        return " and ".join(dict.fromkeys(wrong))
    literal = normalize(text, "collapse")
    if simple.enumeration and literal not in simple.enumeration:
        return f"is none of {shown(simple.enumeration)}"
    return _patterns(simple, literal)


def _facets(simple: SimpleType, literal: str, value: Any) -> str | None:
    if simple.enumeration and literal not in simple.enumeration and not _listed(simple, value):
        return f"is none of {shown(simple.enumeration)}"
    if wrong := _patterns(simple, literal):
        return wrong
    if simple.primitive not in ("QName", "NOTATION") and isinstance(value, str | bytes | list):
        unit = "items" if isinstance(value, list) else "bytes" if isinstance(value, bytes) else "characters"
        for name, words, holds in _COUNTS:
            limit = getattr(simple, name)
            if limit is not None and not holds(len(value), limit):
                return f"has {len(value)} {unit}, not {words} {limit}"
    for name, words, holds in _BOUNDS:
        bound = getattr(simple, name)
        if bound is not None and not _holds(holds, value, READ[simple.builtin if name.endswith("inclusive") else simple.primitive](bound)):
            return f"is not {words} {bound}"
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return _digits(simple, Decimal(value))
    if simple.explicit_timezone is not None and (getattr(value, "tzinfo", None) is not None) != (simple.explicit_timezone == "required"):
        return "has no time zone" if simple.explicit_timezone == "required" else "has a time zone"
    return None


def _holds(holds: Callable[[Any, Any], bool], value: Any, bound: Any) -> bool:
    """Whether the order holds; values that have none to one another (a moment with a zone and one without) do not satisfy a bound."""
    try:
        return holds(value, bound)
    except TypeError:
        return False


def _listed(simple: SimpleType, value: Any) -> bool:
    """Whether an enumeration holds the value in another lexical form (1.0 and 1)."""
    if isinstance(value, str) or simple.variety != "atomic":
        return False
    for literal in simple.enumeration:
        try:
            if READ[simple.builtin](literal) == value:
                return True
        except (ValueError, ArithmeticError):
            continue
    return False


def _patterns(simple: SimpleType, literal: str) -> str | None:
    for alternatives in simple.patterns:
        try:
            if not any(patterns.compile(text).matches(literal) for text in alternatives):
                return f"does not match {' | '.join(alternatives)}"
        except (patterns.PatternError, patterns.TooComplex) as error:
            return f"cannot be compared with its pattern: {error}"
    return None


def _digits(simple: SimpleType, value: Decimal) -> str | None:
    if simple.total_digits is None and simple.fraction_digits is None:
        return None
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    fraction = text[exponent:].rjust(-exponent, "0").rstrip("0") if exponent < 0 else ""
    whole = (text[:exponent] if exponent < 0 else text + "0" * exponent).lstrip("0")
    if simple.fraction_digits is not None and len(fraction) > simple.fraction_digits:
        return f"has more than {simple.fraction_digits} digits after the point"
    if simple.total_digits is not None and len(whole) + len(fraction) > simple.total_digits:
        return f"has more than {simple.total_digits} digits"
    return None


def shown(values: tuple[str, ...], most: int = 8) -> str:
    """Some of the values, for a sentence."""
    return ", ".join(values[:most]) + (f" … ({len(values)} in all)" if len(values) > most else "")
