"""The base of generated classes: a typed face on one element of a live lxml tree.

A view holds its element and nothing else; every field is read from the tree and written to it. `view.xml` is the way to all that is not a
field of the schema, so that the names which a schema cannot use are few (RESERVED).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lxml import etree

from ..schema import lexical
from ..xml.names import split
from .codecs import Codec
from .datatypes import BadValue
from .fields import SAID, TRUE, XSI_NIL, XSI_TYPE, Field, bad, is_quick, read_child, text_of

if TYPE_CHECKING:
    from .access import Access
    from .package import Namespace, Package
    from .report import Judgement
    from .sequences import Content

RESERVED = frozenset({"xml", "items", "walk", "content", "save", "validate", "fields", "namespace", "package"})

_SHOWN = 6  # fields in a view's repr

_new = object.__new__


class _Tables:
    """What `items` looks up: fields by attribute name and by child name."""

    __slots__ = ("attributes", "children", "mixed", "read_text", "readers", "text", "wild", "wild_attributes")

    def __init__(self, cls: type[View]) -> None:
        fields = cls.fields().values()
        self.attributes = {field.tag: field for field in fields if field.kind == "attribute"}
        self.readers: dict[str, list[Any]] = {name: [field, None] for name, field in self.attributes.items()}
        self.children: dict[str, list[Any]] = {tag: [field, None, None] for field in fields for tag in field.tags}
        self.text = next((field for field in fields if field.kind == "text"), None)
        self.read_text: Any = None
        self.wild = next((field for field in fields if field.kind == "wild"), UNKNOWN_CHILD)
        self.wild_attributes = next((field for field in fields if field.kind == "wild_attributes"), UNKNOWN_ATTRIBUTE)
        self.mixed = cls.__mixed__


_TABLES: dict[type, _Tables] = {}


def tables(cls: type[View]) -> _Tables:
    """The tables of a class, made once."""
    known = _TABLES.get(cls)
    if known is None:
        known = _TABLES[cls] = _Tables(cls)
    return known


class View:
    """A typed face on an element.

    `View(field=value, …)` makes a new element, detached; it goes into a tree when it is assigned or added. Class attributes, set by the
    generator: `__xsd__` the type's name or path, `__tag__` the element's name where the class belongs to one, `__content__` its content.
    """

    __slots__ = ("_element",)
    __xsd__: ClassVar[str] = ""
    __tag__: ClassVar[str] = ""
    __content__: ClassVar[str] = ""
    __mixed__: ClassVar[bool] = False
    __abstract__: ClassVar[bool] = False
    _element: etree._Element

    def __init__(self, value: Any = None, /, **fields: Any) -> None:
        namespace, name = split(self.__xsd__)
        named = name.partition("/")[0] or type(self).__name__
        tag = self.__tag__ or (f"{{{namespace}}}{named}" if namespace else named)
        self._element = etree.Element(tag, nsmap=self.package().nsmap_of(tag))
        if value is not None:
            fields = {"value": value, **fields}
        self._fill(fields)

    def _fill(self, fields: Mapping[str, Any]) -> None:
        known = type(self).fields()
        for name, value in fields.items():
            if name not in known:
                raise TypeError(f"{type(self).__qualname__} has no field {name!r}; it has {', '.join(known) or 'none'}")
            setattr(self, name, value)

    # -- the class ------------------------------------------------------------------------------------------------------------

    @classmethod
    def fields(cls) -> dict[str, Field]:
        """The fields by their Python names, the base class's first."""
        known = cls.__dict__.get("_fields")
        if known is None:
            known = {}
            for one in reversed(cls.__mro__):
                for name, value in vars(one).items():
                    if isinstance(value, Field):
                        known[name] = value
            cls._fields = known  # type: ignore[attr-defined]
        return known

    @classmethod
    def namespace(cls) -> Namespace:
        """The declarations that the class is one of."""
        return sys.modules[cls.__module__].__namespace__  # type: ignore[no-any-return]

    @classmethod
    def package(cls) -> Package:
        """The package of classes that this one belongs to."""
        return sys.modules[cls.__module__].__namespace__.package  # type: ignore[no-any-return]

    # -- reading --------------------------------------------------------------------------------------------------------------

    def items(self, lenient: bool = False) -> Iterator[tuple[Field, Any]]:
        """Everything that is there, typed, in one pass: (field, value) for attributes, then text or children in document order.

        Children and attributes that no field is for come with a wildcard's field: views, and (name, text) pairs. Text between the
        children of mixed content comes as (field of kind "mixed", text). A text that is no value of its field raises BadValue;
        `lenient`: its value is that BadValue, with the text as `raw`.
        """
        return iter([(field, value) for _, field, value in entries(self, False, lenient)])

    def walk(self, lenient: bool = False) -> Iterator[tuple[View, Field, Any]]:
        """(view, field, value) of this view and all below it, in document order; `lenient` as for `items`."""
        return iter(entries(self, True, lenient))

    @property
    def xml(self) -> Access:
        """The element, its raw texts, XPath, xsi:type, and whatever else is not a field."""
        return self.package().access(self)

    @property
    def content(self) -> Content:
        """All children in document order, live; in mixed content the texts between them too."""
        return self.package().content(self)

    # -- the whole document ---------------------------------------------------------------------------------------------------

    def save(self) -> bytes:
        """The document as bytes. For the view that `parse` gave: the very bytes that were parsed, but for what was changed."""
        return self.package().save(self)

    def validate(self) -> Judgement:
        """The verdict of the schema on the document; each violation carries the view that it is about."""
        return self.package().validate(self)

    # -- Python ---------------------------------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """Same class and equal values, in the same order where order counts; comments and indentation do not."""
        if not isinstance(other, View):
            return NotImplemented
        if self._element is other._element:
            return True
        return face(type(self)) is face(type(other)) and self.package().equal(self, other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown: list[str] = []
        found = list(self.items(lenient=True))
        for number, (field, value) in enumerate(found):
            if number < _SHOWN or isinstance(value, BadValue):
                shown.append(f"{field.name or '·'}={_shown(value)}")
        more = ["…"] if len(shown) < len(found) else []
        return f"{face(type(self)).__qualname__}({', '.join(shown + more)})"

    def __copy__(self) -> Self:
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A detached copy with all below it."""
        made = _new(face(type(self)))
        made._element = detached(self._element)
        return made  # type: ignore[return-value]

    def __bool__(self) -> bool:
        return True


def _shown(value: Any) -> str:
    if isinstance(value, View):
        return f"{type(value).__qualname__}(…)"
    if isinstance(value, BadValue):
        return f"<no value: {value.raw!r}>"
    return f"QName({value.text!r})" if isinstance(value, etree.QName) else lexical.write(value) if type(value) is int else repr(value)


def entries(view: View, deep: bool, lenient: bool = False) -> list[tuple[View, Field, Any]]:
    """See `View.items` and, `deep`, `View.walk`."""
    found: list[tuple[View, Field, Any]] = []
    _read(view, type(view), deep, lenient, found)
    return found


def _read(view: View, cls: type[View], deep: bool, lenient: bool, found: list[tuple[View, Field, Any]]) -> None:
    element = view._element
    table = _TABLES.get(cls) or tables(cls)
    if attributes := element.items():
        _read_attributes(view, attributes, table, lenient, found)
    if table.text is not None:
        _read_text(view, table, lenient, found)
        return
    children, mixed = table.children, table.mixed
    if mixed and element.text:
        found.append((view, MIXED_TEXT, element.text))
    for child in element:
        entry = children.get(child.tag)
        if entry is not None:
            field, read, declared = entry
            if declared is not None and child.get(SAID) is None:
                made = _new(declared)
                made._element = child
                found.append((view, field, made))
                if deep:
                    _read(made, declared, True, lenient, found)
            elif read is not None:
                text = (child.text if not len(child) else text_of(child)) or ""
                try:
                    found.append((view, field, read(text)))
                except ValueError as error:
                    found.append((view, field, _wrong(bad(field, text, error), lenient)))
            else:
                try:
                    value = _settled(entry, child)
                except BadValue as error:
                    value = _wrong(error, lenient)
                found.append((view, field, value))
                if deep and isinstance(value, View):
                    _read(value, type(value), True, lenient, found)
        elif isinstance(child.tag, str):
            made = child_view(view, child)
            found.append((view, table.wild, made))
            if deep:
                _read(made, type(made), True, lenient, found)
        if mixed and child.tail:
            found.append((view, MIXED_TEXT, child.tail))


def _wrong(error: BadValue, lenient: bool) -> BadValue:
    """The error as a value, or raised."""
    if not lenient:
        raise error from None
    return error


def _read_attributes(view: View, written: Sequence[tuple[Any, Any]], table: _Tables, lenient: bool,
                     found: list[tuple[View, Field, Any]]) -> None:
    readers = table.readers
    for name, text in written:
        entry = readers.get(name)
        if entry is None:
            if name != XSI_TYPE and name != XSI_NIL:
                found.append((view, table.wild_attributes, (name, text)))
            continue
        field, read = entry
        try:
            found.append((view, field, read(text) if read is not None else _first_attribute(entry, view)))
        except ValueError as error:
            found.append((view, field, _wrong(error if isinstance(error, BadValue) else bad(field, str(text), error), lenient)))


def _read_text(view: View, table: _Tables, lenient: bool, found: list[tuple[View, Field, Any]]) -> None:
    field, read, element = table.text, table.read_text, view._element
    assert field is not None
    text = element.text if read is not None and not len(element) else None
    try:
        if text:
            found.append((view, field, read(text)))
            return
        # Nil, a default, comments, or a type that has not been looked up yet.
        if read is None and not field.codec.contextual:
            table.read_text = field.codec.read
        found.append((view, field, field.fget(view)))  # type: ignore[misc]
    except ValueError as error:
        found.append((view, field, _wrong(error if isinstance(error, BadValue) else bad(field, str(text), error), lenient)))


def _first_attribute(entry: list[Any], view: View) -> Any:
    """The value of an attribute whose type has not been looked up yet, or that needs the namespaces in scope."""
    field = entry[0]
    if not field.codec.contextual:
        entry[1] = field.codec.read
    return field.fget(view)


def face(cls: type[View]) -> type[View]:
    """The generated class of a view's class (the root that `parse` gives is of a subclass that keeps the bytes)."""
    return cls.__dict__.get("_face", cls)  # type: ignore[no-any-return]


def detached(element: etree._Element) -> etree._Element:
    """A copy without what follows it, with those of the namespaces in scope whose prefixes it uses, in values too."""
    made = deepcopy(element)
    made.tail = None
    keep_prefixes(made, element.nsmap)
    return made


def keep_prefixes(element: etree._Element, scope: Mapping[str | None, str]) -> None:
    """Declare on an element that has left a document what was in scope there and its values may refer to: lxml knows of names only."""
    lost = {prefix: uri for prefix, uri in scope.items() if prefix and prefix not in element.nsmap}
    text = etree.tostring(element, encoding="unicode") if lost else ""
    wanted = {prefix: uri for prefix, uri in lost.items() if f"{prefix}:" in text}
    if wanted:
        known = {prefix for one in element.iter(etree.Element) for prefix in one.nsmap if prefix}
        etree.cleanup_namespaces(element, top_nsmap=wanted, keep_ns_prefixes=[*wanted, *known])


def _settled(entry: list[Any], child: etree._Element) -> Any:
    """The value of a child whose type has not been looked up yet, or that is out of the ordinary; what can be kept for the next is kept."""
    field = entry[0]
    if field.kind == "value":
        if is_quick(field):
            entry[1] = field.codec.read
        return read_child(field, child)
    if entry[2] is None:
        entry[2] = declared_class(field, child.tag)
    return view_of(field, child)


def declared_class(field: Field, tag: str) -> type[View]:
    """The view class of a field's children of this name."""
    known = field.classes.get(tag)
    if known is None:
        found = field.type_of(tag)
        known = field.classes[tag] = field.owner.package().value_class(found) if isinstance(found, Codec) else found
    return known


def view_of(field: Field, child: etree._Element) -> View:
    """The view of a field's child; xsi:type is followed."""
    declared = declared_class(field, child.tag)
    if child.get(SAID) is not None:
        declared = said_class(declared, child)
    made = _new(declared)
    made._element = child
    return made


def said_class(declared: type[View], element: etree._Element) -> type[View]:
    """The class that the element's xsi:type names, if it is one of a type derived from the declared one (or that is anyType)."""
    package = declared.package()
    said = package.said_type(element)
    if isinstance(said, Codec):
        said = package.value_class(said)
    if said is not None and (issubclass(said, declared) or not declared.__xsd__):
        return said
    return declared


def child_view(parent: View, child: etree._Element) -> View:
    """The view of any child: by its field, else by the global declaration of its name, else untyped."""
    entry = tables(type(parent)).children.get(child.tag)
    if entry is not None:
        return view_of(entry[0], child)
    return parent.package().view(child)


def is_nil(element: etree._Element) -> bool:
    """Whether xsi:nil says that the element has no value."""
    return element.get(XSI_NIL) in TRUE


class AnyView(View):
    """An element without a declared type (xs:anyType, an unknown name): its text, children (`other`) and attributes as they are.

    Each package has a subclass of its own, so that what stands below is typed by the declarations of that package.
    """

    __slots__ = ()
    __mixed__ = True

    @property
    def value(self) -> str:
        """The text directly in the element."""
        return text_of(self._element)

    @value.setter
    def value(self, text: str) -> None:
        self._element.text = text


def _unknown(name: str, kind: Any) -> Field:
    field = Field()
    field.name, field.kind, field.many, field.owner = name, kind, True, AnyView
    return field


UNKNOWN_CHILD = _unknown("", "wild")
UNKNOWN_ATTRIBUTE = _unknown("", "wild_attributes")
MIXED_TEXT = _unknown("", "mixed")

