"""Between the text in the tree and the value in Python, for any simple type.

    codec = Codec.of(simple)         made once for each simple type
    codec.read(text)                 the value; ValueError outside the type's lexical space
    codec.read_in(text, element)     the same for types that need the namespaces in scope (QName)
    codec.write(value, element)      the text; prefixes that a QName needs are declared on the element

Reading checks the lexical space and nothing more: drafts and newer documents must load. Only a union looks at its members' facets, since
they decide which member a text belongs to. Whitespace is normalised as the type says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from lxml import etree

from ..schema import facets, lexical, values
from ..schema.model import SimpleType
from ..xml.names import split
from .datatypes import BadValue, Duration, GDay, GMonth, GMonthDay, GYear, GYearMonth, QName

_KEPT_AS_WRITTEN = ("string", "anySimpleType", "anyAtomicType")
_TEXTS = ("normalizedString", "token", "anyURI", "language", "NMTOKEN", "Name", "NCName", "ID", "IDREF", "ENTITY")
_KNOWN_TEXTS, _KNOWN_LENGTH = 500, 40
_CODECS: dict[int, tuple[SimpleType, Codec]] = {}


class Codec:
    """Reads and writes the values of one simple type. `simple`: the type with its facets; `enum`: its Python Enum, if it has one;
    `contextual`: whether values need the namespaces in scope; `plain`: whether value and text are the same."""

    __slots__ = ("contextual", "enum", "plain", "read", "read_in", "simple")

    def __init__(self, simple: SimpleType, enum: type[Enum] | None = None) -> None:
        self.simple = simple
        self.enum = enum
        self.contextual = _contextual(simple)
        self.plain = simple.variety == "atomic" and simple.builtin in _KEPT_AS_WRITTEN and simple.whitespace == "preserve" and enum is None
        self.read: Callable[[str], Any] = _reader(simple, enum)
        self.read_in: Callable[[str, etree._Element], Any] = _reader_in(simple) if self.contextual else self._ignore_context

    @classmethod
    def of(cls, simple: SimpleType) -> Codec:
        """The codec of a type, made once."""
        known = _CODECS.get(id(simple))
        if known is None:
            known = _CODECS[id(simple)] = (simple, cls(simple))
        return known[1]

    def _ignore_context(self, text: str, _: etree._Element) -> Any:
        return self.read(text)

    def write(self, value: Any, element: etree._Element | None = None) -> str:
        """The text for a value. BadValue if it is of no kind that this type takes."""
        try:
            return _write(self.simple, value, element)
        except TypeError as error:
            given = f"QName({value.text!r})" if isinstance(value, QName) else repr(value)
            raise BadValue(f"{given} cannot be written as {name(self.simple)}: {error}") from None

    def fault(self, text: str) -> str | None:
        """What is wrong with a text as a value of this type, facets included; None if nothing is."""
        return facets.fault(self.simple, text)


def name(simple: SimpleType) -> str:
    """A name for people: "xs:date", "ratingType", "a list of xs:int"."""
    if simple.name is not None:
        namespace, local = split(simple.name)
        return f"xs:{local}" if namespace.endswith("/XMLSchema") else local
    if simple.variety == "list" and simple.item is not None:
        return f"a list of {name(simple.item)}"
    if simple.variety == "union":
        return " or ".join(name(member) for member in simple.members)
    return f"xs:{simple.builtin}"


def _contextual(simple: SimpleType) -> bool:
    if simple.item is not None:
        return _contextual(simple.item)
    if simple.members:
        return any(map(_contextual, simple.members))
    return simple.primitive in ("QName", "NOTATION")


def collapse(text: str) -> str:
    """White space collapsed; quick where there is none to collapse."""
    if not text or (text[0] > " " and text[-1] > " " and "  " not in text and "\n" not in text and "\t" not in text and "\r" not in text):
        return text
    return values.normalize(text, "collapse")


def _replace(text: str) -> str:
    return values.normalize(text, "replace")


def _keep(text: str) -> str:
    return text


def _reader(simple: SimpleType, enum: type[Enum] | None) -> Callable[[str], Any]:
    if simple.variety == "list":
        assert simple.item is not None
        return _list_reader(_item_reader(simple.item))
    if simple.variety == "union":
        return _union_reader(simple)
    normal = _keep if simple.whitespace == "preserve" else _replace if simple.whitespace == "replace" else collapse
    if enum is not None:
        return _enum_reader(enum, normal)
    if simple.builtin in _KEPT_AS_WRITTEN or simple.builtin in _TEXTS:
        return normal
    return _collapsing(lexical.READ[simple.builtin])


def _collapsing(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def reader(text: str) -> Any:
        try:
            return read(text)
        except ValueError:
            collapsed = collapse(text)
            if collapsed == text:
                raise
            return read(collapsed)

    return reader


def _enum_reader(enum: type[Enum], normal: Callable[[str], str]) -> Callable[[str], Any]:
    members = enum._value2member_map_

    def reader(text: str) -> Any:
        try:
            return members[text]
        except KeyError:
            text = normal(text)
            return members.get(text, text)  # a value that a newer schema may know

    return reader


def _item_reader(item: SimpleType) -> Callable[[str], Any]:
    """The reader of a list's items, which have no white space in them."""
    codec = Codec.of(item)
    plain = item.variety == "atomic" and codec.enum is None and item.builtin not in _KEPT_AS_WRITTEN and item.builtin not in _TEXTS
    return lexical.READ[item.builtin] if plain else codec.read


