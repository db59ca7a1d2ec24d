"""The closed schema store: sets of schema documents that need nothing from outside, each in a folder named by its digest.

    close(entries, catalog, target)
      ├─ closure.walk     follow every reference, offline
      ├─ wiring.wire      one document for each namespace
      └─ write            copies, each location replaced in place by a local one: lines stay the author's
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import EnvironmentFault
from ..xml import spans
from ..xml.names import split
from ..xml.tokens import plain_value
from .catalog import Catalog
from .closure import BUNDLED, Closure, walk
from .model import XSD_NAMESPACE
from .references import Document, Reference
from .wiring import Wiring, parts, wire

_FORMAT = 1  # part of every digest: a change in how sets are written makes new ones
INDEX = "set.json"


@dataclass(frozen=True)
class SetDocument:
    """One document of a set. `name` is its path in the set's folder; `namespace` "" = none; `digest` of the author's bytes;
    `locations` what references called it; `elements` the Clark names of its global elements; `entry`: it was named, not just found."""

    name: str
    namespace: str
    digest: str
    locations: tuple[str, ...]
    elements: tuple[str, ...]
    entry: bool


@dataclass(frozen=True)
class SchemaSet:
    """A closed set. `driver` is the one document both engines compile; `warnings` say what was left out and why."""

    digest: str
    directory: Path
    driver: Path
    documents: tuple[SetDocument, ...]
    warnings: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[Path, ...]:
        """The documents that were named, as copied."""
        return tuple(self.directory / document.name for document in self.documents if document.entry)

    @property
    def roots(self) -> frozenset[str]:
        """Clark names of the elements that a document of this schema may begin with: the global elements of the entries' namespaces,
        or, if the entries only import, of what they import."""
        spoken = {document.namespace for document in self.documents if document.entry}
        every = frozenset(element for document in self.documents for element in document.elements)
        return frozenset(element for element in every if split(element)[0] in spoken) or every


def close(entries: Sequence[Path], catalog: Catalog, target: Path) -> SchemaSet:
    """Copy the closed set of the entries into target/<digest in hexadecimal>/ (nothing is written if it is there already).

    Raises SchemaError and, for what is not at hand, UnresolvedLocation: nothing is fetched.
    """
    return write(walk(entries, catalog), target)


def load(directory: Path) -> SchemaSet:
    """The set that `close` left in this folder. Raises EnvironmentFault if there is none."""
    try:
        raw = json.loads((directory / INDEX).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EnvironmentFault(f"{directory} holds no closed schema set: {error}. Add the vocabulary again.") from None
    documents = tuple(
        SetDocument(**{**item, "locations": tuple(item["locations"]), "elements": tuple(item["elements"])}) for item in raw["documents"])
    return SchemaSet(raw["digest"], directory, directory / raw["driver"], documents, tuple(raw["warnings"]))


def layout(closure: Closure) -> dict[Path, str]:
    """The documents that a set of this closure holds, each with its name in the set's folder."""
    return _Plan(closure, wire(closure)).names


def write(closure: Closure, target: Path) -> SchemaSet:
    """Write a walked closure as a set; see `close`."""
    plan = _Plan(closure, wire(closure))
    directory = target / plan.digest
    if (directory / INDEX).is_file():
        return load(directory)
    target.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=target))
    try:
        for name, data in plan.files():
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        temporary.chmod(0o755)
        temporary.rename(directory)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        if not (directory / INDEX).is_file():  # else another process was faster with the same set
            raise EnvironmentFault(f"The schema store {target} cannot be written: {error.strerror}.") from error
    return load(directory)


