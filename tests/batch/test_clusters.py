"""Causes: what varies from document to document makes no cause of its own; what a person would tell apart is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from benchmarks import causes as benchmark
from tests.conftest import FULL
from xmlsvc import binding, builtin, validation
from xmlsvc.schema.model import Element
from xmlsvc.validation import causes as module

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:c" targetNamespace="urn:c" elementFormDefault="qualified">
<xs:element name="list"><xs:complexType><xs:sequence>
<xs:element name="item" maxOccurs="unbounded"><xs:complexType><xs:sequence>
<xs:element name="title" type="xs:string"/><xs:element name="date" type="xs:date"/><xs:element name="kind" type="Kind" minOccurs="0"/>
</xs:sequence><xs:attribute name="n" type="xs:int" use="required"/></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element>
<xs:simpleType name="Kind"><xs:restriction base="xs:token"><xs:enumeration value="film"/></xs:restriction></xs:simpleType></xs:schema>"""


@pytest.fixture
def judge(tmp_path: Path) -> validation.Validator:
    (tmp_path / "c.xsd").write_text(SCHEMA, "utf-8")
    return validation.load(tmp_path / "c.xsd")


def found(judge: validation.Validator, body: str, prefix: str = "") -> list[module.Hit]:
    name = f"{prefix}:" if prefix else ""
    text = body.replace("</", f"</{name}").replace("<", f"<{name}").replace(f"<{name}/{name}", f"</{name}") if prefix else body
    declared = f"xmlns:{prefix}" if prefix else "xmlns"
    return module.found(judge.validate(f'<{name}list {declared}="urn:c">{text}</{name}list>'.encode()))


def ids(judge: validation.Validator, body: str, prefix: str = "") -> set[str]:
    return {hit.cause.id for hit in found(judge, body, prefix)}


GOOD = '<item n="1"><title>A</title><date>2024-05-03</date></item>'


def test_positions_values_and_prefixes_do_not_count(judge: validation.Validator) -> None:
    first = ids(judge, GOOD.replace("2024-05-03", "3 May"))
    assert len(first) == 1
    assert ids(judge, GOOD + GOOD + GOOD.replace("2024-05-03", "May")) == first
    assert ids(judge, GOOD.replace("2024-05-03", "3 May"), "x") == first
    (hit,) = found(judge, GOOD.replace("2024-05-03", "a") + GOOD.replace("2024-05-03", "b"))
    assert (hit.violations, hit.value) == (2, "a")


def test_what_stands_around_what_is_missing_does_not_count(judge: validation.Validator) -> None:
    before_date = ids(judge, GOOD.replace("<title>A</title>", ""))
    assert before_date == ids(judge, '<item n="1"><date>2024-05-03</date><kind>film</kind></item>')
    assert before_date != ids(judge, GOOD.replace("<date>2024-05-03</date>", ""))
    assert ids(judge, '<item n="1"><title>A</title></item>') == ids(judge, '<item n="1"><title>A</title><kind>film</kind></item>')


def test_order_is_one_cause_whichever_two_changed_places(judge: validation.Validator) -> None:
    one = ids(judge, '<item n="1"><date>2024-05-03</date><title>A</title></item>')
    assert one == ids(judge, '<item n="1"><title>A</title><kind>film</kind><date>2024-05-03</date></item>')


def test_other_things_are_other_causes(judge: validation.Validator) -> None:
    changes = (
        ("2024-05-03", "x"), (' n="1"', ""), ('n="1"', 'n="x"'), ('n="1"', 'n="1" m=""'), ("</date>", "</date><kind>x</kind>"),
        ("</date>", "</date><kind/>"), ("</date>", "</date><a/>"), ("</date>", "</date><b/>"), ("<title>", "text<title>"),
    )  # fmt: skip
    bodies = [GOOD.replace(old, new) for old, new in changes]
    assert len({frozenset(ids(judge, body)) for body in bodies}) == len(bodies)


SHARED = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="d"><xs:complexType><xs:sequence>
<xs:element name="a" type="Ref" minOccurs="0"/><xs:element name="b" type="Ref" minOccurs="0"/><xs:element name="k" maxOccurs="9">
<xs:complexType><xs:choice><xs:element name="x"/><xs:element name="y"/></xs:choice><xs:attribute name="id" type="xs:ID"/></xs:complexType>
</xs:element></xs:sequence></xs:complexType></xs:element>
<xs:complexType name="Ref"><xs:attribute name="to" type="xs:IDREF" use="required"/></xs:complexType></xs:schema>"""


def test_a_reference_that_leads_nowhere_is_one_cause_whichever_element_has_it(tmp_path: Path) -> None:
    (tmp_path / "s.xsd").write_text(SHARED, "utf-8")
    judge = validation.load(tmp_path / "s.xsd")
    bodies = [f'<d><{name} to="none"/><k id="i"><x/></k></d>' for name in "ab"]
    first, second = (judge.validate(body.encode()).violations for body in bodies)
    assert module.cause(first[0]).id == module.cause(second[0]).id and first[0].component == "s.xsd:5 attribute to"
    (twice,) = judge.validate(b'<d><k id="i"><x/></k><k id="i"><y/></k></d>').violations
    assert (twice.kind, twice.component) == ("duplicate_id", "s.xsd:3 attribute id")


def test_what_must_be_empty_is_one_cause_whichever_element_is_not(tmp_path: Path) -> None:
    (tmp_path / "s.xsd").write_text(SHARED, "utf-8")
    judge = validation.load(tmp_path / "s.xsd")
    found = {}
    for name in "ab":
        for inside in (" ", "\n  <z/>\n "):
            (hit,) = module.found(judge.validate(f'<d><{name} to="i">{inside}</{name}><k id="i"><x/></k></d>'.encode()))
            found[name, inside] = (hit.cause.kind, hit.cause.id)
    assert found["a", " "] == found["b", " "] and found["a", " "][0] == "text_in_empty"
    assert found["a", "\n  <z/>\n "] == found["b", "\n  <z/>\n "], "white space around a child that may not be there is no second fault"


def test_a_broken_sample_has_one_fault_only(tmp_path: Path) -> None:
    """Identifiers that something refers to stay, copies get their own, and one of a choice hits the choice."""
    (tmp_path / "s.xsd").write_text(SHARED, "utf-8")
    package, judge = binding.load(tmp_path / "s.xsd").package, validation.load(tmp_path / "s.xsd")
    for mutation in ("missing-child", "too-many", "double-id", "false-nil", "lost-reference"):
        for seed in range(5):
            broken = package.broken("d", mutation=mutation, seed=seed)
            report = judge.validate(etree.tostring(broken.element))
            assert len(report.violations) == 1, (mutation, seed, report.violations)
            assert not isinstance(broken.component, Element) or mutation != "missing-child" or broken.component.name not in ("x", "y")


def test_against_known_mutations() -> None:
    """The quick run's sample is small; its index is the same every time."""
    schema = builtin.path("schemas") / "programme" / "1.1" / "programme.xsd"
    found = benchmark.measure(schema, 1200 if FULL else 150, ("programme", "series", "episode", "clip"))
    assert found.documents > 100 and found.labels > 50 and found.clusters > 50
    assert min(found.index, found.declared) >= 0.95


def test_the_index_is_what_it_should_be() -> None:
    assert benchmark.adjusted_rand("aabb", "xxyy") == 1
    assert benchmark.adjusted_rand("aabb", "xyxy") == pytest.approx(-0.5)
    assert benchmark.adjusted_rand([0, 0, 1, 1], [0, 0, 1, 2]) == pytest.approx(4 / 7)
