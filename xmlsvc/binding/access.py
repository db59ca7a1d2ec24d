"""`view.xml`: all that a view can do which is not a field of its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from ..errors import UsageError
from ..xml.names import Prefixes, path, split
from . import editing, lookup
from .fields import TRUE, XSI_NIL, Field, text_of
from .view import View, child_view, detached, face, keep_prefixes, tables, view_of

if TYPE_CHECKING:
    from .sequences import Views


class Access:
    """The way from a view to its element and back."""

    __slots__ = ("_view",)

    def __init__(self, view: View) -> None:
        self._view = view

    @property
    def element(self) -> etree._Element:
        """The lxml element itself: changes to it are changes to the view."""
        return self._view._element

    @property
    def tag(self) -> str:
        """The element's Clark name."""
        return str(self._view._element.tag)

    @property
    def line(self) -> int | None:
        """The line that the element was parsed from."""
        return cast("int | None", self._view._element.sourceline)

    @property
    def path(self) -> str:
        """The named path from the root: "/p:programme/p:title[2]"."""
        element = self._view._element
        return path(element, Prefixes.of(element.getroottree().getroot()))

    @property
    def text(self) -> str:
        """All text below, comments left out."""
        return str(self._view._element.xpath("string()"))

    @property
    def parent(self) -> View | None:
        """The view of the parent element."""
        element = self._view._element.getparent()
        return None if element is None else self.typed(element)

    @property
    def root(self) -> View:
        """The view of the document's root element."""
        return self.typed(self._view._element.getroottree().getroot())

    def typed(self, element: etree._Element) -> View:
        """The view of any element of the document: its type follows from where it stands."""
        chain = [element]
        while (parent := chain[-1].getparent()) is not None:
            chain.append(parent)
        view = self._view.package().view(chain.pop())
        while chain:
            view = child_view(view, chain.pop())
        return view

    def _field(self, name: str) -> Field:
        try:
            return type(self._view).fields()[name]
        except KeyError:
            raise UsageError(f"{type(self._view).__qualname__} has no field {name!r}") from None

    def raw(self, name: str) -> str | list[str] | None:
        """The text of a field as it stands in the document, also where it is no value of its type; a list where there may be many."""
        field = self._field(name)
        element = self._view._element
        if field.kind == "attribute":
            return element.get(field.tag)
        if field.kind == "text":
            return text_of(element)
        texts = [text_of(child) for child in element.iterchildren(*field.tags)]
        return texts if field.many else texts[0] if texts else None

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that are there; one that only has a default is not."""
        return frozenset(field.name for field, _ in self._raw_items() if field.name)

    def is_set(self, name: str) -> bool:
        """Whether the field is there; a default does not count."""
        field = self._field(name)
        if field.kind in ("wild", "wild_attributes"):
            return bool(len(getattr(self._view, name)))
        return field.kind == "text" or self.raw(name) not in (None, [])

    def unset(self, name: str) -> None:
        """Remove the field from the document."""
        delattr(self._view, self._field(name).name)

    def _raw_items(self) -> Iterator[tuple[Field, None]]:
        table = tables(type(self._view))
        element = self._view._element
        yield from ((table.attributes[str(name)], None) for name in element.attrib if str(name) in table.attributes)
        yield from ((table.children[child.tag][0], None) for child in element.iterchildren(etree.Element) if child.tag in table.children)

    @property
    def nil(self) -> bool:
        """Whether xsi:nil says that there is no value."""
        return self._view._element.get(XSI_NIL) in TRUE

    @nil.setter
    def nil(self, nil: bool) -> None:
        element = self._view._element
        if nil:
            for child in list(element):
                element.remove(child)
            element.text = None
            element.set(XSI_NIL, "true")
        elif XSI_NIL in element.attrib:
            del element.attrib[XSI_NIL]

    def become(self, cls: type[View]) -> Any:
        """Say by xsi:type that the element is of a derived type; the view of that class. The old view still reads the old type's fields."""
        view = self._view
        if not cls.__xsd__ or "/" in split(cls.__xsd__)[1]:
            raise UsageError(f"{cls.__qualname__} is of an anonymous type, which xsi:type cannot name")
        view.package().say_type(view._element, face(cls))
        made = object.__new__(face(cls))
        made._element = view._element
        return made

    def add(self, name: str, given: Any = None, /, **fields: Any) -> Any:
        """Add a child for a field, whether it may be there once or often; its view, or the value for a simple type. `given`: as for a
        list's `add`, also the name of a member of the substitution group."""
        field = self._field(name)
        if field.kind == "value":
            if field.many:
                getattr(self._view, name).add(given)
            else:
                setattr(self._view, name, given)
            return given
        if field.many:
            children: Views = getattr(self._view, name)
            return children.add(given, **fields)
        if isinstance(given, str) and given in field.names():
            delattr(self._view, name)
            made = view_of(field, editing.insert(self._view, field.names()[given]))
            made._fill(fields)
            return made
        setattr(self._view, name, fields if given is None else given)
        made = getattr(self._view, name)
        if given is not None and fields:
            made._fill(fields)
        return made

    def choice(self) -> dict[str, list[str]]:
        """The fields that are there, by the names they exclude: what a choice has been made between."""
        return {name: sorted(self._excluded(name)) for name in sorted(self.fields) if self._excluded(name)}

    def _excluded(self, name: str) -> set[str]:
        """Fields that could not be added beside this one, whatever else is there."""
        view = self._view
        order = editing.order_of(type(view))
        field = self._field(name)
        if field.kind not in ("value", "view"):
            return set()
        return {other.name for other in type(view).fields().values()
                if other is not field and other.kind in ("value", "view") and order.gaps([field.tags[0], other.tags[0]]) is None
                and order.gaps([other.tags[0], field.tags[0]]) is None}

    def xpath(self, expression: str, namespaces: dict[str, str] | None = None, **variables: Any) -> list[Any] | str | float | bool:
        """XPath 1.0 from here: elements come as views, all else as lxml gives it. Prefixes: the schema's, those in scope, `namespaces`."""
        element, package = self._view._element, self._view.package()
        scope = {prefix: uri for uri, prefix in package.prefixes.items() if prefix}
        scope |= {prefix: uri for prefix, uri in element.nsmap.items() if prefix} | (namespaces or {})
        try:
            found = element.xpath(expression, namespaces=scope, **variables)
        except etree.XPathError as error:
            raise UsageError(f"{expression!r} is no XPath expression that can be worked out here: {error}") from None
        if not isinstance(found, list):
            return cast("str | float | bool", found)
        return [self.typed(one) if isinstance(one, etree._Element) and isinstance(one.tag, str) else one for one in found]

    def targets(self, name: str) -> list[View]:
        """The views that an IDREF or IDREFS field refers to."""
        return lookup.targets(self._view, name)

    def keys(self, name: str) -> dict[tuple[str, ...], View]:
        """The views that a key or uniqueness constraint of the schema selects in this document, by the texts of its fields."""
        return lookup.keys(self._view, name)

    def referred(self, name: str) -> list[tuple[View, View | None]]:
        """(what refers, what it refers to) for a key reference of the schema."""
        return lookup.referred(self._view, name)

    def copy(self) -> Any:
        """A detached copy of the view with all below it."""
        made = object.__new__(face(type(self._view)))
        made._element = detached(self._view._element)
        return made

    def remove(self) -> None:
        """Take the element out of its document; the view stays usable."""
        element = self._view._element
        scope = element.nsmap
        editing.remove(element)
        keep_prefixes(element, scope)

    @property
    def comments(self) -> list[str]:
        """The texts of the comments directly in the element."""
        return [str(child.text) for child in self._view._element.iterchildren(etree.Comment)]
