"""Forms made of a schema: which control a type gets, what may be added where, how what is posted changes the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from genshi.core import Markup
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from xmlsvc import builtin, errors
from xmlsvc.binding import content
from xmlsvc.publish.shape import Shape
from xmlsvc.schema import components
from xmlsvc.schema.content_model import Order
from xmlsvc.schema.matcher import Matcher
from xmlsvc.schema.model import XSI_NAMESPACE as XSI
from xmlsvc.schema.model import SimpleType
from xmlsvc.web.forms import apply, completion, controls, describe, fragments, texts
from xmlsvc.web.forms.allowed import Allowed, Model
from xmlsvc.web.forms.inputs import Notes
from xmlsvc.web.forms.models import Models
from xmlsvc.web.forms.places import Places
from xmlsvc.web.forms.render import Form
from xmlsvc.xml import edits, parser

MODELS = ["a b c", "a? b* c+", "(a | b) c", "a (b c | d) e", "a & b & c", "(a | b)* c", "a (b | (c d)){2} e", "(a b)*", "(a b? c)+ d",
          "a b a", "((a | b) c){1,3}", "a{2,4} b? (c | d)*"]  # fmt: skip


@given(st.sampled_from(MODELS), st.text("abcde", max_size=6))
def test_what_may_be_added_is_what_leaves_the_content_completable(text: str, children: str) -> None:
    particle, substitutes = content.read(text, lambda name: (name,))
    order = Order(particle, substitutes)
    names = list(children)
    if order.gaps(names) is None:
        return
    allowed = Allowed(Model(Matcher(particle, substitutes)), names)
    for name in order.words:
        fits = [place for place in range(len(names) + 1) if order.gaps([*names[:place], str(name), *names[place:]]) is not None]
        assert allowed.place(str(name)) == (fits[-1] if fits else None), (text, children, name)
        assert [allowed.here(str(name), place) for place in range(len(names) + 1)] == [place in fits for place in range(len(names) + 1)]
    matcher = Matcher(particle, substitutes)
    for index in range(len(names) - 1):
        swapped = [*names[:index], names[index + 1], names[index], *names[index + 2 :]]
        keeps = not matcher.accepts(names) or matcher.accepts(swapped)
        assert allowed.swaps(index) == (order.gaps(swapped) is not None and keeps)


def test_what_is_complete_stays_so_when_it_is_moved() -> None:
    """Where a move would need more to be added between, it is not offered."""
    particle, substitutes = content.read("a* b* (c a* b*)*", lambda name: (name,))
    model = Model(Matcher(particle, substitutes))
    assert not Allowed(model, ["a", "b"]).swaps(0) and Allowed(model, ["b", "c"]).swaps(0)


def test_strangers_are_gone_past() -> None:
    particle, substitutes = content.read("a? b* c", lambda name: (name,))
    allowed = Allowed(Model(Matcher(particle, substitutes)), ["a", "stranger", "c"])
    assert allowed.additions() == {"b": 2}


def test_many_counted_children_do_not_hold_the_page_up() -> None:
    particle, substitutes = content.read("((a{0,90} | b{0,90}) c{0,90}){0,90}", lambda name: (name,))
    allowed = Allowed(Model(Matcher(particle, substitutes)), ["a", "c"] * 50)
    assert set(allowed.additions()) <= {"a", "b", "c"}


def test_needed_is_what_completes() -> None:
    particle, substitutes = content.read("a b? c*", lambda name: (name,))
    allowed = Allowed(Model(Matcher(particle, substitutes)), ["a", "b", "c"])
    assert [allowed.needed(index) for index in range(3)] == [True, False, False]


def _simple(builtin_: str, **facets: object) -> SimpleType:
    primitive = {"integer": "decimal", "language": "string", "token": "string"}.get(builtin_, builtin_)
    return SimpleType(None, "atomic", builtin_, primitive, **facets)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "value", "wanted"), [
    (_simple("date"), "2024-05-03", "date"), (_simple("date"), "2024-05-03Z", "text"), (_simple("date"), "", "date"),
    (_simple("boolean"), "1", "select"), (_simple("string"), "short", "area"), (_simple("token"), "short", "text"),
    (_simple("token", enumeration=("a", "b")), "a", "select"), (_simple("token", enumeration=tuple(map(str, range(90)))), "7", "list"),
    (_simple("language"), "nl", "list"), (_simple("duration"), "PT1H", "text"), (_simple("integer"), "12", "text"),
    (_simple("token"), "a\rb", "fixed"), (_simple("token"), "two\nlines", "area"), (None, "x", "text"),
])  # fmt: skip
def test_the_right_control(kind: SimpleType | None, value: str, wanted: str) -> None:
    assert controls.of(kind, value).kind == wanted


def test_a_value_that_is_not_allowed_stays_among_the_options() -> None:
    control = controls.of(_simple("token", enumeration=("movie", "series")), "film")
    assert control.options[0] == ("film", "film – not allowed") and len(control.options) == 3
    assert ("1", "yes (1)") in controls.of(_simple("boolean"), "1").options
    assert (" movie ", "movie") in controls.of(_simple("token", enumeration=("movie", "series")), " movie ").options


def test_hints_tell_the_limits() -> None:
    assert controls.hint(_simple("decimal", min_inclusive="0", max_exclusive="100", fraction_digits=2)) == (
        "number, from 0, less than 100, at most 2 digits after the point"
    )


XSD = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns="urn:t" elementFormDefault="qualified">
 <xs:element name="doc"><xs:complexType><xs:sequence>
  <xs:element name="head" type="xs:token"/>
  <xs:element name="thing" type="Thing" maxOccurs="unbounded"/>
  <xs:element ref="animal" minOccurs="0" maxOccurs="3"/>
  <xs:element name="end" type="xs:date" nillable="true" minOccurs="0"/>
  <xs:element name="text" minOccurs="0"><xs:complexType mixed="true"><xs:sequence><xs:element name="b" type="xs:string" minOccurs="0"
    maxOccurs="9"/></xs:sequence></xs:complexType></xs:element>
  <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
 </xs:sequence><xs:attribute name="version" type="xs:token" fixed="1"/></xs:complexType></xs:element>
 <xs:complexType name="Thing"><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence><xs:attribute name="lang"
   type="xs:language" use="required"/></xs:complexType>
 <xs:complexType name="Heavy"><xs:complexContent><xs:extension base="Thing"><xs:sequence><xs:element name="weight" type="xs:decimal"/>
   </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
 <xs:element name="animal" abstract="true" type="xs:token"/>
 <xs:element name="cat" substitutionGroup="animal" type="xs:token"/><xs:element name="dog" substitutionGroup="animal" type="xs:token"/>
</xs:schema>"""
DOC = (
    b"<?xml version='1.0'?>\r\n<!-- kept --><doc xmlns='urn:t'\r\n   version='1'>\r\n  <head>x &#38; y</head>\r\n"
    b"  <thing lang='nl'><name><![CDATA[n]]></name></thing>\r\n  <cat>tom</cat>\r\n  <end>2024-01-01</end>\r\n"
    b"  <text>a <b>bold</b> word</text>\r\n  <o:odd xmlns:o='urn:o' a=\"1\"/>\r\n</doc>\r\n"
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shape, Models]:
    path = tmp_path_factory.mktemp("schema") / "t.xsd"
    path.write_bytes(XSD)
    made = components.read_paths(path)
    return Shape(made), Models(made)


