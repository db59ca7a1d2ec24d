"""Lists of children behave as Python's lists do, and the document follows."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from tests.binding.conftest import DOCUMENT
from xmlsvc.binding import BadValue

ART, NEW = "art", "new-in-next-version"


@pytest.fixture
def doc(library: ModuleType) -> Any:
    return library.parse(DOCUMENT)


def names(doc: Any) -> list[str]:
    return [etree.QName(child).localname for child in doc.xml.element.iterchildren(etree.Element)]


def test_values_by_index_and_slice(doc: Any) -> None:
    assert (doc.tag[0], doc.tag[1], doc.tag[-1], doc.tag[-2]) == (ART, NEW, NEW, ART)
    assert doc.tag[:1] == [ART] and doc.tag[::-1] == [NEW, ART] and doc.tag[5:] == []
    for beyond in (2, -3):
        with pytest.raises(IndexError):
            doc.tag[beyond]
    assert len(doc.tag) == 2 and doc.tag == [ART, NEW] and doc.tag != [NEW, ART] and doc.tag != ART
    assert repr(doc.tag) == repr([doc.tag[0], NEW])


@pytest.mark.parametrize(("index", "whole"), [
    (0, ["+", ART, NEW]), (1, [ART, "+", NEW]), (2, [ART, NEW, "+"]), (9, [ART, NEW, "+"]), (-1, [ART, "+", NEW]), (-9, ["+", ART, NEW]),
])
def test_a_value_is_inserted_where_a_list_would_have_it(doc: Any, index: int, whole: list[str]) -> None:
    before = names(doc)
    doc.tag.insert(index, "+")
    assert doc.tag == whole and [name for name in names(doc) if name != "tag"] == [name for name in before if name != "tag"]
    assert names(doc).index("tag") == before.index("tag"), "they stand together still"


def test_slices_are_replaced_and_deleted(doc: Any) -> None:
    doc.tag[1:] = ["+", "16:9"]
    assert doc.tag == [ART, "+", "16:9"]
    del doc.tag[::2]
    assert doc.tag == ["+"]
    doc.tag[0] = ART
    assert doc.tag == [ART]
    del doc.tag[0]
    assert not doc.tag and len(doc.tag) == 0


def test_a_value_that_is_none_leaves_the_list_as_it_was(doc: Any) -> None:
    for wrong in (lambda: doc.tag.insert(0, b"no text"), lambda: doc.tag.add(b"no text"), lambda: doc.hours.insert(0, "an hour")):
        with pytest.raises(BadValue):
            wrong()
    assert doc.save() == DOCUMENT


def test_views_by_index_and_slice(doc: Any, library: ModuleType) -> None:
    assert [book.isbn for book in doc.book[:]] == ["1", "2"] and doc.book[-1].isbn == "2" and type(doc.book[1]) is library.Ebook
    assert [event.xml.tag for event in doc.event[1:]] == ["{urn:lib}closing"] and doc.event[0].author == "Orwell"
    for children in (doc.book, doc.event):
        for beyond in (2, -3):
            with pytest.raises(IndexError):
                children[beyond]


def test_views_are_replaced_where_they_stand(doc: Any, library: ModuleType) -> None:
    doc.book[0] = library.Book(isbn="7", title=["Sept"])
    assert [book.isbn for book in doc.book] == ["7", "2"] and doc.book[1].after == "1"
    doc.book[1] = {"isbn": "8", "title": ["Huit"]}
    assert [book.isbn for book in doc.book] == ["7", "8"]
    second = doc.book[1]
    doc.book[1] = second
    assert doc.book[1].xml.element is second.xml.element and len(doc.book) == 2, "itself in its own place is no change"
    doc.book.insert(0, library.Ebook(isbn="0", title=["Zero"], file="urn:z"))
    assert [book.isbn for book in doc.book] == ["0", "7", "8"] and type(doc.book[0]) is library.Ebook


def test_the_very_elements_stay_when_a_list_is_put_in_another_order(doc: Any) -> None:
    one, two = doc.book
    doc.book = [two, one]
    assert [book.xml.element for book in doc.book] == [two.xml.element, one.xml.element]
    doc.book = [one]
    assert [book.isbn for book in doc.book] == ["1"] and doc.book[0].xml.element is one.xml.element
    doc.book = None
    assert not doc.book and "book" not in names(doc)


def test_what_a_type_derived_by_extension_adds_comes_after_what_it_inherits(doc: Any) -> None:
    ebook = doc.book[1]
    ebook.pages = 5
    ebook.title.add("Deux")
    assert names(ebook) == ["title", "title", "pages", "file"]
    assert [event.xml.tag for event in doc.event] == ["{urn:lib}reading", "{urn:lib}closing"]
    reading = doc.event.add("reading", author="Woolf")
    reading.at = doc.event[0].at
    assert names(reading) == ["at", "author"]


def test_adding_from_a_view_or_mapping_with_more_fields(doc: Any, library: ModuleType) -> None:
    assert doc.book.add(library.Book(isbn="7"), after="1").after == "1"
    assert doc.book.add({"isbn": "8"}, after="7").isbn == "8" and [book.after for book in doc.book] == [None, "1", "1", "7"]
    before = doc.save()
    with pytest.raises(TypeError, match="no field 'nope'"):
        doc.book.add({"isbn": "9", "nope": 1})
    assert b'isbn="9"' not in doc.save() and len(doc.book) == 4 and doc.save() == before


def test_children_that_a_wildcard_lets_in(doc: Any) -> None:
    assert doc.other and len(doc.other) == 1 and doc.other[0].xml.tag == "{urn:other}foreign" and doc.other[-1:] == [doc.other[0]]
    doc.other.insert(0, etree.Element("{urn:third}first"))
    doc.other[1] = etree.Element("{urn:third}second")
    assert [one.xml.tag for one in doc.other] == ["{urn:third}first", "{urn:third}second"] and names(doc)[-2:] == ["first", "second"]
    doc.other.add(doc.other[0])
    assert [one.xml.tag.rpartition("}")[2] for one in doc.other] == ["first", "second", "first"], "what stands there is copied"
    with pytest.raises(BadValue, match="neither a view nor an element"):
        doc.other.add("text")
    del doc.other[:]
    assert not doc.other and names(doc)[-1] == "free"


def test_attributes_that_a_wildcard_lets_in(doc: Any, library: ModuleType) -> None:
    more = doc.other_attributes
    assert len(more) == 1 and more["{urn:other}extra"] == "x" and "rank" not in more and repr(more) == "{'{urn:other}extra': 'x'}"
    for reading in (lambda: more["id"], lambda: more.__delitem__("id"), lambda: more["{urn:other}none"]):
        with pytest.raises(KeyError):
            reading()
    doc.other_attributes = {"{urn:other}a": "1", "{urn:other}b": "2"}
    assert dict(library.parse(doc.save()).other_attributes) == {"{urn:other}a": "1", "{urn:other}b": "2"} and doc.id == "lib1"
    doc.other_attributes = None
    assert not doc.xml.is_set("other_attributes") and doc.id == "lib1"


def test_all_that_stands_in_an_element(doc: Any, library: ModuleType) -> None:
    closing = library.create("closing")
    doc.content[-1] = closing
    assert names(doc)[-1] == "closing" and len(doc.content) == len(names(doc)) and doc.content[-1].xml.element is closing.xml.element
    doc.content.append(doc.content[0])
    assert names(doc)[0] == "opened" and names(doc)[-1] == "name", "what stands there already moves"
    del doc.content[:]
    assert len(doc.xml.element) == 1 and list(doc.content) == [], "a comment is none of the content"


def test_texts_and_children_of_mixed_content(library: ModuleType) -> None:
    note = library.parse(DOCUMENT.replace(b"<note>Hello <b>", b"<note>Hel<!-- here -->lo <b>")).note
    assert [part if isinstance(part, str) else part.xml.text for part in note.content[:3]] == ["Hello ", "bold", " and "]
    note.content[1:1] = ["dear ", "old "]
    assert note.xml.text == "Hello dear old bold and more deep!" and len(note.content) == 5
    note.content[:] = ["Only ", "text"]
    assert note.xml.text == "Only text" and list(note.content) == ["Only text"]
