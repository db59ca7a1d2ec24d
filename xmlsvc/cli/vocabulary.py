"""`xmlsvc vocabulary`: what kinds of documents the instance knows."""

from __future__ import annotations

import argparse

from ..documents import services, vocabularies
from ..documents.access import OPERATOR

EXAMPLE = """
examples:
  xmlsvc vocabulary add pbcore pbcore-2.1.xsd
  xmlsvc vocabulary add datacite 4.6/metadata.xsd --version 4.6 --catalog vendor/
  xmlsvc vocabulary activate datacite 4.6

An added version is in use at once: checked, bound to classes, mapped to tables. No manifest is needed.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    verbs = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = verbs.add_parser("add", help="register a schema as a version of a vocabulary")
    add.add_argument("name", metavar="NAME")
    add.add_argument("schema", metavar="XSD", nargs="+", help="the schema's entry document, or several")
    add.add_argument("--version", metavar="V", help="default: the schema's own version attribute, else 1")
    add.add_argument("--catalog", metavar="DIR|FILE", help="where imported schemas are: an OASIS XML catalogue or a directory to search")
    verbs.add_parser("list", help="every vocabulary and version")
    show = verbs.add_parser("show", help="roots, documents, tables and columns of a vocabulary")
    show.add_argument("name", metavar="NAME[@V]")
    activate = verbs.add_parser("activate", help="make a version the one that new documents are checked against")
    activate.add_argument("name", metavar="NAME")
    activate.add_argument("version", metavar="V")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.action == "add":
            schema = vocabularies.add(house, OPERATOR, arguments.name, arguments.schema, arguments.version, arguments.catalog)
            print(f"{schema.name} is registered{' and active' if schema.active else ''}: {schema.digest}")
            for warning in schema.model.warnings:
                print(f"  note: {warning}")
        elif arguments.action == "activate":
            schema = vocabularies.activate(house, OPERATOR, arguments.name, arguments.version)
            print(f"{schema.name} is active")
        elif arguments.action == "list":
            for name in house.registry.names():
                for schema in house.registry.versions(name):
                    print(f"{schema.name}\t{'active' if schema.active else '-'}\t{schema.digest}\t{schema.manifest.title or name}")
        else:
            for line in vocabularies.describe(house, arguments.name):
                print(line)
    return 0
