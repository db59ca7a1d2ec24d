"""Places: against documents that are written together with the places of everything in them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xmlsvc.xml import parser, spans

CODECS = [
    "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "iso-8859-1", "windows-1252", "shift_jis", "gb18030", "utf-32", "euc_jp"]


@dataclass
class Written:
    """A document under construction, and where its start tags and attributes begin and end, as indexes into its characters."""

    text: str = ""
    tags: list[tuple[int, int]] = field(default_factory=list)
    attributes: list[dict[str, tuple[int, int, int, int]]] = field(default_factory=list)


def place(text: str, at: int) -> tuple[int, int]:
    """Line and column, counted one character at a time."""
    line, column, previous = 1, 1, ""
    for character in text[:at]:
        if character == "\n" and previous == "\r":
            pass
        elif character in "\r\n":
            line, column = line + 1, 1
        else:
            column += 1
        previous = character
    return line, column


@st.composite
def documents(draw: st.DrawFn, alphabet: str) -> Written:
    written = Written()
    spaces = st.sampled_from([" ", "\n", "\r\n", "\t", "\r", "  ", " \r\n\t"])
    texts = st.text(st.sampled_from(list(alphabet + "abc>\"'/=]? \n\t")), max_size=8).map(lambda text: text.replace("]]>", ""))

    def add(text: str) -> None:
        written.text += text

    def misc() -> None:
        for _ in range(draw(st.integers(0, 2))):
            body = draw(texts).replace("--", "").replace("?>", "").rstrip("-")
            add(draw(st.sampled_from([f"<!--<x a='1'>{body} -->", f"<?pi <y {body} ?>", "\r\n", "\n"])))

    def element(depth: int, number: int) -> None:
        start = len(written.text)
        slot = len(written.tags)
        written.tags.append((start, start))
        written.attributes.append({})
        name = draw(st.sampled_from(["a", "p:b", "long-name.é" if "é" in alphabet else "long-name"]))
        add(f"<{name}")
        wanted = draw(st.lists(st.sampled_from(["x", "p:x", "xml:lang", "longer", "xmlns:q", "a.b"]), unique=True, max_size=4))
        for attribute in (["xmlns:p"] if depth == 0 else []) + wanted:
            add(draw(spaces))
            begin = len(written.text)
            quote = draw(st.sampled_from("\"'"))
            value = "urn:x" if attribute.startswith("xmlns") else draw(texts).replace(quote, "")
            add(attribute + draw(st.sampled_from(["=", " = ", "\n="])) + quote)
            inner = len(written.text)
            add(value + quote)
            written.attributes[slot][attribute] = (begin, len(written.text), inner, len(written.text) - 1)
        add(draw(st.sampled_from(["", " ", "\n"])))
        children = draw(st.integers(0, 3 if depth < 3 else 0))
        if not children and draw(st.booleans()):
            add("/>")
            written.tags[slot] = (start, len(written.text))
            return
        add(">")
        written.tags[slot] = (start, len(written.text))
        for child in range(children):
            add(draw(texts))
            add(draw(st.sampled_from(["", "<![CDATA[<z q='1'>]]>", "<!-- <c> -->", "&#60;d&gt;", "<?x <w>?>"])))
            element(depth + 1, child)
        add(f"</{name}{draw(st.sampled_from(['', ' ']))}>")

    misc()
    written.text = written.text.lstrip()
    element(0, 0)
    misc()
    return written


@pytest.mark.parametrize("codec", CODECS)
@settings(max_examples=settings.default.max_examples // 2)
@given(data=st.data())
def test_every_tag_and_attribute_is_where_it_was_written(codec: str, data: st.DataObject) -> None:
    alphabet = {"iso-8859-1": "é£", "windows-1252": "é€", "shift_jis": "表ソ", "euc_jp": "表ソ"}.get(codec, "é表𝄞")
    written = data.draw(documents(alphabet))
    name = codec.removesuffix("-sig").removesuffix("-le").removesuffix("-be").replace("euc_", "EUC-")
    declaration = f'<?xml version="1.0" encoding="{name}"?>'
    text = declaration + written.text
    mark = "\ufeff" if codec in ("utf-16-be", "utf-16-le") and data.draw(st.booleans()) else ""
    raw = (mark + text).encode(codec)
    bare = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(codec, codec)
    before = len(raw) - len(text.encode(bare))

    def offset(index: int) -> int:
        return before + len(text[:index].encode(bare))

    assert parser.parse(raw) is not None
    found = spans.locate(raw, range(len(written.tags) + 5))
    assert sorted(found) == list(range(len(written.tags)))
    for ordinal, (start, end) in enumerate(written.tags):
        span = found[ordinal]
        start, end = start + len(declaration), end + len(declaration)
        assert (span.line, span.column) == place(text, start)
        assert (span.start, span.end) == (offset(start), offset(end))
        expected = written.attributes[ordinal]
        assert [name for name, _, _ in spans.attributes(raw, span)] == list(expected)
        for attribute, whole, value in spans.attributes(raw, span):
            begin, stop, inner, close = (index + len(declaration) for index in expected[attribute])
            assert (whole.line, whole.column) == place(text, begin)
            assert (value.line, value.column) == place(text, inner)
            assert (whole.start, whole.end, value.start, value.end) == tuple(map(offset, (begin, stop, inner, close)))


@given(data=st.data())
def test_ordinals_and_names_agree_with_the_parser(data: st.DataObject) -> None:
    written = data.draw(documents("é表"))
    raw = written.text.encode()
    names = [name for name, _ in spans.start_tags(raw)]
    assert names == [f"{element.prefix}:{element.tag.split('}')[1]}" if element.prefix else element.tag
                     for element in parser.parse(raw).getroot().iter("*")]


def test_one_place_of_many_does_not_depend_on_the_others() -> None:
    raw = "\r\n".join(f"<é n='{n}'/>" for n in range(100)).join(["<r>", "</r>"]).encode()
    every = spans.locate(raw, range(101))
    for ordinal in (0, 1, 50, 100):
        assert spans.locate(raw, {ordinal}) == {ordinal: every[ordinal]}
    assert spans.locate(raw, set()) == {}


def test_attribute_by_name() -> None:
    raw = b'<r xmlns:p="urn:p" xmlns:q="urn:q" p:id="1" q:id="2" id="3" xml:lang="nl" pid="4"/>'
    span = spans.locate(raw, {0})[0]
    namespaces: dict[str | None, str] = {"p": "urn:p", "q": "urn:q"}

    def text(name: str) -> bytes | None:
        found = span.attribute(raw, name, namespaces)
        return None if found is None else raw[found.start : found.end]

    assert text("id") == b'id="3"'
    assert text("{urn:q}id") == b'q:id="2"'
    assert text("p:id") == b'p:id="1"'
    assert text("{http://www.w3.org/XML/1998/namespace}lang") == b'xml:lang="nl"'
    assert text("{urn:z}id") is None
    assert text("z") is None


def test_internal_subset_of_a_schema_document() -> None:
    raw = b"""<!DOCTYPE s PUBLIC "-//x//" "y>" [ <!-- ]> " ' --> <!ENTITY a "<b>]>"> <?p ]> ?> <!ENTITY c ']>'> ]
    >
<s><t/></s>"""
    assert parser.parse_schema(raw)
    found = spans.locate(raw, {0, 1})
    assert [raw[span.start : span.end] for span in found.values()] == [b"<s>", b"<t/>"]
    assert (found[1].line, found[1].column) == (3, 4)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "iso-8859-1"])
def test_splice(codec: str) -> None:
    raw = f'<?xml version="1.0" encoding="{codec}"?><é a="ö" b="2"/>'.encode(codec)
    (_, _, first), (_, second, _) = spans.attributes(raw, spans.locate(raw, {0})[0])
    assert spans.splice(raw, [(second, ""), (first, "ü")]) == f'<?xml version="1.0" encoding="{codec}"?><é a="ü" />'.encode(codec)


def test_quick_and_linear() -> None:
    """150,000 elements on one line, every place asked for."""
    import time

    raw = b"<r>" + b'<a x="1"><b>text</b></a>' * 75_000 + b"</r>"
    before = time.process_time()
    found = spans.locate(raw, range(150_001))
    assert time.process_time() - before < 10
    assert found[150_000].column == raw.rfind(b"<b>") + 1
