"""`xmlsvc erase`: a partner's data, or what is old, for good."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime, timedelta

from ..documents import erase, services
from ..documents.access import OPERATOR
from ..documents.services import Services
from ..errors import UsageError
from ..jobs import progress

EXAMPLE = """
examples:
  xmlsvc erase nordlys                    everything that nordlys delivered, after asking
  xmlsvc erase nordlys --yes              without asking, for scripts
  xmlsvc erase --older-than 2y            of all partners: revisions that were replaced more than two years ago
  xmlsvc erase nordlys --older-than 2024-05-03

A partner's documents go with all their revisions, rows, search entries, verdicts and renderings, and every content that no other partner
sent as well. Its tokens end; the partner, its receipts (without what was in them) and the audit stay. With --older-than documents stay:
their old revisions go, except what was published since then and the partner's last delivery, and old bodies that were refused.
What has been pushed or harvested elsewhere, backups and binary logs are not reached. Broken off, it is gone on with by the same command.
"""
_AGE = re.compile(r"(\d{1,5})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("partner", metavar="PARTNER", nargs="?", help="whose data")
    parser.add_argument("--older-than", metavar="AGE", help="only old revisions and bodies: 90d, 12w, 18m, 2y, or a date (UTC)")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments: argparse.Namespace) -> int:
    if arguments.partner is None and arguments.older_than is None:
        raise UsageError("Say whose data to erase (xmlsvc erase PARTNER), or how old it must be (--older-than AGE).")
    with services.open(arguments.instance) as house:
        if arguments.older_than is not None:
            before = instant(arguments.older_than, house.clock.now())
            of = arguments.partner or "all partners"
            _confirm(arguments.yes, f"Revisions of {of} that were replaced before {before:%Y-%m-%d} will be erased.", of)
            with progress.bar("Erasing", None) as bar:
                went = erase.outdated(house, OPERATOR, before, arguments.partner, bar.advance)
        else:
            went = _partner(house, arguments.partner, arguments.yes)
    print(f"erased: {went}")
    return 0


def _partner(house: Services, name: str, yes: bool) -> erase.Extent:
    extent = erase.extent(house, OPERATOR, name)
    _confirm(yes, f"All data of {name} will be erased: {extent}.", name)
    with progress.bar("Erasing", extent.documents + extent.receipts) as bar:
        return erase.partner(house, OPERATOR, name, bar.advance)


def _confirm(yes: bool, what: str, name: str) -> None:
    """Have the name typed. Raises UsageError where nobody can be asked, or says otherwise."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{what} Nobody can be asked here: to do it, add --yes.")
    print(f"{what} There is no way back.", file=sys.stderr)
    if input(f"Type “{name}” to go on: ").strip() != name:
        raise UsageError("Nothing was erased.")


def instant(text: str, now: datetime) -> datetime:
    """The moment that an age before `now`, or a date, stands for. Raises UsageError."""
    try:
        if match := _AGE.fullmatch(text):
            return now - timedelta(days=int(match[1]) * _DAYS[match[2]])
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"--older-than {text!r} is no age: write 90d, 12w, 18m, 2y, or a date like 2024-05-03.") from None