def opened(schema: tuple[Shape, Models]) -> Places:
    return Places(schema[0], parser.parse(DOC))


def _values(group: describe.Group) -> dict[str, describe.Value]:
    found = {value.name: value for value in (*group.values, *group.folded)}
    for item in group.items:
        if isinstance(item, describe.Group):
            found |= _values(item)
        elif isinstance(item, describe.Line):
            found |= {value.name: value for value in (*item.values, *item.folded)}
    return found


def test_the_whole_branch(schema: tuple[Shape, Models]) -> None:
    group = describe.branch(opened(schema), 0, 0, schema[1])
    assert [type(item).__name__ for item in group.items] == ["Line", "Group", "Line", "Line", "Line", "Opaque"]
    values = _values(group)
    assert values["a.0.version"].control.kind == "fixed"
    assert [label for _, label in values["x.2"].control.options] == ["as declared", "Heavy"]
    assert [label for _, label in values["s.4"].control.options] == ["Cat", "Dog"]
    assert values["n.5"].value == "" and values["t.5"].control.kind == "date"
    assert values["m.6"].value == "a <b>bold</b> word"
    opaque = group.items[-1]
    assert isinstance(opaque, describe.Opaque) and opaque.source == '<o:odd xmlns:o="urn:o" a="1"/>'
    assert {each.label for each in group.additions} == {"Thing", "Cat", "Dog"}


