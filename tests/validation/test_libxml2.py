"""Compiled schemas are lent: to one thread at a time, and no more of them are made than are needed at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lxml import etree

from xmlsvc import validation
from xmlsvc.schema.store import SchemaSet
from xmlsvc.validation import libxml2

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="{name}"><xs:complexType><xs:sequence>
<xs:element name="b" type="xs:int" maxOccurs="9"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The digests of the schemas that were compiled, in order."""
    found: list[str] = []
    compiled = libxml2.compiled

    def noted(schema_set: SchemaSet) -> etree.XMLSchema:
        found.append(schema_set.digest)
        return compiled(schema_set)

    monkeypatch.setattr(libxml2, "compiled", noted)
    monkeypatch.setattr(libxml2, "_pools", {})
    return found


@pytest.fixture
def schemas(tmp_path: Path) -> Iterator[list[SchemaSet]]:
    validators = []
    for name in "axyz":
        (tmp_path / f"{name}.xsd").write_text(XSD.format(name=name), "utf-8")
        validators.append(validation.load(tmp_path / f"{name}.xsd"))
    yield [validator.set for validator in validators]


def test_threads_one_after_the_other_share_one(schemas: list[SchemaSet], made: list[str]) -> None:
    tree = etree.ElementTree(etree.fromstring("<a><b>1</b></a>"))
    for _ in range(4):
        with ThreadPoolExecutor(1) as fresh:
            assert fresh.submit(libxml2.accepts, schemas[0], tree).result()
    assert made == [schemas[0].digest]


def test_each_has_its_own_while_it_works(schemas: list[SchemaSet], made: list[str]) -> None:
    together = threading.Barrier(3, timeout=60)

    def hold() -> int:
        with libxml2.lent(schemas[0]) as schema:
            together.wait()
            return id(schema)

    with ThreadPoolExecutor(3) as threads:
        assert len(set(threads.map(lambda _: hold(), range(3)))) == 3
        assert len(set(threads.map(lambda _: hold(), range(3)))) == 3
    assert len(made) == 3


def test_it_comes_back_from_a_block_that_fails(schemas: list[SchemaSet], made: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(KeyError), libxml2.lent(schemas[0]):
            raise KeyError
    assert len(made) == 1


def test_places_are_told_once_and_of_the_last_document(schemas: list[SchemaSet]) -> None:
    wrong = etree.ElementTree(etree.fromstring("<a><b>1</b><b>one</b></a>"))
    assert libxml2.accepts(schemas[0], wrong) is False
    assert libxml2.places(wrong) == {(wrong.getroot()[1], None)}
    assert libxml2.places(wrong) == set()


def test_only_so_many_schemas_are_kept(schemas: list[SchemaSet], made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libxml2, "_KEPT", 2)
    for schema_set in (*schemas[:3], *schemas[1:3], schemas[0]):
        with libxml2.lent(schema_set):
            pass
    assert made == [schemas[0].digest, schemas[1].digest, schemas[2].digest, schemas[0].digest]
