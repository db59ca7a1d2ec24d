"""The units: systemd itself finds nothing wrong with them, and the service does with what they leave it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.left_out import require
from tests.server import XMLSVC, serving
from xmlsvc.documents import instance

UNITS = ROOT / "deploy" / "systemd"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with the path of this program."""
    require(shutil.which("systemd-analyze"), "systemd's own check of the units (no systemd-analyze: apt-get install systemd)")
    for unit in UNITS.iterdir():
        text = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={XMLSVC}", unit.read_text("utf-8"))
        (tmp_path / unit.name).write_text(text, "utf-8")
    return tmp_path


def test_systemd_finds_nothing_wrong(units: Path) -> None:
    words = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(units.iterdir()))]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["xmlsvc.service", "xmlsvc-runner.service"])
def test_little_is_left_to_the_service(units: Path, name: str) -> None:
    """systemd's own score, of which 10 is the worst; what remains is the network, which is its business, and filters of system calls."""
    words = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(units / name)]
    said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False).stdout
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert found and float(found[1]) <= 5.0, said


def test_it_serves_with_what_the_unit_leaves_it(tmp_path: Path) -> None:
    """No capability, none that could be had again, no new privileges, the unit's umask."""
    require(os.geteuid() == 0 and shutil.which("setpriv"), "the service without capabilities (needs root and setpriv)")
    home = tmp_path / "house"
    instance.init(home)
    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    with serving(home, ["sh", "-c", 'umask 027; exec "$@"', "sh", *drop, XMLSVC]) as server:
        assert server.get("/health/ready").status == 200
        status = Path(f"/proc/{server.workers()[0]}/status").read_text("ascii")
        made = {path: path.stat().st_mode for path in (home / "var" / "metrics").rglob("*")}
    assert re.search(r"(?m)^CapEff:\t0+$", status) and re.search(r"(?m)^NoNewPrivs:\t1$", status)
    assert made and not [path for path, mode in made.items() if mode & 0o007]
