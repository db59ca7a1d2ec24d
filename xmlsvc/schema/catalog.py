"""Where schema documents lie: an OASIS XML catalogue, or a folder that is searched. Nothing is ever fetched.

Source: OASIS XML Catalogs 1.1 (7 October 2005), section 4 (entries), 6 (normalisation), 7 (resolution). Entries lead to local
files only; one that leads to another scheme resolves to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import etree

from ..errors import Error, SchemaError
from ..xml import parser
from .folder import Folder

NAMESPACE = "urn:oasis:names:tc:entity:xmlns:xml:catalog"
_LONGEST_CHAIN = 50


@dataclass(frozen=True, slots=True)
class _Entry:
    """One catalogue entry: `key` the normalised identifier or its part, `target` an absolute URI."""

    kind: str
    key: str
    target: str


_KEYS = {
    "uri": ("name", "uri"),
    "system": ("systemId", "uri"),
    "public": ("publicId", "uri"),
    "rewriteURI": ("uriStartString", "rewritePrefix"),
    "rewriteSystem": ("systemIdStartString", "rewritePrefix"),
    "uriSuffix": ("uriSuffix", "uri"),
    "systemSuffix": ("systemIdSuffix", "uri"),
    "delegateURI": ("uriStartString", "catalog"),
    "delegateSystem": ("systemIdStartString", "catalog"),
    "delegatePublic": ("publicIdStartString", "catalog"),
}


@dataclass
class Catalog:
    """What resolves locations. `folders`: below these an author's relative locations may be followed, too."""

    folders: tuple[Path, ...] = ()
    _file: Path | None = None
    _folder: Folder | None = None
    _files: dict[Path, _File] = field(default_factory=dict)

    @classmethod
    def load(cls, path: str | Path | None) -> Catalog:
        """From a catalogue file, from a folder (its catalog.xml, else its XSDs by name and namespace), or None for an empty one.

        Raises SchemaError if the path does not exist or the file is no catalogue.
        """
        if path is None:
            return cls()
        place = Path(path)
        if place.is_dir():
            if not (place / "catalog.xml").is_file():
                return cls((place.resolve(),), _folder=Folder(place.resolve()))
            place = place / "catalog.xml"
        if not place.is_file():
            raise SchemaError(f"The catalogue {path} does not exist: name a catalogue file, or a folder that holds the schema documents.")
        catalog = cls((place.resolve().parent,), _file=place.resolve())
        catalog._read(place.resolve())
        return catalog

    def resolve(self, location: str | None, base: Path | None, namespace: str | None) -> Path | None:
        """The local file for what `base` calls `location` in `namespace`; None if the catalogue does not know it.

        The location is looked up as it is written and made absolute against `base`, then the namespace name (as URI and as public
        identifier), as processors of schemas do.
        """
        if self._file is not None:
            asked = [] if location is None else [location] + ([urljoin(base.as_uri(), location)] if base is not None else [])
            for identifier in asked:
                found = self._lookup(self._file, "uri", identifier) or self._lookup(self._file, "system", identifier)
                if found:
                    return found
            if namespace:
                return self._lookup(self._file, "uri", namespace) or self._lookup(self._file, "public", namespace)
        if self._folder is not None:
            return self._folder.find(location, namespace)
        return None

    def _lookup(self, file: Path, kind: str, identifier: str) -> Path | None:
        target = self._search(file, kind, _normal_public(identifier) if kind == "public" else _normal(identifier), [])
        path = parser.local_path(target) if target else None
        return path if path is not None and path.is_file() else None

    def _search(self, file: Path, kind: str, key: str, seen: list[Path]) -> str | None:
        """Section 7.1.2 (external identifiers) and 7.2.2 (URIs): exact, rewrite, suffix, delegates, next catalogues."""
        if file in seen:
            return None
        if len(seen) >= _LONGEST_CHAIN:
            raise SchemaError(f"The catalogue {file} leads through more than {_LONGEST_CHAIN} others: it may be a circle.")
        seen.append(file)
        here = self._read(file)
        for entry in here.of(kind):
            if entry.key == key:
                return entry.target
        suffix = "URI" if kind == "uri" else kind.capitalize()
        for entry in here.longest(f"rewrite{suffix}", key.startswith):
            return entry.target + key[len(entry.key) :]
        for entry in here.longest(f"{kind}Suffix", key.endswith):
            return entry.target
        delegates = here.longest(f"delegate{suffix}", key.startswith)
        for entry in delegates:
            if (path := parser.local_path(entry.target)) and (target := self._search(path.resolve(), kind, key, seen)):
                return target
        if delegates:
            return None
        for following in here.following:
            if (path := parser.local_path(following)) and (target := self._search(path.resolve(), kind, key, seen)):
                return target
        return None

    def _read(self, file: Path) -> _File:
        if file not in self._files:
            self._files[file] = _File.read(file)
        return self._files[file]


