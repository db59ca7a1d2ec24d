"""A document's representations: the exact XML, every format of its vocabulary, and a description as JSON that holds the document, too."""

from __future__ import annotations

import re

import cherrypy

from .. import errors
from ..documents.revisions import Document, Revision, schema_of
from ..documents.services import Services
from ..publish import formats as publish_formats
from ..publish import renderings
from ..publish.formats import Format
from ..schema.registry import Schema
from . import exchange, negotiation
from .exchange import parameter
from .rest import resources

XML, JSON = "application/xml", "application/json"
_DESCRIPTION = ""


def formats(schema: Schema) -> list[Format]:
    """What a schema's documents can be had as: the manifest's formats, then the general ones."""
    return list(publish_formats.of(schema).values())


def rendered(services: Services, schema: Schema, chosen: Format, data: bytes, title: str) -> renderings.Rendering:
    """A revision's bytes in a format; `title` is what messages call the document. Raises StylesheetError."""
    return renderings.render(services, schema, chosen, data, title)


def answer(services: Services, document: Document, revision: Revision, data: bytes) -> bytes:
    """Answer with the representation that ?format= names or Accept wants. Raises NotAcceptable, BadRequest, StylesheetError."""
    try:
        schema: Schema | None = schema_of(services, revision)
    except errors.UnknownVocabulary:
        schema = None  # its schema was removed: the bytes and what is known of them can be had all the same
    known = {each.name: each for each in formats(schema)} if schema is not None else {}
    asked = parameter("format")
    if asked is None:
        asked = _negotiate(known)
    elif asked != "xml" and asked not in known:
        there = ["xml", *(name for name in known if name != "xml")]
        raise errors.BadRequest(f"There is no format {asked!r} for this document. There are: {', '.join(there)}.", available=there)
    if asked == "xml":
        return _send(document, data, XML, "xml", f'"{revision.digest.removeprefix("sha256:")}"')
    if asked == _DESCRIPTION or schema is None:
        return _send(document, _description(services, document, revision, schema, known, data), JSON, "json")
    made = rendered(services, schema, known[asked], data, document.title)
    return _send(document, made.data, made.media_type, known[asked].suffix, f'"{made.key.removeprefix("sha256:")}"')


def _description(
    services: Services, document: Document, revision: Revision, schema: Schema | None, known: dict[str, Format], data: bytes
) -> bytes:
    """What is known of the document, and as `content` its JSON format."""
    shown = {
        **resources.document(document, revision.version), "revision": revision.number, "valid": revision.valid,
        "violations": revision.violations, "digest": revision.digest, "size": revision.size, "formats": sorted({*known, "xml"}),
    }  # fmt: skip
    text = negotiation.compact(shown).encode()
    if schema is not None and known["json"].media_type == JSON:
        text = text[:-1] + b',"content":' + rendered(services, schema, known["json"], data, document.title).data.strip() + b"}"
    return text


def _negotiate(known: dict[str, Format]) -> str:
    """The name of the representation that the Accept header wants most; the exact XML where it has no preference."""
    accept = cherrypy.serving.request.headers.get("Accept", "")
    offers: dict[str, str] = {XML: "xml", "text/xml": "xml", JSON: _DESCRIPTION}
    for name, each in known.items():
        offers.setdefault(each.media_type.partition(";")[0].strip(), name)
    chosen = negotiation.choose(list(offers), accept)
    if chosen is None:
        there = list(offers)
        raise errors.NotAcceptable(
            f"None of the media types in “Accept: {accept}” can be produced. There are: {', '.join(there)}.", available=there
        )
    return offers[chosen]


def _send(document: Document, body: bytes, media_type: str, suffix: str, tag: str | None = None) -> bytes:
    headers = {"Content-Disposition": attachment(document, suffix)} if parameter("download") else {}
    return exchange.conditional(body, media_type, tag, **headers)


def attachment(document: Document, suffix: str) -> str:
    """A Content-Disposition that names the file after the document (RFC 6266); characters that file systems mind become "-"."""
    stem = document.identity if not document.identity.startswith("sha256:") else document.id
    stem = re.sub(r"[^\w.-]+", "-", stem, flags=re.ASCII).strip("-.")[:100] or document.id
    return f'attachment; filename="{stem.removesuffix(f".{suffix}")}.{suffix}"'
