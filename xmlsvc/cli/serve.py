"""`xmlsvc serve`: the instance over HTTP, until a signal ends it."""

from __future__ import annotations

import argparse
from pathlib import Path

from .. import server
from ..errors import UsageError

EXAMPLE = """
example:
  xmlsvc --instance /srv/metadata serve --bind 127.0.0.1:8080
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("--bind", metavar="HOST:PORT", help="address and port (default: the setting `bind`)")
    parser.add_argument("--greeting", metavar="FILE", type=Path, help="a text to print once the service listens, after its address")


def run(arguments: argparse.Namespace) -> int:
    try:
        greeting = arguments.greeting.read_text("utf-8") if arguments.greeting else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The greeting {arguments.greeting} cannot be read: {error}.") from error
    server.serve(
        arguments.instance, arguments.bind, lambda address: print(f"\nAddress:   {address}\n{greeting}", flush=True) if greeting else None
    )
    return 0
