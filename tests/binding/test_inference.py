"""A schema from examples: every example is valid against it, and its classes read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from tests.conftest import FULL, ROOT
from xmlsvc import binding
from xmlsvc.errors import Error, InputError, NotWellFormed
from xmlsvc.xml import parser

SHELF = b"""<shelf xmlns="urn:s" xmlns:o="urn:o" since="2001-02-03">
<book n="1" o:mark="x"><title xml:lang="en">A</title><price>1.50</price></book>
<book n="2"><title>B</title><price>2</price><kind>novel</kind></book><note>Some <b>bold</b> text</note></shelf>"""
OTHER = b"""<shelf xmlns="urn:s" since="1999-12-31"><book n="3"><title>C</title><price>3.25</price><kind>poem</kind></book></shelf>"""


def load(directory: Path, documents: list[bytes]) -> etree.XMLSchema:
    for name, text in binding.infer(documents).items():
        (directory / name).write_text(text, "utf-8")
    return etree.XMLSchema(file=str(directory / "inferred.xsd"))


def test_the_examples_are_valid_and_typed(tmp_path: Path) -> None:
    schema = load(tmp_path, [SHELF, OTHER])
    for document in (SHELF, OTHER):
        assert schema.validate(etree.fromstring(document)), schema.error_log
    assert not schema.validate(etree.fromstring(OTHER.replace(b"3.25", b"dear")))
    assert not schema.validate(etree.fromstring(OTHER.replace(b"<title>C</title>", b"")))
    shelf = binding.load(tmp_path / "inferred.xsd").parse(SHELF)
    assert shelf.since == date(2001, 2, 3) and shelf.book[0].n == 1
    assert shelf.book[0].price == Decimal("1.50") and shelf.book[1].kind == "novel"


def test_repeated_words_become_an_enumeration(tmp_path: Path) -> None:
    document = b"<r>" + b"<i k='red'/><i k='green'/>" * 10 + b"</r>"
    schema = load(tmp_path, [document])
    assert schema.validate(etree.fromstring(document)) and not schema.validate(etree.fromstring(b"<r><i k='blue'/></r>"))


def test_children_in_any_order_become_a_choice(tmp_path: Path) -> None:
    documents = [b"<r><a/><b/></r>", b"<r><b/><a/><b/></r>", b"<r/>"]
    schema = load(tmp_path, documents)
    assert all(schema.validate(etree.fromstring(document)) for document in documents)


XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:s="http://www.w3.org/2001/XMLSchema"'


def test_types_that_are_said_are_declared(tmp_path: Path) -> None:
    """Where every element says its type and none is a mere text, the types extend an abstract one; other types are refused then."""
    document = f"""<r xmlns="urn:r" xmlns:t="urn:t" {XSI}><shape i:type="t:Circle" n="1"><radius>2</radius></shape>
<shape i:type="t:Square" n="2"><side>3</side></shape><hole i:type="t:Square"><side>1</side></hole></r>""".encode()
    schema = load(tmp_path, [document])
    assert schema.validate(etree.fromstring(document)), schema.error_log
    for old, new in ((b't:Circle"', b't:Square"'), (b' i:type="t:Circle"', b""), (b">3<", b">x<")):
        assert not schema.validate(etree.fromstring(document.replace(old, new)))
    shapes = binding.load(tmp_path / "inferred.xsd").parse(document).shape
    assert [type(shape).__name__ for shape in shapes] == ["Circle", "Square"] and shapes[0].radius == 2 and shapes[1].side == 3


@pytest.mark.parametrize("body", [
    '<v i:type="s:int">1</v><v i:type="s:date">2024-01-02</v><v>plain</v>',
    '<v i:type="s:int">1</v><v a="2">plain</v>',
    '<v i:type="Text" a="1">some</v><v i:type="Deep"><w/></v>',
    '<v i:type="Deep"><w/></v><v><other/></v>',
    '<v i:type="Mixed">a <w/> b</v><v i:type="Mixed" i:nil="true"/>',
    '<v i:type="Base"/><w i:type="Base" x="1"/>',
])
def test_every_way_to_say_a_type_is_valid_again(tmp_path: Path, body: str) -> None:
    document = f"<r {XSI}>{body}</r>".encode()
    schema = load(tmp_path, [document])
    assert schema.validate(etree.fromstring(document)), schema.error_log


def test_the_samples(tmp_path: Path) -> None:
    documents = [path.read_bytes() for path in sorted((ROOT / "samples/valid").glob("*.xml"))]
    assert len(documents) > 20
    schema = load(tmp_path, documents)
    for document in documents:
        assert schema.validate(etree.fromstring(document)), schema.error_log


def test_documents_of_the_corpora(corpora: Path, tmp_path: Path) -> None:
    """Each document is valid against what is worked out from it and one other of its kind."""
    tried = 0
    for folder in sorted(corpora.glob("*/docs")):
        documents: dict[str, list[bytes]] = {}
        for path in sorted(folder.rglob("*.xml"))[:: 1 if FULL else 9]:
            if path.stat().st_size < (400_000 if FULL else 40_000):
                try:
                    documents.setdefault(parser.parse(path.read_bytes()).getroot().tag, []).append(path.read_bytes())
                except Error:
                    continue
        for number, (tag, found) in enumerate(documents.items()):
            for start in range(0, len(found), 2):
                directory = tmp_path / f"{folder.parent.name}-{number}-{start}"
                directory.mkdir()
                try:
                    schema = load(directory, found[start : start + 2])
                except InputError as error:
                    assert "cannot declare" in str(error)
                    continue
                for data in found[start : start + 2]:
                    accepted = schema.validate(etree.fromstring(data)) or xmlschema.is_valid(data, str(directory / "inferred.xsd"))
                    assert accepted, (tag, schema.error_log)  # libxml2 takes no blanks around a date
                tried += 1
    assert tried > 20


def test_no_example_is_said() -> None:
    with pytest.raises(InputError, match="no example"):
        binding.infer([])
    with pytest.raises(NotWellFormed):
        binding.infer([b"<a>"])
    with pytest.raises(InputError, match="prefix “b” stands for"):
        binding.infer([b'<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="b:c"/>'])
    with pytest.raises(InputError, match="cannot declare"):
        binding.infer([b'<a xmlns:p="urn:p" p:xmlns="x"/>'])
