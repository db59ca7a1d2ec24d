"""Views: typed fields read from the live tree and written to it."""

from __future__ import annotations

import copy
import datetime
import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from tests.binding.conftest import DOCUMENT
from xmlsvc import binding
from xmlsvc.binding import NIL, BadValue, Date, DateTime, Duration, QName
from xmlsvc.errors import NotWellFormed, UsageError
from xmlsvc.xml import parser

ROOT = next(line for line in DOCUMENT.decode().splitlines() if line.startswith("<library"))


@pytest.fixture
def doc(library: ModuleType) -> Any:
    return library.parse(DOCUMENT)


def changed_lines(doc: Any) -> tuple[list[str], list[str]]:
    """(lines that went, lines that came) against DOCUMENT; nothing else may differ."""
    old, new = DOCUMENT.decode().splitlines(), doc.save().decode().splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_every_kind_of_value_is_read(doc: Any, library: ModuleType) -> None:
    assert doc.name == "City library" and doc.opened == Date.parse("1999-05-01Z") and doc.closed is None
    assert doc.rank == 5 and doc.version == Decimal("1.0") and doc.sizes == (Decimal("1.50"), Decimal(2)) and str(doc.sizes[0]) == "1.50"
    assert doc.when == "soon" and doc.kind == QName("urn:other", "big") and doc.class_ == ("a", "b")
    assert doc.tag[0] is library.Tag.ART and doc.tag[1] == "new-in-next-version" and type(doc.tag[1]) is str
    assert [title.value for title in doc.book[0].title] == ["One", "Een"] and doc.book[0].title[0].lang == "en" and doc.book[0].pages == 12
    assert doc.event[0].at == datetime.datetime(2024, 5, 18, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    assert str(doc.event[0].at) == "2024-05-17T24:00:00+02:00" and doc.event[0].author == "Orwell"
    assert doc.hours[0] == Duration.parse("PT8H") == datetime.timedelta(hours=8) and doc.day[0].day == 17


def test_types_follow_the_document(doc: Any, library: ModuleType) -> None:
    assert type(doc.book[0]) is library.Book and type(doc.book[1]) is library.Ebook and doc.book[1].bytes_ == 99
    assert type(doc.event[0]).__qualname__ == "Reading" and type(doc.event[1]) is library.Event
    assert isinstance(doc.free, binding.AnyView) and doc.free.xml.text == "anygoes"


def test_union_members_are_tried_in_order_with_their_facets(doc: Any) -> None:
    for text, value in (("7", 7), ("2024-01-01", Date.parse("2024-01-01")), ("soon", "soon")):
        doc.xml.element.set("when", text)
        assert doc.when == value
    doc.xml.element.set("when", "70")
    with pytest.raises(BadValue, match="no member type"):
        _ = doc.when


def test_a_bad_text_fails_on_its_field_alone(library: ModuleType) -> None:
    doc = library.parse(DOCUMENT.replace(b"1999-05-01Z", b"the first of May").replace(b"<pages>12", b"<pages>twelve"))
    with pytest.raises(BadValue, match=r"opened.*no xs:date") as caught:
        _ = doc.opened
    assert caught.value.raw == "the first of May" == doc.xml.raw("opened")
    assert doc.name == "City library" and doc.book[0].isbn == "1" and doc.book[0].xml.raw("pages") == "twelve"
    assert doc.xml.raw("tag") == ["art", "new-in-next-version"] and doc.xml.raw("closed") is None
    assert "the first of May" in repr(doc), "a draft can be looked at, too"


def test_untouched_is_the_very_bytes(doc: Any) -> None:
    list(doc.walk())
    assert doc.save() == DOCUMENT and binding.to_dict(doc) and doc.save() is doc._original


@pytest.mark.parametrize(("change", "came"), [
    (lambda doc: setattr(doc, "name", "New"), "  <name>New</name>"),
    (lambda doc: setattr(doc, "opened", datetime.date(2020, 1, 2)), "  <opened>2020-01-02</opened>"),
    (lambda doc: doc.tag.__setitem__(1, "16:9"), "  <tag>16:9</tag>"),
    (lambda doc: setattr(doc.book[0].title[1], "value", "Eén & <meer>"),
     '  <book isbn="1" key="b1"><title lang="en">One</title><title>Eén &amp; &lt;meer&gt;</title><pages>12</pages></book>'),
    (lambda doc: setattr(doc.book[0], "pages", 13),
     '  <book isbn="1" key="b1"><title lang="en">One</title><title>Een</title><pages>13</pages></book>'),
    (lambda doc: setattr(doc.event[1], "at", DateTime.parse("2024-05-18T10:00:00.500Z")),
     "  <closing><at>2024-05-18T10:00:00.500Z</at></closing>"),
    (lambda doc: setattr(doc, "rank", 7), ROOT.replace(">", ' rank="7">')),
    (lambda doc: setattr(doc, "id", "it's"), ROOT.replace("lib1", "it&apos;s")),
    (lambda doc: setattr(doc, "kind", QName("urn:other", "small")), ROOT.replace("o:big", "o:small")),
    (lambda doc: setattr(doc.other[0].other[0].xml.element, "text", "t"), '  <o:foreign a="1"><o:deep>t</o:deep></o:foreign>'),
    (lambda doc: doc.note.content.__setitem__(0, "Bye "), "  <note>Bye <b>bold</b> and <i>more <b>deep</b></i>!</note>"),
])
def test_one_change_is_one_line(doc: Any, change: Any, came: str) -> None:
    change(doc)
    went, new = changed_lines(doc)
    assert (len(went), new) == (1, [came])


def test_new_children_come_where_the_schema_wants_them_and_look_like_their_neighbours(doc: Any, library: ModuleType) -> None:
    doc.closed = datetime.date(2024, 1, 1)
    doc.tag.add(library.Tag.N16_9)
    doc.city = "Delft"
    book = doc.book.add(isbn="3")
    book.title.add("Drie", lang="nl")
    went, came = changed_lines(doc)
    assert (went == [] and came == ["  <closed>2024-01-01</closed>", "  <tag>16:9</tag>", "  <city>Delft</city>", '  <book isbn="3">',
                                   '    <title lang="nl">Drie</title>', "  </book>"]) or came[3].startswith('  <book isbn="3">')
    doc.tag[:] = ["art"]
    del doc.kind
    assert doc.validate().valid, doc.validate().violations


def test_removing_leaves_no_hole(doc: Any) -> None:
    del doc.opened
    doc.tag.clear()
    del doc.book[0]
    del doc.id
    went, came = changed_lines(doc)
    assert len(went) == 5 and len(came) == 1 and came[0].startswith("<library xmlns=\"urn:lib\" xmlns:o=\"urn:other\" sizes=")
    assert doc.id is None and not doc.tag and len(doc.book) == 1 and b"\n\n" not in doc.save()


def test_nil(doc: Any) -> None:
    doc.closed = NIL
    assert doc.closed is NIL and not doc.closed and "closed" in doc.xml.fields
    assert b'<closed xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>' in doc.save()
    doc.closed = datetime.date(2024, 1, 1)
    assert doc.closed == datetime.date(2024, 1, 1) and b"nil" not in doc.save().partition(b"<tag>")[0]
    doc.free = NIL
    assert doc.free.xml.nil and not len(doc.free.xml.element)


def test_defaults_are_read_and_not_written(doc: Any) -> None:
    assert doc.rank == 5 and not doc.xml.is_set("rank") and b"rank" not in doc.save()
    doc.rank = 5
    assert doc.xml.is_set("rank") and b'rank="5"' in doc.save()
    doc.xml.unset("rank")
    assert doc.rank == 5 and doc.save() == DOCUMENT


def test_become_and_assigning_derived_views(doc: Any, library: ModuleType) -> None:
    ebook = doc.book[0].xml.become(library.Ebook)
    ebook.file = "urn:y"
    ebook.bytes_ = 1
    assert type(doc.book[0]) is library.Ebook and doc.book[0].file == "urn:y"
    doc.book.append(library.Ebook(isbn="9", title=["Neuf"], file="urn:z"))
    assert type(doc.book[-1]) is library.Ebook and b'type="Ebook"' in doc.save() and doc.book[-1].title[0].value == "Neuf"
    with pytest.raises(UsageError, match="anonymous"):
        doc.book[0].xml.become(type(doc.event[0]))


def test_substitution_groups(doc: Any, library: ModuleType) -> None:
    doc.event.add("reading", at=datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC), author="Woolf")
    doc.event.append(library.Event(at=DateTime.parse("2024-01-02T00:00:00")))
    assert [event.xml.tag for event in doc.event] == [f"{{urn:lib}}{name}" for name in ("reading", "closing", "reading", "closing")]
    assert [event.at.year for event in doc.event] == [2024] * 4


