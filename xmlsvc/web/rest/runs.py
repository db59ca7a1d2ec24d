"""/api/runs: batch work that is asked for, followed, paused and cancelled. No run hangs on a request: a runner does the work.

    POST {"kind": "revalidate", …} ─► 202, Location ─► GET, GET …/events (a stream), GET …/items, GET …/clusters
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import cherrypy

from ... import errors
from ...batch import clusters, compare, html, runner
from ...documents import access, runs
from ...documents.services import Services
from .. import exchange
from ..exchange import actor, parameter, url
from . import batches
from .resources import moment

STREAM_SECONDS = 15.0  # how long one stream of events lasts; its reader comes back for the next
LOOK_SECONDS = 1.0  # between two looks at the run
SILENT_SECONDS = 3.0  # without an event a comment is sent: proxies cut streams that are silent for longer
RETRY_MILLISECONDS = 1000


class Runs:
    """All runs, the newest first; a new one."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        limit = exchange.number("limit", 50, 1, runs.PAGE)
        found = runs.listed(self._services, actor(), exchange.cursor(parameter("after")), limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        following = url("/api/runs", limit=parameter("limit"), after=f"{last.started.isoformat()}_{last.id}") if last else None
        return exchange.json_answer({"runs": [shown(run) for run in found[:limit]], "next": following})

    def POST(self) -> bytes:
        asked = exchange.json_body()
        kind = asked.pop("kind", None)
        ask = runner.REQUESTS.get(kind) if isinstance(kind, str) else None
        if ask is None:
            raise errors.BadRequest(f"“kind” is {kind!r}; it must be one of {', '.join(sorted(runner.REQUESTS))}.")
        priority = asked.pop("priority", 0)
        if not isinstance(priority, int) or isinstance(priority, bool) or abs(priority) > 100:
            raise errors.BadRequest("“priority” is a whole number from -100 to 100; higher ones go first.")
        run_id = ask(self._services, actor(), asked, priority)
        made = runs.get(self._services, actor(), run_id)
        return exchange.json_answer(shown(made), 202, Location=url(f"/api/runs/{run_id}"))


class Run:
    """One run; DELETE cancels it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        return exchange.json_answer(shown(runs.get(self._services, actor(), id)))

    def DELETE(self, id: str) -> bytes:
        return exchange.json_answer(shown(runs.ask(self._services, actor(), id, "cancel")), 202)


class Wish:
    """POST: pause a run, or let it go on."""

    def __init__(self, services: Services, wish: str) -> None:
        self._services, self._wish = services, wish

    def POST(self, id: str) -> bytes:
        return exchange.json_answer(shown(runs.ask(self._services, actor(), id, self._wish)), 202)


class Items:
    """What a run did with each item that has a story: all of them, as JSON, CSV or JUnit XML, or one page with `limit`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> Iterator[bytes] | bytes:
        run = runs.get(self._services, actor(), id)
        if parameter("limit") is None:
            return batches.send_results(self._services, actor(), run, batches.results_kind())
        limit, after = exchange.number("limit", 50, 1, 1000), exchange.number("after", 0, 0, 10**12)
        outcome = parameter("outcome") or None
        found = runs.items(self._services, actor(), id, outcome, after, limit + 1)
        following = url(f"/api/runs/{id}/items", outcome=outcome, limit=limit, after=found[limit - 1].n) if len(found) > limit else None
        return exchange.json_answer({"items": [asdict(item) for item in found[:limit]], "next": following})


class Clusters:
    """The causes of a run's violations."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        return exchange.json_answer({"clusters": [_cluster(id, each) for each in clusters.listed(self._services, actor(), id)]})


class Cluster:
    """One cause, with examples."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str, cluster: str) -> bytes:
        run = runs.get(self._services, actor(), id)
        found = clusters.get(self._services, actor(), id, cluster)
        examples = [
            {"document": each.member.document, "partner": each.member.partner, "identity": each.member.identity,
             "violation": asdict(each.violation), "lines": [{"line": number, "text": text} for number, text in each.lines],
             "links": {"document": url(f"/api/documents/{each.member.document}")}}
            for each in clusters.examples(self._services, run, found.id)
        ]  # fmt: skip
        return exchange.json_answer({**_cluster(id, found), "examples": examples})


class Compared:
    """What differs between this run and an earlier one."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str, other: str) -> bytes:
        found = compare.compare(self._services, actor(), other, id)
        return exchange.json_answer({"before": other, "after": id, "counts": found.counts,
                                     "documents": [asdict(each) for each in found.examples]})  # fmt: skip


class Report:
    """A run's report as one self-contained page."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, id: str) -> bytes:
        run = runs.get(self._services, actor(), id)
        page = "".join(html.page(self._services, actor(), run)).encode()
        return exchange.send(page, "text/html; charset=utf-8", Content_Disposition=f'attachment; filename="run-{id}.html"')


class Events:
    """A run as it goes: server-sent events, one whenever it has changed. A stream ends after STREAM_SECONDS and says when to come back, so
    that it holds no thread for long; at most a quarter of the threads have one."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._free = threading.Semaphore(max(1, services.settings.threads // 4))

    def GET(self, id: str) -> Iterator[bytes]:
        asking = actor()
        runs.get(self._services, asking, id)
        if not self._free.acquire(blocking=False):
            raise errors.Unavailable("Too many follow runs at this moment. Ask for the run itself, or come back.", retry_after=5)
        cherrypy.serving.response.stream = True
        exchange.send(b"", "text/event-stream; charset=utf-8", Cache_Control="no-store", X_Accel_Buffering="no")
        prefix = exchange.prefix()
        return _Stream(self._events(asking, id, prefix), self._free)

    def _events(self, asking: access.Actor, id: str, prefix: str) -> Iterator[bytes]:
        until = time.monotonic() + STREAM_SECONDS
        yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
        last: dict[str, Any] | None = None
        spoken = time.monotonic()
        while True:
            run = runs.get(self._services, asking, id)
            now = shown(run, lambda path: prefix + path)
            over = run.state not in runs.OPEN
            if now != last:
                kind = "end" if over else "progress"
                yield f"event: {kind}\ndata: {json.dumps(now, ensure_ascii=False)}\n\n".encode()
                last, spoken = now, time.monotonic()
            elif time.monotonic() - spoken + LOOK_SECONDS > SILENT_SECONDS:
                yield b": still there\n\n"
                spoken = time.monotonic()
            if over or time.monotonic() + LOOK_SECONDS > until:
                return
            time.sleep(LOOK_SECONDS)


class _Stream:
    """An iterator that gives its place back when it is closed, begun or not."""

    def __init__(self, pieces: Iterator[bytes], place: threading.Semaphore) -> None:
        self._pieces, self._place, self._open = pieces, place, True

    def __iter__(self) -> _Stream:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Over: the place is free. Idempotent."""
        if self._open:
            self._open = False
            self._place.release()


def shown(run: runs.Run, link: Any = url) -> dict[str, Any]:
    """A run as JSON; `rate`: items a second so far, `seconds_left`: at that rate, where the total is known."""
    here = f"/api/runs/{run.id}"
    done = sum(run.counts.values())
    rate, left = runs.pace(run)
    parameters = {name: value for name, value in run.parameters.items() if value is not None}
    return {
        "id": run.id, "kind": run.kind, "state": run.state, "actor": run.actor, "parameters": parameters, "counts": run.counts,
        "done": done, "total": run.total, "rate": rate, "seconds_left": left, "priority": run.priority, "asked": run.asked or None,
        "created": moment(run.started), "begun": run.begun and moment(run.begun), "ended": run.ended and moment(run.ended),
        "fault": run.fault,
        "links": {name: link(here + path) for name, path in (
            ("self", ""), ("items", "/items"), ("clusters", "/clusters"), ("events", "/events"), ("report", "/report"),
        )},
    }  # fmt: skip


def _cluster(run_id: str, found: clusters.Cluster) -> dict[str, Any]:
    said = {name: value for name, value in asdict(found).items() if name != "signature"}  # that of the program, for itself
    return {**said, "first_seen": moment(found.first_seen), "links": {"self": url(f"/api/runs/{run_id}/clusters/{found.id}")}}
