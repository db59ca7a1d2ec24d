"""Documents that are given as trees: judged as they are now, however often and in whatever they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from xmlsvc import validation

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns="urn:t" elementFormDefault="qualified">
<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="k" maxOccurs="9"><xs:complexType><xs:attribute name="id" type="xs:ID"/>
</xs:complexType></xs:element><xs:element name="v" type="V" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
<xs:complexType name="V"/><xs:complexType name="W"><xs:complexContent><xs:extension base="V"><xs:attribute name="w" type="xs:int"/>
</xs:extension></xs:complexContent></xs:complexType></xs:schema>"""


@pytest.fixture
def judge(tmp_path: Path) -> validation.Validator:
    (tmp_path / "t.xsd").write_text(SCHEMA, "utf-8")
    return validation.load([tmp_path / "t.xsd"])


def test_what_has_changed_since_is_judged_anew(judge: validation.Validator) -> None:
    root = etree.fromstring('<r xmlns="urn:t"><k id="a"/><k id="b"/></r>')
    assert judge.validate(root).valid
    root[1].set("id", "a")
    for given in (root, root.getroottree(), root):
        assert [one.code for one in judge.validate(given).violations] == ["cvc-id.2"]
    root[1].set("id", "c")
    assert judge.validate(root).valid and [child.get("id") for child in root] == ["a", "c"]


def test_an_element_in_a_larger_document_knows_the_prefixes_around_it(judge: validation.Validator) -> None:
    whole = etree.fromstring('<w xmlns:t="urn:t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><t:r/><t:r><t:k/>'
                             '<t:v xsi:type="t:W" w="1"/></t:r></w>')  # fmt: skip
    assert not judge.validate(whole[0]).valid and judge.validate(whole[1]).valid
    whole[1][1].set("w", "x")
    assert [one.path for one in judge.validate(whole[1]).violations] == ["/w/t:r[2]/t:v"] and len(whole) == 2
