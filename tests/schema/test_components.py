"""The component model: every defect of the reader underneath is mended, every corpus schema is read, and the cache gives the same model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import FULL
from xmlsvc.errors import SchemaError, UnresolvedLocation
from xmlsvc.schema import components, table
from xmlsvc.schema.model import ComplexType, Element, Group, Model, SimpleType, Wildcard

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">'


def model_of(directory: Path, body: str, **others: str) -> Model:
    for name, text in others.items():
        (directory / f"{name}.xsd").write_text(text, "utf-8")
    (directory / "main.xsd").write_text(HEAD + body + "</xs:schema>", "utf-8")
    return components.read_paths(directory / "main.xsd")


def simple(model: Model, name: str) -> SimpleType:
    found = model.types[f"{{urn:t}}{name}"]
    assert isinstance(found, SimpleType)
    return found


def complex_(model: Model, name: str) -> ComplexType:
    found = model.types[f"{{urn:t}}{name}"]
    assert isinstance(found, ComplexType)
    return found


def test_white_space_around_names_is_none_of_them(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:element name=" e " type=" t:T
      "/><xs:element name="f" substitutionGroup=" t:e"/><xs:complexType name="T "><xs:sequence><xs:element ref=" t:f "/></xs:sequence>
      <xs:attribute name="a " type="  xs:int"/></xs:complexType><xs:simpleType name="U"><xs:union memberTypes="  xs:int   xs:date "/>
      </xs:simpleType>""")
    assert set(model.elements) == {"{urn:t}e", "{urn:t}f"} and model.elements["{urn:t}e"].type is complex_(model, "T")
    assert list(complex_(model, "T").attributes) == ["a"] and [member.builtin for member in simple(model, "U").members] == ["int", "date"]
    assert [member.name for member in model.substitutes["{urn:t}e"]] == ["{urn:t}e", "{urn:t}f"]


def test_union_members_in_the_authors_order(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:simpleType name="u"><xs:union memberTypes="xs:int xs:date">
      <xs:simpleType><xs:restriction base="xs:string"/></xs:simpleType></xs:union></xs:simpleType>
      <xs:simpleType name="narrow"><xs:restriction base="t:u"><xs:pattern value="[0-9]+"/></xs:restriction></xs:simpleType>""")
    assert [member.builtin for member in simple(model, "u").members] == ["int", "date", "string"]
    assert simple(model, "narrow").variety == "union"
    assert [member.builtin for member in simple(model, "narrow").members] == ["int", "date", "string"]
    assert simple(model, "narrow").patterns == (("[0-9]+",),)


def test_enumerations_are_lexical_and_documented(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:simpleType name="e"><xs:restriction base="xs:decimal">
      <xs:enumeration value="1.50"><xs:annotation><xs:documentation>One and a half.</xs:documentation></xs:annotation></xs:enumeration>
      <xs:enumeration value=" 2 "/></xs:restriction></xs:simpleType>""")
    assert simple(model, "e").enumeration == ("1.50", "2")
    assert simple(model, "e").enumeration_documentation == {"1.50": "One and a half."}


def test_list_restriction_keeps_its_items(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:simpleType name="l"><xs:list itemType="xs:int"/></xs:simpleType>
      <xs:simpleType name="r"><xs:restriction base="t:l"><xs:maxLength value="3"/></xs:restriction></xs:simpleType>""")
    restricted = simple(model, "r")
    assert restricted.variety == "list" and restricted.item is not None and restricted.item.builtin == "int" and restricted.max_length == 3


def test_facets_are_inherited_and_narrowed(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:simpleType name="a"><xs:restriction base="xs:token"><xs:pattern value="a*"/><xs:pattern value="b*"/>
      <xs:minLength value="2"/></xs:restriction></xs:simpleType>
      <xs:simpleType name="b"><xs:restriction base="t:a"><xs:pattern value=".{3}"/></xs:restriction></xs:simpleType>
      <xs:simpleType name="n"><xs:restriction base="xs:byte"><xs:minExclusive value="0"/></xs:restriction></xs:simpleType>""")
    assert simple(model, "b").patterns == (("a*", "b*"), (".{3}",)) and simple(model, "b").min_length == 2
    number = simple(model, "n")
    assert (number.min_exclusive, number.min_inclusive, number.max_inclusive, number.primitive) == ("0", None, "127", "decimal")


def test_substitutes_keep_their_own_types(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:complexType name="base"/><xs:complexType name="more"><xs:complexContent><xs:extension base="t:base">
      <xs:attribute name="x"/></xs:extension></xs:complexContent></xs:complexType>
      <xs:element name="head" type="t:base" abstract="true"/><xs:element name="one" type="t:more" substitutionGroup="t:head"/>
      <xs:element name="two" substitutionGroup="t:one"/>
      <xs:complexType name="user"><xs:sequence><xs:element ref="t:head" maxOccurs="9"/></xs:sequence></xs:complexType>""")
    assert [element.name for element in model.substitutes["{urn:t}head"]] == ["{urn:t}one", "{urn:t}two"]
    assert {element.type.name for element in model.substitutes["{urn:t}head"]} == {"{urn:t}more"}
    content = complex_(model, "user").content
    assert content is not None and isinstance(content.term, Group)
    assert content.term.particles[0].term is model.elements["{urn:t}head"] and content.term.particles[0].max == 9
    assert [derived.name for derived in model.derived["{urn:t}base"]] == ["{urn:t}more"]


def test_a_member_without_a_type_has_its_heads_wherever_it_stands(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:element name="two" substitutionGroup="t:one"/><xs:element name="one" substitutionGroup="t:head"/>
      <xs:element name="head" type="t:A"/><xs:simpleType name="A"><xs:restriction base="xs:int"/></xs:simpleType>""")
    assert {element.type.name for element in model.elements.values()} == {"{urn:t}A"}


