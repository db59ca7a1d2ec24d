"""The classic init script, the unit files and the dashboard: each does, or names, what is there."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deploy.apache import DEPLOY
from tests.mariadb import free_port
from tests.server import XMLSVC
from xmlsvc import metrics
from xmlsvc.documents import instance, services
from xmlsvc.web.rest import health


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs deploy/init.d/xmlsvc for an instance of the test's own."""
    instance.init(tmp_path / "instance", bare=True)
    defaults = tmp_path / "defaults"
    defaults.write_text(f"INSTANCE={tmp_path}/instance\nXMLSVC={XMLSVC}\nPIDFILE={tmp_path}/xmlsvc.pid\n")
    monkeypatch.setenv("XMLSVC_DEFAULTS", str(defaults))
    monkeypatch.setenv("XMLSVC_BIND", f"127.0.0.1:{free_port()}")

    def run(action: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([DEPLOY / "init.d" / "xmlsvc", action], capture_output=True, text=True, timeout=120)

    return run


def test_the_init_script(script: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    assert script("status").returncode == 3
    try:
        started = script("start")
        assert started.returncode == 0, started.stderr
        found = re.search(r"process (\d+)", started.stdout)
        assert found is not None
        pid = int(found[1])
        assert script("status").stdout == f"xmlsvc is running, process {pid}\n" and "is running" in script("start").stdout
        for action in ("reload", "rotate", "upgrade"):
            assert script(action).returncode == 0
        assert script("status").stdout == f"xmlsvc is running, process {pid}\n"
    finally:
        stopped = script("stop")
    assert stopped.returncode == 0 and not Path(f"/proc/{pid}").exists()
    assert script("status").returncode == 3 and script("reload").returncode == 1 and script("nonsense").returncode == 2


def test_the_init_script_says_why_it_does_not_start(script: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    os.environ["XMLSVC_THREADS"] = "none"
    try:
        done = script("start")
    finally:
        del os.environ["XMLSVC_THREADS"]
    assert done.returncode == 1 and "XMLSVC_THREADS in the environment" in done.stderr


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.name)
def test_the_units_call_what_there_is(unit: Path) -> None:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read(unit)
    if "Service" in parsed:
        words = parsed["Service"]["ExecStart"].split()
        assert words[0].endswith("/bin/xmlsvc")
        verb = words[3]
        assert subprocess.run([XMLSVC, verb, "--help"], capture_output=True, timeout=60).returncode == 0
    else:
        assert parsed["Socket"]["ListenStream"]


def test_the_dashboard_asks_for_metrics_that_exist(tmp_path: Path) -> None:
    instance.init(tmp_path / "instance", bare=True)
    with services.open(tmp_path / "instance") as house:
        told = metrics.exposition(health.Stock(house)).decode()
    known = set(re.findall(r"^# TYPE (\S+)", told, re.MULTILINE))
    dashboard = json.loads((DEPLOY / "grafana" / "xmlsvc.json").read_text("utf-8"))
    asked = {name for panel in dashboard["panels"] for target in panel["targets"] for name in re.findall(r"xmlsvc_\w+", target["expr"])}
    assert asked and {re.sub(r"_(bucket|count|sum)$", "", name) for name in asked} <= known
