"""What the pages of runs, jobs, media files and delivery share: they are one entry of the navigation, with tabs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from genshi.core import Markup

from ..exchange import url
from ..html import join, link, tag

TABS = (("/runs", "Runs"), ("/jobs", "Jobs"), ("/files", "Media files"), ("/targets", "Delivery"))
PAGE = 50  # rows of a list
T = TypeVar("T")
_SIGNS = {
    "done": "good", "present": "good", "delivered": "good", "waiting": "wait", "running": "wait", "unchecked": "wait", "removed": "",
    "failed": "bad", "missing": "bad", "changed": "bad", "unreachable": "bad", "outside": "",
}  # fmt: skip


def tabs(here: str) -> Markup:
    """The tabs; `here`: the path of the open one."""
    entries = (
        tag("li", link(url(path), label, class_="nav-link", aria_current="page" if path == here else None), class_="nav-item")
        for path, label in TABS
    )
    return tag("ul", entries, class_="nav nav-tabs")


def state(name: str, more: str = "") -> Markup:
    """A state by word and colour."""
    return tag("span", name, f" ({more})" if more else None, class_=f"state {_SIGNS.get(name, '')}")


def choice(name: str, label: str, values: Sequence[str], chosen: str | None) -> Markup:
    """A filter: a list of words, and "any"."""
    options = [tag("option", "any", value="")] + [tag("option", each, value=each, selected=each == chosen) for each in values]
    return tag("div", tag("label", label, for_=name), tag("select", options, class_="form-select", id=name, name=name))


def facts(said: Mapping[str, Any]) -> Markup:
    """Names and values; what is empty is left out."""
    return join(join(tag("dt", name), tag("dd", value)) for name, value in said.items() if value not in (None, "", ()))


def as_json(value: Any) -> Markup | None:
    """Parameters or a result, to be read."""
    if value in (None, {}, []):
        return None
    return tag("pre", json.dumps(value, ensure_ascii=False, indent=2), class_="plain", tabindex=0)


def listing(
    path: str, asked: Mapping[str, str | None], found: Sequence[T], row: Callable[[T], Markup], cursor: Callable[[T], str], after: object
) -> dict[str, object]:
    """The parts of a list by conditions, at `path`: `found` is a page and, if there are more, the first of the next; `cursor` says after
    which one a page begins; `after`: where this one does."""
    last = found[PAGE - 1] if len(found) > PAGE else None
    return {
        **{name: value or "" for name, value in asked.items()},
        "tabs": tabs(path),
        "here": url(path),
        "filtered": any(asked.values()),
        "rows": join(row(each) for each in found[:PAGE]),
        "empty": not found,
        "next": url(path, **asked, after=cursor(last)) if last is not None else None,
        "first": url(path, **asked) if after else None,
    }
