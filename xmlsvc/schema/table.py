"""A component model as a flat JSON table: no recursion however deep the schema is, the same bytes for the same model, no code run by it.

Row n = the n-th object: {"": class name, attribute: value …}, defaults left out. Values: null, booleans, numbers and strings as they are;
{"r": n} another row; {"t": […]} tuple; {"d": [[key, value], …]} dict; {"s": […]} frozenset; {"p": [file, line]} source. Row 0 is the model.
"""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import model
from .model import Model, Source

_CLASSES = {
    cls.__name__: cls
    for cls in (model.SimpleType, model.ComplexType, model.Attribute, model.Wildcard, model.Element, model.Alternative, model.Identity,
                model.Group, model.Particle, model.Model)
}


def dumps(whole: Model) -> str:
    """The table of a model."""
    numbers: dict[int, int] = {id(whole): 0}
    objects: list[Any] = [whole]
    rows: list[dict[str, Any]] = []

    def encode(value: Any) -> Any:
        if value is None or isinstance(value, str | int):
            return value
        if isinstance(value, tuple):
            return {"t": [encode(item) for item in value]}
        if isinstance(value, dict):
            return {"d": [[key, encode(item)] for key, item in value.items()]}
        if isinstance(value, frozenset):
            return {"s": sorted(value)}
        if isinstance(value, Source):
            return {"p": [value.file, value.line]}
        number = numbers.get(id(value))
        if number is None:
            number = numbers[id(value)] = len(objects)
            objects.append(value)
        return {"r": number}

    for one in objects:  # grows while it is walked
        row: dict[str, Any] = {"": type(one).__name__}
        for name, default in _defaults(type(one)).items():
            value = getattr(one, name)
            if value != default or isinstance(value, bool) != isinstance(default, bool):
                row[name] = encode(value)
        rows.append(row)
    return "[" + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "]\n"


def loads(text: str) -> Model:
    """The inverse of `dumps`."""
    return _model(json.loads(text))


_NAMING = frozenset({"name", "substitution_head", "refer", "excluded_names", "elements", "types", "attributes", "substitutes", "derived"})
_SPACES = frozenset({"namespaces", "excluded", "target_namespaces"})


def moved(whole: Model, spaces: Mapping[str, str]) -> Model:
    """A copy whose components are in other namespaces: `spaces` maps those that change to what they become."""
    def name(value: Any) -> Any:
        if isinstance(value, str) and value[:1] == "{":
            space, _, local = value[1:].partition("}")
            return f"{{{spaces.get(space, space)}}}{local}"
        return value

    def space(value: Any) -> Any:
        return spaces.get(value, value) if isinstance(value, str) else value

    def walk(value: Any, change: Callable[[Any], Any]) -> Any:
        if isinstance(value, dict):
            ((kind, inner),) = value.items()
            if kind in ("t", "s"):
                return {kind: [walk(one, change) for one in inner]}
            if kind == "d":
                return {kind: [[change(key), walk(one, change)] for key, one in inner]}
            return value
        return change(value)

    rows = json.loads(dumps(whole))
    for row in rows:
        for field in row.keys() & (_NAMING | _SPACES):
            row[field] = walk(row[field], name if field in _NAMING else space)
    return _model(rows)


def _model(rows: list[dict[str, Any]]) -> Model:
    objects: list[Any] = [object.__new__(_CLASSES[row[""]]) for row in rows]

    def decode(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        ((kind, inner),) = value.items()
        if kind == "r":
            return objects[inner]
        if kind == "t":
            return tuple([decode(item) for item in inner])
        if kind == "d":
            return {key: decode(item) for key, item in inner}
        return frozenset(inner) if kind == "s" else Source(*inner)

    for one, row in zip(objects, rows, strict=True):
        for name, default in _defaults(type(one)).items():
            if name in row:
                setattr(one, name, decode(row[name]))
            else:
                setattr(one, name, {} if isinstance(default, dict) else default)
    whole: Model = objects[0]
    return whole


def save(whole: Model, path: Path) -> None:
    """Write the table; a reader sees the old file or the new one, never a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(dumps(whole))
    Path(temporary).replace(path)


def load(path: Path) -> Model:
    """Read a table that `save` wrote."""
    return loads(path.read_text("utf-8"))


_MISSING = object()
_KNOWN: dict[type, dict[str, Any]] = {}


def _defaults(cls: type) -> dict[str, Any]:
    """Field → default; fields without one get an object that equals nothing."""
    known = _KNOWN.get(cls)
    if known is None:
        known = {}
        for one in dataclasses.fields(cls):
            if one.default is not dataclasses.MISSING:
                known[one.name] = one.default
            else:
                known[one.name] = _MISSING if one.default_factory is dataclasses.MISSING else one.default_factory()
        _KNOWN[cls] = known
    return known