def test_prohibited_attributes_are_gone_and_inherited_ones_there(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:complexType name="a"><xs:attribute name="x" type="xs:int"/><xs:attribute name="y" default="7"/>
      <xs:anyAttribute namespace="##other" processContents="lax"/></xs:complexType>
      <xs:complexType name="b"><xs:complexContent><xs:restriction base="t:a"><xs:attribute name="x" use="prohibited"/></xs:restriction>
      </xs:complexContent></xs:complexType>""")
    assert list(complex_(model, "b").attributes) == ["y"] and complex_(model, "b").attributes["y"].default == "7"
    wildcard = complex_(model, "a").any_attribute
    assert isinstance(wildcard, Wildcard) and wildcard.process == "lax" and not wildcard.admits("urn:t") and wildcard.admits("urn:z")


def test_identity_constraints_come_from_the_authors_document(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:element name="root"><xs:complexType/>
      <xs:key name="k"><xs:selector xpath="t:item"/><xs:field xpath="@id"/></xs:key>
      <xs:keyref name="r" refer="t:k"><xs:selector xpath=".//t:use"/><xs:field xpath="@of"/></xs:keyref></xs:element>""")
    key, reference = model.elements["{urn:t}root"].identities
    assert (key.name, key.kind, key.selector, key.fields) == ("{urn:t}k", "key", "t:item", ("@id",))
    assert reference.refer == "{urn:t}k" and reference.namespaces["t"] == "urn:t" and str(reference.source) == "main.xsd:3"


def test_places_and_documentation(tmp_path: Path) -> None:
    model = model_of(tmp_path, """
      <xs:element name="root" type="xs:int" nillable="true" default="1">
        <xs:annotation><xs:documentation xml:lang="nl">Wortel.</xs:documentation>
          <xs:documentation xml:lang="en">The <b xmlns="">root</b>.
            Second line.</xs:documentation></xs:annotation></xs:element>""")
    root = model.elements["{urn:t}root"]
    assert str(root.source) == "main.xsd:2" and root.documentation == "The root.\nSecond line."
    assert root.nillable and root.default == "1" and root.is_global


def test_redefined_and_chameleon_documents(tmp_path: Path) -> None:
    plain = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    model = model_of(tmp_path, """<xs:include schemaLocation="chameleon.xsd"/><xs:redefine schemaLocation="old.xsd">
        <xs:complexType name="r">
      <xs:complexContent><xs:extension base="t:r"><xs:sequence><xs:element name="more"/></xs:sequence></xs:extension></xs:complexContent>
      </xs:complexType></xs:redefine>""",
      chameleon=f'{plain}<xs:element name="c" type="xs:date"/></xs:schema>',
      old=HEAD + '<xs:complexType name="r"><xs:sequence><xs:element name="first"/></xs:sequence></xs:complexType></xs:schema>')
    assert str(model.elements["{urn:t}c"].source) == "chameleon.xsd:1"
    content = complex_(model, "r").content
    assert content is not None and isinstance(content.term, Group)
    names = [inner.term.name for outer in content.term.particles if isinstance(outer.term, Group)
             for inner in outer.term.particles if isinstance(inner.term, Element)]
    assert names == ["{urn:t}first", "{urn:t}more"]


def test_a_type_named_by_xsi_type_is_a_hint(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:complexType name="named"/><xs:element name="e" xsi:type="t:named"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>""")
    element = model.elements["{urn:t}e"]
    assert element.type.name == "{http://www.w3.org/2001/XMLSchema}anyType" and element.hint is model.types["{urn:t}named"]
    assert model.warnings == (f"{element.source}: xsi:type on a declaration (“e”) has no meaning in XSD; t:named is taken as a hint.",)


@pytest.mark.parametrize(("text", "error", "said"), [
    ("<xs:schema", SchemaError, "no well-formed XML"),
    ("<html/>", SchemaError, "no XML Schema"),
    ('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="gone.xsd"/></xs:schema>', UnresolvedLocation,
    "gone.xsd"),
])
def test_what_is_no_schema_is_said(tmp_path: Path, text: str, error: type[Exception], said: str) -> None:
    (tmp_path / "main.xsd").write_text(text)
    with pytest.raises(error, match=said):
        components.read_paths(tmp_path / "main.xsd")


def test_the_cache_gives_the_same_model(tmp_path: Path, corpora: Path) -> None:
    source = corpora / "pbcore-aapb/schema/pbcore-2.1.xsd"
    copy = tmp_path / "pbcore.xsd"
    copy.write_bytes(source.read_bytes())
    first = components.read_paths(copy, cache=True)
    kept = [path for path in tmp_path.iterdir() if path.suffix == ".json"]
    assert len(kept) == 1
    again = components.read_paths(copy, cache=True)
    assert table.dumps(again) == table.dumps(first) == kept[0].read_text("utf-8")


def test_every_corpus_schema_is_read(corpora: Path) -> None:
    """Each document of every set as an entry (every tenth in the quick run); one that refers to a missing file is refused by name."""
    tried = 0
    for path in sorted(corpora.glob("*/schema/**/*.xsd"))[:: 1 if FULL else 10]:
        try:
            model = components.read_paths(path)
        except UnresolvedLocation:
            continue
        tried += 1
        for element in model.elements.values():
            assert element.name in model.elements and element.type is not None
    assert tried > (300 if FULL else 30)
