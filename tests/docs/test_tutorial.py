"""docs/tutorial.rst, run as it stands."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from tests.conftest import ROOT


def test_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    file = str(ROOT / "docs" / "tutorial.rst")
    failed, tried = doctest.testfile(file, module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8")
    assert not failed, capsys.readouterr().out
    assert tried > 30
