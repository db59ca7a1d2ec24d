"""The generic JSON: one test a line of its table, then every document of four corpora."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xmlsvc.errors import NotWellFormed
from xmlsvc.publish import generic_json, shape
from xmlsvc.schema.registry import Registry, Schema
from xmlsvc.settings import Settings
from xmlsvc.xml.parser import parse

BODY = """
<xs:element name="r" type="t:R"/>
<xs:complexType name="R"><xs:sequence>
  <xs:element name="once" type="xs:string" minOccurs="0"/>
  <xs:element name="many" type="xs:token" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="flag" type="xs:boolean" minOccurs="0"/>
  <xs:element name="int" type="xs:integer" minOccurs="0"/>
  <xs:element name="dec" type="xs:decimal" minOccurs="0"/>
  <xs:element name="dbl" type="xs:double" minOccurs="0"/>
  <xs:element name="day" type="xs:date" minOccurs="0"/>
  <xs:element name="list" minOccurs="0"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element>
  <xs:element name="union" minOccurs="0"><xs:simpleType><xs:union memberTypes="xs:int xs:token"/></xs:simpleType></xs:element>
  <xs:element name="nil" type="t:Text" nillable="true" minOccurs="0"/>
  <xs:element name="bare" type="xs:string" nillable="true" minOccurs="0"/>
  <xs:element name="text" type="t:Text" minOccurs="0"/>
  <xs:element name="mixed" type="t:Mixed" minOccurs="0"/>
  <xs:element name="poly" type="t:Base" minOccurs="0"/>
  <xs:element name="empty" minOccurs="0"><xs:complexType><xs:attribute name="n" type="xs:int"/></xs:complexType></xs:element>
  <xs:choice minOccurs="0"><xs:element name="alt" type="xs:string"/>
    <xs:sequence><xs:element name="x"/><xs:element name="alt" type="xs:string"/></xs:sequence></xs:choice>
  <xs:sequence maxOccurs="2" minOccurs="0"><xs:element name="pair" type="xs:string"/></xs:sequence>
  <xs:element ref="t:head" minOccurs="0" maxOccurs="unbounded"/>
  <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence><xs:attribute name="id" type="xs:token"/><xs:attribute name="count" type="xs:int"/><xs:anyAttribute processContents="lax"/>
</xs:complexType>
<xs:complexType name="Text"><xs:simpleContent><xs:extension base="xs:token"><xs:attribute name="lang" type="xs:language"/></xs:extension>
</xs:simpleContent></xs:complexType>
<xs:complexType name="Mixed" mixed="true"><xs:sequence>
  <xs:element name="b" type="xs:string" minOccurs="0" maxOccurs="9"/></xs:sequence></xs:complexType>
<xs:complexType name="Base"><xs:sequence><xs:element name="p" type="xs:int"/></xs:sequence></xs:complexType>
<xs:complexType name="More"><xs:complexContent><xs:extension base="t:Base"><xs:sequence>
  <xs:element name="q" type="xs:int" maxOccurs="2"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:element name="head" type="xs:string" abstract="true"/><xs:element name="sub" type="xs:string" substitutionGroup="t:head"/>
