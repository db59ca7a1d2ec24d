"""`xmlsvc demo`: an instance that a newcomer can look around in."""

from __future__ import annotations

import argparse
import sys

from ..batch import demo
from ..jobs import progress

EXAMPLE = """
example:
  xmlsvc --instance var/demo demo && xmlsvc --instance var/demo serve

Makes the instance with three partners, an editor and an API token, and loads the samples, valid and invalid.
Run again on the same directory, it makes only what is missing and prints a new token.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("directory", metavar="DIR", nargs="?", help="the instance's directory (default: --instance)")
    parser.add_argument("--database", metavar="URI", help="the Storm URI of an empty database (default: SQLite in DIR/var)")


def run(arguments: argparse.Namespace) -> int:
    with progress.bar("Loading the samples") as bar:
        made = demo.demo(arguments.directory or arguments.instance, arguments.database, bar.advance)
    for partner, counts in made.loaded.items():
        print(f"{partner}: {', '.join(f'{count} {outcome}' for outcome, count in sorted(counts.items()))}", file=sys.stderr)
    print(f"Login:     {made.login}, password {made.password} (to look around, none is needed)")
    print(f"API token: {made.token}")
    print(f"Serve it with: xmlsvc --instance {arguments.directory or arguments.instance} serve", file=sys.stderr)
    return 0
