"""`xmlsvc revalidate`: the whole corpus, checked again; nothing is written to the documents."""

from __future__ import annotations

import argparse
import sys

from ..batch import revalidate
from ..documents import services
from ..documents.access import OPERATOR
from ..jobs import executors, progress
from . import reports

FAILURES = (revalidate.NEWLY_BROKEN, revalidate.UNREADABLE)
EXAMPLE = """
examples:
  xmlsvc revalidate
  xmlsvc revalidate --vocabulary programme@1.1     what would break if 1.1 became the active version?

Prints each document that newly breaks, with its violations, and the totals. A verdict that is known for these bytes, this schema and
these engines is not made again. Exit code 1: something is newly broken, or cannot be read.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("--vocabulary", metavar="NAME[@V]", help="only this vocabulary's documents (against this version)")
    parser.add_argument("--again", action="store_true", help="make known verdicts again, too")
    parser.add_argument("--executor", choices=executors.NAMES, default="processes", help="default: %(default)s")
    parser.add_argument("--workers", type=int, metavar="N", help="default: the number of cores")
    parser.add_argument("--all", action="store_true", help="print every document that is invalid, not only the newly broken")


def run(arguments: argparse.Namespace) -> int:
    counts: dict[str, int] = {}
    with services.open(arguments.instance) as house:
        total = revalidate.count(house, arguments.vocabulary)
        chunks = revalidate.revalidate(
            house, OPERATOR, vocabulary=arguments.vocabulary, again=arguments.again, executor=arguments.executor, workers=arguments.workers
        )
        with progress.bar("Revalidating", total) as bar:
            for chunk in chunks:
                bar.advance(len(chunk))
                for judged in chunk:
                    counts[judged.outcome] = counts.get(judged.outcome, 0) + 1
                    if judged.outcome in FAILURES or (arguments.all and judged.report is not None):
                        _print(judged)
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "no documents", file=sys.stderr)
    return int(any(counts.get(outcome) for outcome in FAILURES))


def _print(judged: revalidate.Judged) -> None:
    name = f"{judged.subject.partner}/{judged.subject.identity}"
    print(f"{judged.outcome}\t{judged.subject.document}\t{name}")
    for violation in judged.report.violations if judged.report else ():
        print(reports.line(name, violation))
    if judged.fault:
        print(f"{name}: {judged.fault}")
