"""`xmlsvc run`: what batch runs did; pausing, cancelling and taking them back; working on those that wait."""

from __future__ import annotations

import argparse
import signal
import threading

from .. import logs
from ..batch import clusters, compare, results, runner, undoing
from ..counts import plural
from ..documents import runs, services
from ..documents.access import OPERATOR
from ..publish import webhooks
from ..server import life
from . import doing

EXAMPLE = """
examples:
  xmlsvc run list
  xmlsvc run show 01jd2v9m3k8f4w5x6y7z0a1b2c --outcome newly-broken
  xmlsvc run show 01jd2v9m3k8f4w5x6y7z0a1b2c --report junit > results.xml
  xmlsvc run pause 01jd2v9m3k8f4w5x6y7z0a1b2c
  xmlsvc run undo 01jd2v9m3k8f4w5x6y7z0a1b2c
  xmlsvc run work                    as `xmlsvc serve` does beside the server; SIGTERM ends it after the chunk at hand
"""


WISHES = {
    "pause": "stop a run after the chunk at hand; `resume` lets it go on from there",
    "resume": "let a run go on that is paused, failed or was interrupted",
    "cancel": "end a run after the chunk at hand; what it did stays",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    verbs = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    verbs.add_parser("list", help="the latest runs, the newest first")
    show = verbs.add_parser("show", help="one run, item by item")
    show.add_argument("id", metavar="ID")
    show.add_argument("--outcome", metavar="OUTCOME", help="only items with this outcome")
    show.add_argument("--report", choices=("text", *results.WRITERS), default="text", help="default: %(default)s")
    compared = verbs.add_parser("compare", help="what a later revalidation found that an earlier one had not, and the other way")
    compared.add_argument("before", metavar="EARLIER")
    compared.add_argument("after", metavar="LATER")
    for wish, summary in WISHES.items():
        verbs.add_parser(wish, help=summary).add_argument("id", metavar="ID")
    summary = "take back what a run did: a fix, a change of many documents, or of their states; exit code 1: some were changed since"
    verbs.add_parser("undo", help=summary).add_argument("id", metavar="ID")
    work = verbs.add_parser("work", help="work on the runs that wait, and on those whose process has died, until a signal ends it")
    work.add_argument("--once", action="store_true", help="end when nothing waits")


def _work(house: services.Services, once: bool) -> int:
    stopping = threading.Event()
    logs.configure(house.settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the master starts another one
    signal.signal(signal.SIGUSR1, lambda *_: logs.reopen())
    life.bond(lambda: True, stopping.set)
    with webhooks.sending(house, once):
        runner.work(house, stopping, once)
    return 0


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.action == "list":
            for each in runs.listed(house, OPERATOR):
                print(f"{each.id}\t{each.kind}\t{each.state}\t{each.started:%Y-%m-%d %H:%M:%S}\t{_counts(each)}")
            return 0
        if arguments.action == "work":
            return _work(house, arguments.once)
        if arguments.action == "compare":
            return _compare(house, arguments.before, arguments.after)
        if arguments.action == "undo":
            return doing.work(house, runner.undo(house, OPERATOR, arguments.id), "Undoing", {undoing.UNDONE})
        if arguments.action in WISHES:
            found = runs.ask(house, OPERATOR, arguments.id, arguments.action)
            print(f"{found.id} is {found.state}" + (f"; it was asked to {found.asked}" if found.asked else ""))
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
        print(f"  {_counts(found)}" + (f" of {found.total}" if found.total is not None else ""))
        if found.fault:
            print(f"  {found.fault}")
        for cause in clusters.listed(house, OPERATOR, found.id):
            print(f"cause {cause.id}\t{plural(cause.documents, 'document')}\t{cause.message}")
        for item in runs.every_item(house, OPERATOR, found.id, arguments.outcome):
            print(f"{item.n}\t{item.outcome}\t{item.document_id or '-'}\t{item.name}" + (f"\t{item.detail}" if item.detail else ""))
    return 0


def _compare(house: services.Services, before: str, after: str) -> int:
    """Exit code 1 where something broke."""
    found = compare.compare(house, OPERATOR, before, after)
    for each in found.examples:
        print(f"{each.kind}\t{each.document}\t{' '.join(each.before) or '-'}\t{' '.join(each.after) or '-'}")
    print(", ".join(f"{count} {kind}" for kind, count in sorted(found.counts.items())) or "no difference")
    return int(compare.BROKE in found.counts)


def _counts(run: runs.Run) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(run.counts.items())) or "no items"
