"""Many documents in one element: each is cut out whole, and what is wrong with one stops no other."""

from __future__ import annotations

import mmap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xmlsvc.errors import DoctypeRefused, NotWellFormed
from xmlsvc.xml import parser, wrapper


def texts(data: bytes, limit: int = 10_000) -> list[bytes | None]:
    return [piece.data for piece in wrapper.split(data, limit)]


def test_children_are_what_they_were() -> None:
    inner = [b'<a id=">" x=\'"\'><b/><![CDATA[</a>]]><!-- </a> --></a>', b"<b>\r\n&amp;</b >", b"<c/>", b"<c\n/>"]
    body = b"<?xml version='1.0'?>\n<!-- <w> -->\n<w>text " + b"\n".join(inner) + b"<?pi </w> ?></w>\n"
    assert texts(body) == inner
    assert [(piece.n, piece.line) for piece in wrapper.split(body, 100)] == [(1, 3), (2, 4), (3, 6), (4, 7)]


def test_what_the_wrapper_declares_goes_along() -> None:
    body = b'<w xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"><p:a t="p:x"><b/></p:a><c xmlns="urn:e"/></w>'
    first, second = texts(body)
    assert first == b'<p:a xmlns="urn:d" xmlns:p="urn:p" t="p:x"><b/></p:a>' and second == b'<c xmlns="urn:e"/>'
    assert [element.tag for element in parser.parse(first or b"").getroot()] == ["{urn:d}b"]


def test_the_encoding_goes_along() -> None:
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><w><a>é</a></w>'.encode("latin-1")
    (only,) = texts(body)
    assert parser.parse(only or b"").getroot().text == "é"
    with pytest.raises(NotWellFormed, match="UTF-8"):
        texts("<w><a/></w>".encode("utf-16"))


@pytest.mark.parametrize("broken", [
    b"<a><b></a>", b"<a></b></a>", b"<a>&nothing;</a>", b'<a x="1></a>', b"<a x=1/>", b"<a><a></b></a></a>", b"<a>\0</a>",
    b"<a x='1' x='2'/>",
])  # fmt: skip
def test_what_is_wrong_with_one_stops_no_other(broken: bytes) -> None:
    found = texts(b"<w><ok>1</ok>" + broken + b"<ok>2</ok></w>")
    assert found[0] == b"<ok>1</ok>" and found[-1] == b"<ok>2</ok>" and len(found) in (3, 4)
    for piece in found[1:-1]:
        with pytest.raises(NotWellFormed):
            parser.parse(piece or b"")
    assert b"".join(piece or b"" for piece in found) == b"<ok>1</ok>" + broken + b"<ok>2</ok>", "nothing is left out"


@pytest.mark.parametrize(("body", "whole", "said"), [
    (b"<w><a/><b>", 1, "within document 2"), (b"<w><a/>", 1, "without the wrapper's end tag"), (b"text", 0, "no element"),
    (b"</w>", 0, "no element"),
    (b"<w " + b"a='1' " * 20_000 + b"><a/></w>", 0, "start tag has more"),
])  # fmt: skip
def test_what_cannot_be_split_further_says_so(body: bytes, whole: int, said: str) -> None:
    found = []
    with pytest.raises(NotWellFormed, match=said):
        for piece in wrapper.split(body, 100):
            found.append(piece)
    assert len(found) == whole


def test_doctypes_are_refused_and_large_ones_left_out() -> None:
    with pytest.raises(DoctypeRefused):
        texts(b"<!DOCTYPE w [<!ENTITY x 'y'>]><w><a/></w>")
    assert texts(b"<w><a>" + b"x" * 200 + b"</a><b/></w>", 100) == [None, b"<b/>"] and texts(b"<w/>") == texts(b"<w></w>") == []


def test_a_mapped_file_gives_the_same(tmp_path: Path) -> None:
    body = b"<w>" + b"".join(b"<a n='%d'>\n<b/></a>" % n for n in range(500)) + b"</w>"
    (tmp_path / "w.xml").write_bytes(body)
    with (tmp_path / "w.xml").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert list(wrapper.split(mapped, 1000)) == list(wrapper.split(body, 1000))


_LEAVES = st.sampled_from([b"text", b"<x/>", b"<!-- </d> -->", b"<![CDATA[<d>]]>", b"<y z='>'>1</y>", b"<d>in</d>", b"<w/>", b"&lt;"])


_DOCUMENTS = st.lists(st.lists(_LEAVES, max_size=4).map(lambda parts: b"<d>" + b"".join(parts) + b"</d>"), max_size=5)


@given(_DOCUMENTS, st.sampled_from([b"", b" ", b"\n t "]))
def test_any_documents_come_back(documents: list[bytes], between: bytes) -> None:
    assert texts(b"<w>" + between + between.join(documents) + between + b"</w>") == documents


@given(st.binary(max_size=80) | st.text("<>/w a='\"!-?[]", max_size=60).map(str.encode))
def test_anything_ends(body: bytes) -> None:
    for data in (body, b"<w>" + body + b"</w>"):
        try:
            found = list(wrapper.split(data, 1000))
        except (NotWellFormed, DoctypeRefused):
            continue
        assert sum(piece.size for piece in found) <= len(data)
