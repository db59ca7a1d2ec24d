"""/api/jobs: work for programs outside. POST …/claim, do it, heartbeat meanwhile, complete or fail."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from ... import errors
from ...documents import access
from ...documents.services import Services
from ...jobs import queue
from ...jobs.queue import Job, Queue, Said
from .. import exchange
from ..exchange import actor, json_body, parameter, url
from .resources import moment

_KIND = 64


class _Jobs:
    def __init__(self, services: Services) -> None:
        self._queue = Queue(services.sessions, services.clock)


class Jobs(_Jobs):
    """All jobs, the newest first; a new one."""

    def GET(self) -> bytes:
        access.require(actor(), "run")
        limit = exchange.number("limit", 50, 1, queue.PAGE)
        before = exchange.cursor(parameter("after"))
        found = self._queue.listed(parameter("kind"), parameter("state"), parameter("document"), before, limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        following = url(
            "/api/jobs", kind=parameter("kind"), state=parameter("state"), document=parameter("document"), limit=parameter("limit"),
            after=f"{last.created.isoformat()}_{last.id}") if last else None
        return exchange.json_answer({"jobs": [shown(job) for job in found[:limit]], "next": following})

    def POST(self) -> bytes:
        """201; the job waits for a worker."""
        access.require(actor(), "run")
        asked = json_body()
        kind = _word(asked, "kind")
        document, priority = _text(asked, "document"), _number(asked, "priority", 0, -100, 100)
        most, delay = _number(asked, "attempts", queue.ATTEMPTS, 1, queue.MOST_ATTEMPTS), _number(asked, "delay", 0, 0, 31_536_000)
        parameters = asked.pop("parameters", {})
        _nothing_else(asked)
        job_id = self._queue.add(
            actor().label, kind, parameters, document_id=document, priority=priority, most=most, delay=delay)
        return exchange.json_answer(shown(*self._queue.get(job_id)), 201, Location=url(f"/api/jobs/{job_id}"))


class Claim(_Jobs):
    """The next job of a kind."""

    def POST(self) -> bytes:
        """200 with the job and its `lease`, which every further message needs; 204 where there is none."""
        access.require(actor(), "run")
        asked = json_body()
        kinds = asked.pop("kinds", None)
        if kinds is None:
            kinds = [_word(asked, "kind")]
        if not isinstance(kinds, list) or not kinds or not all(isinstance(kind, str) for kind in kinds):
            raise errors.BadRequest("“kinds” must be a list of kinds.")
        seconds, worker = _number(asked, "lease", queue.LEASE, 1, queue.LONGEST), _text(asked, "worker") or actor().label
        _nothing_else(asked)
        found = self._queue.claim(kinds, worker[:255], seconds)
        if found is None:
            return exchange.send(b"", "application/json", 204)
        return exchange.json_answer({**shown(found[0]), "lease": found[1]})


class OneJob(_Jobs):
    """One job with its log; DELETE cancels it."""

    def GET(self, id: str) -> bytes:
        access.require(actor(), "run")
        return exchange.json_answer(shown(*self._queue.get(id)))

    def DELETE(self, id: str) -> bytes:
        access.require(actor(), "run")
        return exchange.json_answer(shown(self._queue.cancel(id)), 202)


class Heartbeat(_Jobs):
    """The worker lives; `cancel` in the answer asks it to stop, and to say so by …/fail."""

    def POST(self, id: str) -> bytes:
        access.require(actor(), "run")
        asked = json_body()
        lease, seconds, said = _lease(asked), _number(asked, "seconds", queue.LEASE, 1, queue.LONGEST), _text(asked, "log") or ""
        _nothing_else(asked)
        job = self._queue.heartbeat(id, lease, seconds, said)
        return exchange.json_answer({**shown(job), "cancel": job.asked})


class Complete(_Jobs):
    """The job is done."""

    def POST(self, id: str) -> bytes:
        access.require(actor(), "run")
        asked = json_body()
        lease, said, result = _lease(asked), _text(asked, "log") or "", asked.pop("result", None)
        _nothing_else(asked)
        return exchange.json_answer(shown(self._queue.complete(id, lease, result, said)))


class Fail(_Jobs):
    """The job could not be done."""

    def POST(self, id: str) -> bytes:
        access.require(actor(), "run")
        asked = json_body()
        lease, reason, retry = _lease(asked), _text(asked, "reason") or "no reason was given", asked.pop("retry", True)
        if not isinstance(retry, bool):
            raise errors.BadRequest("“retry” is true or false.")
        _nothing_else(asked)
        return exchange.json_answer(shown(self._queue.fail(id, lease, reason, retry)))


def shown(job: Job, log: list[Said] | None = None) -> dict[str, Any]:
    """One job; with its log where that was read."""
    made = asdict(job)
    made["document"], made["cancel"] = made.pop("document_id"), made.pop("asked")
    made |= {name: moment(value) for name, value in made.items() if isinstance(value, datetime)}
    made["attempts"], made["most_attempts"] = job.attempts, made.pop("most")
    if log is not None:
        made["log"] = [{"attempt": each.attempt, "at": moment(each.at), "said": each.said} for each in log]
    return made | {"links": {"self": url(f"/api/jobs/{job.id}")}}


def _word(asked: dict[str, Any], name: str) -> str:
    value = asked.pop(name, None)
    if not isinstance(value, str) or not 0 < len(value) <= _KIND or not value.isascii():
        raise errors.BadRequest(f"“{name}” must be a word of at most {_KIND} ASCII characters.")
    return value


def _text(asked: dict[str, Any], name: str) -> str | None:
    value = asked.pop(name, None)
    if value is not None and not isinstance(value, str):
        raise errors.BadRequest(f"“{name}” must be a string.")
    return value


def _lease(asked: dict[str, Any]) -> str:
    lease = _text(asked, "lease")
    if not lease:
        raise errors.BadRequest("“lease” is missing: send the one that the claim gave.")
    return lease


def _number(asked: dict[str, Any], name: str, default: int, low: int, high: int) -> int:
    value = asked.pop(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise errors.BadRequest(f"“{name}” must be a whole number from {low} to {high}.")
    return value


def _nothing_else(asked: dict[str, Any]) -> None:
    if asked:
        raise errors.BadRequest(f"The body has members that are not known here: {', '.join(sorted(asked))}.")