@pytest.mark.parametrize(("field", "value", "old", "new"), [
    ("t.1", "x & z", b"x &#38; y", b"x &#38; z"),
    ("a.2.lang", "en", b"lang='nl'", b"lang='en'"),
    ("a.2.lang", "", b" lang='nl'", b""),
    ("t.3", "m", b"<![CDATA[n]]>", b"<![CDATA[m]]>"),
    ("s.4", "{urn:t}dog", b"<cat>tom</cat>", b"<dog>tom</dog>"),
    ("m.6", "a <b>bold</b> name", b"</b> word", b"</b> name"),
])  # fmt: skip
def test_a_field_changes_its_own_bytes(schema: tuple[Shape, Models], field: str, value: str, old: bytes, new: bytes) -> None:
    places = opened(schema)
    assert apply.fields(places, {field: value}, parser.DEFAULT) == []
    assert edits.save(DOC, places.tree) == DOC.replace(old, new, 1)


def test_a_type_is_said_with_a_prefix_that_is_declared(schema: tuple[Shape, Models]) -> None:
    places = opened(schema)
    apply.fields(places, {"x.2": "{urn:t}Heavy"}, parser.DEFAULT)
    saved = edits.save(DOC, places.tree)
    assert etree.fromstring(saved)[1].get("{http://www.w3.org/2001/XMLSchema-instance}type") == "Heavy"
    again = Places(schema[0], parser.parse(saved))
    assert "Weight" in {each.label for each in describe.branch(again, 2, 0, schema[1]).additions}
    apply.fields(again, {"x.2": ""}, parser.DEFAULT)
    assert b"Heavy" not in edits.save(saved, again.tree)


def test_nil_empties_and_gives_back_an_empty_field(schema: tuple[Shape, Models]) -> None:
    places = opened(schema)
    apply.fields(places, {"n.5": "true"}, parser.DEFAULT)
    assert places.elements[5].get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true" and places.elements[5].text is None
    apply.fields(places, {"n.5": ""}, parser.DEFAULT)
    assert dict(places.elements[5].attrib) == {}


def test_what_cannot_be_written_comes_back(schema: tuple[Shape, Models]) -> None:
    places = opened(schema)
    failures = apply.fields(places, {"t.1": "bad\x00", "m.6": "a <b>half", "t.99": "x", "a.x.y": "z", "do": "save"}, parser.DEFAULT)
    assert {each.name for each in failures} == {"t.1", "m.6"}
    assert edits.save(DOC, places.tree) == DOC


@pytest.mark.parametrize("text", ["</inside><inside>", "<x>", "a & b", "<!DOCTYPE x>", "</text>"])
def test_mixed_content_is_well_formed_or_refused(schema: tuple[Shape, Models], text: str) -> None:
    with pytest.raises(errors.NotWellFormed):
        fragments.replace(opened(schema).elements[6], text, parser.DEFAULT)


