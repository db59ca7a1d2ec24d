"""`xmlsvc backup`: the whole instance in one file, while it is used."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..batch import backup
from ..documents import services

EXAMPLE = """
example:
  xmlsvc backup /var/backups/metadata-$(date +%F).tar.gz

The file holds passwords of databases that stand in xmlsvc.toml; it is readable by its owner alone.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("file", metavar="FILE", type=Path, help="the backup's name; it must not exist")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        made = backup.backup(house, arguments.file)
    print(f"{arguments.file}: {made.database} as of {made.created}, {arguments.file.stat().st_size:,} bytes")
    return 0
