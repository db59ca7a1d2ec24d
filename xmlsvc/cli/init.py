"""`xmlsvc init DIR`: a new instance."""

from __future__ import annotations

import argparse
import shlex

from ..documents import instance

EXAMPLE = """
example:
  xmlsvc init /srv/metadata
  xmlsvc init /srv/metadata --database mysql+pymysql://xmlsvc:secret@db.example.org/xmlsvc

DIR gets xmlsvc.toml (every setting, commented), schemas/, xslt/ and var/, a database, and the vocabulary `programme`.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("directory", metavar="DIR", help="the new instance's directory; it must be empty or not exist")
    parser.add_argument("--database", metavar="URI", help="the Storm URI of an empty database (default: SQLite in DIR/var)")
    parser.add_argument("--bare", action="store_true", help="without the vocabularies that come with xmlsvc")


def run(arguments: argparse.Namespace) -> int:
    made = instance.init(arguments.directory, arguments.database, bare=arguments.bare)
    print(f"New instance in {made.directory}. Next: xmlsvc --instance {shlex.quote(arguments.directory)} serve")
    return 0
