"""A folder of schema documents that serves as a catalogue: documents are found by file name and target namespace."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ..errors import InputError
from ..xml import parser
from .model import XSD_NAMESPACE

_MOST_FILES = 20_000


class _Head(NamedTuple):
    """What a document says of itself: `namespace` None if it is no schema; `parts` the files it includes, as it writes them."""

    namespace: str | None
    parts: tuple[str, ...] = ()


class Folder:
    """Finds among the XSDs below `root` the one that a location or a namespace means. What is ambiguous is not found: never guessed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._heads: dict[Path, _Head] = {}

    @cached_property
    def _by_name(self) -> dict[str, list[Path]]:
        names: dict[str, list[Path]] = {}
        for number, path in enumerate(sorted(self.root.rglob("*.xsd"))):
            if number >= _MOST_FILES:
                break
            if path.is_file() and path.resolve().is_relative_to(self.root):
                names.setdefault(path.name, []).append(path)
        return names

    def find(self, location: str | None, namespace: str | None) -> Path | None:
        """The document of that file name and namespace (of several, the one that shares the most last steps of its path with the
        location); without such a one, that which alone stands for the namespace."""
        if location is not None:
            steps = PurePosixPath(unquote(urlsplit(location).path)).parts
            named = [path for path in self._by_name.get(steps[-1] if steps else "", []) if self._fits(path, namespace)]
            if named:
                shared = {path: _shared(path.parts, steps) for path in named}
                best = [path for path in named if shared[path] == max(shared.values())]
                return best[0] if len(best) == 1 or _same_bytes(best) else None
        return self._of_namespace(namespace) if namespace else None

    def _of_namespace(self, namespace: str) -> Path | None:
        paths = [path for group in self._by_name.values() for path in group if self._head(path).namespace == namespace]
        included = {(path.parent / part).resolve() for path in paths for part in self._head(path).parts}
        tops = [path for path in paths if path.resolve() not in included]
        return tops[0] if len(tops) == 1 or (tops and _same_bytes(tops)) else None

    def _fits(self, path: Path, namespace: str | None) -> bool:
        """A document without a namespace fits everywhere, since it may be included (chameleon)."""
        head = self._head(path).namespace
        return head is not None and (namespace is None or head in (namespace, ""))

    def _head(self, path: Path) -> _Head:
        if path not in self._heads:
            self._heads[path] = _read_head(path)
        return self._heads[path]


def _read_head(path: Path) -> _Head:
    try:
        root = parser.parse_schema(path.read_bytes(), path).getroot()
    except (InputError, OSError):
        return _Head(None)  # not every file below the folder need be a schema, or readable
    if root.tag != f"{{{XSD_NAMESPACE}}}schema":
        return _Head(None)
    including = (f"{{{XSD_NAMESPACE}}}{kind}" for kind in ("include", "redefine", "override"))
    parts = (child.get("schemaLocation") for child in root.iterchildren(*including))
    return _Head(root.get("targetNamespace", ""), tuple(part for part in parts if part))


def _shared(first: tuple[str, ...], second: tuple[str, ...]) -> int:
    count = 0
    for one, other in zip(reversed(first), reversed(second), strict=False):
        if one != other:
            break
        count += 1
    return count


def _same_bytes(paths: list[Path]) -> bool:
    return len({path.read_bytes() for path in paths}) == 1
