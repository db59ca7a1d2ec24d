"""Generates typed classes (and row classes) from a schema set, as an importable package.

    generate(set, manifest, output, "package")      files
    load(schema, settings)                          the package of a registered schema, made if need be
      components.read → passes.PASSES, one after another → the files: one module a namespace, rows.py, names.json, schema/

The same schema gives the same files: no dates, no places on this machine. `names.json` keeps the names for the next version.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from ..errors import EnvironmentFault, UsageError
from ..schema import components
from ..schema.registry import Schema
from ..schema.store import SchemaSet
from ..schema.vocabulary import Manifest
from ..settings import Settings
from . import passes
from .names import Names, read_names
from .plan import Work

VERSION = 1  # of what is generated: a package of another version is made again
_STAMP = "generator.txt"
_LOCK = threading.Lock()


def generate(source: SchemaSet | Schema, manifest: Manifest, output: Path, package: str, *, names: Sequence[Path] = (),
             renames: Mapping[str, str] | None = None, builtin: Sequence[str] = (), vocabulary: str = "") -> list[Path]:
    """Write the package to `output` (its own folder); the paths written.

    `vocabulary`: whose tables the row classes stand for; a registered schema says so itself, else it is the package's last name.

    `names`: names files of earlier versions, the latest last; the one in `output` is obeyed too. `renames`: place in the schema → name.
    `builtin`: entry documents below the built-in vocabularies, for a package that needs no copy of its schema.
    Raises SchemaError, UsageError (a rename of what is not there).
    """
    work = plan(source, manifest, package, [*names, output / "names.json"], renames, builtin, vocabulary)
    files = {**work.files, "names.json": work.names.dumps(), _STAMP: f"{VERSION}\n", "py.typed": ""}
    output.mkdir(parents=True, exist_ok=True)
    for stale in output.glob("*.py"):
        if stale.name not in files:
            stale.unlink()
    for name, text in files.items():
        (output / name).write_text(text, "utf-8")
    if not builtin:
        _copy(source.set.directory if isinstance(source, Schema) else source.directory, output / "schema")
    return [output / name for name in files]


def plan(source: SchemaSet | Schema, manifest: Manifest | None, package: str, names: Sequence[Path] = (),
         renames: Mapping[str, str] | None = None, builtin: Sequence[str] = (), vocabulary: str = "") -> Work:
    """What `generate` would write, without writing it."""
    earlier: dict[str, str] = {}
    for path in names:
        earlier |= read_names(path)
    model = source.model if isinstance(source, Schema) else components.read(source)
    vocabulary = source.vocabulary if isinstance(source, Schema) else vocabulary or package.rpartition(".")[2]
    work = Work(model, package, Names(earlier, renames), vocabulary, manifest, source.digest, source.roots, tuple(builtin))
    passes.run(work)
    if work.names.unused:
        raise UsageError(f"renamed is what the schema does not have: {', '.join(work.names.unused)}")
    return work


def _copy(directory: Path, target: Path) -> None:
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(directory, target)


def load(schema: Schema, settings: Settings) -> ModuleType:
    """The generated package of a registered schema, imported under a name made of its digest; two versions live side by side.

    It is generated into INSTANCE/var/generated/<digest> when it is not there. Raises EnvironmentFault if that cannot be written.
    """
    from ..vocabularies import COMMITTED

    committed = COMMITTED.get(schema.digest)
    if committed is not None:
        return importlib.import_module(committed)
    hexadecimal = schema.digest.partition(":")[2]
    name = f"xmlsvc_generated_{hexadecimal}"
    with _LOCK:
        if name in sys.modules:
            return sys.modules[name]
        return import_from(_generated(schema, settings, settings.var / "generated" / hexadecimal, name), name)


def _generated(schema: Schema, settings: Settings, directory: Path, name: str) -> Path:
    stamp = directory / _STAMP
    if stamp.is_file() and stamp.read_text("utf-8") == f"{VERSION}\n":
        return directory
    kept = settings.schemas / schema.vocabulary / "names.json"
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=directory.parent, prefix=".new-"))
        try:
            generate(schema, schema.manifest, fresh, name, names=[kept])
            fresh.chmod(0o755)
            if directory.exists():
                shutil.rmtree(directory)
            fresh.rename(directory)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        if kept.parent.is_dir():
            kept.write_bytes((directory / "names.json").read_bytes())
    except OSError as error:
        if not stamp.is_file():  # else another process was faster
            raise EnvironmentFault(f"The classes of {schema.name} cannot be written to {directory}: {error.strerror}.") from error
    return directory


def import_from(directory: Path, name: str) -> ModuleType:
    """Import the package in a folder under a name of our own."""
    spec = importlib.util.spec_from_file_location(name, directory / "__init__.py", submodule_search_locations=[str(directory)])
    if spec is None or spec.loader is None:
        raise EnvironmentFault(f"{directory} holds no package of generated classes.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
