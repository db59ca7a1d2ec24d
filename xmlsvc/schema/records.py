"""What the instance keeps about its vocabularies on disk: registered.json, the author's documents, the lock and the stamp.

Every file is written beside its place, synced and renamed into it, so that a crash leaves the old one or the new one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from ..errors import Conflict, EnvironmentFault, UsageError
from ..xml import parser
from . import references, store
from .closure import Closure
from .references import Reference
from .store import SchemaSet
from .vocabulary import FILE, Manifest

_RECORD = "registered.json"
_STAMP = ".stamp"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
# "pbcore-2.1", "crossref5.3.0", "dvbi_v8.0"; a number without dots only after a separator ("mpeg7" is a name).
_VERSION_IN_NAME = re.compile(r"(?<![\d.])(?:(?<=[-_v])|(?=\d+\.))(\d+(?:\.\d+)*)$")


@dataclass(frozen=True)
class Kept:
    """A document that the instance keeps: `path` in the vocabulary's folder; `leads`: for each of its references the number of the document
    that it leads to, or None."""

    path: str
    leads: tuple[int | None, ...]


@dataclass(frozen=True)
class Version:
    """One registered version: its documents, and which of them are the entries, with their own `namespaces`."""

    digest: str
    documents: tuple[Kept, ...]
    entries: tuple[int, ...]
    roots: tuple[str, ...]
    namespaces: tuple[str, ...]
    locations: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """registered.json: the active version, and all versions in the order in which they were added."""

    active: str = ""
    versions: dict[str, Version] = field(default_factory=dict)


def check_name(name: str) -> str:
    """A vocabulary's name. Raises UsageError."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"“{name}” cannot be a vocabulary's name: use small letters, digits, “-” and “_”, a letter first, 40 at most.")
    return name


def check_version(version: str) -> str:
    """A version's name. Raises UsageError."""
    if not _VERSION.fullmatch(version):
        raise UsageError(f"“{version}” cannot be a version: use letters, digits, “.”, “-” and “_”, 40 at most.")
    return version


def worked_out_version(closure: Closure) -> str:
    """The version that the first entry's folder ("4.6/metadata.xsd"), name ("pbcore-2.1.xsd") or version attribute says, else "1"."""
    entry = closure.entries[0]
    if re.fullmatch(r"v?\d+(\.\d+)*", entry.parent.name):
        return entry.parent.name.removeprefix("v")
    if found := _VERSION_IN_NAME.search(entry.stem):
        return found[1]
    said = (parser.parse_schema(closure.documents[entry].data, entry).getroot().get("version") or "").strip()
    return said if _VERSION.fullmatch(said) else "1"


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Only one process changes the vocabularies at a time; others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def stamp(folder: Path) -> tuple[int, int] | None:
    """What changes whenever a vocabulary is added or activated."""
    try:
        found = os.stat(f"{folder}/{_STAMP}")  # noqa: PTH116 (on the way of every document: a quarter of the time of Path.stat)
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino


def touch(folder: Path) -> None:
    """Tell every process that reads this folder that something has changed."""
    write(folder / _STAMP, b"")


def homes(folder: Path) -> list[Path]:
    """The folders of registered vocabularies, by name."""
    return sorted(path.parent for path in folder.glob(f"*/{_RECORD}"))


def manifests(folder: Path) -> dict[Path, int]:
    """When each manifest was last changed."""
    found = {}
    for home in homes(folder):
        with contextlib.suppress(FileNotFoundError):
            found[home] = (home / FILE).stat().st_mtime_ns
    return found


def load(home: Path) -> Record:
    """The vocabulary's record; empty if there is none. Raises EnvironmentFault if it cannot be read."""
    path = home / _RECORD
    try:
        raw = json.loads(path.read_text("utf-8"))
        versions = {
            name: Version(
                item["digest"], tuple(Kept(kept["path"], tuple(kept["leads"])) for kept in item["documents"]),
                *(tuple(item[key]) for key in ("entries", "roots", "namespaces", "locations")))
            for name, item in raw["versions"].items()
        }
        return Record(raw["active"], versions)
    except FileNotFoundError:
        return Record()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault(
            f"{path} cannot be read: {error}. Restore it from a backup, or remove it and add the vocabulary again.") from None


