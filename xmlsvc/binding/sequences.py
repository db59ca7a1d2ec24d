"""Live lists over children: what is read comes from the tree, what is written goes there. None of them keeps anything."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSequence
from typing import Any, TypeVar, overload

from lxml import etree

from . import editing
from .attaching import assign, attach
from .datatypes import BadValue
from .fields import SAID, XSI_NIL, XSI_TYPE, Field, put_text, read_child
from .view import View, child_view, declared_class, detached, tables, view_of

_new = object.__new__
V = TypeVar("V", bound=View)
T = TypeVar("T")


class _Children(MutableSequence[Any]):
    """What lists of views and lists of values share: the children that belong to one field."""

    __slots__ = ("_field", "_view")
    _view: View
    _field: Field

    def _elements(self) -> list[etree._Element]:
        return list(self._view._element.iterchildren(*self._field.tags))

    @abstractmethod
    def _read(self, child: etree._Element) -> Any: ...

    @abstractmethod
    def _write(self, given: Any, before: etree._Element | None, replaced: etree._Element | None) -> Any: ...

    def __iter__(self) -> Iterator[Any]:
        return map(self._read, self._elements())

    def __len__(self) -> int:
        return len(self._elements())

    def __bool__(self) -> bool:
        return next(self._view._element.iterchildren(*self._field.tags), None) is not None

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self._read(child) for child in self._elements()[index]]
        if index >= 0:
            for number, child in enumerate(self._view._element.iterchildren(*self._field.tags)):
                if number == index:
                    return self._read(child)
            raise IndexError(f"{self._field.name} has no item {index}")
        return self._read(self._elements()[index])

    def __setitem__(self, index: int | slice, given: Any) -> None:
        if isinstance(index, slice):
            kept = list(self)
            kept[index] = given
            self.replace(kept)
        else:
            child = self._elements()[index]
            self._write(given, child, child)

    def __delitem__(self, index: int | slice) -> None:
        found = self._elements()[index]
        for child in found if isinstance(found, list) else [found]:
            editing.remove(child)

    def insert(self, index: int, given: Any) -> None:
        """Put it before the item that is now at `index`."""
        elements = self._elements()
        index = max(0, index + len(elements)) if index < 0 else index
        self._write(given, elements[index] if index < len(elements) else None, None)

    def clear(self) -> None:
        """Remove all of them."""
        for child in self._elements():
            editing.remove(child)

    def replace(self, given: Iterable[Any]) -> None:
        """Have exactly these. Those that are already there stay the very elements they are."""
        wanted = list(given)
        kept = {id(one._element) for one in wanted if isinstance(one, View)}
        for child in self._elements():
            if id(child) not in kept:
                editing.remove(child)
        for one in wanted:
            if isinstance(one, View) and one._element.getparent() is self._view._element:
                editing.remove(one._element)
            self._write(one, None, None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Iterable) and not isinstance(other, str) and list(self) == list(other)

    def __repr__(self) -> str:
        return repr(list(self))


class Values(_Children):
    """The values of children with a simple type."""

    __slots__ = ()

    def _read(self, child: etree._Element) -> Any:
        return read_child(self._field, child)

    def _write(self, given: Any, before: etree._Element | None, replaced: etree._Element | None) -> Any:
        field = self._field
        if replaced is not None:
            put_text(field, replaced, given)
            return given
        if before is None:
            child = editing.insert(self._view, field.tag)
        else:
            child = before.makeelement(field.tag, nsmap=self._view.package().nsmap_of(field.tag))
            editing.put_before(before, child)
        try:
            put_text(field, child, given)
        except BadValue:
            editing.remove(child)
            raise
        return given

    def add(self, given: Any) -> None:
        """Append a value."""
        self._write(given, None, None)


class Views(_Children):
    """Views of children with a complex type."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        field, view = self._field, self._view
        if field.members:
            for child in self._elements():
                yield view_of(field, child)
            return
        declared: type[View] = declared_class(field, field.tag)
        for child in view._element.iterchildren(field.tag):
            if child.get(SAID) is not None:
                yield view_of(field, child)
            else:
                made = _new(declared)
                made._element = child
                yield made

    def __getitem__(self, index: int | slice) -> Any:
        field = self._field
        if index.__class__ is int and index >= 0 and not field.members:
            tag = field.tag
            for child in self._view._element.iterchildren(tag):
                if not index:
                    if child.get(SAID) is not None:
                        return view_of(field, child)
                    made = _new(field.classes.get(tag) or declared_class(field, tag))
                    made._element = child
                    return made
                index -= 1
            raise IndexError(f"{field.name} has no such item")
        return super().__getitem__(index)

    def _read(self, child: etree._Element) -> Any:
        return view_of(self._field, child)

    def _write(self, given: Any, before: etree._Element | None, replaced: etree._Element | None) -> Any:
        if not isinstance(given, View):
            tag = replaced.tag if replaced is not None else self._field.tags[0]
            made = _detached(self._view, self._field, tag)
            if given is not None:
                assign(made, given)
            given = made
        if replaced is not None and given._element is replaced:
            return given
        element = attach(self._view, self._field, given, before)
        if replaced is not None:
            editing.remove(replaced)
        return view_of(self._field, element)

    def add(self, given: Any = None, /, **fields: Any) -> Any:
        """Append a child and give its view: from a view, a mapping, the name of a member of the substitution group, or field by field."""
        field = self._field
        if isinstance(given, View | Mapping) or (given is not None and "value" not in fields and given not in field.names()):
            made = self._write(given, None, None)
            if fields:
                made._fill(fields)
            return made
        if given is None and field.abstract and len(field.tags) > 1:
            raise BadValue(f"{field.name}: say which it is to be: {', '.join(name for name in field.names() if name[0] != '{')}")
        child = editing.insert(self._view, field.names()[given] if given is not None else field.tags[0])
        made = view_of(field, child)
        try:
            made._fill(fields)
        except (BadValue, TypeError):
            editing.remove(child)
            raise
        return made