def test_repeated_groups_are_kept_in_turns(doc: Any) -> None:
    doc.hours.add(datetime.timedelta(hours=4))
    doc.day.add(binding.GMonthDay.parse("--12-25"))
    names = [etree.QName(child).localname for child in doc.xml.element if isinstance(child.tag, str)]
    assert [name for name in names if name in ("day", "hours")] == ["day", "hours", "day", "hours"]
    doc.tag[1] = "+"
    del doc.kind
    assert doc.validate().valid, doc.validate().violations


def test_mixed_content(doc: Any) -> None:
    note = doc.note
    assert [part if isinstance(part, str) else part.xml.text for part in note.content] == ["Hello ", "bold", " and ", "more deep", "!"]
    assert note.xml.text == "Hello bold and more deep!" and note.b == ["bold"] and note.i[0].b == ["deep"]
    note.content.append(" The end")
    del note.content[1]
    assert note.xml.text == "Hello  and more deep! The end"
    with pytest.raises(BadValue, match="no mixed content"):
        doc.content.append("text")
    note.i.add("put <in>")
    assert b"<i>put &lt;in&gt;</i>" in doc.save()


def test_wildcards(doc: Any, library: ModuleType) -> None:
    assert [view.xml.tag for view in doc.other] == ["{urn:other}foreign"] and dict(doc.other_attributes) == {"{urn:other}extra": "x"}
    doc.other.add(etree.Element("{urn:third}new"))
    doc.other_attributes["{urn:other}more"] = "y"
    del doc.other_attributes["{urn:other}extra"]
    assert [view.xml.tag for view in doc.other] == ["{urn:other}foreign", "{urn:third}new"]
    assert dict(library.parse(doc.save()).other_attributes) == {"{urn:other}more": "y"}
    with pytest.raises(BadValue, match="is a field"):
        doc.other_attributes["rank"] = "1"


