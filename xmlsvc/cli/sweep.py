"""`xmlsvc sweep`: old renderings that nobody is shown any more, taken away."""

from __future__ import annotations

import argparse
import sys

from ..batch import sweeping
from ..documents import runs, services
from ..documents.access import OPERATOR

EXAMPLE = """
examples:
  xmlsvc sweep --preview                 how many there are, and how much room they take
  xmlsvc sweep --days 7

A rendering goes when it is older than so many days and no feed, harvest or target shows it: it was made of an earlier content, by an
earlier stylesheet, or of a draft that somebody looked at. What is shown stays, also where it is the last good one. By the clock, in
xmlsvc.toml:

  [runs.sweep]
  cron = "30 3 * * 0"
  kind = "sweep"
  days = 30
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("--days", metavar="N", type=int, default=sweeping.DAYS, help="the age from which they go (default: %(default)s)")
    parser.add_argument("--preview", action="store_true", help="only say what would go")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.preview:
            count, size = sweeping.extent(house, arguments.days)
            print(f"{count} renderings, {size / 1e6:.1f} MB", file=sys.stderr)
            return 0
        recorder = sweeping.begin(house, OPERATOR, arguments.days)
        with runs.here(recorder):
            sweeping.work(house, recorder)
        print(f"{recorder.counts[sweeping.SWEPT]} renderings swept", file=sys.stderr)
    return 0
