"""`xmlsvc verify`: every stored content still has its digest."""

from __future__ import annotations

import argparse
import sys

from ..batch import verify
from ..documents import services
from ..jobs import progress

EXAMPLE = """
example:
  xmlsvc verify || mail -s "damaged contents" operator@example.org

Reads every content, and checks that what revisions and receipts refer to is there. Prints one line a fault; exit code 1 if there is one.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE


def run(arguments: argparse.Namespace) -> int:
    faults = 0
    with services.open(arguments.instance) as house, progress.bar("Verifying", verify.count(house)) as bar:
        for chunk, found in verify.verify(house):
            bar.advance(chunk)
            faults += len(found)
            for fault in found:
                print(fault)
        print(f"{bar.done} contents, {faults} faults", file=sys.stderr)
    return int(faults > 0)
