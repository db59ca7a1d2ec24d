"""What changed between two versions, in words: what breaks whom is worked out from the languages, not from how they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from xmlsvc import builtin
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
    ("</xs:sequence>", '<xs:element name="f"/></xs:sequence>', "added", "must have a f", False, False),
    ('<xs:element name="d" type="xs:int" minOccurs="0"/>', "", "removed", "no d", False, True),
    ('<xs:element name="a" type="A"/>', '<xs:element name="a" type="A" nillable="true"/>', "loosened", "nil", True, False),
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
