"""Renderings: a content in a format, made once and kept under a key of everything that it depends on.

    render(services, schema, format, content)      one, for whoever asks for it
    bring(services, schema, format, digests)       many: the known ones by their keys alone, the others made and kept
    data(services, keys)                           the bytes of those that are kept
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import zstandard
from storm.store import Store

from .. import metrics
from ..documents.services import Services
from ..errors import Error
from ..schema.registry import Schema
from ..storage import contents, model
from ..storage.insert import Value, insert_all
from ..xml.canonical import digest
from . import gates
from .formats import Format


@dataclass(frozen=True)
class Rendering:
    """What a format makes of a content. `key` is a digest of content, stylesheet closure, parameters and engine: equal keys, equal
    bytes, so it serves as an entity tag. `reused`: it was stored before."""

    key: str
    data: bytes
    media_type: str
    reused: bool


@dataclass(frozen=True)
class Brought:
    """A rendering that is kept, by its key; `output`: the digest of its bytes. Where there is none, `problem` says why."""

    key: str = ""
    output: str = ""
    problem: str = ""


def key_of(format: Format, schema: Schema, content: str) -> str:
    """The key of a content (its digest) in a format. Raises StylesheetError if the stylesheet does not compile."""
    return content if format.exact else _key(content, format.maker(schema))


def _key(content: str, maker: str) -> str:
    return "sha256:" + hashlib.sha256(f"{content} {maker}".encode()).hexdigest()


def render(services: Services, schema: Schema, format: Format, content: bytes, document: str = "") -> Rendering:
    """The content in the format: the stored rendering if nothing that it depends on has changed, else a new one, which is stored.

    `document` is what messages call it. Raises StylesheetError with the stylesheet's place, and OutputRefused, which is one, where the
    output does not satisfy the format's gate: it is not stored, and the renderings of earlier contents stay as they are.
    """
    name = digest(content)
    if format.exact:
        return Rendering(name, content, format.media_type, reused=True)
    key = key_of(format, schema, name)
    found = data(services, [key])
    if key in found:
        metrics.RENDERINGS.labels(format.name, "kept").inc()
        return Rendering(key, found[key], format.media_type, reused=True)
    try:
        made = format.make(schema, content, services.limits, document)
        gates.require(format, made, document)
    except Error:
        metrics.RENDERINGS.labels(format.name, "refused").inc()
        raise
    metrics.RENDERINGS.labels(format.name, "made").inc()
    _keep(services, format, {key: (name, made)})
    return Rendering(key, made, format.media_type, reused=False)


def bring(services: Services, schema: Schema, format: Format, digests: Sequence[str]) -> dict[str, Brought]:
    """The renderings of these contents, by the contents' digests, all of them kept when this returns. One that fails stops no other.

    Raises StylesheetError where the stylesheet itself cannot be used: then nothing is made.
    """
    if format.exact:
        return {each: Brought(each, each) for each in digests}
    maker = format.maker(schema)
    keys = {each: _key(each, maker) for each in digests}
    known = data(services, list(keys.values()))
    found = {each: Brought(key, digest(known[key])) for each, key in keys.items() if key in known}
    missing = [each for each in digests if each not in found]
    packed = services.sessions.read(partial(contents.get_packed, names=missing)) if missing else []
    documents = [(each.digest, contents.unpack(each)) for each in packed]
    made: dict[str, tuple[str, bytes]] = {}
    for (name, _), output in zip(documents, _outputs(services, schema, format, documents), strict=True):
        if isinstance(output, Error):
            found[name] = Brought(problem=output.message)
        else:
            made[keys[name]] = (name, output)
            found[name] = Brought(keys[name], digest(output))
        metrics.RENDERINGS.labels(format.name, "refused" if isinstance(output, Error) else "made").inc()
    _keep(services, format, made)
    for each in digests:
        found.setdefault(each, Brought(problem="The content is not there. Restore it from a backup."))
    return found


def _outputs(
    services: Services, schema: Schema, format: Format, documents: Sequence[tuple[str, bytes]]
) -> list[bytes | Error]:
    """What the format makes of each document, if its gate lets that through, or why not."""
    outputs = format.make_all(schema, documents, services.limits)
    fine = [output for output in outputs if not isinstance(output, Error)]
    verdicts = iter(gates.check_all(format, fine))
    found: list[bytes | Error] = []
    for (name, _), output in zip(documents, outputs, strict=True):
        if isinstance(output, Error):
            found.append(output)
            continue
        try:
            verdict = next(verdicts)
            if isinstance(verdict, Error):
                raise verdict
            gates.refuse(format, verdict, name)
            found.append(output)
        except Error as error:
            found.append(error)
    return found


def data(services: Services, keys: Sequence[str]) -> dict[str, bytes]:
    """The renderings with these keys that are kept."""

    def unit(store: Store) -> list[tuple[str, bytes]]:
        row = model.Rendering
        return list(store.find((row.key, row.data), row.key.is_in(list(keys)))) if keys else []

    unpack = zstandard.ZstdDecompressor().decompress
    return {key: unpack(packed) for key, packed in services.sessions.read(unit)}


def again(services: Services, schema: Schema, format: Format, content: str) -> bytes:
    """The rendering of a content (its digest): the kept one, or made now. Raises as `render`, NotFound."""
    return render(services, schema, format, services.sessions.read(partial(contents.get, name=content)), content).data


def _keep(services: Services, format: Format, made: dict[str, tuple[str, bytes]]) -> None:
    if not made:
        return
    compress, now = zstandard.ZstdCompressor().compress, services.clock.now()
    rows: list[dict[str, Value]] = [
        {"key": key, "content": content, "format": format.name, "media_type": format.media_type, "data": compress(output), "created": now}
        for key, (content, output) in made.items()
    ]
    services.sessions.write(lambda store: insert_all(store, "rendering", rows, once=True))