class _Plan:
    """What a set's folder will hold: names of the documents that are reached, the generated ones, the new locations."""

    def __init__(self, closure: Closure, wiring: Wiring) -> None:
        self.closure = closure
        self.wiring = wiring
        self._generated: dict[str, tuple[str, bytes]] = {}
        self.documents = self._reached()
        self.names = _names(closure, self.documents)
        self._numbers = {path: number for number, path in enumerate(self.documents)}
        self.digest = self._digest()
        for number, (namespace, heads) in enumerate(sorted(wiring.heads.items())):
            if len(heads) > 1 and heads[0] in self.documents:
                name = self._free(f"namespace-{number}.xsd")
                self._generated[namespace] = (name, _aggregate(namespace, [self.names[head] for head in heads]))
        self.driver, self._driver_data = self._make_driver()

    def files(self) -> list[tuple[str, bytes]]:
        """(name, content) of every file, the index last."""
        files = [(self.names[path], self._rewritten(document)) for path, document in self.documents.items()]
        files += list(self._generated.values())
        if self._driver_data is not None:
            files.append((self.driver, self._driver_data))
        return [*files, (INDEX, self._index())]

    def head(self, namespace: str) -> str:
        """The name of the one document that stands for a namespace."""
        generated = self._generated.get(namespace)
        return generated[0] if generated else self.names[self.wiring.heads[namespace][0]]

    def _reached(self) -> dict[Path, Document]:
        """The documents that the entries' heads lead to, depth first."""
        closure, found = self.closure, dict[Path, Document]()
        stack = [head for entry in reversed(closure.entries) for head in reversed(self.wiring.heads[closure.documents[entry].namespace])]
        while stack:
            path = stack.pop()
            if path not in found:
                found[path] = closure.documents[path]
                leads = [target for reference in found[path].references for target in self._leads(reference)]
                stack.extend(reversed(leads))
        return found

    def _leads(self, reference: Reference) -> tuple[Path, ...]:
        target = self.closure.follow(reference)
        if target is None:
            return ()
        if reference.kind == "import" and target.namespace == reference.namespace:
            return self.wiring.heads[target.namespace]
        return (target.path,)

    def _digest(self) -> str:
        """Over the author's bytes and how they hang together; where they lay, and what they were called, does not count."""
        wires = [
            [document.digest, [[reference.kind, reference.namespace, [self._numbers[path] for path in self._leads(reference)]]
                               for reference in document.references], path in self.closure.entries]
            for path, document in self.documents.items()
        ]
        return hashlib.sha256(json.dumps([_FORMAT, wires]).encode()).hexdigest()

    def _make_driver(self) -> tuple[str, bytes | None]:
        """The entry itself, if it alone stands for the set and lies at its top; else a document that imports every entry's namespace."""
        spaces = list(dict.fromkeys(self.closure.documents[entry].namespace for entry in self.closure.entries))
        if len(spaces) == 1 and "/" not in (only := self.head(spaces[0])):
            return only, None
        lines = [f'  <xs:include schemaLocation="{plain_value(self.head(space))}"/>' if not space else
                 f'  <xs:import namespace="{plain_value(space)}" schemaLocation="{plain_value(self.head(space))}"/>' for space in spaces]
        return self._free("driver.xsd"), _schema("", lines)

    def _free(self, name: str) -> str:
        taken = {*self.names.values(), *(made for made, _ in self._generated.values()), INDEX}
        while name in taken:
            name = f"_{name}"
        return name

    def _rewritten(self, document: Document) -> bytes:
        replacements: list[tuple[spans.Span, str]] = []
        here = self.names[document.path]
        for reference in document.references:
            target = self.closure.follow(reference)
            if target is None:
                if reference.value is not None:
                    replacements.append((_whole_attribute(document, reference), ""))
                continue
            own_namespace = reference.kind == "import" and target.namespace == reference.namespace
            name = os.path.relpath(self.head(target.namespace) if own_namespace else self.names[target.path], Path(here).parent)
            if reference.value is not None:
                replacements.append((reference.value, name))
            else:
                end = reference.tag._replace(start=reference.tag.start + _tag_name_length(document, reference), end=0)
                replacements.append((end._replace(end=end.start), f' schemaLocation="{name}"'))
        return spans.splice(document.data, replacements)

    def _index(self) -> bytes:
        closure = self.closure
        chameleons = _included_as(closure)
        documents = [
            SetDocument(
                self.names[path], document.namespace, f"sha256:{document.digest}", tuple(sorted(closure.located.get(path, ()))),
                tuple(sorted({f"{{{space}}}{name}" if space else name for kind, name in document.components if kind == "element"
                              for space in ([document.namespace] if document.namespace else chameleons.get(path, [""]))})),
                path in closure.entries)
            for path, document in self.documents.items()
        ]
        content = {"digest": f"sha256:{self.digest}", "driver": self.driver, "documents": [asdict(document) for document in documents],
                   "warnings": [*closure.warnings, *self.wiring.left_out]}
        return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _whole_attribute(document: Document, reference: Reference) -> spans.Span:
    for name, whole, _ in spans.attributes(document.data, reference.tag):
        if name == "schemaLocation":
            return whole
    raise AssertionError("a reference with a location has the attribute")


def _tag_name_length(document: Document, reference: Reference) -> int:
    """Bytes of "<xs:import" in the document's encoding."""
    tag = reference.tag
    text = document.data[tag.start : tag.end].decode(tag.codec)
    match = re.match(r"<[^\s/>]+", text)
    return len(match[0].encode(tag.codec)) if match else 0


def _included_as(closure: Closure) -> dict[Path, list[str]]:
    """The namespaces that documents without one take on by being included (chameleon)."""
    taken: dict[Path, set[str]] = {}
    for path, document in closure.documents.items():
        if document.namespace:
            for part in parts(closure, path):
                if not closure.documents[part].namespace:
                    taken.setdefault(part, set()).add(document.namespace)
    return {path: sorted(namespaces) for path, namespaces in taken.items()}


def _aggregate(namespace: str, names: list[str]) -> bytes:
    return _schema(namespace, [f'  <xs:include schemaLocation="{plain_value(name)}"/>' for name in names])


def _schema(namespace: str, lines: list[str]) -> bytes:
    target = f' targetNamespace="{plain_value(namespace)}"' if namespace else ""
    body = "\n".join(lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<xs:schema xmlns:xs="{XSD_NAMESPACE}"{target}>\n{body}\n</xs:schema>\n'.encode()


def _names(closure: Closure, documents: dict[Path, Document]) -> dict[Path, str]:
    """A name for each document in the set's folder: its path below the folder that all of the entries' own documents share."""
    homes = closure.roots[: len(closure.entries)]
    own = [path for path in documents if any(path.is_relative_to(home) for home in homes)]
    common = Path(os.path.commonpath([path.parent for path in own])) if own else None
    names: dict[Path, str] = {}
    for path in documents:
        if BUNDLED in path.parents:
            steps: tuple[str, ...] = ("bundled", path.name)
        elif common is not None and path.is_relative_to(common):
            steps = path.relative_to(common).parts
        else:
            steps = ("catalog", path.name)
        name = "/".join(re.sub(r"[^A-Za-z0-9._-]", "_", step) for step in steps)
        stem, dot, suffix = name.rpartition(".")
        number = 2
        while name in names.values() or name == INDEX:
            name, number = f"{stem}-{number}{dot}{suffix}", number + 1
        names[path] = name
    return names
