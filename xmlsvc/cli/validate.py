"""`xmlsvc validate`: the verdict on files, without storing anything."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .. import settings, validation
from ..batch import verdicts
from ..batch.verdicts import Checked
from ..errors import EnvironmentFault, UsageError
from ..schema import proofs
from ..schema.catalog import Catalog
from ..schema.registry import Registry
from ..validation.sentences import CATALOGUES
from . import reports

ENGINES = ("auto", "libxml2", "xmlschema", "both")
EXAMPLE = """
examples:
  xmlsvc validate --schema programme.xsd a.xml b.xml
  xmlsvc validate --vocabulary programme@1.1 --report html delivery.zip > report.html
  curl -s https://example.org/feed.xml | xmlsvc validate --schema feed.xsd -

Without --schema, the instance's vocabularies are used: the one that is named, else the one that each document's root belongs to.
FILE can be a directory, a zip or a tar archive, or - for standard input. Documents of any size are judged; those above 10 MB (in an
archive: refused) are read piece by piece. The text report prints FILE:LINE:COLUMN: CODE SENTENCE for each violation and nothing for a
valid document.

exit status: 0 all valid · 1 some are not, or the schema is none · 2 the command line is wrong · 3 there is no instance, or it is broken
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--schema", metavar="XSD", action="append", help="an XSD file (can be given several times); needs no instance")
    which.add_argument("--vocabulary", metavar="NAME[@V]", help="a vocabulary of the instance, and its version (default: the active one)")
    parser.add_argument("--catalog", metavar="DIR|FILE", help="where imported schemas are: an OASIS XML catalogue or a directory to search")
    parser.add_argument("--engine", choices=ENGINES, default="auto",
                        help="who decides: all of them together (auto), one alone, or an error if either finds one (default: %(default)s)")
    parser.add_argument("--report", choices=reports.KINDS, default="text", help="default: %(default)s")
    parser.add_argument("--language", choices=sorted(CATALOGUES), default="en", help="of the sentences (default: %(default)s)")
    parser.add_argument("--workers", type=int, metavar="N", help="processes (default: one a core)")
    parser.add_argument("files", metavar="FILE", nargs="+")


def run(arguments: argparse.Namespace) -> int:
    if arguments.workers is not None and arguments.workers < 1:
        raise UsageError(f"--workers must be at least 1, but it is {arguments.workers}.")
    with contextlib.ExitStack() as stack:
        judge = _judge(arguments, stack)
        found = _checked(judge, arguments, stack)
        first = next(found, None)  # a wrong command line ends here, before anything is printed
        writer = reports.WRITERS[arguments.report](sys.stdout if arguments.report == "text" else reports.utf8(sys.stdout))
        for one in itertools.chain([first] if first else [], found):
            if one.report is None:
                print(f"{one.name}: skipped, {one.skipped}", file=sys.stderr)
            else:
                writer.add(one.name, one.report)
        writer.close()
        sys.stdout.flush()
        if not writer.valid + writer.invalid:
            print(f"xmlsvc: nothing was judged: no document was found in {', '.join(arguments.files)}", file=sys.stderr)
        if arguments.report == "text":
            print(f"{writer.valid} valid, {writer.invalid} invalid", file=sys.stderr)
        return int(writer.invalid > 0)


def _judge(arguments: argparse.Namespace, stack: contextlib.ExitStack) -> verdicts.Judge:
    if arguments.schema:
        for path in arguments.schema:
            if not Path(path).exists():
                raise UsageError(f"{path} does not exist.")
        catalog = Catalog.load(arguments.catalog) if arguments.catalog else None
        made = validation.load(arguments.schema, catalog, arguments.engine, language=arguments.language, cache=proofs.folder())
        stack.callback(lambda: made)  # its folder goes when it goes
        return verdicts.BySchema(made.set.directory, arguments.engine, arguments.language, made.version)
    if arguments.catalog:
        raise UsageError("--catalog belongs to --schema: a registered vocabulary is closed already.")
    try:
        house = settings.load(arguments.instance)
    except EnvironmentFault as error:
        raise EnvironmentFault(f"{error.message} Or name a schema by --schema XSD: that needs no instance.") from error
    if arguments.vocabulary:
        Registry(house).named(arguments.vocabulary)  # a name that is not registered is one error, not one a document
    return verdicts.ByVocabulary(house.directory, arguments.vocabulary, arguments.engine, arguments.language)


def _checked(judge: verdicts.Judge, arguments: argparse.Namespace, stack: contextlib.ExitStack) -> Iterator[Checked]:
    """Each document with its report, in the order given. Standard input is kept in a file: it may be read more than once."""
    if arguments.files != ["-"]:
        return verdicts.checked(judge, arguments.files, arguments.workers)
    kept = stack.enter_context(tempfile.NamedTemporaryFile(prefix="xmlsvc-"))  # noqa: SIM115 (the stack closes it)
    shutil.copyfileobj(sys.stdin.buffer, kept)
    kept.flush()
    return iter([verdicts.one(judge, kept.name, "-")])
