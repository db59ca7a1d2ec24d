"""What a run judges by: a schema (the active one, another version, or a candidate that nobody registered), with further rules or after an
upgrade stylesheet, if these are given.

    given(settings, …) -> dict            keeps candidate, stylesheet and rules; what belongs into the run's parameters
    Measures(services, parameters)        the same again, in any process
      .target                             the one schema that all are judged by; None: each by that of today
      .of(schema's digest) -> Measure     key and engine of its verdicts; .judge(data) -> Report

A candidate is closed, examined and kept as a registered schema would be. A verdict after an upgrade is kept under a key of its own; rules
are part of a verdict's key as ever (`validation.fingerprint`).
"""

from __future__ import annotations

import os
import tomllib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from .. import validation
from ..documents.services import Services
from ..errors import BadRequest, SchemaError, StylesheetError, UsageError
from ..publish import stylesheets
from ..schema import records, store, vocabulary
from ..schema.catalog import Catalog
from ..schema.closure import walk
from ..schema.registry import Schema, examined
from ..schema.vocabulary import Manifest
from ..settings import Settings
from ..validation.report import Report, SchemaName
from ..xml import parser, sandbox, stylesheet
from ..xml.stylesheet import Stylesheet
from . import materials, packed

_PATIENCE = 3  # documents in a row that an upgrade may be stopped at
CANDIDATE = "candidate"
"""The version that a candidate schema goes by."""


class Endless(StylesheetError):
    """An upgrade that was stopped at document after document: the run is over."""


