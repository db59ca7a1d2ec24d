from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from xmlsvc import settings as settings_module
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
