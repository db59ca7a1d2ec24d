"""What is said of a text that is no value, and what is a value: facet by facet."""

from __future__ import annotations

from pathlib import Path

import pytest

from xmlsvc.schema import components, facets
from xmlsvc.schema.model import Model, SimpleType

TYPES = {
    "amount": ("decimal", '<xs:totalDigits value="5"/><xs:fractionDigits value="2"/><xs:minExclusive value="0"/>'),
    "code": ("hexBinary", '<xs:length value="2"/>'), "key": ("base64Binary", '<xs:minLength value="2"/><xs:maxLength value="3"/>'),
    "word": ("token", '<xs:minLength value="2"/><xs:maxLength value="4"/>'), "letter": ("token", '<xs:pattern value="[a-c]"/>'),
    "share": ("double", '<xs:minInclusive value="0"/><xs:maxExclusive value="1"/>'),
    "single": ("float", '<xs:maxInclusive value="1E38"/>'), "kind": ("QName", '<xs:enumeration value="t:a"/><xs:enumeration value="t:b"/>'),
    "span": ("duration", '<xs:minInclusive value="P1M"/><xs:maxInclusive value="P1Y"/>'),
    "night": ("time", '<xs:minInclusive value="22:00:00"/>'), "day": ("date", '<xs:maxInclusive value="2024-02-29"/>'),
    "year": ("gYear", '<xs:minExclusive value="1999"/>'), "many": ("token", "".join(f'<xs:enumeration value="v{n}"/>' for n in range(10))),
    "line": ("normalizedString", '<xs:maxLength value="3"/>'), "raw": ("string", '<xs:length value="3"/>'),
    "number": ("decimal", '<xs:enumeration value="1.0"/><xs:enumeration value="2"/>'), "yes": ("boolean", '<xs:pattern value="true|1"/>'),
}  # fmt: skip
LISTS = """<xs:simpleType name="pair"><xs:restriction><xs:simpleType><xs:list itemType="t:word"/></xs:simpleType><xs:length value="2"/>
</xs:restriction></xs:simpleType><xs:simpleType name="either"><xs:union memberTypes="t:letter t:pair"/></xs:simpleType>"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    types = "".join(f'<xs:simpleType name="{name}"><xs:restriction base="xs:{base}">{body}</xs:restriction></xs:simpleType>'
                    for name, (base, body) in TYPES.items())  # fmt: skip
    path: Path = tmp_path_factory.mktemp("facets") / "f.xsd"
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">'
    path.write_text(f"{head}{types}{LISTS}</xs:schema>", "utf-8")
    return components.read_paths(path)


def fault(model: Model, name: str, text: str) -> str | None:
    simple = model.types[f"{{urn:t}}{name}"]
    assert isinstance(simple, SimpleType)
    return facets.fault(simple, text)


@pytest.mark.parametrize(("name", "texts"), [
    ("amount", ["0.01", "123.45", "99999", "+1.50", "000123.4500", "12345"]), ("code", ["00fF"]), ("key", ["AAA=", "AAAA", " A A A = "]),
    ("word", ["ab", " abcd ", "a  b"]), ("letter", ["a", "c", " b\n"]), ("share", ["0", "0.999", "-0", "1E-300"]),
    ("single", ["1E38", "-1E39", "-INF"]), ("kind", ["t:a", "t:b"]), ("span", ["P1M", "P12M", "P1Y", "P32D", "P364D", "P2M"]),
    ("night", ["22:00:00", "23:59:59.9"]), ("day", ["2024-02-29", "2024-02-28", "-0001-01-01"]), ("year", ["2000", "12000"]),
    ("many", ["v0", "v9"]), ("line", ["a b", " \t "]), ("raw", [" a ", "a\nb"]), ("number", ["1", "1.00", "2.0", "+2"]),
    ("yes", ["true", "1"]),
    ("pair", ["ab cd", " ab\ncd "]), ("either", ["a", "ab cd"]),
])  # fmt: skip
def test_values(model: Model, name: str, texts: list[str]) -> None:
    assert {text: fault(model, name, text) for text in texts} == dict.fromkeys(texts)


@pytest.mark.parametrize(("name", "text", "said"), [
    ("amount", "1.234", "has more than 2 digits after the point"), ("amount", "123456", "has more than 5 digits"),
    ("amount", "1234.56", "has more than 5 digits"), ("amount", "0.00", "is not more than 0"), ("amount", "1e2", "is no xs:decimal"),
    ("code", "00", "has 1 byte, not exactly 2"), ("code", "000", "is no xs:hexBinary"), ("key", "AA==", "has 1 byte, not at least 2"),
    ("key", "AAAAAA==", "has 4 bytes, not at most 3"), ("word", "a", "has 1 character, not at least 2"),
    ("word", "abcde", "has 5 characters, not at most 4"), ("letter", "d", "does not match [a-c]"), ("letter", "ab", "does not match [a-c]"),
    ("share", "1", "is not less than 1"), ("share", "-0.1", "is not at least 0"), ("share", "NaN", "is not at least 0"),
    ("single", "1E39", "is not at most 1E38"), ("single", "INF", "is not at most 1E38"), ("kind", "t:c", "is none of t:a, t:b"),
    ("kind", "s:a", "is none of t:a, t:b"), ("span", "P31D", "is not at least P1M"), ("span", "P365D", "is not at most P1Y"),
    ("span", "P366D", "is not at most P1Y"),
    ("span", "P13M", "is not at most P1Y"), ("night", "21:59:59", "is not at least 22:00:00"),
    ("day", "2024-03-01", "is not at most 2024-02-29"),
    ("day", "2024-02-30", "is no xs:date"), ("day", "2023-02-29", "is no xs:date"), ("day", "2024-02-29Z", "is not at most 2024-02-29"),
    ("year", "1999", "is not more than 1999"), ("many", "v10", "is none of v0, v1, v2, v3, v4, v5, v6, v7 … (10 in all)"),
    ("line", "abcd", "has 4 characters, not at most 3"), ("raw", "a", "has 1 character, not exactly 3"),
    ("number", "1.5", "is none of 1.0, 2"),
    ("yes", "false", "does not match true|1"), ("yes", "wahr", "is no xs:boolean"), ("pair", "ab", "has 1 item, not exactly 2"),
    ("pair", "ab c", "has the item 'c', which has 1 character, not at least 2"),
    ("either", "d", "does not match [a-c] and has 1 item, not exactly 2"),
])  # fmt: skip
def test_what_is_wrong(model: Model, name: str, text: str, said: str) -> None:
    assert fault(model, name, text) == said