def test_mixed_content_that_may_hold_no_element_is_plain_text(tmp_path: Path) -> None:
    """An editor who writes Q&A means that, where there can be no mark-up; what is there against the schema is shown as it is."""
    (tmp_path / "n.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:element name="n"><xs:complexType><xs:sequence><xs:element name="note" maxOccurs="9"><xs:complexType mixed="true">
      <xs:attribute name="id"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>""")
    made = components.read_paths(tmp_path / "n.xsd")
    document = b"<n><note>a &amp; b</note><note>a <b/> b</note></n>"
    places = Places(Shape(made), parser.parse(document))
    values = _values(describe.branch(places, 0, 0, Models(made)))
    assert values["t.1"].value == "a & b" and values["t.1"].control.kind == "area" and values["m.2"].value == "a <b/> b"
    assert apply.fields(places, {"t.1": "Q&A <x>"}, parser.DEFAULT) == []
    assert edits.save(document, places.tree) == document.replace(b"a &amp; b", b"Q&amp;A &lt;x&gt;")


def test_what_a_wildcard_lets_in_is_added_by_its_name(schema: tuple[Shape, Models]) -> None:
    models = schema[1]
    opening = describe.branch(opened(schema), 0, 0, models).opening
    assert opening is not None and opening.others and opening.names == ()
    assert opening.said == "elements of a namespace other than urn:t"
    for written, tag in (("o:more", b'<o:more xmlns:o="urn:o"/>'), ("{urn:extra}more", b'<extra:more xmlns:extra="urn:extra"/>')):
        places = opened(schema)
        if written[0] == "o":
            with pytest.raises(errors.BadRequest, match="not declared here"):
                apply.act(places, models, "any:0", written)
            continue
        done = apply.act(places, models, "any:0", written)
        assert done.label == "More added" and edits.save(DOC, places.tree) == DOC.replace(b"\r\n</doc>", b"\r\n  " + tag + b"\r\n</doc>")
    for refused, why in (("{urn:t}more", "cannot be added"), ("more", "cannot be added"), ("{urn:x}a b", "no name"), ("", "the name")):
        with pytest.raises(errors.BadRequest, match=why):
            apply.act(opened(schema), models, "any:0", refused)


def test_a_strict_wildcard_offers_what_is_declared(tmp_path: Path) -> None:
    (tmp_path / "w.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:w" xmlns="urn:w">
      <xs:element name="box"><xs:complexType><xs:sequence><xs:any namespace="##targetNamespace" maxOccurs="2"/></xs:sequence>
      </xs:complexType></xs:element><xs:element name="one"><xs:complexType><xs:sequence><xs:element name="in" form="qualified"
      type="xs:string"/></xs:sequence></xs:complexType></xs:element><xs:element name="none" abstract="true"/></xs:schema>""")
    made = components.read_paths(tmp_path / "w.xsd")
    shape, models = Shape(made), Models(made)
    document = b'<w:box xmlns:w="urn:w"></w:box>'
    places = Places(shape, parser.parse(document))
    opening = describe.branch(places, 0, 0, models).opening
    assert opening is not None and not opening.others
    assert opening.names == (("{urn:w}box", "w:box"), ("{urn:w}one", "w:one")) and opening.said == "elements of urn:w"
    apply.act(places, models, "any:0", "{urn:w}one")
    again = Places(shape, parser.parse(edits.save(document, places.tree)))
    assert [str(each.tag) for each in again.elements] == ["{urn:w}box", "{urn:w}one", "{urn:w}in"]
    apply.act(again, models, "any:0", "w:box")
    full = Places(shape, parser.parse(edits.save(document, again.tree)))
    assert describe.branch(full, 0, 0, models).opening is None


OPEN = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:w" xmlns:w="urn:w" elementFormDefault="qualified">
<xs:attribute name="rank" type="xs:positiveInteger"><xs:annotation><xs:documentation>How high.</xs:documentation></xs:annotation>
</xs:attribute><xs:attribute name="kept" type="xs:string" fixed="so"/>
<xs:element name="r"><xs:complexType><xs:sequence>
<xs:element name="strict" maxOccurs="9"><xs:complexType><xs:anyAttribute/></xs:complexType></xs:element>
<xs:element name="lax"><xs:complexType><xs:simpleContent><xs:extension base="xs:string"><xs:attribute name="own"/>
<xs:anyAttribute namespace="##other" processContents="lax"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
<xs:element name="shut"><xs:complexType><xs:attribute name="own"/></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""


