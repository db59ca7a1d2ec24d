"""What is counted and measured, for Prometheus: one list of all metrics. Several processes share them through files.

    the master: share(directory) before any child starts      each process: COUNTER.labels(…).inc()      /metrics: exposition()

Names and units follow Prometheus's conventions (base units, `_total`, `_seconds`).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.registry import Collector

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own environment variable; it is read when the library is first imported."""

REGISTRY = CollectorRegistry()

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

REQUESTS = Histogram(
    "xmlsvc_http_request_seconds", "Time to answer a request, by address template, method and status.", ("route", "method", "status"),
    buckets=(0.005, 0.025, 0.1, 0.5, 2.5, 10.0), registry=REGISTRY,
)  # fmt: skip
SUBMISSIONS = Counter(
    "xmlsvc_submissions_total", "Deliveries one by one, by face and outcome; those of loads and batches are items of runs.",
    ("face", "outcome"), registry=REGISTRY,
)  # fmt: skip
VALIDATION = Histogram("xmlsvc_validation_seconds", "Time to judge one document.", (), buckets=_QUICK, registry=REGISTRY)
UNITS = Histogram(
    "xmlsvc_unit_seconds", "Time of a database unit with its retries, by kind (read, write) and outcome (ok, failed).", ("kind", "outcome"),
    buckets=_QUICK, registry=REGISTRY,
)  # fmt: skip
RETRIES = Counter("xmlsvc_unit_retries_total", "Units that were run again, by kind.", ("kind",), registry=REGISTRY)
RENDERINGS = Counter(
    "xmlsvc_renderings_total", "Renderings asked for, by format and outcome (made, kept, refused).", ("format", "outcome"),
    registry=REGISTRY,
)  # fmt: skip
RUN_ITEMS = Counter("xmlsvc_run_items_total", "What batch runs did, by kind of run and outcome.", ("kind", "outcome"), registry=REGISTRY)
WEBHOOKS = Counter("xmlsvc_webhook_attempts_total", "Attempts to call a webhook, by outcome.", ("outcome",), registry=REGISTRY)


def share(directory: Path) -> None:
    """Let this process's children count into a directory of its own below this one. For the one process that starts the others; those of
    processes that are no more are removed."""
    if os.environ.get(DIRECTORY):
        return  # the program before this one in the same process has made it
    directory.mkdir(parents=True, exist_ok=True)
    for left in directory.iterdir():
        if left.name.isdigit() and not Path(f"/proc/{left.name}").exists():
            shutil.rmtree(left, ignore_errors=True)
    own = directory / str(os.getpid())
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    os.environ[DIRECTORY] = str(own)


def exposition(more: Collector) -> bytes:
    """All metrics of all processes in the text format, and what `more` finds out when it is asked."""
    registry = CollectorRegistry()
    registry.register(more)
    if os.environ.get(DIRECTORY):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(REGISTRY) + generate_latest(registry)
