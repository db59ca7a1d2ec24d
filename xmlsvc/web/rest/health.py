"""/health and /metrics: for whoever watches over the service. No ids, nothing that a partner sent.

    /health/live   the process answers      /health/ready   … and can do its work: database, tables, replicas, disk
    /metrics       Prometheus's text format, to loopback and administrators
"""

from __future__ import annotations

import ipaddress
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from queue import SimpleQueue

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


class Live:
    """The process answers; it asks nothing else."""

    def GET(self) -> bytes:
        return exchange.json_answer({"status": "ok"}, Cache_Control="no-store")


class Ready:
    """What a request needs is there; what is not, is named in a 503. The database is asked in a thread of its own, once at a time: one that
    hangs must not hang whoever watches."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: SimpleQueue[tuple[Callable[[], None], Future[None]]] = SimpleQueue()
        self._lock = threading.Lock()
        self._asked: Future[None] | None = None
        self._thread: threading.Thread | None = None

    def GET(self) -> bytes:
        checks = {name: _said(check) for name, check in (("database", self._database), ("disk", self._disk))}
        if faults := [f"{name}: {said}" for name, said in checks.items() if said != "ok"]:
            raise Unavailable(" ".join(faults))
        checks |= {"tables": "ok"} | self._services.sessions.replicas()
        body = {"status": "ok", "checks": checks, "vocabularies": len(self._services.registry.names())}
        return exchange.json_answer(body, Cache_Control="no-store")

    def _database(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._ask, name="xmlsvc-ready", daemon=True)
                self._thread.start()
            if self._asked is None or self._asked.done():
                self._asked = Future()
                self._waiting.put((self._tables, self._asked))
            asked = self._asked
        try:
            asked.result(SECONDS)
        except TimeoutError:
            raise Unavailable(f"It has not answered for {SECONDS:.0f} s. Look whether its server hangs, or its disk.") from None

    def _ask(self) -> None:
        while True:
            check, asked = self._waiting.get()
            try:
                check()
            except BaseException as error:  # noqa: BLE001 - it goes to who waits
                asked.set_exception(error)
            else:
                asked.set_result(None)

    def _tables(self) -> None:
        """The database answers, and its tables are this release's."""
        migrate.check(self._services.sessions)

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
        self._services = services

    def GET(self) -> bytes:
        if not _near():
            require(exchange.actor(), "administer")
        return exchange.send(metrics.exposition(Stock(self._services)), CONTENT_TYPE_LATEST, Cache_Control="no-store")


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
    """What is counted in the database, at the time of asking."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterable[Metric]:
        sessions = self._services.sessions
        yield InfoMetricFamily("xmlsvc_build", "The program.", value={"version": __version__, "database": sessions.dialect})
        documents = GaugeMetricFamily("xmlsvc_documents", "Stored documents.", labels=["vocabulary", "state", "valid"])
        sums: Counter[tuple[str, str, str]] = Counter()
        for kind, count in sessions.read(counters.totals).items():
            sums[kind.vocabulary, kind.state, str(kind.valid).lower()] += count
        for labels, count in sorted(sums.items()):
            documents.add_metric(labels, count)
        yield documents
        runs = GaugeMetricFamily("xmlsvc_runs", "Batch runs that are not over.", labels=["kind", "state"])
        open_ = sessions.read(lambda store: list(store.find((model.Run.kind, model.Run.state), model.Run.ended == None)))  # noqa: E711
        for (kind_, state), count in sorted(Counter(open_).items()):
            runs.add_metric([kind_, state], count)
        yield runs
        yield GaugeMetricFamily("xmlsvc_disk_free_bytes", "Space left for var/.", value=shutil.disk_usage(self._services.settings.var).free)
