"""Writing HTML safely from Python, for the parts of a page that repeat: texts are escaped, `Markup` is not.

Genshi renders the shell of a page; tables and field lists are built here because a template costs about 20 times as much per row.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from genshi.core import Markup

Child = Any  # a text, a number, Markup, None, or an iterable of these

_VOID = {"input", "br", "img", "hr", "meta", "link", "col", "wbr"}


def text(value: object) -> Markup:
    """Escaped for element content and attribute values; NUL and other characters that HTML forbids become U+FFFD."""
    if isinstance(value, Markup):
        return value
    plain = str(value)
    if not plain.isprintable():
        plain = plain.translate(_FORBIDDEN)
    return Markup(escape(plain))


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
        if isinstance(child, str | int):
            parts.append(text(child))
        else:
            _collect(child, parts)


def tag(name: str, /, *children: Child, **attributes: object) -> Markup:
    """<name attributes>children</name>. `class_` is class, data_x is data-x; None and False are left out, True is an empty attribute."""
    head = [f"<{name}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.rstrip("_").replace("_", "-")
        head.append(f" {label}" if value is True else f' {label}="{text(value)}"')
    if name in _VOID:
        return Markup("".join((*head, ">")))
    return Markup("".join((*head, ">", join(*children), f"</{name}>")))


def link(href: str, *children: Child, **attributes: object) -> Markup:
    """An <a>; `href` is a path of this service or a URL that was checked (never a text from a document)."""
    return tag("a", *children, href=href, **attributes)
