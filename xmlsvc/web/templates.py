"""The Genshi shells of the pages. A page is a fragment, rendered, then set into `layout.html`.

    fragment(name, **context)          Genshi goes through the template, whatever it holds
    filled(name, slots, **choices)     the same text where the template only inserts the `slots`: Genshi goes through it once for each
                                       combination of choices, and what is left to do for a request is a join
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from genshi.core import Markup
from genshi.template import Context, MarkupTemplate, TemplateLoader

from .html import text

FOLDER = Path(__file__).parent / "templates"
KEPT = 400  # templates with their choices made: pages × roles × colours × what is there

_LOADER = TemplateLoader([str(FOLDER)], auto_reload=False, max_cache_size=200, default_class=MarkupTemplate, allow_exec=False)
_BEGIN, _END = "\ue000", "\ue001"  # of private use: no template holds them


def fragment(name: str, /, **context: Any) -> Markup:
    """The rendered fragment `templates/NAME.html`; every value of `context` is escaped unless it is Markup."""
    return Markup(_rendered(name, context))


def filled(name: str, slots: Mapping[str, object], /, **choices: Hashable) -> Markup:
    """The same, quicker. The template inserts the `slots` (escaped unless Markup) and asks at most whether they are there: None, "" and 0
    are not. All else that it decides by is in `choices`."""
    there = {key: text(value) for key, value in slots.items() if value not in (None, "", 0)}
    first, rest = _pieces(name, tuple(slots), frozenset(there), tuple(choices.items()))
    out = [first]
    for key, following in rest:
        out.append(there[key])
        out.append(following)
    return Markup("".join(out))


class _Slot:
    """What stands in for a value while Genshi renders: it can be inserted, and be asked whether it is there, nothing else."""

    __slots__ = ("_name",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return f"{_BEGIN}{self._name}{_END}"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(f"A template compares {self._name!r} with {other!r}: what it decides by is a choice, no slot.")


@lru_cache(maxsize=KEPT)
def _pieces(
    name: str, slots: tuple[str, ...], there: frozenset[str], choices: tuple[tuple[str, Any], ...]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text before the first slot, then each slot with the text behind it."""
    context = {**{key: _Slot(key) if key in there else None for key in slots}, **dict(choices)}
    first, *rest = _rendered(name, context, "html5" if name == "layout" else None).split(_BEGIN)
    return first, tuple((key, following) for key, _, following in (piece.partition(_END) for piece in rest))


def _rendered(name: str, context: Mapping[str, Any], doctype: str | None = None) -> str:
    stream = _LOADER.load(f"{name}.html").generate(Context(**context))
    made: str = stream.render("html", doctype=doctype, encoding=None, strip_whitespace=False)
    return made
