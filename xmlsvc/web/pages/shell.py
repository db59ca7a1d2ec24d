"""The frame of every page: navigation, search, colours, and the words and signs that pages share."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
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


def static(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for ever."""
    return f"{prefix()}/static/{name}?v={_stamp(name)}"


def _stamp(name: str) -> str:
    status = (STATIC / name).stat()
    return f"{status.st_mtime_ns:x}"[-10:]


def _sheets() -> list[str]:
    """Bootstrap where `make assets` brought it, else the plain style sheet; then our own."""
    base = BASE if (STATIC / BASE).is_file() else "fallback.css"
    return [static(base), static("xmlsvc.css"), static("forms.css")]


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
    request = cherrypy.serving.request
    actor = request.actor
    return _page(services, title, content, navigation(services, here) if actor is not None else [], query, notice, notice_kind, script)


def bare(services: Services, title: str, content: Markup) -> bytes:
    """A page that asks nothing of the database: login and errors."""
    return _page(services, title, content, [], "", "", "")


def _page(
    services: Services,
    title: str,
    content: Markup,
    nav: list[dict[str, Any]],
    query: str,
    notice: str,
    notice_kind: str,
    script: str | None = None,
) -> bytes:
    request, response = cherrypy.serving.request, cherrypy.serving.response
    actor = request.actor
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    asked = request.query_string
    return templates.page(
        title=title,
        service=services.settings.title,
        content=content,
        nav=nav,
        q=query,
        notice=notice,
        notice_kind=notice_kind,
        user=actor.name if actor else "",
        role=(actor.role or actor.kind) if actor else "",
        login=url("/login") if actor is None or actor.kind == "guest" else "",
        theme=theme(),
        static=static,
        sheets=_sheets(),
        script=static(script) if script is not None else None,
        icons=static("icons.svg"),
        home=url("/"),
        search_action=url("/documents"),
        logout=url("/logout"),
        theme_action=url("/theme"),
        here=request.path_info + (f"?{asked}" if asked else ""),
    )


def navigation(services: Services, here: str) -> list[dict[str, Any]]:
    """The entries on the left; the desk's carries how many documents wait."""
    waiting = desk.waiting(services, exchange.actor())
    return [
        {
            "label": label,
            "href": url(path),
            "icon": icon,
            "here": path == here,
            "count": (f"{waiting:,}" if path == "/" and waiting else None),
            "hint": "documents in quarantine",
        }
        for label, path, icon in _NAVIGATION
        if may({"/upload": "submit", "/runs": "run", "/audit": "administer"}.get(path, "read"))
    ]


def may(action: str) -> bool:
    """Whether who asks may do `action`: a page offers nothing that would be refused."""
    return allowed(exchange.actor(), action)


def icon(name: str) -> Markup:
    """A sign from icons.svg; decoration beside a word, never instead of one."""
    return Markup('<svg class="i" aria-hidden="true"><use href="%s#%s"/></svg>') % (static("icons.svg"), name)


def state(name: str) -> Markup:
    """A document's state or a receipt's outcome, by sign, word and colour."""
    kind, word = _STATES.get(name, ("", name))
    return tag("span", icon(_ICONS.get(name, name)), word, class_=f"state {kind}")


def word(name: str) -> str:
    """A state or outcome in words."""
    return _STATES.get(name, ("", name))[1]


def when(moment: datetime) -> Markup:
    """ISO date and time to the minute, UTC; script adds how long ago."""
    return tag(
        "time",
        moment.strftime("%Y-%m-%d %H:%M"),
        class_="ago",
        datetime=moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        title=moment.strftime("%Y-%m-%d %H:%M:%S UTC"),
    )


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


def plural(count: int, word: str, many: str | None = None) -> str:
    """ "1 problem", "1,204 problems"."""
    return f"{count:,} {word if count == 1 else many or word + 's'}"


def local(path: str | None) -> str:
    """A path within this service to go back to; "/" for anything else (RFC 3986: "//host" would be another one)."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or any(c in path for c in "\r\n\t"):
        return "/"
    return path


def go(path: str) -> None:
    """Redirect (303) to a path of this service, which may have a query."""
    raise Redirect(prefix() + quote(path, safe="/:?=&%#+,;@!$'()*~-._[]"))