def test_attributes_that_a_wildcard_lets_in(tmp_path: Path) -> None:
    """Offered by name, added, filled in with the control of their type, emptied, taken away: a byte diff shows nothing else."""
    (tmp_path / "w.xsd").write_text(OPEN)
    made = components.read_paths(tmp_path / "w.xsd")
    shape, models = Shape(made), Models(made)
    document = b"<r xmlns='urn:w'>\r\n <strict />\r\n <lax own = 'x'>t</lax>\r\n <shut/></r>"

    def opened(data: bytes) -> tuple[Places, describe.Group]:
        places = Places(shape, parser.parse(data))
        return places, describe.branch(places, 0, 0, models)

    places, group = opened(document)
    strict, lax, shut = (item for item in group.items if isinstance(item, describe.Line | describe.Group))
    assert strict.others is not None and lax.others is not None and shut.others is None
    assert [words for _, words in strict.others.names] == ["xml:base", "xml:id", "w:kept", "xml:lang", "w:rank", "xml:space"]
    assert (strict.others.others, strict.others.said) == (False, "attributes of any namespace")
    assert [words for _, words in lax.others.names] == ["xml:base", "xml:id", "xml:lang", "xml:space"]
    assert (lax.others.others, lax.others.said) == (True, "attributes of a namespace other than urn:w")
    done = apply.act(places, models, "attribute:1", "{urn:w}rank")
    assert (done.label, done.attribute, done.element.tag) == ("Rank added", "{urn:w}rank", "{urn:w}strict")
    apply.act(places, models, "attribute:1", "{urn:w}kept")
    apply.act(places, models, "attribute:2", "{urn:tv}code")
    apply.act(places, models, "attribute:2", "xml:id")
    saved = edits.save(document, places.tree)
    assert saved == document.replace(b"<strict ", b'<strict xmlns:w="urn:w" w:rank="" w:kept="so" ').replace(
        b"own = 'x'", b"own = 'x' xmlns:tv=\"urn:tv\" tv:code=\"\" xml:id=\"\"")
    places, group = opened(saved)
    shown = _values(group)
    rank = shown["a.1.{urn:w}rank"]
    assert rank.help == "How high." and rank.control.hint == "whole number, from 1" and rank.there and rank.value == ""
    assert shown["a.1.{urn:w}kept"].control.kind == "fixed" and "does not describe" in shown["a.2.{urn:tv}code"].help
    html = Form(Notes(), lambda name: Markup(""), lambda ordinal: 0).render(group)
    assert 'value="drop:1:{urn:w}rank"' in html and "drop:1:{urn:w}kept" not in html and 'value="attribute:1"' in html
    assert apply.fields(places, {"a.1.{urn:w}rank": "3", "a.2.{urn:tv}code": "A1"}, parser.DEFAULT) == []
    apply.act(places, models, "drop:2:{http://www.w3.org/XML/1998/namespace}id")
    filled = edits.save(saved, places.tree)
    assert filled == saved.replace(b'rank=""', b'rank="3"').replace(b'code=""', b'code="A1"').replace(b' xml:id=""', b"")
    places, _ = opened(filled)
    apply.fields(places, {"a.1.{urn:w}rank": ""}, parser.DEFAULT)
    assert edits.save(filled, places.tree) == filled.replace(b' w:rank="3"', b"")
    for action, written, why in (
        ("attribute:1", "{urn:x}new", "cannot be added"), ("attribute:1", "new", "cannot be added"), ("attribute:2", "own", "already"),
        ("attribute:2", "xsi:type", "not declared"), ("attribute:2", f"{{{XSI}}}type", "cannot be added"), ("attribute:2", " ", "the name"),
        ("attribute:3", "{urn:x}a", "cannot"), ("attribute:2", "{urn:w}rank", "cannot be added"), ("drop:1:nothing", "", "no longer"),
    ):  # fmt: skip
        with pytest.raises(errors.BadRequest, match=why):
            apply.act(opened(filled)[0], models, action, written)


