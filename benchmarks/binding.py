"""Views beside what else reads XML into Python: bare lxml, lxml.objectify, xsdata (expat handler). One run, interleaved,
    medians of CPU time.

Documents: PBCore and DataCite and EBUCore records from the corpora,
and a synthetic one (records of ten typed fields). Ratios are what counts:
the machine's own speed falls out of them.
"""

from __future__ import annotations

import dataclasses
import gc
import importlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from lxml import etree, objectify
from rich.console import Console
from rich.table import Table

from xmlsvc import codegen
from xmlsvc.binding.view import View
from xmlsvc.schema import store
from xmlsvc.schema.catalog import Catalog
from xmlsvc.schema.vocabulary import Manifest

from .common import ROOT

CORPORA = ROOT.parent / "shared" / "corpora"
Step = str | int
RECORD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:rec" targetNamespace="urn:rec" elementFormDefault="qualified">
<xs:element name="records"><xs:complexType><xs:sequence><xs:element name="record" type="Record" maxOccurs="unbounded"/></xs:sequence>
</xs:complexType>
</xs:element><xs:complexType name="Record"><xs:sequence><xs:element name="title" type="xs:string"/><xs:element name="day" type="xs:date"/>
<xs:element name="made" type="xs:dateTime"/><xs:element name="price" type="xs:decimal"/><xs:element name="pages" type="xs:int"/>
<xs:element name="open" type="xs:boolean"/><xs:element name="sizes"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element>
<xs:element name="kind"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="a"/><xs:enumeration value="b"/>
</xs:restriction>
</xs:simpleType></xs:element><xs:element name="note" type="xs:string"/></xs:sequence><xs:attribute name="id" type="xs:int"/>
</xs:complexType></xs:schema>"""


def synthetic(records: int) -> bytes:
    """A document of `records` records, 635 bytes each."""
    one = ('  <record id="{0}">\n    <title>The {0}th title of a record in a synthetic document</title>\n    <day>2024-05-17</day>\n'
           "    <made>2024-05-17T20:15:00Z</made>\n    <price>12.50</price>\n    <pages>{0}</pages>\n    <open>true</open>\n"
           "    <sizes>1 2 3</sizes>\n    <kind>b</kind>\n    <note>{1}</note>\n  </record>\n")
    body = "".join(one.format(number, "words and more words " * 14) for number in range(records))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<records xmlns="urn:rec">\n{body}</records>\n'.encode()


@dataclasses.dataclass
class Case:
    """One set of documents with the classes of both generators; `paths`: ten values of the first document, for each of the two."""

    name: str
    documents: list[bytes]
    views: ModuleType
    others: Callable[[bytes], Any]
    serialise: Callable[[Any], str]


def generated(schema: Path, name: str, folder: Path) -> ModuleType:
    """Our classes of a schema, written and imported."""
    closed = store.close([schema], Catalog.load(schema.parent), folder / "store")
    codegen.generate(closed, Manifest(), folder / name, name)
    return importlib.import_module(name)


def xsdata_classes(schema: Path, name: str, folder: Path) -> tuple[Callable[[bytes], Any], Callable[[Any], str]]:
    """xsdata's parser and serialiser for a schema."""
    from xsdata.formats.dataclass.context import XmlContext
    from xsdata.formats.dataclass.parsers import XmlParser
    from xsdata.formats.dataclass.parsers.handlers import XmlEventHandler
    from xsdata.formats.dataclass.serializers import XmlSerializer

    local = folder / f"{name}_xsd"
    shutil.copytree(schema.parent, local, dirs_exist_ok=True)
    tools = Path(sys.executable).parent  # xsdata formats what it writes with ruff
    subprocess.run([str(tools / "xsdata"), "generate", str(local / schema.name), "--package", f"x_{name}", "--structure-style",
                    "single-package", "--slots"], cwd=folder, check=True, capture_output=True,
                   env={**os.environ, "PATH": f"{tools}:{os.environ.get('PATH', '')}"})
    importlib.import_module(f"x_{name}")
    context = XmlContext()
    parser, serializer = XmlParser(context=context, handler=XmlEventHandler), XmlSerializer(context=context)
    return parser.from_bytes, serializer.render


