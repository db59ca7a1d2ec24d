"""What changed between two versions, in words: what breaks whom is worked out from the languages, not from how they are written."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from lxml import etree

from tests.conftest import FULL
from xmlsvc import builtin, validation
from xmlsvc.binding.samples import Sampler
from xmlsvc.schema import components, evolution
from xmlsvc.schema.evolution import Evolution
from xmlsvc.schema.model import Model

BASE = """<xs:element name="a" type="A"/>
<xs:complexType name="A"><xs:sequence><xs:element name="b" type="xs:string"/><xs:element name="c" type="C" minOccurs="0" maxOccurs="3"/>
<xs:element name="d" type="xs:int" minOccurs="0"/></xs:sequence><xs:attribute name="n" type="xs:token"/></xs:complexType>
<xs:simpleType name="C"><xs:restriction base="xs:token"><xs:enumeration value="x"/><xs:enumeration value="y"/></xs:restriction>
</xs:simpleType>"""


def model(tmp_path: Path, body: str) -> Model:
    path = tmp_path / f"{abs(hash(body))}.xsd"
    path.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{body}</xs:schema>', "utf-8")
    return components.read_paths(path)


def whole(tmp_path: Path, text: str, name: str) -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def changed(tmp_path: Path, *pairs: tuple[str, str]) -> Evolution:
    after = BASE
    for old, new in pairs:
        assert old in after
        after = after.replace(old, new)
    return evolution.diff(model(tmp_path, BASE), model(tmp_path, after))


CASES = [
    # old, new, kind, words of the sentence, for writers, for readers
    ('name="b" type="xs:string"', 'name="b" type="xs:string" minOccurs="0"', "loosened", "b may be left out", True, False),
    ('name="d" type="xs:int" minOccurs="0"', 'name="d" type="xs:int"', "tightened", "d must be there", False, True),
    ('maxOccurs="3"', 'maxOccurs="2"', "tightened", "at most", False, True),
    ('maxOccurs="3"', 'maxOccurs="unbounded"', "loosened", "any number", True, False),
    ('name="d" type="xs:int"', 'name="d" type="xs:long"', "loosened", "long instead of int", True, False),
    ('name="d" type="xs:int"', 'name="d" type="xs:date"', "changed", "date instead of int", False, False),
    ('<xs:enumeration value="y"/>', "", "tightened", "“y” any more", False, True),
    ('<xs:enumeration value="y"/>', '<xs:enumeration value="y"/><xs:enumeration value="z"/>', "loosened", "“z”", True, False),
    ('type="xs:token"/></xs:complexType>', 'type="xs:token" use="required"/></xs:complexType>', "tightened", "must be there", False, True),
    ('<xs:attribute name="n" type="xs:token"/>', "", "removed", "no attribute n", False, True),
    ("</xs:complexType>", '<xs:attribute name="m"/></xs:complexType>', "added", "attribute m", True, False),
    ('name="c" type="C"', 'name="e" type="C"', "renamed", "c is called e", False, False),
    ("</xs:sequence>", '<xs:element name="f" minOccurs="0"/></xs:sequence>', "added", "may have f", True, False),
    ("</xs:sequence>", '<xs:element name="f"/></xs:sequence>', "added", "must have f", False, False),
    ('<xs:element name="d" type="xs:int" minOccurs="0"/>', "", "removed", "no d", False, True),
    ('<xs:element name="a" type="A"/>', '<xs:element name="a" type="A" nillable="true"/>', "loosened", "nil", True, False),
    ("</xs:complexType>", "<xs:anyAttribute/></xs:complexType>", "added", "attributes of any namespace", True, False),
    ("</xs:sequence>", '<xs:any minOccurs="0" namespace="##other"/></xs:sequence>', "added", "elements of any namespace", True, False),
    ('type="xs:string"', 'type="xs:token"', "changed", "token instead of string", True, True),
    ('type="xs:int"', 'type="xs:float"', "loosened", "float instead of int", True, False),
    ('type="xs:int"', 'type="xs:string"', "loosened", "string instead of int", True, False),
    ("<xs:element name=\"d\"", '<xs:element name="x" minOccurs="0"/><xs:element name="d"', "added", "may have x", True, False),
    ('<xs:attribute name="n" type="xs:token"/>', '<xs:attribute name="N" type="xs:token"/>', "renamed", "n is called N", False, False),
    ('<xs:element name="c" type="C"', '<xs:element name="Cs" type="C"', "renamed", "c is called Cs", False, False),
    ('<xs:element name="a" type="A"/>', '<xs:element name="a" type="A"><xs:unique name="u"><xs:selector xpath="c"/><xs:field xpath="."/>'
     "</xs:unique></xs:element>", "tightened", "must differ from each other", False, True),
    ('<xs:enumeration value="x"/>', '<xs:length value="1"/><xs:enumeration value="x"/>', "tightened", "exactly 1 character", False, True),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind", "said", "writers", "readers"), CASES)
def test_one_change(tmp_path: Path, old: str, new: str, kind: str, said: str, writers: bool, readers: bool) -> None:
    found = changed(tmp_path, (old, new))
    assert [(change.kind, said in change.what) for change in found.changes] == [(kind, True)], found.changes
    assert (found.writers, found.readers) == (writers, readers)


def test_the_order_of_children(tmp_path: Path) -> None:
    c = '<xs:element name="c" type="C" minOccurs="0" maxOccurs="3"/>'
    d = '<xs:element name="d" type="xs:int" minOccurs="0"/>'
    (change,) = changed(tmp_path, (f"{c}\n{d}", f"{d}{c}")).changes
    assert change.kind == "reordered" and "b, d, c" in change.what and not change.writers and not change.readers


def test_what_is_only_written_another_way_is_no_change(tmp_path: Path) -> None:
    two, one = ('<xs:element name="c" type="C" minOccurs="0" maxOccurs="2"/>', '<xs:element name="c" type="C" minOccurs="0"/>')
    same = f"<xs:sequence>{two}{one}</xs:sequence>"
    assert changed(tmp_path, ('<xs:element name="c" type="C" minOccurs="0" maxOccurs="3"/>', same)).changes == ()


def test_the_house_vocabulary() -> None:
    folder = builtin.path("schemas") / "programme"
    old, new = (components.read_paths(folder / version / "programme.xsd") for version in ("1.0", "1.1"))
    found = evolution.diff(old, new)
    said = {f"{change.where}: {change.what}" for change in found.changes}
    assert "type ResourceType: checksum is called md5 now." in said and "type ClipKindType: It may be “web-only”, too." in said
    assert not found.writers and not found.readers and evolution.diff(old, old).changes == evolution.diff(new, new).changes == ()
    assert not any("VideoType: checksum" in one for one in said), "what is inherited is told once"


LIST = """<xs:union><xs:simpleType><xs:restriction base="xs:token"><xs:enumeration value="a"/></xs:restriction></xs:simpleType>
<xs:simpleType><xs:restriction base="xs:token"><xs:enumeration value="b"/></xs:restriction></xs:simpleType></xs:union>"""
UNION = '<xs:union memberTypes="xs:int xs:date"/>'
VALUES = [
    # the type of an attribute before and after; what is said; for writers, for readers
    (UNION, '<xs:union memberTypes="xs:int xs:date xs:boolean"/>', "may be of the type boolean", True, False),
    (UNION, '<xs:union memberTypes="xs:date xs:int"/>', None, True, True),
    (UNION, '<xs:restriction base="xs:date"/>', "may not be of the type int", False, True),
    (LIST, '<xs:restriction base="xs:token"><xs:enumeration value="b"/></xs:restriction>', "may not be “a” any more", False, True),
    ('<xs:restriction base="xs:int"/>', '<xs:list itemType="xs:int"/>', "lists now", True, False),
    ('<xs:restriction base="xs:string"><xs:pattern value="a|b"/></xs:restriction>',
     '<xs:restriction base="xs:string"><xs:pattern value="a|b"/><xs:pattern value="c"/></xs:restriction>', "must match", True, False),
    ('<xs:restriction base="xs:string"><xs:maxLength value="3"/></xs:restriction>',
     '<xs:restriction base="xs:string"><xs:maxLength value="1"/></xs:restriction>', "at most 1 character, instead of 3", False, True),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said", "writers", "readers"), VALUES)
def test_values(tmp_path: Path, old: str, new: str, said: str | None, writers: bool, readers: bool) -> None:
    body = """<xs:element name="a"><xs:complexType><xs:attribute name="n"><xs:simpleType>{}</xs:simpleType></xs:attribute>
    </xs:complexType></xs:element>"""
    found = evolution.diff(model(tmp_path, body.format(old)), model(tmp_path, body.format(new)))
    assert [said in change.what for change in found.changes if said] == ([True] if said else []), found.changes
    assert (found.writers, found.readers) == (writers, readers)


NAMED = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{space}" targetNamespace="{space}" elementFormDefault="qualified">
<xs:element name="a" type="A"/><xs:complexType name="A"><xs:sequence><xs:element name="b" type="xs:string"/><xs:element name="c">
<xs:complexType><xs:sequence><xs:element name="d" type="xs:string" minOccurs="0"/>{inner}
</xs:sequence></xs:complexType></xs:element>{outer}</xs:sequence>
</xs:complexType></xs:schema>"""
E = '<xs:element name="e" type="xs:date" minOccurs="0"/>'


