"""A document's representations: the exact XML, every format of its vocabulary, and a description as JSON that holds the document, too."""

from __future__ import annotations

import re

import cherrypy

from .. import errors
from ..documents.revisions import Document, Revision, published, schema_of
from ..documents.services import Services
from ..publish import formats as publish_formats
from ..publish import renderings
from ..publish.formats import Format
from ..schema.registry import Schema
from . import exchange, negotiation, public
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


def public_answer(services: Services, document_id: str) -> bytes:
    """Answer whoever is not logged in with the published revision. Raises Gone where it was withdrawn, Unauthenticated where there is
    nothing to be read without a login, and as `answer`."""
    setting = services.settings.public
    try:
        if setting != "nothing":
            document, revision, data = published(services, document_id)
            cherrypy.serving.response.headers.update(public.OPEN_HEADERS)
            return answer(services, document, revision, data, setting)
    except errors.NotFound:
        pass
    raise errors.Unauthenticated("This needs a token (Authorization: Bearer TOKEN) or a login.")


def answer(services: Services, document: Document, revision: Revision, data: bytes, anybody: str = "") -> bytes:
    """Answer with the representation that ?format= names or Accept wants; `anybody`: the setting "public", where nobody is logged in.
    Raises NotAcceptable, BadRequest, StylesheetError."""
    try:
        schema: Schema | None = schema_of(services, revision)
    except errors.UnknownVocabulary:
        schema = None  # its schema was removed: the bytes and what is known of them can be had all the same
    known = {each.name: each for each in formats(schema)} if schema is not None else {}
    if anybody:
        known = {name: each for name, each in known.items() if each.public(anybody)}
    asked = parameter("format")
    if asked is None:
        asked = _negotiate(known, whole=not anybody)
    elif asked not in known and (anybody or asked != "xml"):
        there = sorted(known, key=lambda name: name != "xml") if known else ["xml"]
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


def _negotiate(known: dict[str, Format], whole: bool) -> str:
    """The name of the representation that the Accept header wants most; the exact XML where it has no preference. `whole`: the
    description is offered, too, and the XML whether it is a format or not."""
    accept = cherrypy.serving.request.headers.get("Accept", "")
    offers = {XML: "xml", "text/xml": "xml"} if whole or "xml" in known else {}
    if whole:
        offers[JSON] = _DESCRIPTION
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
