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
    return value if isinstance(value, Markup) else Markup(escaped(str(value)))


def escaped(plain: str) -> str:
    """As `text`, for who writes a string of HTML. Most texts have nothing to escape: one search says so."""
    return plain if _search(plain) is None else escape(plain.translate(_FORBIDDEN))


_search = re.compile("[&<>\"'\x00-\x08\x0b\x0c\x0e-\x1f\x7f]").search
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
        kind = type(child)
        if kind is Markup:
            parts.append(child)
        elif kind is str:
            parts.append(child if _search(child) is None else escaped(child))
        elif isinstance(child, Markup):
            parts.append(child)
        elif isinstance(child, str | int):
            parts.append(escaped(str(child)))
        else:
            _collect(child, parts)


def tag(name: str, /, *children: Child, **attributes: object) -> Markup:
    """<name attributes>children</name>. `class_` is class, data_x is data-x; None and False are left out, True is an empty attribute."""
    out = ["<", name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = _LABELS.get(key)
        if label is None:
            label = _LABELS[key] = f" {key.rstrip('_').replace('_', '-')}"
        if value is True:
            out.append(label)
        elif (type(value) is str and _search(value) is None) or isinstance(value, Markup):
            out.append(f'{label}="{value}"')
        else:
            out.append(f'{label}="{escaped(str(value))}"')
    out.append(">")
    if name not in _VOID:
        _collect(children, out)
        out.append(f"</{name}>")
    return Markup("".join(out))


def link(href: str, *children: Child, **attributes: object) -> Markup:
    """An <a>; `href` is a path of this service or a URL that was checked (never a text from a document)."""
    return tag("a", *children, href=href, **attributes)
