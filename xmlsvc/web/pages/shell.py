"""The frame of every page: navigation, search, colours, and the words and signs that pages share."""

from __future__ import annotations

import time
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, NoReturn
from urllib.parse import quote

import cherrypy
from genshi.core import Markup

from ...documents import desk
from ...documents.access import allowed
from ...documents.services import Services
from .. import exchange, templates
from ..exchange import prefix, url
from ..html import join, tag
from ..redirects import Redirect

STATIC = Path(__file__).parent.parent / "static"
BASE = "vendor/bootstrap.min.css"
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "xmlsvc_theme"
LOOK_EVERY = 2  # seconds

_NAVIGATION = (
    ("Desk", "/", "desk"),
    ("Documents", "/documents", "documents"),
    ("Upload", "/upload", "upload"),
    ("Receipts", "/receipts", "receipts"),
    ("Runs", "/runs", "runs"),
    ("Vocabularies", "/vocabularies", "vocabularies"),
    ("Partners", "/partners", "partners"),
    ("Changes", "/audit", "review"),
)

_STATES = {
    "published": ("good", "published"),
    "quarantined": ("bad", "in quarantine"),
    "draft": ("wait", "draft"),
    "review": ("wait", "in review"),
    "withdrawn": ("", "withdrawn"),
    "new": ("good", "new"),
    "revised": ("good", "revised"),
    "unchanged": ("", "unchanged"),
    "refused": ("bad", "refused"),
}
_ICONS = {"new": "published", "revised": "published"}


class Entry(NamedTuple):
    """One line of the navigation. `counts`: how many documents wait is said here."""

    label: str
    href: str
    icon: str
    here: bool
    counts: bool


def static(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for ever."""
    return f"{prefix()}/static/{name}?v={_stamp(name, int(time.monotonic()) // LOOK_EVERY)}"


@lru_cache(maxsize=100)
def _stamp(name: str, _: int) -> str:
    """Of the file's time; looked at once in LOOK_EVERY seconds."""
    return f"{(STATIC / name).stat().st_mtime_ns:x}"[-10:]


def _sheets() -> tuple[str, ...]:
    """Bootstrap where `make assets` brought it, else the plain style sheet; then our own."""
    return static(_base(STATIC / BASE, int(time.monotonic()) // LOOK_EVERY)), static("xmlsvc.css"), static("forms.css")


@lru_cache(maxsize=4)
def _base(file: Path, _: int) -> str:
    return BASE if file.is_file() else "fallback.css"


def theme() -> str:
    """light, dark or auto, from the cookie."""
    cookie = cherrypy.serving.request.cookie
    chosen = cookie[THEME_COOKIE].value if THEME_COOKIE in cookie else "auto"
    return chosen if chosen in THEMES else "auto"


def show(
    services: Services,
    title: str,
    content: Markup,
    here: str = "",
    query: str = "",
    notice: str = "",
    notice_kind: str = "success",
    script: str | None = None,
) -> bytes:
    """A whole page. `here`: address of the navigation's entry that it belongs to; `query` stands in the search field; `script`: a static
    file that this page needs besides."""
    nav, waiting = navigation(services, here) if cherrypy.serving.request.actor is not None else ((), 0)
    return _page(services, title, content, nav, f"{waiting:,}" if waiting else "", query, notice, notice_kind, script)


def bare(services: Services, title: str, content: Markup) -> bytes:
    """A page that asks nothing of the database: login and errors."""
    return _page(services, title, content, ())


def _page(
    services: Services,
    title: str,
    content: Markup,
    nav: tuple[Entry, ...],
    waiting: str = "",
    query: str = "",
    notice: str = "",
    notice_kind: str = "",
    script: str | None = None,
) -> bytes:
    request, response = cherrypy.serving.request, cherrypy.serving.response
    actor = request.actor
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    asked = request.query_string
    slots = {
        "title": title,
        "content": content,
        "q": query,
        "notice": notice,
        "waiting": waiting,
        "user": actor.name if actor else "",
        "here": request.path_info + (f"?{asked}" if asked else ""),
    }
    page = templates.filled(
        "layout",
        slots,
        nav=nav,
        service=services.settings.title,
        notice_kind=notice_kind,
        role=(actor.role or actor.kind) if actor else "",
        login=url("/login") if actor is None or actor.kind == "guest" else "",
        theme=theme(),
        sheets=_sheets(),
        scripts=tuple(static(name) for name in ("xmlsvc.js", "forms.js", *([script] if script is not None else ()))),
        colours=static("theme.js"),
        emblem=static("icon.svg"),
        icons=static("icons.svg"),
        home=url("/"),
        search_action=url("/documents"),
        logout=url("/logout"),
        theme_action=url("/theme"),
    )
    return str(page).encode("utf-8")


def navigation(services: Services, here: str) -> tuple[tuple[Entry, ...], int]:
    """The entries on the left, and how many documents wait: the desk's carries that."""
    entries = tuple(
        Entry(label, url(path), icon, path == here, path == "/")
        for label, path, icon in _NAVIGATION
        if may({"/upload": "submit", "/runs": "run", "/audit": "administer"}.get(path, "read"))
    )
    return entries, desk.waiting(services, exchange.actor())


def may(action: str) -> bool:
    """Whether who asks may do `action`: a page offers nothing that would be refused."""
    return allowed(exchange.actor(), action)


def icon(name: str) -> Markup:
    """A sign from icons.svg; decoration beside a word, never instead of one."""
    return _icon(static("icons.svg"), name)


@lru_cache(maxsize=400)
def _icon(signs: str, name: str) -> Markup:
    return Markup('<svg class="i" aria-hidden="true"><use href="%s#%s"/></svg>') % (signs, name)


def state(name: str) -> Markup:
    """A document's state or a receipt's outcome, by sign, word and colour."""
    return _state(static("icons.svg"), name)


@lru_cache(maxsize=400)
def _state(signs: str, name: str) -> Markup:
    kind, word = _STATES.get(name, ("", name))
    return tag("span", _icon(signs, _ICONS.get(name, name)), word, class_=f"state {kind}")


def word(name: str) -> str:
    """A state or outcome in words."""
    return _STATES.get(name, ("", name))[1]


def when(moment: datetime) -> Markup:
    """ISO date and time to the minute, UTC; script adds how long ago."""
    day, _, hour = moment.isoformat(" ")[:19].partition(" ")
    return Markup(f'<time class="ago" datetime="{day}T{hour}Z" title="{day} {hour} UTC">{day} {hour[:5]}</time>')


def identifier(value: str, shown: str | None = None) -> Markup:
    """An id, monospaced, with a button that copies it whole."""
    return join(
        tag("span", shown or value, class_="mono", title=value),
        tag("button", icon("copy"), type="button", class_="copy", data_copy=value, title=f"Copy {value}", aria_label=f"Copy {value}"),
    )


def size(count: int) -> str:
    """Bytes for people: "812 B", "4.2 kB", "1.3 MB"."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"



def local(path: str | None) -> str:
    """A path within this service to go back to; "/" for anything else (RFC 3986: "//host" would be another one)."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or any(c in path for c in "\r\n\t"):
        return "/"
    return path


def go(path: str) -> NoReturn:
    """Redirect (303) to a path of this service, which may have a query."""
    raise Redirect(prefix() + quote(path, safe="/:?=&%#+,;@!$'()*~-._[]"))
