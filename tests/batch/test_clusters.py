"""Causes: what varies from document to document makes no cause of its own; what a person would tell apart is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import causes as benchmark
from tests.conftest import FULL
from xmlsvc import builtin, validation
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
