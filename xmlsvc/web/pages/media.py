"""Media files that documents refer to: whether they are there, as large as they are said to be, and who refers to them.

    /files          all of them, by state; POST starts a check, as a run
"""

from __future__ import annotations

from genshi.core import Markup

from ...batch import media
from ...documents.services import Services
from .. import exchange, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import shell, work

NAMED = 3  # documents of a file that are linked


class Files:
    """GET /files?state=&document=&after=; POST `checksums`"""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        asked = {name: parameter(name) or None for name in ("state", "document")}
        after = parameter("after") or ""
        found = media.listed(self._services, exchange.actor(), asked["state"], asked["document"], after, work.PAGE + 1)
        content = templates.fragment(
            "files",
            states=work.choice("state", "State", media.STATES, asked["state"]),
            roots=self._services.settings.media_roots,
            **work.listing("/files", asked, found, _row, lambda each: each.id, after),
        )
        return shell.show(self._services, "Media files", content, "/runs")

    def POST(self) -> bytes:
        asked = {"checksums": True} if parameter("checksums") else {}
        shell.go(url(f"/runs/{media.request(self._services, exchange.actor(), asked)}"))


def _row(each: media.File) -> Markup:
    named = [link(url(f"/documents/{id}"), f"document {number}" if len(each.documents) > 1 else "document") for number, id in
             enumerate(each.documents[:NAMED], 1)]  # fmt: skip
    more = len(each.documents) - NAMED
    return tag(
        "tr",
        tag(
            "td",
            tag("span", each.location, class_="mono wrap"),
            tag("div", each.problem, class_="snippet") if each.problem else None,
        ),
        tag("td", work.state(each.state)),
        tag("td", shell.size(each.size) if each.size is not None else None, class_="num optional"),
        tag("td", join(join(one, " ") for one in named), f"and {more:,} more" if more > 0 else None),
        tag("td", shell.when(each.last_seen) if each.last_seen else tag("span", "never", class_="quiet"), class_="optional"),
        data_row=True,
    )
