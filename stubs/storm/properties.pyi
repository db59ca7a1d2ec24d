# A column declared with allow_none=False has its type; any other may hold NULL, and is Any rather than a promise.
import datetime
import decimal
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal, TypeVar, overload

from .expr import Column

_T = TypeVar("_T")

class PropertyColumn(Column[_T]):
    cls: type

class Property(Generic[_T]):
    def __init__(
        self,
        name: str | None = None,
        primary: bool | int = False,
        variable_class: type = ...,
        variable_kwargs: Mapping[str, Any] = ...,
    ) -> None: ...
    @overload
    def __get__(self, obj: None, cls: type | None = None) -> PropertyColumn[_T]: ...
    @overload
    def __get__(self, obj: object, cls: type | None = None) -> _T: ...
    def __set__(self, obj: object, value: Any) -> None: ...
    def __delete__(self, obj: object) -> None: ...

class SimpleProperty(Property[_T]): ...

class Bool(SimpleProperty[_T]):
    @overload
    def __init__(
        self: Bool[bool],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Bool[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class Int(SimpleProperty[_T]):
    @overload
    def __init__(
        self: Int[int],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Int[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class Float(SimpleProperty[_T]):
    @overload
    def __init__(
        self: Float[float],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Float[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class Decimal(SimpleProperty[_T]):
    @overload
    def __init__(
        self: Decimal[decimal.Decimal],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Decimal[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class Bytes(SimpleProperty[_T]):
    @overload
    def __init__(
        self: Bytes[bytes],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Bytes[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class Unicode(SimpleProperty[_T]):
    @overload
    def __init__(
        self: Unicode[str],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Unicode[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class DateTime(SimpleProperty[_T]):
    @overload
    def __init__(
        self: DateTime[datetime.datetime],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
        tzinfo: datetime.tzinfo | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: DateTime[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
        tzinfo: datetime.tzinfo | None = None,
    ) -> None: ...

class Date(SimpleProperty[_T]):
    @overload
    def __init__(
        self: Date[datetime.date],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Date[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class Time(SimpleProperty[_T]):
    @overload
    def __init__(
        self: Time[datetime.time],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Time[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class TimeDelta(SimpleProperty[_T]):
    @overload
    def __init__(
        self: TimeDelta[datetime.timedelta],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: TimeDelta[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class UUID(SimpleProperty[_T]):
    @overload
    def __init__(
        self: UUID[uuid.UUID],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[False],
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: UUID[Any],
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: Literal[True] = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class Pickle(SimpleProperty[Any]):
    def __init__(
        self,
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: bool = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class JSON(SimpleProperty[Any]):
    def __init__(
        self,
        name: str | None = None,
        primary: bool | int = False,
        *,
        allow_none: bool = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

class List(SimpleProperty[list[Any]]):
    def __init__(self, name: str | None = None, *, type: Property[Any] = ..., **kwargs: Any) -> None: ...

class Enum(SimpleProperty[Any]):
    def __init__(
        self,
        name: str | None = None,
        primary: bool | int = False,
        *,
        map: Mapping[Any, Any],
        set_map: Mapping[Any, Any] = ...,
        allow_none: bool = True,
        default: Any = ...,
        default_factory: Callable[[], Any] = ...,
        validator: Callable[..., Any] | None = None,
    ) -> None: ...

RawStr = Bytes
Chars = Bytes

class PropertyRegistry:
    def get(self, name: str, namespace: str | None = None) -> PropertyColumn[Any]: ...
    def add_class(self, cls: type) -> None: ...
    def clear(self) -> None: ...

class PropertyPublisherMeta(type): ...
