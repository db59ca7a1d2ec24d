"""The schema documents behind a driver as their authors wrote them, and a copy of them that xmlschema reads quickly.

    collect(driver) → Sources ── follows include, import, redefine, override to local files
    Sources.copy(directory) → the copied driver: entities replaced, locations flat, identity constraints taken out

Identity constraints are taken out because building them makes xmlschema 20 times slower on large sets; they stay in `Sources.constraints`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

from lxml import etree

from ..errors import NotWellFormed, SchemaError, UnresolvedLocation
from ..xml.parser import parse_schema
from .model import XSD_NAMESPACE

XSD = f"{{{XSD_NAMESPACE}}}"
REFERENCES = (f"{XSD}include", f"{XSD}import", f"{XSD}redefine", f"{XSD}override")
_CONSTRAINTS = {f"{XSD}key": "key", f"{XSD}unique": "unique", f"{XSD}keyref": "keyref"}
_NAMES = ("name", "ref", "type", "base", "substitutionGroup", "refer", "itemType", "memberTypes", "defaultAttributes")
_VERSIONING = "{http://www.w3.org/2007/XMLSchema-versioning}"
_ONLY_11 = tuple(
    XSD + name for name in ("assert", "assertion", "alternative", "openContent", "defaultOpenContent", "override", "explicitTimezone"))
_BEYOND = tuple(XSD + name for name in ("alternative", "openContent", "defaultOpenContent"))
_ATTRIBUTES_11 = ("notNamespace", "notQName", "inheritable", "defaultAttributes", "xpathDefaultNamespace", "appliesToEmpty")
_TYPES_11 = ("dateTimeStamp", "yearMonthDuration", "dayTimeDuration", "anyAtomicType", "error")


@dataclass(slots=True)
class Constraint:
    """xs:key, xs:unique or xs:keyref as written; names are still prefixed."""

    kind: Literal["key", "unique", "keyref"]
    name: str
    refer: str | None
    selector: str
    fields: tuple[str, ...]
    namespaces: dict[str, str]
    line: int
    newer: bool  # refers to another constraint, or to a default namespace: XSD 1.1


@dataclass(slots=True)
class Document:
    """One schema document. `name` is its path below the driver's directory."""

    path: Path
    name: str
    root: etree._Element
    references: list[tuple[etree._Element, Path]] = field(default_factory=list)


@dataclass(slots=True)
class Sources:
    """A closed set. `documents` in order of first mention, the driver first; `constraints`: those of each xs:element."""

    documents: list[Document]
    constraints: dict[etree._Element, list[Constraint]]
    warnings: list[str]

    def copy(self, directory: Path) -> Path:
        """Write the documents to `directory` as 0.xsd, 1.xsd … without identity constraints; the path of the driver's copy."""
        numbers = {document.path: number for number, document in enumerate(self.documents)}
        for document in self.documents:
            targets = dict(document.references)
            for reference in document.root.iterchildren(*REFERENCES):
                if "schemaLocation" in reference.attrib:
                    del reference.attrib["schemaLocation"]
                if reference in targets:
                    reference.set("schemaLocation", f"{numbers[targets[reference]]}.xsd")
            text = etree.tostring(document.root, encoding="unicode", with_tail=False)
            (directory / f"{numbers[document.path]}.xsd").write_text(text, "utf-8")
        return directory / "0.xsd"

    @property
    def version(self) -> Literal["1.0", "1.1"]:
        """The XSD version that the documents need, by the constructs that they use."""
        newer = any(one.newer for constraints in self.constraints.values() for one in constraints)
        return "1.1" if newer or any(_uses_11(document.root) for document in self.documents) else "1.0"

    @property
    def beyond(self) -> bool:
        """Whether the documents use something of XSD 1.1 that gives elements other types, contents or constraints than 1.0 knows."""
        newer = any(one.newer for constraints in self.constraints.values() for one in constraints)
        return newer or any(_goes_beyond(document.root) for document in self.documents)


def collect(driver: Path) -> Sources:
    """Read the driver and every local schema document that it refers to. The trees are then without identity constraints.

    A reference that is no local path is left out with a warning (the engine may know the namespace); one that names a missing
    file raises UnresolvedLocation. SchemaError if a document is no XML or no schema.
    """
    driver = driver.resolve()
    documents: dict[Path, Document] = {}
    warnings: list[str] = []
    constraints: dict[etree._Element, list[Constraint]] = {}
    queue = [driver]
    while queue:
        path = queue.pop(0)
        if path in documents:
            continue
        document = documents[path] = Document(path, _relative(path, driver.parent), _read(path))
        for element in document.root.iterchildren(*REFERENCES):
            target = _target(element, document, warnings)
            if target is not None:
                document.references.append((element, target))
                queue.append(target)
        _collapse(document.root)
        constraints.update(_take_constraints(document.root))
    return Sources(list(documents.values()), constraints, warnings)


def _collapse(root: etree._Element) -> None:
    """Take the white space from around names, as their type says; xmlschema makes it a part of them."""
    for element in root.iter(f"{XSD}*"):
        for attribute, value in element.items():
            words = str(value).split()
            if attribute in _NAMES and words != [value]:
                element.set(attribute, " ".join(words))


