"""Follows everything that schema documents refer to, without network and without leaving the folders that belong to them.

    walk(entries, catalog)
      ├─ read each document, resolve each location: relative to it → catalogue → a neighbour of that name → bundled
      ├─ imports that stayed open: another document of that namespace, else an error (or a warning, if nothing of it is used)
      └─ the same document under two paths becomes one
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from ..errors import SchemaError, UnresolvedLocation
from ..xml import parser
from .catalog import Catalog, file_name
from .model import XML_NAMESPACE, XSD_NAMESPACE, XSI_NAMESPACE
from .references import Document, Reference, read

BUNDLED = Path(__file__).parent / "bundled"
_BUNDLED = {XML_NAMESPACE: "xml.xsd", "http://www.w3.org/1999/xlink": "xlink.xsd"}
_BUILT_IN = frozenset({XSD_NAMESPACE, XSI_NAMESPACE})  # both engines have these themselves
_MOST_DOCUMENTS = 5_000
_MOST_BYTES = 500_000_000


@dataclass
class Closure:
    """A set of documents in the order in which an engine meets them (depth first from the entries). `targets` says where each
    reference leads (None: nowhere, and nothing of that namespace is used); `roots` are the folders that belong to the set."""

    entries: tuple[Path, ...]
    documents: dict[Path, Document]
    targets: dict[Reference, Path | None]
    roots: tuple[Path, ...]
    located: dict[Path, set[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def follow(self, reference: Reference) -> Document | None:
        """The document that the reference leads to."""
        target = self.targets.get(reference)
        return None if target is None else self.documents[target]


def walk(entries: Sequence[Path], catalog: Catalog) -> Closure:
    """The closure of the entry documents. Raises SchemaError (an entry or a referred document is no schema) and UnresolvedLocation,
    which names every location that leads nowhere and says how to supply it."""
    if not entries:
        raise SchemaError("No schema document was named.")
    for entry in entries:
        if not Path(entry).is_file():
            if Path(entry).is_dir():
                raise SchemaError(f"{entry} is a directory. Name the schema's entry document, or several, in it.")
            raise SchemaError(f"The schema document {entry} does not exist.")
    starts = tuple(dict.fromkeys(Path(entry).resolve() for entry in entries))
    walker = _Walker(catalog, tuple(dict.fromkeys([*(_home(start) for start in starts), *catalog.folders])))
    for start in starts:
        walker.visit(start)
    closure = Closure(starts, walker.documents, walker.targets, walker.roots, walker.located)
    _close_open_imports(closure, walker)
    if walker.missing:
        raise _unresolved(walker.missing)
    _merge_copies(closure)
    return closure


def _home(entry: Path) -> Path:
    """The folder that belongs to an entry: the parent of its own, since sets lie in sister folders; its own just below the root."""
    return entry.parent.parent if entry.parent.parent != Path(entry.anchor) else entry.parent


class _Walker:
    def __init__(self, catalog: Catalog, roots: tuple[Path, ...]) -> None:
        self.catalog = catalog
        self.roots = roots
        self.documents: dict[Path, Document] = {}
        self.targets: dict[Reference, Path | None] = {}
        self.located: dict[Path, set[str]] = {}
        self.open_imports: list[tuple[Document, Reference]] = []
        self.missing: list[tuple[str, str]] = []
        self._bytes = 0

    def visit(self, start: Path) -> None:
        """Read `start` and, depth first, all that it leads to."""
        stack: list[tuple[Path, str | None]] = [(start, None)]
        while stack:
            path, referred_from = stack.pop()
            if path in self.documents:
                continue
            document = self.documents[path] = read(path, referred_from)
            self._bytes += len(document.data)
            if len(self.documents) > _MOST_DOCUMENTS or self._bytes > _MOST_BYTES:
                raise SchemaError(f"The schema has more than {_MOST_DOCUMENTS:,} documents or {_MOST_BYTES:,} bytes.")
            following: list[tuple[Path, str | None]] = []
            for reference in document.references:
                target = self._resolve(document, reference)
                if target is not None:
                    self.targets[reference] = target
                    following.append((target, document.place(reference)))
            stack.extend(reversed(following))

    def _resolve(self, document: Document, reference: Reference) -> Path | None:
        namespace = document.namespace if reference.namespace is None else reference.namespace
        if reference.location is None:
            if reference.kind == "import":
                self.open_imports.append((document, reference))
            else:
                self.missing.append((document.place(reference), f"This xs:{reference.kind} has no schemaLocation. Add it."))
            return None
        near = _relative(document.path, reference)
        if near is not None and self._belongs(near) and near.is_file():
            return self._note(near, reference.location)
        found = self.catalog.resolve(reference.location, document.path, namespace)
        if found is not None:
            found = found.resolve()
            self.roots = tuple(dict.fromkeys([*self.roots, found.parent]))
            return self._note(found, reference.location)
        name = file_name(reference.location)
        neighbour = _real(document.path.parent / name) if near is None and name else None
        if neighbour is not None and self._belongs(neighbour) and neighbour.is_file() and _is_of(neighbour, namespace):
            return self._note(neighbour, reference.location)
        if reference.kind == "import":
            self.open_imports.append((document, reference))
        else:
            self.missing.append((document.place(reference), self._how(reference, near, document)))
        return None

    def _note(self, path: Path, location: str) -> Path:
        self.located.setdefault(path, set()).add(location)
        return path

    def _belongs(self, path: Path) -> bool:
        return any(path.is_relative_to(root) for root in self.roots)

    def _how(self, reference: Reference, near: Path | None, document: Document) -> str:
        """What is missing, and how to supply it."""
        what = f"The document “{reference.location}” that xs:{reference.kind} names"
        if reference.namespace:
            what += f" for the namespace {reference.namespace}"
        if near is not None and not self._belongs(near):
            both = Path(os.path.commonpath([near, document.path]))
            return (f"{what} lies outside the folders that belong to this schema ({', '.join(map(str, self.roots))}). "
                    f"If it is part of it, name the folder that holds both: --catalog {both}")
        if near is not None:
            return (f"{what} is not there. Put it beside {document.path.name}, or name a folder or an XML catalogue that has it "
                    "with --catalog.")
        return (f"{what} is not at hand, and nothing is ever fetched from the network. Download it, and name its folder, "
                "or an XML catalogue that maps this location to it, with --catalog.")

    def unresolved(self, document: Document, reference: Reference) -> str:
        """The sentence for an import that leads nowhere."""
        if reference.location is not None:
            return self._how(reference, _relative(document.path, reference), document)
        return (f"No document for the namespace {reference.namespace or '(none)'} is at hand, and this xs:import names none. "
                "Name a folder or an XML catalogue that has it with --catalog.")


def _relative(base: Path, reference: Reference) -> Path | None:
    """The real path that a relative or file: location means, whether or not it exists; None if it is another kind of address."""
    location = urljoin(reference.base, reference.location or "") if reference.base else reference.location or ""
    path = parser.local_path(location)
    if path is None:
        return None
    literal = _real(base.parent / location) if not location.startswith("file:") else None
    return literal if literal is not None and literal.is_file() else _real(base.parent / path)


def _real(path: Path) -> Path | None:
    """The path without symbolic links; None for what no file can be called."""
    try:
        real = path.resolve()
        real.is_file()
    except (OSError, RuntimeError, ValueError):
        return None
    return real


def _is_of(path: Path, namespace: str) -> bool:
    try:
        return read(path, "").namespace in (namespace, "")
    except SchemaError:
        return False  # a neighbour that only has the name: the location stays unresolved, which is said


def _close_open_imports(closure: Closure, walker: _Walker) -> None:
    """Imports without a usable location: by namespace from what is already there, the catalogue, or the bundled documents."""
    for document, reference in walker.open_imports:
        namespace = reference.namespace or ""
        if namespace in _BUILT_IN or namespace == document.namespace:  # (a schema that imports itself is for the engines to judge)
            closure.targets[reference] = None
            continue
        target = _of_namespace(closure, namespace)
        if target is None and reference.location is None:
            found = walker.catalog.resolve(None, document.path, namespace)
            target = found.resolve() if found else None
        if target is None and namespace in _BUNDLED:
            target = BUNDLED / _BUNDLED[namespace]
        if target is not None:
            if target not in walker.documents:
                walker.roots = tuple(dict.fromkeys([*walker.roots, target.parent]))
                walker.visit(target)
            closure.targets[reference] = target
            continue
        uses = [(other, other.used[namespace]) for other in closure.documents.values() if namespace in other.used]
        sentence = walker.unresolved(document, reference)
        if uses and namespace:
            other, name = uses[0]
            walker.missing.append((document.place(reference), f"{sentence} It is needed for {name} of {other.path.name}."))
            continue
        closure.targets[reference] = None
        closure.warnings.append(
            f"{document.place(reference)}: {sentence} Nothing of that namespace is used, so the schema works without it.")
    closure.roots = walker.roots


def _of_namespace(closure: Closure, namespace: str) -> Path | None:
    """The document that stands for a namespace within the set: the first import's target, else an entry."""
    for reference, target in closure.targets.items():
        if reference.kind == "import" and target is not None and closure.documents[target].namespace == namespace:
            return target
    return next((entry for entry in closure.entries if closure.documents[entry].namespace == namespace), None)


def _merge_copies(closure: Closure) -> None:
    """Documents with the same bytes whose references lead to the same documents are one: the first one met."""
    same = {path: path for path in closure.documents}
    changed = True
    while changed:
        changed = False
        first: dict[tuple[object, ...], Path] = {}
        for path, document in closure.documents.items():
            if same[path] != path:
                continue
            leads = tuple(same[target] if (target := closure.targets.get(reference)) else None for reference in document.references)
            kept = first.setdefault((document.digest, leads), path)
            if kept != path and path not in closure.entries:
                same = {key: kept if value == path else value for key, value in same.items()}
                changed = True
    closure.targets = {reference: same[target] if target else None for reference, target in closure.targets.items()}
    closure.documents = {path: document for path, document in closure.documents.items() if same[path] == path}


def _unresolved(missing: list[tuple[str, str]]) -> UnresolvedLocation:
    place, sentence = missing[0]
    more = f" ({len(missing) - 1} more like this.)" if len(missing) > 1 else ""
    return UnresolvedLocation(f"{place}: {sentence}{more}", tuple(missing))