def test_items_and_walk(doc: Any) -> None:
    names = [field.name for field, _ in doc.items()]
    assert names == ["id", "sizes", "when", "kind", "other_attributes", "class_", "name", "opened", "tag", "tag", "street", "book",
    "book", "event",
                     "event", "day", "hours", "note", "free", "other"]
    deep = [(type(view).__name__, field.name, value) for view, field, value in doc.walk()]
    assert ("Title", "lang", "en") in deep and ("Book", "pages", 12) in deep and len(deep) > 35


def test_content_is_live_and_ordered(doc: Any) -> None:
    assert [view.xml.tag.partition("}")[2] for view in doc.content][:4] == ["name", "opened", "tag", "tag"]
    assert doc.content[0].value == "City library" and doc.content[1].value == Date.parse("1999-05-01Z")
    first, second = doc.content[2], doc.content[3]
    doc.content[2:4] = [second, first]
    assert doc.tag == ["new-in-next-version", "art"]


def test_equality_and_copies(doc: Any, library: ModuleType) -> None:
    other = library.parse(DOCUMENT.replace(b"\n  ", b"\n\t").replace(b"<!-- kept -->", b"").replace(b"<pages>12", b"<pages> 012"))
    assert other == doc and other is not doc
    other.book[0].pages = 11
    assert other != doc
    duplicate = copy.deepcopy(doc)
    assert duplicate == doc and duplicate.xml.element is not doc.xml.element
    duplicate.name = "Copy"
    assert doc.name == "City library" and duplicate != doc
    with pytest.raises(TypeError):
        hash(doc)