def test_a_type_that_attributes_choose(tmp_path: Path) -> None:
    """XSD 1.1: the fields are those of the alternative whose test holds; xsi:type comes before it, an error is no."""
    (tmp_path / "c.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
      xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" vc:minVersion="1.1"><xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element name="e" type="E" maxOccurs="9"><xs:alternative test="@n castable as xs:integer and xs:integer(@n) gt 5" type="Big"/>
      <xs:alternative test="xs:integer(@n) le 5" type="Small"/></xs:element></xs:sequence></xs:complexType></xs:element>
      <xs:complexType name="E"><xs:sequence/><xs:attribute name="n"/></xs:complexType>
      <xs:complexType name="Big"><xs:complexContent><xs:extension base="E"><xs:sequence><xs:element name="big"/></xs:sequence>
      </xs:extension></xs:complexContent></xs:complexType><xs:complexType name="Small"><xs:complexContent><xs:extension base="E">
      <xs:sequence><xs:element name="small" minOccurs="0"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
      </xs:schema>""")
    made = components.read_paths(tmp_path / "c.xsd")
    kinds = ['n="7"', 'n="3"', 'n="x"', "", f'n="7" xsi:type="Small" xmlns:xsi="{XSI}"']
    places = Places(Shape(made), parser.parse(f"<r>{''.join(f'<e {kind}/>' for kind in kinds)}</r>".encode()))
    assert [getattr(places.kind(each), "name", None) for each in places.root] == ["Big", "Small", "E", "E", "Small"]
    group = describe.branch(places, 0, 0, Models(made))
    offered = [[each.label for each in item.additions] if isinstance(item, describe.Group) else None for item in group.items]
    assert offered == [["Big"], ["Small"], None, None, ["Small"]]
    inside = [(completion.Open("r"), completion.Open("e", {"n": said})) for said in ("7", "3", "x")]
    found = [completion.complete(Models(made), Shape(made), completion.Context("element", path)) for path in inside]
    assert [[one.label for one in options] for options in found] == [["big"], ["small"], []]


def test_open_content_lets_in_what_follows(tmp_path: Path) -> None:
    """XSD 1.1: elements of others stand anywhere among the declared ones; a new one goes to the end."""
    (tmp_path / "o.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
      xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" vc:minVersion="1.1"><xs:element name="r"><xs:complexType>
      <xs:openContent><xs:any namespace="##other" processContents="lax"/></xs:openContent>
      <xs:sequence><xs:element name="a"/><xs:element name="b" minOccurs="0" maxOccurs="2"/></xs:sequence></xs:complexType></xs:element>
      </xs:schema>""")
    made = components.read_paths(tmp_path / "o.xsd")
    shape, models = Shape(made), Models(made)
    document = b"<r><x:one xmlns:x='urn:x'/><a/></r>"
    places = Places(shape, parser.parse(document))
    group = describe.branch(places, 0, 0, models)
    assert group.opening is not None and group.opening.others and [each.label for each in group.additions] == ["B"]
    apply.act(places, models, "any:0", "{urn:y}two")
    saved = edits.save(document, places.tree)
    assert [child.tag for child in places.root] == ["{urn:x}one", "a", "{urn:y}two"] and saved.startswith(document.removesuffix(b"</r>"))
    again = Places(shape, parser.parse(saved))
    apply.act(again, models, "add:0:b")
    assert [child.tag for child in again.root][:3] == ["{urn:x}one", "a", "b"] or again.root[-1].tag == "b"
    with pytest.raises(errors.BadRequest, match="cannot be added"):
        apply.act(again, models, "any:0", "own")


def test_completion_declares_what_it_needs(tmp_path: Path) -> None:
    """Names of a namespace that is not in scope bring their declaration; what a wildcard lets in is offered."""
    (tmp_path / "w.xsd").write_text(OPEN)
    made = components.read_paths(tmp_path / "w.xsd")
    models, shape = Models(made), Shape(made)

    def options(kind: str, *path: completion.Open, **more: str) -> dict[str, str]:
        return {one.label: one.insert for one in completion.complete(models, shape, completion.Context(kind, path, **more))}  # type: ignore[arg-type]

    root, strict = completion.Open("r", {"xmlns": "urn:w"}), completion.Open("strict")
    assert options("element") == {"w:r": 'w:r xmlns:w="urn:w">${}</w:r>'}
    assert options("element", root)["strict"] == "strict/>"
    offered = options("attribute", root, strict)
    assert offered["w:rank"] == 'w:rank="${}" xmlns:w="urn:w"' and offered["xml:lang"] == 'xml:lang="${}"'
    taken = completion.Open("strict", {"xmlns:w": "urn:other"})
    assert options("attribute", root, taken)["w_1:rank"] == 'w_1:rank="${}" xmlns:w_1="urn:w"'
    assert "own" in options("attribute", root, completion.Open("lax"))


