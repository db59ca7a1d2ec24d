"""The documents that the bindings are compared on, and the classes that each generator makes of their schemas."""

from __future__ import annotations

import importlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from lxml import etree

from xmlsvc import codegen
from xmlsvc.schema import store
from xmlsvc.schema.catalog import Catalog
from xmlsvc.schema.vocabulary import Manifest

from .common import ROOT

CORPORA = ROOT.parent / "shared" / "corpora"
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
TOOLS = Path(sys.executable).parent
SMALL = 20_000  # bytes of the corpora's documents that are taken


@dataclass
class Contender:
    """One way to read XML into Python: `parse` gives the document's object, `save` its text."""

    name: str
    parse: Callable[[bytes], Any]
    save: Callable[[Any], object]


def synthetic(records: int) -> bytes:
    """A document of `records` records, 635 bytes each."""
    one = ('  <record id="{0}">\n    <title>The {0}th title of a record in a synthetic document</title>\n    <day>2024-05-17</day>\n'
           "    <made>2024-05-17T20:15:00Z</made>\n    <price>12.50</price>\n    <pages>{0}</pages>\n    <open>true</open>\n"
           "    <sizes>1 2 3</sizes>\n    <kind>b</kind>\n    <note>{1}</note>\n  </record>\n")
    body = "".join(one.format(number, "words and more words " * 16) for number in range(records))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<records xmlns="urn:rec">\n{body}</records>\n'.encode()


def valid(corpus: Path, schema: str) -> list[bytes]:
    """The small valid documents of a corpus that are judged by the schema."""
    table = corpus / "VERDICTS.tsv"
    if not table.is_file():
        return []
    head, *rows = [line.split("\t") for line in table.read_text("utf-8").splitlines()]
    chosen = [row for row in rows if row[head.index("schema")] == schema and row[head.index("libxml2")] == "valid"]
    return [(corpus / "docs" / row[0]).read_bytes() for row in chosen if (corpus / "docs" / row[0]).stat().st_size < SMALL]


def generated(schema: Path, name: str, folder: Path) -> ModuleType:
    """Our classes of a schema, written and imported."""
    closed = store.close([schema], Catalog.load(schema.parent), folder / "store")
    codegen.generate(closed, Manifest(), folder / name, name)
    return importlib.import_module(name)


def views(package: ModuleType) -> Contender:
    """Ours."""
    return Contender("xmlsvc", package.parse, lambda doc: doc.save())


def xsdata(schema: Path, name: str, folder: Path) -> Contender:
    """xsdata's classes, with the fastest of its handlers."""
    from xsdata.formats.dataclass.context import XmlContext
    from xsdata.formats.dataclass.parsers import XmlParser
    from xsdata.formats.dataclass.parsers.handlers import XmlEventHandler
    from xsdata.formats.dataclass.serializers import XmlSerializer

    local = folder / f"{name}_xsd"
    shutil.copytree(schema.parent, local, dirs_exist_ok=True)
    subprocess.run([str(TOOLS / "xsdata"), "generate", str(local / schema.name), "--package", f"x_{name}", "--structure-style",
                    "single-package", "--slots"], cwd=folder, check=True, capture_output=True,
                   env={**os.environ, "PATH": f"{TOOLS}:{os.environ.get('PATH', '')}"})
    importlib.import_module(f"x_{name}")
    context = XmlContext()
    return Contender("xsdata", XmlParser(context=context, handler=XmlEventHandler).from_bytes, XmlSerializer(context=context).render)


def generateds(schema: Path, name: str, folder: Path, documents: list[bytes]) -> Contender | None:
    """generateDS's classes; None where it is not installed, or its classes cannot read and write the documents."""
    if not (TOOLS / "generateDS").is_file():
        return None
    local = folder / f"{name}_gds"
    shutil.copytree(schema.parent, local, dirs_exist_ok=True)
    done = subprocess.run([str(TOOLS / "generateDS"), "-f", "-o", str(folder / f"g_{name}.py"), "--no-dates", "--no-versions", schema.name],
                          cwd=local, check=False, capture_output=True)
    if done.returncode or not (folder / f"g_{name}.py").is_file():
        return None
    made = importlib.import_module(f"g_{name}")

    def parse(data: bytes) -> Any:
        node = etree.fromstring(data)
        tag, cls = made.get_root_tag(node)
        built = (cls or getattr(made, f"{tag}Type")).factory()
        built.build(node, gds_collector_=made.GdsCollector_())
        return built

    def save(thing: Any) -> str:
        text = io.StringIO()
        thing.export(text, 0)
        return text.getvalue()

    try:
        for data in documents:
            save(parse(data))
    except (AttributeError, TypeError, ValueError):
        return None
    return Contender("generateDS", parse, save)
