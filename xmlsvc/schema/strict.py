"""xmlschema's strict build of a set: the gate that every schema passes, and the second engine for documents.

    engine(schema_set, version)   built once for each set, then kept in this process
    keep(schema_set, version)     writes it down as our own pickle in the set's folder, for other processes: a registered set is built once

What xmlschema is known to get wrong is put right on what it has built (see `mended`), and no schema that xmlschema itself has with it
takes part: only those of the set do.
"""

from __future__ import annotations

import os
import pickle
import tempfile
import threading
import warnings
from collections import OrderedDict
from pathlib import Path
from typing import Any

from . import library
from .store import SchemaSet

_FORMAT = 3
_KEPT = 32  # engines kept in a process
_engines: OrderedDict[tuple[str, str], Any] = OrderedDict()
_lock = threading.Lock()


def engine(schema_set: SchemaSet, version: str) -> Any:
    """The built xmlschema.XMLSchema10 or 11. Raises xmlschema's exceptions where the strict build refuses the set."""
    key = (schema_set.digest, version)
    with _lock:
        found = _engines.get(key)
        if found is None:
            found = _engines[key] = _load(schema_set, version)
            if len(_engines) > _KEPT:
                _engines.popitem(last=False)
        else:
            _engines.move_to_end(key)
    return found


def _load(schema_set: SchemaSet, version: str) -> Any:
    try:
        with _kept(schema_set, version).open("rb") as stream:
            return pickle.load(stream)
    except FileNotFoundError:
        pass
    built = _build(schema_set, version, "strict")
    from .mended import mend

    mend(built)
    return built


def keep(schema_set: SchemaSet, version: str) -> None:
    """Write the built engine down; a reader sees all of it or nothing. Two kinds are built by each process instead. One of XSD 1.1: a
    condition that has been through a pickle cannot say what is wrong with it (elementpath 5.1's parsers leave their source behind). And one
    whose parts lead to one another further than pickle can follow: some 60 types, each the type of an element of the one before."""
    path = _kept(schema_set, version)
    if version == "1.1" or path.is_file():
        return
    built = engine(schema_set, version)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as stream:
            pickle.dump(built, stream, pickle.HIGHEST_PROTOCOL)
        Path(temporary).replace(path)
    except RecursionError:
        pass
    finally:
        Path(temporary).unlink(missing_ok=True)


def _kept(schema_set: SchemaSet, version: str) -> Path:
    from xmlschema import __version__

    return schema_set.directory / f"xmlschema-{version}.{_FORMAT}-{__version__}.pickle"


def lax(schema_set: SchemaSet, version: str) -> list[Any]:
    """All errors of a set that the strict build refuses."""
    return list(_build(schema_set, version, "lax").all_errors)


def _build(schema_set: SchemaSet, version: str, validation: str) -> Any:
    xmlschema = library.xmlschema()
    kind = xmlschema.XMLSchema11 if version == "1.1" else xmlschema.XMLSchema10
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(schema_set.driver.absolute().as_uri(), validation=validation, allow="local", defuse="never", use_fallback=False)

