"""/health and /metrics: for whoever watches over the service. No ids, nothing that a partner sent.

    /health/live   the process answers      /health/ready   … and can do its work: database, tables, disk; how replicas do
    /metrics       Prometheus's text format, to loopback and administrators; also while the database is away
"""

from __future__ import annotations

import ipaddress
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from typing import Generic, TypeVar

import cherrypy
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from ... import __version__, metrics
from ...documents.access import require
from ...documents.services import Services
from ...errors import EnvironmentFault, Error, Unavailable
from ...storage import counters, migrate, model
from .. import exchange, proxies

LITTLE_SPACE = 100_000_000  # bytes
SECONDS = 5.0  # for the database to answer
T = TypeVar("T")
STOCK = {
    "xmlsvc_build": "The program.",
    "xmlsvc_database_up": "Whether the database answers: 1 or 0.",
    "xmlsvc_replica_up": "Whether a replica takes reads: 1 or 0.",
    "xmlsvc_documents": "Stored documents.",
    "xmlsvc_runs": "Batch runs that are not over.",
    "xmlsvc_disk_free_bytes": "Space left for var/.",
}
"""What is counted at the time of asking, by name."""


class Live:
    """The process answers; it asks nothing else."""

    def GET(self) -> bytes:
        return exchange.json_answer({"status": "ok"}, Cache_Control="no-store")


class InTime(Generic[T]):
    """A question to the database, asked in a thread of its own, once at a time: when the database hangs, whoever watches must not. Raises
    what the question raises, and Unavailable after SECONDS."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._waiting: SimpleQueue[Future[T]] = SimpleQueue()
        self._lock = threading.Lock()
        self._asked: Future[T] | None = None
        self._thread: threading.Thread | None = None

    def __call__(self) -> T:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="xmlsvc-health", daemon=True)
                self._thread.start()
            if self._asked is None or self._asked.done():
                self._asked = Future()
                self._waiting.put(self._asked)
            asked = self._asked
        try:
            return asked.result(SECONDS)
        except TimeoutError:
            raise Unavailable(f"It has not answered for {SECONDS:.0f} s. Look whether its server hangs, or its disk.") from None

    def _run(self) -> None:
        while True:
            asked = self._waiting.get()
            try:
                asked.set_result(self._ask())
            except BaseException as error:  # noqa: BLE001 - it goes to who waits
                asked.set_exception(error)


class Ready:
    """What a request needs is there; what is not, is named in a 503."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = InTime(partial(migrate.check, services.sessions))  # it answers, and its tables are this release's

    def GET(self) -> bytes:
        checks = {name: _said(check) for name, check in (("database", self._database), ("disk", self._disk))}
        if faults := [f"{name}: {said}" for name, said in checks.items() if said != "ok"]:
            raise Unavailable(" ".join(faults))
        checks |= {"tables": "ok"} | self._services.sessions.replicas()
        body = {"status": "ok", "checks": checks, "vocabularies": len(self._services.registry.names())}
        return exchange.json_answer(body, Cache_Control="no-store")

    def _disk(self) -> None:
        if (free := shutil.disk_usage(self._services.settings.var).free) < LITTLE_SPACE:
            raise EnvironmentFault(f"Only {free:,} bytes are left for {self._services.settings.var}. Make room.")


def _said(check: Callable[[], None]) -> str:
    try:
        check()
    except Error as error:
        return error.message
    return "ok"


class Metrics:
    """All processes' counts, and what the database says now."""

    def __init__(self, services: Services) -> None:
        self._stock = Stock(services)

    def GET(self) -> bytes:
        if not _near():
            require(exchange.actor(), "administer")
        return exchange.send(metrics.exposition(self._stock), CONTENT_TYPE_LATEST, Cache_Control="no-store")


def _near() -> bool:
    """Whether the request comes from this machine itself, not through a proxy on it."""
    environ = cherrypy.serving.request.wsgi_environ
    if proxies.FORWARDED in environ or "HTTP_VIA" in environ:
        return False
    try:
        return ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class Stock(Collector):
    """What is counted in the database, at the time of asking; while it is away, that it is."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._counted = InTime(partial(_counted, services))

    def collect(self) -> Iterable[Metric]:
        sessions = self._services.sessions
        yield InfoMetricFamily("xmlsvc_build", STOCK["xmlsvc_build"], value={"version": __version__, "database": sessions.dialect})
        try:
            (stored, open_), up = self._counted(), 1
        except Error:
            stored, open_, up = {}, {}, 0
        yield _gauge("xmlsvc_database_up", value=up)
        replicas = _gauge("xmlsvc_replica_up", labels=["replica"])
        for name, said in sessions.replicas().items():
            replicas.add_metric([name.removeprefix("replica ")], said == "ok")
        yield replicas
        documents = _gauge("xmlsvc_documents", labels=["vocabulary", "state", "valid"])
        for labels, count in sorted(stored.items()):
            documents.add_metric(labels, count)
        yield documents
        runs = _gauge("xmlsvc_runs", labels=["kind", "state"])
        for (kind, state), count in sorted(open_.items()):
            runs.add_metric([kind, state], count)
        yield runs
        yield _gauge("xmlsvc_disk_free_bytes", value=shutil.disk_usage(self._services.settings.var).free)


def _gauge(name: str, value: float | None = None, labels: Sequence[str] | None = None) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, STOCK[name], value=value, labels=labels)


def _counted(services: Services) -> tuple[Mapping[tuple[str, str, str], int], Mapping[tuple[str, str], int]]:
    """(documents by vocabulary, state and validity, runs that are not over by kind and state)."""
    stored: Counter[tuple[str, str, str]] = Counter()
    for kind, count in services.sessions.read(counters.totals).items():
        stored[kind.vocabulary, kind.state, str(kind.valid).lower()] += count
    open_ = services.sessions.read(lambda store: list(store.find((model.Run.kind, model.Run.state), model.Run.ended == None)))  # noqa: E711
    return stored, Counter(open_)
