"""`xmlsvc vocabulary`: what kinds of documents the instance knows."""

from __future__ import annotations

import argparse

from .. import validation
from ..batch import activation
from ..counts import plural
from ..documents import services, vocabularies
from ..documents.access import OPERATOR
from ..documents.services import Services
from ..errors import UsageError
from . import revalidate

EXAMPLE = """
examples:
  xmlsvc vocabulary add pbcore pbcore-2.1.xsd
  xmlsvc vocabulary add datacite 4.6/metadata.xsd --version 4.6 --catalog vendor/
  xmlsvc vocabulary diff datacite 4.5 4.6                 what changed, in words, and whom it breaks
  xmlsvc vocabulary try datacite 4.7/metadata.xsd         what a candidate would do to what is stored; it is not registered
  xmlsvc vocabulary activate datacite 4.6                 asks for such a run, not older than the documents
  xmlsvc vocabulary activate datacite --back

An added version is in use at once: checked, bound to classes, mapped to tables. No manifest is needed.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    verbs = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = verbs.add_parser("add", help="register a schema as a version of a vocabulary")
    add.add_argument("name", metavar="NAME")
    add.add_argument("schema", metavar="XSD", nargs="+", help="the schema's entry document, or several")
    add.add_argument("--version", metavar="V", help="default: the schema's own version attribute, else 1")
    add.add_argument("--catalog", metavar="DIR|FILE", help="where imported schemas are: an OASIS XML catalogue or a directory to search")
    add.add_argument("--confirm", action="store_true", help="admit a schema that only one of the engines refuses: you answer for it")
    verbs.add_parser("list", help="every vocabulary and version")
    show = verbs.add_parser("show", help="roots, documents, tables and columns of a vocabulary")
    show.add_argument("name", metavar="NAME[@V]")
    activate = verbs.add_parser("activate", help="make a version the one that new documents are checked against")
    activate.add_argument("name", metavar="NAME")
    activate.add_argument("version", metavar="V", nargs="?")
    activate.add_argument("--force", metavar="REASON", default="", help="do without a what-if run; the reason is kept")
    activate.add_argument("--back", action="store_true", help="take the last activation back")
    diff = verbs.add_parser("diff", help="what changed between two versions, whom it breaks, and what it touches")
    diff.add_argument("name", metavar="NAME")
    diff.add_argument("old", metavar="V1")
    diff.add_argument("new", metavar="V2")
    attempt = verbs.add_parser("try", help="a what-if run of a candidate schema over what is stored")
    attempt.add_argument("name", metavar="NAME")
    attempt.add_argument("against", metavar="XSD", nargs="+", help="the candidate: its entry documents, or a zip or folder of it")
    revalidate.configure_run(attempt)


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.action == "add":
            schema = vocabularies.add(house, OPERATOR, arguments.name, arguments.schema, arguments.version, arguments.catalog,
                                      confirmed=arguments.confirm)
            print(f"{schema.name} is registered{' and active' if schema.active else ''}: {schema.digest}")
            for note in (*schema.model.warnings, *validation.notes(schema)):
                print(f"  note: {note}")
        elif arguments.action == "activate":
            _activate(house, arguments)
        elif arguments.action == "diff":
            return _diff(house, arguments)
        elif arguments.action == "try":
            arguments.vocabulary = arguments.name
            return revalidate.perform(house, arguments)
        elif arguments.action == "list":
            for name in house.registry.names():
                for schema in house.registry.versions(name):
                    print(f"{schema.name}\t{'active' if schema.active else '-'}\t{schema.digest}\t{schema.manifest.title or name}")
        else:
            for line in vocabularies.describe(house, arguments.name):
                print(line)
    return 0


def _activate(house: Services, arguments: argparse.Namespace) -> None:
    if arguments.back == (arguments.version is not None):
        raise UsageError("Say which version to activate, or --back for the one before.")
    if arguments.back:
        done = activation.back(house, OPERATOR, arguments.name)
    else:
        done = activation.activate(house, OPERATOR, arguments.name, arguments.version, arguments.force)
    if done.run is not None:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(done.run.counts.items()) if count)
        print(f"By the run {done.run.id}: {counts or 'no documents'}")
    print(f"{done.schema.name} is active, instead of {done.before.version}")
    print(f"To take that back: xmlsvc vocabulary activate {arguments.name} --back")


def _diff(house: Services, arguments: argparse.Namespace) -> int:
    """Exit code 1 where documents of the old version may be invalid by the new one."""
    found, touched = activation.compare(house, arguments.name, arguments.old, arguments.new)
    for change in found.changes:
        breaks = [who for who, fine in (("writers", change.writers), ("readers", change.readers)) if not fine]
        print(f"{change.kind}\t{change.where}\t{change.what}" + (f"\t(breaks {' and '.join(breaks)})" if breaks else ""))
    for column in touched.columns:
        print(f"column\t{column}")
    for form in touched.forms:
        print(f"form\t{form}")
    for name, why in touched.formats.items():
        print(f"format\t{name}\t{why}")
    print(f"{plural(len(found.changes), 'change')}; for writers {_fine(found.writers)}, for readers {_fine(found.readers)}")
    return int(not found.writers)


def _fine(compatible: bool) -> str:
    return "compatible" if compatible else "not compatible"