def leaves(thing: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Where values stand below a view or a dataclass object."""
    if isinstance(thing, View):
        counts: dict[str, int] = {}
        for field, value in thing.items():
            if not field.name or field.kind.startswith("wild"):
                continue
            step: tuple[Step, ...] = (field.name, counts.setdefault(field.name, 0)) if field.many else (field.name,)
            counts[field.name] = counts.get(field.name, 0) + 1
            yield from leaves(value, path + step)
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            value = getattr(thing, field.name)
            if isinstance(value, list):
                for number, item in enumerate(value):
                    yield from leaves(item, (*path, field.name, number))
            elif value is not None:
                yield from leaves(value, (*path, field.name))
    else:
        yield path


def read(thing: Any, path: tuple[Step, ...]) -> Any:
    """The value at a path."""
    for step in path:
        thing = thing[step] if isinstance(step, int) else getattr(thing, step)
    return thing


Plan = dict[Step, Any]


def plan(paths: list[tuple[Step, ...]]) -> Plan:
    """The paths as code would go them: what they share is gone once."""
    made: Plan = {}
    for path in paths:
        at = made
        for step in path:
            at = at.setdefault(step, {})
    return made


def follow(thing: Any, steps: Plan) -> None:
    """Read all values of a plan."""
    for step, inner in steps.items():
        value = thing[step] if isinstance(step, int) else getattr(thing, step)
        if inner:
            follow(value, inner)


def everything(thing: Any) -> int:
    """Read all values of a dataclass object; how many there are."""
    if dataclasses.is_dataclass(thing):
        return sum(everything(getattr(thing, field.name)) for field in dataclasses.fields(thing))
    if isinstance(thing, list):
        return sum(map(everything, thing))
    return thing is not None


def operations(case: Case) -> dict[str, Callable[[], object]]:
    """What is timed, over all documents of the case."""
    views, documents = case.views, case.documents
    plans = [(list(leaves(views.parse(data)))[:10], list(leaves(case.others(data)))[:10]) for data in documents]
    ways = [(data, plan(mine), plan(other)) for data, (mine, other) in zip(documents, plans, strict=True)]
    texts = [next((path for path in mine if isinstance(read(views.parse(data), path), str)), None) for data, (mine, _) in zip(documents,
    plans, strict=True)]
    theirs = [next((path for path in other if isinstance(read(case.others(data), path), str)), None)
              for data, (_, other) in zip(documents, plans, strict=True)]

    def change(thing: Any, path: tuple[Step, ...] | None) -> None:
        if path is not None and isinstance(path[-1], str):
            setattr(read(thing, path[:-1]), path[-1], "Changed")

    return {
        "lxml: parse": lambda: [etree.fromstring(data) for data in documents],
        "objectify: parse": lambda: [objectify.fromstring(data) for data in documents],
        "views: parse + 10 reads": lambda: [follow(views.parse(data), mine) for data, mine, _ in ways],
        "xsdata: parse + 10 reads": lambda: [follow(case.others(data), other) for data, _, other in ways],
        "views: all fields": lambda: [sum(1 for _ in views.parse(data).walk()) for data in documents],
        "xsdata: all fields": lambda: [everything(case.others(data)) for data in documents],
        "views: change + save": lambda: [(change(doc, path), doc.save()) for data, path in zip(documents, texts, strict=True)
                                         for doc in (views.parse(data),)],
        "xsdata: change + save": lambda: [(change(doc, path), case.serialise(doc)) for data, path in zip(documents, theirs, strict=True)
                                          for doc in (case.others(data),)],
    }


def medians(work: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each operation, the operations taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, operation in work.items():
            gc.collect()
            start = time.process_time()
            operation()
            taken[name].append(time.process_time() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def streaming(records: int, folder: Path, package: ModuleType) -> tuple[float, float]:
    """(seconds, MB above the start) of reading ten fields of every record, one at a time."""
    path = folder / "stream.xml"
    path.write_bytes(synthetic(records))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    for record in package.stream(path, "{urn:rec}record"):
        _ = (record.id, record.title, record.day, record.made, record.price, record.pages, record.open, record.sizes, record.kind,
        record.note)
    return time.process_time() - start, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main(large: bool = False) -> None:
    """Print the tables."""
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="xmlsvc-bench-"))
    sys.path.insert(0, str(folder))
    (folder / "records.xsd").write_text(RECORD, "utf-8")
    rounds = 15 if large else 5
    sets = [("synthetic 127 kB", folder / "records.xsd", [synthetic(200)]),
            ("PBCore", CORPORA / "pbcore-aapb/schema/pbcore-2.1.xsd", _valid(CORPORA / "pbcore-aapb", "pbcore-2.1.xsd")),
            ("DataCite", CORPORA / "datacite/schema/4.7/metadata.xsd", _valid(CORPORA / "datacite", "4.7/metadata.xsd")),
            ("EBUCore", CORPORA / "ebucore/schema/ebucore.xsd", _valid(CORPORA / "ebucore", "ebucore.xsd"))]
    table = Table("documents", "parse + 10 reads / bare lxml", "× xsdata", "all fields × xsdata", "change + save × xsdata",
    "objectify / lxml")
    for number, (name, schema, documents) in enumerate(sets):
        if not documents or not schema.is_file():
            continue
        package = generated(schema, f"b{number}", folder)
        case = Case(name, documents, package, *xsdata_classes(schema, f"b{number}", folder))
        found = medians(operations(case), rounds)
        table.add_row(
            name, f"{found['views: parse + 10 reads'] / found['lxml: parse']:.2f}",
            f"{found['xsdata: parse + 10 reads'] / found['views: parse + 10 reads']:.1f}",
            f"{found['xsdata: all fields'] / found['views: all fields']:.1f}",
            f"{found['xsdata: change + save'] / found['views: change + save']:.1f}",
            f"{found['objectify: parse'] / found['lxml: parse']:.2f}")
    console.print(table)
    seconds, above = streaming(20_000, folder, importlib.import_module("b0"))
    console.print(f"20,000 records streamed, ten fields of each: {seconds:.2f} s, {above:.1f} MB above start")
    for name, schema in (("EBUCore", CORPORA / "ebucore/schema/ebucore.xsd"),
    ("UBL 2.1", CORPORA / "ubl-en16931/schema/ubl21/maindoc/UBL-Invoice-2.1.xsd")):
        if schema.is_file():
            _generation(console, name, schema, folder)
    shutil.rmtree(folder, ignore_errors=True)


def _generation(console: Console, name: str, schema: Path, folder: Path) -> None:
    package = "".join(char for char in name.lower() if char.isalnum())
    start = time.process_time()
    generated(schema, package, folder)
    made = time.process_time() - start
    script = f"import time; s = time.process_time(); import {package}; print(time.process_time() - s)"
    runs = [float(subprocess.run([sys.executable, "-c", f"import xmlsvc.binding.declare; {script}"], cwd=folder, check=True,
    capture_output=True,
                                 text=True).stdout) for _ in range(3)]
    console.print(f"{name}: generated and first imported in {made:.2f} s, imported again in {min(runs):.3f} s (CPU)")


def _valid(corpus: Path, schema: str) -> list[bytes]:
    table = corpus / "VERDICTS.tsv"
    if not table.is_file():
        return []
    rows = [line.split("\t") for line in table.read_text("utf-8").splitlines()]
    head = rows[0]
    chosen = [row for row in rows[1:] if row[head.index("schema")] == schema and row[head.index("libxml2")] == "valid"]
    return [(corpus / "docs" / row[0]).read_bytes() for row in chosen if (corpus / "docs" / row[0]).stat().st_size < 20_000]


if __name__ == "__main__":
    main(large="--large" in sys.argv)