def test_a_namespace_that_took_another_one_s_place_is_one_change(tmp_path: Path) -> None:
    old = components.read_paths(whole(tmp_path, NAMED.format(space="urn:v1", inner="", outer=""), "old.xsd"))
    new = components.read_paths(whole(tmp_path, NAMED.format(space="urn:v2", inner=E, outer=""), "new.xsd"))
    found = evolution.diff(old, new)
    assert [(change.kind, change.where, change.what) for change in found.changes] == [
        ("renamed", "schema", "Everything in the namespace urn:v1 is in urn:v2 now."), ("added", "type A / c", "It may have e."),
    ]  # fmt: skip
    assert not found.writers and not found.readers


def test_what_stands_elsewhere_now(tmp_path: Path) -> None:
    out = components.read_paths(whole(tmp_path, NAMED.format(space="urn:v", inner="", outer=E), "out.xsd"))
    into = components.read_paths(whole(tmp_path, NAMED.format(space="urn:v", inner=E, outer=""), "into.xsd"))
    down, up = evolution.diff(out, into), evolution.diff(into, out)
    assert [(change.kind, change.what) for change in down.changes if change.kind == "moved"] == [("moved", "e stands in c now.")]
    assert [(change.kind, change.what) for change in up.changes if change.kind == "moved"] == [
        ("moved", "It may have e, which stood in c before.")
    ]
    assert down.changes[0].names == ("{urn:v}e", "{urn:v}c") and not down.writers and not up.writers


