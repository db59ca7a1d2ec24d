"""`xmlsvc push`: a partner's documents to a service, over a network that may fail."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path

from ..batch import files
from ..batch.push import Pushed, Sender, State, push
from ..errors import UsageError
from ..jobs import progress

EXAMPLE = """
examples:
  xmlsvc push delivery/ --to https://metadata.example.org --token xs_…
  XMLSVC_TOKEN=xs_… xmlsvc push day.zip --to https://metadata.example.org --vocabulary programme@1.1

One line an item on stdout: OUTCOME, document, file; the violations of an invalid one follow as FILE:LINE:COLUMN: CODE SENTENCE.
A push that was stopped goes on where it was: what was answered is in the state file, which is removed at the end.
Exit code 0: everything is in; 1: something was invalid, refused or could not be read; 2: usage; 3: the service was not to be reached.
"""
_BAD = ("quarantined", "refused", "unreadable")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("paths", metavar="PATH", nargs="+", help="files, directories, zip and tar archives")
    parser.add_argument("--to", metavar="URL", required=True, help="the service's address")
    parser.add_argument("--token", metavar="T", help="the token that the operator gave you (default: $XMLSVC_TOKEN)")
    parser.add_argument("--vocabulary", metavar="NAME[@V]", help="the vocabulary and version (default: from each document)")
    parser.add_argument("--state", metavar="FILE", help="what was answered (default: a file in ~/.local/state/xmlsvc)")
    parser.add_argument("--jobs", metavar="N", type=int, default=4, help="how many are sent at a time (default: 4)")
    parser.add_argument("--patience", metavar="SECONDS", type=float, default=300.0, help="how long one document is tried (default: 300)")
    parser.add_argument("--quiet", action="store_true", help="only what went wrong, and the totals")


def run(arguments: argparse.Namespace) -> int:
    token = arguments.token or os.environ.get("XMLSVC_TOKEN")
    if not token:
        raise UsageError("Say who you are: --token T, or XMLSVC_TOKEN=T in the environment.")
    if arguments.jobs < 1:
        raise UsageError("--jobs must be 1 or more.")
    sender = Sender(arguments.to, token, arguments.patience)
    paths = [str(Path(path).resolve()) for path in arguments.paths]
    asked = {"to": arguments.to.rstrip("/"), "paths": paths, "vocabulary": arguments.vocabulary}
    source = files.count(arguments.paths)
    state = State(Path(arguments.state) if arguments.state else _default_state(asked), asked)
    counts: dict[str, int] = {}
    finished = False
    try:
        with progress.bar("Pushing", source) as bar:
            for item in push(arguments.paths, sender, state, vocabulary=arguments.vocabulary, jobs=arguments.jobs):
                counts[item.outcome] = counts.get(item.outcome, 0) + 1
                bar.advance()
                if not arguments.quiet or item.outcome in _BAD:
                    _print(item)
        finished = True
    finally:
        state.close(finished)
        print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "nothing to push", file=sys.stderr)
    return int(any(counts.get(outcome) for outcome in _BAD))


def _default_state(asked: dict[str, object]) -> Path:
    """One file for each push, named after what it pushes where."""
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return home / "xmlsvc" / f"push-{hashlib.sha256(repr(asked).encode()).hexdigest()[:16]}.jsonl"


def _print(item: Pushed) -> None:
    print(f"{item.outcome}\t{item.document or '-'}\t{item.place}", flush=True)
    for each in item.violations:
        place = ":".join(str(part) for part in (item.place, each.get("line"), each.get("column")) if part is not None)
        print(f"{place}: {each.get('code')} {each.get('message')}", flush=True)
    if item.message and not item.violations:
        print(f"{item.place}: {item.message}", flush=True)
