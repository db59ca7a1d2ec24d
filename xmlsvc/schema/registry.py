"""The vocabularies of an instance: which schemas are registered, and which one a document is to be checked against.

    INSTANCE/schemas/NAME/vocabulary.toml      the manifest (optional)
    INSTANCE/schemas/NAME/VERSION/…            the author's documents, as they were added
    INSTANCE/schemas/NAME/registered.json      versions in the order of adding, digests, roots, locations, the active one
    INSTANCE/schemas/.stamp                    rewritten by every change: other processes see it by one stat
    INSTANCE/var/store/<digest>/               the closed sets, rebuilt from the above when they are gone
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lxml import etree

from ..errors import EnvironmentFault, SchemaError, UnknownVocabulary
from ..settings import Settings
from ..xml.names import XSI_NAMESPACE, split
from ..xml.sandbox import Sandbox, Stopped
from . import components, gate, records, store, strict
from .catalog import Catalog
from .closure import walk
from .model import Model
from .store import SchemaSet
from .vocabulary import Manifest

_LOCATION = f"{{{XSI_NAMESPACE}}}schemaLocation"
_NO_NAMESPACE_LOCATION = f"{{{XSI_NAMESPACE}}}noNamespaceSchemaLocation"
_log = logging.getLogger("xmlsvc")
_LOOK_EVERY = 1.0  # seconds between two looks at the manifests, which people edit by hand


@dataclass(frozen=True, eq=False)
class Schema:
    """One version of a vocabulary. `roots`: Clark names of the elements that its documents begin with; `locations`: what an
    xsi:schemaLocation may call it; `directory`: its closed set; `home` and `stylesheets`: the vocabulary's folders in the instance."""

    vocabulary: str
    version: str
    digest: str
    manifest: Manifest
    roots: frozenset[str]
    locations: frozenset[str]
    active: bool
    directory: Path
    home: Path
    stylesheets: Path
    record: records.Version = field(repr=False)

    @property
    def name(self) -> str:
        """ "programme@1.1"."""
        return f"{self.vocabulary}@{self.version}"

    @cached_property
    def set(self) -> SchemaSet:
        """The closed set; made again from the author's documents if the store was cleared. Raises EnvironmentFault if they have changed."""
        if (self.directory / store.INDEX).is_file():
            return store.load(self.directory)
        made = store.write(records.closure_of(self.home, self.record), self.directory.parent)
        if made.digest != self.digest:
            raise EnvironmentFault(
                f"The schema documents of {self.name} in {self.home} have changed since it was registered. "
                f"Add them as a new version: xmlsvc vocabulary add {self.vocabulary} … --version …")
        return made

    @cached_property
    def model(self) -> Model:
        """The component model."""
        return components.read(self.set)


_workers = Sandbox(megabytes=3_072, workers=1)
_LONGEST = 1_800.0  # seconds; a schema of NeTEx's size takes 140
atexit.register(_workers.close)


def examined(schema_set: SchemaSet, confirmed: bool = False) -> None:
    """Pass the gate, in a process that may be killed: some small schemas make an engine take all memory, or run for ever."""
    try:
        _workers.call(f"{__name__}:examine", str(schema_set.directory), confirmed, seconds=_LONGEST)
    except Stopped as stopped:
        hint = "Look for groups that hold one another twice, step by step, and for patterns like (a+)+."
        sentence = f"It could not be compiled: {stopped}. {hint}"
        raise SchemaError(f"The schema cannot be used. {sentence}", ((schema_set.driver.name, sentence),)) from None


def examine(directory: str, confirmed: bool) -> None:
    """In a worker: what registration has to work out about a stored set, all of it kept in the set's folder. Raises SchemaError."""
    schema_set = store.load(Path(directory))
    version = gate.check(schema_set, confirmed)
    if not gate.disputed(schema_set):
        strict.keep(schema_set, version)
    components.read(schema_set)


class _Snapshot:
    """All registered schemas at one moment, with what finding them needs. Never changed once made."""

    def __init__(self, vocabularies: dict[str, list[Schema]]) -> None:
        self.vocabularies = vocabularies
        self.by_digest: dict[str, Schema] = {}
        self.by_location: dict[str, list[Schema]] = {}
        self.by_root: dict[str, list[Schema]] = {}
        self.by_namespace: dict[str, list[Schema]] = {}
        for name in sorted(vocabularies):
            for schema in vocabularies[name]:
                self.by_digest.setdefault(schema.digest, schema)
                for location in schema.locations:
                    self.by_location.setdefault(location, []).append(schema)
                for root in schema.roots:
                    self.by_root.setdefault(root, []).append(schema)
                for namespace in filter(None, schema.record.namespaces):
                    self.by_namespace.setdefault(namespace, []).append(schema)


