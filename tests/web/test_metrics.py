"""/metrics and /health: what is counted over all processes, who may read it, what is not ready and why."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.server import serving
from tests.web.conftest import Site, sample
from xmlsvc import metrics
from xmlsvc.documents import instance
from xmlsvc.web.rest import health

FILM = sample("valid/film-de-dijk.xml")


def _value(text: str, name: str, **labels: str) -> float:
    """The sum of the samples of that name with those labels."""
    found = re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", text, re.MULTILINE)
    return sum(float(value) for said, value in found if all(f'{k}="{v}"' in said for k, v in labels.items()))


def _told(site: Site) -> str:
    return metrics.exposition(health.Stock(site.services)).decode()


def test_the_counts_of_all_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XMLSVC_WORKERS", "2")
    instance.init(tmp_path / "instance", "sqlite+wal:var/xmlsvc.db", bare=True)
    with serving(tmp_path / "instance") as server:
        for _ in range(40):
            assert server.get("/health/live").status == 200
        assert server.get("/nowhere").status == 404
        deadline = time.monotonic() + 30
        while True:  # a request is counted after its answer has gone out
            answer = server.get("/metrics", accept="text/plain")
            assert answer.status == 200 and answer.headers["content-type"].startswith("text/plain; version=")
            text = answer.body.decode()
            live = _value(text, "xmlsvc_http_request_seconds_count", route="/health/live", status="200")
            if live >= 40 and _value(text, "xmlsvc_http_request_seconds_count", status="404") == 1:
                break
            assert time.monotonic() < deadline, text
            time.sleep(0.05)
        assert _value(text, "xmlsvc_build_info", database="sqlite") == 1 and _value(text, "xmlsvc_disk_free_bytes") > 0
        through_a_proxy = server.request("GET", "/metrics", headers={"X-Forwarded-For": "127.0.0.1", "Accept": "application/json"})
        assert through_a_proxy.status == 401


def test_deliveries_and_stock(site: Site) -> None:
    assert site.partner().get("/metrics").status == 403
    before = _value(_told(site), "xmlsvc_submissions_total", face="api", outcome="new")
    assert site.partner().deliver(FILM.replace(b"prg-20417", b"prg-metrics")).status == 201
    text = _told(site)
    assert _value(text, "xmlsvc_submissions_total", face="api", outcome="new") == before + 1
    assert _value(text, "xmlsvc_documents", vocabulary="programme", state="published") > 0 and _value(text, "xmlsvc_database_up") == 1
    assert [family.name for family in health.Stock(site.services).collect()] == list(health.STOCK)


def test_ready_says_what_it_looked_at(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.anybody().get("/health/ready").json()["checks"] == {"database": "ok", "tables": "ok", "disk": "ok"}
    monkeypatch.setattr(health, "LITTLE_SPACE", 10**18)
    answer = site.anybody().get("/health/ready")
    assert answer.status == 503 and "bytes are left" in answer.json()["detail"] and "retry-after" in answer.headers
