"""`xmlsvc partner`: who delivers."""

from __future__ import annotations

import argparse

from ..documents import accounts, services
from ..documents.access import OPERATOR

EXAMPLE = """
examples:
  xmlsvc partner add nordlys "Nordlys Media"
  xmlsvc partner list
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    verbs = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = verbs.add_parser("add", help="a new partner")
    add.add_argument("name", metavar="NAME", help="the short name: lower-case letters, digits and hyphens")
    add.add_argument("title", metavar="TITLE", nargs="?", help="the name that people read (default: NAME)")
    verbs.add_parser("list", help="every partner")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.action == "add":
            partner = accounts.add_partner(house, OPERATOR, arguments.name, arguments.title)
            print(f"{partner.name}\t{partner.title}\t{partner.id}")
        else:
            for partner in accounts.partners(house):
                print(f"{partner.name}\t{partner.title}\t{partner.id}")
    return 0
