"""Checks of an installation, from the ground up: each says what it found and, for a fault, what to do."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .. import settings as settings_module
from .. import validation
from ..counts import plural
from ..documents import accounts, services, users, vocabularies
from ..documents.services import Services
from ..errors import Error
from ..schema.registry import Schema
from ..settings import Settings
from ..storage import migrate, servers
from ..storage.sessions import Sessions
from ..validation import libxml2

_LITTLE_SPACE = 500_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at; `sentence` says how it is and, for a FAULT, how to mend it."""

    level: Literal["ok", "note", "FAULT"]
    what: str
    sentence: str


def examine(directory: str | Path) -> Iterator[Finding]:
    """Every check in turn; those that need what a faulty one stands for are left out."""
    yield _versions()
    try:
        settings = settings_module.load(directory)
    except Error as error:
        yield Finding("FAULT", "settings", error.message)
        return
    yield Finding("ok", "settings", f"{settings.directory / 'xmlsvc.toml'} can be read")
    yield from _directories(settings)
    try:
        sessions = Sessions(services.database_uri(settings))
        try:
            for level, sentence in servers.facts(sessions, settings.max_body_bytes):
                yield Finding(level, "database", sentence)
            migrate.check(sessions)
        finally:
            sessions.close()
    except Error as error:
        yield Finding("FAULT", "database", f"{error.message} ({services.database_place(settings)})")
        return
    yield Finding("ok", "database", "it answers, and its tables are those of this release")
    with services.open(directory) as house:
        checks: tuple[Callable[[Services], Iterator[Finding]], ...] = (_vocabularies, _rows, _people, _web)
        for check in checks:
            yield from check(house)


def _versions() -> Finding:
    names = ("lxml", "xmlschema", "storm", "CherryPy", "Genshi", "PyMySQL", "zstandard", "argon2-cffi")
    found = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return Finding("ok", "program", f"Python {sys.version.split()[0]}, {found}; verdicts by {validation.fingerprint()}")


def _directories(settings: Settings) -> Iterator[Finding]:
    for path in (settings.schemas, settings.stylesheets, settings.var):
        if not path.is_dir():
            yield Finding("FAULT", str(path), "the directory is missing. Restore it from a backup, or make it.")
        elif not os.access(path, os.W_OK) and path != settings.stylesheets:
            yield Finding("FAULT", str(path), f"the user {os.getuid()} cannot write there. Change its owner or run as another user.")
    if settings.var.is_dir():
        free = shutil.disk_usage(settings.var).free
        level: Literal["ok", "note"] = "note" if free < _LITTLE_SPACE else "ok"
        yield Finding(level, "disk", f"{free / 1e9:.1f} GB are free at {settings.var}")
    mode = (settings.directory / "xmlsvc.toml").stat().st_mode
    if "@" in settings.database and mode & 0o004:
        yield Finding("note", "settings", "everybody on this machine can read xmlsvc.toml and the database password in it: chmod o-r it")


def _vocabularies(house: Services) -> Iterator[Finding]:
    names = house.registry.names()
    if not names:
        yield Finding("note", "vocabularies", "there is none; add one with: xmlsvc vocabulary add NAME FILE.xsd")
    for name in names:
        for schema in house.registry.versions(name):
            yield _schema(schema)


def _schema(schema: Schema) -> Finding:
    try:
        elements = len(schema.model.elements)
        libxml2.compiled(schema.set)
    except Error as error:
        return Finding("FAULT", schema.name, f"{error.message} Add it again: xmlsvc vocabulary add {schema.vocabulary} … --version …")
    return Finding("ok", schema.name, f"{plural(elements, 'element')}" + (", active" if schema.active else ""))


def _rows(house: Services) -> Iterator[Finding]:
    for name in vocabularies.stale(house):
        said = f"some rows lack what its mapping has since got: xmlsvc migrate --rebuild --vocabulary {name}"
        yield Finding("note", name, said)


def _people(house: Services) -> Iterator[Finding]:
    if not accounts.partners(house):
        yield Finding("note", "partners", "there is none; add one with: xmlsvc partner add NAME")
    if not users.users(house):
        yield Finding("note", "users", "nobody can log in; add an administrator with: xmlsvc user add NAME --role administrator")


def _web(house: Services) -> Iterator[Finding]:
    host = house.settings.bind.rpartition(":")[0]
    if host not in ("127.0.0.1", "localhost", "[::1]") and not house.settings.secure_cookies:
        yield Finding("note", "cookies", f"the service listens on {host}; behind TLS, set secure_cookies = true")
