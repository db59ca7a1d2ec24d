"""How a sentence counts: one character, two characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from xmlsvc import validation

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:simpleType><xs:restriction base="{base}">
<xs:{facet} value="{limit}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>"""


@pytest.mark.parametrize(("base", "facet", "limit", "text", "said"), [
    ("xs:string", "minLength", 4, "9", "has 1 character, but it must have at least 4"),
    ("xs:string", "minLength", 4, "99", "has 2 characters, but it must have at least 4"),
    ("xs:string", "maxLength", 1, "99", "has 2 characters, but it may have at most 1"),
    ("xs:string", "minLength", 4, "", "must have at least 4 characters"),
    ("xs:hexBinary", "length", 2, "ff", "has 1 byte, but it must have exactly 2"),
    ("xs:NMTOKENS", "minLength", 2, "a", "has 1 item, but it must have at least 2"),
])  # fmt: skip
def test_units_are_counted_in_words_that_fit(tmp_path: Path, base: str, facet: str, limit: int, text: str, said: str) -> None:
    xsd = tmp_path / "a.xsd"
    xsd.write_text(XSD.format(base=base, facet=facet, limit=limit), "utf-8")
    (violation,) = validation.load([xsd]).validate(f"<a>{text}</a>".encode()).violations
    assert said in violation.message


def test_an_xml_id_is_judged_as_any_identifier(tmp_path: Path) -> None:
    (tmp_path / "xml.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
      targetNamespace="http://www.w3.org/XML/1998/namespace"><xs:attribute name="id" type="xs:ID"/></xs:schema>""")
    (tmp_path / "a.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="xml.xsd"/><xs:element name="a"><xs:complexType>
      <xs:sequence><xs:element name="b" minOccurs="0" maxOccurs="9"><xs:complexType><xs:attribute ref="xml:id"/>
      <xs:attribute name="to" type="xs:IDREF"/></xs:complexType></xs:element></xs:sequence><xs:attribute ref="xml:id"/></xs:complexType>
      </xs:element></xs:schema>""")
    validator = validation.load(tmp_path / "a.xsd")
    for document, codes in (
        ('<a xml:id="x"><b to="x"/></a>', []), ('<a xml:id="x"><b xml:id="x"/></a>', ["cvc-id.2"]), ('<a xml:id=" x "/>', []),
        ('<a xml:id="1"/>', ["cvc-datatype-valid.1.2.1"]), ('<a xml:id="x"><b to="y"/></a>', ["cvc-id.1"]),
        ('<a xml:id="1"><b xml:id="x"/><b xml:id="x"/></a>', ["cvc-datatype-valid.1.2.1", "cvc-id.2"]),
    ):  # fmt: skip
        assert [each.code for each in validator.validate(document.encode()).violations] == codes, document
