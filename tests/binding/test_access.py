"""`view.xml`: from a view to its element, its place, what it refers to, and what could stand beside it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from tests.binding.conftest import DOCUMENT
from xmlsvc import binding
from xmlsvc.binding import NIL, BadValue
from xmlsvc.errors import UsageError


@pytest.fixture
def doc(library: ModuleType) -> Any:
    return library.parse(DOCUMENT)


def test_where_a_view_stands(doc: Any) -> None:
    book = doc.book[1]
    assert (book.xml.line, doc.xml.line, doc.xml.parent) == (11, 3, None) and book.xml.parent == doc
    assert book.title[0].xml.path == "/lib:library/lib:book[2]/lib:title" and book.title[0].xml.text == "Two"
    assert type(book.title[0].xml.root).__qualname__ == "Library"


def test_what_is_there(doc: Any) -> None:
    assert doc.xml.fields == {
        "id", "sizes", "when", "kind", "class_", "name", "opened", "tag", "street", "book", "event", "day", "hours", "note", "free",
    }  # fmt: skip
    for name, there in (("name", True), ("closed", False), ("rank", False), ("book", True), ("other", True), ("other_attributes", True)):
        assert doc.xml.is_set(name) is there
    assert doc.book[0].title[0].xml.is_set("value") and not doc.book[0].title[1].xml.is_set("lang")
    doc.xml.unset("other")
    doc.xml.unset("book")
    assert not doc.xml.is_set("other") and not doc.xml.is_set("book") and doc.xml.raw("book") == [] and doc.xml.raw("closed") is None
    assert doc.xml.raw("tag") == ["art", "new-in-next-version"] and doc.xml.raw("name") == "  City   library "
    for asked in (doc.xml.is_set, doc.xml.unset, doc.xml.raw, doc.xml.targets):
        with pytest.raises(UsageError, match="Library has no field 'nope'"):
            asked("nope")


def test_nil_comes_and_goes(doc: Any) -> None:
    doc.book[0].xml.nil = True
    assert doc.book[0].xml.nil and not len(doc.book[0].xml.element) and doc.book[0].isbn == "1"
    doc.book[0].xml.nil = False
    doc.book[0].xml.nil = False
    assert not doc.book[0].xml.nil and b"nil" not in doc.save()
    doc.free = NIL
    assert b'xsi:nil="true"' in doc.save() and b"goes" not in doc.save()


def test_a_child_is_added_by_the_name_of_its_field(doc: Any) -> None:
    assert doc.xml.add("closed", "2024-01-01") == "2024-01-01" and str(doc.closed) == "2024-01-01"
    assert doc.xml.add("tag", "+") == "+" and doc.tag[-1] == "+"
    assert doc.xml.add("book", isbn="3").isbn == "3" and len(doc.book) == 3
    assert doc.xml.add("event", "closing").xml.tag == "{urn:lib}closing"
    note = doc.xml.add("note", b=["x"])
    assert note.b == ["x"] and doc.note.xml.text == "x", "one that may be there once is replaced"
    assert doc.xml.add("note", {"b": ["y"]}, i=[]).b == ["y"]
    with pytest.raises(UsageError, match="no field 'nope'"):
        doc.xml.add("nope")


HEADS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="box"><xs:complexType><xs:sequence>
<xs:element ref="shape" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
<xs:complexType name="Shape"><xs:attribute name="size" type="xs:int"/></xs:complexType><xs:element name="shape" type="Shape"/>
<xs:element name="circle" type="Shape" substitutionGroup="shape"/><xs:element name="square" type="Shape" substitutionGroup="shape"/>
</xs:schema>"""


def test_one_member_of_a_substitution_group_takes_another_s_place(tmp_path: Path) -> None:
    (tmp_path / "h.xsd").write_text(HEADS, "utf-8")
    box = binding.load(tmp_path / "h.xsd").create("box")
    for name in ("circle", "square", "shape"):
        assert box.xml.add("shape", name, size=3).xml.tag == name
        assert [(child.tag, child.get("size")) for child in box.xml.element] == [(name, "3")]


def test_what_a_choice_is_made_between(doc: Any, library: ModuleType) -> None:
    assert doc.xml.choice() == {"street": ["phone"]}
    assert library.parse(b'<library xmlns="urn:lib"><name>N</name><phone>1</phone></library>').xml.choice() == {"phone": ["city", "street"]}


def test_ids_and_references(doc: Any, library: ModuleType) -> None:
    doc.book[1].by = ["lib1", "nobody", "b1"]
    assert [view.xml.tag for view in doc.book[1].xml.targets("by")] == ["{urn:lib}library", "{urn:lib}book"]
    assert doc.book[0].xml.targets("by") == [] and set(binding.ids(doc)) == {"lib1", "b1"}
    for name in ("pages", "title"):
        with pytest.raises(UsageError, match=f"{name} holds no reference to an ID"):
            doc.book[0].xml.targets(name)