def test_repr_shows_what_is_there(doc: Any) -> None:
    assert repr(doc.book[0]) == "Book(isbn='1', key='b1', title=Book.Title(…), title=Book.Title(…), pages=12)"
    assert repr(doc).startswith("Library(id='lib1', sizes=(Decimal('1.50'), Decimal('2')), when='soon'")


def test_an_attached_view_is_copied_and_a_new_one_moves(doc: Any, library: ModuleType) -> None:
    new = library.Book(isbn="7", title=["Sept"])
    doc.book.append(new)
    assert doc.book[-1].xml.element is new.xml.element
    doc.book.append(doc.book[0])
    assert len(doc.book) == 4 and doc.book[-1] == doc.book[0] and doc.book[-1].xml.element is not doc.book[0].xml.element


def test_what_cannot_be_written_is_refused_and_nothing_changes(doc: Any, library: ModuleType) -> None:
    for attempt in (lambda: setattr(doc, "rank", object()), lambda: setattr(doc, "opened", 5.5), lambda: setattr(doc, "rank", True),
                    lambda: setattr(doc.book[0], "pages", 1.5), lambda: setattr(doc, "note", 5), lambda: doc.book.add(library.Event()),
                    lambda: setattr(doc, "city", b"bytes"), lambda: setattr(doc, "closed", object())):
        with pytest.raises((BadValue, TypeError)):
            attempt()
    with pytest.raises(TypeError, match="no field 'nope'"):
        doc.book.add(nope=1)
    assert doc.save() == DOCUMENT


def test_checking_looks_at_every_facet_before_writing(doc: Any) -> None:
    doc.rank = 12  # drafts may
    with binding.checking(), pytest.raises(BadValue, match="not at most 9"):
        doc.rank = 13
    with binding.checking(), pytest.raises(BadValue, match="which its value always is"):
        doc.version = Decimal("2.0")
    with binding.checking():
        doc.version = Decimal("1.00")
    with binding.checking(), pytest.raises(BadValue, match="none of art"):
        doc.tag.add("music")
    assert doc.rank == 12 and len(doc.tag) == 2


def test_violations_carry_their_views(doc: Any, library: ModuleType) -> None:
    doc.rank = 12
    doc.book[0].pages = -1
    del doc.book[1].isbn
    judgement = doc.validate()
    assert not judgement and not judgement.valid
    places = {(type(violation.view).__name__, violation.field.name if violation.field else None) for violation in judgement.violations}
    assert ("Library", "rank") in places and ("Ebook", None) in places | {(name, None) for name, _ in places}
    assert all(violation.message and violation.code for violation in judgement.violations)


def test_ids_keys_and_references(doc: Any) -> None:
    assert binding.ids(doc)["b1"] == doc.book[0] and binding.ids(doc.book[1])["lib1"] == doc
    assert doc.book[1].xml.targets("by") == [doc.book[0]]
    assert set(doc.xml.keys("bookKey")) == {("1",), ("2",)}
    ((one, other),) = doc.xml.referred("sequel")
    assert one == doc.book[1] and other == doc.book[0]
    with pytest.raises(UsageError, match="no key or unique"):
        doc.xml.keys("nope")


def test_xpath_gives_views(doc: Any) -> None:
    (title,) = doc.xml.xpath("//l:title[@lang='en']", namespaces={"l": "urn:lib"})
    assert title.value == "One" and type(title).__qualname__ == "Book.Title" and doc.xml.xpath("count(//*)") == 28.0
    assert title.xml.parent == doc.book[0] and title.xml.root == doc and title.xml.path == "/lib:library/lib:book[1]/lib:title[1]"
    with pytest.raises(UsageError, match="no XPath"):
        doc.xml.xpath("///")


def test_views_on_trees_of_other_parsers(library: ModuleType) -> None:
    tree = etree.fromstring(DOCUMENT)
    doc = binding.bind(tree, library)
    assert doc.name == "City library" and doc.xml.element is tree
    doc.name = "Other"
    assert tree[0].text == "Other" and b"Other" in doc.save()
    assert binding.bind(tree[0].getroottree(), library) == doc


