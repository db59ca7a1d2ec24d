"""Responses as XML (section 3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from lxml import etree

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def response(at: datetime, base: str, request: Mapping[str, str]) -> etree._Element:
    """The envelope; `request`: the arguments, none where they could not be read."""
    root = etree.Element(f"{{{NAMESPACE}}}OAI-PMH", nsmap={None: NAMESPACE, "xsi": _XSI})  # type: ignore[dict-item]
    root.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} {SCHEMA}")
    add(root, "responseDate", stamp(at))
    asked = add(root, "request", base)
    for name, value in request.items():
        asked.set(name, value)
    return root


def add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    """One more child in the protocol's namespace."""
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    made.text = text
    for key, value in attributes.items():
        made.set(key, value)
    return made


def header(parent: etree._Element, identifier: str, at: datetime, specs: Sequence[str], deleted: bool) -> None:
    """A record's header (section 2.5)."""
    made = add(parent, "header", **({"status": "deleted"} if deleted else {}))
    add(made, "identifier", identifier)
    add(made, "datestamp", stamp(at))
    for spec in specs:
        add(made, "setSpec", spec)


def stamp(at: datetime) -> str:
    """UTCdatetime (section 3.3), whole seconds, rounded down."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def data(root: etree._Element) -> bytes:
    """The response's bytes."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
