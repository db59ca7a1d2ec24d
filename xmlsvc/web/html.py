"""Writing HTML safely from Python, for the parts of a page that repeat: texts are escaped, `Markup` is not.

Genshi renders the shell of a page; tables and field lists are built here because a template costs about 20 times as much per row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from genshi.core import Markup

Child = Any  # a text, a number, Markup, None, or an iterable of these

_LABELS: dict[str, str] = {}  # of attributes, by their names in Python: as many as the code has
_VOID = {"input", "br", "img", "hr", "meta", "link", "col", "wbr"}


def text(value: object) -> Markup:
    """Escaped for element content and attribute values; NUL and other characters that HTML forbids become U+FFFD."""
    return value if isinstance(value, Markup) else Markup(_escaped(str(value)))


def _escaped(plain: str) -> str:
    """Most texts have nothing to escape: one search says so."""
    if _SPECIAL.search(plain) is None:
        return plain
    return escape(plain.translate(_FORBIDDEN))


_SPECIAL = re.compile("[&<>\"'\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), "\N{REPLACEMENT CHARACTER}")


def join(*children: Child) -> Markup:
    """The children one after the other; None is left out, iterables are gone through."""
    parts: list[str] = []
    _collect(children, parts)
    return Markup("".join(parts))


def _collect(children: Iterable[Any], parts: list[str]) -> None:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            parts.append(child)
        elif isinstance(child, str | int):
            parts.append(_escaped(str(child)))
        else:
            _collect(child, parts)


def tag(name: str, /, *children: Child, **attributes: object) -> Markup:
    """<name attributes>children</name>. `class_` is class, data_x is data-x; None and False are left out, True is an empty attribute."""
    head = [f"<{name}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = _LABELS.get(key)
        if label is None:
            label = _LABELS[key] = key.rstrip("_").replace("_", "-")
        if value is True:
            head.append(f" {label}")
        else:
            head.append(f' {label}="{value if isinstance(value, Markup) else _escaped(str(value))}"')
    if name in _VOID:
        return Markup("".join((*head, ">")))
    return Markup("".join((*head, ">", join(*children), f"</{name}>")))


def link(href: str, *children: Child, **attributes: object) -> Markup:
    """An <a>; `href` is a path of this service or a URL that was checked (never a text from a document)."""
    return tag("a", *children, href=href, **attributes)
