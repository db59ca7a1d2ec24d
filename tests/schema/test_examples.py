"""Example values meet every facet; fragments are valid; the same question has the same answer."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from lxml import etree

from tests.conftest import FULL
from xmlsvc.errors import UnresolvedLocation
from xmlsvc.schema import components, examples, facets, literals
from xmlsvc.schema.model import ComplexType, Model, SimpleType
from xmlsvc.xml.names import Prefixes

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">'

FACETS = [
    ("token", '<xs:pattern value="[A-Z]{2}\\d{3}(-x)?"/><xs:maxLength value="5"/>'),
    ("token", '<xs:minLength value="40"/><xs:maxLength value="41"/>'),
    ("string", '<xs:pattern value="\\p{Lu}\\p{Ll}+|[^a-z]\\d*[&#x3b1;-&#x3c9;-[&#x3b2;]]"/>'),
    ("string", '<xs:length value="0"/>'),
    ("NCName", '<xs:pattern value="_.*"/><xs:length value="9"/>'),
    ("decimal", '<xs:totalDigits value="4"/><xs:fractionDigits value="3"/><xs:minExclusive value="-1"/><xs:maxInclusive value="-0.5"/>'),
    ("byte", '<xs:pattern value="1.7"/>'), ("unsignedLong", '<xs:minInclusive value="18446744073709551615"/>'),
    ("integer", '<xs:maxExclusive value="-99999999999999999999"/>'), ("double", '<xs:minInclusive value="1E300"/>'),
    ("float", '<xs:maxExclusive value="0"/>'), ("date", '<xs:minInclusive value="2031-01-01"/><xs:maxExclusive value="2031-01-02"/>'),
    ("dateTime", '<xs:pattern value=".*T.*\\.\\d{3}Z"/>'), ("dateTime", '<xs:pattern value=".*[+]02:00"/>'),
    ("gYear", '<xs:minExclusive value="2050"/>'),
    ("duration", '<xs:pattern value="P\\d+DT.*"/>'), ("duration", '<xs:minInclusive value="P10Y"/>'),
    ("hexBinary", '<xs:length value="16"/>'),
    ("base64Binary", '<xs:minLength value="7"/><xs:maxLength value="7"/>'), ("boolean", '<xs:pattern value="0|1"/>'),
    ("language", '<xs:pattern value="[a-z]{2}-[A-Z]{2}"/>'), ("anyURI", '<xs:pattern value="urn:[a-z]+:\\d+"/>'),
    ("NMTOKENS", '<xs:length value="4"/>'),
    ("IDREFS", '<xs:maxLength value="1"/>'), ("time", '<xs:pattern value="1[0-9]:.*Z"/>'),
]  # fmt: skip


def model_of(directory: Path, body: str) -> Model:
    (directory / "main.xsd").write_text(HEAD + body + "</xs:schema>", "utf-8")
    return components.read_paths(directory / "main.xsd")


@pytest.mark.parametrize(("base", "body"), FACETS, ids=range(len(FACETS)))
def test_values_meet_their_facets(tmp_path: Path, base: str, body: str) -> None:
    model = model_of(tmp_path, f"""<xs:simpleType name="s"><xs:restriction base="xs:{base}">{body}</xs:restriction></xs:simpleType>
        <xs:element name="e" type="t:s"/>""")
    simple = model.types["{urn:t}s"]
    assert isinstance(simple, SimpleType)
    judge = etree.XMLSchema(file=str(tmp_path / "main.xsd"))
    for seed in range(5):
        element = etree.Element("{urn:t}e")
        element.text = literals.literal(simple, Random(seed))
        assert judge.validate(element), (element.text, judge.error_log)
    assert examples.value(simple) == examples.value(simple)


def test_a_type_without_values_is_said(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:simpleType name="s"><xs:restriction base="xs:token"><xs:pattern value="a{5}"/>
        <xs:maxLength value="2"/>
        </xs:restriction></xs:simpleType>""")
    simple = model.types["{urn:t}s"]
    assert isinstance(simple, SimpleType)
    with pytest.raises(examples.NoExample, match="no value"):
        examples.value(simple)


