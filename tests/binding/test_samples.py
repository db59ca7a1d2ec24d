"""Samples: valid, the same for the same seed, every branch in the end; and broken in the way they say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from lxml import etree

from xmlsvc import binding
from xmlsvc.binding.mutations import NAMES
from xmlsvc.binding.samples import Sampler
from xmlsvc.schema import components
from xmlsvc.schema.literals import NoExample
from xmlsvc.schema.model import Attribute, ComplexType, Element, Model
from xmlsvc.vocabularies.programme import v1_1

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">'


def sampler(directory: Path, body: str, seed: int = 0) -> tuple[Sampler, Model, etree.XMLSchema]:
    (directory / "main.xsd").write_text(f"{HEAD}{body}</xs:schema>", "utf-8")
    judge = etree.XMLSchema(file=str(directory / "main.xsd"))
    model = components.read_paths(directory / "main.xsd")
    return Sampler(model, lambda element: None if judge.validate(element) else str(judge.error_log[0].message), seed), model, judge


def test_the_same_seed_gives_the_same_document() -> None:
    assert v1_1.sample("programme", seed=3).save() == v1_1.sample("programme", seed=3).save() != v1_1.sample("programme", seed=4).save()


def test_every_branch_comes_up(tmp_path: Path) -> None:
    made, model, _ = sampler(tmp_path, """<xs:element name="r"><xs:complexType><xs:sequence><xs:choice><xs:element name="a"/>
        <xs:element name="b"/>
      <xs:sequence><xs:element name="c" minOccurs="0"/><xs:element name="d"/></xs:sequence></xs:choice>
      <xs:element ref="head" minOccurs="0"/>
      <xs:element name="t" type="T"/></xs:sequence><xs:attribute name="x" use="optional"/><xs:attribute name="e" use="required">
      <xs:simpleType>
      <xs:restriction base="xs:string"><xs:enumeration value="1"/><xs:enumeration value="2"/><xs:enumeration value="3"/></xs:restriction>
      </xs:simpleType></xs:attribute></xs:complexType></xs:element>
      <xs:element name="head" abstract="true"/><xs:element name="m1" substitutionGroup="head"/>
      <xs:element name="m2" substitutionGroup="head"/>
      <xs:complexType name="T" abstract="true"/><xs:complexType name="T1"><xs:complexContent><xs:extension base="T"/></xs:complexContent>
      </xs:complexType>
      <xs:complexType name="T2"><xs:complexContent><xs:extension base="T"/></xs:complexContent></xs:complexType>""")
    seen: set[str] = set()
    roots = [made.valid(model.elements["{urn:t}r"]) for _ in range(20)]
    assert {root.get("x") is None for root in roots} == {root.find("{*}m1") is None for root in roots} == {True, False}
    for root in roots:
        for element in root.iter(etree.Element):
            seen |= {etree.QName(element).localname, *(f"{etree.QName(name).localname}={value}" for name, value in element.attrib.items())}
    assert {"a", "b", "c", "d", "m1", "m2", "e=1", "e=2", "e=3"} <= seen
    assert any(name.startswith("x=") for name in seen)
    assert any(name.endswith("T1") for name in seen) and any(name.endswith("T2") for name in seen)


def test_keys_references_and_ids_are_settled(tmp_path: Path) -> None:
    made, model, _ = sampler(tmp_path, """<xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element name="k" minOccurs="3" maxOccurs="6"><xs:complexType><xs:attribute name="n" type="Few" use="required"/>
        <xs:attribute name="id" type="xs:ID"/></xs:complexType></xs:element>
      <xs:element name="f" minOccurs="2" maxOccurs="4"><xs:complexType><xs:attribute name="to" type="Few" use="required"/>
        <xs:attribute name="ref" type="xs:IDREF"/></xs:complexType></xs:element></xs:sequence></xs:complexType>
      <xs:key name="key"><xs:selector xpath="t:k" xmlns:t="urn:t"/><xs:field xpath="@n"/></xs:key>
      <xs:keyref name="ref" refer="key"><xs:selector xpath="t:f" xmlns:t="urn:t"/><xs:field xpath="@to"/></xs:keyref></xs:element>
      <xs:simpleType name="Few"><xs:restriction base="xs:int"><xs:minInclusive value="1"/><xs:maxInclusive value="9"/></xs:restriction>
      </xs:simpleType>""")
    for _ in range(10):
        root = made.valid(model.elements["{urn:t}r"])
        ids = {element.get("id") for element in root if element.get("id")}
        assert {element.get("ref") for element in root if element.get("ref")} <= ids


def test_a_reference_that_must_be_there_brings_its_key_or_goes(tmp_path: Path) -> None:
    """The keys are optional; so are some of the elements whose reference is not, and some are not."""
    made, model, _ = sampler(tmp_path, """<xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element name="people" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="p" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:attribute name="n" type="xs:int" use="required"/>
        </xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
      <xs:element name="books" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="b" maxOccurs="unbounded"><xs:complexType><xs:attribute name="by" type="xs:int" use="required"/>
          <xs:attribute name="id" type="xs:ID"/><xs:attribute name="after" type="xs:IDREF"/></xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>
      <xs:element name="owner"><xs:complexType><xs:attribute name="by" type="xs:int" use="required"/></xs:complexType></xs:element>
      </xs:sequence></xs:complexType>
      <xs:key name="key"><xs:selector xpath="t:people/t:p" xmlns:t="urn:t"/><xs:field xpath="@n"/></xs:key>
      <xs:keyref name="ref" refer="key"><xs:selector xpath="t:books/t:b|t:owner" xmlns:t="urn:t"/><xs:field xpath="@by"/></xs:keyref>
      </xs:element>""")
    kinds = Counter(tuple(child.tag for child in made.valid(model.elements["{urn:t}r"])) for _ in range(30))
    assert len(kinds) == 2, kinds  # with books and without; always with people, whom the owner is one of


def test_no_xml_id_is_given_twice(tmp_path: Path) -> None:
    """The parser takes that for a fault of form."""
    (tmp_path / "i.xsd").write_text(f"""{HEAD}<xs:import namespace="http://www.w3.org/XML/1998/namespace"/><xs:element name="r">
      <xs:complexType><xs:sequence><xs:element name="e" minOccurs="2" maxOccurs="3"><xs:complexType>
      <xs:attribute ref="xml:id" use="required"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>""")
    package = binding.load(tmp_path / "i.xsd").package
    with pytest.raises(NoExample, match="double-id"):
        package.broken(mutation="double-id")


def test_recursion_and_wildcards(tmp_path: Path) -> None:
    made, model, _ = sampler(tmp_path, """<xs:element name="r" type="R"/><xs:complexType name="R" mixed="true"><xs:sequence>
      <xs:element name="r" type="R" minOccurs="0" maxOccurs="unbounded"/><xs:any namespace="##other" processContents="lax"/>
      <xs:any namespace="##targetNamespace" processContents="strict" minOccurs="0"/></xs:sequence></xs:complexType>""")
    for _ in range(5):
        made.valid(model.elements["{urn:t}r"])


def test_what_has_no_instance_is_said(tmp_path: Path) -> None:
    made, model, _ = sampler(tmp_path, """<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="r"/></xs:sequence>
        </xs:complexType></xs:element>
      <xs:element name="e"><xs:complexType><xs:attribute name="x" type="xs:ENTITY" use="required"/></xs:complexType></xs:element>""")
    for name in ("r", "e"):
        with pytest.raises(NoExample, match="for ever, or need a DTD"):
            made.valid(model.elements[f"{{urn:t}}{name}"])


@pytest.mark.parametrize("mutation", sorted(NAMES))
def test_a_broken_sample_is_broken_where_and_how_it_says(mutation: str) -> None:
    for seed in range(2):
        try:
            broken = v1_1.package.broken("programme", mutation=mutation, seed=seed)
        except NoExample:
            assert mutation == "false-nil", "the house vocabulary has something of every kind"
            continue
        report = v1_1.package.validator.validate(etree.tostring(broken.element))
        assert broken.mutation == mutation and not report.valid
        assert {violation.code for violation in report.violations} & set(broken.codes), (broken, report.violations)


HIT = {
    "missing-child": Element, "unknown-child": ComplexType, "wrong-order": ComplexType, "too-many": Element, "missing-attribute": Attribute,
    "unknown-attribute": Element, "bad-value": (Attribute, Element), "stray-text": Element, "false-nil": Element,
    "lost-reference": Attribute, "wrong-root": type(None),
}  # fmt: skip


@pytest.mark.parametrize("mutation", sorted(HIT))
def test_a_fault_is_where_it_says_and_names_what_of_the_schema_is_hit(library: ModuleType, mutation: str) -> None:
    """The place is that of the element whose content is wrong, or of the child of it where the schema is left."""
    for seed in range(6):
        broken = library.package.broken("library", mutation=mutation, seed=seed)
        found = library.package.validator.validate(etree.tostring(broken.element)).violations
        places = {one.path if one.path == broken.path else one.path.rpartition("/")[0] for one in found if one.code in broken.codes}
        assert broken.path in places or not broken.path, (broken, found)
        assert isinstance(broken.component, HIT[mutation]) and (broken.owner is None or mutation in ("missing-child", "too-many"))
        assert len({one.line for one in found}) == 1 or mutation == "lost-reference", "one fault, told in one way or more"


IDS = """<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="k" minOccurs="9" maxOccurs="9"><xs:complexType>
<xs:attribute name="id" type="xs:ID" use="required"/></xs:complexType></xs:element>
<xs:element name="to" type="xs:IDREF"/><xs:element name="all" type="xs:IDREFS"/></xs:sequence></xs:complexType></xs:element>"""


def test_identifiers_are_given_twice_and_references_lost_in_texts(tmp_path: Path) -> None:
    (tmp_path / "ids.xsd").write_text(f"{HEAD}{IDS}</xs:schema>", "utf-8")
    package = binding.load(tmp_path / "ids.xsd").package
    for seed in range(4):
        twice = package.broken(mutation="double-id", seed=seed)
        ids = [element.get("id") for element in twice.element if element.get("id")]
        kept = {word for element in twice.element for word in (element.text or "").split()}
        assert len(set(ids)) == len(ids) - 1 and kept <= set(ids), "what is referred to stays"
        assert isinstance(twice.component, Attribute) and twice.component.name == "id"
        lost = package.broken(mutation="lost-reference", seed=seed)
        assert {element.tag for element in lost.element if element.text == "noSuchThing"} == {lost.component.name}
        assert isinstance(lost.component, Element)
        double = [element.get("id") for element in package.broken(mutation="too-many", seed=seed).element if element.get("id")]
        assert len(set(double)) == len(double) >= 9, "a child too many has an identifier of its own"
        gone = package.broken(mutation="missing-attribute", seed=seed).element
        assert {word for element in gone for word in (element.text or "").split()} <= {element.get("id") for element in gone}


def test_keys_in_texts_and_deep_below_are_settled(tmp_path: Path) -> None:
    """A key whose fields are texts, one that must be filled in first, and a unique pair of which a part may be left out."""
    made, model, judge = sampler(tmp_path, """<xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element name="k" minOccurs="4" maxOccurs="6"><xs:complexType><xs:sequence><xs:element name="n" type="Digit"/>
        <xs:element name="m" type="Digit"/></xs:sequence><xs:attribute name="code" type="Digit"/><xs:attribute name="lang" type="Digit"/>
        <xs:attribute name="must" type="xs:string"/></xs:complexType></xs:element>
      <xs:element name="h" minOccurs="4" maxOccurs="4"><xs:complexType><xs:simpleContent><xs:extension base="Digit">
        <xs:attribute name="x"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
      <xs:element name="f" type="Digit" minOccurs="3" maxOccurs="3"/><xs:element name="g" type="xs:string" minOccurs="3" maxOccurs="3"/>
      </xs:sequence></xs:complexType>
      <xs:key name="pair"><xs:selector xpath="t:k" xmlns:t="urn:t"/><xs:field xpath="t:n" xmlns:t="urn:t"/>
        <xs:field xpath="child::t:m" xmlns:t="urn:t"/></xs:key>
      <xs:unique name="codes"><xs:selector xpath=".//t:k" xmlns:t="urn:t"/><xs:field xpath="@code"/><xs:field xpath="attribute::lang"/>
      </xs:unique>
      <xs:key name="filled"><xs:selector xpath="t:k" xmlns:t="urn:t"/><xs:field xpath="@must"/></xs:key>
      <xs:unique name="texts"><xs:selector xpath="t:none|t:f" xmlns:t="urn:t"/><xs:field xpath="."/></xs:unique>
      <xs:unique name="complex"><xs:selector xpath="t:h" xmlns:t="urn:t"/><xs:field xpath="."/></xs:unique>
      <xs:keyref name="to" refer="texts"><xs:selector xpath="t:k/t:n" xmlns:t="urn:t"/><xs:field xpath="."/></xs:keyref></xs:element>
      <xs:simpleType name="Digit"><xs:restriction base="xs:int"><xs:minInclusive value="1"/><xs:maxInclusive value="5"/></xs:restriction>
      </xs:simpleType>""")
    for _ in range(12):
        root = made.valid(model.elements["{urn:t}r"])
        assert judge.validate(root), judge.error_log


@pytest.mark.parametrize("body", [
    """<xs:sequence><xs:element name="k" type="One" minOccurs="2" maxOccurs="2"/></xs:sequence></xs:complexType><xs:key name="key">
    <xs:selector xpath="t:k" xmlns:t="urn:t"/><xs:field xpath="."/></xs:key>""",
    """<xs:sequence><xs:element name="k"/></xs:sequence></xs:complexType><xs:key name="key"><xs:selector xpath="t:k" xmlns:t="urn:t"/>
    <xs:field xpath="t:none" xmlns:t="urn:t"/></xs:key>""",
])
def test_keys_that_no_document_can_meet_are_said(tmp_path: Path, body: str) -> None:
    made, model, _ = sampler(tmp_path, f"""<xs:element name="r"><xs:complexType>{body}</xs:element><xs:simpleType name="One">
      <xs:restriction base="xs:token"><xs:enumeration value="one"/></xs:restriction></xs:simpleType>""")
    with pytest.raises(NoExample):
        made.valid(model.elements["{urn:t}r"])
