from collections.abc import Callable
from typing import Any, TypeVar

from .event import EventSystem
from .expr import Column, FromExpr
from .variables import Variable

_T = TypeVar("_T")

class ClassInfo(dict[Any, Any]):
    cls: type
    table: FromExpr
    columns: tuple[Column[Any], ...]
    attributes: dict[int, str]
    primary_key: tuple[Column[Any], ...]
    primary_key_pos: tuple[int, ...]
    default_order: Any
    def __init__(self, cls: type) -> None: ...

class ObjectInfo(dict[Any, Any]):
    cls_info: ClassInfo
    event: EventSystem
    variables: dict[Column[Any], Variable]
    primary_vars: tuple[Variable, ...]
    def __init__(self, obj: object) -> None: ...
    def set_obj(self, obj: object) -> None: ...
    get_obj: Callable[[], Any]
    def checkpoint(self) -> None: ...

def get_obj_info(obj: object) -> ObjectInfo: ...
def set_obj_info(obj: object, obj_info: ObjectInfo) -> None: ...
def get_cls_info(cls: type) -> ClassInfo: ...

# An alias has its class's columns, so it is typed as that class.
def ClassAlias(cls: type[_T], name: str = ...) -> type[_T]: ...
