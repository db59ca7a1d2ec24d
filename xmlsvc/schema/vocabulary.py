"""vocabulary.toml: what a schema cannot say about its documents. Every key is optional, so is the file.

    title, description       for people
    identity                 path of what names a document within its partner (an XPath); without it, names and digests do
    document_title           path of what to call a document
    review                   true: a valid delivery waits for an editor before it is published
    active                   the version that becomes active when it is added
    [namespaces]             prefixes of the paths in this file
    [versions.V]             schemas (entry documents), aliases (locations that mean this version), upgrade (from, stylesheet)
    schematron               files of Schematron rules, relative to the vocabulary's folder
    [rules.R]                context, test (XPaths), message, severity (error, warning, info), versions
    [columns]                column name = path
    [names]                  generated TABLE or TABLE.COLUMN = what it is called instead
    sets                     columns whose values are sets of a harvest (OAI-PMH); by default those whose values the schema lists
    [files]                  location (an XPath of elements or attributes that hold media files' addresses), and from there size, checksum
    [formats.F]              title, stylesheet, media_type, suffix, parameters, gate, withdrawal, namespace, schema
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import SchemaError

FILE = "vocabulary.toml"


@dataclass(frozen=True)
class Upgrade:
    """A stylesheet that makes a document of version `source` one of this version; `stylesheet` is relative to the vocabulary's folder."""

    source: str
    stylesheet: str


@dataclass(frozen=True)
class Version:
    """What the manifest says of one version."""

    schemas: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    upgrade: Upgrade | None = None


@dataclass(frozen=True)
class RuleEntry:
    """A rule beyond the schema: `test` must hold for every node that `context` selects (XPaths). In `message`, “{XPath}” stands for its
    value there. `versions`: those that it is for; none: all."""

    context: str
    test: str
    message: str
    severity: str = "error"
    versions: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormatEntry:
    """A publish format; files are relative to the vocabulary's folder of stylesheets, `media_type` and `suffix` "" if unsaid.

    `gate`: what the output must satisfy (.xsd, .rng, .sch or .json), "" if nothing. `withdrawal`: the stylesheet that makes what is
    published in place of a withdrawn document; "" if nothing is, and what was delivered is taken away. `namespace` of the output's root and
    `schema`, the public address of its XSD: with both, the format can be harvested (OAI-PMH).
    """

    stylesheet: str
    title: str = ""
    media_type: str = ""
    suffix: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    gate: str = ""
    withdrawal: str = ""
    namespace: str = ""
    schema: str = ""


@dataclass(frozen=True)
class FilesEntry:
    """Where documents name media files: `location`, an XPath of nodes that hold addresses; `size` (bytes) and `checksum` (hexadecimal: MD5,
    SHA-1 or SHA-256, told by its length) are XPaths from there, "" where nothing says it."""

    location: str
    size: str = ""
    checksum: str = ""


