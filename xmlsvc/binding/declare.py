"""What generated modules are written in: the makers of fields and simple types, and the annotations that type checkers read.

    title: Many[TitleType] = many(P + "title", "TitleType")
    rating: Attribute[int] = attribute("rating", restrict("xs:int", max_inclusive="10"))

For a type checker `Attribute[int]` reads as int | None and takes an int; at run time annotations are not looked at.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from .makers import attribute, many, one, text, value, values, wild, wild_attributes
from .package import Namespace, Package
from .simple import enumeration, list_of, restrict, union
from .view import AnyView, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime, time, timedelta
    from decimal import Decimal
    from typing import Any, Generic, TypeVar, overload

    from . import sequences
    from .datatypes import Date, DateTime, Duration, Time

    T = TypeVar("T")
    V = TypeVar("V", bound=View)

    class _Single(Generic[T]):
        @overload
        def __set__(self: _Single[Date], view: Any, given: date | None) -> None: ...
        @overload
        def __set__(self: _Single[DateTime], view: Any, given: datetime | None) -> None: ...
        @overload
        def __set__(self: _Single[Time], view: Any, given: time | None) -> None: ...
        @overload
        def __set__(self: _Single[Duration], view: Any, given: timedelta | Duration | None) -> None: ...
        @overload
        def __set__(self: _Single[Decimal], view: Any, given: Decimal | int | None) -> None: ...
        @overload
        def __set__(self, view: Any, given: T | None) -> None: ...
        def __set__(self, view: Any, given: Any) -> None: ...
        def __delete__(self, view: Any) -> None: ...

    class Attribute(_Single[T]):
        """An attribute, or a child with a simple type, that may be absent."""

        def __get__(self, view: Any, owner: Any) -> T | None: ...

    Value = Attribute

    class Default(_Single[T]):
        """An attribute with a default: always has a value."""

        def __get__(self, view: Any, owner: Any) -> T: ...

    class Text(_Single[T]):
        """The value of simple content."""

        def __get__(self, view: Any, owner: Any) -> T: ...

    class One(Generic[V]):
        """A single child."""

        def __get__(self, view: Any, owner: Any) -> V | None: ...
        def __set__(self, view: Any, given: Any) -> None: ...
        def __delete__(self, view: Any) -> None: ...

    class Views(sequences.Views, Generic[V]):
        """A live list of views."""

        def __iter__(self) -> Iterator[V]: ...
        @overload
        def __getitem__(self, index: int) -> V: ...
        @overload
        def __getitem__(self, index: slice) -> list[V]: ...
        def __getitem__(self, index: Any) -> Any: ...
        def add(self, given: Any = None, /, **fields: Any) -> V: ...

    class Many(Generic[V]):
        """Children of one name."""

        def __get__(self, view: Any, owner: Any) -> Views[V]: ...
        def __set__(self, view: Any, given: Iterable[V | Mapping[str, Any]]) -> None: ...
        def __delete__(self, view: Any) -> None: ...

    class ValueList(sequences.Values, Generic[T]):
        """A live list of values."""

        def __iter__(self) -> Iterator[T]: ...
        @overload
        def __getitem__(self, index: int) -> T: ...
        @overload
        def __getitem__(self, index: slice) -> list[T]: ...
        def __getitem__(self, index: Any) -> Any: ...

    class Values(Generic[T]):
        """Children of one name with a simple type."""

        def __get__(self, view: Any, owner: Any) -> ValueList[T]: ...
        def __set__(self, view: Any, given: Iterable[T]) -> None: ...
        def __delete__(self, view: Any) -> None: ...

    class Wild:
        """Children that no other field is for."""

        def __get__(self, view: Any, owner: Any) -> sequences.Wild: ...
        def __set__(self, view: Any, given: Iterable[Any]) -> None: ...

    class WildAttributes:
        """Attributes that no other field is for."""

        def __get__(self, view: Any, owner: Any) -> sequences.WildAttributes: ...
        def __set__(self, view: Any, given: Mapping[str, str]) -> None: ...

__all__ = ["AnyView", "Namespace", "Package", "StrEnum", "View", "attribute", "enumeration", "list_of", "many", "one", "restrict", "text",
           "union", "value", "values", "wild", "wild_attributes"]
