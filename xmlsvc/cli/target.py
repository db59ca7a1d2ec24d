"""`xmlsvc target`: places that outputs are delivered to."""

from __future__ import annotations

import argparse
import sys

from ..documents import services
from ..documents.access import OPERATOR
from ..publish import delivery
from ..publish.delivery import Target, places, targets

EXAMPLE = """
examples:
  xmlsvc target add web /srv/feeds --format mrss --format html --on publication
  xmlsvc target add cdn s3://bucket/metadata --format jsonld --every 3600
  xmlsvc target add plant sftp://user@host/inbox --format ebucore --command /usr/local/bin/ingest --command {name}
  xmlsvc target log web

Deliveries on publication and those with a period are made by the runner (`xmlsvc serve`, `xmlsvc run work`), others by
`xmlsvc publish --target NAME`. The command is run after each file, without a shell; in its arguments {name}, {url}, {id}, {format},
{vocabulary}, {target} and {action} (delivered or removed) stand for the file's values.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    verbs = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = verbs.add_parser("add", help="a new target")
    add.add_argument("name", metavar="NAME")
    add.add_argument("url", metavar="URL", help="a directory, any fsspec address, or http(s):// for PUT and DELETE")
    add.add_argument("--format", metavar="F", action="append", required=True, help="several times")
    add.add_argument("--vocabulary", metavar="V")
    add.add_argument("--query", metavar="Q", default="", help="only documents that fit, in the search box's language")
    add.add_argument("--pattern", metavar="P", default=targets.PATTERN, help="how files are named (default: %(default)s)")
    when = add.add_mutually_exclusive_group()
    when.add_argument("--on", choices=(targets.ON_PUBLICATION, targets.MANUAL), default=targets.MANUAL, help="default: %(default)s")
    when.add_argument("--every", metavar="SECONDS", type=int)
    add.add_argument("--command", metavar="ARG", action="append", default=[], help="the program, then its arguments, one each")
    add.add_argument("--seconds", metavar="S", type=int, default=60, help="what the command may take (default: %(default)s)")
    add.add_argument("--attempts", metavar="N", type=int, default=3, help="at a file (default: %(default)s)")
    verbs.add_parser("list", help="every target: name, when, formats, address")
    for action, summary in (("remove", "deliver nothing there any more; what is there stays"), ("log", "what was done, the newest first")):
        verbs.add_parser(action, help=summary).add_argument("name", metavar="NAME")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.action == "add":
            made = targets.add(house, OPERATOR, Target(
                name=arguments.name, url=arguments.url, formats=tuple(dict.fromkeys(arguments.format)), vocabulary=arguments.vocabulary,
                query=arguments.query, pattern=arguments.pattern, schedule=str(arguments.every) if arguments.every else arguments.on,
                command=tuple(arguments.command), seconds=arguments.seconds, attempts=arguments.attempts,
            ))  # fmt: skip
            print(f"target {made.name} at {places.shown(made.url)}", file=sys.stderr)
        elif arguments.action == "remove":
            targets.remove(house, OPERATOR, arguments.name)
            print(f"target {arguments.name} is removed; what was delivered is still there", file=sys.stderr)
        elif arguments.action == "log":
            for at, action, format, name, detail in delivery.log(house, targets.get(house, arguments.name)):
                print(f"{at:%Y-%m-%d %H:%M:%S}\t{action}\t{format}\t{name}\t{detail}")
        else:
            for each in targets.listed(house):
                when = f"every {each.schedule} s" if each.schedule.isdigit() else each.schedule
                print(f"{each.name}\t{when}\t{','.join(each.formats)}\t{places.shown(each.url)}")
    return 0