def test_drafts_and_foreign_documents_load(library: ModuleType) -> None:
    assert library.parse(b'<library xmlns="urn:lib"/>').name is None
    other = library.parse(b'<x xmlns="urn:else"><library xmlns="urn:lib"><name>N</name></library></x>')
    assert isinstance(other, binding.AnyView) and other.content[0].name == "N"
    with pytest.raises(NotWellFormed):
        library.parse(b"<library")


def test_made_from_nothing(library: ModuleType) -> None:
    doc = library.create("library", name="New", rank=3, tag=["art"], book=[{"isbn": "1", "title": [{"value": "T", "lang": "en"}, "U"],
    "pages": 3}],
                         note={"b": ["x"]}, event=[library.Event(at=DateTime.parse("2024-01-01T00:00:00Z"))])
    assert doc.validate().valid, doc.validate().violations
    assert parser.parse(doc.save()).getroot().tag == "{urn:lib}library" and doc.book[0].title[1].value == "U"
    with pytest.raises(UsageError, match="no global element"):
        library.create("nothing")


def test_the_class_knows_its_schema(library: ModuleType) -> None:
    fields = library.Book.fields()
    assert list(fields) == ["isbn", "after", "by", "key", "title_attr", "title",
    "pages"] and fields["isbn"].required and fields["title"].many
    assert library.Book.__doc__ == "A bound book." and library.Tag.__doc__ == "What it is about."
    assert fields["pages"].codec.simple.builtin == "positiveInteger" and fields["title"].tag == "{urn:lib}title"
    component = library.package.component(library.Ebook)
    assert component.derivation == "extension" and component.base.name == "{urn:lib}Book"
    assert library.package.component(library.Book.Title).simple.builtin == "string"
    assert library.package.model.elements["{urn:lib}event"].abstract
    assert library.Library.fields()["rank"].codec.simple.max_inclusive == "9"


def test_what_is_no_value_is_shown_and_taken_back(doc: Any, library: ModuleType) -> None:
    """A draft with unreadable texts: each fails by itself, all others read, and dictionaries, copies and comparisons keep the raw text."""
    draft = library.parse(DOCUMENT.replace(b'sizes="1.50 2"', b'sizes="large"').replace(b"<pages>12", b"<pages>twelve")
                          .replace(b">1999-05-01Z<", b">in spring<"))
    for view, name, raw in ((draft, "sizes", "large"), (draft.book[0], "pages", "twelve"), (draft, "opened", "in spring")):
        with pytest.raises(BadValue) as caught:
            getattr(view, name)
        assert caught.value.raw == raw == view.xml.raw(name)
        with pytest.raises(BadValue):
            view.items()
    found = [(field.name, value.raw) for _, field, value in draft.walk(lenient=True) if isinstance(value, BadValue)]
    assert found == [("sizes", "large"), ("opened", "in spring"), ("pages", "twelve")]
    plain = binding.to_dict(draft)
    content = plain["@content"]
    assert plain["sizes"] == {"@raw": "large"} and content[:2] == [{"name": "City library"}, {"opened": {"@raw": "in spring"}}]
    assert next(entry["book"] for entry in content if "book" in entry)["pages"] == {"@raw": "twelve"}
    assert library.from_dict(plain) == draft and library.from_dict(json.loads(binding.to_json(draft))) == draft and draft != doc
    assert "sizes=<no value: 'large'>" in repr(draft) and copy.copy(draft) == draft


@pytest.mark.parametrize(("wrong", "words"), [
    ({"": "x"}, "has no field ''"), ({"@new": 1}, "has no '@new'"), ({"@content": 5}, "a list of texts"),
    ({"@content": [{}]}, "one key each"), ({"@content": [5]}, "one key each"), ({"@attributes": [1]}, "texts by Clark names"),
    ({"@attributes": {"a b": "c"}}, "cannot have the attribute"),
    ({"@attributes": {"a": 5}}, "cannot have the attribute"), ({"@name": 5}, "no global element '5'"), ({"@type": []}, "no complex type"),
    ({"book": {"@type": 7}}, "is no type of this schema"), ({"book": {"@name": "a b"}}, "cannot stand for"), ([], "made from a dictionary"),
])
def test_what_is_no_dictionary_of_a_document_is_refused_in_words(wrong: Any, words: str, library: ModuleType) -> None:
    with pytest.raises(UsageError, match=words):
        library.from_dict({"@name": "library", **wrong} if isinstance(wrong, dict) else wrong)