def _list_reader(read: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    def reader(text: str) -> tuple[Any, ...]:
        return tuple(map(read, text.split()))

    return reader


def _union_reader(simple: SimpleType) -> Callable[[str], Any]:
    members = [(Codec.of(member), member) for member in simple.members]
    known: dict[str, Callable[[str], Any]] = {}  # languages and codes are few: which member's they are need be found out once

    def reader(text: str) -> Any:
        if (read := known.get(text)) is not None:
            return read(text)
        for codec, member in members:
            if facets.fault(member, text) is None:
                if len(known) < _KNOWN_TEXTS and len(text) < _KNOWN_LENGTH:
                    known[text] = codec.read
                return codec.read(text)
        raise ValueError(f"{text!r} is of no member type of {name(simple)}")

    return reader


def _reader_in(simple: SimpleType) -> Callable[[str, etree._Element], Any]:
    """For types with QNames in them: prefixes are looked up in the element's scope."""
    if simple.variety == "list":
        assert simple.item is not None
        read = Codec.of(simple.item).read_in
        return lambda text, element: tuple(read(part, element) for part in text.split())
    if simple.variety == "union":
        members = [(Codec.of(member), member) for member in simple.members]

        def of_union(text: str, element: etree._Element) -> Any:
            for codec, member in members:
                if facets.fault(member, text) is None:
                    return codec.read_in(text, element)
            raise ValueError(f"{text!r} is of no member type of {name(simple)}")

        return of_union
    return read_qname if simple.primitive in ("QName", "NOTATION") else lambda text, _: Codec.of(simple).read(text)


def read_qname(text: str, element: etree._Element) -> QName:
    """The expanded name; ValueError where the prefix is not declared."""
    text = collapse(text)
    lexical.read_qname(text)
    prefix, _, local = text.rpartition(":")
    namespace = element.nsmap.get(prefix or None)
    if prefix and namespace is None:
        raise ValueError(f"the prefix of {text!r} is not declared")
    return QName(namespace, local) if namespace else QName(local)


def write_qname(value: QName, element: etree._Element | None, preferred: str = "ns") -> str:
    """The prefixed name; the prefix is one that is declared on the element, else one is declared there."""
    namespace, local = value.namespace, value.localname
    if element is None:
        raise TypeError("a QName needs the element that it is written to")
    if not namespace:
        if None in element.nsmap:
            raise TypeError(f"{local} is in no namespace, which cannot be written where a default namespace is declared")
        return local
    for prefix, uri in element.nsmap.items():
        if uri == namespace and prefix:
            return f"{prefix}:{local}"
    return f"{declare(element, namespace, preferred)}:{local}"


def declare(element: etree._Element, namespace: str, preferred: str) -> str:
    """Declare a prefix for the namespace on the element; the prefix."""
    taken = element.nsmap
    prefix, number = preferred, 1
    while prefix in taken or prefix.removeprefix("ns").isdigit():
        prefix, number = f"{preferred}_{number}", number + 1
    # lxml has no call for this: an attribute in the namespace brings its declaration with it, which stays when the attribute goes.
    etree.register_namespace(prefix, namespace)
    marker = f"{{{namespace}}}declare"
    element.set(marker, "")
    del element.attrib[marker]
    return next(known for known, uri in element.nsmap.items() if uri == namespace and known)


def _write(simple: SimpleType, value: Any, element: etree._Element | None) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, QName):
        return write_qname(value, element)
    if simple.variety == "union":
        return _write_union(simple, value, element)
    if isinstance(value, str):
        return _checked(simple, value)
    if simple.variety == "list":
        if not isinstance(value, Iterable) or isinstance(value, bytes):
            raise TypeError("a list is wanted")
        assert simple.item is not None
        return " ".join(_write(simple.item, item, element) for item in value)
    _check_kind(simple, value)
    whole = simple.primitive == "decimal" and simple.builtin != "decimal"
    return lexical.write(int(value) if whole else value, simple.builtin)


