"""The gate: what is no valid schema is refused, with places."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.schema.sets import document, element, simple
from xmlsvc.errors import SchemaError
from xmlsvc.schema import gate, registry, store
from xmlsvc.schema.catalog import Catalog
from xmlsvc.schema.store import SchemaSet


def close(tmp_path: Path, entry: Path) -> SchemaSet:
    return store.close([entry], Catalog.load(None), tmp_path / "store")


class TestGate:
    @pytest.mark.parametrize("name", ["a#b", "a%20b", "50%", "what?", "ü x"])
    def test_any_folder_will_do(self, tmp_path: Path, name: str) -> None:
        """Also one whose name would mean something else in an address."""
        document(tmp_path / "in" / "b.xsd", simple("T"))
        entry = document(tmp_path / "in" / "a.xsd", '<xs:include schemaLocation="b.xsd"/>' + element("a", "T"))
        made = store.close([entry], Catalog.load(None), tmp_path / name)
        assert gate.check(made) == "1.0" and gate.libxml2(made) == gate.xmlschema(made, "1.1") == []

    @pytest.mark.parametrize(("body", "place", "words"), [
        (element("a", "xs:strin"), "a.xsd:2", "strin"),
        ("\n" + element("a", "T"), "a.xsd:3", "T"),
        ("<xs:elemen/>", "a.xsd:2", "elemen"),
        ('<xs:complexType name="T"><xs:choice><xs:element name="x" type="xs:int"/><xs:element name="x" type="xs:date"/></xs:choice>'
         "</xs:complexType>", "a.xsd:2", "x"),
        ('<xs:simpleType name="T"><xs:restriction base="xs:string"><xs:pattern value="(a"/></xs:restriction></xs:simpleType>',
         "a.xsd:2", "pattern"),
    ])  # fmt: skip
    def test_findings_have_places(self, tmp_path: Path, body: str, place: str, words: str) -> None:
        made = close(tmp_path, document(tmp_path / "in" / "a.xsd", body))
        with pytest.raises(SchemaError) as caught:
            gate.check(made)
        assert place in {found for found, _ in caught.value.findings}
        assert words in " ".join(sentence for _, sentence in caught.value.findings)
        assert "{http" not in str(caught.value.findings)

    def test_versions(self, tmp_path: Path) -> None:
        plain = close(tmp_path, document(tmp_path / "in" / "a.xsd", element("a")))
        assert gate.check(plain) == "1.0"
        asserting = close(tmp_path, document(tmp_path / "in" / "b.xsd", """<xs:element name="b"><xs:complexType>
          <xs:attribute name="n" type="xs:int"/><xs:assert test="@n gt 1"/></xs:complexType></xs:element>"""))
        assert gate.check(asserting) == "1.1"


def test_names_of_the_fifth_edition_are_names(tmp_path: Path) -> None:
    """libxml2 reads names in schemas by the tables of XML's fourth edition: “ĳ” is none to it."""
    path = document(tmp_path / "a.xsd", element("dĳk"))
    assert gate.check(close(tmp_path, path)) == "1.0"
    with pytest.raises(SchemaError):
        gate.check(close(tmp_path, document(tmp_path / "b.xsd", element("1jk"))))


@pytest.mark.parametrize("types", [20, 300])
def test_parts_that_lead_to_one_another_for_long(tmp_path: Path, types: int) -> None:
    """What is too deep for a pickle is built by each process; nothing half written stays behind."""
    chain = "".join(f'<xs:complexType name="T{n}"><xs:sequence>{element("e", f"T{n + 1}")}</xs:sequence></xs:complexType>'
                    for n in range(types))
    made = close(tmp_path, document(tmp_path / "in" / "a.xsd", element("r", "T0") + chain + simple(f"T{types}")))
    registry.examine(str(made.directory), False)
    assert not list(made.directory.glob("*.pickle?*"))
    assert len(list(made.directory.glob("*.pickle"))) == (types == 20)
    assert gate.check(made) == "1.0"