DEFAULTS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:d" targetNamespace="urn:d" elementFormDefault="qualified">
<xs:complexType name="Size"><xs:simpleContent><xs:extension base="xs:int"><xs:attribute name="unit" type="xs:token" default="cm"/>
</xs:extension></xs:simpleContent></xs:complexType>
<xs:element name="size" type="Size" default="7"/><xs:element name="count" type="xs:int" fixed="3"/>
<xs:element name="box"><xs:complexType><xs:sequence><xs:element ref="size"/><xs:element name="width" type="Size" default="5" minOccurs="0"/>
<xs:element name="depth" type="Size" fixed="2" minOccurs="0" maxOccurs="9"/><xs:element name="name" type="xs:string" default="box"/>
<xs:element name="plain" type="Size" minOccurs="0"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""


def test_defaults_of_elements_are_read_and_never_written(tmp_path: Path) -> None:
    (tmp_path / "d.xsd").write_text(DEFAULTS, "utf-8")
    package = binding.load(tmp_path / "d.xsd")
    data = b'<box xmlns="urn:d"><size/><width unit="m"/><depth/><depth>2</depth><name/></box>'
    box = package.parse(data)
    assert (box.size.value, box.width.value, [one.value for one in box.depth], box.name) == (7, 5, [2, 2], "box")
    assert box.size.unit == "cm" and box.width.unit == "m" and box.plain is None
    assert [value for _, field, value in box.walk() if field.kind in ("text", "value")] == [7, 5, 2, 2, "box"]
    assert package.parse(b'<size xmlns="urn:d"/>').value == 7 and package.parse(b'<count xmlns="urn:d"/>').value == 3
    assert box.save() is data and box.validate().valid
    box.plain = 4
    assert box.save() == data.replace(b"</box>", b"<plain>4</plain></box>")
    fields = package.Box.fields()
    assert fields["width"].default == "5" and fields["depth"].fixed == "2" and fields["size"].default == "7"


def test_namespaces_with_slashes_and_names_with_umlauts(tmp_path: Path) -> None:
    """Most namespaces begin with http://: classes, xsi:type and anonymous types are told apart all the same."""
    (tmp_path / "d.xsd").write_text(DEFAULTS.replace("urn:d", "http://example.org/d/1").replace(
        "<xs:element name=\"size\"", '<xs:complexType name="Large"><xs:simpleContent><xs:extension base="Size"/></xs:simpleContent>'
        '</xs:complexType><xs:element name="größe"><xs:complexType><xs:attribute name="länge" type="xs:int"/></xs:complexType></xs:element>'
        '<xs:element name="size"'), "utf-8")
    package = binding.load(tmp_path / "d.xsd")
    box = package.create("box", size={"value": 3})
    assert package.parse('<größe xmlns="http://example.org/d/1" länge="3"/>'.encode()).länge == 3
    assert package.Size(4, unit="m").xml.tag == "{http://example.org/d/1}Size" and package.Box().xml.tag == "{http://example.org/d/1}box"
    box.width = package.Large(9)
    assert type(box.width).__name__ == "Large" and b'xsi:type="example:Large"' in box.save()
    assert type(box.size.xml.become(package.Large)).__name__ == "Large" and type(box.size).__name__ == "Large"
    with pytest.raises(UsageError, match="anonymous"):
        box.xml.become(package.Box)


def test_members_of_a_substitution_group_by_name(doc: Any) -> None:
    assert doc.event.add("reading", author="A").xml.tag == doc.event.add("{urn:lib}reading", author="B").xml.tag == "{urn:lib}reading"
    with pytest.raises(BadValue, match="say which it is to be: reading, closing"):
        doc.event.add()