LINKED = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:l="urn:l?a=1&amp;b=2" xmlns="urn:c" targetNamespace="urn:c">
<xs:import namespace="urn:l?a=1&amp;b=2" schemaLocation="l.xsd"/><xs:simpleType name="Unit"><xs:restriction base="xs:string">
<xs:enumeration value="R&amp;D's"/><xs:enumeration value="shop"/></xs:restriction></xs:simpleType>
<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="unit" type="Unit"/><xs:element name="bare"/></xs:sequence>
<xs:attribute ref="l:href" use="required"/><xs:attribute ref="l:kind" fixed="a &quot;&amp; b" use="required"/>
</xs:complexType></xs:element></xs:schema>"""


def test_what_is_completed_is_well_formed(tmp_path: Path) -> None:
    """A namespace is declared once, a local name is not in the default one, and what XML writes otherwise is written so."""
    (tmp_path / "c.xsd").write_text(LINKED)
    (tmp_path / "l.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:l?a=1&amp;b=2">
      <xs:attribute name="href" type="xs:string"/><xs:attribute name="kind" type="xs:string"/></xs:schema>""")
    made = components.read_paths(tmp_path / "c.xsd")
    models, shape = Models(made), Shape(made)
    at = completion.Context
    (root,) = completion.complete(models, shape, at("element", ()))
    written = etree.fromstring(f"<{root.insert}".replace("${}", "x"))
    link = "{urn:l?a=1&b=2}"
    assert written.tag == "{urn:c}r" and dict(written.attrib) == {f"{link}href": "x", f"{link}kind": 'a "& b'}
    inside = completion.Open("r", {"xmlns": "urn:c"})
    offered = {one.label: one.insert for one in completion.complete(models, shape, at("element", (inside,)))}
    assert offered == {"unit": 'unit xmlns="">${}</unit>', "bare": 'bare xmlns="">${}</bare>'}
    values = completion.complete(models, shape, at("value", (completion.Open("c:r", {"xmlns:c": "urn:c"}), completion.Open("unit"))))
    assert [(one.label, one.insert) for one in values] == [("R&D's", "R&amp;D's"), ("shop", "")]


