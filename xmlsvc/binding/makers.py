"""Makes the fields of view classes: one call for each attribute, text value or kind of child.

    attribute(name, type)   text(type)   value(tag, type)   values(tag, type)   one(tag, type)   many(tag, type)
    wild()   wild_attributes()

Types are names ("xs:int", "RatingType", ".Nested", "dc:ElementType"), looked up when a value is first read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from . import editing
from .attaching import assign, attach
from .codecs import Codec
from .datatypes import NIL, BadValue
from .fields import SAID, TRUE, XSI_NIL, XSI_TYPE, Field, Kind, Reference, bad, encode, is_quick, put_text, read_child, text_of, write_text
from .sequences import Values, Views, Wild, WildAttributes
from .view import View, declared_class, view_of

_new = object.__new__


def attribute(name: str, reference: Reference, *, default: str | None = None, fixed: str | None = None, required: bool = False) -> Any:
    """An attribute. Absent reads as None, or as the default, which is never written."""
    shown = default if default is not None else fixed
    codec: Codec | None = None
    asked: str | bytes = name.encode() if name.isascii() else name  # ASCII bytes spare lxml the encoding of the name

    def get(self: View) -> Any:
        nonlocal codec
        element = self._element
        found = element.get(asked)
        if found is None:
            if shown is None:
                return None
            found = shown
        if codec is None:
            codec = field.codec
        try:
            return codec.read_in(found, element) if codec.contextual else codec.read(found)
        except ValueError as error:
            raise bad(field, found, error) from None

    def put(self: View, given: Any) -> None:
        if given is None:
            drop(self)
        else:
            self._element.set(name, encode(field, given, self._element))

    def drop(self: View) -> None:
        if name in self._element.attrib:
            del self._element.attrib[name]

    field = Field(get, put, drop)
    field.kind, field.tag, field.reference = "attribute", name, reference
    field.default, field.fixed, field.required = default, fixed, required
    return field


def text(reference: Reference) -> Any:
    """The value of an element with simple content; NIL where the element is nil, the default where it is empty."""
    codec: Codec | None = None

    def get(self: View) -> Any:
        nonlocal codec
        element = self._element
        found = (element.text if not len(element) else text_of(element)) or ""
        if not found:
            if element.get(XSI_NIL) in TRUE:
                return NIL
            found = self.package().default_of(self)
        if codec is None:
            codec = field.codec
        try:
            return codec.read_in(found, element) if codec.contextual else codec.read(found)
        except ValueError as error:
            raise bad(field, found, error) from None

    field = Field(get, lambda self, given: put_text(field, self._element, given), lambda self: write_text(self._element, ""))
    field.kind, field.reference, field.required = "text", reference, True
    return field


def value(tag: str, reference: Reference, *, required: bool = False, nillable: bool = False, default: str | None = None,
          fixed: str | None = None) -> Any:
    """The one child of this name, which has a simple type: its value; None where there is no such child."""
    read: Callable[[str], Any] | None = None
    quick = not (nillable or default is not None or fixed is not None)

    def get(self: View) -> Any:
        nonlocal read, quick
        for child in self._element.iterchildren(tag):
            if quick:
                if read is None:
                    read, quick = field.codec.read, is_quick(field)
                    if not quick:
                        return read_child(field, child)
                found = (child.text if not len(child) else text_of(child)) or ""
                try:
                    return read(found)
                except ValueError as error:
                    raise bad(field, found, error) from None
            return read_child(field, child)
        return None

    def put(self: View, given: Any) -> None:
        if given is None:
            _drop(self, field)
            return
        for child in self._element.iterchildren(tag):
            put_text(field, child, given)
            return
        child = editing.insert(self, tag)
        try:
            put_text(field, child, given)
        except BadValue:
            editing.remove(child)
            raise

    field = Field(get, put, lambda self: _drop(self, field))
    return _children(field, "value", tag, reference, None, False, required, nillable, default, fixed)


def values(tag: str, reference: Reference, *, nillable: bool = False, default: str | None = None, fixed: str | None = None) -> Any:
    """All children of this name, which have a simple type: a live list of their values."""

    def get(self: View) -> Values:
        made = _new(Values)
        made._view, made._field = self, field
        return made

    field = Field(get, lambda self, given: get(self).replace(given or ()), lambda self: get(self).clear())
    return _children(field, "value", tag, reference, None, True, False, nillable, default, fixed)


def one(tag: str, reference: Reference, *, members: Mapping[str, Reference] | None = None, required: bool = False,
        nillable: bool = False, abstract: bool = False, default: str | None = None, fixed: str | None = None) -> Any:
    """The one child of this name (or of its substitution group): a view; None where there is no such child."""
    tags = _tags(tag, members, abstract)
    declared: type[View] | None = None

    def get(self: View) -> Any:
        nonlocal declared
        for child in self._element.iterchildren(*tags):
            if members or child.get(SAID) is not None:
                return view_of(field, child)
            if declared is None:
                declared = declared_class(field, tag)
            made = _new(declared)
            made._element = child
            return made
        return None

    field = Field(get, lambda self, given: _put_one(self, field, given), lambda self: _drop(self, field))
    field.abstract = abstract
    return _children(field, "view", tag, reference, members, False, required, nillable, default, fixed)


def many(tag: str, reference: Reference, *, members: Mapping[str, Reference] | None = None, nillable: bool = False,
         abstract: bool = False, default: str | None = None, fixed: str | None = None) -> Any:
    """All children of this name (or of its substitution group): a live list of views."""

    def get(self: View) -> Views:
        made = _new(Views)
        made._view, made._field = self, field
        return made

    field = Field(get, lambda self, given: get(self).replace(given or ()), lambda self: get(self).clear())
    field.abstract = abstract
    return _children(field, "view", tag, reference, members, True, False, nillable, default, fixed)


def wild() -> Any:
    """All children that no other field is for: a live list of views, typed where a known global declaration has the name."""

    def get(self: View) -> Wild:
        made = _new(Wild)
        made._view, made._field = self, field
        return made

    field = Field(get, lambda self, given: get(self).replace(given or ()), lambda self: get(self).clear())
    field.kind, field.many = "wild", True
    return field


def wild_attributes() -> Any:
    """All attributes that no other field is for: a live mapping of Clark names to texts."""
    field = Field(WildAttributes, lambda self, given: WildAttributes(self).replace(given or {}), lambda self: WildAttributes(self).clear())
    field.kind, field.many = "wild_attributes", True
    return field


def _tags(tag: str, members: Mapping[str, Reference] | None, abstract: bool) -> tuple[str, ...]:
    """The names of the elements that may stand for a declaration."""
    return tuple(members) if members and abstract else tuple(dict.fromkeys((tag, *(members or ()))))


def _children(field: Field, kind: Kind, tag: str, reference: Reference, members: Mapping[str, Reference] | None, many: bool, required: bool,
              nillable: bool, default: str | None, fixed: str | None) -> Field:
    field.kind, field.tag, field.reference, field.members = kind, tag, reference, members or {}
    field.tags = _tags(tag, members, field.abstract)
    field.many, field.required, field.nillable, field.default, field.fixed = many, required, nillable, default, fixed
    field.classes = {}
    return field


def _drop(view: View, field: Field) -> None:
    for child in list(view._element.iterchildren(*field.tags)):
        editing.remove(child)


def _put_one(view: View, field: Field, given: Any) -> None:
    """Set a single child: a view is put there, a mapping or plain value makes one, NIL leaves it without content, None removes it."""
    if given is None:
        _drop(view, field)
        return
    present: etree._Element | None = next(view._element.iterchildren(*field.tags), None)
    if isinstance(given, View):
        if present is not given._element:
            attach(view, field, given, present)
            if present is not None:
                editing.remove(present)
        return
    child = editing.insert(view, field.tags[0]) if present is None else present
    if given is NIL:
        for inner in list(child):
            child.remove(inner)
        child.text = None
        child.set(XSI_NIL, "true")
        return
    try:
        made = view_of(field, child)
        if present is not None and isinstance(given, Mapping):
            _empty(child)
        assign(made, given)
    except (BadValue, TypeError):
        if present is None:
            editing.remove(child)
        raise


def _empty(element: etree._Element) -> None:
    """Take everything out of an element but its xsi:type."""
    said = element.get(XSI_TYPE)
    tail = element.tail
    element.clear()
    element.tail = tail
    if said is not None:
        element.set(XSI_TYPE, said)


