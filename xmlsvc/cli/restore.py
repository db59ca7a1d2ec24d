"""`xmlsvc restore`: an instance made of a backup."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..batch import backup

EXAMPLE = """
examples:
  xmlsvc --instance /srv/metadata restore /var/backups/metadata-2026-05-03.tar.gz
  xmlsvc --instance /srv/copy restore FILE --database mysql+pymysql://user:password@host/empty_database

The instance's directory must be empty or not exist. Every content's digest is checked at the end.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("file", metavar="FILE", type=Path, help="what xmlsvc backup wrote")
    parser.add_argument("--database", metavar="URI", help="another database than the one of the backup; it must be empty")


def run(arguments: argparse.Namespace) -> int:
    for step in backup.restore(arguments.file, Path(arguments.instance), arguments.database):
        print(step)
    return 0