def test_the_component_of_an_anonymous_type_in_an_anonymous_type(tmp_path: Path) -> None:
    (tmp_path / "n.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="list"><xs:complexType><xs:sequence>'
        '<xs:element name="item" maxOccurs="9"><xs:complexType><xs:attribute name="n" type="xs:int"><xs:annotation>'
        "<xs:documentation>How many.</xs:documentation></xs:annotation></xs:attribute></xs:complexType></xs:element></xs:sequence>"
        '</xs:complexType></xs:element><xs:complexType name="list"/></xs:schema>', "utf-8")
    package = binding.load(tmp_path / "n.xsd")
    item = type(package.parse(b'<list><item n="1"/></list>').item[0])
    assert item.fields()["n"].documentation == "How many." and "n" in package.package.component(item).attributes


VALUES = [
    ("string", " a  b ", str), ("normalizedString", "a  b", str), ("token", "a b", str), ("language", "nl-BE", str), ("Name", "a:b", str),
    ("NCName", "ab", str), ("NMTOKEN", "1-2", str), ("NMTOKENS", "1 2", tuple), ("anyURI", "http://example.org/ä?b=%20", str),
    ("boolean", "true", bool), ("decimal", "12.50", Decimal), ("decimal", "-0.000", Decimal), ("float", "1.25", float),
    ("double", "1.50", binding.Float),
       ("double", "-INF", float), ("integer", "123456789012345678901234567890", int), ("nonPositiveInteger", "0", int),
    ("negativeInteger", "-1", int),
    ("long", "-9223372036854775808", int), ("int", "7", int), ("short", "7", int), ("byte", "-128", int), ("nonNegativeInteger", "0", int),
    ("unsignedLong", "18446744073709551615", int), ("unsignedInt", "7", int), ("unsignedShort", "7", int), ("unsignedByte", "255", int),
    ("positiveInteger", "1", int), ("date", "2024-05-17+02:00", Date), ("date", "-0044-03-15", Date), ("date", "12024-01-01Z", Date),
    ("dateTime", "2024-05-17T24:00:00Z", DateTime), ("dateTime", "2024-05-17T20:15:00.500", DateTime), ("time", "20:15:00Z", binding.Time),
    ("time", "24:00:00", binding.Time), ("duration", "P1Y2M3DT4H5M6.70S", Duration), ("duration", "-P14M", Duration),
    ("gYear", "2024Z", binding.GYear), ("gYearMonth", "2024-05", binding.GYearMonth), ("gMonth", "--05", binding.GMonth),
    ("gMonthDay", "--02-29", binding.GMonthDay), ("gDay", "---31", binding.GDay), ("hexBinary", "00FF", bytes),
    ("base64Binary", "AP8=", bytes),
    ("QName", "xs:int", QName), ("ID", "a", str), ("IDREF", "a", str), ("IDREFS", "a b", tuple),
]


def test_every_builtin_type_is_read_and_written_without_loss(tmp_path: Path) -> None:
    fields = "".join(f'<xs:element name="f{number}" type="xs:{name}" minOccurs="0"/>' for number, (name, _, _) in enumerate(VALUES))
    (tmp_path / "all.xsd").write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="all"><xs:complexType>'
                                      f"<xs:sequence>{fields}</xs:sequence></xs:complexType></xs:element></xs:schema>", "utf-8")
    package = binding.load(tmp_path / "all.xsd")
    texts = "".join(f"<f{number}>{text}</f{number}>" for number, (_, text, _) in enumerate(VALUES))
    doc = package.parse(f'<all xmlns:xs="http://www.w3.org/2001/XMLSchema">{texts}</all>'.encode())
    new = package.create("all")
    new.xml.element.append(etree.Element("{http://www.w3.org/2001/XMLSchema}x"))  # so that the prefix is in scope
    for number, (name, text, kind) in enumerate(VALUES):
        value = getattr(doc, f"f{number}")
        assert type(value) is kind, name
        setattr(new, f"f{number}", value)
        assert getattr(new, f"f{number}") == value and (name == "QName" or new.xml.raw(f"f{number}") == text), name
        assert getattr(copy.deepcopy(doc), f"f{number}") == value
    assert type(binding.NIL) is binding.Nil and not binding.NIL and copy.copy(binding.NIL) is binding.NIL


