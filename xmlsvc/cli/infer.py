"""`xmlsvc infer`: a schema from example documents."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .. import binding
from ..batch import files
from ..errors import InputError, NotWellFormed, UsageError
from ..xml import parser as xml_parser
from . import reports

EXAMPLE = """
examples:
  xmlsvc infer a.xml b.xml > notes.xsd
  xmlsvc infer delivery.zip --output schema/

FILE can be a directory, a zip or a tar archive. Every document given is valid against what comes out; the more examples, the closer
the types. One schema document for each namespace: several need --output.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("files", metavar="FILE", nargs="+")
    parser.add_argument("--output", metavar="DIR", help="where the schema documents go (default, for one: standard output)")


def run(arguments: argparse.Namespace) -> int:
    made = binding.infer([_document(item) for item in files.items(arguments.files, xml_parser.DEFAULT.bytes) if not item.skipped])
    if arguments.output is None:
        if len(made) > 1:
            raise UsageError(f"The schema has {len(made)} documents ({', '.join(made)}): say where they go with --output DIR.")
        reports.utf8(sys.stdout).write(next(iter(made.values())))
        return 0
    folder = Path(arguments.output)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")
        print(folder / name)
    return 0


def _document(item: files.Item) -> bytes:
    """The item's bytes, which must be XML: an error names the file."""
    if item.data is None:
        raise InputError(f"{item.place} is {item.fault}.")
    try:
        xml_parser.parse(item.data)
    except InputError as error:
        at = f":{error.line}:{error.column}" if isinstance(error, NotWellFormed) else ""
        error.message = f"{item.place}{at}: {error.message}"
        raise
    return item.data
