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


def restricted(base: str, body: str) -> str:
    return f'<xs:simpleType name="T"><xs:restriction base="xs:{base}">{body}</xs:restriction></xs:simpleType>'


TYPED = "<xs:complexType name='T'>{}</xs:complexType>"
E1, E2 = '<xs:element name="e" type="xs:int"/>', '<xs:element name="f" type="xs:int" maxOccurs="2"/>'


@pytest.mark.parametrize(("body", "finding"), [
    (restricted("string", '<xs:pattern value="[b-a]"/>'), ("a.xsd:2", "[b-a]")),
    (restricted("int", '<xs:length value="3"/>'), ("a.xsd:2", "length")),
    (restricted("int", '<xs:minInclusive value="x"/>'), ("a.xsd:2", "x")),
    (restricted("int", '<xs:minInclusive value="9"/><xs:maxInclusive value="1"/>'), ("a.xsd:2", "nclusive")),
    (element("a") + element("a"), ("a.xsd:2", "a")),
    (TYPED.format(f"<xs:sequence><xs:element name='e' type='xs:int' minOccurs='0'/>{E1}</xs:sequence>"), ("a.xsd:2", "e")),
    ('<xs:element name="a" type="xs:int" default="x"/>', ("a.xsd:2", "x")),
    ('<xs:element name="a" substitutionGroup="none"/>', ("a.xsd:2", "none")),
    ('<xs:group name="g"><xs:sequence><xs:group ref="g"/></xs:sequence></xs:group>', ("a.xsd:2", "g")),
])
def test_what_no_schema_may_say(tmp_path: Path, body: str, finding: tuple[str, str]) -> None:
    made = close(tmp_path, document(tmp_path / "in" / "a.xsd", body))
    with pytest.raises(SchemaError) as caught:
        gate.check(made)
    assert any(place == finding[0] and finding[1] in sentence for place, sentence in caught.value.findings), caught.value.findings
    place, sentence = caught.value.findings[0]
    rest = len(caught.value.findings) - 1
    more = "" if not rest else " (1 more finding.)" if rest == 1 else f" ({rest} more findings.)"
    assert str(caught.value) == f"The schema is not valid. {place}: {sentence}{more}"


@pytest.mark.parametrize(("content", "words"), [
    (E2, "at most once: its maxOccurs must be 0 or 1"), ("<xs:sequence/>", "only xs:element, not xs:sequence"), ("<xs:any/>", "not xs:any"),
])
def test_what_only_the_newer_xs_all_may_hold(tmp_path: Path, content: str, words: str) -> None:
    made = close(tmp_path, document(tmp_path / "in" / "a.xsd", TYPED.format(f"<xs:all>{E1}{content}</xs:all>")))
    with pytest.raises(SchemaError) as caught:
        gate.check(made, version="1.0")
    assert any(place == "a.xsd:2" and words in sentence for place, sentence in caught.value.findings), caught.value.findings
    if "sequence" not in content:
        assert gate.check(made) == "1.1"


def doubling(groups: int) -> str:
    """Named groups that each hold the one before twice."""
    body = "".join(f'<xs:group name="g{n}"><xs:sequence><xs:group ref="g{n - 1}"/><xs:group ref="g{n - 1}"/></xs:sequence></xs:group>'
                   for n in range(1, groups))
    return f'<xs:group name="g0"><xs:sequence>{E1}</xs:sequence></xs:group>{body}'


def test_groups_that_grow_beyond_all_measure_are_counted_first(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"stands for more than .* elements once the groups in it are put in") as caught:
        gate.check(close(tmp_path, document(tmp_path / "in" / "a.xsd", doubling(40))))
    ((place, sentence),) = caught.value.findings
    assert place == "a.xsd:2" and "The group “g" in sentence
    assert gate.check(close(tmp_path, document(tmp_path / "in" / "b.xsd", doubling(4).replace(E1, E1 + "<xs:any/>")))) == "1.0"


@pytest.mark.parametrize("body", [
    TYPED.format(f"<xs:all minOccurs='0'>{E1}<xs:element name='f' maxOccurs='0' minOccurs='0'/></xs:all>"),
    TYPED.format(f"<xs:all><xs:annotation/>{E1}<xs:element name='f' maxOccurs=' 1 '/></xs:all>"),
    restricted("string", '<xs:pattern value="[a-b-[b]]\\p{IsGreek}?"/>'),
])
def test_what_a_schema_may_say(tmp_path: Path, body: str) -> None:
    assert gate.check(close(tmp_path, document(tmp_path / "in" / "a.xsd", body))) == "1.0"
