"""A wheel is enough: installed into an empty environment, far from any checkout, xmlsvc makes an instance and serves it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.server import serving

SOURCES = {"xmlsvc": "xmlsvc", "schemas": "xmlsvc/data/schemas", "xslt": "xmlsvc/data/xslt", "samples": "xmlsvc/data/samples"}
FORGETFUL = shutil.ignore_patterns("__pycache__", "*.pyc")


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env={"PATH": "/usr/bin:/bin", "HOME": str(cwd)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing of an earlier build slips in and none is left behind."""
    copy, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for folder in SOURCES:
        shutil.copytree(ROOT / folder, copy / folder, ignore=FORGETFUL)
    for file in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, copy / file)
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-index", "--no-build-isolation", "-w", target, copy, cwd=target)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel alone, and borrows the other packages (not the editable xmlsvc) from this one."""
    home = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
    python = home / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel, cwd=home)
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip())
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home


def test_the_wheel_holds_every_file(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if not name.split("/")[0].endswith(".dist-info")}
    wanted = {
        f"{target}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, target in SOURCES.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert held == wanted, "setup.cfg's `packages` or `package_data` does not name everything that is there"


def test_the_installed_package_is_the_wheel_s(environment: Path) -> None:
    place = run(environment / "bin" / "python", "-c", "import xmlsvc; print(xmlsvc.__file__)", cwd=environment).strip()
    assert Path(place).is_relative_to(environment)


def test_init_and_serve_from_the_wheel(environment: Path, tmp_path: Path) -> None:
    xmlsvc = environment / "bin" / "xmlsvc"
    run(xmlsvc, "init", tmp_path / "instance", cwd=tmp_path)
    assert "programme" in run(xmlsvc, "--instance", tmp_path / "instance", "vocabulary", "list", cwd=tmp_path)
    with serving(tmp_path / "instance", command=[xmlsvc]) as server:
        assert server.get("/health/ready").status == 200
        page = server.get("/login", accept="text/html")
        assert page.status == 200
        assert b"<html" in page.body
        token = run(xmlsvc, "--instance", tmp_path / "instance", "token", "add", "house", cwd=tmp_path).strip()
        assert "programme" in json.dumps(server.get("/api/vocabularies", token=token).json())
        sample = next(environment.glob("lib/python*/site-packages/xmlsvc/data/samples/valid/*.xml")).read_bytes()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/xml"}
        delivered = server.request("POST", "/api/documents", sample, headers)
        assert (delivered.status, delivered.json()["outcome"]) == (201, "new")
        exact = server.get(f"/api/documents/{delivered.json()['id']}", accept="application/xml", token=token)
        assert exact.body == sample
