"""Renderings: a content in a format, made once and kept under a key of everything that it depends on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import zstandard
from storm.store import Store

from ..documents.services import Services
from ..schema.registry import Schema
from ..storage import model
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


def key_of(format: Format, schema: Schema, content: str) -> str:
    """The key of a content (its digest) in a format. Raises StylesheetError if the stylesheet does not compile."""
    return "sha256:" + hashlib.sha256(f"{content} {format.maker(schema)}".encode()).hexdigest()


def render(services: Services, schema: Schema, format: Format, content: bytes, document: str = "") -> Rendering:
    """The content in the format: the stored rendering if nothing that it depends on has changed, else a new one, which is stored.

    `document` is what messages call it. Raises StylesheetError with the stylesheet's place, and OutputRefused, which is one, where the
    output does not satisfy the format's gate: it is not stored, and the renderings of earlier contents stay as they are.
    """
    name = digest(content)
    if format.name == "xml":
        return Rendering(name, content, format.media_type, reused=True)
    key = key_of(format, schema, name)

    def known(store: Store) -> bytes | None:
        row = store.get(model.Rendering, key)
        return None if row is None else row.data

    packed = services.sessions.read(known)
    if packed is not None:
        return Rendering(key, zstandard.ZstdDecompressor().decompress(packed), format.media_type, reused=True)
    data = format.make(schema, content, services.limits, document)
    gates.require(format, data, document)
    now = services.clock.now()

    def keep(store: Store) -> None:
        if store.get(model.Rendering, key) is None:
            row = model.Rendering()
            row.key, row.content, row.format, row.media_type, row.created = key, name, format.name, format.media_type, now
            row.data = zstandard.ZstdCompressor().compress(data)
            store.add(row)

    services.sessions.write(keep)
    return Rendering(key, data, format.media_type, reused=False)
