"""Any document as simple Dublin Core, by its names alone: what every repository must offer, where a vocabulary has no mapping of its own.

Elements and attributes that are called as a Dublin Core element is (dc:title … dc:rights, in whatever namespace), or by one of its plain
synonyms, become that element; the document's title comes first.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ..xml import names

NAME = "oai_dc"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
RULES = 1
"""Counts changes of the mapping: part of every rendering's key."""

_DC = "http://purl.org/dc/elements/1.1/"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ELEMENTS = ("title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier", "source",
             "language", "relation", "coverage", "rights")  # fmt: skip
_SYNONYMS = {
    "name": "title", "headline": "title", "author": "creator", "keyword": "subject", "genre": "subject", "category": "subject",
    "synopsis": "description", "summary": "description", "abstract": "description", "organization": "publisher", "id": "identifier",
    "copyright": "rights", "lang": "language",
}  # fmt: skip
_MOST = 100  # of one element


def render(tree: etree._ElementTree, title: str = "") -> bytes:
    """The record in UTF-8. `title`: what the vocabulary calls the document's title, "" where it has none."""
    root = etree.Element(f"{{{NAMESPACE}}}dc", nsmap={"oai_dc": NAMESPACE, "dc": _DC, "xsi": _XSI.strip("{}")})
    root.set(f"{_XSI}schemaLocation", f"{NAMESPACE} {SCHEMA}")
    found: dict[str, dict[str, str]] = {name: {} for name in _ELEMENTS}
    if title:
        found["title"][title] = ""
    for name, text, language in _values(tree):
        if len(found[name]) < _MOST:
            found[name].setdefault(text, language)
    for name, values in found.items():
        for text, language in values.items():
            made = etree.SubElement(root, f"{{{_DC}}}{name}")
            made.text = text
            if language:
                made.set(_LANG, language)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _values(tree: etree._ElementTree) -> Iterator[tuple[str, str, str]]:
    """(Dublin Core element, text, language) of whatever is called so, in document order."""
    for element in tree.iter(etree.Element):
        for attribute, value in element.items():
            if (name := _name(str(attribute))) is not None and attribute != _LANG and (text := " ".join(str(value).split())):
                yield name, text, ""
        if len(element) == 0 and (name := _name(str(element.tag))) is not None and (text := " ".join((element.text or "").split())):
            yield name, text, str(element.get(_LANG, ""))


def _name(clark: str) -> str | None:
    local = names.split(clark)[1].lower()
    return local if local in _ELEMENTS else _SYNONYMS.get(local)
