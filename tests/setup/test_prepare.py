"""scripts/prepare on machines that lack something: it says in one line what, and changes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.left_out import require

TOOLS = ("bash", "env", "id", "sort", "awk", "dirname", "sed", "cat")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH that holds a shell's tools and nothing else: no Python, no compiler, no apt-get."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool) or pytest.fail(f"no {tool} here"))
    return folder


def prepare(path: Path | str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("bash") or "bash", ROOT / "scripts" / "prepare", *words],
        env={"PATH": str(path)}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip


def test_without_python(machine: Path, tmp_path: Path) -> None:
    done = prepare(machine, "venv", tmp_path / "venv")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed, and none was found" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_without_a_compiler(machine: Path, tmp_path: Path) -> None:
    (machine / "python3").symlink_to(sys.executable)
    done = prepare(machine, "venv", tmp_path / "venv")
    assert done.returncode == 1
    assert "sudo apt-get install -y gcc libc6-dev" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_python_that_is_too_old(machine: Path, tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = prepare(machine, "venv", tmp_path / "venv", old)
    assert done.returncode == 1
    assert f"PYTHON={old} is no Python of version 3.11 or newer" in done.stderr


def test_an_environment_is_made_once(tmp_path: Path) -> None:
    require(shutil.which("cc"), "making an environment (no compiler: apt-get install gcc)")
    path = os.pathsep.join([str(Path(sys.base_prefix) / "bin"), "/usr/bin", "/bin"])
    assert prepare(path, "venv", tmp_path / "venv").returncode == 0
    made = (tmp_path / "venv" / "pyvenv.cfg").stat().st_mtime_ns
    again = prepare(path, "venv", tmp_path / "venv")
    assert (again.returncode, again.stderr) == (0, "")
    assert (tmp_path / "venv" / "pyvenv.cfg").stat().st_mtime_ns == made


def test_servers_that_may_not_be_installed_are_named(machine: Path) -> None:
    done = prepare(machine, "servers")
    assert done.returncode == 0
    assert "sudo apt-get install -y mariadb-server chromium fonts-dejavu-core apache2 libapache2-mod-wsgi-py3 curl" in done.stderr


def test_a_wrong_word_prints_the_usage(machine: Path) -> None:
    done = prepare(machine, "everything")
    assert done.returncode == 2
    assert "scripts/prepare venv DIR" in done.stderr