def test_comments_content_and_namespaces(doc: Any, library: ModuleType) -> None:
    assert doc.xml.comments == [" an e-book "] and library.Book.namespace().uri == "urn:lib"
    note = doc.note
    note.content.insert(0, "First: ")
    assert note.xml.text.startswith("First: Hello")
    doc.content.insert(3, library.create("closing", at=DateTime.parse("2024-01-01T00:00:00Z")))
    assert doc.content[3].xml.tag == "{urn:lib}closing" and len(doc.event) == 3


def test_json_has_binary_values_as_they_are_written(tmp_path: Path) -> None:
    """Also where they are a member of a union, or in a list."""
    (tmp_path / "b.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="b"><xs:complexType>'
        '<xs:attribute name="colour"><xs:simpleType><xs:union memberTypes="Auto xs:hexBinary"/></xs:simpleType></xs:attribute>'
        '<xs:attribute name="keys"><xs:simpleType><xs:list itemType="xs:hexBinary"/></xs:simpleType></xs:attribute>'
        '<xs:attribute name="data" type="xs:base64Binary"/></xs:complexType></xs:element>'
        '<xs:simpleType name="Auto"><xs:restriction base="xs:token"><xs:enumeration value="auto"/></xs:restriction>'
        "</xs:simpleType></xs:schema>", "utf-8")
    package = binding.load(tmp_path / "b.xsd")
    doc = package.parse(b'<b colour="A37E37" keys="00 FF" data="/w=="/>')
    assert json.loads(binding.to_json(doc)) == {"@name": "b", "colour": "A37E37", "keys": ["00", "FF"], "data": "/w=="}
    assert package.from_dict(json.loads(binding.to_json(doc))) == doc == package.from_dict(binding.to_dict(doc))


def test_dictionaries_keep_an_order_that_the_schema_leaves_open(tmp_path: Path) -> None:
    """In a group that repeats, a link may stand before or after the words: a dictionary's order is taken where the schema allows it."""
    (tmp_path / "o.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="o"><xs:complexType><xs:sequence>'
        '<xs:element name="link" type="xs:string" minOccurs="0"/><xs:element name="word" type="xs:string"/>'
        '<xs:sequence minOccurs="0" maxOccurs="unbounded"><xs:element name="link" type="xs:string" minOccurs="0" maxOccurs="9"/>'
        '<xs:element name="word" type="xs:string" minOccurs="0"/></xs:sequence></xs:sequence></xs:complexType>'
        "</xs:element></xs:schema>", "utf-8")
    package = binding.load(tmp_path / "o.xsd")
    for body in ("<link>1</link><word>a</word>", "<word>a</word><link>1</link>", "<word>a</word><word>b</word><link>1</link>" * 2):
        doc = package.parse(f"<o>{body}</o>".encode())
        assert doc.validate().valid and package.from_dict(binding.to_dict(doc)) == doc
    late = package.from_dict({"@name": "o", "word": ["a"], "link": ["1"]})
    assert [child.xml.tag for child in late.content] == ["word", "link"]


def test_prefixes_in_values_go_along(doc: Any, library: ModuleType) -> None:
    """What a QName or xsi:type refers to is still declared on a copy, a removed part, and where it is put."""
    data = DOCUMENT.replace(b'xmlns:o="urn:other"', b'xmlns:o="urn:other" xmlns:l="urn:lib"')
    data = data.replace(b'xsi:type="Ebook"', b'xsi:type="l:Ebook"')
    source = library.parse(data)
    assert source.xml.copy().kind == source.kind == QName("urn:other", "big")
    book = source.book[1].xml.copy()
    assert b'xmlns:l="urn:lib"' in etree.tostring(book.xml.element) and type(doc.book.add(book)).__name__ == "Ebook"
    removed = source.book[1]
    removed.xml.remove()
    assert len(source.book) == 1 and b'l="urn:lib"' in etree.tostring(removed.xml.element)
    other = library.create("library", name="Other")
    other.book.append(removed)
    assert type(library.parse(other.save()).book[0]).__name__ == "Ebook"
