"""`xmlsvc user`: editors and their passwords."""

from __future__ import annotations

import argparse
import getpass
import sys

from ..documents import services, users
from ..documents.access import ASSIGNABLE, OPERATOR
from ..errors import UsageError

EXAMPLE = """
examples:
  xmlsvc user add ada --role publisher
  echo "$PASSWORD" | xmlsvc user passwd ada

The password is asked for, or read from standard input when that is no terminal. Changing it ends the user's logins.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    verbs = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = verbs.add_parser("add", help="a new user")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=ASSIGNABLE, default="editor", help="default: %(default)s")
    passwd = verbs.add_parser("passwd", help="a new password")
    passwd.add_argument("name", metavar="NAME")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        password = _password(arguments.name)
        if arguments.action == "add":
            users.add_user(house, OPERATOR, arguments.name, password, arguments.role)
        else:
            users.set_password(house, OPERATOR, arguments.name, password)
    return 0


def _password(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"Password for {name}: ")
    if getpass.getpass("Again: ") != first:
        raise UsageError("The two passwords differ.")
    return first