def add(home: Path, version: str, closure: Closure, schema_set: SchemaSet, locations: Sequence[str]) -> None:
    """Record a version, and copy its documents to home/version unless they lie in the vocabulary's folder already. Raises Conflict."""
    record = load(home)
    known = record.versions.get(version)
    if known is not None and known.digest != schema_set.digest:
        raise Conflict(
            f"Version {version} of {home.name} is registered with other content, and what was checked against it stays so. "
            "Give the new content a version of its own with --version.")
    called = {*(known.locations if known else ()), *locations, *_locations(closure)}
    if known is not None:
        added = replace(known, locations=tuple(sorted(called)))
    else:
        home.mkdir(parents=True, exist_ok=True)
        documents, entries = _keep_documents(home, version, closure)
        namespaces = {closure.documents[entry].namespace for entry in closure.entries}
        added = Version(
            schema_set.digest, documents, entries, tuple(sorted(schema_set.roots)), tuple(sorted(namespaces)), tuple(sorted(called)))
    active = version if Manifest.load(home).active == version or not record.active else record.active
    _save(home, Record(active, {**record.versions, version: added}))


def activate(home: Path, version: str) -> None:
    """Make a recorded version the active one."""
    _save(home, replace(load(home), active=version))


def _locations(closure: Closure) -> set[str]:
    """What an xsi:schemaLocation may call the schema: each entry's path, its file: URL, its name, and what its own set calls it."""
    found: set[str] = set()
    for entry in closure.entries:
        addresses = {location for location in closure.located.get(entry, ()) if parser.local_path(location) is None}
        found |= {str(entry), entry.as_uri(), entry.name, f"{entry.parent.name}/{entry.name}", *addresses}
    return found


def _keep_documents(home: Path, version: str, closure: Closure) -> tuple[tuple[Kept, ...], tuple[int, ...]]:
    """Copy into home/version what does not lie in `home` yet; each document's place with what it leads to, and the entries' numbers."""
    names = store.layout(closure)
    real = home.resolve()
    inside = all(entry.is_relative_to(real) for entry in closure.entries)
    places: dict[Path, str] = {}
    for path, name in names.items():
        if inside and path.is_relative_to(real):
            places[path] = str(path.relative_to(real))
            continue
        places[path] = f"{version}/{name}"
        target = home / version / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write(target, closure.documents[path].data)
    numbers = {path: number for number, path in enumerate(names)}
    documents = tuple(
        Kept(places[path], tuple(_number(closure, reference, numbers) for reference in closure.documents[path].references))
        for path in names)
    return documents, tuple(numbers[entry] for entry in closure.entries if entry in numbers)


def _number(closure: Closure, reference: Reference, numbers: dict[Path, int]) -> int | None:
    """The number of the document that a reference leads to. One that was left out is stood for by its namespace's first other one."""
    target = closure.follow(reference)
    if target is None:
        return None
    if target.path in numbers:
        return numbers[target.path]
    return next((number for path, number in numbers.items() if closure.documents[path].namespace == target.namespace), None)


def closure_of(home: Path, version: Version) -> Closure:
    """The closure that a version was registered from, out of the documents that the instance keeps. Raises SchemaError if one is gone."""
    paths = [(home / kept.path).resolve() for kept in version.documents]
    documents = {path: references.read(path) for path in paths}
    targets: dict[Reference, Path | None] = {}
    for document, kept in zip(documents.values(), version.documents, strict=True):
        for reference, lead in zip(document.references, kept.leads, strict=False):
            targets[reference] = None if lead is None else paths[lead]
    entries = tuple(paths[number] for number in version.entries)
    return Closure(entries, documents, targets, tuple(home.resolve() for _ in entries))


def write(path: Path, data: bytes) -> None:
    """Put a file in place atomically and durably. Raises EnvironmentFault."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o644)
            Path(temporary).rename(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        raise EnvironmentFault(f"{path} cannot be written: {error.strerror}.") from error


def _save(home: Path, record: Record) -> None:
    home.mkdir(parents=True, exist_ok=True)
    write(home / _RECORD, json.dumps(asdict(record), ensure_ascii=False, indent=1).encode())
