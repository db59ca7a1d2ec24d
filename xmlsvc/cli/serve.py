"""`xmlsvc serve`: the instance over HTTP, until a signal ends it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .. import server
from .. import settings as settings_module
from ..errors import UsageError
from ..server import daemon

EXAMPLE = """
signals to the master process:
  TERM, INT  finish the requests under way and end    HUP   read settings and vocabularies anew
  USR1       reopen the logs                          USR2  start the program anew, refusing nobody

example:
  xmlsvc --instance /srv/metadata serve --bind 127.0.0.1:8080 --workers 4
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("--bind", metavar="HOST:PORT", help="address and port (default: the setting `bind`)")
    parser.add_argument("--workers", metavar="N", type=int, help="processes that answer requests (default: the setting `workers`)")
    parser.add_argument("--daemon", action="store_true", help="go to the background once it listens; the process number is printed")
    parser.add_argument("--greeting", metavar="FILE", type=Path, help="a text to print once the service listens, after its address")


def run(arguments: argparse.Namespace) -> int:
    if arguments.workers is not None and arguments.workers < 1:
        raise UsageError(f"--workers is {arguments.workers}; at least one process must answer.")
    try:
        greeting = arguments.greeting.read_text("utf-8") if arguments.greeting else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The greeting {arguments.greeting} cannot be read: {error}.") from error
    if arguments.daemon:
        settings = settings_module.load(arguments.instance)
        words = [word for word in sys.argv[1:] if word != "--daemon"]
        print(daemon.start(words, settings.directory / (settings.log or "var/serve.log")))
        return 0

    def started(address: str) -> None:
        nonlocal greeting
        if greeting:
            print(f"\nAddress:   {address}\n{greeting}", flush=True)
            greeting = ""  # once
        daemon.ready()

    return server.serve(arguments.instance, arguments.bind, arguments.workers, started)
