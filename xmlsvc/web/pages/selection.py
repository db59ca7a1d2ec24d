"""What is done with the ticked documents of a list, or with all that were found: POST /documents/selection."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from urllib.parse import parse_qsl

import cherrypy
from genshi.core import Markup

from ... import errors
from ...batch import bulk, moving, runner
from ...counts import plural
from ...documents import revisions, search, selections
from ...documents.services import Services
from .. import exchange, listing, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import shell

_UNFIT = re.compile(r"[^\w.-]+")
SECONDS = 1.0  # that a run is worked on at once; what is left is a runner's


class Selection:
    """`id` (many) or `all` with `query`; `do`: publish or withdraw, as one run; check or export, here and now."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self) -> bytes:
        action = parameter("do") or ""
        if action in ("publish", "withdraw"):
            return self._move(action)
        ids = chosen(self._services, selections.MOST)
        if not ids:
            shell.go(back())
        if action == "export":
            return self._export(ids)
        if action != "check":
            raise errors.BadRequest(f"There is no action {action!r} for a selection.")
        done = list(selections.check(self._services, exchange.actor(), ids))
        rows = [_row(each) for each in done]
        fine = sum(1 for each in done if each.outcome != "refused")
        content = templates.fragment(
            "selection",
            title="Checked again",
            said=f"{fine:,} of {plural(len(done), 'document')}",
            back=back(),
            rows=join(rows),
            ask=None,
            cut=len(ids) == selections.MOST,
        )
        return shell.show(self._services, "Checked again", content, "/documents")

    def _move(self, action: str) -> bytes:
        """One run for all of them, begun at once."""
        found = picked(self._services)
        if found is None:
            shell.go(back())
        if action == "withdraw" and not parameter("sure"):
            return self._ask(bulk.count(self._services, exchange.actor(), found))
        run = moving.move(self._services, exchange.actor(), found, action, (parameter("reason") or "").strip())
        runner.hurry(self._services, run, SECONDS)
        shell.go(url(f"/runs/{run}"))

    def _ask(self, count: int) -> bytes:
        """What the public sees at once is asked once more."""
        ask = tag(
            "form",
            repeated(),
            tag("input", type="hidden", name="sure", value="1"),
            tag(
                "p",
                f"{plural(count, 'document')} will no longer be public. Their revisions stay, and the run can be undone as a whole.",
            ),
            tag("p", tag("label", "Why? ", tag("input", name="reason", class_="form-control", maxlength=500))),
            tag("button", "Withdraw", type="submit", name="do", value="withdraw", class_="btn btn-sm btn-primary"),
            " ",
            link(back(), "Leave them as they are", class_="btn btn-sm btn-link"),
            action=url("/documents/selection"),
            method="post",
        )
        content = templates.fragment("selection", title="Withdraw?", said="", back=back(), rows=None, ask=ask, cut=False)
        return shell.show(self._services, "Withdraw?", content, "/documents")

    def _export(self, ids: list[str]) -> bytes:
        """The documents' very bytes in one archive, each under its identity."""
        packed = io.BytesIO()
        names: set[str] = set()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for id in ids:
                document, _, data = revisions.read(self._services, exchange.actor(), id)
                stem = _UNFIT.sub("-", document.identity.removesuffix(".xml"))[:100].strip("-.") or id
                name = f"{stem}.xml" if f"{stem}.xml" not in names else f"{stem}-{id}.xml"
                names.add(name)
                archive.writestr(zipfile.ZipInfo(name, document.modified.timetuple()[:6]), data)
        return exchange.send(packed.getvalue(), "application/zip", Content_Disposition='attachment; filename="documents.zip"')


def picked(services: Services) -> bulk.Selection | None:
    """The documents that were ticked or, with `all`, the search that found them; None where there are none."""
    if parameter("all"):
        return bulk.Selection(query=asked())
    ids = chosen(services, bulk.MOST_IDS)
    return bulk.Selection(ids=tuple(ids)) if ids else None


def repeated() -> Markup:
    """The selection as it was posted, as hidden fields."""
    given = cherrypy.serving.request.params.get("id") or []
    return join(
        [tag("input", type="hidden", name="id", value=id) for id in ([given] if isinstance(given, str) else given)],
        tag("input", type="hidden", name="query", value=parameter("query") or ""),
        tag("input", type="hidden", name="all", value="1") if parameter("all") else None,
    )


def chosen(services: Services, most: int) -> list[str]:
    """The ids that were ticked; with `all`, those of all documents that were found."""
    if not parameter("all"):
        given = cherrypy.serving.request.params.get("id") or []
        return list(dict.fromkeys([given] if isinstance(given, str) else given))[:most]
    return selections.chosen(services, exchange.actor(), asked(), most)


def asked() -> search.Query:
    """The search that the list showed."""
    return listing.read(dict(parse_qsl(parameter("query") or "")), search.MOST)


def back() -> str:
    """The address of the list as it was."""
    query = dict(parse_qsl(parameter("query") or ""))
    return url("/documents", **query)


def _row(done: selections.Done) -> Markup:
    words: dict[str, Callable[[str], Markup]] = {
        "valid": lambda _: tag("span", "valid"),
        "invalid": lambda _: tag("span", "not valid", class_="dot"),
    }
    shown = words.get(done.outcome, shell.state)(done.outcome)
    return tag(
        "tr",
        tag("td", link(url(f"/documents/{done.id}"), done.title, class_="primary")),
        tag("td", shown),
        tag("td", done.detail),
        data_row=True,
    )
