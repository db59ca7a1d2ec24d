"""Rules beyond the schema: the same violations, with severities."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.left_out import require
from xmlsvc import validation
from xmlsvc.errors import SchemaError
from xmlsvc.schema import vocabulary
from xmlsvc.schema.vocabulary import Manifest
from xmlsvc.validation.rules import RuleSet
from xmlsvc.xml import parser, saxon

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:p" xmlns="urn:p" elementFormDefault="qualified">
<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="from" type="xs:date"/>
<xs:element name="to" type="xs:date"/></xs:sequence><xs:attribute name="status"/></xs:complexType></xs:element></xs:schema>"""
DOCUMENT = b'<item xmlns="urn:p" status="x">\n <from>2024-05-17</from>\n <to>2024-01-01</to>\n</item>'
SCHEMATRON = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="p" uri="urn:p"/>
<pattern><rule context="p:item">
<assert id="order" test="translate(p:to, '-', '') &gt; translate(p:from, '-', '')">It ends before it begins.</assert>
<report role="warning" test="@status = 'x'">The status x is going away.</report></rule></pattern></schema>"""


def manifest(**rules: dict[str, Any]) -> Manifest:
    return vocabulary.parse({"namespaces": {"p": "urn:p"}, "rules": rules})


def check(tmp_path: Path, made: Manifest, data: bytes = DOCUMENT) -> validation.Report:
    (tmp_path / "a.xsd").write_text(XSD, "utf-8")
    closed = validation.load(tmp_path / "a.xsd")
    schema: Any = SimpleNamespace(vocabulary="items", version="1", digest=closed.set.digest, set=closed.set, manifest=made, home=tmp_path)
    return validation.check(schema, data, parser.parse(data))


def test_a_broken_rule_is_a_violation_like_any_other(tmp_path: Path) -> None:
    made = manifest(order={"context": "//p:item", "test": "translate(p:to, '-', '') >= translate(p:from, '-', '')",
                           "message": "It ends on {p:to}, before it begins on {p:from}."})
    report = check(tmp_path, made)
    (violation,) = report.violations
    assert not report.valid
    assert (violation.code, violation.severity, violation.line, violation.column) == ("rule.order", "error", 1, 1)
    assert violation.message == "It ends on 2024-01-01, before it begins on 2024-05-17."
    assert violation.path.endswith("item")
    assert check(tmp_path, made, DOCUMENT.replace(b"2024-01-01", b"2025-01-01")).valid


def test_a_warning_leaves_the_document_valid(tmp_path: Path) -> None:
    made = manifest(status={"context": "//p:item/@status", "test": "not(@status = 'x')", "message": "The status x is going away.",
                            "severity": "warning"})
    report = check(tmp_path, made)
    assert report.valid
    (violation,) = report.violations
    assert (violation.severity, violation.attribute, violation.column) == ("warning", "status", 21)


def test_rules_of_other_versions_do_not_count(tmp_path: Path) -> None:
    made = manifest(never={"context": "//p:item", "test": "false()", "message": "Never.", "versions": ["2"]})
    assert check(tmp_path, made).valid


def test_schematron(tmp_path: Path) -> None:
    (tmp_path / "rules.sch").write_text(SCHEMATRON, "utf-8")
    made = vocabulary.parse({"schematron": ["rules.sch"]})
    report = check(tmp_path, made)
    assert [(violation.code, violation.severity, violation.message) for violation in report.violations] == [
        ("schematron", "warning", "The status x is going away."), ("schematron.order", "error", "It ends before it begins.")]
    assert not report.valid
    assert check(tmp_path, made, b'<item xmlns="urn:p"><from>2024-05-17</from><to>2024-06-01</to></item>').violations == ()


@pytest.mark.parametrize(("rule", "words"), [
    ({"context": "//p:item[", "test": "true()", "message": "x"}, "“broken”"),
    ({"context": "//p:item", "test": "1 +", "message": "x"}, "test of the rule “broken”"),
    ({"context": "//p:item", "test": "true()", "message": "{p:}"}, "message of the rule “broken”"),
    ({"context": "//q:item", "test": "true()", "message": "x"}, "“broken”"),
])  # fmt: skip
def test_what_cannot_be_compiled_is_named(tmp_path: Path, rule: dict[str, Any], words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        RuleSet(manifest(broken=rule), tmp_path, "1").findings(parser.parse(DOCUMENT))


@pytest.mark.parametrize(("text", "words"), [
    (SCHEMATRON.replace("<schema ", '<schema queryBinding="xquery" '), "query binding “xquery”"), ("<schema>", "well-formed"),
    ('<schema xmlns="urn:other"/>', "cannot be compiled"),
])  # fmt: skip
def test_schematron_that_cannot_be_run_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "rules.sch").write_text(text, "utf-8")
    with pytest.raises(SchemaError, match=words):
        RuleSet(vocabulary.parse({"schematron": ["rules.sch"]}), tmp_path, "1")
    with pytest.raises(SchemaError, match="cannot be read"):
        RuleSet(vocabulary.parse({"schematron": ["nowhere.sch"]}), tmp_path, "1")


@pytest.mark.parametrize("rule", [{"context": "//x", "test": "1"}, {"context": "//x", "test": "1", "message": "m", "severity": "bad"}])
def test_the_manifest_says_what_a_rule_needs(rule: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match=r"rules\.r"):
        vocabulary.parse({"rules": {"r": rule}})


NEWER = """<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2"><ns prefix="p" uri="urn:p"/>
<let name="latest" value="xs:date('2030-01-01')"/><ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/>
<pattern abstract="true" id="dated"><rule context="$what"><assert id="sane" test="xs:date(.) lt $latest">
<name/> is <value-of select="xs:date(.)"/>: too late.</assert></rule></pattern>
<pattern is-a="dated"><param name="what" value="p:to"/></pattern>
<pattern><rule abstract="true" id="ordered"><assert id="order" test="xs:date(p:to) ge xs:date(p:from)">It ends <emph>before</emph> it
begins.</assert></rule><rule context="p:item"><extends rule="ordered"/><let name="s" value="string(@status)"/>
<report role="warning" test="$s = 'x'">The status <value-of select="$s"/> is going away.</report></rule>
<rule context="p:*"><report test="true()">Never: the first rule counts.</report></rule></pattern>
<pattern><rule context="@status"><assert id="status" test="matches(., '^[a-w]+$')">No.</assert></rule></pattern></schema>"""


def test_schematron_in_the_xslt2_binding(tmp_path: Path) -> None:
    require(saxon.available(), "Schematron in the xslt2 binding (no SaxonC-HE: pip install 'xmlsvc[xslt3]')")
    newer = NEWER.replace('<rule context="p:*"><report test="true()">Never: the first rule counts.</report></rule>', "")
    (tmp_path / "rules.sch").write_text(newer, "utf-8")
    report = check(tmp_path, vocabulary.parse({"schematron": ["rules.sch"]}), DOCUMENT.replace(b"<to>2024", b"<to>1999"))
    told = [(one.code, one.severity, one.line, one.attribute, one.message) for one in report.violations]
    assert told == [
        ("schematron", "warning", 1, None, "The status x is going away."),
        ("schematron.order", "error", 1, None, "It ends before it begins."),
        ("schematron.status", "error", 1, "status", "No.")]
    late = check(tmp_path, vocabulary.parse({"schematron": ["rules.sch"]}), DOCUMENT.replace(b"2024-01-01", b"2031-01-01"))
    (sane,) = [one for one in late.violations if one.code == "schematron.sane"]
    assert (sane.line, sane.message) == (3, "to is 2031-01-01: too late.")
    good = DOCUMENT.replace(b"2024-01-01", b"2025-01-01").replace(b'"x"', b'"w"')
    assert check(tmp_path, vocabulary.parse({"schematron": ["rules.sch"]}), good).violations == ()


def test_of_a_patterns_rules_the_first_that_matches_counts(tmp_path: Path) -> None:
    require(saxon.available(), "Schematron in the xslt2 binding (no SaxonC-HE: pip install 'xmlsvc[xslt3]')")
    (tmp_path / "rules.sch").write_text(NEWER, "utf-8")
    report = check(tmp_path, vocabulary.parse({"schematron": ["rules.sch"]}))
    assert [one.line for one in report.violations if one.message.startswith("Never")] == [2, 3]


@pytest.mark.parametrize(("sch", "said"), [
    (NEWER.replace("xs:date(.) lt", "xs:date(. lt"), "cannot be run"),
    (NEWER.replace("true()", "doc('/etc/passwd')"), "the function doc is not run here"), (NEWER.replace("xslt2", "xquery"), "known are"),
    (NEWER.replace('rule="ordered"', 'rule="other"'), "no abstract rule"),
])  # fmt: skip
def test_schematron_that_cannot_be_run(tmp_path: Path, sch: str, said: str) -> None:
    require(saxon.available(), "Schematron in the xslt2 binding (no SaxonC-HE: pip install 'xmlsvc[xslt3]')")
    (tmp_path / "rules.sch").write_text(sch, "utf-8")
    with pytest.raises(SchemaError, match=said):
        check(tmp_path, vocabulary.parse({"schematron": ["rules.sch"]}))


def test_without_saxon_the_error_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saxon, "available", lambda: False)
    (tmp_path / "rules.sch").write_text(NEWER, "utf-8")
    with pytest.raises(SchemaError, match=r"xmlsvc\[xslt3\]"):
        check(tmp_path, vocabulary.parse({"schematron": ["rules.sch"]}))


def test_verdicts_hang_on_the_vocabularys_own_rules(tmp_path: Path) -> None:
    """The key of a verdict changes with every rule, with what a Schematron file includes, and with nothing else."""

    def key(made: Manifest, version: str = "1") -> str:
        found: Any = SimpleNamespace(manifest=made, home=tmp_path, version=version)
        return validation.fingerprint(found)

    plain = key(vocabulary.parse({"title": "Items"}))
    assert plain == validation.fingerprint()
    rule = {"context": "//p:item", "test": "p:from", "message": "No."}
    first = key(manifest(a=rule))
    assert first not in (plain, key(manifest(a={**rule, "severity": "info"})), key(manifest(b=rule)))
    later = manifest(a=rule, later={**rule, "versions": ["2"]})
    assert first == key(later) != key(later, "2")
    (tmp_path / "part.sch").write_text('<pattern xmlns="http://purl.oclc.org/dsdl/schematron"><rule context="p:to">'
                                       '<assert test=". != 1">It ends before.</assert></rule></pattern>', "utf-8")
    (tmp_path / "rules.sch").write_text(SCHEMATRON.replace("<pattern>", '<include href="part.sch"/><pattern>'), "utf-8")
    made = vocabulary.parse({"schematron": ["rules.sch"]})
    files = key(made)
    assert files not in (plain, first) and files == key(made)
    part = (tmp_path / "part.sch").read_text("utf-8")
    (tmp_path / "part.sch").write_text(part.replace("!= 1", "!= 2"), "utf-8")
    os.utime(tmp_path / "part.sch", (1, 1))
    assert key(made) != files
    assert all(len(one) <= 64 for one in (plain, first, files))
