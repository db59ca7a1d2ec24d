"""Schemas that have passed the gate, kept from one process to the next: to prove one takes seconds, to see that it was proven milliseconds.

    folder()                                the user's own: $XDG_CACHE_HOME/xmlsvc, else ~/.cache/xmlsvc
    proven(closure, folder, version)        the closed set there, proven now unless it was before

    FOLDER/<engines>/<set's digest>/        the closed set, with all that is worked out about it (see `store`, `components`, `strict`)
    FOLDER/<engines>/<set's digest>/proven-<version asked>.json     written last: the version of XML Schema that it passed as

Nothing is taken on trust: the documents are read and followed each time, the digest is of all their bytes and of how they refer to each
other, and <engines> names every program that has a say. The folder holds pickles: it is used only where nobody else can write.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .. import __version__
from . import store
from .closure import Closure
from .store import SchemaSet

_MOST = 200  # sets kept; of more, those go that were used longest ago
_SAFE = 86_400.0  # seconds since its last use for which a set is not removed: somebody may be at work with it


def folder() -> Path | None:
    """The user's own folder for proven schemas, made where it was missing; None where there can be none. One that others own or may
    write to is not used, which is logged."""
    try:
        path = _home() / "xmlsvc"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
    except (OSError, RuntimeError):
        return None  # no home, or one that cannot be written: everything works without
    if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077:
        return path
    import logging

    logging.getLogger("xmlsvc").warning(
        "%s is not used to keep proven schemas: it must be a directory of yours alone (chmod 700). Or set XDG_CACHE_HOME.", path)
    return None


def _home() -> Path:
    """By the XDG Base Directory Specification: a relative path does not count. Raises RuntimeError for a user without a home."""
    said = Path(os.environ.get("XDG_CACHE_HOME") or ".")
    return said if said.is_absolute() else Path.home() / ".cache"


def proven(closure: Closure, directory: Path, engines: str, version: str | None,
           prove: Callable[[SchemaSet], str]) -> tuple[SchemaSet, str]:
    """The closed set of a closure, kept below `directory`, and the version of XML Schema that it is proven for.

    `engines`: whose proof counts; `version`: which one is asked for, None for what the set itself needs. `prove` passes a set through
    the gate and gives its version; it is not asked about a set that has passed. What it raises is raised here, and asked for anew.
    """
    home = directory / hashlib.sha256(f"{__version__} {sys.version} {engines}".encode()).hexdigest()[:16]
    home.mkdir(mode=0o700, exist_ok=True)
    schema_set = store.write(closure, home)
    proof = schema_set.directory / f"proven-{version or 'any'}.json"
    with contextlib.suppress(FileNotFoundError):
        passed: str = json.loads(proof.read_text("utf-8"))
        os.utime(schema_set.directory / store.INDEX)
        return schema_set, passed
    passed = prove(schema_set)
    partial = proof.with_name(f".{proof.name}.{os.getpid()}")
    partial.write_text(json.dumps(passed), "utf-8")
    partial.replace(proof)
    _tidy(directory)
    return schema_set, passed


def _tidy(directory: Path) -> None:
    """Keep the folder from growing for ever."""
    used: list[tuple[float, Path]] = []
    for index in directory.glob(f"*/*/{store.INDEX}"):
        with contextlib.suppress(FileNotFoundError):
            used.append((index.stat().st_mtime, index.parent))
    used.sort(reverse=True)
    for when, path in used[_MOST:]:
        if when < time.time() - _SAFE:
            shutil.rmtree(path, ignore_errors=True)
