"""A bare instance on each database in turn; the vocabulary `note` of the use cases' tests, where asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import notes
from xmlsvc.documents import instance, services, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services


@pytest.fixture
def home(tmp_path: Path, database: str) -> Path:
    directory = tmp_path / "instance"
    instance.init(directory, database, bare=True)
    return directory


@pytest.fixture
def bare(home: Path) -> Iterator[Services]:
    """An instance without vocabularies, open."""
    with services.open(home) as opened:
        yield opened


@pytest.fixture
def house(bare: Services, tmp_path: Path) -> Services:
    """With `note` 1 (active) and 2."""
    for version, path in notes.write(tmp_path / "xsd").items():
        vocabularies.add(bare, OPERATOR, "note", [path], version)
    return bare
