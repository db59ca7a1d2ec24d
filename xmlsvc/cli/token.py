"""`xmlsvc token`: keys to the HTTP API."""

from __future__ import annotations

import argparse
import sys

from ..documents import accounts, services
from ..documents.access import ACTIONS, OPERATOR, SCOPES

EXAMPLE = """
examples:
  xmlsvc token add nordlys --days 365 --label "delivery server"
  xmlsvc token add user:ada --scope read --scope run
  xmlsvc token revoke 01jd2v9m3k8f4w5x6y7z0a1b2c

The token itself is printed once, on stdout; only its digest is kept.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    verbs = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = verbs.add_parser("add", help="a new token for a partner or a user")
    add.add_argument("owner", metavar="PARTNER", help="whose token it is: a partner's name, or user:NAME")
    add.add_argument("--scope", action="append", choices=sorted(ACTIONS), help="can be given several times; a partner's are "
                     f"{', '.join(sorted(SCOPES))}, which is also the default; a user's, all that the role may do")
    add.add_argument("--days", type=int, metavar="N", help="how long it is valid (default: until it is revoked)")
    add.add_argument("--label", default="", help="what it is for")
    revoke = verbs.add_parser("revoke", help="end a token at once")
    revoke.add_argument("id", metavar="ID")
    listing = verbs.add_parser("list", help="every token: id, partner, scopes, until when, what for")
    listing.add_argument("owner", metavar="PARTNER", nargs="?")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.action == "add":
            token, secret = accounts.add_token(house, OPERATOR, arguments.owner, arguments.scope, arguments.days, arguments.label)
            print(f"token {token.id} of {arguments.owner}, scopes {' '.join(sorted(token.scopes))}", file=sys.stderr)
            print(secret)
        elif arguments.action == "revoke":
            accounts.revoke_token(house, OPERATOR, arguments.id)
            print(f"token {arguments.id} is revoked", file=sys.stderr)
        else:
            for token in accounts.tokens(house, arguments.owner):
                print(f"{token.id}\t{token.owner}\t{' '.join(sorted(token.scopes))}\t{_until(token)}\t{token.label}")
    return 0


def _until(token: accounts.Token) -> str:
    if token.revoked is not None:
        return f"revoked {token.revoked:%Y-%m-%d}"
    return "unlimited" if token.expires is None else f"until {token.expires:%Y-%m-%d}"
