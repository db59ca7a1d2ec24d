"""An instance with the tests' own vocabulary, on each database in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import notes
from xmlsvc.clock import FixedClock
from xmlsvc.documents import accounts, instance, services, vocabularies
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.services import Services


@pytest.fixture
def home(tmp_path: Path, database: str) -> Path:
    """A bare instance's directory."""
    directory = tmp_path / "instance"
    instance.init(directory, database, bare=True)
    return directory


@pytest.fixture
def house(home: Path) -> Iterator[Services]:
    """The instance, open, with the vocabulary `note` 1 (active) and 2 and the partners "house" and "nordlys"."""
    with services.open(home, FixedClock()) as opened:
        for version, path in notes.write(home.parent / "xsd").items():
            vocabularies.add(opened, OPERATOR, "note", [path], version)
        accounts.add_partner(opened, OPERATOR, "nordlys", "Nordlys Media")
        yield opened


@pytest.fixture
def nordlys(house: Services) -> Actor:
    """The partner, as its token proves it."""
    _, secret = accounts.add_token(house, OPERATOR, "nordlys")
    return accounts.authenticate(house, secret)


@pytest.fixture
def stranger(house: Services) -> Actor:
    """Another partner."""
    _, secret = accounts.add_token(house, OPERATOR, "house")
    return accounts.authenticate(house, secret)
