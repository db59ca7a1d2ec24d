"""Whether a literal is a valid value of a simple type: lexical space, every facet, lists and unions.

    checker = Checker()                        one for each model, shared by threads
    checker.fault(type, text, scope)           -> Fault, or None
    checker.value(type, text, scope)           -> its value, hashable and equal as the specification says; None if it has a fault

Source: XML Schema Part 2, sections 3 and 4.3; Part 1, 3.14.4 (cvc-simple-type). `scope` knows the namespaces in scope (an lxml element
does); only QName and NOTATION ask.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from . import datatypes, patterns
from .model import XML_NAMESPACE, SimpleType


class Scope(Protocol):
    """Whatever knows the prefixes in scope (None = default namespace)."""

    @property
    def nsmap(self) -> dict[str | None, str]: ...


class Declared(NamedTuple):
    """A scope made of a dict."""

    nsmap: dict[str | None, str]


Value = tuple[str, Any]  # (value space, value): values of different primitive types are never equal
_KEPT = 4096  # most literals remembered for one type
_LONGEST = 256  # characters of the longest literal that is remembered
_SPACE = re.compile(r"[ \t\n\r]+")
_UNKNOWN = object()
_QUALIFIED = ("QName", "NOTATION")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a literal. `code`: the clause; `type`: the simple type that it breaks (of a list, the item's; then `literal` is
    that item). `limit` and `actual` are the facet's and the literal's measure; `members`: why each member of a union refused."""

    code: str
    type: SimpleType
    literal: str
    limit: str = ""
    actual: str = ""
    members: tuple[Fault, ...] = field(default=(), repr=False)


def normalize(text: str, whitespace: str) -> str:
    """The text with white space dealt with as the facet says (Part 2, 4.3.6)."""
    if whitespace == "collapse":
        return _SPACE.sub(" ", text.strip(" \t\n\r"))
    if whitespace == "replace":
        return text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return text


class _Invalid(Exception):
    """A literal with a fault, on its way out of the nesting of lists and unions."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def _digits(value: Decimal) -> tuple[int, int]:
    """(total digits, fraction digits) of a decimal value, without what adds nothing."""
    whole, _, fraction = f"{value:f}".lstrip("+-").partition(".")
    fraction = fraction.rstrip("0")
    return max(len((whole + fraction).lstrip("0")), len(fraction), 1), len(fraction)


class _Compiled:
    """The facets of one simple type, read once."""

    def __init__(self, simple: SimpleType, checker: Checker) -> None:
        self.type = simple
        self.known: dict[str, Fault | object | None] = {}
        self.read = datatypes.reader(simple.builtin)
        self.patterns = [tuple(map(patterns.compile, alternatives)) for alternatives in simple.patterns]
        self.bounds: list[tuple[str, str, Any, tuple[int, ...]]] = []
        for facet, limit, orders in (
            ("minInclusive", simple.min_inclusive, (0, 1)), ("minExclusive", simple.min_exclusive, (1,)),
            ("maxInclusive", simple.max_inclusive, (0, -1)), ("maxExclusive", simple.max_exclusive, (-1,)),
        ):  # fmt: skip
            if limit is not None:
                with suppress(ValueError):  # XSD 1.1 has values that 1.0 has not (the year 0000): there, xmlschema decides
                    self.bounds.append((f"cvc-{facet}-valid", limit, self.read(normalize(limit, "collapse")), orders))
        lengths: tuple[tuple[str, int | None, Callable[[int, int], bool]], ...] = (
            ("length", simple.length, operator.eq), ("minLength", simple.min_length, operator.ge),
            ("maxLength", simple.max_length, operator.le))
        self.counts = [(f"cvc-{facet}-valid", limit, holds) for facet, limit, holds in lengths if limit is not None]
        self.enumeration: frozenset[Value] | None = None
        if simple.enumeration:
            scope = Declared(simple.namespaces)
            free = _without_facets(simple)
            self.enumeration = frozenset(filter(None, (checker.value(free, literal, scope) for literal in simple.enumeration)))


def _without_facets(simple: SimpleType) -> SimpleType:
    """The same value space without this type's restrictions: enumeration values are read in it."""
    return SimpleType(None, simple.variety, simple.builtin, simple.primitive, item=simple.item, members=simple.members,
                      whitespace=simple.whitespace)


