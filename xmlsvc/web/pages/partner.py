"""One partner: how its deliveries fare, what is wrong with those that fail, and who is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from genshi.core import Markup

from ...documents import access, scorecard
from ...documents.services import Services
from ...publish import webhooks
from .. import exchange, templates
from ..exchange import actor, url
from ..html import join, link, tag
from . import shell

DAYS = (7, 30, 90, 365)
MESSAGES = 20
_HEIGHT = 120.0


class Partner:
    """GET /partners/NAME?days="""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, name: str) -> bytes:
        days = exchange.number("days", 30, 1, scorecard.LONGEST)
        found = scorecard.card(self._services, actor(), name, days)
        content = templates.fragment(
            "partner",
            card=found,
            rate=f"{found.rate:.0%}" if found.rate is not None else "–",
            plot=plot(found.days),
            causes=join(_cause(each, found) for each in found.causes),
            spans=join(_span(name, each, days) for each in DAYS),
            hooks=self._hooks(name) if access.allowed(actor(), "administer") else None,
            documents=url("/documents", partner=name),
            waiting=url("/documents", partner=name, state="quarantined"),
            data=url(f"/api/partners/{name}/scorecard", days=days),
        )
        return shell.show(self._services, found.title, content, "/partners")

    def _hooks(self, name: str) -> Markup:
        found = webhooks.listed(self._services, actor(), name)
        if not found:
            command = tag("code", f"xmlsvc webhook add URL --partner {name}")
            return tag("p", "None. The partner adds its own by POST /api/webhooks, an operator with ", command, ".")
        return join(self._hook(each) for each in found)

    def _hook(self, hook: webhooks.Webhook) -> Markup:
        log = webhooks.messages(self._services, actor(), hook.id, limit=MESSAGES)
        rows = [
            tag("tr", tag("td", shell.when(each.created)), tag("td", each.event), tag("td", _state(each)),
                tag("td", each.attempts, class_="num"), tag("td", each.status if each.status is not None else "–", class_="num"),
                tag("td", each.answer[:200], class_="snippet"))
            for each in log
        ]  # fmt: skip
        head = tag("tr", [tag("th", text) for text in ("Event of", "Event", "State")],
                   [tag("th", text, class_="num") for text in ("Attempts", "Status")], tag("th", "Answer"))  # fmt: skip
        table = tag("div", tag("table", tag("thead", head), tag("tbody", rows), class_="table"), class_="scroll") if rows else None
        return join(
            tag("h3", tag("span", hook.url, class_="mono")),
            tag("p", f"{hook.state}; {', '.join(hook.events) or 'all events'}. {hook.fault}", class_="quiet"),
            table or tag("p", "No messages yet.", class_="quiet"),
        )


def _state(message: webhooks.Message) -> Markup:
    kind = {"delivered": "good", "failed": "bad"}.get(message.state, "wait")
    again = join(", again ", shell.when(message.due)) if message.state == "waiting" and message.attempts else None
    return join(tag("span", message.state, class_=f"state {kind}"), again)


def _span(name: str, days: int, here: int) -> Markup:
    return link(url(f"/partners/{name}", days=days), f"{days} days", class_="chip", aria_current="page" if days == here else None)


def _cause(each: scorecard.Cause, card: scorecard.Scorecard) -> Markup:
    counts = [each.days.get(day.date, 0) for day in card.days]
    return tag(
        "tr",
        tag("td", tag("div", each.message), tag("div", each.path, class_="snippet mono") if each.path else None),
        tag("td", tag("span", each.code, class_="mono"), class_="optional"),
        tag("td", each.deliveries, class_="num"),
        tag("td", sparkline(counts)),
    )


def plot(days: Sequence[scorecard.Day]) -> Markup:
    """Deliveries by day as bars, what was accepted below, the others on top; each bar says its numbers."""
    most = max([1, *(day.deliveries for day in days)])
    width = 720.0 / len(days)
    bars = []
    for n, day in enumerate(days):
        good = _HEIGHT * day.accepted / most
        bad = _HEIGHT * (day.deliveries - day.accepted) / most
        said = f"{day.date}: {day.accepted} of {day.deliveries} accepted"
        x, wide = f"{n * width + width * 0.1:.1f}", f"{width * 0.8:.1f}"
        bars.append(tag(
            "g", tag("title", said),
            tag("rect", class_="hit", x=f"{n * width:.1f}", y=0, width=f"{width:.1f}", height=_HEIGHT),
            tag("rect", class_="good", x=x, y=f"{_HEIGHT - good:.1f}", width=wide, height=f"{good:.1f}"),
            tag("rect", class_="bad", x=x, y=f"{_HEIGHT - good - bad:.1f}", width=wide, height=f"{bad:.1f}"),
        ))  # fmt: skip
    total = sum(day.deliveries for day in days)
    label = f"Deliveries a day from {days[0].date} to {days[-1].date}: {total}, at most {most} on one day"
    axis = [
        tag("text", days[0].date, x=0, y=_HEIGHT + 14), tag("text", days[-1].date, x=720, y=_HEIGHT + 14, text_anchor="end"),
        tag("text", most if total else 0, x=724, y=9),
    ]  # fmt: skip
    return tag("svg", bars, axis, class_="plot", viewBox=f"0 0 760 {_HEIGHT + 18:.0f}", role="img", aria_label=label)


def sparkline(counts: Sequence[int]) -> Markup:
    """A count over time as a line without axes."""
    most = max([1, *counts])
    step = 120.0 / max(1, len(counts) - 1)
    points = " ".join(f"{n * step:.1f},{22 - 20 * count / most:.1f}" for n, count in enumerate(counts))
    return tag(
        "svg", tag("polyline", points=points), class_="spark", viewBox="0 0 120 24", role="img", aria_label=f"at most {max(counts)} a day"
    )
