"""Gates: each kind lets right output through, names everything that is wrong, and reaches for nothing outside its folder."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import canary
from xmlsvc.clock import FixedClock
from xmlsvc.documents import instance as instances
from xmlsvc.documents import services
from xmlsvc.errors import OutputRefused, SchemaError, StylesheetError
from xmlsvc.publish import gates, outputs, renderings, stylesheets
from xmlsvc.publish.formats import Format
from xmlsvc.schema import vocabulary
from xmlsvc.storage import model
from xmlsvc.validation.report import Violation

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="part.xsd"/>
<xs:element name="a"><xs:complexType><xs:sequence>
<xs:element name="b" type="Number" maxOccurs="2"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
PART = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:simpleType name="Number"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>"""
RNG = """<element name="a" xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<oneOrMore><element name="b"><data type="int"/></element></oneOrMore></element>"""
SCH = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><pattern><rule context="b">
<assert id="number" test="number(.) = number(.)">“<value-of select="."/>” is no number.</assert>
<report test=". = 9">Nine is too many.</report><report role="warning" test=". = 8">Eight is many.</report></rule></pattern></schema>"""
SCHEMA = json.dumps({"type": "array", "items": {"type": "object", "required": ["b"], "additionalProperties": {"pattern": "^[0-9]*$"}}})


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Format]:
    """(name of the gate's file, its text, media type) -> a format with that gate."""

    def one(name: str, text: str, media_type: str = "application/xml") -> Format:
        (tmp_path / name).write_text(text, "utf-8")
        return Format("f", "F", media_type, "x", gate=tmp_path / name)

    (tmp_path / "part.xsd").write_text(PART, "utf-8")
    return one


def told(violations: tuple[Violation, ...]) -> list[tuple[str, int | None, str]]:
    return [(one.code, one.line, one.path) for one in violations]


@pytest.mark.parametrize(("name", "text"), [("a.xsd", XSD), ("a.rng", RNG), ("a.sch", SCH)])
def test_xml(name: str, text: str, make: Callable[..., Format]) -> None:
    format = make(name, text)
    assert gates.check(format, b"<a><b>1</b></a>") == ()
    found = gates.check(format, b"<a>\n<b>1</b>\n<b>x</b></a>")
    assert (found[0].line, found[0].path) == (3, "/a/b[2]") and "x" in found[0].message and found[0].message.endswith(".")
    assert told(gates.check(format, b"<a><b>")) == [("xml-wf", 1, "")]
    assert told(gates.check(format, b'<!DOCTYPE a SYSTEM "x"><a/>')) == [("xml-wf", 1, "")]
    assert told(gates.check(format, b"")) == [("xml-wf", 1, "")]


def test_all_violations_of_an_xsd_with_columns(make: Callable[..., Format]) -> None:
    found = gates.check(make("a.xsd", XSD), b"<a>\n<b>x</b><c/></a>")
    assert told(found) == [("cvc-datatype-valid.1.2.1", 2, "/a/b"), ("cvc-complex-type.2.4.a", 2, "/a/c")]
    assert [one.column for one in found] == [1, 9]


def test_schematron_reports_and_warnings(make: Callable[..., Format]) -> None:
    found = gates.check(make("a.sch", SCH), b"<a><b>x</b><b>9</b><b>8</b></a>")
    assert [(one.code, one.message) for one in found] == [("schematron.number", "“x” is no number."), ("schematron", "Nine is too many.")]
    assert gates.check(make("a.sch", SCH), b"<p:a xmlns:p='urn:p'><b>8</b></p:a>") == ()


def test_html_is_read_as_browsers_do(make: Callable[..., Format]) -> None:
    page = make("a.sch", SCH, "text/html; charset=utf-8")
    assert gates.check(page, b"<!DOCTYPE html><p>one<br><b>1</b>") == ()
    assert told(gates.check(page, b"<!DOCTYPE html>\n<p>one<br><b>x</b>")) == [("schematron.number", 2, "/html/body/p/b")]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (b'[{"b": "1"}]', []),
        (b'[{"b": "x"}, {}]', [("json-schema.pattern", "/0/b"), ("json-schema.required", "/1")]),
        (b'{"b": 1, "b": 2}', [("json", "")]),
        (b"[NaN]", [("json", "")]),
        (b"[1,]", [("json", "")]),
        (b"[" * 100_000, [("json", "")]),
        (b"\xff", [("encoding", "")]),
        (b"", [("json", "")]),
    ],
)
def test_json(output: bytes, expected: list[tuple[str, str]], make: Callable[..., Format]) -> None:
    assert [(one.code, one.path) for one in gates.check(make("a.json", SCHEMA, "application/ld+json"), output)] == expected


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (b'a,b\r\nx,1\r\n"y, ""z""","2"\r\n', ["json-schema.pattern"] * 2),
        (b"b\r\n1\r\n", []),
        (b"b\r\n1", []),
        (b"b,c\r\n1,\r\n", []),
        (b"b,c\r\n1\r\n", ["csv"]),
        (b"b\n1\n", ["csv"]),
        (b'b\r\n1"\r\n', ["csv"]),
        (b'b\r\n"1"x\r\n', ["csv"]),
        (b'b\r\n"1\r\n', ["csv"]),
        (b"b,b\r\n1,2\r\n", ["csv"]),
        (b"b,\r\n1,2\r\n", ["csv"]),
        (b"", ["csv"]),
        (b"a\r\n1\r\n", ["json-schema.required"]),
    ],
)
def test_csv(output: bytes, expected: list[str], make: Callable[..., Format]) -> None:
    assert [one.code for one in gates.check(make("a.json", SCHEMA, "text/csv; header=present"), output)] == expected


