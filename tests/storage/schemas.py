"""Registered schemas for the tests of rows: of a text, or of files."""

from __future__ import annotations

from pathlib import Path

from xmlsvc import settings
from xmlsvc.schema.registry import Registry, Schema

PROLOGUE = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">'


def registered(home: Path, name: str, *paths: Path, version: str | None = None) -> Schema:
    """The schema of the files, registered in an instance in `home`."""
    home.mkdir(exist_ok=True)
    (home / "xmlsvc.toml").touch()
    return Registry(settings.load(home)).add(name, list(paths), version)


def written(home: Path, name: str, body: str, version: str = "1") -> Schema:
    """The schema of namespace urn:t whose declarations are `body`."""
    path = home / f"{name}-{version}.xsd"
    path.write_text(f"{PROLOGUE}{body}</xs:schema>", "utf-8")
    return registered(home / "instance", name, path, version=version)
