"""Who changed what, for administrators."""

from __future__ import annotations

from genshi.core import Markup

from ...documents import audit
from ...documents.services import Services
from .. import exchange, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import shell

PAGE = 50


class Audit:
    """GET /audit?actor=&action=&subject=&after="""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        wanted = {name: parameter(name) or None for name in ("actor", "action", "subject")}
        found = audit.listed(
            self._services, exchange.actor(), by=wanted["actor"], action=wanted["action"], subject=wanted["subject"],
            before=exchange.cursor(parameter("after")), limit=PAGE + 1,
        )  # fmt: skip
        last = found[PAGE - 1] if len(found) > PAGE else None
        content = templates.fragment(
            "audit", rows=join(_row(each) for each in found[:PAGE]), empty=not found, here=url("/audit"),
            wanted={name: value or "" for name, value in wanted.items()}, filtered=any(wanted.values()),
            next=url("/audit", **wanted, after=exchange.cursor_text(last.at, last.id)) if last else None,
            first=url("/audit", **wanted) if parameter("after") else None,
        )  # fmt: skip
        return shell.show(self._services, "Changes", content, "/audit")


def _row(each: audit.Entry) -> Markup:
    kind, _, name = each.subject.partition(":")
    subject = link(url(f"/documents/{name}"), each.subject) if kind == "document" else each.subject
    return tag(
        "tr", tag("td", shell.when(each.at)), tag("td", link(url("/audit", actor=each.actor), each.actor)),
        tag("td", link(url("/audit", action=each.action), each.action)), tag("td", subject, class_="mono"),
        tag("td", each.detail, class_="snippet"), data_row=True,
    )  # fmt: skip