def given(
    settings: Settings, *, against: Sequence[str | Path] = (), catalog: str | Path | None = None, upgrade: str | Path | None = None,
    rules: str | Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Keep what a run is given; its parameters. `against`: entry documents of a candidate schema, a zip of it or its folder. Raises
    SchemaError, UnresolvedLocation, StylesheetError, UsageError (a file that is not there)."""
    found: dict[str, Any] = {}
    if against:
        paths, home = packed.entries(settings, against)
        closure = walk(paths, Catalog.load(catalog if catalog is not None else home))
        schema_set = store.write(closure, settings.var / "store")
        examined(schema_set)
        found["against"] = schema_set.digest
        found["candidate"] = [str(path) for path in against]
    if upgrade is not None:
        sheet = Stylesheet(upgrade)
        top = Path(os.path.commonpath([str(path.parent) for path in sheet.files]))
        kept = materials.keep(settings, {path.relative_to(top).as_posix(): path.read_bytes() for path in sheet.files})
        found["upgrade"] = {"files": kept, "entry": sheet.path.relative_to(top).as_posix(), "digest": sheet.digest}
    if rules is not None:
        path = Path(rules)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UsageError(f"The rules {path} cannot be read: {error.strerror}.") from error
        name = path.name if path.suffix in (".toml", ".sch") else f"{path.name}.sch"
        found["rules"] = {"files": materials.keep(settings, {name: data}), "entry": name}
    return found


@dataclass(frozen=True, eq=False)
class Measure:
    """A schema with its rules, after an upgrade or not. `key` and `engine`: what its verdicts are kept under besides the content."""

    schema: Schema
    upgrade: Stylesheet | None
    key: str
    engine: str
    stopped: deque[bool] = field(default_factory=lambda: deque(maxlen=_PATIENCE), repr=False)

    @property
    def name(self) -> SchemaName:
        """How its reports name the schema."""
        return SchemaName(
            vocabulary=self.schema.vocabulary, version=self.schema.version, digest=self.key, reason="revalidation", engine=self.engine
        )

    def judge(self, data: bytes, limits: parser.Limits) -> Report:
        """The verdict on a content, after the upgrade if there is one. Raises InputError, StylesheetError; EnvironmentFault."""
        if self.upgrade is not None:
            return self.verdict(self.upgraded(self.upgrade, data, limits), limits)
        return self.verdict(data, limits)

    def upgraded(self, sheet: Stylesheet, data: bytes, limits: parser.Limits) -> bytes:
        """What the upgrade makes of a content, in a process that is stopped when it takes too long. Raises InputError, StylesheetError;
        Endless where it is always stopped: a stylesheet that runs for ever would else do so for each of the documents."""
        try:
            made = stylesheet.isolated(stylesheets.WORKERS, sheet, data, seconds=stylesheets.SECONDS, limits=limits)
        except StylesheetError as error:
            self.stopped.append(isinstance(error.__context__, sandbox.Stopped))
            if len(self.stopped) == _PATIENCE and all(self.stopped):
                raise Endless(f"{error.message} So it was with {_PATIENCE} documents in a row: it may run for ever. Mend it.") from None
            raise
        self.stopped.append(False)
        return made

    def verdict(self, data: bytes, limits: parser.Limits) -> Report:
        """The verdict on bytes as they are. Raises InputError; EnvironmentFault."""
        tree = parser.parse(data, limits)
        return validation.check(self.schema, data, tree, limits=limits, reason="revalidation")


class Measures:
    """What the run with these parameters judges by. Raises UnknownVocabulary, SchemaError (rules), StylesheetError, UsageError."""

    def __init__(self, services: Services, parameters: dict[str, Any]) -> None:
        self._services, self._parameters = services, parameters
        self.vocabulary, self._version = self._named()
        self._kept: dict[str, Measure] = {}
        for schema in [self.target] if self.target is not None else []:
            self.of(schema.digest)

    def _named(self) -> tuple[str | None, str | None]:
        name, _, version = (self._parameters.get("vocabulary") or "").partition("@")
        if name:
            self._services.registry.get(name)
        return name or None, version or None

    @cached_property
    def target(self) -> Schema | None:
        """The one schema that every document is judged by; None: each by the one that a delivery of today would be."""
        if self._parameters.get("against"):
            return self._candidate(self._parameters["against"])
        if self.vocabulary is not None and (self._version or self.upgrade):
            return self._services.registry.get(self.vocabulary, self._version)
        if self.upgrade:
            raise UsageError("Say which vocabulary the upgraded documents are of: --vocabulary NAME or NAME@VERSION.")
        return None

    def _candidate(self, digest: str) -> Schema:
        """The candidate as a version of the vocabulary, which keeps its manifest."""
        registry, directory = self._services.registry, self._services.settings.var / "store" / digest.removeprefix("sha256:")
        made = store.load(directory)
        name = self.vocabulary
        if name is None:
            known = [schema for each in registry.names() for schema in registry.versions(each)]
            near = sorted({schema.vocabulary for schema in known if schema.roots & made.roots})
            if len(near) != 1:
                raise UsageError("Say which vocabulary the candidate is one of: --vocabulary NAME. "
                                 f"Its root elements are known to: {', '.join(near) or 'none'}.")  # fmt: skip
            (name,) = near
            self.vocabulary = name
        active = registry.get(name)
        record = records.Version(digest, (), (), tuple(sorted(made.roots)), active.record.namespaces, ())
        return replace(active, version=CANDIDATE, digest=digest, roots=made.roots, locations=frozenset(), active=False,
                       directory=directory, record=record)  # fmt: skip

    @cached_property
    def upgrade(self) -> Stylesheet | None:
        """The stylesheet that documents go through first."""
        said = self._parameters.get("upgrade")
        return Stylesheet(materials.folder(self._services.settings, said["files"]) / said["entry"]) if said else None

    @cached_property
    def _rules(self) -> tuple[Path, Manifest | None] | None:
        """(file, its manifest's part, if it is one of named XPaths) of the further rules."""
        said = self._parameters.get("rules")
        if said is None:
            return None
        path = materials.folder(self._services.settings, said["files"]) / said["entry"]
        if path.suffix != ".toml":
            return path, None
        try:
            return path, vocabulary.parse(tomllib.loads(path.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SchemaError(f"The rules are no TOML file: {error}.", (("rules", str(error)),)) from None

    def check(self) -> None:
        """Compile the further rules. Raises SchemaError where they cannot be."""
        if self._rules is not None and self.target is None:
            registry = self._services.registry
            for name in [self.vocabulary] if self.vocabulary is not None else registry.names():
                self.of(registry.get(name).digest)

    def of(self, digest: str) -> Measure:
        """How documents are judged by the schema with this digest, the target's or a registered one's; also by the key of its verdicts."""
        kept = self._kept.get(digest)
        if kept is None:
            target = self.target
            schema = target if target is not None and target.digest == digest else self._services.registry.by_digest(digest)
            kept = self._kept[digest] = self._measure(schema)
            self._kept[kept.key] = kept
        return kept

    def _measure(self, schema: Schema) -> Measure:
        if self._rules is not None:
            path, more = self._rules
            manifest = schema.manifest
            manifest = (
                replace(manifest, schematron=(*manifest.schematron, str(path))) if more is None
                else replace(manifest, rules={**manifest.rules, **more.rules}, namespaces={**manifest.namespaces, **more.namespaces})
            )  # fmt: skip
            schema = replace(schema, manifest=manifest)
        key = schema.digest
        if self.upgrade is not None:
            key = "sha256:" + sha256(f"{schema.digest}\0{self.upgrade.digest}".encode()).hexdigest()
        return Measure(schema, self.upgrade, key, validation.fingerprint(schema))


def uploaded(settings: Settings, said: dict[str, Any]) -> dict[str, Any]:
    """As `given`, for files that came as texts: `against` {name: text} with `entries`, `upgrade` text, `rules` text (Schematron, or TOML).
    Raises BadRequest for anything else."""
    def texts(name: str) -> dict[str, bytes]:
        files = said.get(name)
        if not isinstance(files, dict) or not files or not all(isinstance(text, str) for text in files.values()):
            raise BadRequest(f"“{name}” is an object of file names and texts.")
        return {str(key): text.encode() for key, text in files.items()}

    found: dict[str, Any] = {}
    if "against" in said:
        files = texts("against")
        home = materials.folder(settings, materials.keep(settings, files))
        entries = said.get("entries") or [next(iter(files))]
        if not isinstance(entries, list) or not set(entries) <= set(files):
            raise BadRequest("“entries” lists names of files in “against”.")
        found |= given(settings, against=[home / name for name in entries], catalog=home)
        found["candidate"] = entries
    if "upgrade" in said:
        found |= given(settings, upgrade=_file(settings, said["upgrade"], "upgrade.xsl"))
    if "rules" in said:
        schematron = str(said["rules"]).lstrip().startswith("<")
        found |= given(settings, rules=_file(settings, said["rules"], "rules.sch" if schematron else "rules.toml"))
    return found


def _file(settings: Settings, text: Any, name: str) -> Path:
    if not isinstance(text, str):
        raise BadRequest(f"“{name.partition('.')[0]}” is a text.")
    return materials.folder(settings, materials.keep(settings, {name: text.encode()})) / name