def line(element: etree._Element) -> int:
    """The 1-based line of an element; 0 where libxml2 does not know it."""
    return cast("int | None", element.sourceline) or 0


def _read(path: Path) -> etree._Element:
    try:
        root = parse_schema(path.read_bytes(), path).getroot()
    except OSError as error:
        raise UnresolvedLocation(f"The schema document {path.name} cannot be read: {error.strerror}.", ((path.name, str(error)),)) from None
    except NotWellFormed as error:
        raise SchemaError(f"{path.name} is no well-formed XML: {error.message}", ((f"{path.name}:{error.line}", error.message),)) from None
    if root.tag != f"{XSD}schema":
        place = f"{path.name}:{line(root)}"
        raise SchemaError(f"{path.name} is no XML Schema: its root element is {root.tag}, not xs:schema.", ((place, "not xs:schema"),))
    return root


def _target(element: etree._Element, document: Document, warnings: list[str]) -> Path | None:
    location = (element.get("schemaLocation") or "").strip()
    if not location:
        return None
    parts = urlsplit(location)
    if parts.scheme not in ("", "file"):
        warnings.append(f"{document.name}:{element.sourceline} refers to {location}, which is not read: no network.")
        return None
    path = (document.path.parent / unquote(parts.path if parts.scheme else location)).resolve()
    if not path.is_file():
        place = f"{document.name}:{element.sourceline}"
        raise UnresolvedLocation(f"{place} refers to {location}, which is not there. Supply it beside the schema or by a catalogue.",
                                 ((place, f"{location} is missing"),))
    return path


def _relative(path: Path, directory: Path) -> str:
    return str(path.relative_to(directory)) if path.is_relative_to(directory) else path.name


def _take_constraints(root: etree._Element) -> dict[etree._Element, list[Constraint]]:
    """Remove every identity constraint from the tree; what was removed, by the xs:element that held it."""
    found: dict[etree._Element, list[Constraint]] = {}
    for element in list(root.iter(*_CONSTRAINTS)):
        parent = element.getparent()
        if parent is None or parent.tag != f"{XSD}element":
            continue
        selector = element.find(f"{XSD}selector")
        inner = list(element.iterchildren(f"{XSD}selector", f"{XSD}field"))
        namespaces = {prefix or "": uri for one in (element, *inner) for prefix, uri in one.nsmap.items()}
        found.setdefault(parent, []).append(Constraint(
            cast(Literal["key", "unique", "keyref"], _CONSTRAINTS[element.tag]), element.get("name") or element.get("ref") or "",
            element.get("refer"), selector.get("xpath", "") if selector is not None else "",
            tuple(child.get("xpath", "") for child in element.iterchildren(f"{XSD}field")), namespaces, line(element),
            "ref" in element.attrib or any("xpathDefaultNamespace" in one.attrib for one in inner)))
        parent.remove(element)
    return found


def _uses_11(root: etree._Element) -> bool:
    if next(root.iter(*_ONLY_11), None) is not None:
        return True
    for element in root.iter(f"{XSD}*"):
        attributes = element.attrib
        if any(name in attributes for name in _ATTRIBUTES_11) or any(str(name).startswith(_VERSIONING) for name in attributes):
            return True
        if any(_names(element, attribute, _TYPES_11) for attribute in ("type", "base", "itemType", "memberTypes")):
            return True
        if _elsewhere(element) or (element.tag == f"{XSD}all" and _generous(element)):
            return True
    return False


def _goes_beyond(root: etree._Element) -> bool:
    if next(root.iter(*_BEYOND), None) is not None or "xpathDefaultNamespace" in root.attrib:
        return True
    return any("notQName" in element.attrib or _elsewhere(element) or _names(element, "type", ("error",))
               or (element.tag == f"{XSD}all" and _generous(element)) for element in root.iter(f"{XSD}*"))


def _names(element: etree._Element, attribute: str, types: tuple[str, ...]) -> bool:
    """Whether the attribute names one of these types of XML Schema itself."""
    parts = (word.rpartition(":") for word in element.get(attribute, "").split())
    return any(local in types and element.nsmap.get(prefix or None) == XSD_NAMESPACE for prefix, _, local in parts)


def _elsewhere(element: etree._Element) -> bool:
    """A declaration in another namespace than its document's, or one that substitutes for several."""
    return ("targetNamespace" in element.attrib and element.tag != f"{XSD}schema") or len(element.get("substitutionGroup", "").split()) > 1


def _generous(group: etree._Element) -> bool:
    """An xs:all that only 1.1 allows: one that extends another, or with wildcards, groups, or more than one of an element."""
    parent = group.getparent()
    members = group.iterchildren(f"{XSD}element", f"{XSD}any", f"{XSD}group")
    return (parent is not None and parent.tag == f"{XSD}extension") or any(
        member.tag != f"{XSD}element" or member.get("maxOccurs", "1").strip() not in ("0", "1") for member in members)
