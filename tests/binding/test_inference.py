"""A schema from examples: every example is valid against it, and its classes read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from tests.conftest import ROOT
from xmlsvc import binding
from xmlsvc.errors import InputError, NotWellFormed

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


def test_the_samples(tmp_path: Path) -> None:
    documents = [data for path in sorted((ROOT / "samples/valid").glob("*.xml")) if b":type=" not in (data := path.read_bytes())]
    documents = [data for data in documents if b"U\x00T\x00F" not in data and b"xsi:" not in data.replace(b"xsi:schemaLocation", b"")]
    assert len(documents) > 10
    schema = load(tmp_path, documents)
    for document in documents:
        assert schema.validate(etree.fromstring(document)), schema.error_log


def test_no_example_is_said() -> None:
    with pytest.raises(InputError, match="no example"):
        binding.infer([])
    with pytest.raises(NotWellFormed):
        binding.infer([b"<a>"])
    with pytest.raises(InputError, match="xsi:type"):
        binding.infer([b'<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="b"/>'])
