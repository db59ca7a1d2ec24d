"""`xmlsvc serve`: the instance over HTTP, until a signal ends it."""

from __future__ import annotations

import argparse

from .. import server

EXAMPLE = """
example:
  xmlsvc --instance /srv/metadata serve --bind 127.0.0.1:8080
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("--bind", metavar="HOST:PORT", help="address and port (default: the setting `bind`)")


def run(arguments: argparse.Namespace) -> int:
    server.serve(arguments.instance, arguments.bind)
    return 0
