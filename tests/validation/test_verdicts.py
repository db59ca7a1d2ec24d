"""Who decides, and what the report holds: engines, disputes, places, names, encodings, the one serialisation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from xmlsvc import validation
from xmlsvc.errors import InputError, SchemaError, UnresolvedLocation, UsageError
from xmlsvc.schema import gate, store
from xmlsvc.schema.catalog import Catalog
from xmlsvc.validation import lint
from xmlsvc.validation.report import Violation, violations_from_json, violations_json

_XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_BOOK = f"""<xs:schema {_XS} targetNamespace="urn:b" xmlns="urn:b" elementFormDefault="qualified">
<xs:element name="book"><xs:annotation><xs:documentation>A book.</xs:documentation></xs:annotation><xs:complexType><xs:sequence>
<xs:element name="title" type="xs:string"/><xs:element name="page" type="Page" maxOccurs="unbounded"/></xs:sequence>
<xs:attribute name="lang" type="xs:language"/></xs:complexType></xs:element>
<xs:simpleType name="Page"><xs:annotation><xs:documentation>A page's number.</xs:documentation></xs:annotation>
<xs:restriction base="xs:int"><xs:maxInclusive value="999"/></xs:restriction></xs:simpleType></xs:schema>"""


@pytest.fixture
def book(tmp_path: Path) -> validation.Validator:
    (tmp_path / "book.xsd").write_text(_BOOK, "utf-8")
    return validation.load(tmp_path / "book.xsd")


def load(tmp_path: Path, body: str, engine: str = "auto") -> validation.Validator:
    (tmp_path / "s.xsd").write_text(f"<xs:schema {_XS}>{body}</xs:schema>", "utf-8")
    return validation.load(tmp_path / "s.xsd", engine=engine)


def test_every_field(book: validation.Validator) -> None:
    data = ('<?xml version="1.0"?>\n<b:book xmlns:b="urn:b" lang="en">\n  <b:title>é</b:title> <b:page>1</b:page>\n'
            '  <b:page>1000</b:page>\n</b:book>').encode()
    (violation,) = book.validate(data).violations
    begin = data.index(b"<b:page>1000")
    assert violation == Violation(
        code="cvc-maxInclusive-valid", line=4, column=3, path="/b:book/b:page[2]", namespaces={"b": "urn:b"}, bytes=(begin, begin + 8),
        component="book.xsd:6 type Page", found="b:page", value="1000", expected=("<= 999",), excerpt="<b:page>1000</b:page>",
        documentation="A page's number.", message="“1000” in “b:page” is too large: it may be at most 999.", engines=("libxml2", "xmlsvc"),
        kind="value", declaration="book.xsd:3 element page")


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "utf-8-sig"])
def test_places_in_every_encoding(book: validation.Validator, encoding: str) -> None:
    declared = "UTF-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?>\n<book xmlns="urn:b"\n  lang="é">\n<title>ü</title>\t<page>x</page></book>'
    data = text.encode(encoding)
    attribute, value = book.validate(data).violations
    assert (attribute.line, attribute.column, attribute.attribute) == (3, 3, "lang")
    assert (value.line, value.column) == (4, 18)
    assert value.bytes is not None
    assert data[value.bytes[0] : value.bytes[1]].decode({"utf-8-sig": "utf-8", "UTF-16": "utf-16-le"}.get(encoding, encoding)) == "<page>"
    assert value.excerpt is not None and value.excerpt.endswith("<page>x</page></book>")


def test_names_are_written_as_the_document_would(book: validation.Validator) -> None:
    (plain,) = book.validate(b'<book xmlns="urn:b"><page>1</page></book>').violations
    assert "“title” is missing in “book”" in plain.message and "<title>" in plain.message
    (prefixed,) = book.validate(b'<x:book xmlns:x="urn:b"><x:page>1</x:page></x:book>').violations
    assert "“x:title” is missing in “x:book”" in prefixed.message and "<x:title>" in prefixed.message
    assert prefixed.expected == ("x:title",) and prefixed.namespaces == {"x": "urn:b"}


def test_a_tree_has_lines_but_no_columns(book: validation.Validator) -> None:
    root = etree.fromstring('<book xmlns="urn:b"><title/>\n<page>x</page></book>')
    for source in (root, root.getroottree()):
        (violation,) = book.validate(source).violations
        assert (violation.line, violation.column, violation.bytes, violation.excerpt) == (2, None, None, None)


def test_the_serialisation_is_its_own_inverse(book: validation.Validator) -> None:
    report = book.validate(b'<book xmlns="urn:b" lang="?"><page>x</page></book>')
    text = violations_json(report.violations)
    assert violations_from_json(text) == report.violations
    assert json.loads(json.dumps(report.document("a")))["violations"] == json.loads(text)
    assert list(report.violations) == sorted(report.violations, key=lambda violation: violation.key)


def test_limits_cut_and_say_so(book: validation.Validator) -> None:
    pages = "".join("<page>x</page>" for _ in range(1_500))
    report = book.validate(f'<book xmlns="urn:b"><title/>{pages}</book>'.encode())
    assert report.cut and len(report.violations) == 1_000 and not report.valid


def test_other_languages(tmp_path: Path, book: validation.Validator) -> None:
    dutch = validation.load(tmp_path / "book.xsd", language="nl")
    assert "te groot" in dutch.validate(b'<book xmlns="urn:b"><title/><page>1000</page></book>').violations[0].message
    with pytest.raises(UsageError, match="no language"):
        validation.load(tmp_path / "book.xsd", language="xx").validate(b'<book xmlns="urn:b"/>')


# What one engine alone gets wrong, by shape: (schema, document, valid)
_BLIND = {
    "libxml2 takes anything as base64": ('<xs:element name="r" type="xs:base64Binary"/>', "<r>!!!!</r>", False),
    "libxml2 resolves no IDREF": ("""<xs:element name="r"><xs:complexType><xs:attribute name="i" type="xs:ID"/>
        <xs:attribute name="to" type="xs:IDREF"/></xs:complexType></xs:element>""", '<r i="a" to="b"/>', False),
    "libxml2 resolves no IDREFS": ("""<xs:element name="r"><xs:complexType><xs:attribute name="i" type="xs:ID"/>
        <xs:attribute name="to" type="xs:IDREFS"/></xs:complexType></xs:element>""", '<r i="a" to="a b"/>', False),
    "libxml2 sees no double ID in elements": ("""<xs:element name="r"><xs:complexType><xs:sequence>
        <xs:element name="i" type="xs:ID" maxOccurs="2"/></xs:sequence></xs:complexType></xs:element>""", "<r><i>a</i><i>a</i></r>", False),
    "libxml2 forgets where it was after any": ("""<xs:element name="r"><xs:complexType><xs:sequence>
        <xs:element name="a" minOccurs="0" maxOccurs="unbounded"/><xs:any namespace="urn:w" processContents="skip" minOccurs="0"
        maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>""", '<r><a/><x xmlns="urn:w"/><a/></r>', False),
    "libxml2 loses count of what may be empty": ("""<xs:element name="r"><xs:complexType><xs:choice maxOccurs="2">
        <xs:sequence maxOccurs="2"><xs:element name="c" minOccurs="0"/></xs:sequence><xs:element name="a"/></xs:choice></xs:complexType>
        </xs:element>""", "<r><a/><a/><c/><c/></r>", False),
    "libxml2 ignores a fixed value by reference": ("""<xs:attribute name="v" fixed="1"/><xs:element name="r"><xs:complexType>
        <xs:attribute ref="v"/></xs:complexType></xs:element>""", '<r v="2"/>', False),
    "libxml2 tells -0 from 0": ("""<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="k" type="xs:int" maxOccurs="2"/>
        </xs:sequence></xs:complexType><xs:unique name="u"><xs:selector xpath="k"/><xs:field xpath="."/></xs:unique></xs:element>""",
        "<r><k>0</k><k>-0</k></r>", False),
    "xmlschema takes a b b": ("""<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" minOccurs="0"/><xs:choice>
        <xs:element name="b" minOccurs="0"/><xs:element name="c" minOccurs="0"/></xs:choice></xs:sequence></xs:complexType></xs:element>""",
        "<r><a/><b/><b/></r>", False),
    "xmlschema refuses one of two": ("""<xs:element name="r"><xs:complexType><xs:sequence minOccurs="2" maxOccurs="2">
        <xs:element name="a" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>""", "<r><a/></r>", True),
    "xmlschema takes text between wildcards": ("""<xs:element name="r"><xs:complexType><xs:sequence>
        <xs:any namespace="urn:w" minOccurs="0" processContents="skip"/></xs:sequence></xs:complexType></xs:element>""",
        "<r>text</r>", False),
    "xmlschema raises on an unknown xsi:type": ('<xs:element name="r" type="xs:string"/>', f'<r {_XSI} xsi:type="nothing">x</r>', False),
    "libxml2 refuses a fixed value in another form": ('<xs:element name="r" type="xs:token" fixed="a b"/>', "<r> a  b </r>", True),
}  # fmt: skip


@pytest.mark.parametrize("name", _BLIND)
def test_where_an_engine_is_wrong_the_verdict_is_right(tmp_path: Path, name: str) -> None:
    body, document, valid = _BLIND[name]
    report = load(tmp_path, body).validate(document.encode())
    assert report.valid is valid, report.violations
    assert not report.disputed


_REFERENCES = """<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="e" maxOccurs="unbounded"><xs:complexType>
  <xs:simpleContent><xs:extension base="xs:string"><xs:attribute name="i" type="xs:ID"/><xs:attribute name="to" type="xs:IDREF"/>
  <xs:attribute name="all" type="xs:IDREFS"/><xs:anyAttribute namespace="http://www.w3.org/XML/1998/namespace" processContents="skip"/>
  </xs:extension></xs:simpleContent></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>"""

_MANY = "".join(f'<e i="n{n}"/>' for n in range(300))


@pytest.mark.parametrize(("document", "valid"), [
    ('<r><e i="a"/><e to="a" all="a"/></r>', True), ('<r><e i="a"/><e to="b"/></r>', False), ('<r><e i="a"/><e all="a\n b"/></r>', False),
    ("<r><e i='a'/><e to = 'a' all\n=\n' a\ta '/></r>", True), ("<r><e i='a'/><e to = 'b'/></r>", False),
    ('<r><e i="ab"/><e to="&#97;b"/></r>', True), ('<r><e i="ab"/><e to="&#98;b"/></r>', False), ('<r><e i="é"/><e to="é"/></r>', True),
    ('<r><!-- to="b" --><e i="a">to="c" into=</e><e to="a"/></r>', True), ('<r><e xml:id="a"/><e to="a"/></r>', False),
    ('<r><e i="b" xml:id="a"/><e to="b" all="a"/></r>', False), ('<r><e i="a" to="a"/><e i="b" to="b" all="a b"/></r>', True),
    (f"<r>{_MANY}<e all='{' '.join(f'n{n}' for n in range(300))}'/></r>", True),
    (f"<r>{_MANY}<e all='{' '.join(f'n{n}' for n in range(301))}'/></r>", False),
])  # fmt: skip
def test_references_are_resolved_however_they_are_written(tmp_path: Path, document: str, valid: bool) -> None:
    validator = load(tmp_path, _REFERENCES)
    for data in (document.encode(), document.encode("utf-16"), etree.fromstring(document)):
        assert validator.validate(data).valid is valid


def test_minimal_differences_between_engines(corpora: Path) -> None:
    folder = corpora / "xmlschema-vs-libxml2"
    for schema, document, codes in (
        ("a.xsd", "a.xml", ["cvc-complex-type.2.3"]), ("a0.xsd", "a.xml", ["cvc-complex-type.2.3"]),
        ("id.xsd", "id_attr_dup.xml", ["cvc-id.2"]),
        ("id.xsd", "id_elem_dup.xml", ["cvc-id.2"]), ("id.xsd", "idref_missing.xml", ["cvc-id.1"]), ("k.xsd", "k.xml", []),
    ):
        report = validation.load(folder / schema).validate(folder / document)
        assert [violation.code for violation in report.violations] == codes, document
    with pytest.raises(InputError):
        validation.load(folder / "a.xsd").validate(folder / "leak.xml")


@pytest.mark.parametrize(("engine", "valid"), [("auto", False), ("libxml2", True), ("xmlschema", False), ("both", False)])
def test_the_word_of_one_engine(tmp_path: Path, engine: str, valid: bool) -> None:
    report = load(tmp_path, '<xs:element name="r" type="xs:base64Binary"/>', engine).validate(b"<r>!!!!</r>")
    assert report.valid is valid
    assert report.disputed is (engine == "both")
    if not valid:
        (violation,) = report.violations
        assert violation.code == "cvc-datatype-valid.1.2.1"


def test_xsd_11_goes_to_the_engine_that_knows_it(tmp_path: Path) -> None:
    validator = load(tmp_path, """<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence>
        <xs:attribute name="n" type="xs:int"/><xs:assert test="@n gt 1"/></xs:complexType></xs:element>""")
    assert validator.validate(b'<r n="2"><a>1</a></r>').valid
    condition, value = sorted(validator.validate(b'<r n="1">\n<a>x</a></r>').violations, key=lambda violation: violation.code)
    assert condition.code == "cvc-assertion" and "@n gt 1" in condition.message and condition.engines == ("xmlschema",)
    assert value.code == "cvc-datatype-valid.1.2.1" and set(value.engines) == {"xmlschema", "xmlsvc"}


def test_schemas_that_are_none_are_refused_with_place_and_clause(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        load(tmp_path, '<xs:element name="r" type="nothing"/>')
    assert any(place.startswith("s.xsd:1") for place, _ in caught.value.findings)
    assert any("src-resolve" in sentence for _, sentence in caught.value.findings)
    with pytest.raises(SchemaError):
        load(tmp_path, '<xs:element name="r" type="nothing"/>', "libxml2")
    with pytest.raises(UnresolvedLocation, match=r"nowhere\.xsd"):
        load(tmp_path, '<xs:include schemaLocation="nowhere.xsd"/><xs:element name="r"/>')


def test_a_missing_file_is_named(book: validation.Validator, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.xml"):
        book.validate(tmp_path / "gone.xml")


def test_trust_is_kept_beside_the_set(book: validation.Validator) -> None:
    found = validation.Bench.of(book.set).trust
    assert found.plain
    (path,) = book.set.directory.glob("trust-*.json")
    assert lint.load(path) == found
    other = replace(found, values=(("{urn:b}page", None), ("*", "lang")), signed=True, notes=("é",))
    lint.save(other, path)
    assert lint.load(path) == other and not other.plain


@pytest.mark.parametrize(("pattern", "when"), [
    (r"[a-z]+", ""), (r"\d{4}", "exotic"), (r"\p{L}+", "exotic"), (r"[a-z-[aeiou]]", ""), (r"[a-z-[^a]]", "always"),
    (r"[^a-[b]]", "always"), (r"[\P{L}]", "always"), (r"\i\c*", "always"), (r"a{1000}", "always"), (r"a{999}", ""),
])  # fmt: skip
def test_patterns_that_libxml2_reads_differently(pattern: str, when: str) -> None:
    assert lint.unusual(pattern) == when


@pytest.mark.parametrize(("pattern", "noted"), [
    (r"(a+)+b", True), (r"(\w+\s?)*;", True), (r"x(-[a-z]+)+", False), (r"[A-Z]{3}(,[A-Z]{3})*", False),
])  # fmt: skip
def test_patterns_that_hang_others_are_noted(pattern: str, noted: bool) -> None:
    assert bool(list(lint.pattern_notes(pattern))) is noted


def test_a_note_does_not_spell_out_a_long_pattern() -> None:
    assert all(len(note) < 250 for note in lint.pattern_notes("(" + "|".join(f"a{n}" for n in range(500)) + ")|(a+)+b"))


def test_the_fingerprint_names_what_a_verdict_hangs_on() -> None:
    text = validation.fingerprint()
    assert all(word in text for word in ("lxml", "libxml2", "xmlschema", "rules"))


def test_where_xmlschema_refuses_the_schema_it_is_not_asked(tmp_path: Path) -> None:
    """A disputed set, and a document about which libxml2 is wrong: it takes any characters for base64."""
    (tmp_path / "a.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:complexType name="B"><xs:sequence>
        <xs:element name="a" type="xs:base64Binary"/></xs:sequence></xs:complexType><xs:complexType name="D"><xs:complexContent>
        <xs:restriction base="B"><xs:sequence><xs:element name="a" type="xs:base64Binary" minOccurs="0"/></xs:sequence></xs:restriction>
        </xs:complexContent></xs:complexType><xs:element name="r" type="D"/></xs:schema>""", "utf-8")
    closed = store.close([tmp_path / "a.xsd"], Catalog.load(None), tmp_path / "store")
    assert gate.check(closed, confirmed=True) == "1.0" and gate.disputed(closed)
    validator = validation.Validator(closed)
    assert validator.validate(b"<r><a>aGk=</a></r>").valid
    report = validator.validate(b"<r><a>!!!!</a></r>")
    assert not report.valid and report.disputed and report.violations[0].disputed