class Registry:
    """The registered schemas of an instance; safe to share between threads, and up to date with what other processes add."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.schemas
        self._stylesheets = settings.stylesheets
        self._store = settings.var / "store"
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = (-1, -1)
        self._manifests: dict[Path, int] = {}
        self._looked = 0.0
        self._snapshot = _Snapshot({})

    # -- changing -----------------------------------------------------------------------------------------------------------

    def add(
        self, name: str, paths: Sequence[str | Path], version: str | None = None, catalog: str | Path | None = None,
        aliases: Sequence[str] = (), confirmed: bool = False,
    ) -> Schema:
        """Register the schema whose entry documents are `paths` as a version of the vocabulary `name`.

        Without `version`, the folder's name, the file's name or the schema's version attribute gives it. `aliases` are further locations
        that documents use for it; `confirmed`: somebody answers for what only one engine finds wrong (see `gate.check`). The first version
        of a vocabulary becomes active. Adding the same again changes nothing.
        Raises SchemaError (not valid, with findings), UnresolvedLocation, UsageError (a bad name), Conflict (the version is registered
        with other content).
        """
        records.check_name(name)
        closure = walk([Path(path) for path in paths], Catalog.load(catalog))
        chosen = records.check_version(version if version is not None else records.worked_out_version(closure))
        schema_set = store.write(closure, self._store)
        examined(schema_set, confirmed)
        with records.lock(self._folder):
            records.add(self._folder / name, chosen, closure, schema_set, [*map(str, paths), *aliases])
            records.touch(self._folder)
        return self.get(name, chosen)

    def activate(self, name: str, version: str) -> Schema:
        """Make a registered version the one for documents that name none. Raises UnknownVocabulary."""
        self.get(name, version)
        with records.lock(self._folder):
            records.activate(self._folder / name, version)
            records.touch(self._folder)
        return self.get(name, version)

    # -- asking -------------------------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """The registered vocabularies, by name."""
        return sorted(self._current().vocabularies)

    def versions(self, name: str) -> list[Schema]:
        """The versions of a vocabulary in the order in which they were added. Raises UnknownVocabulary."""
        found = self._current().vocabularies.get(name)
        if found is None:
            raise UnknownVocabulary(f"There is no vocabulary “{name}”. {self._known()}")
        return list(found)

    def get(self, name: str, version: str | None = None) -> Schema:
        """One version, or the active one. Raises UnknownVocabulary."""
        for schema in self.versions(name):
            if schema.version == version or (version is None and schema.active):
                return schema
        have = ", ".join(schema.version for schema in self.versions(name))
        raise UnknownVocabulary(f"The vocabulary {name} has no version “{version}”. It has: {have}.")

    def named(self, named: str) -> Schema:
        """ "NAME" (its active version) or "NAME@V". Raises UnknownVocabulary."""
        name, _, version = named.partition("@")
        return self.get(name, version or None)

    def by_digest(self, digest: str) -> Schema:
        """The schema with that digest. Raises UnknownVocabulary."""
        found = self._current().by_digest.get(digest)
        if found is None:
            raise UnknownVocabulary(f"No registered schema has the digest {digest}.")
        return found

    def for_root(self, root: etree._Element, named: str | None = None) -> tuple[Schema, str]:
        """The schema for a document, and why it: what the caller names, else an xsi:schemaLocation (or noNamespaceSchemaLocation) that is
        a registered location, else the active version that knows the root element, else the one of the root's namespace (which will say
        that it declares no such element). A location that nobody registered is passed over.

        Raises UnknownVocabulary, which says what is registered.
        """
        if named:
            return self.named(named), "named by the caller"
        snapshot = self._current()
        hint = root.get(_LOCATION)
        bare = root.get(_NO_NAMESPACE_LOCATION)
        if (hint or bare) and (schema := _hinted(snapshot, root.tag, hint, bare)):
            return schema, "schemaLocation"
        found = snapshot.by_root.get(root.tag)
        if found:
            return _preferred(root.tag, found)
        for schema in snapshot.by_namespace.get(split(root.tag)[0] or "", ()):
            if schema.active:
                return schema, "active version of the root element's namespace, which declares no such element"
        raise self._unknown(root.tag)

    def _unknown(self, tag: str) -> UnknownVocabulary:
        namespace, local = split(tag)
        where = f"in the namespace {namespace}" if namespace else "without a namespace"
        near = sorted({schema.vocabulary for schema in self._current().by_digest.values() for other in schema.roots
                       if split(other)[1] == local or (namespace and split(other)[0] == namespace)})
        hint = f" Near it: {', '.join(near)}." if near else ""
        return UnknownVocabulary(f"No registered vocabulary has a root element “{local}” {where}.{hint} {self._known()}")

    def _known(self) -> str:
        names = self.names()
        return f"Registered: {', '.join(names)}." if names else "None is registered yet: xmlsvc vocabulary add NAME FILE.xsd"

    # -- reading ------------------------------------------------------------------------------------------------------------

    def _current(self) -> _Snapshot:
        stamp = records.stamp(self._folder)
        now = time.monotonic()
        if stamp == self._stamp and now - self._looked < _LOOK_EVERY:
            return self._snapshot
        with self._lock:
            manifests = records.manifests(self._folder)
            if stamp != self._stamp or manifests != self._manifests:
                self._snapshot = self._read()
            self._stamp, self._manifests, self._looked = stamp, manifests, now
            return self._snapshot

    def _read(self) -> _Snapshot:
        """Everything anew; schemas that have not changed stay the same objects, with what they have already worked out."""
        vocabularies: dict[str, list[Schema]] = {}
        for home in records.homes(self._folder):
            kept = {schema.version: schema for schema in self._snapshot.vocabularies.get(home.name, [])}
            record, manifest = records.load(home), _manifest(home, kept)
            vocabularies[home.name] = [
                _same_or(kept.get(version), self._schema(home, version, entry, manifest, record.active == version))
                for version, entry in record.versions.items()
            ]
        return _Snapshot(vocabularies)

    def _schema(self, home: Path, version: str, record: records.Version, manifest: Manifest, active: bool) -> Schema:
        said = manifest.versions.get(version)
        locations = frozenset(record.locations) | frozenset(said.aliases if said else ())
        directory = self._store / record.digest.removeprefix("sha256:")
        roots, stylesheets = frozenset(record.roots), self._stylesheets / home.name
        return Schema(home.name, version, record.digest, manifest, roots, locations, active, directory, home, stylesheets, record)


def _manifest(home: Path, kept: dict[str, Schema]) -> Manifest:
    """The vocabulary's manifest. One that was broken while the service runs is logged, and the last good one stays in force; at the
    start there is none, and SchemaError is raised."""
    try:
        return Manifest.load(home)
    except SchemaError as error:
        if not kept:
            raise
        _log.error("%s The vocabulary %s goes on with its last good manifest.", error.message, home.name)
        return next(iter(kept.values())).manifest


def _same_or(old: Schema | None, new: Schema) -> Schema:
    if old is None:
        return new
    compared = ("digest", "manifest", "roots", "locations", "active")
    return old if all(getattr(old, name) == getattr(new, name) for name in compared) else new


def _hinted(snapshot: _Snapshot, tag: str, hint: str | None, bare: str | None) -> Schema | None:
    """The one schema that a location names, if it also knows the root element or its namespace (xsi:schemaLocation is pairs:
    namespace, location)."""
    words = hint.split() if hint else []
    namespace = split(tag)[0]
    asked = [location for space, location in zip(words[::2], words[1::2], strict=False) if space == namespace]
    for location in [*asked, *([bare.strip()] if bare and not namespace else [])]:
        found = [schema for schema in snapshot.by_location.get(location, ())
                 if tag in schema.roots or (namespace and namespace in schema.record.namespaces)]
        if len(found) == 1:
            return found[0]
        active = [schema for schema in found if schema.active]
        if len(active) == 1:
            return active[0]
    return None


def _preferred(tag: str, found: Sequence[Schema]) -> tuple[Schema, str]:
    """Of the schemas that know a root element: the active version. Of several vocabularies, the one whose own namespace it is (not one
    that only imports it); among equals, the first by name. The reason says so."""
    namespace = split(tag)[0]
    active = [schema for schema in found if schema.active]
    active.sort(key=lambda schema: (namespace not in schema.record.namespaces, schema.vocabulary))
    if len(active) == 1:
        return active[0], "active version"
    if active:
        others = ", ".join(schema.vocabulary for schema in active[1:])
        return active[0], f"active version (the root element is also known to: {others})"
    newest = found[-1]
    return newest, f"newest version with this root element (the active version of {newest.vocabulary} has none such)"


__all__ = ["Registry", "Schema"]
