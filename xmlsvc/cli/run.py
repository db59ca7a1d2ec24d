"""`xmlsvc run`: what batch runs did."""

from __future__ import annotations

import argparse

from ..batch import results
from ..documents import runs, services
from ..documents.access import OPERATOR

EXAMPLE = """
examples:
  xmlsvc run list
  xmlsvc run show 01jd2v9m3k8f4w5x6y7z0a1b2c --outcome newly-broken
  xmlsvc run show 01jd2v9m3k8f4w5x6y7z0a1b2c --report junit > results.xml
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    verbs = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    verbs.add_parser("list", help="the latest runs, the newest first")
    show = verbs.add_parser("show", help="one run, item by item")
    show.add_argument("id", metavar="ID")
    show.add_argument("--outcome", metavar="OUTCOME", help="only items with this outcome")
    show.add_argument("--report", choices=("text", *results.WRITERS), default="text", help="default: %(default)s")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.action == "list":
            for each in runs.listed(house, OPERATOR):
                print(f"{each.id}\t{each.kind}\t{each.state}\t{each.started:%Y-%m-%d %H:%M:%S}\t{_counts(each)}")
            return 0
        found = runs.get(house, OPERATOR, arguments.id)
        if arguments.report != "text":
            items = runs.every_item(house, OPERATOR, found.id, arguments.outcome)
            for piece in results.WRITERS[arguments.report](found, items):
                print(piece, end="")
            return 0
        print(f"{found.id} {found.kind} by {found.actor}: {found.state}")
        print(f"  started {found.started:%Y-%m-%d %H:%M:%S}" + (f", ended {found.ended:%Y-%m-%d %H:%M:%S}" if found.ended else ""))
        print("  " + (", ".join(f"{name}={value}" for name, value in found.parameters.items() if value is not None) or "no parameters"))
        print(f"  {_counts(found)}")
        for item in runs.every_item(house, OPERATOR, found.id, arguments.outcome):
            print(f"{item.n}\t{item.outcome}\t{item.document_id or '-'}\t{item.name}" + (f"\t{item.detail}" if item.detail else ""))
    return 0


def _counts(run: runs.Run) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(run.counts.items())) or "no items"
