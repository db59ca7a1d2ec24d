"""What kinds of Python values a simple type takes and gives, and what is said of those that it does not."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from xmlsvc import binding
from xmlsvc.binding import BadValue, Date, DateTime, QName

EITHER = '<xs:union memberTypes="xs:int xs:date"/>'
ATTRIBUTES = {
    "kind": "xs:QName", "kinds": '<xs:list itemType="xs:QName"/>', "either": '<xs:union memberTypes="xs:int xs:QName"/>', "n": EITHER,
    "ns": f"<xs:list><xs:simpleType>{EITHER}</xs:simpleType></xs:list>", "ints": '<xs:list itemType="xs:int"/>', "truth": "xs:boolean",
    "day": "xs:date", "at": "xs:dateTime", "price": "xs:decimal", "size": "xs:double", "count": "xs:int", "big": "xs:integer",
    "line": "xs:normalizedString",
    "whole": '<xs:restriction base="xs:decimal"><xs:fractionDigits value="0"/></xs:restriction>',
}  # fmt: skip


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """One attribute of each kind, and children of any simple type."""
    attributes = "".join(
        f'<xs:attribute name="{name}" type="{kind}"/>' if kind.startswith("xs:") else
        f'<xs:attribute name="{name}"><xs:simpleType>{kind}</xs:simpleType></xs:attribute>' for name, kind in ATTRIBUTES.items())
    path: Path = tmp_path_factory.mktemp("kinds") / "kinds.xsd"
    path.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:k" elementFormDefault="qualified">'
        '<xs:element name="k"><xs:complexType><xs:sequence><xs:element name="any" type="xs:anySimpleType" minOccurs="0" maxOccurs="9"/>'
        f"</xs:sequence>{attributes}</xs:complexType></xs:element></xs:schema>", "utf-8")
    return binding.load(path)


def element(kinds: ModuleType, attributes: str = "", content: str = "") -> Any:
    """A document whose namespace is the default one and in which the prefixes a and xs are declared."""
    return kinds.parse(f'<k xmlns="urn:k" xmlns:a="urn:a" xmlns:xs="http://www.w3.org/2001/XMLSchema" {attributes}>{content}</k>'.encode())


A = QName("urn:a", "x")


@pytest.mark.parametrize(("name", "value", "text"), [
    ("kind", A, "a:x"), ("kind", "a:x", "a:x"), ("kinds", (A, QName("urn:a", "y")), "a:x a:y"), ("either", A, "a:x"), ("either", 5, "5"),
    ("n", 5, "5"), ("n", Date.parse("2024-01-01"), "2024-01-01"), ("n", datetime.date(2024, 1, 1), "2024-01-01"),
    ("ns", [1, Date.parse("2024-01-01Z")], "1 2024-01-01Z"), ("ns", "1 2", "1 2"), ("ints", [1, 2], "1 2"), ("ints", iter((3, 4)), "3 4"),
    ("ints", (), ""), ("truth", True, "true"), ("truth", "1", "1"), ("at", datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC),
    "2024-01-01T00:00:00Z"),
    ("price", 1.5, "1.5"), ("price", Decimal("1.50"), "1.50"), ("price", 10**400, "1" + "0" * 400), ("price", 1e-7, "0.0000001"),
    ("size", 1, "1"), ("size", 1e-7, "1E-07"), ("size", float("inf"), "INF"), ("size", float("nan"), "NaN"), ("count", 2, "2"),
    ("count", 2.0, "2"), ("count", Decimal("2.00"), "2"), ("count", Decimal("2E1"), "20"), ("whole", Decimal("2.0"), "2.0"),
])  # fmt: skip
def test_what_is_taken_can_be_read_again(kinds: ModuleType, name: str, value: Any, text: str) -> None:
    doc = element(kinds)
    setattr(doc, name, value)
    assert doc.xml.raw(name) == text and doc.validate().valid, doc.validate().violations
    again = kinds.parse(doc.save())
    assert getattr(again, name) == getattr(doc, name) or text == "NaN"


@pytest.mark.parametrize(("name", "value", "words"), [
    ("either", b"x", "no member type of the union"), ("n", 1.5, "1.5 cannot be written as xs:int or xs:date"),
    ("n", True, "no member type"),
    ("ns", 5, "cannot be written as a list of xs:int or xs:date: a list is wanted"), ("ns", b"12", "a list is wanted"),
    ("ints", "1 x", "'x' is no xs:integer"), ("ints", [1, 2.5], "xs:int holds whole numbers"),
    ("truth", 1, "int is not what xs:boolean holds"),
    ("truth", "yes", "'yes' is no xs:boolean"), ("day", DateTime.parse("2024-01-01T00:00:00"), "DateTime is not what xs:date holds"),
    ("at", Date.parse("2024-01-01"), "Date is not what xs:dateTime holds"), ("price", True, "bool is not what xs:decimal holds"),
    ("price", "1,5", "'1,5' is no xs:decimal"), ("price", float("nan"), "xs:decimal holds finite numbers"),
    ("price", Decimal("Infinity"), "finite numbers"), ("count", float("inf"), "xs:int holds finite numbers"),
    ("count", "2.0", "no xs:integer"),
    ("count", Decimal("NaN"), "finite numbers"), ("count", 2.5, "whole numbers"), ("whole", 2.5, "whole numbers"),
    ("size", "big", "no xs:float"),
    ("kind", QName("local"), r"QName\('local'\) cannot be written as xs:QName: local is in no namespace, which cannot be written where"),
    ("kind", "{urn:a}x", "no xs:QName"), ("kind", 5, "int is not what xs:QName holds"),
])  # fmt: skip
def test_what_is_not_taken_is_refused_with_the_reason(kinds: ModuleType, name: str, value: Any, words: str) -> None:
    doc = element(kinds)
    with pytest.raises(BadValue, match=words):
        setattr(doc, name, value)
    assert not doc.xml.is_set(name)


def test_values_that_name_something_by_prefix(kinds: ModuleType) -> None:
    doc = element(kinds, 'kind="a:x" kinds=" a:x  local " either="a:x"')
    assert (doc.kind, doc.either) == (A, A) and [name.text for name in doc.kinds] == ["{urn:a}x", "{urn:k}local"]
    assert element(kinds, 'either=" 12 "').either == 12
    doc.kinds = [QName("urn:new", "n"), A, QName("urn:k", "own")]
    again = kinds.parse(doc.save())
    assert [name.text for name in again.kinds] == ["{urn:new}n", "{urn:a}x", "{urn:k}own"] and again.validate().valid
    for attribute in ('kind="zz:x"', 'kinds="a:x zz:x"', 'either="zz:x"'):
        with pytest.raises(BadValue, match="the prefix of 'zz:x' is not declared"):
            getattr(element(kinds, attribute), attribute.partition("=")[0])


@pytest.mark.parametrize(("attribute", "words"), [
    ('either="1.5"', "'1.5' is of no member type of xs:int or xs:QName"),
    ('n="summer"', "'summer' is of no member type of xs:int or xs:date"),
    ('ints="1 2 x"', "K.ints: 'x' is no xs:integer"), ('day="2024-02-30"', "K.day: day is out of range"),
    ('truth="ja"', "K.truth: 'ja' is no xs:boolean"),
])  # fmt: skip
def test_a_text_that_is_no_value_says_so_when_it_is_read(kinds: ModuleType, attribute: str, words: str) -> None:
    with pytest.raises(BadValue, match=words):
        getattr(element(kinds, attribute), attribute.partition("=")[0])


def test_white_space_is_dealt_with_as_the_type_says(kinds: ModuleType) -> None:
    doc = element(kinds, 'line=" a&#10;b " count=" 12&#10;" ints="&#9;1&#10;2 " n=" 2024-01-01 "')
    assert (doc.line, doc.count, doc.ints, str(doc.n)) == (" a b ", 12, (1, 2), "2024-01-01")


def test_a_text_of_no_member_of_a_union_may_stand_in_a_draft(kinds: ModuleType) -> None:
    doc = element(kinds)
    doc.n, doc.ns = "summer", [1, "winter"]
    assert (doc.xml.raw("n"), doc.xml.raw("ns")) == ("summer", "1 winter") and not doc.validate().valid
    with binding.checking(), pytest.raises(BadValue, match=r"'autumn' .*no xs:int"):
        doc.n = "autumn"


def test_an_xsi_type_says_what_a_child_of_any_simple_type_is(kinds: ModuleType) -> None:
    said = '<any xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:{}">{}</any>'
    doc = element(kinds, content=said.format("date", "2024-01-01") + said.format("int", "x") + "<any>free</any>" + said.format("none", "1"))
    assert doc.any[0] == datetime.date(2024, 1, 1) and (doc.any[2], doc.any[3]) == ("free", "1")
    with pytest.raises(BadValue, match="'x' is no xs:integer"):
        doc.any[1]
    assert binding.to_dict(doc)["any"] == [datetime.date(2024, 1, 1), {"@raw": "x"}, "free", "1"]


def test_durations_beyond_all_measure_are_no_values_and_no_accident(tmp_path: Path) -> None:
    (tmp_path / "d.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="d"><xs:complexType><xs:simpleContent>'
        '<xs:extension base="xs:duration"><xs:attribute name="a" type="xs:duration"/></xs:extension></xs:simpleContent></xs:complexType>'
        "</xs:element></xs:schema>", "utf-8")
    endless = f"PT{'9' * 1_000_001}S"
    doc = binding.load(tmp_path / "d.xsd").parse(f'<d a="{endless}">{endless}</d>'.encode())
    for name in ("a", "value"):
        with pytest.raises(BadValue, match=f"D.{name}: PT999999999999999999… is an xs:duration of more seconds than can be counted"):
            getattr(doc, name)
    assert {one.code for one in doc.validate().violations} == {"cvc-datatype-valid.1.2.1"}


@pytest.mark.parametrize("digits", [3_999, 4_000, 4_001, 4_300, 4_301, 9_000])
def test_integers_of_any_size_are_read_written_and_shown(kinds: ModuleType, digits: int) -> None:
    """Python itself writes and reads those of up to 4,300 digits only."""
    text = "-" + "9" * digits
    doc = element(kinds, f'big="{text}"')
    assert doc.big == 1 - 10**digits and text in repr(doc) and kinds.from_dict(json.loads(binding.to_json(doc))).big == doc.big
    other = element(kinds)
    other.big = doc.big
    assert other.xml.raw("big") == text and other.validate().valid


def test_floats_are_numbers_in_json_where_it_has_them(kinds: ModuleType) -> None:
    for text, shown in (("1.5", 1.5), ("1.50", 1.5), ("INF", "INF"), ("-INF", "-INF"), ("NaN", "NaN")):
        doc = element(kinds, f'size="{text}"')
        assert json.loads(binding.to_json(doc))["size"] == shown and kinds.from_dict(json.loads(binding.to_json(doc))).xml.is_set("size")
