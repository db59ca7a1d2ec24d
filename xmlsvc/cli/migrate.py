"""`xmlsvc migrate`: the database at this release's schema; with --rebuild, all rows made again from the contents."""

from __future__ import annotations

import argparse
import sys

from ..counts import plural
from ..documents import instance, services, vocabularies
from ..documents.access import OPERATOR
from ..errors import UsageError
from ..jobs import progress

EXAMPLE = """
examples:
  xmlsvc --instance /srv/metadata migrate
  xmlsvc migrate --rebuild --vocabulary programme

Safe to run at any time and by several at once; a database that is up to date is left alone.

--rebuild makes every document's rows, title and search entry again from its content: after the mapping in vocabulary.toml has changed,
or a column has become wider. The service may go on meanwhile. Exit code 1 if a document could not be done; its old rows stay.
--afresh drops the vocabulary's tables first, and with them what no version needs any more: stop the service for that.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("--rebuild", action="store_true", help="make rows and search entries again from the contents")
    parser.add_argument("--vocabulary", metavar="V", help="with --rebuild: only of this vocabulary")
    parser.add_argument("--afresh", action="store_true", help="with --rebuild: drop the tables first")


def run(arguments: argparse.Namespace) -> int:
    if not arguments.rebuild and (arguments.vocabulary or arguments.afresh):
        raise UsageError("--vocabulary and --afresh belong to --rebuild.")
    changed = instance.migrate(arguments.instance)
    print("The database has been upgraded." if changed else "The database is up to date.")
    if arguments.rebuild:
        return _rebuild(arguments)
    with services.open(arguments.instance) as house:
        stale = vocabularies.stale(house)
    for name in stale:
        print(f"{name}: some rows lack what its mapping has since got. Make them again: xmlsvc migrate --rebuild --vocabulary {name}")
    return 0


def _rebuild(arguments: argparse.Namespace) -> int:
    failed = 0
    with services.open(arguments.instance) as house:
        names = [arguments.vocabulary] if arguments.vocabulary else house.registry.names()
        counts = vocabularies.counts(house)
        for name in names:
            with progress.bar(f"Rebuilding {name}", counts.get(name, 0)) as bar:
                result = vocabularies.rebuild(house, OPERATOR, name, arguments.afresh, bar.reach)
            print(f"{name}: made the rows of {plural(result.documents, 'document')} again.")
            for document, why in result.failed:
                print(f"xmlsvc: {document}: {why}", file=sys.stderr)
            failed += len(result.failed)
    return int(failed > 0)
