"""`xmlsvc doctor`: what is wrong with the installation, and how to mend it."""

from __future__ import annotations

import argparse

from ..batch import doctor
from ..server import sockets
from ..web import proxies

EXAMPLE = """
example:
  xmlsvc --instance /srv/metadata doctor

One line a check: "ok", "note" or "FAULT", and what to do about it. Exit code 3 if there is a fault.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE


def run(arguments: argparse.Namespace) -> int:
    faults = 0
    for finding in doctor.examine(arguments.instance, (lambda settings: sockets.address(settings.bind), proxies.Front)):
        faults += finding.level == "FAULT"
        print(f"{finding.level:5} {finding.what}: {finding.sentence}")
    return 3 if faults else 0
