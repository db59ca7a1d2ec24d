"""`xmlsvc sample`: valid documents of any schema, or precisely broken ones."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections import deque
from pathlib import Path

from lxml import etree

from .. import validation
from ..binding.samples import Sampler
from ..codegen.structure import Structure
from ..errors import Error, SchemaError, UsageError
from ..schema import components, proofs
from ..schema.catalog import Catalog
from ..schema.literals import NoExample
from ..schema.model import Element, Model
from ..xml.names import split

_SHOWN = 10  # roots that an error names
EXAMPLE = """
examples:
  xmlsvc sample programme.xsd --root episode > episode.xml
  xmlsvc sample programme.xsd --count 50 --seed 7 --output samples/
  xmlsvc sample programme.xsd --invalid --count 20 --output broken/

The same seed gives the same documents. With --invalid each document has one fault, which is printed: FILE, fault, path, the codes
of which one must be reported there. Several documents take the roots in turn, those first that are no part of another element, and
together cover the schema's choices.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("schema", metavar="XSD", nargs="+", help="the schema's entry document, or several")
    parser.add_argument("--root", metavar="NAME",
                        help="the root element, by its local or {namespace}local name (default: the largest that is no part of another)")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="how many documents (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="default: %(default)s")
    parser.add_argument("--invalid", action="store_true", help="documents with one known fault each")
    parser.add_argument("--output", metavar="DIR", help="where sample-1.xml … go (default, for one document: standard output)")
    parser.add_argument("--catalog", metavar="DIR|FILE", help="where imported schemas are: an OASIS XML catalogue or a directory to search")


def run(arguments: argparse.Namespace) -> int:
    if arguments.count < 1 or (arguments.count > 1 and arguments.output is None):
        raise UsageError("--count is at least 1, and several documents need --output DIR.")
    validator = validation.load(arguments.schema, Catalog.load(arguments.catalog) if arguments.catalog else None, cache=proofs.folder())

    def fault(element: etree._Element) -> str | None:
        report = validator.validate(element)
        return None if report.valid else report.violations[0].message

    model = components.read(validator.set)
    sampler = Sampler(model, fault, arguments.seed)
    roots = deque(_roots(model, sampler.roots(), validator.set.roots, arguments.root))
    folder = Path(arguments.output) if arguments.output else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    for number in range(arguments.count):
        path = folder / f"sample-{number + 1}.xml" if folder else None
        note = _next(sampler, roots, path, arguments.invalid)
        print("\t".join([str(path or "-"), *note]), file=sys.stderr if path is None else sys.stdout)
    return 0


def _roots(model: Model, declared: list[Element], own: frozenset[str], named: str | None) -> list[Element]:
    """The elements to begin with: the named one, else those of the schema's own namespaces, what is no part of another element first."""
    if named is not None:
        found = [element for element in declared if named in (element.name, split(element.name)[1])]
        if not found:
            known = [split(element.name)[1] for element in declared]
            shown = difflib.get_close_matches(split(named)[1], known, _SHOWN, 0.5) or known[:_SHOWN]
            more = f" and {len(known) - len(shown)} more" if len(shown) < len(known) else ""
            raise UsageError(f"The schema has no root element {named!r}. It has: {', '.join(shown)}{more}.")
        return found[:1]
    found = [element for element in declared if element.name in own]
    if not found:
        raise SchemaError("The schema declares no element that a document could begin with.")
    first = Structure(model).roots(own)
    return sorted(found, key=lambda element: first.index(element.name) if element.name in first else len(first))


def _next(sampler: Sampler, roots: deque[Element], path: Path | None, invalid: bool) -> tuple[str, ...]:
    """Write a document of the root whose turn it is; what is to be said of it. A root of which none can be made is named and left out,
    as long as there are others."""
    while True:
        try:
            note = _write(sampler, roots[0], path, invalid)
        except NoExample as error:
            sentence = f"No document of the root element {roots[0].name} can be made: {error}."
            if len(roots) == 1:
                raise Error(sentence) from error
            print(f"xmlsvc: {sentence}", file=sys.stderr)
            roots.popleft()
        else:
            roots.rotate(-1)
            return note


def _write(sampler: Sampler, root: Element, path: Path | None, invalid: bool) -> tuple[str, ...]:
    """Write one document; what is to be said of it."""
    note: tuple[str, ...]
    if invalid:
        broken = sampler.invalid(root)
        element, note = broken.element, (broken.mutation, broken.path, " ".join(broken.codes))
    else:
        element, note = sampler.valid(root), ("valid", root.name)
    data = etree.tostring(element, encoding="UTF-8", xml_declaration=True) + b"\n"
    if path is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    else:
        path.write_bytes(data)
    return note
