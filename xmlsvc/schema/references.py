"""One schema document as its author wrote it: what it refers to, and where in its bytes each location stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from lxml import etree

from ..errors import InputError, SchemaError
from ..xml import names, parser, spans
from .model import XSD_NAMESPACE

_XSD = f"{{{XSD_NAMESPACE}}}"
_KINDS = {f"{_XSD}{kind}": kind for kind in ("include", "import", "redefine", "override")}
_SPACES = {f"{_XSD}{tag}": space for tag, space in {
    "element": "element", "attribute": "attribute", "simpleType": "type", "complexType": "type",
    "group": "group", "attributeGroup": "attributeGroup", "notation": "notation"}.items()}
_NAMED_BY = frozenset({"type", "ref", "base", "itemType", "memberTypes", "substitutionGroup", "refer", "defaultAttributes"})


@dataclass(frozen=True, eq=False)
class Reference:
    """xs:include, xs:import, xs:redefine or xs:override. `namespace` is that of the import ("" = none), None for the others;
    `value` is the place of the location, `tag` that of the start tag."""

    kind: Literal["include", "import", "redefine", "override"]
    namespace: str | None
    location: str | None
    line: int
    tag: spans.Span
    value: spans.Span | None
    base: str = ""


@dataclass(frozen=True, eq=False)
class Document:
    """A schema document: original bytes, target namespace ("" = none), references in order, global components
    (symbol space, local name), and the namespaces whose components its names refer to, each with the first such name."""

    path: Path
    data: bytes
    namespace: str
    references: tuple[Reference, ...]
    components: frozenset[tuple[str, str]]
    used: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    def place(self, reference: Reference) -> str:
        """ "file.xsd:12", for messages."""
        return f"{self.path.name}:{reference.line}"


def read(path: Path, referred_from: str | None = None) -> Document:
    """The schema document at `path`. Raises SchemaError with the place; of a file that a schema merely points at (`referred_from`:
    place of that reference) nothing is shown."""
    try:
        data = path.read_bytes()
        root = parser.parse_schema(data, path).getroot()
    except OSError as error:
        raise SchemaError(f"The schema document {path} cannot be read: {error.strerror}.", ((path.name, error.strerror or ""),)) from None
    except InputError as error:
        if referred_from is not None:
            raise _no_schema(path, referred_from) from None
        line = error.extra.get("line")
        place = f"{path.name}:{line}" if line else path.name
        raise SchemaError(f"{place} is not well-formed XML. {error.message}", ((place, error.message),)) from None
    if root.tag != f"{_XSD}schema":
        if referred_from is not None:
            raise _no_schema(path, referred_from)
        shown = names.split(root.tag)[1]
        sentence = f"The root element is “{shown}”, not “schema” in the namespace {XSD_NAMESPACE}."
        place = f"{path.name}:{root.sourceline}"
        raise SchemaError(f"{place} is no XML Schema document. {sentence}", ((place, sentence),))
    return _document(path, data, root)


def _no_schema(path: Path, referred_from: str) -> SchemaError:
    sentence = f"It refers to {path.name}, which is no XML Schema document."
    return SchemaError(f"{referred_from}: {sentence}", ((referred_from, sentence),))


def _document(path: Path, data: bytes, root: etree._Element) -> Document:
    found: dict[int, etree._Element] = {}
    used: dict[str, str] = {}
    for ordinal, element in enumerate(root.iter(etree.Element)):
        if element.tag in _KINDS and element.getparent() is root:
            found[ordinal] = element
        elif element.tag.startswith(_XSD):
            _note_used(element, used)
    places = spans.locate(data, found.keys())
    references = tuple(_reference(path, data, found[ordinal], places.get(ordinal)) for ordinal in sorted(found))
    components = {
        (_SPACES[child.tag], child.get("name", ""))
        for parent in (root, *root.iterchildren(f"{_XSD}redefine", f"{_XSD}override"))
        for child in parent.iterchildren(*_SPACES)
    }
    return Document(path, data, (root.get("targetNamespace") or "").strip(), references, frozenset(components), used)


def _note_used(element: etree._Element, used: dict[str, str]) -> None:
    for name, value in names.attributes(element):
        if name in _NAMED_BY:
            for word in value.split():
                prefix, _, local = word.rpartition(":")
                namespace = element.nsmap.get(prefix or None, "") if prefix != "xml" else names.XML_NAMESPACE
                used.setdefault(namespace or "", f"{word} in line {element.sourceline}" if local else word)


def _reference(path: Path, data: bytes, element: etree._Element, tag: spans.Span | None) -> Reference:
    kind = _KINDS[element.tag]
    location = element.get("schemaLocation")
    value = next((inner for name, _, inner in spans.attributes(data, tag) if name == "schemaLocation"), None) if tag else None
    if tag is None or (location is not None) != (value is not None):
        sentence = f"This xs:{kind} comes from an entity: its location cannot be set. Write it into the document itself."
        raise SchemaError(f"{path.name}: {sentence}", ((path.name, sentence),))
    namespace = (element.get("namespace") or "").strip() if kind == "import" else None
    outer, inner = (step.get(f"{{{names.XML_NAMESPACE}}}base") or "" for step in (element.getroottree().getroot(), element))
    stripped = location.strip() if location is not None else None
    return Reference(kind, namespace, stripped or None, tag.line, tag, value, urljoin(outer, inner))  # type: ignore[arg-type]
