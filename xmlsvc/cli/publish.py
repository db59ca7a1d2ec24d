"""`xmlsvc publish`: outputs brought up to date, and delivered."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from ..batch import republish
from ..documents import desk, services
from ..documents.access import OPERATOR
from ..documents.services import Services
from ..errors import NotFound, UsageError
from ..publish import delivery
from ..publish.delivery import Target, targets

EXAMPLE = """
examples:
  xmlsvc publish                                             bring every output up to date
  xmlsvc publish --vocabulary programme --format mrss --to /srv/feeds
  xmlsvc publish --changed --to sftp://user@host/inbox       only what came since the last time
  xmlsvc publish --target cdn                                a target that is kept (xmlsvc target add)
  xmlsvc publish --vocabulary programme --format mrss --preview new-stylesheets

Only what is published is delivered; what was withdrawn is taken away, or replaced by what the format's withdrawal stylesheet makes.
Exit code 1: a file could not be delivered (it is tried again at the next delivery), or an output is refused.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("--vocabulary", metavar="V", help="only this vocabulary's documents")
    parser.add_argument("--format", metavar="F", action="append", default=[], help="several times; default: those of the manifest")
    parser.add_argument("--query", metavar="Q", default="", help="only documents that fit, in the search box's language")
    parser.add_argument("--changed", action="store_true", help="look only at what came since the last delivery there")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--to", metavar="URL", help="a directory or any fsspec address, or http(s):// for PUT")
    where.add_argument("--target", metavar="NAME", help="a target that is kept")
    where.add_argument("--preview", metavar="DIR", help="what the stylesheets in DIR would change")
    parser.add_argument("--pattern", metavar="P", default=targets.PATTERN, help="how files are named (default: %(default)s)")
    parser.add_argument("--sample", metavar="N", type=int, help="with --preview: look at N documents")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.preview:
            return _preview(house, arguments)
        if arguments.target:
            return _deliver(house, targets.get(house, arguments.target), arguments.changed)
        if arguments.to:
            chosen = list(dict.fromkeys(arguments.format)) or _manifest(house, arguments.vocabulary)
            target = Target(name="", url=_absolute(arguments.to), formats=tuple(chosen), vocabulary=arguments.vocabulary,
                            query=arguments.query, pattern=arguments.pattern)  # fmt: skip
            targets.check(house, target)
            return _deliver(house, target, arguments.changed)
        return _refresh(house, arguments)


def _absolute(url: str) -> str:
    """A path as it is meant wherever the next delivery is started."""
    return url if "://" in url else str(Path(url).resolve())


def _manifest(house: Services, vocabulary: str | None) -> list[str]:
    found = list(dict.fromkeys(format for _, format in republish.wanted(house, vocabulary, None)))
    if not found:
        raise NotFound("No vocabulary has a format in its manifest. Name one: --format xml, json, html or oai_dc.")
    return found


def _refresh(house: Services, arguments: argparse.Namespace) -> int:
    refused = 0
    for format in arguments.format or [None]:
        for each in republish.refresh(house, arguments.vocabulary, format):
            refused += each.refused
            print(f"{each.vocabulary}\t{each.format}\t{each.changed} changed\t{each.confirmed} as they were\t{each.refused} refused")
    if refused:
        for problem in desk.refused(house, OPERATOR):
            print(f"{problem.document}\t{problem.format}\t{problem.problem}", file=sys.stderr)
    return int(refused > 0)


def _deliver(house: Services, target: Target, changed: bool) -> int:
    counts: Counter[str] = Counter()
    for page in delivery.deliver(house, target, changed=changed):
        for each in page:
            counts[each.outcome] += 1
            print(f"{each.outcome}\t{each.document}\t{each.format}\t{each.name}" + (f"\t{each.detail}" if each.detail else ""))
    if not changed:
        counts["as they should be"] = delivery.confirmed(house, target)
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "nothing to deliver", file=sys.stderr)
    return int(counts["failed"] > 0)


def _preview(house: Services, arguments: argparse.Namespace) -> int:
    if not arguments.vocabulary or len(arguments.format) != 1:
        raise UsageError("--preview needs --vocabulary and one --format.")
    folder = Path(arguments.preview).resolve()
    pages = republish.preview(house, arguments.vocabulary, arguments.format[0], folder, arguments.sample)
    found = next(pages, republish.Preview())
    for found in pages:  # noqa: B007 - the last one tells of all documents
        continue
    for _, text in found.differences:
        print(text)
    for document, problem in found.problems:
        print(f"{document}: {problem}")
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(found.counts.items())) or "no documents", file=sys.stderr)
    return int(found.counts["refused"] > 0)
