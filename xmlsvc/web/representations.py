"""A document's representations: the exact XML, a description as JSON, and every format that its vocabulary publishes."""

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


def formats(schema: Schema) -> list[Format]:
    """What a schema's documents are published as, in the vocabulary's order."""
    return list(publish_formats.of(schema).values())


def rendered(services: Services, schema: Schema | None, chosen: Format, data: bytes) -> tuple[bytes, str]:
    """Bytes and media type of a revision in a format. Raises StylesheetError."""
    if schema is None:
        raise errors.NotFound("The schema of this revision is no longer registered, so nothing can be made from it.")
    made = renderings.render(services, schema, chosen, data)
    return made.data, made.media_type


def answer(services: Services, document: Document, revision: Revision, data: bytes) -> bytes:
    """Answer with the representation that ?format= names or Accept wants. Raises NotAcceptable, BadRequest."""
    try:
        schema: Schema | None = schema_of(services, revision)
    except errors.UnknownVocabulary:
        schema = None
    known = {each.name: each for each in formats(schema)} if schema is not None else {}
    asked = parameter("format")
    if asked is not None:
        if asked not in known and asked not in {"xml", "description"}:
            there = ", ".join(["xml", "description", *known])
            raise errors.BadRequest(f"There is no format {asked!r} for this document. There are: {there}.", available=there.split(", "))
    else:
        asked = _negotiate(known)
    if asked == "xml":
        return _send(document, data, XML, ".xml", f'"{revision.digest.removeprefix("sha256:")}"')
    if asked == "description":
        shown = {**resources.document(document, revision.version), "formats": ["xml", "description", *known]}
        shown["revision"], shown["digest"], shown["size"] = revision.number, revision.digest, revision.size
        return _send(document, negotiation.compact(shown).encode(), JSON, ".json")
    body, media_type = rendered(services, schema, known[asked], data)
    return _send(document, body, media_type, known[asked].suffix)


def _negotiate(known: dict[str, Format]) -> str:
    """The name of the representation that the Accept header wants most; the exact XML where it has no preference."""
    accept = cherrypy.serving.request.headers.get("Accept", "")
    offers: dict[str, str] = {XML: "xml", "text/xml": "xml", JSON: "description"}
    for name, each in known.items():
        offers.setdefault(each.media_type.partition(";")[0].strip(), name)
    chosen = negotiation.choose(list(offers), accept)
    if chosen is None:
        raise errors.NotAcceptable(
            f"None of the media types in Accept: {accept} can be produced. Available are: {', '.join(offers)}.", available=list(offers)
        )
    return offers[chosen]


def _send(document: Document, body: bytes, media_type: str, suffix: str, tag: str | None = None) -> bytes:
    headers = {}
    if parameter("download"):
        headers["Content-Disposition"] = attachment(document, suffix)
    return exchange.conditional(body, media_type, tag, **headers)


def attachment(document: Document, suffix: str) -> str:
    """A Content-Disposition that names the file after the document (RFC 6266); characters that file systems mind become "-"."""
    stem = document.identity if not document.identity.startswith("sha256:") else document.id
    stem = re.sub(r"[^\w.-]+", "-", stem, flags=re.ASCII).strip("-.")[:100] or document.id
    suffix = suffix if suffix.startswith(".") or not suffix else f".{suffix}"
    return f'attachment; filename="{stem.removesuffix(suffix)}{suffix}"'
