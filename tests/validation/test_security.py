"""Nothing that arrives can make a verdict read a file, reach a host, hang, or show another document's values."""

from __future__ import annotations

import gzip
import socketserver
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import FULL
from xmlsvc import validation
from xmlsvc.errors import Error, InputError, SchemaError
from xmlsvc.schema.vocabulary import Manifest
from xmlsvc.validation import apart
from xmlsvc.xml import parser

SECRET = "canary-7f3a9c"
_XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
_NUMBERS = f"""<xs:schema {_XS}><xs:element name="r"><xs:complexType><xs:sequence>
<xs:element name="a" type="xs:int" minOccurs="0" maxOccurs="unbounded"/></xs:sequence><xs:anyAttribute processContents="lax"/>
</xs:complexType></xs:element></xs:schema>"""


class Canary:
    """A file and a port that nobody must touch."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "secret.txt"
        self.file.write_text(SECRET, "utf-8")
        self.hits = 0
        canary = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                canary.hits += 1

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/x"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    made = Canary(tmp_path)
    yield made
    assert made.hits == 0, "something reached for the network"
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def numbers(tmp_path: Path) -> validation.Validator:
    (tmp_path / "numbers.xsd").write_text(_NUMBERS, "utf-8")
    return validation.load(tmp_path / "numbers.xsd")


def _schema(folder: Path, body: str) -> validation.Validator:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "s.xsd").write_text(f"<xs:schema {_XS}>{body}</xs:schema>", "utf-8")
    return validation.load(folder / "s.xsd")


def _hostile(canary: Canary) -> dict[str, str]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "external entity, file": f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{canary.file}">]><r>&x;</r>',
        "external entity, network": f'<!DOCTYPE r [<!ENTITY x SYSTEM "{canary.url}">]><r>&x;</r>',
        "parameter entity": f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{canary.url}"> %p;]><r/>',
        "external DTD, file": f'<!DOCTYPE r SYSTEM "{canary.file}"><r/>',
        "external DTD, network": f'<!DOCTYPE r SYSTEM "{canary.url}"><r/>',
        "entities in entities": f'<!DOCTYPE r [<!ENTITY l0 "lol">{laughs}]><r>&l9;</r>',
        "one large entity": f'<!DOCTYPE r [<!ENTITY a "{"A" * 50_000}">]><r>{"&a;" * 150}</r>',
        "deep nesting": "<a>" * 100_000,
        "an undeclared entity": "<r>&nothing;</r>",
    }


def test_documents_with_entities_or_too_deep_are_refused(canary: Canary, numbers: validation.Validator) -> None:
    for name, text in _hostile(canary).items():
        started = time.process_time()
        with pytest.raises(InputError) as caught:
            numbers.validate(text.encode())
        assert SECRET not in str(caught.value), name
        assert time.process_time() - started < 1, name


def test_compressed_bytes_are_not_inflated(numbers: validation.Validator, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xml"
    bomb.write_bytes(gzip.compress(b"<r>" + b"<a>1</a>" * 1_000_000 + b"</r>"))
    with pytest.raises(InputError):
        numbers.validate(bomb)


@pytest.mark.parametrize("place", ["file", "network"])
def test_hints_and_inclusions_are_not_followed(canary: Canary, numbers: validation.Validator, place: str) -> None:
    target = canary.file.as_uri() if place == "file" else canary.url
    for text in (
        f'<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="{target}"><a>x</a></r>',
        f'<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x {target}"><a>x</a></r>',
        f'<r xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{target}" parse="text"/></r>',
    ):
        report = numbers.validate(text.encode())
        assert not report.valid
        assert SECRET not in str(report)


@pytest.mark.parametrize("kind", ["include", "redefine", "import"])
@pytest.mark.parametrize("place", ["file", "network", "neighbour"])
def test_schemas_reach_nothing_outside(canary: Canary, tmp_path: Path, kind: str, place: str) -> None:
    outside = tmp_path / "elsewhere" / "far" / "away.xsd"
    outside.parent.mkdir(parents=True)
    outside.write_text(f"<xs:schema {_XS} targetNamespace='urn:x'><xs:element name='{SECRET}'/></xs:schema>", "utf-8")
    target = {"file": outside.as_uri(), "network": canary.url, "neighbour": "../../../../../../etc/passwd"}[place]
    body = f'<xs:{kind} schemaLocation="{target}"{" namespace=" + chr(34) + "urn:x" + chr(34) if kind == "import" else ""}/>'
    uses = ('<xs:element xmlns:x="urn:x" name="r"><xs:complexType><xs:sequence>'
            f'<xs:element ref="x:{SECRET}"/></xs:sequence></xs:complexType>')
    with pytest.raises(SchemaError) as caught:
        _schema(tmp_path / "home" / "in", f"{body}{uses}</xs:element>")
    assert "root:" not in str(caught.value)


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"(a|aa)+b", r"(.*)*x", r"(\w+\s?)*;", r"([a-z]+)*[0-9]", r"(a|a?)+b"])
def test_no_pattern_hangs_a_verdict(tmp_path: Path, pattern: str) -> None:
    validator = _schema(tmp_path / "p", f"""<xs:element name="r"><xs:simpleType><xs:restriction base="xs:string">
        <xs:pattern value="{pattern}"/></xs:restriction></xs:simpleType></xs:element>""")
    started = time.process_time()
    assert not validator.validate(f"<r>{'a' * 60}!</r>".encode()).valid
    both = validation.Validator(validator.set, engine="xmlschema")
    assert not both.validate(f"<r>{'a' * 60}!</r>".encode()).valid
    assert time.process_time() - started < 5


@pytest.mark.parametrize("pattern", [r"(a|aa)+b", r"(a+a+)+b", r"(a|a?)+b"])
def test_no_document_full_of_bad_values_hangs_a_verdict(tmp_path: Path, pattern: str) -> None:
    """One such value takes libxml2 a tenth of a second: it is not asked about documents of such a schema, and its author is told."""
    validator = _schema(tmp_path / "p", f"""<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="v" maxOccurs="unbounded">
        <xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="{pattern}"/></xs:restriction></xs:simpleType></xs:element>
        </xs:sequence></xs:complexType></xs:element>""")
    assert pattern in validator._bench.trust.slow and any("other validators may hang" in note for note in validator._bench.trust.notes)
    started = time.process_time()
    report = validator.validate(b"<r>" + (b"<v>" + b"a" * 26 + b"!</v>") * 5_000 + b"</r>")
    assert not report.valid and report.cut
    assert validator.validate(b"<r>" + (b"<v>" + b"a" * 26 + b"b</v>") * 5_000 + b"</r>").valid
    assert time.process_time() - started < 60


def test_conditions_of_xsd_11_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_LEAST", 3.0)
    validator = _schema(tmp_path / "a", """<xs:element name="r"><xs:complexType><xs:attribute name="n" type="xs:int"/>
        <xs:assert test="not(@n) or (every $i in 1 to @n satisfies $i ge 1)"/></xs:complexType></xs:element>""")
    assert validator.validate(b"<r/>").valid and validator.validate(b'<r n="3"/>').valid
    report = validator.validate(b'<r n="1000000000"/>')
    (violation,) = report.violations
    assert not report.valid and report.disputed and violation.code == "unjudged" and "could not be judged" in violation.message
    assert validator.validate(b"<r/>").valid, "the next document has a worker of its own"


def test_a_vocabularys_own_rules_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_LEAST", 3.0)
    monkeypatch.setattr(apart, "_EACH", 0.0)
    validator = _schema(tmp_path / "x", """<xs:element name="r"><xs:complexType><xs:sequence>
        <xs:element name="a" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>""")
    (tmp_path / "vocabulary.toml").write_text(
        '[rules.bomb]\ncontext = "/r"\ntest = "not(//a[//a[//a[. = 2]]])"\nmessage = "No."\n', "utf-8")
    made: Any = SimpleNamespace(vocabulary="x", version="1", digest=validator.set.digest, set=validator.set, home=tmp_path,
                                manifest=Manifest.load(tmp_path))
    for count, judged in ((10, True), (20_000, False)):
        data = b"<r>" + b"<a>1</a>" * count + b"</r>"
        report = validation.check(made, data, parser.parse(data))
        assert report.valid is judged and [one.code for one in report.violations] == ([] if judged else ["unjudged"])


@pytest.mark.parametrize(("schema", "item"), [
    ('<xs:attribute name="id" type="xs:ID"/><xs:attribute name="to" type="xs:IDREF"/>', '<a id="i{0}" to="k{0}"/>'),
    ('<xs:attribute name="k" type="xs:string"/><xs:attribute name="to" type="xs:string"/>', '<a k="k{0}" to="t{0}"/>'),
    (f"""<xs:attribute name="e"><xs:simpleType><xs:restriction base="xs:string">
     {"".join(f'<xs:enumeration value="value{n}x"/>' for n in range(3_000))}</xs:restriction></xs:simpleType></xs:attribute>""",
     '<a e="vlue{0}x"/>'),
    ("", "<unknown{0}/>"),
], ids=["identifiers", "keys", "enumerated values", "names"])
def test_floods_of_what_could_be_guessed_at(tmp_path: Path, schema: str, item: str) -> None:
    """Each wrong name or value could be compared with each that is known: minutes, if that were done."""
    others = "".join(f'<xs:element name="unknwn{n}" minOccurs="0"/>' for n in range(600))
    validator = _schema(tmp_path / "f", f"""<xs:element name="r"><xs:complexType><xs:sequence>
        <xs:element name="a" minOccurs="0" maxOccurs="unbounded"><xs:complexType>{schema}</xs:complexType></xs:element>
        <xs:choice minOccurs="0">{others}</xs:choice></xs:sequence></xs:complexType>
        <xs:key name="k"><xs:selector xpath="b"/><xs:field xpath="@k"/></xs:key><xs:unique name="u"><xs:selector xpath="a"/>
        <xs:field xpath="@k"/></xs:unique><xs:keyref name="f" refer="u"><xs:selector xpath="a"/><xs:field xpath="@to"/></xs:keyref>
        </xs:element>""")
    started = time.process_time()
    report = validator.validate(f"<r>{''.join(map(item.format, range(20_000 if FULL else 4_000)))}</r>".encode())
    assert not report.valid and report.cut and len(report.violations) == 1_000
    assert time.process_time() - started < 60


@pytest.mark.parametrize("document", [
    b"<r><a>" + b"1" * 15_000_000 + b"</a></r>", b'<r a="' + b"1" * 15_000_000 + b'"/>', b"<r><!--" + b"x" * 15_000_000 + b"--></r>",
], ids=["text", "attribute", "comment"])
def test_single_tokens_of_many_megabytes_are_refused(numbers: validation.Validator, document: bytes) -> None:
    started = time.process_time()
    with pytest.raises(InputError):
        numbers.validate(document)
    assert time.process_time() - started < 30


def test_groups_that_double_are_counted_before_they_are_built(tmp_path: Path) -> None:
    groups = '<xs:group name="g0"><xs:sequence><xs:element name="a"/></xs:sequence></xs:group>' + "".join(
        f'<xs:group name="g{n}"><xs:sequence><xs:group ref="g{n - 1}"/><xs:group ref="g{n - 1}"/></xs:sequence></xs:group>'
        for n in range(1, 25))
    started = time.process_time()
    with pytest.raises(SchemaError, match="more than 200,000 elements"):
        _schema(tmp_path / "g", f'{groups}<xs:element name="r"><xs:complexType><xs:group ref="g24"/></xs:complexType></xs:element>')
    assert time.process_time() - started < 2


def test_counts_and_nesting_of_schemas(tmp_path: Path) -> None:
    validator = _schema(tmp_path / "c", """<xs:element name="r"><xs:complexType><xs:sequence maxOccurs="1000000000">
        <xs:element name="a" minOccurs="100000" maxOccurs="1000000000"/></xs:sequence></xs:complexType></xs:element>""")
    assert not validator.validate(b"<r><a/></r>").valid
    nested = "<xs:sequence>" * 200 + '<xs:element name="a"/>' + "</xs:sequence>" * 200
    try:
        deep = _schema(tmp_path / "n", f'<xs:element name="r"><xs:complexType>{nested}</xs:complexType></xs:element>')
    except SchemaError as error:
        assert "nested" in error.message
    else:
        assert deep.validate(b"<r><a/></r>").valid


@pytest.mark.parametrize(("name", "text"), [
    ("wrong siblings", "<r>" + "<b/>" * 100_000 + "</r>"), ("wrong values", "<r>" + "<a>x</a>" * 100_000 + "</r>"),
    ("wrong attributes", "<r>" + '<a q="1">1</a>' * 50_000 + "</r>"),
])  # fmt: skip
def test_floods_of_errors_cost_little_and_are_cut(numbers: validation.Validator, name: str, text: str) -> None:
    started = time.process_time()
    report = numbers.validate(text.encode())
    assert time.process_time() - started < 4, name
    assert not report.valid and report.cut and len(report.violations) == 1_000


@pytest.mark.parametrize("text", [
    "<r " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>", "<r " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(20_000)) + "/>",
    "<r>" + "<a/>" * 1_500_000 + "</r>",
])  # fmt: skip
def test_floods_of_names_are_refused(numbers: validation.Validator, text: str) -> None:
    started = time.process_time()
    with pytest.raises(Error):
        numbers.validate(text.encode())
    assert time.process_time() - started < 5


_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_DIGITS = """<xs:element name="r"><xs:simpleType><xs:restriction base="xs:decimal"><xs:{0}Digits value="2"/></xs:restriction>
</xs:simpleType></xs:element>"""
_KEYS = """<xs:element name="r"><xs:complexType><xs:choice maxOccurs="unbounded"><xs:element name="k" type="xs:string"/>
<xs:element name="f" type="xs:string"/></xs:choice></xs:complexType><xs:key name="u"><xs:selector xpath="k"/><xs:field xpath="."/></xs:key>
<xs:keyref name="v" refer="u"><xs:selector xpath="f"/><xs:field xpath="."/></xs:keyref></xs:element>"""
_SCOPES = """<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="r" minOccurs="0"/>
<xs:element name="a" type="xs:int" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
<xs:unique name="u"><xs:selector xpath=".//a"/><xs:field xpath="."/></xs:unique></xs:element>"""
_LIST = """<xs:element name="r"><xs:simpleType><xs:restriction><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType>
<xs:maxLength value="5"/></xs:restriction></xs:simpleType></xs:element>"""
_HEADS = """<xs:element name="h" type="xs:string"/><xs:element name="r"><xs:complexType><xs:sequence>
<xs:element ref="h" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>""" + "".join(
    f'<xs:element name="s{n}" substitutionGroup="h"/>' for n in range(1_000))
_ALL = '<xs:element name="r"><xs:complexType><xs:all>' + "".join(
    f'<xs:element name="a{n}" minOccurs="0"/>' for n in range(300)) + "</xs:all></xs:complexType></xs:element>"
_TYPES = '<xs:element name="r"/>' + "".join(f'<xs:complexType name="type{n}"/>' for n in range(500))


@pytest.mark.parametrize(("schema", "document", "valid"), [
    pytest.param(_DIGITS.format("total"), "<r>" + "9" * 9_000_000 + "</r>", False, id="9 million digits"),
    pytest.param(_DIGITS.format("fraction"), "<r>0." + "9" * 3_000_000 + "</r>", False, id="3 million digits of a fraction"),
    pytest.param(_LIST, "<r>" + "1 " * 3_000_000 + "</r>", False, id="a list of 3 million"),
    pytest.param('<xs:element name="r" type="xs:IDREFS"/>', "<r>" + "x " * 300_000 + "</r>", False, id="300,000 references"),
    pytest.param(_KEYS, "<r>" + "".join(f"<k>key{n}</k><f>kez{n}</f>" for n in range(10_000)) + "</r>", False, id="10,000 keys"),
    pytest.param(_SCOPES, "<r>" * 200 + "".join(f"<a>{n}</a>" for n in range(1_500)) + "</r>" * 200, True, id="200 scopes"),
    pytest.param(_SCOPES, "<r>" * 200 + "<a>1</a>" * 1_500 + "</r>" * 200, False, id="the same in 200 scopes"),
    pytest.param(_ALL, "<r>" + "".join(f"<a{n % 300}/>" for n in range(3_000)) + "</r>", False, id="each of 300 ten times"),
    pytest.param(_HEADS, "<r>" + "".join(f"<t{n}/>" for n in range(1_500)) + "</r>", False, id="1,000 substitutes"),
    pytest.param(_TYPES, f"<r {_XSI}>" + "".join(f'<a xsi:type="tipe{n}"/>' for n in range(20_000)) + "</r>", False, id="20,000 types"),
    pytest.param('<xs:element name="r" type="xs:int"/>', "<r>" + "<!----><?p?>" * 300_000 + "1</r>", True, id="600,000 comments"),
    pytest.param('<xs:element name="r" type="xs:date"/>', "<r>" + "9" * 1_000_000 + "-01-01</r>", False, id="a year of a million digits"),
    pytest.param('<xs:element name="r" type="xs:double"/>', "<r>" + "9" * 9_000_000 + "</r>", True, id="a number of 9 million digits"),
])  # fmt: skip
def test_nothing_in_a_document_costs_more_than_its_size(tmp_path: Path, schema: str, document: str, valid: bool) -> None:
    validator = _schema(tmp_path, schema)
    started = time.process_time()
    report = validator.validate(document.encode())
    assert report.valid is valid
    assert not report.disputed
    assert time.process_time() - started < 10


@pytest.mark.parametrize("schema", [
    '<xs:include schemaLocation="s.xsd"/><xs:element name="r"/>', '<xs:redefine schemaLocation="s.xsd"/><xs:element name="r"/>',
    '<xs:include schemaLocation="/dev/zero"/>', '<xs:import namespace="urn:x" schemaLocation="file:///proc/self/environ"/>'
    '<xs:element name="r" type="x:T" xmlns:x="urn:x"/>',
    f'<xs:element name="r"><xs:key name="k"><xs:selector xpath="{"|".join(["a"] * 5_000)}"/><xs:field xpath="."/></xs:key></xs:element>',
])  # fmt: skip
def test_schemas_that_lead_to_themselves_or_nowhere_are_refused(tmp_path: Path, schema: str) -> None:
    with pytest.raises(SchemaError):
        _schema(tmp_path, schema)


def test_entities_of_a_schema_neither_grow_nor_read(canary: Canary, tmp_path: Path) -> None:
    """An internal subset is allowed there: real schemas have one."""
    laughs = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "<!ENTITY e '&l9;'>"
    for entity in (laughs, f'<!ENTITY e SYSTEM "{canary.file.as_uri()}">', f'<!ENTITY e SYSTEM "{canary.url}">',
                   f'<!ENTITY % p SYSTEM "{canary.url}"> %p; <!ENTITY e "x">'):
        (tmp_path / "s.xsd").write_text(
            f"<!DOCTYPE xs:schema [{entity}]><xs:schema {_XS}><xs:element name='r'><xs:annotation><xs:documentation>&e;</xs:documentation>"
            "</xs:annotation></xs:element></xs:schema>", "utf-8")
        try:
            report = validation.load(tmp_path / "s.xsd").validate(b"<q/>")
        except SchemaError as error:
            assert SECRET not in str(error)
        else:
            assert SECRET not in str(report)


def test_no_report_shows_another_documents_values(numbers: validation.Validator) -> None:
    """Many threads, one schema: each report speaks of its own document only."""

    def one(number: int) -> bool:
        mine = f"value{number:05}"
        report = numbers.validate(f"<r><a>{mine}</a></r>".encode())
        return not report.valid and all(violation.value == mine and mine in violation.message for violation in report.violations)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(2_000)))