def test_each_place_of_a_type_that_was_replaced_is_told(tmp_path: Path) -> None:
    two = """<xs:element name="a"><xs:complexType><xs:attribute name="one" type="{0}"/><xs:attribute name="two" type="{0}"/>
    </xs:complexType></xs:element><xs:simpleType name="S"><xs:restriction base="xs:string"><xs:length value="3"/></xs:restriction>
    </xs:simpleType>"""
    found = evolution.diff(model(tmp_path, two.format("xs:string")), model(tmp_path, two.format("S")))
    assert [change.where for change in found.changes] == ["element a / @one", "element a / @two"]


STEPS = [("4", "4.3"), ("4.3", "4.4"), ("4.4", "4.6"), ("4.6", "4.7"), ("4", "4.7")]


@pytest.mark.parametrize(("old", "new"), STEPS if FULL else STEPS[:2])
def test_what_is_compatible_is_what_samples_say(corpora: Path, old: str, new: str) -> None:
    folder = corpora / "datacite" / "schema"
    judges = [validation.load(folder / version / "metadata.xsd") for version in (old, new)]
    models = [components.read(judge.set) for judge in judges]
    found = evolution.diff(*models)
    for fine, one, judge in ((found.writers, 0, judges[1]), (found.readers, 1, judges[0])):
        sampler = Sampler(models[one], partial(_fault, judges[one]), seed=3)
        made = [etree.tostring(sampler.valid(sampler.roots()[0])) for _ in range(20)]
        assert all(judge.validate(data).valid for data in made) or not fine, (old, new)


def _fault(judge: validation.Validator, element: etree._Element) -> str | None:
    report = judge.validate(element)
    return None if report.valid else report.violations[0].message


def test_many_children_in_any_order(tmp_path: Path) -> None:
    """Their automaton would have a state for each set of them."""
    many = "".join(f'<xs:element name="e{n}" minOccurs="0"/>' for n in range(30))
    body = '<xs:element name="a"><xs:complexType><xs:all>{}</xs:all></xs:complexType></xs:element>'
    one, two = (model(tmp_path, body.format(f"{many}{more}")) for more in ("", '<xs:element name="f" minOccurs="0"/>'))
    needed = model(tmp_path, body.format(f'{many}<xs:element name="f"/>'))
    assert evolution.diff(one, one).changes == ()
    grown, shrunk, must = evolution.diff(one, two), evolution.diff(two, one), evolution.diff(one, needed)
    assert [(change.kind, change.what) for change in grown.changes] == [("added", "It may have f.")] and grown.writers and not grown.readers
    assert [(change.kind, change.what) for change in shrunk.changes] == [("removed", "It has no f any more.")] and not shrunk.writers
    assert [(change.kind, change.what) for change in must.changes] == [("added", "It must have f.")] and not must.writers
