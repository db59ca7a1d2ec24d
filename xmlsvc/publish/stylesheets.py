"""Compiled stylesheets, kept for the process and compiled anew when a file of theirs changes."""

from __future__ import annotations

import threading
from pathlib import Path

from ..xml.stylesheet import Stylesheet

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


def _stamp(stylesheet: Stylesheet) -> _Stamp:
    """Sizes and times of all files that the stylesheet is made of; one that is gone has none."""
    stamps = []
    for path in stylesheet.files:
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        stamps.append((str(path), found.st_mtime_ns, found.st_size))
    return tuple(stamps)