@given(rows=st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=5), min_size=2, max_size=2), max_size=5))
def test_csv_is_read_as_python_writes_it(rows: list[list[str]]) -> None:
    """Whatever another writer of RFC 4180 puts down comes back."""
    target = io.StringIO()
    csv.writer(target, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    assert outputs.value(target.getvalue().encode(), "text/csv") == [{"a": a, "b": b} for a, b in rows]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xsd", XSD.replace("Number", "Nothing")),
        ("a.xsd", XSD.replace("part.xsd", "https://xmlsvc.example/other.xsd")),
        ("a.xsd", "<a"),
        ("a.rng", RNG.replace('name="a"', "")),
        ("a.rng", '<grammar xmlns="http://relaxng.org/ns/structure/1.0"><include href="/etc/hostname"/></grammar>'),
        ("a.sch", SCH.replace("</rule>", "")),
        ("a.sch", SCH.replace("assert", "asert")),
        ("a.sch", SCH.replace("number(.) = number(.)", "number(.) =")),
        ("a.sch", SCH.replace("<pattern>", '<include href="b.sch"/><pattern>')),
        ("a.json", "{"),
        ("a.json", '{"type": "sting"}'),
        ("a.rnc", "element a { text }"),
    ],
)
def test_a_gate_that_is_none(name: str, text: str, make: Callable[..., Format]) -> None:
    """The author of the stylesheet is told, by the file's name; no document passes and none is blamed."""
    with pytest.raises(StylesheetError, match=f"The gate {name} "):
        gates.check(make(name, text), b"<a/>")
    with pytest.raises(StylesheetError, match=r"The gate gone\.xsd "):
        gates.get(make(name, text).gate.parent / "gone.xsd")  # type: ignore[union-attr]


def test_nothing_outside_is_reached(tmp_path: Path, make: Callable[..., Format]) -> None:
    with canary.placed(tmp_path / "outside") as bird:
        secret = bird.xml.as_uri()
        formats = [
            (make("a.json", json.dumps({"$ref": f"{bird.url}/schema"}), "application/json"), b"1"),
            (make("b.json", json.dumps({"$ref": secret}), "application/json"), b"1"),
            (make("a.rng", f'<externalRef xmlns="http://relaxng.org/ns/structure/1.0" href="{bird.url}/a.rng"/>'), b"<a/>"),
            (make("b.rng", f'<externalRef xmlns="http://relaxng.org/ns/structure/1.0" href="{secret}"/>'), b"<a/>"),
            (make("b.xsd", XSD.replace("part.xsd", f"{bird.url}/other.xsd").replace('"Number"', '"xs:int"')), b"<a><b>1</b></a>"),
            (make("b.sch", SCH.replace("number(.) = number(.)", f"not(document('{secret}')/secret)")), b"<a><b>1</b></a>"),
            (make("c.sch", SCH.replace("number(.) = number(.)", f"not(document('{bird.url}/')/secret)")), b"<a><b>1</b></a>"),
        ]
        for format, output in formats:
            try:
                found = gates.check(format, output)
            except StylesheetError as error:
                assert canary.SECRET not in error.message
            else:
                assert found == () and format.gate is not None and format.gate.suffix == ".sch"
        assert bird.untouched()


