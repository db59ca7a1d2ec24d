"""Literals against simple types: the lexical spaces of Part 2, value equality, the order of dates and durations, every facet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xmlsvc.schema import datatypes
from xmlsvc.schema.builtins import build, restrict
from xmlsvc.schema.model import SimpleType
from xmlsvc.schema.values import Checker, Declared, normalize

TYPES: dict[str, Any] = {name.rpartition("}")[2]: one for name, one in build().items()}
SCOPE = Declared({"p": "urn:p", None: "urn:d"})
LEXICAL = {
    "boolean": ("true false 1 0", "True yes 2 TRUE"),
    "decimal": ("0 -1 +1 1. .5 1.50 00.1", "1e3 1,5 . - INF"),
    "integer": ("0 -1 +001 99999999999999999999", "1.0 1e3 - x"),
    "nonNegativeInteger": ("0 -0 7", "-1 1.0"),
    "byte": ("127 -128", "128 -129 1.5"),
    "unsignedLong": ("18446744073709551615", "18446744073709551616 -1"),
    "positiveInteger": ("1", "0 -1"),
    "float": ("1 -1.5e3 INF -INF NaN .5 1E-5", "+INF inf 1e 0x1"),
    "double": ("1 -1.5e3 INF NaN", "nan Infinity"),
    "duration": ("P1Y P1M P1D PT1H -P1Y2M3DT4H5M6.7S PT0S P0Y", "P 1Y PT P1S P1YT -PT P1.5Y PT1.S"),
    "dateTime": ("2024-05-17T20:15:00 2024-05-17T20:15:00.5Z 2024-05-17T24:00:00 -0044-03-15T00:00:00+01:00 12024-01-01T00:00:00",
                 "2024-05-17 2024-05-17T20:15 2024-05-17T25:00:00 2024-02-30T00:00:00 0000-01-01T00:00:00 2024-05-17T20:15:60 "
                 "2024-05-17T20:15:00+14:01 2024-05-17T24:00:01 24-05-17T00:00:00 02024-05-17T00:00:00"),
    "date": ("2024-02-29 2024-05-17Z 2024-05-17-05:00 -0001-01-01", "2023-02-29 2024-5-17 17-05-2024 2024-05-17T00:00:00 0000-01-01"),
    "time": ("20:15:00 00:00:00Z 24:00:00 23:59:59.999+14:00", "20:15 25:00:00 20:60:00 24:00:01"),
    "gYear": ("2024 -0001 2024Z 12024", "24 0000 2024-05"),
    "gYearMonth": ("2024-05 2024-05+01:00", "2024-13 2024-5"),
    "gMonthDay": ("--02-29 --05-17Z", "--02-30 -02-29 --13-01"),
    "gDay": ("---31 ---01Z", "---32 --31"),
    "gMonth": ("--12 --01+01:00", "--13 -12"),
    "hexBinary": ("0A1f 00", "0 0G 0A1"),
    "base64Binary": ("YQ== YWI= YWJj YWJjZA==", "YQ= Y === YR== YWI YWJ= !!!! é a"),
    "anyURI": ("http://example.org/a?b#c urn:x ../a %20 é", "%zz a#b#c 1a:b"),
    "language": ("nl en-GB x-klingon a-1b2", "nl_NL toolonglanguage -nl a1b2"),
    "Name": ("a a:b _x é", "1a -a :é·ͨ\u037e"),
    "NCName": ("a _x-1.b", "a:b 1 -"),
    "NMTOKEN": ("1a a:b -", "a,b"),
    "ID": ("a1", "1a a:b"),
    "QName": ("p:a a", "q:a :a p: p:1"),
    "NMTOKENS": ("a",),
}  # fmt: skip
CASES = [(name, literal, valid) for name, (right, *wrong) in LEXICAL.items() for valid, texts in ((True, right), (False, " ".join(wrong)))
         for literal in texts.split()]


@pytest.mark.parametrize(("name", "literal", "valid"), CASES)
def test_lexical_spaces(name: str, literal: str, valid: bool) -> None:
    fault = Checker().fault(TYPES[name], literal, SCOPE)
    assert (fault is None) is valid, fault


def made(base: str, **facets: Any) -> SimpleType:
    result = restrict(TYPES[base], None)
    for name, value in facets.items():
        setattr(result, name, value)
    return result


FACETS = [
    (made("string", enumeration=("a", "b")), "a", "c", "cvc-enumeration-valid"),
    (made("decimal", enumeration=("1.0", "2")), "1", "3", "cvc-enumeration-valid"),
    (made("QName", enumeration=("x:a",), namespaces={"x": "urn:p"}), "p:a", "a", "cvc-enumeration-valid"),
    (made("token", patterns=(("[A-Z]{2}", r"\d"), (".*",))), "NL", "nl", "cvc-pattern-valid"),
    (made("string", length=2), "ab", "abc", "cvc-length-valid"),
    (made("hexBinary", length=2), "0A1F", "0A", "cvc-length-valid"),
    (made("base64Binary", max_length=3), "YWJj", "YWJjZA==", "cvc-maxLength-valid"),
    (made("string", min_length=1), "a", "", "cvc-minLength-valid"),
    (made("NMTOKENS", max_length=2), "a b", "a b c", "cvc-maxLength-valid"),
    (made("integer", min_inclusive="5"), "5", "4", "cvc-minInclusive-valid"),
    (made("decimal", max_exclusive="5"), "4.99", "5.0", "cvc-maxExclusive-valid"),
    (made("date", min_inclusive="2024-05-17Z"), "2024-05-17Z", "2024-05-16Z", "cvc-minInclusive-valid"),
    (made("date", min_inclusive="2024-05-17Z"), "2024-05-19", "2024-05-17", "cvc-minInclusive-valid"),  # without a zone: not surely later
    (made("duration", max_inclusive="P30D"), "P29D", "P1M", "cvc-maxInclusive-valid"),  # a month is not surely 30 days
    (made("double", max_inclusive="1"), "1", "NaN", "cvc-maxInclusive-valid"),
    (made("decimal", total_digits=3), "12.30", "12.34", "cvc-totalDigits-valid"),
    (made("decimal", fraction_digits=1), "1.50", "1.55", "cvc-fractionDigits-valid"),
    (made("decimal", total_digits=2), "0.01", "1234", "cvc-totalDigits-valid"),
]  # fmt: skip


@pytest.mark.parametrize(("simple", "right", "wrong", "code"), FACETS)
def test_facets(simple: SimpleType, right: str, wrong: str, code: str) -> None:
    checker = Checker()
    assert checker.fault(simple, right, SCOPE) is None
    fault = checker.fault(simple, wrong, SCOPE)
    assert fault is not None and fault.code == code
    assert checker.fault(simple, wrong, SCOPE) == fault  # as remembered


def test_lists_and_unions() -> None:
    checker = Checker()
    numbers = SimpleType(None, "list", "anySimpleType", "anySimpleType", item=TYPES["int"])
    either = SimpleType(None, "union", "anySimpleType", "anySimpleType", members=(TYPES["date"], TYPES["gYear"], numbers))
    assert checker.fault(numbers, " 1\n2 ", SCOPE) is None and checker.fault(numbers, "", SCOPE) is None
    fault = checker.fault(numbers, "1 x", SCOPE)
    assert fault is not None and fault.literal == "x" and fault.type is TYPES["int"]
    assert checker.value(either, "2024", SCOPE) == ("gYear", datatypes.read("gYear", "2024"))
    assert checker.value(either, "1 2", SCOPE) == ("list", (("decimal", Decimal(1)), ("decimal", Decimal(2))))
    fault = checker.fault(either, "May", SCOPE)
    assert fault is not None and fault.code == "cvc-datatype-valid.1.2.3" and len(fault.members) == 3


@pytest.mark.parametrize(("builtin", "a", "b", "equal"), [
    ("decimal", "1.0", "01", True), ("integer", "-0", "0", True), ("double", "-0", "0", True), ("float", "0.1", "0.10000000001", True),
    ("dateTime", "2024-05-17T20:15:00Z", "2024-05-17T22:15:00+02:00", True),
    ("dateTime", "2024-05-17T24:00:00", "2024-05-18T00:00:00", True), ("dateTime", "2024-05-17T20:15:00", "2024-05-17T20:15:00Z", False),
    ("duration", "P1Y", "P12M", True), ("duration", "P1D", "PT24H", True),
    ("duration", "P1M", "P30D", False), ("boolean", "1", "true", True), ("hexBinary", "0a", "0A", True), ("double", "NaN", "NaN", True),
    ("time", "24:00:00", "00:00:00", True), ("base64Binary", "Y Q = =", "YQ==", True),
])  # fmt: skip
def test_equality(builtin: str, a: str, b: str, equal: bool) -> None:
    checker = Checker()
    assert (checker.value(TYPES[builtin], a, SCOPE) == checker.value(TYPES[builtin], b, SCOPE)) is equal


@given(st.datetimes(), st.datetimes())
def test_moments_are_ordered_like_pythons(a: Any, b: Any) -> None:
    first, second = (datatypes.read("dateTime", f"{one.isoformat()}Z") for one in (a, b))
    assert datatypes.compare(first, second) == (a > b) - (a < b)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_decimals_read_themselves(value: Decimal) -> None:
    assert datatypes.read("decimal", format(value, "f")) == value


@given(st.text(alphabet=" \t\n\rab\u00a0", max_size=20))
def test_white_space(text: str) -> None:
    collapsed = normalize(text, "collapse")
    assert "  " not in collapsed and not {"\t", "\n", "\r"} & set(collapsed) and collapsed == collapsed.strip(" ")
    assert normalize(collapsed, "collapse") == collapsed
    assert collapsed.count("\u00a0") == text.count("\u00a0")  # no white space to XML
    assert len(normalize(text, "replace")) == len(text)
