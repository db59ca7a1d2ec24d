"""Whatever a schema, a document, an editor or a report says stays text: in the fields of a page and in a form, written once or again."""

from __future__ import annotations

import html.parser
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
from genshi.core import Markup

from xmlsvc.documents.provenance import Mark, Provenance
from xmlsvc.publish.shape import Shape
from xmlsvc.schema import components
from xmlsvc.web.blame import Blame
from xmlsvc.web.fields import Fields
from xmlsvc.web.forms import describe
from xmlsvc.web.forms.apply import Failure
from xmlsvc.web.forms.inputs import Notes
from xmlsvc.web.forms.models import Models
from xmlsvc.web.forms.places import Places
from xmlsvc.web.forms.render import Form
from xmlsvc.xml import names, parser
from xmlsvc.xml.names import Prefixes

BAD = "\"><script>x</script><img src=x onerror='a'>' onmouseover='b' {0} %s &lt;b&gt; \u2028 \x85"
SAID = escape(BAD, {'"': "&quot;"})
NAMESPACE = "urn:x'&amp;y=%22%3E"
_TOLD = f"<xs:annotation><xs:documentation>{SAID}</xs:documentation></xs:annotation>"
XSD = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}" xmlns="{NAMESPACE}"
  elementFormDefault="qualified">
<xs:attribute name="g" type="xs:string">{_TOLD}</xs:attribute>
<xs:simpleType name="few"><xs:restriction base="xs:string"><xs:enumeration value="{SAID}">{_TOLD}</xs:enumeration>
  <xs:enumeration value="b">{_TOLD}</xs:enumeration></xs:restriction></xs:simpleType>
<xs:simpleType name="many"><xs:restriction base="xs:string">{"".join(f'<xs:enumeration value="{SAID}{n}"/>' for n in range(60))}
  </xs:restriction></xs:simpleType>
<xs:simpleType name="open"><xs:union memberTypes="few xs:string"/></xs:simpleType>
<xs:simpleType name="like"><xs:restriction base="xs:string"><xs:pattern value="[&lt;&gt;&quot;'&amp;a-z =/()]*"/></xs:restriction>
  </xs:simpleType>
<xs:element name="animal" type="xs:string">{_TOLD}</xs:element><xs:element name="cat" type="xs:string" substitutionGroup="animal"/>
<xs:complexType name="rec">{_TOLD}<xs:sequence><xs:element name="p" type="few"/><xs:element name="q" type="like" minOccurs="0"/>
  </xs:sequence><xs:attribute name="k" type="few">{_TOLD}</xs:attribute><xs:anyAttribute processContents="lax"/></xs:complexType>
