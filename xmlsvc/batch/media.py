"""Media files that documents refer to: gathered from the documents, and looked for where they are said to be.

    gather(services)   the manifest's paths on every document's current revision → media_file, media_use
    check(services)    each file through fsspec: is it there, as large as it is said to be, and, where that is asked, of the same checksum
    a run of the kind "media" does both

A location is what a partner wrote. Only those below the setting `media_roots` are looked for: nothing else is opened, whatever a document
says.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree
from storm.store import Store

from ..documents import runs
from ..documents.access import Actor, require
from ..documents.services import Services
from ..errors import BadRequest, EnvironmentFault, InputError
from ..schema.registry import Schema
from ..storage import contents, model
from ..storage.backends import execute_many
from ..storage.insert import insert_all, plain
from ..xml import parser
from ..xml.canonical import digest

KIND = "media"
CHUNK = 100
STATES = ("unchecked", "present", "changed", "missing", "unreachable", "outside")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Reference:
    """A file as one document speaks of it."""

    location: str
    size: int | None
    checksum: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file, and what was found of it."""

    id: str
    location: str
    state: str
    size: int | None
    checksum: str | None
    first_seen: datetime
    last_seen: datetime | None
    problem: str
    documents: tuple[str, ...] = ()


def references(schema: Schema, tree: etree._ElementTree) -> list[Reference]:
    """The files that a document names, each location once. Raises BadRequest for paths of the manifest that cannot be evaluated."""
    entry = schema.manifest.files
    if entry is None:
        return []
    names = dict(schema.manifest.namespaces) or None
    found: dict[str, Reference] = {}
    try:
        nodes = tree.xpath(entry.location, namespaces=names)
        for node in nodes if isinstance(nodes, list) else []:
            location = " ".join(str(node.xpath("string()") if isinstance(node, etree._Element) else node).split())
            start = node if isinstance(node, etree._Element) else getattr(node, "getparent", lambda: None)()
            if location and start is not None:
                size, checksum = (_text(start, path, names) for path in (entry.size, entry.checksum))
                found.setdefault(location, Reference(location, int(size) if size.isascii() and size.isdigit() else None, checksum or None))
    except etree.XPathError as error:
        raise BadRequest(f"The paths of [files] of vocabulary {schema.vocabulary} cannot be evaluated: {error}.") from None
    return list(found.values())


def _text(start: etree._Element, path: str, names: dict[str, str] | None) -> str:
    return " ".join(str(start.xpath(f"string({path})", namespaces=names)).split()) if path else ""


def gather(services: Services, after: str = "") -> Iterator[tuple[str, int]]:
    """Read the documents whose vocabulary says where it names files, by id; (the last id, files) after each chunk that is durable."""
    while rows := services.sessions.read(partial(_documents, after=after)):
        uses: dict[str, list[Reference]] = {}
        for document, schema_digest, content in rows:
            uses[document] = _of_document(services, schema_digest, content)
        services.sessions.write(partial(_keep, uses=uses, now=services.clock.now()))
        after = rows[-1][0]
        yield after, sum(map(len, uses.values()))


def _documents(store: Store, after: str) -> list[tuple[str, str, str]]:
    row, revision = model.Document, model.Revision
    found = store.find((row.id, revision.schema, revision.digest), row.id > after, row.state != "withdrawn",
                       revision.document_id == row.id, revision.number == row.current)  # fmt: skip
    return list(found.order_by(row.id)[:CHUNK])


def _of_document(services: Services, schema_digest: str, content: str) -> list[Reference]:
    try:
        schema = services.registry.by_digest(schema_digest)
        if schema.manifest.files is None:
            return []
        data = services.sessions.read(partial(contents.get, name=content))
        return references(schema, parser.parse(data, services.limits))
    except InputError:
        return []


def _keep(store: Store, uses: dict[str, list[Reference]], now: datetime) -> None:
    execute_many(store, "DELETE FROM media_use WHERE document_id = ?", [(document,) for document in uses])
    files = {_id(each.location): each for found in uses.values() for each in found}
    insert_all(store, "media_file", [
        {"id": key, "location": each.location, "state": "unchecked", "size": None, "said_size": each.size, "checksum": None,
         "said_checksum": each.checksum, "first_seen": now, "last_seen": None, "checked": None, "problem": ""}
        for key, each in files.items()], once=True)  # fmt: skip
    said = [(each.size, each.checksum, key) for key, each in files.items()]
    execute_many(store, "UPDATE media_file SET said_size = ?, said_checksum = ? WHERE id = ?", said)
    insert_all(store, "media_use", [
        {"file_id": key, "document_id": document}
        for document, found in uses.items() for key in dict.fromkeys(_id(each.location) for each in found)])  # fmt: skip


