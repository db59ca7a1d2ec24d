"""Jobs for programs outside: which wait, which are worked on and by whom, what came out, and what was said on the way.

    /jobs           all of them, by kind and state
    /jobs/ID        one: attempts, parameters, result, log; cancel it, or ask for the same again
"""

from __future__ import annotations

from datetime import datetime

import cherrypy
from genshi.core import Markup

from ... import errors
from ...documents import access
from ...documents.services import Services
from ...jobs import queue
from .. import exchange, templates
from ..exchange import parameter, url
from ..html import join, link, tag
from . import shell, work

REFRESH = "5"  # seconds until the page of a job that is not over is asked for again


class Jobs:
    """GET /jobs?kind=&state=&document=&after="""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._queue = queue.Queue(services.sessions, services.clock)

    def GET(self) -> bytes:
        access.require(exchange.actor(), "run")
        asked = {name: parameter(name) or None for name in ("kind", "state", "document")}
        before = exchange.cursor(parameter("after"))
        found = self._queue.listed(asked["kind"], asked["state"], asked["document"], before, work.PAGE + 1)
        content = templates.fragment(
            "jobs",
            states=work.choice("state", "State", queue.STATES, asked["state"]),
            **work.listing("/jobs", asked, found, _row, lambda job: exchange.cursor_text(job.created, job.id), before),
        )
        return shell.show(self._services, "Jobs", content, "/runs")


class Job:
    """GET one job; POST `do`: cancel, or again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._queue = queue.Queue(services.sessions, services.clock)

    def GET(self, id: str) -> bytes:
        access.require(exchange.actor(), "run")
        job, log = self._queue.get(id)
        open_ = job.state in ("waiting", "running")
        if open_:
            cherrypy.serving.response.headers["Refresh"] = REFRESH
        content = templates.fragment(
            "job",
            tabs=work.tabs("/jobs"),
            title=job.kind,
            state=work.state(job.state, "asked to stop" if job.asked and job.state == "running" else ""),
            here=url(f"/jobs/{job.id}"),
            open=open_ and not job.asked,
            over=not open_,
            fault=job.fault,
            facts=work.facts(_facts(job, self._services.clock.now())),
            parameters=work.as_json(job.parameters),
            result=work.as_json(job.result),
            log=join(_said(entry) for entry in log),
        )
        return shell.show(self._services, f"Job {job.kind}", content, "/runs")

    def POST(self, id: str) -> bytes:
        access.require(exchange.actor(), "run")
        action = parameter("do")
        if action == "cancel":
            self._queue.cancel(id)
            shell.go(url(f"/jobs/{id}"))
        if action != "again":
            raise errors.BadRequest(f"A job cannot be asked to {action!r}.")
        job = self._queue.get(id)[0]
        made = self._queue.add(
            exchange.actor().label, job.kind, job.parameters, document_id=job.document_id, priority=job.priority, most=job.most
        )
        shell.go(url(f"/jobs/{made}"))


def _row(job: queue.Job) -> Markup:
    return tag(
        "tr",
        tag(
            "td",
            link(url(f"/jobs/{job.id}"), job.kind, class_="primary"),
            tag("div", job.fault, class_="snippet") if job.fault and job.state != "done" else None,
        ),
        tag("td", work.state(job.state)),
        tag("td", f"{job.attempts} of {job.most}", class_="num"),
        tag("td", job.worker or "", class_="optional"),
        tag("td", link(url(f"/documents/{job.document_id}"), "document") if job.document_id else None),
        tag("td", job.actor, class_="optional"),
        tag("td", shell.when(job.created)),
        data_row=True,
    )


def _facts(job: queue.Job, now: datetime) -> dict[str, object]:
    over = job.until is not None and job.until < now
    return {
        "Job": shell.identifier(job.id),
        "Document": link(url(f"/documents/{job.document_id}"), job.document_id) if job.document_id else None,
        "Attempts": f"{job.attempts} of at most {job.most}",
        "Worker": job.worker,
        "Lease": join("ended ", shell.when(job.until), "; whoever asks next takes the job over")
        if over and job.until
        else join("until ", shell.when(job.until))
        if job.until
        else None,
        "Priority": str(job.priority),
        "Asked for by": job.actor,
        "Asked for": shell.when(job.created),
        "Not before": shell.when(job.due) if job.state == "waiting" and job.due > now else None,
        "Ended": shell.when(job.ended) if job.ended else None,
    }


def _said(entry: queue.Said) -> Markup:
    return tag(
        "tr",
        tag("td", entry.attempt or "–", class_="num"),
        tag("td", shell.when(entry.at)),
        tag("td", tag("span", entry.said, class_="pre")),
        data_row=True,
    )
