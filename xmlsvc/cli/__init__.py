"""The command line: one module a verb, each with `configure(parser)` and `run(arguments) -> exit code`.

    main(argv) → the verb's module (imported alone) → a function of the floors below → exit code

Exit codes: 0 fine · 1 documents invalid or the work failed · 2 the command line cannot be carried out · 3 the installation has a
fault. Results go to stdout, progress and errors to stderr: one line an error, "xmlsvc: …".
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .. import __version__, heap, logs, settings
from ..errors import BadRequest, EnvironmentFault, Error, SchemaError, Unavailable, UsageError

_HERE = ("serial", "threads")  # executors by which this very process judges documents

# Verb → what it does, in the order of `xmlsvc --help`. The module is the verb's name.
VERBS = {
    "init": "make a new instance",
    "demo": "make an instance with partners, an editor and sample documents",
    "serve": "serve the instance over HTTP",
    "migrate": "bring the database to this release's schema",
    "backup": "write the whole instance to one file, while it is used",
    "restore": "make an instance of such a file",
    "doctor": "look for what is wrong with the installation, and say how to mend it",
    "vocabulary": "add, list, show and activate vocabularies",
    "validate": "check files against a schema and say exactly what is wrong",
    "bind": "generate typed Python classes from a schema",
    "sample": "make valid, or precisely broken, documents of a schema",
    "infer": "work a schema out from example documents",
    "load": "take documents in from files, directories and archives",
    "push": "send documents to a service, and go on where it was stopped",
    "publish": "bring outputs up to date and deliver them",
    "target": "add, list and remove places of delivery",
    "revalidate": "check everything that is stored again",
    "fix": "see, try, apply and take back what can be done about a cause",
    "run": "list, show, pause, cancel, take back and work on batch runs",
    "sweep": "take away old renderings that nobody is shown any more",
    "verify": "prove that every stored content still has its digest",
    "erase": "erase a partner's data, or old revisions, for good",
    "partner": "add and list partners",
    "token": "give and revoke API tokens",
    "webhook": "say who is told what happens, and see what became of each message",
    "user": "add editors and set their passwords",
}


def build(verb: str | None) -> argparse.ArgumentParser:
    """The parser; only `verb`'s own arguments are filled in (None: none), so that one verb imports one module."""
    parser = argparse.ArgumentParser(
        prog="xmlsvc", description="Takes partners' XML in, says exactly what is wrong with it, keeps every byte, publishes it."
    )
    parser.add_argument("--version", action="version", version=f"xmlsvc {__version__}")
    parser.add_argument("--instance", metavar="DIR", help="the instance's directory (default: $XMLSVC_INSTANCE, else .)")
    parser.add_argument("-v", "--verbose", action="store_true", help="show on standard error what is otherwise for the log")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, summary in VERBS.items():
        sub = verbs.add_parser(
            name, help=summary, description=summary[0].upper() + summary[1:] + ".", formatter_class=argparse.RawDescriptionHelpFormatter
        )
        sub.add_argument("--instance", metavar="DIR", default=argparse.SUPPRESS, help="the instance's directory")
        sub.add_argument("-v", "--verbose", action="store_true", default=argparse.SUPPRESS, help="show what is otherwise for the log")
        if name == verb:
            importlib.import_module(f"{__name__}.{name}").configure(sub)
    return parser


def _verb(words: list[str]) -> str | None:
    """The first word that is no option and no option's value."""
    rest = iter(words)
    for word in rest:
        if word == "--instance":
            next(rest, None)
        elif not word.startswith("-"):
            return word if word in VERBS else None
    return None


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: the process's). Returns the exit code; argparse itself exits with 2 on a wrong one."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may lack our quotes, and a file's name be no text
    words = list(sys.argv[1:] if argv is None else argv)
    arguments = build(_verb(words)).parse_args(words)
    arguments.instance = arguments.instance or os.environ.get("XMLSVC_INSTANCE") or "."
    module = importlib.import_module(f"{__name__}.{arguments.verb}")
    try:
        if argv is None and getattr(arguments, "executor", None) in _HERE:
            heap.begin_again()
        _log(arguments.instance, arguments.verbose)
        code: int = module.run(arguments)
        sys.stdout.flush()
        return code
    except Error as error:
        return _fail(error)
    except KeyboardInterrupt:
        print("xmlsvc: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone: nothing more to say to it
        return 1
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"xmlsvc: {place}{error.strerror or error}", file=sys.stderr)
        return 3


def _log(instance: str, verbose: bool) -> None:
    """Send what is logged to the instance's log file, where it has one; a terminal shows it on request only. A log that cannot be written
    is said, and stops nobody: only what serves insists on it."""
    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
        return
    if Path(instance, "xmlsvc.toml").is_file():
        known = None
        with contextlib.suppress(EnvironmentFault):  # the verb says so, where it needs the instance
            known = settings.load(instance)
        try:
            if known is not None and known.log:
                logs.configure(known)
        except EnvironmentFault as fault:
            print(f"xmlsvc: {fault.message}", file=sys.stderr)
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())  # without any, Python writes warnings to standard error


def _fail(error: Error) -> int:
    said = f" The database says: {error.__cause__}" if isinstance(error, Unavailable) and error.__cause__ is not None else ""
    print(f"xmlsvc: {error.message}{said}", file=sys.stderr)
    if isinstance(error, SchemaError):
        for place, sentence in error.findings:
            if place not in error.message or sentence not in error.message:
                print(f"{place}: {sentence}" if place else f"  {sentence}", file=sys.stderr)
    if isinstance(error, UsageError | BadRequest):
        return 2
    return 3 if isinstance(error, EnvironmentFault) else 1