"""


@pytest.fixture(scope="module")
def render(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    from xmlsvc import settings as settings_module

    folder = tmp_path_factory.mktemp("json")
    (folder / "xmlsvc.toml").write_text("")
    (folder / "v.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:v" xmlns:t="urn:v" xmlns:o="urn:other" '
        f'elementFormDefault="qualified">{BODY}</xs:schema>')
    shaped = shape.of(Registry(settings_module.load(folder, {})).add("voc", [folder / "v.xsd"], "1"))

    def make(inner: str) -> Any:
        xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        text = inner if inner.startswith("<r") else f"<r>{inner}</r>"
        text = text.replace("<r", f'<r xmlns="urn:v" xmlns:any="urn:other" {xsi}', 1)
        return json.loads(generic_json.render(parse(text.encode()), shaped))

    return make


@pytest.mark.parametrize(("inner", "member"), [
    ("<once> a  b </once>", {"once": " a  b "}),
    ("<once/>", {"once": ""}),
    ("<many>a</many>", {"many": ["a"]}),
    ("<many> a </many><once>x</once><many>b  c</many>", {"many": ["a", "b c"], "once": "x"}),
    ("<once>1</once><once>2</once>", {"once": ["1", "2"]}),
    ("<flag> 1 </flag>", {"flag": True}), ("<flag>false</flag>", {"flag": False}), ("<flag>yes</flag>", {"flag": "yes"}),
    ("<int>-007</int>", {"int": -7}), ("<int>12345678901234567890</int>", {"int": 12345678901234567890}), ("<int>x</int>", {"int": "x"}),
    ("<dec>1.50</dec>", {"dec": 1.5}), ("<dec>0.1</dec>", {"dec": 0.1}), ("<dec>3</dec>", {"dec": 3}),
    ("<dec>0.12345678901234567890123</dec>", {"dec": "0.12345678901234567890123"}), ("<dec>1e3</dec>", {"dec": "1e3"}),
    ("<dec>12345678901234567890</dec>", {"dec": "12345678901234567890"}),
    ("<dbl>1e3</dbl>", {"dbl": 1000.0}), ("<dbl>INF</dbl>", {"dbl": "INF"}), ("<dbl>NaN</dbl>", {"dbl": "NaN"}),
    ("<dbl>1e999</dbl>", {"dbl": "1e999"}),
    ("<day>2024-05-03</day>", {"day": "2024-05-03"}),
    ("<list> 1 2\n3 x</list>", {"list": [1, 2, 3, "x"]}), ("<list/>", {"list": []}),
    ("<union>12</union>", {"union": "12"}),
    ("<nil xsi:nil='true' lang='nl'/>", {"nil": {"@lang": "nl", "value": None}}), ("<bare xsi:nil='1'/>", {"bare": None}),
    ("<text>x</text>", {"text": {"value": "x"}}), ("<text lang='nl'>x</text>", {"text": {"@lang": "nl", "value": "x"}}),
    ("<mixed>a <b>c</b> d<!-- no -->e<?no?> </mixed>", {"mixed": {"content": ["a ", {"b": "c"}, " de "]}}),
    ("<mixed/>", {"mixed": {"content": []}}),
    ("<poly><p>1</p></poly>", {"poly": {"p": 1}}),
    ("<poly xsi:type='More'><p>1</p><q>2</q></poly>", {"poly": {"@type": "More", "p": 1, "q": [2]}}),
    ("<poly xsi:type='unknown'><p>1</p></poly>", {"poly": {"@type": "unknown", "p": 1}}),
    ("<empty n='5'/>", {"empty": {"@n": 5}}), ("<empty/>", {"empty": {}}),
    ("<alt>a</alt>", {"alt": "a"}), ("<pair>a</pair>", {"pair": ["a"]}), ("<sub>s</sub>", {"sub": ["s"]}),
    ("<unknown>t</unknown>", {"unknown": "t"}), ("<unknown><a>1</a><a>2</a></unknown>", {"unknown": {"a": ["1", "2"]}}),
    ("<unknown>t<a/>u</unknown>", {"unknown": {"content": ["t", {"a": ""}, "u"]}}),
    ("<unknown k='v'>t</unknown>", {"unknown": {"@k": "v", "value": "t"}}),
    ("<text>a<x>b</x></text>", {"text": {"content": ["a", {"x": "b"}]}}),
    ("<once><x k='1'/></once>", {"once": {"x": {"@k": "1", "value": ""}}}),
    ("<r>stray<once>1</once></r>", {"content": ["stray", {"once": "1"}]}),
    ("<empty n='5'>no</empty>", {"empty": {"@n": 5, "content": ["no"]}}),
    ("<once><![CDATA[<&]]>é𝄞</once>", {"once": "<&é𝄞"}),
    ("<r id=' x ' count='3'/>", {"@id": "x", "@count": 3}), ("<r count='many'/>", {"@count": "many"}),
])  # fmt: skip
def test_each_rule(render: Callable[[str], Any], inner: str, member: dict[str, Any]) -> None:
    assert render(inner) == {"r": member}


def test_other_namespaces_have_the_schemas_prefixes(render: Callable[[str], Any]) -> None:
    assert render('<r any:k="v"><any:x xml:lang="nl">1</any:x></r>') == {
        "@namespaces": {"o": "urn:other"}, "r": {"@o:k": "v", "o:x": {"@xml:lang": "nl", "value": "1"}}}


def test_the_same_shape_whatever_the_prefixes(render: Callable[[str], Any]) -> None:
    shaped = render("<once>1</once>")
    assert shaped == {"r": {"once": "1"}}
    assert list(render("<r id='1' count='2'/>")["r"]) == ["@id", "@count"], "in document order"


@pytest.mark.parametrize(("corpus", "schema"), [
    ("pbcore-aapb", "pbcore-2.1.xsd"), ("npo-poms", "media/vproMedia.xsd"), ("datacite", "4.7/metadata.xsd"), ("ebucore", "ebucore.xsd"),
    ("iati", "iati-activities-schema.xsd"),
])  # fmt: skip
def test_every_document_keeps_every_text(instance: Settings, corpora: Path, corpus: str, schema: str) -> None:
    """Each text and attribute value of real documents, valid or not, is in the JSON (as it was, or as the number that it means)."""
    made: Schema = Registry(instance).add(corpus.replace("-aapb", ""), [corpora / corpus / "schema" / schema], "1")
    documents = 0
    for path in sorted((corpora / corpus / "docs").rglob("*.xml"))[:120]:
        raw = path.read_bytes()
        try:
            tree = parse(raw)
        except NotWellFormed:
            continue
        values: list[str] = []

        def collect(value: Any, values: list[str] = values) -> None:
            if isinstance(value, dict):
                for each in value.values():
                    collect(each)
            elif isinstance(value, list):
                for each in value:
                    collect(each)
            else:
                values.append("".join(str(value).split()))

        collect(json.loads(generic_json.render(tree, shape.of(made))))
        everything = "\n".join(values)
        for text in tree.xpath("//text()[normalize-space()] | //@*[namespace-uri() != 'http://www.w3.org/2001/XMLSchema-instance']"):
            word = "".join(str(text).split())
            assert word in everything or _number(word) in map(_number, values) or word in ("true", "false", "1", "0"), (path.name, text)
        documents += 1
    assert documents >= 3


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text
