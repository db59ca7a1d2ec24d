"""Typed classes on live XML: XMLBeans for Python.

    package = binding.load("x.xsd")            classes in memory; `xmlsvc bind x.xsd -o DIR` writes the same as files
    doc = package.parse(data)                  the root's view: fields are attributes, typed; the tree stays the truth
    doc.title[0].value = "…"; doc.save()       the original bytes, but for what was changed
    binding.to_dict(doc), to_json(doc)         plain data, and back by package.from_dict

Importing this brings in neither xmlschema nor the validation: those come when a schema is read or a document judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from lxml import etree

from .datatypes import NIL, BadValue, Date, DateTime, Duration, Float, GDay, GMonth, GMonthDay, GYear, GYearMonth, Nil, QName, Time
from .dicts import to_dict, to_json
from .fields import CHECKING, Field
from .view import AnyView, View

__all__ = [
    "NIL", "AnyView", "BadValue", "Date", "DateTime", "Duration", "Field", "Float", "GDay", "GMonth", "GMonthDay", "GYear", "GYearMonth",
    "Nil", "QName", "Time", "View", "bind", "checking", "ids", "infer", "load", "to_dict", "to_json",
]


def load(paths: str | Path | Sequence[str | Path], *, catalog: str | Path | None = None,
         renames: dict[str, str] | None = None) -> ModuleType:
    """The classes of a schema (one XSD or several), made in memory: a module with `parse`, `create`, `sample` and the classes.

    `catalog`: an OASIS catalogue file or a folder for what the schema imports; nothing is fetched. `renames`: place in the schema → name.
    Raises SchemaError with places where no engine can build the schema, UnresolvedLocation where a part is missing. Whether it is valid in
    every respect is found out, and said in the same way, when a document is first judged or made: that takes far longer.
    """
    from .memory import load as load_in_memory

    return load_in_memory(paths, catalog, renames or {})


def bind(tree: etree._Element | etree._ElementTree, package: ModuleType) -> Any:
    """The view of any lxml tree's root by the classes of a package."""
    return package.package.parse(tree)


@contextmanager
def checking(on: bool = True) -> Iterator[None]:
    """Inside this, a value is checked against every facet of its type before it is written: BadValue if it does not fit."""
    token = CHECKING.set(on)
    try:
        yield
    finally:
        CHECKING.reset(token)


def ids(view: View) -> dict[str, View]:
    """The views below (and this one) by their IDs; see `lookup`."""
    from .lookup import ids as collect

    return collect(view)


def infer(documents: Sequence[bytes | Path]) -> dict[str, str]:
    """A schema from example documents: file name → text; see `inference`."""
    from .inference import infer as work_out

    return work_out(documents)