@pytest.mark.parametrize(
    ("name", "text", "media_type", "output"),
    [
        ("a.sch", SCH.replace("number(.) =", "count(//b[//b[//b[//b]]]) ="), "application/xml", b"<a>" + b"<b>1</b>" * 900 + b"</a>"),
        ("a.json", json.dumps({"pattern": "^(a+)+$"}), "application/json", b'"' + b"a" * 60 + b'!"'),
    ],
)
def test_a_runaway_is_stopped(
    name: str, text: str, media_type: str, output: bytes, make: Callable[..., Format], monkeypatch: pytest.MonkeyPatch
) -> None:
    format = make(name, text, media_type)
    gates.check(format, b"<a/>")  # a worker has started
    monkeypatch.setattr(stylesheets, "SECONDS", 0.5)
    with pytest.raises(StylesheetError, match=f"The gate {name} came to no end on the f output: it ran for more than 0.5 s"):
        gates.check(format, output)


def test_a_gate_is_compiled_anew_when_a_part_of_it_changes(tmp_path: Path, make: Callable[..., Format]) -> None:
    format = make("a.xsd", XSD)
    assert format.gate is not None
    before = gates.get(format.gate)
    assert gates.get(format.gate) is before and gates.check(format, b"<a><b>7</b></a>") == ()
    smaller = PART.replace('base="xs:int"/>', 'base="xs:int"><xs:maxInclusive value="5"/></xs:restriction>')
    (tmp_path / "part.xsd").write_text(smaller, "utf-8")
    assert gates.get(format.gate).digest != before.digest
    assert told(gates.check(format, b"<a><b>7</b></a>")) == [("cvc-maxInclusive-valid", 1, "/a/b")]


@pytest.mark.parametrize(("name", "text"), [("a.xsd", XSD), ("a.rng", RNG), ("a.sch", SCH)])
def test_threads_hear_of_their_own_output_alone(name: str, text: str, make: Callable[..., Format]) -> None:
    format, wrong = make(name, text), []

    def work(number: int) -> None:
        for _ in range(100):
            found = gates.check(format, f"<a><b>t{number}</b></a>".encode())
            wrong.extend(one.message for one in found if "’t" in one.message or "'t" in one.message or "“t" in one.message
                         if f"t{number}" not in one.message)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_refusal_names_format_document_and_first_violation(make: Callable[..., Format]) -> None:
    format = make("a.xsd", XSD)
    gates.require(format, b"<a><b>1</b></a>", "De dijk")
    gates.require(Format("g", "G", "text/plain", "txt"), b"anything")
    with pytest.raises(OutputRefused) as caught:
        gates.require(format, b"<a>\n<b>x</b><c/></a>", "De dijk")
    expected = "The f output of De dijk does not satisfy a.xsd, so it is not published. In line 2 of the output: “x”"
    assert caught.value.message.startswith(expected) and caught.value.message.endswith("(1 more.)") and len(caught.value.violations) == 2
    assert caught.value.extra == {"format": "f", "gate": "a.xsd", "document": "De dijk"}


def test_a_refused_rendering_is_not_kept_and_the_last_good_one_stays(tmp_path: Path, make: Callable[..., Format]) -> None:
    instances.init(tmp_path / "house")
    folder = tmp_path / "xslt"
    folder.mkdir()
    copy = '<xsl:template match="/"><xsl:copy-of select="."/></xsl:template>'
    sheet = f'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">{copy}</xsl:stylesheet>'
    (folder / "copy.xsl").write_text(sheet, "utf-8")
    gated = replace(make("a.xsd", XSD), stylesheet=folder / "copy.xsl", folder=folder)
    good, bad = b"<a><b>1</b></a>", b"<a><b>x</b></a>"
    with services.open(tmp_path / "house", FixedClock()) as house:
        schema = house.registry.get("programme")
        made = renderings.render(house, schema, gated, good, "De dijk")
        with pytest.raises(OutputRefused, match="The f output of De dijk does not satisfy"):
            renderings.render(house, schema, gated, bad, "De dijk")
        again = renderings.render(house, schema, gated, good, "De dijk")
        assert again.reused and again.data == made.data
        assert house.sessions.read(lambda store: store.find(model.Rendering).count()) == 1
        (tmp_path / "part.xsd").write_text(PART.replace("xs:int", "xs:boolean"), "utf-8")
        assert not renderings.render(house, schema, gated, good).reused, "another gate asks again"


def test_manifest_keys() -> None:
    parsed = vocabulary.parse({"formats": {"f": {"stylesheet": "f.xsl", "gate": "gates/f.rng", "withdrawal": "gone.xsl"}}}).formats["f"]
    assert (parsed.gate, parsed.withdrawal) == ("gates/f.rng", "gone.xsl")
    with pytest.raises(SchemaError, match=r"formats\.f\.gate is “f\.rnc”"):
        vocabulary.parse({"formats": {"f": {"stylesheet": "f.xsl", "gate": "f.rnc"}}})
