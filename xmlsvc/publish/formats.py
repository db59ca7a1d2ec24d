"""The formats of a vocabulary: those of its manifest, and those that need no stylesheet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from ..errors import Error, SchemaError, StylesheetError
from ..schema.registry import Schema
from ..xml import names, parser
from . import gates, generic_dc, generic_html, generic_json, shape, stylesheets

_SUFFIXES = {"application/xml": "xml", "text/html": "html", "text/plain": "txt", "application/json": "json"}


@dataclass(frozen=True)
class Format:
    """A named way to publish a document. `suffix` of file names, without its dot; `stylesheet` None: made by the schema alone.

    `gate`: the schema that the output must satisfy (see `gates`); `withdrawal`: the stylesheet of what a withdrawn document leaves behind.
    `namespace` and `schema` (a public address): of an XML output, which can then be harvested.
    """

    name: str
    title: str
    media_type: str
    suffix: str
    stylesheet: Path | None = None
    folder: Path | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    gate: Path | None = None
    withdrawal: Path | None = None
    namespace: str = ""
    schema: str = ""

    @property
    def exact(self) -> bool:
        """Whether the output is the document's very bytes."""
        return self.name == "xml" and self.stylesheet is None

    def public(self, setting: str) -> bool:
        """Whether anybody may read published documents in it; `setting`: that of the name "public"."""
        return setting == "everything" or (setting == "formats" and (self.stylesheet is not None or self.name == generic_dc.NAME))

    def withdrawn(self) -> Format | None:
        """What makes the output that stands in a withdrawn document's place; None where nothing does."""
        return replace(self, stylesheet=self.withdrawal) if self.withdrawal is not None else None

    def maker(self, schema: Schema) -> str:
        """A digest of all that the output, and whether it may be served, depends on beside the document. Raises StylesheetError."""
        if self.stylesheet is not None and self.folder is not None:
            compiled = stylesheets.get(self.stylesheet, self.folder)
            gate = gates.get(self.gate).digest if self.gate is not None else ""
            parts: list[object] = [compiled.digest, sorted(self.parameters.items()), gate, compiled.engine]
        else:
            title = [schema.vocabulary, schema.manifest.title, schema.manifest.document_title]
            parts = [self.name, schema.digest, generic_html.RULES, generic_json.RULES, generic_dc.RULES, title]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def make(self, schema: Schema, data: bytes, limits: parser.Limits = parser.DEFAULT, document: str = "") -> bytes:
        """The output for a document's bytes; `document` is what messages call it. Raises StylesheetError, NotWellFormed."""
        if self.exact:
            return data
        if self.stylesheet is not None and self.folder is not None:
            return stylesheets.run(self.stylesheet, self.folder, data, limits, document, self.parameters)
        return self._general(schema, data, limits)

    def make_all(
        self, schema: Schema, documents: Sequence[tuple[str, bytes]], limits: parser.Limits = parser.DEFAULT
    ) -> list[bytes | Error]:
        """As `make` for many documents (what messages call each, its bytes): outputs, or why there is none, in their order."""
        if self.stylesheet is not None and self.folder is not None:
            return stylesheets.run_all(self.stylesheet, self.folder, documents, limits, self.parameters)
        found: list[bytes | Error] = []
        for name, data in documents:
            try:
                found.append(self.make(schema, data, limits, name))
            except Error as error:
                found.append(error)
        return found

    def _general(self, schema: Schema, data: bytes, limits: parser.Limits) -> bytes:
        """By the schema alone."""
        tree = parser.parse(data, limits)
        if self.name == "json":
            return generic_json.render(tree, shape.of(schema))
        if self.name == generic_dc.NAME:
            return generic_dc.render(tree, _title(schema, tree))
        return generic_html.render(tree, shape.of(schema), _title(schema, tree), schema.manifest.title or schema.vocabulary)


def of(schema: Schema) -> dict[str, Format]:
    """By name: the manifest's formats in its order, then "html", "json", "oai_dc" (unless the manifest has its own) and "xml", the exact
    bytes."""
    formats = {name: _of_manifest(schema, name) for name in schema.manifest.formats}
    formats.setdefault("html", Format("html", "Web page", "text/html; charset=utf-8", "html"))
    formats.setdefault("json", Format("json", "JSON", "application/json", "json"))
    if not any(each.namespace == generic_dc.NAMESPACE for each in formats.values()):
        formats.setdefault(generic_dc.NAME, Format(generic_dc.NAME, "Dublin Core", "application/xml", "dc.xml",
                                                   namespace=generic_dc.NAMESPACE, schema=generic_dc.SCHEMA))
    formats["xml"] = Format("xml", "XML as received", "application/xml", "xml", namespace=_namespace(schema), schema=_location(schema))
    return formats


def _namespace(schema: Schema) -> str:
    """The one namespace of a schema's roots; "" where they have several."""
    found = {names.split(root)[0] for root in schema.roots}
    return found.pop() if len(found) == 1 else ""


def _location(schema: Schema) -> str:
    """Where the schema's author says that it is, if that is an address on the web."""
    return next((each for each in sorted(schema.locations) if each.startswith(("https://", "http://"))), "")


def _of_manifest(schema: Schema, name: str) -> Format:
    entry = schema.manifest.formats[name]
    folder = schema.stylesheets
    path = folder / entry.stylesheet
    media_type = entry.media_type
    if not media_type:
        try:
            media_type = stylesheets.get(path, folder.parent).media_type
        except StylesheetError:
            media_type = "application/xml"  # rendering it says what is wrong; listing the formats must not fail
    suffix = entry.suffix.lstrip(".") or _SUFFIXES.get(media_type.partition(";")[0], "xml" if "xml" in media_type else "txt")
    gate, withdrawal = (folder / file if file else None for file in (entry.gate, entry.withdrawal))
    return Format(name, entry.title or name, media_type, suffix, path, folder.parent, dict(entry.parameters), gate, withdrawal,
                  entry.namespace, entry.schema)


def _title(schema: Schema, tree: etree._ElementTree) -> str:
    """What the manifest's path for titles finds; "" where it has none or finds nothing. Raises SchemaError for a path that is none."""
    path = schema.manifest.document_title
    if not path:
        return ""
    try:
        found = tree.xpath(f"string({path})", namespaces=dict(schema.manifest.namespaces) or None)
    except etree.XPathError as error:
        raise SchemaError(f"The document_title of vocabulary {schema.vocabulary} is no XPath that can be evaluated: {error}.") from None
    return " ".join(str(found).split())
