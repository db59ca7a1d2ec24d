"""The desk: what needs somebody, most useful first."""

from __future__ import annotations

from collections import Counter

from genshi.core import Markup

from ...counts import plural
from ...documents import conflicts, desk, receipts, workspace
from ...documents.services import Services
from .. import exchange, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import shell

SHOWN = 4
LONGEST = 40  # characters of an identity
LATEST = 12
CAUSES = 20
GROUPINGS = (("cause", "by cause"), ("partner", "by partner"), ("age", "by age"))


class Desk:
    """GET /"""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        actor = exchange.actor()
        waiting = desk.attention(self._services, actor)
        by = parameter("by") or "cause"
        causes = desk.by_cause(waiting) if by not in ("partner", "age") else []
        latest = receipts.find(self._services, actor, limit=LATEST)
        content = templates.fragment(
            "desk",
            causes=join(_cause(cause) for cause in causes[:CAUSES]),
            groups=_groups(self._services, waiting, by),
            groupings=[
                {"label": label, "href": url("/", by=None if name == "cause" else name), "here": name == by} for name, label in GROUPINGS
            ],
            mine=self._mine(),
            rarer=join(_cause(cause) for cause in causes[CAUSES:]),
            rarer_many=plural(len(causes) - CAUSES, "rarer cause"),
            waiting=len(waiting),
            capped=desk.NEWEST,
            all=url("/documents", state=desk.WAITING),
            partners=_partners(desk.deliverers(self._services)),
            latest=join(_delivery(entry) for entry in latest),
            empty=not latest,
            upload=url("/upload"),
            may_upload=shell.may("submit"),
            receipts=url("/receipts"),
        )
        return shell.show(self._services, "Desk", content, "/")

    def _mine(self) -> Markup:
        """What I have begun, what is mine to decide, what waits for a look."""
        services, actor = self._services, exchange.actor()
        begun = workspace.begun(services, actor) if shell.may("edit") else []
        met = conflicts.listed(services, actor, limit=desk.SHOWN) if shell.may("edit") else []
        return join(
            _listed(
                "Conflicts",
                [
                    _entry(
                        url(f"/documents/{each.document_id}/conflicts/{each.id}"),
                        each.title,
                        f"{plural(len(each.fields), 'field')} changed by {each.partner} and by us",
                        shell.when(each.created),
                    )
                    for each in met
                ],
            ),
            _listed(
                "Outputs refused",
                [
                    _entry(
                        url(f"/documents/{each.document}/outputs"),
                        each.title,
                        f"{each.format}: {each.problem}" + (" The last good one is still published." if each.shown else ""),
                        shell.when(each.since),
                    )
                    for each in desk.refused(services, actor, desk.SHOWN)
                ],
            ),
            _listed(
                "Not saved yet",
                [
                    _entry(
                        url(f"/documents/{each.document}/edit"),
                        each.title,
                        f"revision {each.base}" + (" – overtaken" if each.base != each.current else ""),
                        shell.when(each.modified),
                    )
                    for each in begun
                ],
            ),
            *(
                _listed(
                    title,
                    [
                        _entry(
                            url(f"/documents/{each.id}"),
                            each.title,
                            f"{each.partner} · {plural(each.violations, 'problem') if each.violations else 'valid'}",
                            shell.when(each.modified),
                        )
                        for each in desk.in_state(services, actor, state)
                    ],
                )
                for state, title in (("review", "To review"), ("draft", "Drafts"))
            ),
        )


def _groups(services: Services, waiting: list[desk.Waiting], by: str) -> Markup | None:
    """The causes under each partner, or under how long they wait; None where causes come first."""
    if by not in ("partner", "age"):
        return None
    found = desk.by_partner(waiting) if by == "partner" else desk.by_age(waiting, services.clock.now())
    return join(
        tag(
            "section",
            tag("h3", title, " ", tag("span", sum(len(cause.documents) for cause in causes), class_="chip")),
            tag("ul", [_cause(cause) for cause in causes[:CAUSES]], class_="work"),
            tag("p", f"and {len(causes) - CAUSES:,} rarer causes", class_="pages") if len(causes) > CAUSES else None,
            class_="by-group",
        )
        for title, causes in found
    )


def _listed(title: str, entries: list[Markup], hint: str = "") -> Markup | None:
    if not entries:
        return None
    return tag(
        "section",
        tag("h2", title, " ", tag("span", len(entries), class_="chip")),
        tag("p", hint, class_="quiet hint") if hint else None,
        tag("ul", entries, class_="work"),
        class_="panel flush",
    )


def _entry(target: str, title: str, said: str, when: Markup) -> Markup:
    return tag(
        "li",
        tag("div", link(target, title, class_="primary"), when, class_="line-1"),
        tag("div", said, class_="line-2 quiet"),
        data_row=True,
    )


def _cause(cause: desk.Cause) -> Markup:
    """One cause: how many, the sentence, the documents."""
    example, count = cause.example, len(cause.documents)
    sentence = example.first.message if example.first else "The verdict of this document has to be worked out again."
    shown = cause.documents if count <= SHOWN + 1 else cause.documents[:SHOWN]
    rest = cause.documents[len(shown) :]
    titles = Counter(each.title for each in cause.documents)
    names = join(join(", " if index else None, _document(each, titles[each.title] > 1)) for index, each in enumerate(shown))
    listed = [tag("div", _document(each, titles[each.title] > 1)) for each in rest]
    more = tag("details", tag("summary", f"and {len(rest):,} more"), listed) if rest else None
    said = tag(
        "div",
        tag("p", sentence, class_="sentence"),
        tag("div", names, more, class_="names"),
        tag("div", ", ".join(cause.partners), " · ", example.version, " · since ", shell.when(cause.since), class_="quiet"),
    )
    return tag("li", tag("span", f"{count:,}", class_="many", title=plural(count, "document")), said, data_row=True, class_="cause")


def _document(each: desk.Waiting, alike: bool) -> Markup:
    """Its title; `alike`: another one has the same, so its identity is said, too."""
    told = tag("span", " ", each.identity[:LONGEST], class_="quiet") if alike and each.identity != each.title else None
    return join(link(url(f"/documents/{each.id}"), each.title, class_="primary"), told)


def _partners(found: list[desk.Deliverer]) -> Markup:
    rows = []
    for each in found:
        share = each.accepted / each.deliveries if each.deliveries else 0
        bar = Markup(
            '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="%s of %s accepted">'
            '<rect width="%s" height="8"/></svg>'
        ) % (str(each.accepted), str(each.deliveries), f"{share * 100:.1f}")
        rows.append(
            tag(
                "tr",
                tag("td", link(url("/documents", partner=each.name), each.title), tag("div", bar) if each.deliveries else None),
                tag("td", f"{share:.0%}" if each.deliveries else "–", class_="num"),
                tag("td", shell.when(each.last) if each.last else tag("span", "nothing yet", class_="quiet"), class_="nowrap"),
            )
        )
    return join(rows)


def _delivery(entry: receipts.Entry) -> Markup:
    name = entry.name or entry.id
    target = url(f"/documents/{entry.document}") if entry.document else url(f"/receipts/{entry.id}")
    return tag(
        "li",
        tag("div", link(target, name, class_="primary"), shell.when(entry.received), class_="line-1"),
        tag("div", shell.state(entry.outcome), " ", tag("span", "from ", entry.partner, class_="quiet"), class_="line-2"),
        data_row=True,
    )