def _detached(parent: View, field: Field, tag: str) -> View:
    """A view on a new element that stands nowhere yet."""
    element = etree.Element(tag, nsmap=parent.package().nsmap_of(tag))
    return view_of(field, element)


class Wild(_Children):
    """Views of the children that no other field is for."""

    __slots__ = ()

    def _elements(self) -> list[etree._Element]:
        known = tables(type(self._view)).children
        return [child for child in self._view._element.iterchildren(etree.Element) if child.tag not in known]

    def __bool__(self) -> bool:
        return bool(self._elements())

    def __getitem__(self, index: int | slice) -> Any:
        found = self._elements()[index]
        return [self._read(child) for child in found] if isinstance(found, list) else self._read(found)

    def _read(self, child: etree._Element) -> Any:
        return child_view(self._view, child)

    def _write(self, given: Any, before: etree._Element | None, replaced: etree._Element | None) -> Any:
        element = given._element if isinstance(given, View) else given
        if not isinstance(element, etree._Element):
            raise BadValue(f"{given!r} is neither a view nor an element: only these can stand for a wildcard")
        if element.getparent() is not None and element is not replaced:
            element = detached(element)
        if replaced is not None:
            editing.put_before(replaced, element)
            editing.remove(replaced)
        elif before is not None:
            editing.put_before(before, element)
        else:
            editing.place(self._view, element)
        editing.settle(element)
        return child_view(self._view, element)

    def add(self, given: View | etree._Element) -> View:
        """Append a view or an element; its view."""
        made: View = self._write(given, None, None)
        return made


