"""Regenerates the packages of the built-in vocabularies: `python -m xmlsvc.codegen`. A test compares them with what this writes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from .. import builtin
from ..schema import store
from ..schema.catalog import Catalog
from ..schema.vocabulary import Manifest
from . import generate

VOCABULARIES = ("programme",)


def regenerate(target: Path) -> list[Path]:
    """Write the packages of all versions of the built-in vocabularies below `target` (xmlsvc/vocabularies); the paths written."""
    written: list[Path] = []
    digests: dict[str, str] = {}
    for vocabulary in VOCABULARIES:
        folder = builtin.path("schemas") / vocabulary
        manifest = Manifest.load(folder)
        names: list[Path] = []
        for version in sorted(path.name for path in folder.iterdir() if path.is_dir()):
            said = manifest.versions.get(version)
            entries = [f"{vocabulary}/{entry}" for entry in (said.schemas if said else ()) or (f"{version}/{vocabulary}.xsd",)]
            with tempfile.TemporaryDirectory() as store_directory:
                closed = store.close([builtin.path("schemas") / entry for entry in entries], Catalog.load(None), Path(store_directory))
                module = f"v{version.replace('.', '_')}"
                output = target / vocabulary / module
                package = f"xmlsvc.vocabularies.{vocabulary}.{module}"
                written += generate(closed, manifest, output, package, names=names, builtin=entries, vocabulary=vocabulary)
                digests[closed.digest] = package
                names.append(output / "names.json")
        about = f'"""Generated classes of the vocabulary {vocabulary}, one package a version."""\n'
        (target / vocabulary / "__init__.py").write_text(about, "utf-8")
    table = "\n".join(f"    {digest!r}: {package!r}," for digest, package in digests.items())
    text = ('"""The generated packages that come with xmlsvc."""\n\nfrom __future__ import annotations\n\n'
            f"# Digest of the schema set → package; written by xmlsvc.codegen.\nCOMMITTED = {{\n{table}\n}}\n")
    (target / "__init__.py").write_text(text, "utf-8")
    return written


if __name__ == "__main__":
    for path in regenerate(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "vocabularies"):
        sys.stdout.write(f"{path}\n")
