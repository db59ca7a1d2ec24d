"""A declared field of a view class, and how its text becomes a value and back.

A Field is a property, so that reading goes straight from C to its getter, with what the schema says of it beside. `declare` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from lxml import etree

from ..schema.model import XSI_NAMESPACE
from .codecs import Codec
from .datatypes import NIL, BadValue

if TYPE_CHECKING:
    from .simple import Simple
    from .view import View

Reference: TypeAlias = "str | Simple"
Kind = Literal["attribute", "text", "value", "view", "wild", "wild_attributes", "mixed"]
XSI_NIL = f"{{{XSI_NAMESPACE}}}nil"
XSI_TYPE = f"{{{XSI_NAMESPACE}}}type"
SAID = XSI_TYPE.encode()  # what is asked of every element: bytes spare lxml the encoding of the name
TRUE = ("true", "1")
ANY_SIMPLE = ("anySimpleType", "anyAtomicType")

# Whether a value is checked against its type's facets before it is written.
CHECKING: ContextVar[bool] = ContextVar("xmlsvc.binding.checking", default=False)


class Field(property):
    """One field of a view class.

    `name` in Python, `tag` in XML (Clark name; "" for text and wildcards), `tags` all element names that belong here (the substitution
    group's too), `kind`, `many`, `required`, `default` (lexical), `fixed`, `nillable`, `abstract` (only the members of its
    substitution group stand for it), `reference` and `members` (types by name).
    """

    kind: Kind
    name: str = ""
    tag: str = ""
    tags: tuple[str, ...] = ()
    many: bool = False
    required: bool = False
    nillable: bool = False
    abstract: bool = False
    default: str | None = None
    fixed: str | None = None
    reference: Reference = "xs:anyType"
    members: Mapping[str, Reference] = {}
    owner: type[View]
    classes: dict[str, type[View]]
    _codec: Codec | None = None

    def __set_name__(self, owner: type[View], name: str) -> None:
        self.owner, self.name = owner, name

    def __repr__(self) -> str:
        return f"<Field {self.owner.__qualname__}.{self.name} {self.kind} {self.tag}>"

    @property
    def codec(self) -> Codec:
        """How the field's text and value go together. TypeError for a field of views."""
        if self._codec is None:
            found = self.owner.namespace().resolve(self.owner, self.reference)
            if not isinstance(found, Codec):
                raise TypeError(f"{self!r} holds views, not simple values")
            self._codec = found
        return self._codec

    def type_of(self, tag: str) -> type[View] | Codec:
        """The declared type of a child of this name."""
        return self.owner.namespace().resolve(self.owner, self.members.get(tag, self.reference))

    def names(self) -> dict[Any, str]:
        """The members of the field's substitution group by local and by Clark name; of two with one local name the first has it."""
        if not self.members:
            return {}
        known = {tag: tag for tag in self.tags}
        for tag in self.tags:
            known.setdefault(tag.rpartition("}")[2], tag)
        return known

    @property
    def documentation(self) -> str:
        """What the schema says of the field, "" if nothing."""
        return self.owner.package().documentation(self)


def bad(field: Field, text: str, error: Exception) -> BadValue:
    """The error of a text that is no value of its field."""
    return BadValue(f"{field.owner.__qualname__}.{field.name}: {error}", text)


def text_of(element: etree._Element) -> str:
    """The string value of an element with simple content; comments and processing instructions in it do not count."""
    if len(element):
        return (element.text or "") + "".join([child.tail or "" for child in element])
    return element.text or ""


def write_text(element: etree._Element, text: str) -> None:
    """Replace the text of an element with simple content; comments in it stay, after the text."""
    if len(element):
        for child in element:
            child.tail = None
    element.text = text


def encode(field: Field, value: Any, element: etree._Element, codec: Codec | None = None) -> str:
    """The text for a value; checked against every facet, and against a fixed value, where that is on. BadValue."""
    codec = codec or field.codec
    text = codec.write(value, element)
    if CHECKING.get():
        wrong = codec.fault(text)
        if wrong is None and field.fixed is not None and codec.read_in(text, element) != codec.read_in(field.fixed, element):
            wrong = f"is not {field.fixed!r}, which its value always is"
        if wrong is not None:
            raise BadValue(f"{field.owner.__qualname__}.{field.name}: {text!r} {wrong}", text)
    return text


def put_text(field: Field, element: etree._Element, given: Any, codec: Codec | None = None) -> None:
    """Write a value, or NIL, as the text of an element."""
    if given is NIL:
        write_text(element, "")
        element.set(XSI_NIL, "true")
        return
    written = encode(field, given, element, codec) if given is not None else ""
    if element.get(XSI_NIL) is not None:
        del element.attrib[XSI_NIL]
    write_text(element, written)


def read_child(field: Field, child: etree._Element) -> Any:
    """The value of a child with a simple type; nil, default, xsi:type and the namespaces in scope are looked at."""
    found = (child.text if not len(child) else text_of(child)) or ""
    if not found:
        if child.get(XSI_NIL) in TRUE:
            return NIL
        found = field.default if field.default is not None else field.fixed or ""
    codec = field.codec
    try:
        if is_any(codec):
            said = field.owner.package().said_type(child)
            if isinstance(said, Codec):
                codec = said
        return codec.read_in(found, child)
    except ValueError as error:
        raise bad(field, found, error) from None


def is_any(codec: Codec) -> bool:
    """Whether the type is one of those that xsi:type makes something of: lists and unions are derived from it, too, but are none."""
    return codec.simple.builtin in ANY_SIMPLE and codec.simple.variety == "atomic"


def is_quick(field: Field) -> bool:
    """Whether a child's text is all that its value hangs on."""
    codec = field.codec
    told = field.nillable or field.default is not None or field.fixed is not None
    return not (told or codec.contextual or is_any(codec))