@dataclass(frozen=True)
class _File:
    """One catalogue file's entries, in order, and the catalogues that it names next."""

    entries: tuple[_Entry, ...]
    following: tuple[str, ...]

    @cached_property
    def _by_kind(self) -> dict[str, list[_Entry]]:
        kinds: dict[str, list[_Entry]] = {}
        for entry in self.entries:
            kinds.setdefault(entry.kind, []).append(entry)
        return kinds

    def of(self, kind: str) -> list[_Entry]:
        return self._by_kind.get(kind, [])

    def longest(self, kind: str, fits: object) -> list[_Entry]:
        """The entries of the kind whose key fits, the longest first (as written where equally long)."""
        assert callable(fits)
        return sorted((entry for entry in self.of(kind) if fits(entry.key)), key=lambda entry: -len(entry.key))

    @classmethod
    def read(cls, file: Path) -> _File:
        try:
            root = parser.parse_schema(file.read_bytes(), file).getroot()
        except OSError as error:
            raise SchemaError(f"The catalogue {file} cannot be read: {error.strerror}.") from None
        except Error as error:
            raise SchemaError(f"The catalogue {file} cannot be read: {error.message}") from None
        if root.tag != f"{{{NAMESPACE}}}catalog":
            raise SchemaError(f"{file} is no OASIS XML catalogue: its root element is not “catalog” in the namespace {NAMESPACE}.")
        entries, following = [], []
        for element, base in _elements(root, file.as_uri()):
            kind = etree.QName(element).localname
            if kind == "nextCatalog" and (named := element.get("catalog")):
                following.append(urljoin(base, named))
            if kind in _KEYS:
                key, target = (element.get(name) for name in _KEYS[kind])
                if key is None or target is None:
                    raise SchemaError(f"{file}:{element.sourceline}: <{kind}> needs the attributes {' and '.join(_KEYS[kind])}.")
                normal = _normal_public(key) if "public" in kind.lower() else _normal(key)
                entries.append(_Entry(kind, normal, urljoin(base, target)))
        return cls(tuple(entries), tuple(following))


def _elements(parent: etree._Element, base: str) -> Iterator[tuple[etree._Element, str]]:
    """Every catalogue element with its base URI; groups are looked into, elements of other namespaces left out."""
    base = urljoin(base, parent.get("{http://www.w3.org/XML/1998/namespace}base", ""))
    for element in parent.iterchildren(f"{{{NAMESPACE}}}*"):
        if element.tag == f"{{{NAMESPACE}}}group":
            yield from _elements(element, base)
        else:
            yield element, urljoin(base, element.get("{http://www.w3.org/XML/1998/namespace}base", ""))


def _normal(uri: str) -> str:
    """Section 6.3: characters that a URI may not have are written as %XX of their UTF-8 bytes."""
    return quote(uri, safe="%/:=&?~#+!$,;'@()*[]-._")


def _normal_public(public: str) -> str:
    """Section 6.2, and 6.4 for urn:publicid: URNs."""
    if public.lower().startswith("urn:publicid:"):
        text = public[len("urn:publicid:") :].replace("+", " ").replace(":", "//").replace(";", "::")
        public = unquote(text)
    return " ".join(re.split(r"[ \t\r\n]+", public.strip()))


def file_name(location: str) -> str:
    """The last part of a location's path, with escapes undone ("http://x/y/a%20b.xsd?z" → "a b.xsd")."""
    return unquote(urlsplit(location).path.rpartition("/")[2])
