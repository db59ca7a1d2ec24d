"""Decides which one document stands for each namespace, so that both engines see all of it.

Every engine reads only the first xs:import of a namespace and silently skips the others (measured on libxml2, xmlschema and
Xerces-J). So each namespace gets one document: the only one that is imported, or a generated one that includes all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .closure import Closure
from .references import Document, Reference


@dataclass(frozen=True)
class Wiring:
    """`heads`: for each namespace that is imported or an entry's, the documents that together are all of it (one: it stands
    for itself; several: a generated document includes them)."""

    heads: dict[str, tuple[Path, ...]]
    left_out: tuple[str, ...]


def wire(closure: Closure) -> Wiring:
    """The heads of every namespace, and a sentence for each document that had to be left out."""
    asked: dict[str, list[Path]] = {}
    for entry in closure.entries:
        asked.setdefault(closure.documents[entry].namespace, []).append(entry)
    for _, reference, target in _imports(closure):
        if target.namespace == reference.namespace:
            asked.setdefault(target.namespace, []).append(target.path)
    heads: dict[str, tuple[Path, ...]] = {}
    left_out: list[str] = []
    for namespace, paths in asked.items():
        heads[namespace] = _heads(closure, list(dict.fromkeys(paths)), left_out)
    return Wiring(heads, tuple(left_out))


def _imports(closure: Closure) -> Iterator[tuple[Document, Reference, Document]]:
    for document in closure.documents.values():
        for reference in document.references:
            target = closure.follow(reference)
            if reference.kind == "import" and target is not None:
                yield document, reference, target


def _heads(closure: Closure, paths: list[Path], left_out: list[str]) -> tuple[Path, ...]:
    """Of the documents asked for, those that no other one includes, in order; without those that declare again what is there."""
    if len(paths) == 1:
        return tuple(paths)
    reach = {path: parts(closure, path) for path in paths}
    tops: list[Path] = []
    for number, path in enumerate(paths):
        if not any(path in reach[other] and (other not in reach[path] or place < number)
                   for place, other in enumerate(paths) if other != path):
            tops.append(path)
    kept: list[Path] = []
    declared: set[tuple[str, str]] = set()
    included: set[Path] = set()
    for path in sorted(tops, key=lambda top: top not in closure.entries):
        own = {component for part in reach[path] - included for component in closure.documents[part].components}
        if kept and (own & declared or not own):
            same = own <= declared
            if not same:
                others = ", ".join(one.name for one in kept)
                left_out.append(f"{path.name} declares again what {others} declares for the same namespace; it is left out.")
            continue
        kept.append(path)
        declared |= own
        included |= reach[path]
    return tuple(kept)


def parts(closure: Closure, path: Path) -> frozenset[Path]:
    """The document itself and all that it includes, redefines or overrides, at any depth."""
    found: set[Path] = set()
    stack = [path]
    while stack:
        here = stack.pop()
        if here in found:
            continue
        found.add(here)
        for reference in closure.documents[here].references:
            target = closure.follow(reference)
            if reference.kind != "import" and target is not None:
                stack.append(target.path)
    return frozenset(found)
