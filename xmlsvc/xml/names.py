"""Names for people: prefixes that the document's own author chose, and paths whose every step has a name.

Inside the program a name is in Clark's notation, "{namespace}local". That never reaches people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from lxml import etree

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"
XSD_NAMESPACE = "http://www.w3.org/2001/XMLSchema"

# Last parts of namespace names that say nothing about the vocabulary.
_DULL = frozenset({
    "namespace", "namespaces", "ns", "schema", "schemas", "xsd", "xml", "html", "htm", "www", "http", "https", "urn", "org", "com", "net",
    "metadata", "tc", "names", "specification", "version", "core", "eu", "int"})


def split(clark: str) -> tuple[str, str]:
    """(namespace, local name) of a Clark name; the namespace is "" where there is none."""
    if clark[:1] == "{":
        namespace, _, local = clark[1:].partition("}")
        return namespace, local
    return "", clark


def join(namespace: str, local: str) -> str:
    """The Clark name; a namespace "" gives the bare local name."""
    return f"{{{namespace}}}{local}" if namespace else local


def attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    """(Clark name, value) of the element's attributes in document order; linear, where a look-up of each would be quadratic."""
    return zip(cast("list[str]", element.keys()), cast("list[str]", element.values()), strict=True)


def derived_prefix(namespace: str) -> str:
    """A prefix made of the namespace's own words ("urn:ebu:metadata-schema:ebucore" → "ebucore"); "ns" where it has none."""
    words = [word for word in re.split(r"[^A-Za-z]+", namespace) if len(word) > 1]
    telling = [word.lower() for word in words if word.lower() not in _DULL]
    word = re.sub(r"(?<=.{3})(?:namespace|schema)$", "", telling[-1]) if telling else "ns"
    return "ns" if word.startswith("xml") else word[:12]


class Prefixes:
    """Prefixes for one document's names.

    `declared` maps namespaces to prefixes ("" is no prefix for names of elements that must be told apart, so a default namespace gets
    `authors[namespace]`, the schema author's prefix, or one made of its name). The same declarations give the same prefixes. Also
    keeps the places among siblings that `path` worked out, so it serves one tree as long as that is not changed.
    """

    def __init__(self, declared: Mapping[str, str], authors: Mapping[str, str] | None = None) -> None:
        self._authors = dict(authors or {})
        self._by_namespace: dict[str, str] = {XML_NAMESPACE: "xml"}
        self._taken: set[str] = {"xml", "xmlns"}
        self._siblings: dict[etree._Element, dict[etree._Element, int]] = {}
        for namespace, prefix in sorted(declared.items()):
            if prefix and namespace and prefix not in self._taken:
                self._set(namespace, prefix)
        for namespace in sorted(declared):
            self.prefix(namespace)

    @classmethod
    def of(cls, root: etree._Element, authors: Mapping[str, str] | None = None) -> Prefixes:
        """The prefixes that the root element declares; where it declares several for a namespace, the first by the alphabet."""
        declared: dict[str, str] = {}
        for prefix, namespace in sorted(((prefix or "", namespace) for prefix, namespace in root.nsmap.items()), reverse=True):
            if prefix or namespace not in declared:
                declared[namespace] = prefix
        return cls(declared, authors)

    @property
    def map(self) -> dict[str, str]:
        """prefix → namespace, in the prefixes' order, without "xml"."""
        pairs = ((prefix, namespace) for namespace, prefix in self._by_namespace.items() if prefix != "xml")
        return dict(sorted(pairs))

    def prefix(self, namespace: str, preferred: str | None = None) -> str:
        """The prefix of a namespace ("" for none); a new one is `preferred`, the schema author's, or derived, with a number if taken."""
        if not namespace:
            return ""
        known = self._by_namespace.get(namespace)
        if known is not None:
            return known
        for wish in (preferred, self._authors.get(namespace)):
            if wish and wish not in self._taken:
                return self._set(namespace, wish)
        stem = derived_prefix(namespace)
        number = 1 if stem == "ns" else 0
        while (candidate := f"{stem}{number or ''}") in self._taken:
            number += 1 if number else 2
        return self._set(namespace, candidate)

    def name(self, clark: str, preferred: str | None = None) -> str:
        """ "p:title" for "{urn:p}title"; "title" where there is no namespace."""
        namespace, local = split(clark)
        prefix = self.prefix(namespace, preferred)
        return f"{prefix}:{local}" if prefix else local

    def of_element(self, element: etree._Element) -> str:
        """The element's name; a namespace that the root does not declare gets a prefix that is declared here, if there is one."""
        return self.name(element.tag, self._here(element, split(element.tag)[0], element.prefix))

    def of_attribute(self, element: etree._Element, clark: str) -> str:
        """The name of an attribute of the element, likewise."""
        return self.name(clark, self._here(element, split(clark)[0], None))

    def _here(self, element: etree._Element, namespace: str, written: str | None) -> str | None:
        """The prefix that is written, or declared where the element stands, for a namespace that has none yet."""
        if not namespace or namespace in self._by_namespace:
            return None
        return written or min((prefix for prefix, declared in element.nsmap.items() if prefix and declared == namespace), default=None)

    def place(self, element: etree._Element) -> int:
        """1, 2 … among the siblings of the same name; 0 where there is only this one. One pass over the siblings for all of them."""
        parent = element.getparent()
        if parent is None:
            return 0
        places = self._siblings.get(parent)
        if places is None:
            by_name: dict[str, list[etree._Element]] = {}
            for child in parent.iterchildren(etree.Element):
                by_name.setdefault(child.tag, []).append(child)
            places = {child: n for group in by_name.values() if len(group) > 1 for n, child in enumerate(group, 1)}
            self._siblings[parent] = places
        return places.get(element, 0)

    def forget(self) -> None:
        """Let go of the elements whose places were worked out."""
        self._siblings.clear()

    def _set(self, namespace: str, prefix: str) -> str:
        self._by_namespace[namespace] = prefix
        self._taken.add(prefix)
        return prefix


def path(element: etree._Element, prefixes: Prefixes) -> str:
    """The element's path from the root: "/p:programme/p:title[2]"; [n] stands only where siblings share the name."""
    steps: list[str] = []
    for step in (*reversed(list(element.iterancestors())), element):  # from the root, so that outer declarations count first
        n = prefixes.place(step)
        steps.append(prefixes.of_element(step) + (f"[{n}]" if n else ""))
    return "/" + "/".join(steps)
