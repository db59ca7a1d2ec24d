"""Documents of any size as complete subtrees, and places in streams: the same as with the whole document in memory."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xmlsvc.errors import InputError
from xmlsvc.xml import parser, pieces, spans
from xmlsvc.xml.pieces import Pieces

DOCUMENT = b'<?xml version="1.0"?><!-- x --><a t="1">\n<b><c>1</c><c>2</c></b>tail<b/><d><e><f/><f/>xx</e><!--y--><e/></d></a><!--z-->'
_NUMBERS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>
<xs:element name="a" type="xs:int" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""


def seen(data: bytes, chunk: int, held: int) -> list[tuple[str, str, int]]:
    return [(event.kind, event.element.tag, event.ordinal) for event in Pieces(io.BytesIO(data), chunk=chunk, held=held)
            if event.kind != "aside"]


def test_what_is_held_comes_as_pieces() -> None:
    assert seen(DOCUMENT, 1000, 1000) == [("opened", "a", 0), ("piece", "b", 1), ("piece", "b", 4), ("piece", "d", 5), ("closed", "a", 0)]


@given(chunk=st.integers(1, 60), held=st.integers(0, 60))
def test_every_element_comes_once_in_order(chunk: int, held: int) -> None:
    head, pieces._HEAD = pieces._HEAD, 7
    try:
        got: list[tuple[str, int]] = []
        open_elements: list[str] = []
        for event in Pieces(io.BytesIO(DOCUMENT), chunk=chunk, held=held):
            if event.kind == "piece":
                assert event.element.getparent() is not None
                got += [(one.tag, event.ordinal + n) for n, one in enumerate(event.element.iter(etree.Element))]
            elif event.kind == "aside":
                assert event.element.tag in (etree.Comment, etree.ProcessingInstruction)
            elif event.kind == "opened":
                open_elements.append(event.element.tag)
                got.append((event.element.tag, event.ordinal))
            else:
                assert open_elements.pop() == event.element.tag
    finally:
        pieces._HEAD = head
    assert not open_elements
    assert got == [(one.tag, n) for n, one in enumerate(parser.parse(DOCUMENT).getroot().iter(etree.Element))]


@pytest.mark.parametrize("bad", [
    b"", b"  \n ", b"<a><b></a>", b"<a>\n<b>&x;</b></a>", b"<!DOCTYPE a []><a/>", b"<a/>\n<b/>", b"<a>\n<b>\n<c x=1/></b></a>",
    b"<a>" * 300, b"<a><p:b/></a>", b'<a>\n\n<b x="1" x="2"/></a>', b"<a>\n\xff</a>", b"PK\x03\x04zip",
    b"<a>" + b"<b/>\n" * 200 + b"<c>&</c></a>",
    '<?xml version="1.0" encoding="UTF-16"?>\n<a>\n<b>&y;</b></a>'.encode("utf-16"),
])  # fmt: skip
@pytest.mark.parametrize("chunk", [3, 50, 5_000])
def test_what_is_refused_is_refused_in_the_same_words(bad: bytes, chunk: int) -> None:
    with pytest.raises(InputError) as whole:
        parser.parse(bad)
    with pytest.raises(InputError) as streamed:
        list(Pieces(io.BytesIO(bad), chunk=chunk))
    assert (type(streamed.value), streamed.value.message, streamed.value.extra) == (
        type(whole.value), whole.value.message, whole.value.extra)


@pytest.mark.parametrize("width", [0, 700_000])
def test_a_fault_far_inside_has_its_place(width: int) -> None:
    lines = b"<r>\n" + b"<a>1</a>\n" * 150_000 + b"<a>" + b"x" * width + b"&nope;</a>\n</r>"
    with pytest.raises(InputError) as whole:
        parser.parse(lines)
    with pytest.raises(InputError) as streamed:
        list(Pieces(io.BytesIO(lines)))
    assert (streamed.value.message, streamed.value.extra) == (whole.value.message, whole.value.extra)


def test_a_schema_is_asked_while_reading() -> None:
    schema = etree.XMLSchema(etree.fromstring(_NUMBERS))
    for last, accepted in (("1", True), ("x", False)):
        run = Pieces(io.BytesIO(f"<r>{'<a>1</a>' * 5_000}<a>{last}</a></r>".encode()), schema=schema, chunk=1_000)
        for _ in run:
            pass
        assert run.accepted is accepted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "iso-8859-1"])
@pytest.mark.parametrize("chunk", [64, 1_000, 1 << 20])
def test_places_in_a_stream_are_those_in_its_bytes(encoding: str, chunk: int) -> None:
    folder = Path(__file__).resolve().parents[2] / "samples" / "valid"
    for path in sorted(folder.glob("concert-*.xml")):
        text = path.read_text("utf-8-sig").replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-be")}"')
        data = (b"\xfe\xff" if encoding == "utf-16-be" else b"") + text.encode(encoding, "xmlcharrefreplace")
        wanted = set(range(0, sum(1 for _ in spans.start_tags(data)), 3))
        found = spans.locate_in(io.BytesIO(data), wanted, chunk, around=50)
        assert {ordinal: one.span for ordinal, one in found.items()} == spans.locate(data, wanted)
        for one in found.values():
            assert data[one.offset : one.offset + len(one.data)] == one.data
            assert one.data[one.inside.start : one.inside.end] == data[one.span.start : one.span.end]
