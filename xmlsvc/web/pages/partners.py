"""Who delivers, and how it goes."""

from __future__ import annotations

from ...documents import desk
from ...documents.services import Services
from .. import templates
from ..exchange import url
from ..html import join, link, tag
from . import shell


class Partners:
    """GET /partners"""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        found = desk.deliverers(self._services)
        rows = []
        for each in found:
            share = f"{each.accepted / each.deliveries:.0%}" if each.deliveries else "–"
            rows.append(
                tag(
                    "tr",
                    tag("td", link(url(f"/partners/{each.name}"), each.title, class_="primary")),
                    tag("td", each.name, class_="mono"),
                    tag("td", f"{each.accepted:,} of {each.deliveries:,}", class_="num"),
                    tag("td", share, class_="num"),
                    tag("td", shell.when(each.last) if each.last else tag("span", "nothing yet", class_="quiet")),
                    tag("td", link(url("/documents", partner=each.name, state=desk.WAITING), "in quarantine")),
                    data_row=True,
                )
            )
        content = templates.fragment("partners", rows=join(rows), empty=not found, latest=desk.DELIVERIES)
        return shell.show(self._services, "Partners", content, "/partners")
