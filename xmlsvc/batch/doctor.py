"""Checks of an installation, from the ground up: each says what it found and, for a fault, what to do."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from storm.exceptions import StormError

from .. import logs, validation
from .. import settings as settings_module
from ..counts import plural
from ..documents import accounts, services, users, vocabularies
from ..documents.services import Services
from ..errors import Error
from ..publish import formats, gates, stylesheets
from ..publish.harvest import tokens
from ..schema import records, store
from ..schema.registry import Schema
from ..settings import Settings
from ..storage import migrate, servers
from ..storage.sessions import Sessions
from ..validation import libxml2
from . import runner, schedule

_LITTLE_SPACE = 500_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at; `sentence` says how it is and, for a FAULT, how to mend it."""

    level: Literal["ok", "note", "FAULT"]
    what: str
    sentence: str


def examine(directory: str | Path, more: Sequence[Callable[[Settings], object]] = ()) -> Iterator[Finding]:
    """Every check in turn; those that need what a faulty one stands for are left out. `more`: what else reads settings, and raises an
    Error for those that it cannot use."""
    yield _versions()
    try:
        settings = settings_module.load(directory)
    except Error as error:
        yield Finding("FAULT", "settings", error.message)
        return
    yield Finding("ok", "settings", f"{settings.directory / 'xmlsvc.toml'} can be read")
    yield from _settings(settings, more)
    yield from _directories(settings)
    try:
        sessions = Sessions(services.database_uri(settings))
        try:
            for level, sentence in servers.facts(sessions, settings.max_body_bytes):
                yield Finding(level, "database", sentence)
            migrate.check(sessions)
            lacking = servers.lacking(sessions)
        finally:
            sessions.close()
    except Error as error:
        yield Finding("FAULT", "database", f"{error.message}{_cause(error)} ({services.database_place(settings)})")
        return
    if lacking:
        said = f"not there, or not with all their columns: {', '.join(lacking)}. Restore a backup: xmlsvc restore"
        yield Finding("FAULT", "tables", said)
        return
    yield Finding("ok", "database", "it answers, and its tables are those of this release")
    try:
        with services.open(directory) as house:
            checks: tuple[Callable[[Services], Iterator[Finding]], ...] = (
                _vocabularies, _documents, _rows, _schedules, _people, _machines, _web,
            )  # fmt: skip
            for check in checks:
                yield from check(house)
    except Error as error:
        yield Finding("FAULT", "vocabularies", error.message)


def _settings(settings: Settings, more: Sequence[Callable[[Settings], object]]) -> Iterator[Finding]:
    for check in more:
        try:
            check(settings)
        except Error as error:
            yield Finding("FAULT", "settings", error.message)
    for file in logs.files(settings):
        folder = next(each for each in file.absolute().parents if each.exists())  # it is made where it is missing
        if not (os.access(file, os.W_OK) if file.exists() else folder.is_dir() and os.access(folder, os.W_OK)):
            said = f"the log {file} cannot be written by the user {os.getuid()}. Mend it, or set `log` elsewhere."
            yield Finding("FAULT", "settings", said)
    if settings.identity_header and not settings.trusted_proxies and settings.identity_header != "REMOTE_USER":
        said = f"identity_header is {settings.identity_header}, but nobody is believed: name the front server in trusted_proxies"
        yield Finding("note", "settings", said)


def _cause(error: Error) -> str:
    """What the database itself said, where our sentence does not."""
    cause = error.__cause__
    said = str(cause.args[-1]) if isinstance(cause, StormError) and cause.args else ""
    return f" It said: {said}" if said not in error.message else ""


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
            yield from _schema(schema)


def _schema(schema: Schema) -> Iterator[Finding]:
    again = f"Add it again: xmlsvc vocabulary add {schema.vocabulary} … --version …"
    try:
        elements = len(schema.model.elements)
        libxml2.compiled(schema.set)
    except Error as error:
        yield Finding("FAULT", schema.name, f"{error.message} {again}")
        return
    yield Finding("ok", schema.name, f"{plural(elements, 'element')}" + (", active" if schema.active else ""))
    if told := _changed(schema):
        said = f"{told} The service works by its copy in var/store, which could not be made again: restore the documents."
        yield Finding("FAULT", schema.name, said)
    for format in formats.of(schema).values():
        try:
            for each in filter(None, (format, format.withdrawn())):
                if each.stylesheet is not None and each.folder is not None:
                    stylesheets.get(each.stylesheet, each.folder)
            if format.gate is not None:
                gates.get(format.gate)
        except Error as error:
            yield Finding("FAULT", schema.name, f"its format {format.name} cannot be made: {error.message}")


def _changed(schema: Schema) -> str:
    """How the author's documents in the instance differ from those that were registered; "" where they do not."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = store.write(records.closure_of(schema.home, schema.record), Path(folder))
    except Error as error:
        return error.message
    return "" if made.digest == schema.digest else f"The schema documents in {schema.home} have changed since it was registered."


def _documents(house: Services) -> Iterator[Finding]:
    """Every document's vocabulary must be known."""
    kept = house.sessions.read(lambda store: store.execute("SELECT vocabulary, SUM(documents) FROM counter GROUP BY vocabulary").get_all())
    for name, count in kept:
        if name and count and name not in house.registry.names():
            said = (
                f"it is not registered, but has {plural(int(count), 'document')} here: restore {house.settings.schemas / name} "
                f"from a backup, or add it again: xmlsvc vocabulary add {name} …"
            )
            yield Finding("FAULT", name, said)


def _rows(house: Services) -> Iterator[Finding]:
    for name in vocabularies.stale(house):
        said = f"some rows lack what its mapping has since got: xmlsvc migrate --rebuild --vocabulary {name}"
        yield Finding("note", name, said)


def _schedules(house: Services) -> Iterator[Finding]:
    """What could not be run when its moment comes."""
    for said in schedule.faults(house, runner.REQUESTS):
        yield Finding("FAULT", "schedule", said)


def _people(house: Services) -> Iterator[Finding]:
    if not accounts.partners(house):
        yield Finding("note", "partners", "there is none; add one with: xmlsvc partner add NAME")
    if not users.users(house):
        yield Finding("note", "users", "nobody can log in; add an administrator with: xmlsvc user add NAME --role administrator")


def _machines(house: Services) -> Iterator[Finding]:
    """What must be the same on each machine that serves the instance."""
    if (house.settings.var / tokens.FILE).exists():
        said = hashlib.sha256(tokens.key(house.settings.var)).hexdigest()[:12]
        yield Finding("ok", "harvest", f"lists go on by the key {said} (var/{tokens.FILE}), as on every other machine of the service")


def _web(house: Services) -> Iterator[Finding]:
    host = house.settings.bind.rpartition(":")[0]
    if host not in ("127.0.0.1", "localhost", "[::1]") and not house.settings.secure_cookies:
        yield Finding("note", "cookies", f"the service listens on {host}; behind TLS, set secure_cookies = true")