@dataclass(frozen=True)
class Manifest:
    """The manifest; what is not said is empty."""

    title: str = ""
    description: str = ""
    identity: str = ""
    document_title: str = ""
    review: bool = False
    active: str = ""
    namespaces: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, Version] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, FormatEntry] = field(default_factory=dict)
    rules: Mapping[str, RuleEntry] = field(default_factory=dict)
    schematron: tuple[str, ...] = ()
    sets: tuple[str, ...] | None = None
    files: FilesEntry | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """The manifest in the vocabulary's folder, or an empty one if there is no file.

        Raises SchemaError for a file that cannot be read, an unknown key (it names the nearest known one) or a value of a wrong type.
        """
        path = folder / FILE
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            raise SchemaError(f"{path} cannot be read: {error}.", ((FILE, str(error)),)) from None
        try:
            return parse(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise SchemaError(f"{path} is no TOML file: {error}.", ((FILE, str(error)),)) from None
        except SchemaError as error:
            raise SchemaError(f"{path}: {error.message}", ((FILE, error.message),)) from None


_STRING, _BOOL, _TABLE, _LIST = "a string", "true or false", "a table", "a list of strings"
_TOP = {"title": _STRING, "description": _STRING, "identity": _STRING, "document_title": _STRING, "review": _BOOL, "active": _STRING,
        "namespaces": _TABLE, "versions": _TABLE, "columns": _TABLE, "names": _TABLE, "rules": _TABLE, "schematron": _LIST,
        "formats": _TABLE, "sets": _LIST, "files": _TABLE}
_RULE = {"context": _STRING, "test": _STRING, "message": _STRING, "severity": _STRING, "versions": _LIST}
_SEVERITIES = ("error", "warning", "info")
_VERSION = {"schemas": _LIST, "aliases": _LIST, "upgrade": _TABLE}
_UPGRADE = {"from": _STRING, "stylesheet": _STRING}
_FORMAT = {"title": _STRING, "stylesheet": _STRING, "media_type": _STRING, "suffix": _STRING, "parameters": _TABLE, "gate": _STRING,
           "withdrawal": _STRING, "namespace": _STRING, "schema": _STRING}
_GATES = (".xsd", ".rng", ".sch", ".json")


def parse(raw: dict[str, Any]) -> Manifest:
    """The manifest that a TOML document means. Raises SchemaError."""
    _check(raw, _TOP, "")
    return Manifest(
        title=raw.get("title", ""), description=raw.get("description", ""), identity=raw.get("identity", ""),
        document_title=raw.get("document_title", ""), review=raw.get("review", False), active=raw.get("active", ""),
        namespaces=_strings(raw, "namespaces"), columns=_strings(raw, "columns"), names=_strings(raw, "names"),
        versions={name: _version(name, value) for name, value in raw.get("versions", {}).items()},
        rules={name: _rule(name, value) for name, value in raw.get("rules", {}).items()}, schematron=tuple(raw.get("schematron", ())),
        formats={name: _format(name, value) for name, value in raw.get("formats", {}).items()},
        sets=tuple(raw["sets"]) if "sets" in raw else None, files=_files(raw["files"]) if "files" in raw else None,
    )


def _version(name: str, raw: Any) -> Version:
    where = f"versions.{name}"
    _check(_table(raw, where), _VERSION, where)
    upgrade = raw.get("upgrade")
    if upgrade is not None:
        _check(upgrade, _UPGRADE, f"{where}.upgrade")
        for key in _UPGRADE:
            if key not in upgrade:
                raise SchemaError(f"{where}.upgrade has no “{key}”: it needs from (a version) and stylesheet (a file).")
        upgrade = Upgrade(upgrade["from"], upgrade["stylesheet"])
    return Version(tuple(raw.get("schemas", ())), tuple(raw.get("aliases", ())), upgrade)


def _rule(name: str, raw: Any) -> RuleEntry:
    where = f"rules.{name}"
    _check(_table(raw, where), _RULE, where)
    for key in ("context", "test", "message"):
        if not raw.get(key):
            raise SchemaError(f"{where} has no “{key}”: a rule needs context and test (XPaths) and a message.")
    severity = raw.get("severity", "error")
    if severity not in _SEVERITIES:
        raise SchemaError(f"{where}.severity is “{severity}”; it must be one of {', '.join(_SEVERITIES)}.")
    return RuleEntry(raw["context"], raw["test"], raw["message"], severity, tuple(raw.get("versions", ())))


def _files(raw: Any) -> FilesEntry:
    _check(_table(raw, "files"), {"location": _STRING, "size": _STRING, "checksum": _STRING}, "files")
    if not raw.get("location"):
        raise SchemaError("files has no “location”: name the nodes that hold media files' addresses.")
    return FilesEntry(raw["location"], raw.get("size", ""), raw.get("checksum", ""))


def _format(name: str, raw: Any) -> FormatEntry:
    where = f"formats.{name}"
    _check(_table(raw, where), _FORMAT, where)
    if name == "xml":
        raise SchemaError("formats.xml cannot be set: “xml” is always the document's exact bytes. Choose another name.")
    if "stylesheet" not in raw:
        raise SchemaError(f"{where} has no “stylesheet”: name the file that makes this format.")
    gate = raw.get("gate", "")
    if gate and not gate.endswith(_GATES):
        raise SchemaError(f"{where}.gate is “{gate}”; a gate's file ends in {', '.join(_GATES)}: that says what kind it is.")
    parameters = _strings(raw, "parameters", where)
    return FormatEntry(raw["stylesheet"], raw.get("title", ""), raw.get("media_type", ""), raw.get("suffix", ""), parameters, gate,
                       raw.get("withdrawal", ""), raw.get("namespace", ""), raw.get("schema", ""))


def _table(raw: Any, where: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise SchemaError(f"{where} must be a table.")
    return raw


def _strings(raw: dict[str, Any], key: str, where: str = "") -> dict[str, str]:
    table: dict[str, Any] = raw.get(key, {})
    for name, value in table.items():
        if not isinstance(value, str):
            place = f"{where}.{key}.{name}" if where else f"{key}.{name}"
            raise SchemaError(f"{place} must be a string, but it is {value!r}.")
    return dict(table)


def _check(raw: dict[str, Any], known: dict[str, str], where: str) -> None:
    fits = {
        _STRING: lambda value: isinstance(value, str),
        _BOOL: lambda value: isinstance(value, bool),
        _TABLE: lambda value: isinstance(value, dict),
        _LIST: lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    }
    for key, value in raw.items():
        place = f"{where}.{key}" if where else key
        if key not in known:
            near = difflib.get_close_matches(key, known, 1, 0.6)
            hint = f"Did you mean “{near[0]}”?" if near else f"Known are: {', '.join(known)}."
            raise SchemaError(f"“{place}” is not a key that is known. {hint}")
        if not fits[known[key]](value):
            raise SchemaError(f"{place} must be {known[key]}, but it is {value!r}.")
