"""deploy/requirements.txt: all that the program needs, exact, by hash, and what setup.cfg allows."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import FULL, ROOT

LOCK = ROOT / "deploy" / "requirements.txt"
PINNED = re.compile(r"([A-Za-z0-9._-]+)==([^ ]+)((?: --hash=sha256:[0-9a-f]{64})+)")


@pytest.fixture(scope="module")
def pins() -> dict[str, str]:
    """Version by canonical name."""
    lines = [line for line in LOCK.read_text("utf-8").replace("\\\n", "").splitlines() if line and not line.startswith("#")]
    found = [PINNED.fullmatch(" ".join(line.split())) for line in lines]
    assert found and all(found), [line for line, match in zip(lines, found, strict=True) if not match]
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def test_what_setup_cfg_asks_for_is_there(pins: dict[str, str]) -> None:
    told = configparser.ConfigParser()
    told.read(ROOT / "setup.cfg", "utf-8")
    for line in told["options"]["install_requires"].split():
        asked = Requirement(line)
        assert asked.specifier.contains(pins.get(canonicalize_name(asked.name), "0"), prereleases=True), f"{line}: make lock"


def test_nothing_that_these_need_is_missing(pins: dict[str, str]) -> None:
    for name, version in pins.items():
        try:
            here = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another version of Python
        for need in map(Requirement, here.requires or [] if here.version == version else []):
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                assert canonicalize_name(need.name) in pins, f"{name} needs {need}: make lock"


if FULL:  # it fetches everything from the package index

    def test_it_installs(tmp_path: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
        pip = [tmp_path / "venv" / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", LOCK], check=True, timeout=600)
        subprocess.run([*pip, "--no-deps", ROOT], check=True, timeout=600)
        subprocess.run([tmp_path / "venv" / "bin" / "pip", "check"], check=True)
        subprocess.run([tmp_path / "venv" / "bin" / "xmlsvc", "init", tmp_path / "house"], check=True, capture_output=True)