def _id(location: str) -> str:
    return digest(location.encode())


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at a file showed."""

    id: str
    location: str
    state: str
    size: int | None = None
    checksum: str | None = None
    problem: str = ""


def check(services: Services, checksums: bool = False, after: str = "") -> Iterator[list[Found]]:
    """Look for every file that a document refers to, by id; chunk by chunk, each once it is durable. `checksums`: read the files whole, and
    hold them against what is said of them, else against what they were. Raises EnvironmentFault where `media_roots` cannot be used."""
    roots = _roots(services.settings.media_roots)
    while rows := services.sessions.read(partial(_files, after=after)):
        found = [_look(roots, row, checksums) for row in rows]
        services.sessions.write(partial(_note, found=found, now=services.clock.now()))
        yield found
        after = rows[-1][0]


def _files(store: Store, after: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = store.execute(
        "SELECT f.id, f.location, f.said_size, f.said_checksum, f.size, f.checksum FROM media_file f WHERE f.id > ? "
        "AND f.id IN (SELECT file_id FROM media_use) ORDER BY f.id LIMIT ?", (after, CHUNK)).get_all()
    return rows


def _note(store: Store, found: Sequence[Found], now: datetime) -> None:
    moment = plain(now)
    execute_many(
        store, "UPDATE media_file SET state = ?, problem = ?, checked = ?, size = COALESCE(?, size), checksum = COALESCE(?, checksum), "
        "last_seen = CASE WHEN ? IN ('present', 'changed') THEN ? ELSE last_seen END WHERE id = ?",
        [(each.state, each.problem, moment, each.size, each.checksum, each.state, moment, each.id) for each in found])


@dataclass(frozen=True)
class _Root:
    scheme: str
    host: str
    path: str

    def has(self, location: str) -> bool:
        parts = urlsplit(location if "://" in location else f"file://{location}")
        path = posixpath.normpath(unquote(parts.path) or "/")
        return (parts.scheme, parts.netloc) == (self.scheme, self.host) and (path + "/").startswith(self.path)


def _roots(text: str) -> list[_Root]:
    found = []
    for each in text.split():
        parts = urlsplit(each if "://" in each else f"file://{each}")
        if not parts.path.startswith("/") and parts.scheme == "file":
            raise EnvironmentFault(f"The setting media_roots has {each!r}; write an absolute path or an address.")
        found.append(_Root(parts.scheme, parts.netloc, posixpath.normpath(parts.path or "/").rstrip("/") + "/"))
    return found


def _look(roots: Sequence[_Root], row: tuple[Any, ...], whole: bool) -> Found:
    """One file. A size or checksum that nobody states is held against what was found before."""
    key, location, said_size, said_checksum, size, checksum = row
    if not any(root.has(location) for root in roots):
        return Found(key, location, "outside", problem="It lies below none of the media_roots, so it is not looked for.")
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(location if "://" in location else f"file://{location}")
        there = system.info(path).get("size")
        seen = _sum(system, path, said_checksum or checksum or "") if whole else None
    except FileNotFoundError:
        return Found(key, location, "missing", problem="There is no such file.")
    except Exception as error:  # noqa: BLE001 - whatever a file system's library raises
        return Found(key, location, "unreachable", problem=f"{type(error).__name__}: {error}"[:1_000])
    wanted_size, wanted_sum = said_size if said_size is not None else size, (said_checksum or checksum or "").lower()
    if wanted_size is not None and there is not None and there != wanted_size:
        return Found(key, location, "changed", there, seen, f"It has {there:,} bytes, not {wanted_size:,}.")
    if seen is not None and wanted_sum and seen != wanted_sum:
        return Found(key, location, "changed", there, seen, f"Its checksum is {seen}, not {wanted_sum}.")
    return Found(key, location, "present", there, seen)


def _sum(system: Any, path: str, wanted: str) -> str:
    """In the algorithm of the one that it is held against; SHA-256 where there is none."""
    total = hashlib.new({32: "md5", 40: "sha1"}.get(len(wanted), "sha256"), usedforsecurity=False)
    with system.open(path, "rb") as file:
        while block := file.read(_BLOCK):
            total.update(block)
    return total.hexdigest()


def listed(
    services: Services, actor: Actor, state: str | None = None, document: str | None = None, after: str = "", limit: int = CHUNK
) -> list[File]:
    """Files by id, with the documents that refer to them. Raises Forbidden, BadRequest (state)."""
    require(actor, "run")
    if state is not None and state not in STATES:
        raise BadRequest(f"{state!r} is no state of a file. States are: {', '.join(STATES)}.")

    def unit(store: Store) -> list[File]:
        row, use = model.MediaFile, model.MediaUse
        conditions: list[Any] = [row.id > after] + ([row.state == state] if state else [])
        if document is not None:
            conditions += [use.file_id == row.id, use.document_id == document]
        names = ("id", "location", "state", "size", "checksum", "first_seen", "last_seen", "problem")
        rows = list(store.find(tuple(getattr(row, name) for name in names), *conditions).order_by(row.id)[:limit])
        users: dict[str, list[str]] = {}
        for key, user in store.find((use.file_id, use.document_id), use.file_id.is_in([each[0] for each in rows])):
            users.setdefault(key, []).append(user)
        return [File(**dict(zip(names, each, strict=True)), documents=tuple(sorted(users.get(each[0], ())))) for each in rows]

    return services.sessions.read(unit)


# -- runs -------------------------------------------------------------------------------------------------------------------------


def request(services: Services, actor: Actor, parameters: dict[str, Any], priority: int = 0) -> str:
    """A run for a runner; its id. `parameters`: checksums (true: read files whole). Raises Forbidden, BadRequest."""
    require(actor, "run")
    if not isinstance(parameters.get("checksums", False), bool):
        raise BadRequest("“checksums” is true or false.")
    return runs.create(services, actor, KIND, parameters, priority)


def work(services: Services, run: runs.Recorder) -> None:
    """Gather, then check, from the place that the run's last transaction left."""
    stage, after = run.place or ("gather", "")
    if stage == "gather":
        for last, count in gather(services, after):
            _record(services, run, [], {"gathered": count}, ("gather", last))
        after = ""
    for found in check(services, bool(run.parameters.get("checksums")), after):
        done = [runs.Done(name=each.location[:1_000], outcome=each.state, detail=each.problem) for each in found if each.state != "present"]
        _record(services, run, done, {"present": len(found) - len(done)}, ("check", found[-1].id))


def _record(services: Services, run: runs.Recorder, done: list[runs.Done], more: dict[str, int], place: tuple[str, str]) -> None:
    now = services.clock.now()
    services.sessions.write(lambda store: run.write(store, done, now, more, place))
    run.written(done, more)
    run.check()

