from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.publish.films import fresh
from tests.web.conftest import FILM, Site, broken, sample
from xmlsvc import builtin
from xmlsvc import settings as settings_module
from xmlsvc.clock import FixedClock
from xmlsvc.documents import submit, withdraw
from xmlsvc.documents.access import OPERATOR
from xmlsvc.schema.registry import Registry, Schema
from xmlsvc.settings import Settings

XSD = "http://www.w3.org/2001/XMLSchema"


@pytest.fixture
def instance(tmp_path: Path) -> Settings:
    """An instance without a database."""
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "xmlsvc.toml").write_text("")
    return settings_module.load(tmp_path / "instance", {})


@pytest.fixture
def register(instance: Settings, tmp_path: Path) -> Callable[..., Schema]:
    """register(body, more attributes of xs:schema, manifest): a vocabulary "voc" of the namespace urn:v, prefix t."""

    def make(body: str, attributes: str = "", manifest: str = "") -> Schema:
        (tmp_path / "voc.xsd").write_text(
            f'<xs:schema xmlns:xs="{XSD}" targetNamespace="urn:v" xmlns:t="urn:v" elementFormDefault="qualified"{attributes}>'
            f"{body}</xs:schema>")
        home = instance.schemas / "voc"
        home.mkdir(parents=True, exist_ok=True)
        (home / "vocabulary.toml").write_text(manifest)
        return Registry(instance).add("voc", [tmp_path / "voc.xsd"], "1")

    return make


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An instance with two partners, whose tests deliver what they need; the clock is fixed and goes on a second at each question."""
    made = fresh(tmp_path / "site", FixedClock())
    with made.services:
        yield made


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An instance with all valid samples published, one of them withdrawn, and one that is broken."""
    made = fresh(tmp_path_factory.mktemp("stocked") / "site")
    with made.services as opened:
        for number, path in enumerate(sorted((builtin.path("samples") / "valid").glob("*.xml"))):
            options = submit.Options(file=path.name, partner=("nordlys", "delta")[number % 2], face="load")
            done = submit.submit(opened, OPERATOR, path.read_bytes(), options)
        withdraw.withdraw(opened, OPERATOR, done.document)
        film = sample(FILM).replace(b'id="prg-20417"', b'id="prg-broken"')
        submit.submit(opened, OPERATOR, broken(film), submit.Options(file="broken.xml", partner="nordlys", face="load"))
        yield made
