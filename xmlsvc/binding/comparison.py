"""What two views of one class have in common if they are equal."""

from __future__ import annotations

from typing import Any

from .datatypes import BadValue
from .view import View


def compared(view: View) -> list[Any]:
    """The view's content: attributes without order, all else in its own, texts that are no values as they are written."""
    entries: list[Any] = []
    attributes: list[Any] = []
    for field, value in view.items(lenient=True):
        shown = ("no value", value.raw) if isinstance(value, BadValue) else value
        entry = (field.name, field.tag or getattr(getattr(value, "_element", None), "tag", ""), shown)
        if field.kind in ("attribute", "wild_attributes"):
            attributes.append(entry)
        elif not (field.kind == "mixed" and not value.strip()):
            entries.append(entry)
    return [sorted(attributes, key=lambda entry: (entry[0], str(entry[2]))), entries]
