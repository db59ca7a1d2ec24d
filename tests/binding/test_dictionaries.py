"""Documents as dictionaries and JSON, and what is said of a dictionary that is none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.binding.conftest import DOCUMENT
from xmlsvc import binding
from xmlsvc.binding import NIL, BadValue, QName
from xmlsvc.errors import NotWellFormed, UsageError


def made(library: ModuleType, **fields: Any) -> str:
    """The root element that a dictionary becomes, without what comes before it and without its prefix."""
    text: str = library.from_dict({"@name": "{urn:lib}library", **fields}).save().decode()
    return re.sub("ns[0-9]+", "ns", text.partition("\n")[2].replace("lib:", "").replace(' xmlns:lib="urn:lib"', ""))


@pytest.mark.parametrize(("fields", "element"), [
    ({"name": "N", "rank": 3}, '<library rank="3"><name>N</name></library>'),
    ({"rank": {"@raw": "x"}, "opened": {"@raw": "soon"}}, '<library rank="x"><opened>soon</opened></library>'),
    ({"opened": None, "tag": [], "sizes": [1, "2.50"]}, '<library sizes="1 2.50"/>'),
    ({"sizes": "1 2"}, '<library sizes="1 2"/>'),
    ({"book": {"isbn": "1", "title": ["x", {"value": "y", "lang": "en"}]}},
     '<library><book isbn="1"><title>x</title><title lang="en">y</title></book></library>'),
    ({"book": [{"@type": "{urn:lib}Ebook", "file": "f"}]},
     '<library><book xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Ebook"><file>f</file></book></library>'),
    ({"event": [{"@name": "{urn:lib}closing", "at": "2024-01-01T00:00:00Z"}]},
     "<library><closing><at>2024-01-01T00:00:00Z</at></closing></library>"),
    ({"closed": {"@nil": True}},
     '<library><closed xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"></closed></library>'),
    ({"closed": NIL}, '<library><closed xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"></closed></library>'),
    ({"free": {"@nil": True}}, '<library><free xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></library>'),
    ({"free": {"@nil": False}}, "<library><free/></library>"),
    ({"free": {"@type": "{http://www.w3.org/2001/XMLSchema}int", "value": 5}},
     '<library><free xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
     'xsi:type="xs:int">5</free></library>'),
    ({"note": {"@content": ["a", {"b": "c"}, "d", "e"]}}, "<library><note>a<b>c</b>de</note></library>"),
    ({"@content": [{"name": "N"}, {"@element": '<o xmlns="urn:o"/>'}]}, '<library><name>N</name><o xmlns="urn:o"/></library>'),
    ({"street": "S", "name": "N"}, "<library><name>N</name><street>S</street></library>"),
    ({"hours": ["PT1H", "PT2H"], "day": ["--01-01", "--01-02"]},
     "<library><day>--01-01</day><hours>PT1H</hours><day>--01-02</day><hours>PT2H</hours></library>"),
    ({"kind": "{urn:other}big"}, '<library xmlns:ns="urn:other" kind="ns:big"/>'),
    ({"kind": QName("urn:other", "big")}, '<library xmlns:ns="urn:other" kind="ns:big"/>'),
    ({"@attributes": {"{urn:other}a": "1"}}, '<library xmlns:ns="urn:other" ns:a="1"/>'),
])  # fmt: skip
def test_what_a_dictionary_becomes(library: ModuleType, fields: dict[str, Any], element: str) -> None:
    assert made(library, **fields) == element
    doc = library.from_dict({"@name": "{urn:lib}library", **fields})
    assert library.from_dict(json.loads(binding.to_json(doc))) == doc == library.from_dict(binding.to_dict(doc))


@pytest.mark.parametrize(("fields", "error", "words"), [
    ({"note": 5}, BadValue, "Library.note wants an object, not 5"),
    ({"book": [{"title": 5}]}, BadValue, "5 cannot be written as xs:string"),
    ({"book": {"@type": "{urn:lib}Note"}}, BadValue, "'{urn:lib}Note' is not derived from the type of Library.book"),
    ({"book": {"@type": "{urn:lib}None"}}, UsageError, "'{urn:lib}None' is no type of this schema"),
    ({"free": {"@type": "{http://www.w3.org/2001/XMLSchema}none"}}, UsageError, "is no type of this schema"),
    ({"name": {"a": 1}}, BadValue, "a value of xs:token is wanted, not {'a': 1}"),
    ({"name": ["N", "M"]}, BadValue, "a value of xs:token is wanted, not ['N', 'M']"), ({"rank": [1]}, BadValue, "is wanted, not [1]"),
    ({"sizes": [1, [2]]}, BadValue, "a value of xs:decimal is wanted, not [2]"), ({"sizes": [1, "x"]}, BadValue, "'x' is no xs:decimal"),
    ({"nope": 1}, UsageError, "Library has no field 'nope'; it has class_, id, kind"),
    ({"@content": [{"nope": 1}]}, UsageError, "Library has no field 'nope'; it has class_, id, kind"),
    ({"@content": [{"@element": "<o"}]}, NotWellFormed, "not closed"),
    ({"@more": 1}, UsageError, "Library has no '@more': see the mapping"),
])  # fmt: skip
def test_what_is_wrong_with_a_dictionary_is_said(library: ModuleType, fields: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        made(library, **fields)
    assert words in str(caught.value)


def test_the_name_of_the_root(library: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not say which element it is"):
        library.from_dict({"name": "N"})
    assert library.from_dict({"name": "N"}, "library").name == "N" and library.from_dict({"@name": "library"}).name is None
    (tmp_path / "one.xsd").write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="only" type="xs:int"/>'
                                      "</xs:schema>", "utf-8")
    package = binding.load(tmp_path / "one.xsd")
    assert package.from_dict({"value": 5}).save().endswith(b"<only>5</only>"), "where there is but one it need not be said"
    assert package.create("only", 5) == package.from_dict({"value": 5})


def test_a_root_says_its_type(library: ModuleType) -> None:
    data = (b'<event xmlns="urn:lib" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Event">'
            b"<at>2024-01-01T00:00:00Z</at></event>")
    shown = binding.to_dict(library.parse(data))
    assert shown["@type"] == "{urn:lib}Event" and library.from_dict(shown) == library.parse(data)
    for wrong in ("{urn:lib}Tag", "{urn:lib}None"):
        with pytest.raises(UsageError, match="is no complex type of this schema"):
            library.from_dict({**shown, "@type": wrong})


def test_nothing_is_lost_in_json(library: ModuleType) -> None:
    doc = library.parse(DOCUMENT)
    doc.closed = doc.free = NIL
    doc.book[0].xml.nil = True
    shown = json.loads(binding.to_json(doc))
    assert shown["@attributes"] == {"{urn:other}extra": "x"} and {"closed": {"@nil": True}} in shown["@content"]
    assert {"book": {"@nil": True, "isbn": "1", "key": "b1"}} in shown["@content"] and {"free": {"@nil": True}} in shown["@content"]
    assert library.from_dict(shown) == doc and "\n  " in binding.to_json(doc, indent=2)


def test_fields_come_by_name_where_their_order_says_nothing(library: ModuleType) -> None:
    plain = binding.to_dict(library.parse(
        b'<library xmlns="urn:lib" rank="2"><name>N</name><tag>art</tag><tag>+</tag><book isbn="1"><title>T</title></book></library>'))
    assert list(plain) == ["@name", "rank", "name", "tag", "book"] and plain["rank"] == 2 and len(plain["tag"]) == 2
    turns = binding.to_dict(library.parse(b'<library xmlns="urn:lib"><tag>art</tag><name>N</name><tag>+</tag></library>'))
    assert [next(iter(entry)) for entry in turns["@content"]] == ["tag", "name", "tag"], "where they take turns"
    twice = binding.to_dict(library.parse(b'<library xmlns="urn:lib"><name>N</name><name>M</name></library>'))
    assert twice["@content"] == [{"name": "N"}, {"name": "M"}], "and where there are more than the schema allows"
