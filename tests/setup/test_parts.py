"""What `make test-all` runs: every folder of tests, every Python that setup.cfg names; what cannot be run is said."""

from __future__ import annotations

import configparser
import sys
from pathlib import Path

import pytest

from tests import parts
from tests.conftest import ROOT


def test_every_test_belongs_to_a_part() -> None:
    words = {word for part in parts.parts() for word in part.command}
    files = [*(ROOT / "tests").glob("test_*.py"), *(ROOT / "tests").glob("*/test_*.py")]
    assert files and [str(path) for path in files if not {str(each.relative_to(ROOT)) for each in (path, path.parent)} & words] == []


def test_every_python_that_is_promised() -> None:
    told = configparser.ConfigParser()
    told.read(ROOT / "setup.cfg", "utf-8")
    environments = [name.strip() for name in told["tox:tox"]["env_list"].split(",")]
    assert environments == [f"py{version.replace('.', '')}" for version in parts.PYTHONS]
    assert all(f"Programming Language :: Python :: {version}" in told["metadata"]["classifiers"] for version in parts.PYTHONS)
    assert {f"python{version}" for version in parts.PYTHONS if version != parts.MINE} <= {part.name for part in parts.parts()}


def _program(place: Path, says: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\necho {says}\n", "ascii")
    place.chmod(0o755)
    return place


def test_interpreters_are_found_on_the_path_and_among_pyenvs(tmp_path: Path) -> None:
    environ = {"PATH": str(tmp_path / "bin"), "PYENV_ROOT": str(tmp_path / "pyenv")}
    assert parts.interpreter("3.12", environ) is None
    _program(tmp_path / "pyenv/versions/3.12.9/bin/python", "3.12")
    newest = _program(tmp_path / "pyenv/versions/3.12.10/bin/python", "3.12")
    assert parts.interpreter("3.12", environ) == str(newest)
    broken = _program(tmp_path / "bin/python3.12", "oh no")
    assert parts.interpreter("3.12", environ) == str(newest), "one that does not run is passed over"
    broken.unlink()
    assert parts.interpreter("3.12", environ) == str(newest)
    assert parts.interpreter("3.12", {**environ, "PATH": str(_program(broken, "3.12").parent)}) == str(broken)


def _two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[parts.Part]:
    told = [
        parts.Part("good", "the good one", (sys.executable, "-c", "open('ran', 'a').write('x'); print('= 3 passed in 1 s =')")),
        parts.Part("absent", "the absent one", ("false",), missing="nothing here"),
    ]
    monkeypatch.setattr(parts, "ROOT", tmp_path)
    monkeypatch.setattr(parts, "PLACE", tmp_path / "build")
    monkeypatch.setattr(parts, "parts", lambda: iter(told))
    monkeypatch.setattr(parts, "state", lambda: "abc1234")
    monkeypatch.delenv("XMLSVC_REQUIRE_ALL", raising=False)
    return told


def test_what_was_green_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told = _two(tmp_path, monkeypatch)
    assert parts.main([]) == 0 and parts.main([]) == 0
    assert (tmp_path / "ran").read_text() == "x"
    assert "| the absent one | | | LEFT OUT: nothing here |" in capsys.readouterr().out
    assert parts.main(["good"]) == 0 and (tmp_path / "ran").read_text() == "xx"
    monkeypatch.setattr(parts, "state", lambda: "abc1234+")
    assert parts.main([]) == 0 and (tmp_path / "ran").read_text() == "xxx"
    told.append(parts.Part("bad", "the bad one", (sys.executable, "-c", "print('1 failed'); exit(1)")))
    assert parts.main([]) == 1
    assert "| the bad one | abc1234+ |" in (said := capsys.readouterr().out) and "**failed**: 1 failed" in said


def test_nothing_may_be_left_out_where_all_is_required(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _two(tmp_path, monkeypatch)
    monkeypatch.setenv("XMLSVC_REQUIRE_ALL", "1")
    assert parts.main([]) == 1