def _checked(simple: SimpleType, text: str) -> str:
    """A text given for a value must be one that can be read again."""
    if simple.variety == "list":
        assert simple.item is not None
        for part in text.split():
            _checked(simple.item, part)
    elif simple.builtin not in _KEPT_AS_WRITTEN and simple.builtin not in _TEXTS:
        try:
            lexical.READ[simple.builtin](values.normalize(text, "collapse"))
        except ValueError as error:
            raise TypeError(str(error)) from None
    return text


def _write_union(simple: SimpleType, value: Any, element: etree._Element | None) -> str:
    """By the first member whose type takes the value."""
    for member in simple.members:
        try:
            text = _write(member, value, element)
        except TypeError:
            continue
        if facets.fault(member, text) is None:
            return text
    if isinstance(value, str):
        return value  # of no member: a draft may hold it, and checking says so
    raise TypeError("no member type of the union takes it")


_NUMBERS = (float, int, Decimal)
_KINDS: dict[str, tuple[type, ...]] = {
    "boolean": (bool,), "decimal": _NUMBERS, "float": _NUMBERS, "double": _NUMBERS, "date": (date,), "dateTime": (datetime,),
    "time": (time,),
    "duration": (Duration, timedelta), "gYear": (GYear,), "gYearMonth": (GYearMonth,), "gMonth": (GMonth,), "gMonthDay": (GMonthDay,),
    "gDay": (GDay,), "hexBinary": (bytes, bytearray), "base64Binary": (bytes, bytearray), "QName": (QName,), "NOTATION": (QName,),
    "string": (str,), "anyURI": (str,),
}  # fmt: skip


def _check_kind(simple: SimpleType, value: Any) -> None:
    """True is no number, 1 no truth value, a date no moment: refuse what would be written without being meant."""
    wanted = _KINDS.get(simple.primitive)
    if wanted is None:
        return
    confused = isinstance(value, bool) != (bool in wanted) or (wanted == (date,) and isinstance(value, datetime))
    if confused or not isinstance(value, wanted):
        raise TypeError(f"{type(value).__name__} is not what {name(simple)} holds")
    if simple.primitive == "decimal":
        if (isinstance(value, float) and not math.isfinite(value)) or (isinstance(value, Decimal) and not value.is_finite()):
            raise TypeError(f"{name(simple)} holds finite numbers")
        if simple.fraction_digits == 0 and value != int(value):  # type: ignore[call-overload]
            raise TypeError(f"{name(simple)} holds whole numbers")
