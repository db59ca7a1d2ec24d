"""What judges a run's documents, packed for machines that have nothing of the instance: the closed schema set, rules, upgrade stylesheet.

    packed(measure) -> Parcel          for a worker, by value; it goes to each once
    unpacked(parcel) -> Measure        there: into a folder of its own, kept for the process under the key of its verdicts

A worker of other releases would give other verdicts under the same key: it refuses.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .. import validation
from ..errors import EnvironmentFault
from ..schema.registry import Schema
from ..validation import rules
from ..xml.stylesheet import Stylesheet
from .measures import Measure

_SET, _RULES, _UPGRADE = "set", "rules", "upgrade"


@dataclass(frozen=True)
class Parcel:
    """`files`: by their place in the folder that they are unpacked into; `upgrade`: the place of the stylesheet, "" for none."""

    key: str
    engine: str
    schema: Schema
    upgrade: str
    files: Mapping[str, bytes]


def packed(measure: Measure) -> Parcel:
    """Raises EnvironmentFault for a schema whose documents are gone."""
    schema = measure.schema
    files = {f"{_SET}/{path.name}": path.read_bytes() for path in schema.set.directory.iterdir() if path.suffix in (".xsd", ".json")}
    manifest = schema.manifest
    if manifest.schematron:
        found = rules.files(manifest, schema.home)
        names = _below(_RULES, found)
        files |= {names[path]: data for path, data in found.items()}
        entries = [names[schema.home / name].removeprefix(f"{_RULES}/") for name in manifest.schematron]
        manifest = replace(manifest, schematron=tuple(entries))
    upgrade = ""
    if measure.upgrade is not None:
        names = _below(_UPGRADE, dict.fromkeys(measure.upgrade.files, b""))
        files |= {name: path.read_bytes() for path, name in names.items()}
        upgrade = names[measure.upgrade.path]
    nowhere = Path()  # each place is another one there
    schema = replace(schema, manifest=manifest, directory=nowhere, home=nowhere, stylesheets=nowhere)
    return Parcel(measure.key, measure.engine, schema, upgrade, files)


def _below(folder: str, files: Mapping[Path, bytes]) -> dict[Path, str]:
    """Names for files in one folder, in which they lie to each other as they do now."""
    whole = {path: path.resolve() for path in files}
    top = os.path.commonpath([path.parent for path in whole.values()])
    return {path: f"{folder}/{real.relative_to(top).as_posix()}" for path, real in whole.items()}


_kept: dict[tuple[str, str], Measure] = {}
_lock = threading.Lock()


def unpacked(parcel: Parcel) -> Measure:
    """Raises EnvironmentFault where this process would judge otherwise than the one that packed, StylesheetError, SchemaError."""
    with _lock:
        known = _kept.get((parcel.key, parcel.engine))
        if known is None:
            known = _kept[parcel.key, parcel.engine] = _unpacked(parcel)
    return known


def _unpacked(parcel: Parcel) -> Measure:
    folder = Path(tempfile.mkdtemp(prefix="xmlsvc-parcel-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, data in parcel.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    home = folder / _RULES
    schema = replace(parcel.schema, directory=folder / _SET, home=home, stylesheets=home)
    engine = validation.fingerprint(schema)
    if engine != parcel.engine:
        raise EnvironmentFault(
            f"A worker has other releases than the service, and would judge otherwise: {engine}, not {parcel.engine}. Install the same.")
    upgrade = Stylesheet(folder / parcel.upgrade, [folder / _UPGRADE]) if parcel.upgrade else None
    return Measure(schema, upgrade, parcel.key, engine)
