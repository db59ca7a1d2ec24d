"""`xmlsvc migrate`: the database at this release's schema."""

from __future__ import annotations

import argparse

from ..documents import instance

EXAMPLE = """
example:
  xmlsvc --instance /srv/metadata migrate

Safe to run at any time and by several at once; a database that is up to date is left alone.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE


def run(arguments: argparse.Namespace) -> int:
    changed = instance.migrate(arguments.instance)
    print("The database has been upgraded." if changed else "The database is up to date.")
    return 0