REFERENCES = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>
<xs:element name="id" type="xs:ID" maxOccurs="9"/><xs:element name="to" type="xs:IDREF" minOccurs="0" maxOccurs="9"/>
<xs:element name="row" maxOccurs="9"><xs:complexType><xs:attribute name="a" type="xs:token"/><xs:attribute name="b" type="xs:token"/>
<xs:attribute name="up" type="xs:token"/></xs:complexType></xs:element></xs:sequence></xs:complexType>
<xs:unique name="pair"><xs:selector xpath="row"/><xs:field xpath="@a"/><xs:field xpath="@b"/></xs:unique>
<xs:key name="a"><xs:selector xpath="row"/><xs:field xpath="@a"/></xs:key>
<xs:keyref name="up" refer="a"><xs:selector xpath="row"/><xs:field xpath="@up"/></xs:keyref></xs:element></xs:schema>"""


def test_keys_of_several_fields_and_references_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "r.xsd").write_text(REFERENCES, "utf-8")
    doc = binding.load(tmp_path / "r.xsd").parse(
        b'<r><id> one </id><id>two</id><to>two</to><row a="1" b=" x  y "/><row a="2" up="1"/><row a="3" up="9"/></r>')
    assert set(binding.ids(doc)) == {"one", "two"} and binding.ids(doc)["one"].xml.tag == "id"
    assert {key: row.a for key, row in doc.xml.keys("pair").items()} == {("1", "x y"): "1"}, "a row without a field is not selected"
    assert set(doc.row[2].xml.keys("a")) == {("1",), ("2",), ("3",)}
    assert [(row.a, found and found.a) for row, found in doc.xml.referred("up")] == [("2", "1"), ("3", None)]
    with pytest.raises(UsageError, match="no key or unique named 'up'"):
        doc.xml.keys("up")
    with pytest.raises(UsageError, match="no keyref named 'a'"):
        doc.xml.referred("a")


def test_xpath_gives_what_is_no_element_as_it_is(doc: Any) -> None:
    assert doc.xml.xpath("string(l:name)", {"l": "urn:lib"}) == "  City   library "
    assert doc.xml.xpath("l:book/@isbn", {"l": "urn:lib"}) == ["1", "2"]
    assert doc.xml.xpath("count(l:book[@isbn=$n])", {"l": "urn:lib"}, n="2") == 1.0 and doc.xml.xpath("boolean(o:foreign)") is True
    assert doc.xml.xpath("//comment()")[0].text == " kept "


def test_copies_and_removal(doc: Any) -> None:
    copied = doc.book[1].xml.copy()
    doc.book[1].xml.remove()
    assert len(doc.book) == 1 and copied.xml.parent is None and copied.file == "urn:x" and b"file" not in doc.save()
    removed = doc.book[0]
    removed.xml.remove()
    removed.pages = 13
    assert removed.pages == 13 and not doc.book and b"13" not in doc.save()


def test_an_element_of_no_declaration_is_a_view_all_the_same(doc: Any) -> None:
    foreign = doc.other[0]
    assert type(foreign).__name__ == "AnyView" and dict(foreign.other_attributes) == {"a": "1"}
    assert foreign.other[0].xml.tag == "{urn:other}deep"
    assert doc.free.xml.parent == doc and doc.free.content[1].xml.tag == "{urn:lib}thing"


def test_a_view_of_the_wrong_class_is_refused(doc: Any, library: ModuleType) -> None:
    with pytest.raises(BadValue, match=r"Library\.note holds Note, not Book"):
        doc.note = library.Book()
    with pytest.raises(BadValue, match="Book has fields and takes no plain value like 'text'"):
        doc.book.append("text")
    doc.free = library.Book(isbn="5")
    assert doc.free.xml.tag == "{urn:lib}free" and etree.QName(doc.xml.element[-2]).localname == "free", "any type takes any view"


def test_violations_say_which_field_they_are_about(tmp_path: Path) -> None:
    (tmp_path / "v.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:v">
<xs:import namespace="http://www.w3.org/XML/1998/namespace"/><xs:element name="v"><xs:complexType><xs:sequence>
<xs:element name="n" type="xs:int" minOccurs="0"/><xs:element name="t" minOccurs="0"><xs:complexType><xs:simpleContent>
<xs:extension base="xs:int"/></xs:simpleContent></xs:complexType></xs:element></xs:sequence><xs:attribute ref="xml:lang"/>
<xs:attribute name="lang" type="xs:int"/></xs:complexType></xs:element><xs:element name="i" type="xs:int"/></xs:schema>""", "utf-8")
    package = binding.load(tmp_path / "v.xsd")

    def said(text: str) -> list[tuple[str, str | None, str]]:
        found = package.parse(text.encode()).validate().violations
        return [(one.view.xml.tag, one.field and one.field.name, str(one).partition(":")[0]) for one in found]

    fields = package.V.fields()
    prefixed = next(name for name, field in fields.items() if field.tag.endswith("namespace}lang"))
    assert said('<v:v xmlns:v="urn:v" xml:lang="?"/>') == [("{urn:v}v", prefixed, "/v")]
    assert said('<v:v xmlns:v="urn:v" lang="?"/>') == [("{urn:v}v", next(name for name in fields if fields[name].tag == "lang"), "/v")]
    assert said('<v:v xmlns:v="urn:v"><n>?</n><t>?</t></v:v>') == [("n", "value", "/v"), ("t", "value", "/v")]
    assert said('<v:i xmlns:v="urn:v">?</v:i>') == [("{urn:v}i", "value", "/v")]
    assert said('<v:v xmlns:v="urn:v" v:x="1"/>') == [("{urn:v}v", None, "/v")]


