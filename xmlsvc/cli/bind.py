"""`xmlsvc bind`: typed Python classes (and row classes) from a schema, as an importable package."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from .. import codegen
from ..codegen.names import read_renames
from ..errors import UsageError
from ..schema import gate, store
from ..schema.catalog import Catalog
from ..schema.vocabulary import Manifest

EXAMPLE = """
example:
  xmlsvc bind schemas/programme/1.1/programme.xsd --output . --package programme

  >>> import programme
  >>> doc = programme.parse(open("a.xml", "rb").read())

Names that a package has been given are in its names.json and are kept when it is written again; --names takes them over from the package
of another version. The file of --renames says by place in the schema what is to be called otherwise:
  [names]
  "{urn:p}TitleType" = "Title"
  "{urn:p}TitleType/@lang" = "language"
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("schema", metavar="XSD", nargs="+", help="the schema's entry document, or several")
    parser.add_argument("--output", metavar="DIR", required=True, help="the directory that the package is written into")
    parser.add_argument("--package", metavar="NAME", help="the package's name (default: the first XSD's file name)")
    parser.add_argument("--catalog", metavar="DIR|FILE", help="where imported schemas are: an OASIS XML catalogue or a directory to search")
    parser.add_argument("--names", metavar="FILE", action="append", default=[], help="the names.json of an earlier version's package")
    parser.add_argument("--renames", metavar="FILE", help="a TOML file: what is to be called otherwise than by rule")


def run(arguments: argparse.Namespace) -> int:
    paths = [Path(path) for path in arguments.schema]
    package = arguments.package or "".join(c if c.isalnum() else "_" for c in paths[0].stem).lower()
    if not package.isidentifier():
        raise UsageError(f"{package!r} is no name for a Python package. Give one by --package.")
    names = [Path(path) for path in arguments.names]
    for path in (*paths, *names):
        if not path.is_file():
            raise UsageError(f"{path} is no file.")
    renames = read_renames(Path(arguments.renames) if arguments.renames else None)
    with tempfile.TemporaryDirectory(prefix="xmlsvc-bind-") as folder:
        closed = store.close(paths, Catalog.load(Path(arguments.catalog) if arguments.catalog else None), Path(folder))
        gate.builds(closed)
        written = codegen.generate(closed, Manifest(), Path(arguments.output) / package, package, names=names, renames=renames)
    for path in written:
        print(path)
    return 0
