"""Which version of a package is installed, without importing the package or `importlib.metadata`: together half of what a short-lived
process would take."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path


@cache
def of(package: str) -> str:
    """Its version: from the name of the folder with its metadata, which pip puts beside it, else from wherever else it is installed.
    Raises ModuleNotFoundError."""
    found = importlib.util.find_spec(package)
    if found is not None and found.origin is not None:
        for folder in Path(found.origin).parents[1].glob(f"{package}-*.dist-info"):
            return folder.name.removeprefix(f"{package}-").removesuffix(".dist-info")
    from importlib import metadata

    return metadata.version(package)