COMPONENTS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:c" xmlns="urn:c" elementFormDefault="qualified">
<xs:complexType name="T"><xs:sequence>
<xs:element name="n" type="N"><xs:annotation><xs:documentation>Of N.</xs:documentation></xs:annotation>
</xs:element><xs:element name="a" nillable="true" maxOccurs="9"><xs:complexType><xs:sequence>
<xs:element name="n" type="xs:int" minOccurs="0"/><xs:element name="b"><xs:complexType><xs:attribute name="x" type="xs:int"/>
</xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element><xs:element name="b" type="xs:date" nillable="true"/>
<xs:element name="d" type="xs:int" default="5"/></xs:sequence><xs:attribute name="n" type="xs:int" use="required"><xs:annotation>
<xs:documentation>How many.</xs:documentation></xs:annotation></xs:attribute><xs:anyAttribute/></xs:complexType>
<xs:complexType name="N"><xs:sequence>
<xs:element name="c"><xs:complexType><xs:attribute name="y"/></xs:complexType></xs:element>
<xs:element name="f"><xs:complexType><xs:attribute name="w"/></xs:complexType></xs:element>
</xs:sequence></xs:complexType><xs:element name="t" type="T"/>
<xs:element name="u"><xs:complexType><xs:attribute name="z"/></xs:complexType></xs:element>
</xs:schema>"""


def test_the_components_that_classes_and_fields_were_made_from(tmp_path: Path) -> None:
    (tmp_path / "c.xsd").write_text(COMPONENTS, "utf-8")
    module = binding.load(tmp_path / "c.xsd")
    package = module.package
    inner = next(value for name, value in vars(module.T).items() if name == "A")
    made = [package.component(cls) for cls in (module.T, module.N, module.N.C, module.N.F, inner, inner.B, module.U)]
    assert [one.name for one in made] == ["{urn:c}T", "{urn:c}N", None, None, None, None, None]
    assert [list(one.attributes) for one in made] == [["n"], [], ["y"], ["w"], [], ["x"], ["z"]]
    with pytest.raises(LookupError, match="AnyView has no complex type"):
        package.component(type(module.parse(b"<other/>")))
    fields = module.T.fields()
    told = {name: field.documentation for name, field in fields.items()}
    assert {name: text for name, text in told.items() if text} == {"n_attr": "How many.", "n": "Of N."}


def test_what_a_field_knows_of_its_declaration(tmp_path: Path) -> None:
    (tmp_path / "c.xsd").write_text(COMPONENTS, "utf-8")
    fields = binding.load(tmp_path / "c.xsd").T.fields()
    said = {name: (field.kind, field.many, field.required, field.nillable, field.default) for name, field in fields.items()}
    assert said == {
        "n_attr": ("attribute", False, True, False, None), "other_attributes": ("wild_attributes", True, False, False, None),
        "n": ("view", False, True, False, None), "a": ("view", True, False, True, None), "b": ("value", False, True, True, None),
        "d": ("value", False, True, False, "5"),
    }  # fmt: skip
    assert not any(field.abstract or field.fixed for field in fields.values())


def test_groups_whose_head_is_abstract_or_not(library: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "h.xsd").write_text(HEADS, "utf-8")
    shape, event = binding.load(tmp_path / "h.xsd").Box.fields()["shape"], library.Library.fields()["event"]
    assert (shape.abstract, shape.tags, shape.nillable) == (False, ("shape", "circle", "square"), False)
    assert (event.abstract, event.tags, event.many) == (True, ("{urn:lib}reading", "{urn:lib}closing"), True)
    assert set(shape.names()) == {"shape", "circle", "square"} and set(event.names()) == {*event.tags, "reading", "closing"}
    assert library.Library.fields()["book"].names() == {} and not library.Library.fields()["book"].nillable


def test_comments_in_a_value_stay_and_do_not_count(library: ModuleType) -> None:
    doc = library.parse(DOCUMENT.replace(b'<title lang="en">One</title>', b'<title lang="en">O<!-- here -->n<?pi?>e</title>'))
    title = doc.book[0].title[0]
    assert (title.value, title.xml.raw("value"), title.xml.text) == ("One", "One", "One")
    title.value = "Two"
    assert b'<title lang="en">Two<!-- here --><?pi?></title>' in doc.save() and title.value == "Two"


def test_a_name_in_no_namespace_can_be_written_where_there_is_no_default_one(tmp_path: Path) -> None:
    (tmp_path / "q.xsd").write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="q" type="xs:QName"/>'
                                    "</xs:schema>", "utf-8")  # fmt: skip
    package = binding.load(tmp_path / "q.xsd")
    doc = package.create("q", binding.QName("local"))
    assert doc.save().endswith(b"<q>local</q>") and doc.value == binding.QName("local") and doc.validate().valid