def test_a_sign_is_where_the_page_of_now_has_it(tmp_path: Path) -> None:
    """What was written once is not given to a page that has its signs elsewhere."""
    (tmp_path / "g.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType>
      <xs:sequence><xs:element name="n"/></xs:sequence><xs:attribute name="code" type="xs:token"/></xs:complexType></xs:element>
      </xs:schema>""")
    made = components.read_paths(tmp_path / "g.xsd")
    shape, models = Shape(made), Models(made)
    for place in ("/here/", "/there/"):
        group = describe.branch(Places(shape, parser.parse(b"<r code=''><n/></r>")), 0, 0, models)
        written = str(Form(Notes(), lambda name, place=place: Markup(place), lambda ordinal: 0).render(group))
        assert 'value="drop:0:code"' in written and f">{place}<" in written and written.count("here/") == written.count(place)


def test_adding_moving_removing(schema: tuple[Shape, Models]) -> None:
    places = opened(schema)
    done = apply.act(places, schema[1], "another:2")
    assert done.label == "Thing added"
    saved = edits.save(DOC, places.tree)
    assert saved == DOC.replace(b"</name></thing>\r\n", b"</name></thing>\r\n  <thing>\n    <name/>\n  </thing>\r\n") or (
        saved.count(b"<thing") == 2 and saved.replace(b"\r\n", b"\n").count(b"<thing>\n    <name/>\n  </thing>") == 1
    )
    apply.act(Places(schema[0], places.tree), schema[1], "up:4")
    assert [len(each.attrib) for each in places.root.iterchildren("{urn:t}thing")] == [0, 1]
    apply.act(Places(schema[0], places.tree), schema[1], "remove:2")
    assert edits.save(DOC, places.tree) == DOC


@pytest.mark.parametrize("action", ["add:0:{urn:t}head", "add:0:{urn:t}nonsense", "remove:0", "up:1", "add:99:x", "fly:1", "remove:x"])
def test_impossible_actions_are_refused(schema: tuple[Shape, Models], action: str) -> None:
    with pytest.raises(errors.BadRequest):
        apply.act(opened(schema), schema[1], action)


@given(st.text(st.sampled_from("ab<é\r\n"), max_size=40), st.text(st.sampled_from("ab<é\n"), max_size=40))
@example("\n\r\r", "<\n\n<")
def test_text_keeps_the_line_ends_that_were_there(old: str, new: str) -> None:
    data = ("<?xml version='1.0' encoding='iso-8859-1'?>\r\n" + old).encode("latin-1")
    shown = texts.decoded(data)
    assert texts.taken_over(data, shown.replace("\n", "\r\n")) == data
    made = texts.taken_over(data, "<?xml version='1.0' encoding='iso-8859-1'?>\n" + new)
    assert texts.decoded(made) == "<?xml version='1.0' encoding='iso-8859-1'?>\n" + new


def test_text_follows_a_declaration_that_is_changed() -> None:
    data = b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>"
    made = texts.taken_over(data, "<?xml version='1.0' encoding='utf-8'?><a>\u00e9\u20ac</a>")
    assert made == "<?xml version='1.0' encoding='utf-8'?><a>é€</a>".encode()
    assert texts.taken_over(data, texts.decoded(data).replace("é", "€")) == b"<?xml version='1.0' encoding='iso-8859-1'?><a>&#8364;</a>"
    with pytest.raises(errors.BadRequest, match="not known"):
        texts.taken_over(data, "<?xml version='1.0' encoding='klingon'?><a/>")


def test_every_sample_is_described(tmp_path: Path) -> None:
    """Nothing of a document is missing from its form."""
    made = components.read_paths(builtin.path("schemas") / "programme" / "1.1" / "programme.xsd")
    shape, models = Shape(made), Models(made)
    for path in sorted((builtin.path("samples") / "valid").glob("*.xml")):
        data = path.read_bytes()
        if b"urn:xmlsvc:programme" not in data.replace(b"\0", b"") or path.name.startswith("old-"):
            continue
        places = Places(shape, parser.parse(data))
        shown = describe.ordinals(describe.branch(places, 0, 0, models))
        mixed = [element for element in places.elements if getattr(places.kind(element), "mixed", False)]
        inside = {places.ordinals[below] for element in mixed for below in element.iterdescendants(etree.Element)}
        opaque = {places.ordinals[each] for each in places.elements if places.kind(each) is None}
        assert set(range(len(places.elements))) - inside - opaque <= shown or len(places.elements) > describe.ROOM, path.name


def test_a_reference_offers_what_it_may_refer_to() -> None:
    made = components.read_paths(builtin.path("schemas") / "programme" / "1.1" / "programme.xsd")
    places = Places(Shape(made), parser.parse((builtin.path("samples") / "valid" / "film-de-dijk.xml").read_bytes()))
    group = describe.branch(places, 0, 0, Models(made))
    who = next(value for name, value in _values(group).items() if name.endswith(".who"))
    assert who.control.kind == "list" and ("adriana", "Hanna · van der Meer") in group.references()
    written = str(Form(Notes(), lambda _: Markup(""), lambda _: 0).render(group))
    assert f'list="{who.control.list}"' in written and written.count(f'<datalist id="{who.control.list}">') == 1
    assert '<option value="adriana">Hanna · van der Meer</option>' in written


def test_a_form_is_the_same_by_its_stencils_and_without() -> None:
    """What is written by a stencil, the first time and later ones, is what is written where something went wrong, without one."""
    made = components.read_paths(builtin.path("schemas") / "programme" / "1.1" / "programme.xsd")
    shape, models = Shape(made), Models(made)
    failed = Notes(failures={"t.1000000": apply.Failure("t.1000000", "", "")})
    for path in sorted((builtin.path("samples") / "valid").glob("*.xml")):
        group = describe.branch(Places(shape, parser.parse(path.read_bytes())), 0, 0, models)
        first, again, without = (
            str(Form(notes, lambda sign: Markup(f"<i>{sign}</i>"), lambda _: 0).render(group)) for notes in (Notes(), Notes(), failed)
        )
        assert first == again == without, path.name
        assert not set(first) & set("\ufffe\uffff"), path.name