class Checker:
    """Judges literals and remembers what it has found, for each simple type."""

    def __init__(self) -> None:
        self._compiled: dict[int, _Compiled] = {}

    def __len__(self) -> int:
        """How many types are remembered."""
        return len(self._compiled)

    def _of(self, simple: SimpleType) -> _Compiled:
        compiled = self._compiled.get(id(simple))
        if compiled is None or compiled.type is not simple:
            compiled = self._compiled[id(simple)] = _Compiled(simple, self)
        return compiled

    def fault(self, simple: SimpleType, text: str, scope: Scope) -> Fault | None:
        """What is wrong with `text` as a value of the type. Raises patterns.TooComplex where that cannot be worked out."""
        known = self._of(simple).known
        found = known.get(text, _UNKNOWN)
        if found is not _UNKNOWN:
            return found  # type: ignore[return-value]
        try:
            self._value(simple, text, scope)
            found = None
        except _Invalid as invalid:
            found = invalid.fault
        if len(text) <= _LONGEST and not _qualified(simple):
            if len(known) >= _KEPT:
                known.clear()
            known[text] = found
        return found

    def value(self, simple: SimpleType, text: str, scope: Scope) -> Value | None:
        """The value of `text`; None where it has a fault."""
        try:
            return self._value(simple, text, scope)
        except _Invalid:
            return None

    def _value(self, simple: SimpleType, text: str, scope: Scope) -> Value:
        if simple.variety == "union":
            literal, value = self._union(simple, text, scope)
        elif simple.variety == "list":
            literal = normalize(text, "collapse")
            item = simple.item
            assert item is not None
            parts = literal.split(" ") if literal else []
            self._count(self._of(simple), literal, len(parts))  # before millions of items are read that are too many
            read = {part: self._value(item, part, scope) for part in dict.fromkeys(parts)}
            value = ("list", tuple(map(read.__getitem__, parts)))
        else:
            literal = normalize(text, simple.whitespace)
            value = self._atomic(simple, literal, scope)
        self._facets(self._of(simple), literal, value)
        return value

    def _union(self, simple: SimpleType, text: str, scope: Scope) -> tuple[str, Value]:
        faults = []
        for member in simple.members:
            try:
                return normalize(text, _whitespace(member)), self._value(member, text, scope)
            except _Invalid as invalid:
                faults.append(invalid.fault)
        literal = normalize(text, "collapse")
        raise _Invalid(Fault("cvc-datatype-valid.1.2.3", simple, literal, members=tuple(faults)))

    def _atomic(self, simple: SimpleType, literal: str, scope: Scope) -> Value:
        try:
            if simple.primitive in _QUALIFIED:
                return simple.primitive, self._qname(literal, scope)
            value = self._of(simple).read(literal)
            if simple.builtin == "ENTITY" and not isinstance(scope, Declared):
                raise ValueError  # a document type would have to declare it (cvc-simple-type.2): no document has one here
        except (ValueError, KeyError):
            raise _Invalid(Fault("cvc-datatype-valid.1.2.1", simple, literal)) from None
        space = simple.primitive
        return ("string" if space == "anySimpleType" else space), value

    @staticmethod
    def _qname(literal: str, scope: Scope) -> tuple[str, str]:
        prefix, colon, local = literal.rpartition(":")
        datatypes.ncname(local)
        if colon:
            datatypes.ncname(prefix)
            return (XML_NAMESPACE if prefix == "xml" else scope.nsmap[prefix]), local
        return scope.nsmap.get(None, ""), local

    @staticmethod
    def _count(compiled: _Compiled, literal: str, length: int) -> None:
        for code, limit, holds in compiled.counts:
            if not holds(length, limit):
                raise _Invalid(Fault(code, compiled.type, literal, limit=str(limit), actual=str(length)))

    def _facets(self, compiled: _Compiled, literal: str, value: Value) -> None:
        simple, (space, plain) = compiled.type, value
        if compiled.enumeration is not None and value not in compiled.enumeration:
            raise _Invalid(Fault("cvc-enumeration-valid", simple, literal))
        for alternatives in compiled.patterns:
            if not any(pattern.matches(literal) for pattern in alternatives):
                raise _Invalid(Fault("cvc-pattern-valid", simple, literal, limit="|".join(pattern.text for pattern in alternatives)))
        if compiled.counts and space not in _QUALIFIED:
            self._count(compiled, literal, len(plain))
        for code, bound, read, orders in compiled.bounds:
            if datatypes.compare(plain, read) not in orders:
                raise _Invalid(Fault(code, simple, literal, limit=bound, actual=literal))
        if simple.explicit_timezone is not None and plain.zoned != (simple.explicit_timezone == "required"):
            raise _Invalid(Fault("cvc-explicitTimezone-valid", simple, literal, limit=simple.explicit_timezone))
        if simple.total_digits is not None or simple.fraction_digits is not None:
            total, fraction = _digits(plain)
            for kind, most, actual in (("total", simple.total_digits, total), ("fraction", simple.fraction_digits, fraction)):
                if most is not None and actual > most:
                    raise _Invalid(Fault(f"cvc-{kind}Digits-valid", simple, literal, limit=str(most), actual=str(actual)))


def _whitespace(simple: SimpleType) -> str:
    return "collapse" if simple.variety != "atomic" else simple.whitespace


def _qualified(simple: SimpleType) -> bool:
    """Whether the verdict hangs on the prefixes in scope."""
    if simple.variety == "list":
        return simple.item is not None and _qualified(simple.item)
    if simple.variety == "union":
        return any(_qualified(member) for member in simple.members)
    return simple.primitive in _QUALIFIED
