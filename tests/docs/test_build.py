"""The documentation builds without a warning: no broken link between pages, no page outside the contents."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_pages_build_without_a_warning(tmp_path: Path) -> None:
    words = ["-W", "--keep-going", "-q", "-b", "html", "-d", tmp_path / "trees", ROOT / "docs", tmp_path / "html"]
    done = subprocess.run([sys.executable, "-m", "sphinx", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "html" / "architecture.html").stat().st_size > 10_000
