"""Classes without files: the generator's own source, run in memory under a package name of its own."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import shutil
import sys
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from .. import codegen
from ..schema import gate, store
from ..schema.catalog import Catalog

_NUMBERS = itertools.count(1)


class _Source(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and runs the modules of one package from their text."""

    def __init__(self, name: str, files: dict[str, str]) -> None:
        self._texts = {name if file == "__init__.py" else f"{name}.{file.removesuffix('.py')}": text
                       for file, text in files.items() if file.endswith(".py")}
        self._package = name

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:  # noqa: ARG002
        """The modules of the package, and no others."""
        if fullname not in self._texts:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=f"<{fullname}>", is_package=fullname == self._package)

    def get_source(self, fullname: str) -> str:
        """The generated text, also for tracebacks."""
        return self._texts[fullname]

    def is_package(self, fullname: str) -> bool:
        """Whether it is the package itself."""
        return fullname == self._package


def load(paths: str | Path | Sequence[str | Path], catalog: str | Path | None, renames: dict[str, str]) -> ModuleType:
    """See `xmlsvc.binding.load`."""
    entries = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    directory = Path(tempfile.mkdtemp(prefix="xmlsvc-bound-"))
    try:
        closed = store.close(entries, Catalog.load(catalog), directory)
        gate.builds(closed)
        name = f"xmlsvc_bound_{next(_NUMBERS)}"
        module = _run(name, codegen.plan(closed, None, name, renames=renames).files)
    except BaseException:  # whatever ended it, the folder goes
        shutil.rmtree(directory, ignore_errors=True)
        raise
    weakref.finalize(module, shutil.rmtree, directory, ignore_errors=True)
    module.package.stands_on(closed)
    return module


def _run(name: str, files: dict[str, str]) -> ModuleType:
    """The package of these files, imported."""
    finder = _Source(name, files)
    sys.meta_path.append(finder)
    try:
        spec = finder.find_spec(name)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        module.__file__ = f"<{name}>/__init__.py"
        sys.modules[name] = module
        finder.exec_module(module)
    except BaseException:  # no half-made package stays importable
        sys.meta_path.remove(finder)
        sys.modules.pop(name, None)
        raise
    return module
