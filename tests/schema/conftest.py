from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import canary as canaries


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[canaries.Canary]:
    """A file and a port outside everything that a test lets the code read."""
    with canaries.placed(tmp_path / "outside") as placed:
        yield placed
