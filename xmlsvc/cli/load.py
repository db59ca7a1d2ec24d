"""`xmlsvc load`: documents in from files, directories, zip and tar archives, through the same door as every other delivery."""

from __future__ import annotations

import argparse
import sys

from ..batch import files
from ..batch.load import Loaded, load
from ..documents import services
from ..documents.access import OPERATOR
from ..jobs import progress
from . import reports

EXAMPLE = """
examples:
  xmlsvc load delivery/ --partner nordlys
  xmlsvc load archive.tar.gz --partner nordlys --vocabulary programme@1.1

One line an item on stdout: OUTCOME, document, file; the violations of an invalid one follow as FILE:LINE:COLUMN: CODE SENTENCE.
A line is printed once its item is safely stored. Loading the same files again changes nothing and is quick.
Exit code 1: something was invalid, refused or could not be read.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("paths", metavar="PATH", nargs="+")
    parser.add_argument("--partner", metavar="P", help="whose documents these are (default: the only partner there is)")
    parser.add_argument("--vocabulary", metavar="NAME[@V]", help="the vocabulary and version (default: from each document)")
    parser.add_argument("--quiet", action="store_true", help="only the totals")


def run(arguments: argparse.Namespace) -> int:
    counts: dict[str, int] = {}
    with services.open(arguments.instance) as house, progress.bar("Loading", files.count(arguments.paths)) as bar:
        for item in load(house, OPERATOR, arguments.paths, partner=arguments.partner, vocabulary=arguments.vocabulary):
            counts[item.outcome] = counts.get(item.outcome, 0) + 1
            bar.advance()
            if not arguments.quiet:
                _print(item)
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "nothing to load", file=sys.stderr)
    return int(any(counts.get(outcome) for outcome in ("quarantined", "refused", "unreadable")))


def _print(item: Loaded) -> None:
    print(f"{item.outcome}\t{item.document or '-'}\t{item.place}", flush=True)
    if item.report is not None:
        for violation in item.report.violations:
            print(reports.line(item.place, violation), flush=True)
    elif item.message:
        place = ":".join(str(part) for part in (item.place, item.line, item.column) if part is not None)
        print(f"{place}: {item.message}", flush=True)
