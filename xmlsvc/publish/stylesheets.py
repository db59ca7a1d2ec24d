"""Compiled stylesheets, kept for the process and compiled anew when a file of theirs changes; run where they can do no harm."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from ..errors import Error
from ..xml import parser, stylesheet
from ..xml.sandbox import Sandbox
from ..xml.stylesheet import Stylesheet

SECONDS = 10.0
"""How long one rendering, or the judgement of a gate, may take; then it is stopped."""
TOGETHER = 25
"""How many documents a worker is given at once."""
COUNT = max(2, os.cpu_count() or 2)
WORKERS = Sandbox(megabytes=1_024, workers=COUNT)
atexit.register(WORKERS.close)

Given = TypeVar("Given")
Made = TypeVar("Made")
_Stamp = tuple[tuple[str, int, int], ...]
_kept: dict[tuple[Path, Path], tuple[_Stamp, Stylesheet]] = {}
_lock = threading.Lock()


def get(path: Path, folder: Path) -> Stylesheet:
    """The stylesheet at `path`, whose imports lie below `folder`. Raises StylesheetError."""
    key = (path, folder)
    with _lock:
        known = _kept.get(key)
    if known is not None and known[0] == _stamp(known[1]):
        return known[1]
    made = Stylesheet(path, [folder])
    with _lock:
        _kept[key] = (_stamp(made), made)
    return made


def run(
    path: Path, folder: Path, data: bytes, limits: parser.Limits = parser.DEFAULT, document: str = "",
    parameters: Mapping[str, str] | None = None,
) -> bytes:  # fmt: skip
    """The output of the stylesheet for a document's bytes, from a worker that is killed if it takes too long or too much memory.

    Raises StylesheetError with its place and the document, NotWellFormed.
    """
    return stylesheet.isolated(WORKERS, get(path, folder), data, document, seconds=SECONDS, limits=limits, **(parameters or {}))


def run_all(
    path: Path, folder: Path, documents: Sequence[tuple[str, bytes]], limits: parser.Limits = parser.DEFAULT,
    parameters: Mapping[str, str] | None = None,
) -> list[bytes | Error]:  # fmt: skip
    """As `run` for many documents (what messages call each, its bytes): outputs, or why there is none, in their order. As many workers
    share them as there are. Raises StylesheetError where the stylesheet cannot be used."""
    sheet, asked = get(path, folder), parameters or {}

    def some(part: Sequence[tuple[str, bytes]]) -> list[bytes | Error]:
        return stylesheet.isolated_all(WORKERS, sheet, part, seconds=SECONDS, limits=limits, parameters=asked)

    return shared(some, documents)


def shared(some: Callable[[Sequence[Given]], list[Made]], items: Sequence[Given]) -> list[Made]:
    """What `some` makes of the items, in their order, TOGETHER at a time and as many at once as there are workers."""
    parts = [items[place : place + TOGETHER] for place in range(0, len(items), TOGETHER)]
    if len(parts) <= 1:
        return [each for part in parts for each in some(part)]
    with ThreadPoolExecutor(COUNT, thread_name_prefix="xmlsvc-render") as pool:
        return [each for found in pool.map(some, parts) for each in found]


def _stamp(compiled: Stylesheet) -> _Stamp:
    """Sizes and times of all files that the stylesheet is made of; one that is gone has none."""
    stamps = []
    for path in compiled.files:
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        stamps.append((str(path), found.st_mtime_ns, found.st_size))
    return tuple(stamps)