class WildAttributes(MutableMapping[str, str]):
    """The attributes that no other field is for: Clark name → text."""

    __slots__ = ("_view",)

    def __init__(self, view: View) -> None:
        self._view = view

    def _mine(self, name: str) -> bool:
        return name not in tables(type(self._view)).attributes and name not in (XSI_TYPE, XSI_NIL)

    def __iter__(self) -> Iterator[str]:
        return (str(name) for name in self._view._element.attrib if self._mine(str(name)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, name: str) -> str:
        if not self._mine(name):
            raise KeyError(name)
        return str(self._view._element.attrib[name])

    def __setitem__(self, name: str, text: str) -> None:
        if not self._mine(name):
            raise BadValue(f"{name} is a field of {type(self._view).__qualname__}: set it there")
        self._view._element.set(name, text)

    def __delitem__(self, name: str) -> None:
        if not self._mine(name):
            raise KeyError(name)
        del self._view._element.attrib[name]

    def replace(self, given: Mapping[str, str]) -> None:
        """Have exactly these."""
        self.clear()
        self.update(given)

    def __repr__(self) -> str:
        return repr(dict(self))


class Content(MutableSequence[Any]):
    """All that stands in an element, in document order: views of its children and, in mixed content, the texts between them."""

    __slots__ = ("_view",)

    def __init__(self, view: View) -> None:
        self._view = view

    def _pieces(self) -> list[tuple[etree._Element | None, str | None]]:
        """(child, None) or (the child that the text follows, text)."""
        element, mixed = self._view._element, self._view.__mixed__
        pieces: list[tuple[etree._Element | None, str | None]] = []
        if mixed and element.text:
            pieces.append((None, element.text))
        for child in element:
            if isinstance(child.tag, str):
                pieces.append((child, None))
            if mixed and child.tail:
                if pieces and pieces[-1][1] is not None:
                    pieces[-1] = (child, (pieces[-1][1] or "") + child.tail)  # a comment between two texts
                else:
                    pieces.append((child, child.tail))
        return pieces

    def _read(self, piece: tuple[etree._Element | None, str | None]) -> View | str:
        return piece[1] if piece[1] is not None else child_view(self._view, piece[0])  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._pieces())

    def __iter__(self) -> Iterator[View | str]:
        return map(self._read, self._pieces())

    @overload
    def __getitem__(self, index: int) -> View | str: ...

    @overload
    def __getitem__(self, index: slice) -> list[View | str]: ...

    def __getitem__(self, index: int | slice) -> Any:
        found = self._pieces()[index]
        return [self._read(piece) for piece in found] if isinstance(found, list) else self._read(found)

    def __setitem__(self, index: int | slice, given: Any) -> None:
        kept = list(self)
        kept[index] = given
        self._rebuild(kept)

    def __delitem__(self, index: int | slice) -> None:
        kept = list(self)
        del kept[index]
        self._rebuild(kept)

    def insert(self, index: int, given: View | str) -> None:
        """Put a view or a text at the index, whatever the content model says of it."""
        kept = list(self)
        kept.insert(index, given)
        self._rebuild(kept)

    def _rebuild(self, wanted: list[View | str]) -> None:
        element, mixed = self._view._element, self._view.__mixed__
        if not mixed and any(isinstance(one, str) for one in wanted):
            raise BadValue(f"{type(self._view).__qualname__} has no mixed content: no text can stand between its children")
        if not mixed:
            self._reorder(wanted)
            return
        for child in list(element):
            child.tail = None
            if isinstance(child.tag, str):
                element.remove(child)
        element.text = None
        for one in wanted:
            if isinstance(one, str):
                if len(element):
                    element[-1].tail = (element[-1].tail or "") + one
                else:
                    element.text = (element.text or "") + one
            else:
                self._append(one)

    def _reorder(self, wanted: list[View | str]) -> None:
        kept = {id(one._element) for one in wanted if isinstance(one, View)}
        element = self._view._element
        for child in list(element.iterchildren(etree.Element)):
            if id(child) not in kept:
                editing.remove(child)
        for place, one in enumerate(wanted):
            assert isinstance(one, View)
            children = list(element.iterchildren(etree.Element))
            if place < len(children) and children[place] is one._element:
                continue
            if one._element.getparent() is element:
                editing.remove(one._element)
                children = list(element.iterchildren(etree.Element))
            if place < len(children):
                editing.put_before(children[place], one._element)
            else:
                editing.append(element, one._element)

    def _append(self, one: View) -> None:
        self._view._element.append(one._element)

    def __repr__(self) -> str:
        return repr(list(self))
