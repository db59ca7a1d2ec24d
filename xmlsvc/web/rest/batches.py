"""/api/batches: many documents in one body. The answer comes once the body and its receipt are safe; what is small is done by then.

    POST ─► spool ─► Idempotency-Key ─► batches.accept ─┬─ respond-async, or nobody has time ─► 202, Location: the run
                                                        └─ worked on for a second (or wait=N) ─┬─ done ─► 200, what became of each
                                                                                               └─ not yet ─► 202, a runner goes on
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import cherrypy
from storm.store import Store

from ... import errors
from ...batch import batches, runner
from ...documents import access, idempotency, parts, runs
from ...documents.access import OPERATOR
from ...documents.idempotency import Answer
from ...documents.services import Services
from .. import exchange, incoming, negotiation, preferences
from ..exchange import actor, parameter
from . import deliveries

SECONDS = 1.0  # a batch is worked on for so long before its sender is told to come back
LOOK = 0.05  # seconds between two looks at a run that another process works on
LONGEST = 20.0  # seconds of Prefer: wait
MEDIA_TYPES = {"application/json": "json", "text/csv": "csv", "application/xml": "junit"}
_OVER = ("done", "failed", "cancelled")


class Batches:
    """POST an archive, a form with files, or many documents in one element."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._free = threading.Semaphore(max(1, services.settings.threads // 4))

    def POST(self) -> Iterator[bytes] | bytes:
        """200 done, 202 under way. Raises what `batches.accept` raises; KeyReused, InFlight for the Idempotency-Key."""
        access.require(actor(), "submit")
        kind = results_kind()
        spooled = parts.Spooled.of(incoming.stream(self._services.settings.max_batch_bytes), str(self._services.settings.var))
        with spooled.file:
            if not spooled.size:
                raise errors.BadRequest("The body is empty; it must be an archive, a form with files, or an element that holds documents.")
            run_id = self._accepted(spooled)
        return self._answer(run_id, kind)

    def _accepted(self, spooled: parts.Spooled) -> str:
        """The run of this body: a new one, or that of the first request with the same key."""
        request, key = cherrypy.serving.request, deliveries.idempotency_key()
        options = batches.Options(
            media_type=request.headers.get("Content-Type", ""), name=deliveries.file_name(), vocabulary=parameter("schema"),
            partner=parameter("partner"),
        )  # fmt: skip
        if (coding := incoming.coding()) not in ("", *incoming.CODINGS):
            raise errors.UnsupportedMediaType(f"The body is coded as {coding!r}; send it as it is, or as gzip.")
        if key is None:
            return batches.accept(self._services, actor(), spooled, options)
        asked = f"{request.method} {request.script_name}{request.path_info}?{request.query_string}\n{spooled.digest}".encode()
        begun = idempotency.begin(self._services, actor(), key, asked)
        if isinstance(begun, Answer):
            cherrypy.serving.response.headers["Idempotent-Replayed"] = "true"
            return begun.headers["Location"].rpartition("/")[2]
        try:
            return batches.accept(self._services, actor(), spooled, options, lambda store, run_id: _keep(store, begun, run_id))
        except BaseException:
            begun.release(self._services)
            raise

    def _answer(self, run_id: str, kind: str) -> Iterator[bytes] | bytes:
        wishes, here = preferences.asked(), exchange.url(f"/api/runs/{run_id}")
        honoured = []
        if "respond-async" in wishes:
            honoured.append("respond-async")
        else:
            wait = preferences.seconds(wishes.get("wait"), LONGEST)
            honoured += [f"wait={wishes['wait']}"] if wait is not None else []
            self._wait(run_id, SECONDS if wait is None else wait)
        preferences.applied(honoured)
        run = runs.get(self._services, OPERATOR, run_id)  # whoever may deliver may know what became of it
        if run.state in _OVER and "respond-async" not in wishes:
            about = {"Content_Location": f"{here}/items", "Link": f'<{here}>; rel="describedby"'}
            return send_results(self._services, OPERATOR, run, kind, **about)
        shown = {"id": run.id, "state": run.state, "counts": run.counts, "receipt": run_id, "links": links(run_id)}
        return exchange.json_answer(shown, 202, Location=here, Retry_After="1")

    def _wait(self, run_id: str, seconds: float) -> None:
        """Work on the run for so long, or wait for the runner that was faster. Where too many wait already, not at all."""
        if not self._free.acquire(blocking=False):
            return
        until = time.monotonic() + seconds
        try:
            runner.hurry(self._services, run_id, seconds)
            while runs.get(self._services, OPERATOR, run_id).state not in _OVER and time.monotonic() < until:
                time.sleep(LOOK)
        finally:
            self._free.release()


def links(run_id: str) -> dict[str, str]:
    """Where a batch is followed."""
    here = f"/api/runs/{run_id}"
    return {
        "self": exchange.url(here), "items": exchange.url(f"{here}/items"), "events": exchange.url(f"{here}/events"),
        "receipt": exchange.url(f"/api/receipts/{run_id}"),
    }  # fmt: skip


def _keep(store: Store, claim: idempotency.Claim, run_id: str) -> None:
    claim.keep(store, Answer(202, {"Location": f"/api/runs/{run_id}"}, b""))


def results_kind() -> str:
    """Which form of the results Accept wants: a key of batch.results.WRITERS. Raises NotAcceptable."""
    accept = cherrypy.serving.request.headers.get("Accept", "")
    chosen = negotiation.choose([*MEDIA_TYPES, "text/xml"], accept)
    if chosen is None:
        raise errors.NotAcceptable(
            f"None of the media types in “Accept: {accept}” can be produced. There are: {', '.join(MEDIA_TYPES)}.",
            available=list(MEDIA_TYPES),
        )
    return MEDIA_TYPES.get(chosen, "junit")


def send_results(services: Services, asking: access.Actor, run: runs.Run, kind: str, **headers: str) -> Iterator[bytes]:
    """What became of each item, piece by piece: a run of any length passes through. `asking`: who may see the run."""
    media_type = next(name for name, each in MEDIA_TYPES.items() if each == kind)
    cherrypy.serving.response.stream = True
    items = runs.every_item(services, asking, run.id, parameter("outcome") or None)
    exchange.send(b"", f"{media_type}; charset=utf-8" if kind == "csv" else media_type, 200, Vary="Accept", **headers)
    return (piece.encode() for piece in batches.results(services, run, kind, items))
