"""`xmlsvc validate`: the verdict on files, without storing anything."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from .. import settings, validation
from ..batch import files
from ..errors import EnvironmentFault, InputError, UsageError
from ..schema.catalog import Catalog
from ..schema.registry import Registry
from ..validation.report import Report
from ..xml import parser as xml_parser
from . import reports

ENGINES = ("auto", "libxml2", "xmlschema", "both")
EXAMPLE = """
examples:
  xmlsvc validate --schema programme.xsd a.xml b.xml
  xmlsvc validate --vocabulary programme@1.1 --report html delivery.zip > report.html

Without --schema, the instance's vocabularies are used: the one that is named, else the one that each document's root belongs to.
FILE can be a directory, a zip or a tar archive, or - for standard input. The text report prints FILE:LINE:COLUMN: CODE SENTENCE
for each violation and nothing for a valid document.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--schema", metavar="XSD", action="append", help="an XSD file (can be given several times); needs no instance")
    which.add_argument("--vocabulary", metavar="NAME[@V]", help="a vocabulary of the instance, and its version (default: the active one)")
    parser.add_argument("--catalog", metavar="DIR|FILE", help="where imported schemas are: an OASIS XML catalogue or a directory to search")
    parser.add_argument("--engine", choices=ENGINES, default="auto", help="who decides (default: %(default)s)")
    parser.add_argument("--report", choices=reports.KINDS, default="text", help="default: %(default)s")
    parser.add_argument("files", metavar="FILE", nargs="+")


def run(arguments: argparse.Namespace) -> int:
    if arguments.schema:
        limits = xml_parser.DEFAULT
        catalog = Catalog.load(arguments.catalog) if arguments.catalog else None
        check: Callable[[bytes], Report] = validation.load(arguments.schema, catalog, arguments.engine).validate
    else:
        if arguments.catalog:
            raise UsageError("--catalog belongs to --schema: a registered vocabulary is closed already.")
        try:
            house = settings.load(arguments.instance)
        except EnvironmentFault as error:
            raise EnvironmentFault(f"{error.message} Or name a schema by --schema XSD: that needs no instance.") from error
        limits = xml_parser.Limits.of(house)
        check = _registered(Registry(house), arguments.vocabulary, arguments.engine, limits)
    checked = _checked(arguments.files, check, limits)
    if arguments.report != "text":
        documents = list(checked)
        print((reports.as_json if arguments.report == "json" else reports.as_html)(documents))
        return int(not all(report.valid for _, report in documents))
    bad = total = 0
    for name, report in checked:
        total += 1
        bad += not report.valid
        for line in reports.text(name, report):
            print(line)
    sys.stdout.flush()
    print(f"{total - bad} valid, {bad} invalid", file=sys.stderr)
    return int(bad > 0)


def _registered(registry: Registry, named: str | None, engine: str, limits: xml_parser.Limits) -> Callable[[bytes], Report]:
    if named:
        registry.named(named)  # a name that is not registered is one error, not one a document

    def check(data: bytes) -> Report:
        tree = xml_parser.parse(data, limits)
        schema, reason = registry.for_root(tree.getroot(), named)
        return validation.check(schema, data, tree, limits=limits, reason=reason, engine=engine)

    return check


def _checked(paths: list[str], check: Callable[[bytes], Report], limits: xml_parser.Limits) -> Iterator[tuple[str, Report]]:
    """Each document with its report, in the order given. What is no XML is a document with one violation."""
    for item in _items(paths, limits.bytes):
        if item.skipped:
            print(f"{item.place}: skipped, {item.skipped}", file=sys.stderr)
            continue
        try:
            if item.data is None:
                raise InputError(f"The file is {item.fault}.")
            yield item.place, check(item.data)
        except InputError as error:
            yield item.place, reports.not_well_formed(error)


def _items(paths: list[str], limit: int) -> Iterator[files.Item]:
    if paths == ["-"]:
        yield files.Item("-", "-", data=sys.stdin.buffer.read(limit + 1))
    else:
        yield from files.items(paths, limit)
