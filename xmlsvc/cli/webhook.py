"""`xmlsvc webhook`: who is told what happens, and what became of each message."""

from __future__ import annotations

import argparse
import sys

from ..documents import outbox, services
from ..documents.access import OPERATOR
from ..publish import webhooks

EXAMPLE = """
examples:
  xmlsvc webhook add https://partner.example.org/xmlsvc --partner nordlys --event document.invalid
  xmlsvc webhook log 01jd2v9m3k8f4w5x6y7z0a1b2c
  xmlsvc webhook rotate 01jd2v9m3k8f4w5x6y7z0a1b2c

The secret that signs the messages (Standard Webhooks 1.0) is printed once, on stdout. `xmlsvc serve` sends them.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE + "\nevents:\n" + "\n".join(f"  {name:20} {text}" for name, text in outbox.EVENTS.items())
    verbs = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = verbs.add_parser("add", help="a new receiver")
    add.add_argument("url", metavar="URL")
    add.add_argument("--partner", metavar="P", help="whose events it gets (default: everybody's)")
    add.add_argument("--event", action="append", default=[], choices=list(outbox.EVENTS), help="several times; default: all of them")
    listing = verbs.add_parser("list", help="every receiver: id, partner, state, events, address")
    listing.add_argument("partner", metavar="PARTNER", nargs="?")
    for action, summary in (
        ("remove", "send it nothing any more"), ("rotate", "a new secret; the one before goes on signing until the next"),
        ("test", "send a message that tells nothing"), ("log", "its messages, the newest first"),
    ):  # fmt: skip
        verbs.add_parser(action, help=summary).add_argument("id", metavar="ID")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.action == "add":
            made, secret = webhooks.add(house, OPERATOR, arguments.url, arguments.event, arguments.partner)
            print(f"webhook {made.id} of {made.partner or 'everybody'}", file=sys.stderr)
            print(secret)
        elif arguments.action == "rotate":
            print(webhooks.rotate(house, OPERATOR, arguments.id))
        elif arguments.action == "remove":
            webhooks.remove(house, OPERATOR, arguments.id)
            print(f"webhook {arguments.id} is removed", file=sys.stderr)
        elif arguments.action == "test":
            print(f"message {webhooks.test(house, OPERATOR, arguments.id)} waits to be sent")
        elif arguments.action == "log":
            for each in webhooks.messages(house, OPERATOR, arguments.id):
                said = each.status if each.status is not None else each.answer or "-"
                print(f"{each.id}\t{each.created:%Y-%m-%d %H:%M:%S}\t{each.event}\t{each.state}\t{each.attempts}\t{said}")
        else:
            for found in webhooks.listed(house, OPERATOR, arguments.partner):
                wanted = ",".join(found.events) or "all"
                state = f"{found.state}: {found.fault}" if found.fault else found.state
                print(f"{found.id}\t{found.partner or '-'}\t{state}\t{wanted}\t{found.url}")
    return 0
