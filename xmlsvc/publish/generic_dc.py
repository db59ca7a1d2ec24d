"""Any document as simple Dublin Core, by its names alone: what every repository must offer, where a vocabulary has no mapping of its own.

An element with text that is called as a Dublin Core element is (dc:title … dc:rights, in whatever namespace), or by a plain synonym, or
whose name ends in one of those words where that is telling (pbcoreTitle), becomes that element. So does the root's `id`. The document's
title comes first.
"""

from __future__ import annotations

import re
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
_TELLING = frozenset({
    "title", "headline", "creator", "author", "subject", "keyword", "genre", "description", "synopsis", "summary", "abstract", "publisher",
    "contributor", "identifier", "language", "rights", "coverage",
})  # fmt: skip
_LAST_WORD = re.compile(r"[A-Z][a-z]+$")
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
    root = tree.getroot()
    for attribute in ("id", "identifier"):
        if text := " ".join((root.get(attribute) or "").split()):
            yield "identifier", text, ""
    for element in tree.iter(etree.Element):
        if len(element) == 0 and (name := _name(str(element.tag))) is not None and (text := " ".join((element.text or "").split())):
            yield name, text, str(element.get(_LANG, ""))


def _name(clark: str) -> str | None:
    local = names.split(clark)[1]
    whole = local.lower()
    if whole in _ELEMENTS or whole in _SYNONYMS:
        return whole if whole in _ELEMENTS else _SYNONYMS[whole]
    last = _LAST_WORD.search(local)
    word = last[0].lower() if last is not None else ""
    return (word if word in _ELEMENTS else _SYNONYMS.get(word)) if word in _TELLING else None