<xs:complexType name="rec2"><xs:complexContent><xs:extension base="rec"/></xs:complexContent></xs:complexType>
<xs:element name="r">{_TOLD}<xs:complexType><xs:sequence><xs:element name="e" type="few" maxOccurs="9">{_TOLD}</xs:element>
  <xs:element name="m" type="many" maxOccurs="9" default="{SAID}1"/><xs:element name="u" type="open" maxOccurs="9" nillable="true"/>
  <xs:element name="l" type="like" default="{SAID}"/><xs:element name="f" type="xs:string" fixed="{SAID}" minOccurs="0" maxOccurs="2"/>
  <xs:element name="a" type="xs:anyURI" maxOccurs="9"/><xs:element ref="animal" maxOccurs="4"/>
  <xs:element name="rec" type="rec" maxOccurs="9">{_TOLD}</xs:element>
  <xs:element name="mix"><xs:complexType mixed="true"><xs:sequence><xs:element name="b" maxOccurs="9"/></xs:sequence></xs:complexType>
  </xs:element><xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
  <xs:attribute name="at" type="many"/><xs:attribute name="fixed" fixed="{SAID}"/></xs:complexType></xs:element></xs:schema>"""
DOCUMENT = f"""<p:r xmlns:p="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" at="{SAID}" fixed="{SAID}" odd="{SAID}">
<!-- {SAID} --><p:e>b</p:e><p:e>{SAID}</p:e><p:m>{SAID}1</p:m><p:m>{SAID}</p:m><p:u>{SAID}</p:u><p:u xsi:nil="true"/><p:u>b</p:u>
<p:l>{SAID}</p:l><p:f>{SAID}</p:f><p:f/><p:a>http://h/{SAID.replace(" ", "")}</p:a><p:a>javascript:alert(1)</p:a><p:animal>{SAID}
{SAID}</p:animal><p:cat>x</p:cat><p:rec k="{SAID}" z="{SAID}"><p:p>{SAID}</p:p><p:q>{SAID}</p:q></p:rec><p:rec><p:p>b</p:p></p:rec>
<p:rec xsi:type="p:rec2" k="b"><p:p>b</p:p></p:rec><p:rec xsi:type="{SAID}" p:g="{SAID}"><p:p>b</p:p></p:rec>
<p:mix>{SAID}<p:b x="{SAID}">{SAID}</p:b>{SAID}</p:mix><z:x xmlns:z="urn:z'&amp;(i)" q="{SAID}">{SAID}<z:y>{SAID}</z:y></z:x></p:r>"""


class Strict(html.parser.HTMLParser):
    """Takes HTML whose tags are closed in turn, whose attributes are ours, each once, and in which nothing runs."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = [name for name, _ in attrs]
        assert tag not in {"script", "img", "iframe"} and len(known) == len(set(known)), (tag, attrs)
        assert all(name.replace("-", "").isalnum() and not name.startswith("on") for name in known), (tag, attrs)
        assert not any(name == "href" and str(value).startswith("javascript") for name, value in attrs), (tag, attrs)
        if tag != "input":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _check(written: str) -> None:
    strict = Strict()
    strict.feed(written)
    strict.close()
    assert strict.open == [] and not set("\ufffe\uffff") & set(written)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shape, Models]:
    path = tmp_path_factory.mktemp("schema") / "x.xsd"
    path.write_text(XSD, "utf-8")
    made = components.read_paths(path)
    return Shape(made), Models(made)


@pytest.mark.parametrize("about", ["nothing", "again", "problems", "blame"])
def test_fields(seen: tuple[Shape, Models], about: str) -> None:
    places = Places(seen[0], parser.parse(DOCUMENT.encode()))
    prefixes, blame = Prefixes.of(places.root), None
    marks = {ordinal: [(1, BAD, None), (2, BAD, "k"), (3, BAD, "at")] for ordinal in range(len(places.elements)) if about == "problems"}
    if about == "blame":
        then = datetime(2024, 5, 3, tzinfo=UTC)
        mark = Mark(revision=2, kind=BAD, actor=f"user:{BAD}", reason=BAD, created=then, receipt_id=None, run_id=None)
        told = {names.path(element, prefixes): mark for element in places.elements}
        blame = Blame(Provenance(number=2, since=1, marks=told, namespaces={}), places.root, {})
    for ordinal in range(len(places.elements)):
        shown = Fields(places, prefixes, marks, lambda at, skip: f"?at={at}&skip={skip}", blame)  # type: ignore[arg-type]
        _check(shown.render(ordinal))
        _check(shown.trail(ordinal) or "")


@pytest.mark.parametrize("about", ["nothing", "again", "problems", "failures"])
def test_forms(seen: tuple[Shape, Models], about: str) -> None:
    places = Places(seen[0], parser.parse(DOCUMENT.encode()))
    count = range(len(places.elements))
    found = {ordinal: [(BAD, None, 1), (BAD, "k", 2), (BAD, "at", 3)] for ordinal in count if about == "problems"}
    failures = {f"t.{ordinal}": Failure(f"t.{ordinal}", BAD, BAD) for ordinal in count if about == "failures"}
    for ordinal in count:
        group = describe.branch(places, ordinal, 0, seen[1])
        written = Form(Notes(found, failures), lambda name: Markup("<svg></svg>"), lambda ordinal: 0).render(group)
        _check(written)
        if not found and not failures:
            elsewhere = Notes(failures={"t.1000000": Failure("t.1000000", "", "")})  # nothing is then kept, or taken from what is
            assert Form(elsewhere, lambda name: Markup("<svg></svg>"), lambda ordinal: 0).render(group) == written