def test_fragment_is_small_and_readable(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:element name="person"><xs:complexType><xs:sequence><xs:element name="name" type="xs:token"/>
        <xs:element name="note" minOccurs="0"/><xs:choice><xs:element name="deep" type="t:rec"/><xs:element name="flat" type="xs:date"/>
        </xs:choice>
        </xs:sequence><xs:attribute name="id" type="xs:ID" use="required"/><xs:attribute name="x"/></xs:complexType></xs:element>
        <xs:complexType name="rec"><xs:sequence><xs:element name="again" type="t:rec"/></xs:sequence></xs:complexType>""")
    fragment = examples.fragment(model.elements["{urn:t}person"], Prefixes({}, {"urn:t": "p"}), model)
    assert fragment.splitlines()[0] == '<p:person id="id1">' and "p:flat" in fragment and "note" not in fragment and "x=" not in fragment


def test_endless_recursion_is_said(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:element name="a" type="t:rec"/><xs:complexType name="rec"><xs:sequence>
        <xs:element name="again" type="t:rec"/>
        </xs:sequence></xs:complexType>""")
    with pytest.raises(examples.NoExample, match="for ever"):
        examples.fragment(model.elements["{urn:t}a"], Prefixes({}), model)


def test_facets_say_what_is_wrong(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:simpleType name="u"><xs:union memberTypes="xs:date"><xs:simpleType><xs:restriction base="xs:token">
        <xs:enumeration value="soon"/></xs:restriction></xs:simpleType></xs:union></xs:simpleType>
        <xs:simpleType name="l"><xs:restriction><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType><xs:maxLength value="2"/>
        </xs:restriction>
        </xs:simpleType><xs:simpleType name="p"><xs:restriction base="xs:decimal"><xs:totalDigits value="3"/><xs:maxInclusive value="9.9"/>
        </xs:restriction></xs:simpleType>""")
    said = {(name, text): facets.fault(simple, text) for name, text in
            [("u", "soon"), ("u", " 2024-01-01 "), ("u", "late"), ("l", "1 2"), ("l", "1 2 3"), ("l", "1 x"), ("p", "1.234"),
            ("p", "10"), ("p", "9.90")]
            if isinstance(simple := model.types[f"{{urn:t}}{name}"], SimpleType)}
    assert said == {
        ("u", "soon"): None, ("u", " 2024-01-01 "): None, ("u", "late"): "is no xs:date and is none of soon", ("l", "1 2"): None,
        ("l", "1 2 3"): "has 3 items, not at most 2", ("l", "1 x"): "has the item 'x', which is no xs:int",
        ("p", "1.234"): "has more than 3 digits", ("p", "10"): "is not at most 9.9", ("p", "9.90"): None}


def test_moments_with_and_without_a_zone_have_no_order_within_14_hours(tmp_path: Path) -> None:
    model = model_of(tmp_path, """<xs:simpleType name="d"><xs:restriction base="xs:dateTime"><xs:minInclusive value="2030-01-01T00:00:00Z"/>
        </xs:restriction></xs:simpleType>""")
    simple = model.types["{urn:t}d"]
    assert isinstance(simple, SimpleType) and facets.fault(simple, "2030-01-01T05:00:00") == "is not at least 2030-01-01T00:00:00Z"
    assert facets.fault(simple, "2030-01-02T00:00:00") is None, "14 hours later it is later in every zone"
    assert facets.fault(simple, examples.value(simple)) is None


def test_every_corpus_type_has_a_value(corpora: Path) -> None:
    """Each simple type of every set (of every tenth document in the quick run)."""
    seen = 0
    for path in sorted(corpora.glob("*/schema/**/*.xsd"))[:: 1 if FULL else 12]:
        try:
            model = components.read_paths(path)
        except UnresolvedLocation:
            continue
        for made in model.types.values():
            simples = [made] if isinstance(made, SimpleType) else [use.type for use in made.attributes.values()] if isinstance(made,
            ComplexType) else []
            for simple in simples:
                if simple.builtin not in ("NOTATION", "ENTITY", "ENTITIES"):  # no document has the DTD that they need
                    literals.literal(simple, Random(1))
                    seen += 1
    assert seen > 1000
