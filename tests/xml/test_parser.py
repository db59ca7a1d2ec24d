"""The hardened reader: every attack of the findings that concerns it, the limits, the encodings, and the words for what is no XML."""

from __future__ import annotations

import gzip
import threading
import time
from pathlib import Path

import pytest
from lxml import etree

from tests.canary import SECRET, Canary
from xmlsvc.errors import DoctypeRefused, Error, NotWellFormed, TooLarge
from xmlsvc.xml import parser
from xmlsvc.xml.parser import Limits, parse

NOT_WELL_FORMED = [
    ("a bare ampersand", b"<a>\n <b>x & y</b>\n</a>", 2, 7, "&amp;"),
    ("an ampersand before a word", b'<a href="x?a=1&b=2"/>', 1, 15, "&amp;b"),
    ("an HTML entity", b"<a>\n <b>x &nbsp; y</b>\n</a>", 2, 7, "&#160;"),
    ("another HTML entity", b"<a>&eacute;</a>", 1, 4, "é"),
    ("a tag closed by another", b"<a>\n <kind>x</knd>\n</a>", 2, 9, "</kind>"),
    ("an HTML br", b"<p>\n<br></p>", 2, 5, "<br>"),
    ("cut off in an element", b"<a>\n <b>text", 2, 9, "cut off"),
    ("cut off in a tag", b"<a><b>ddd</b", 1, 10, "not closed"),
    ("a control character", "<a>\n éé <b>x\x07</b></a>".encode(), 2, 9, "U+0007"),
    ("a control character reference", b"<a>&#7;</a>", 1, 4, "U+0007"),
    ("a NUL", b"<a>\0</a>", 1, 4, "U+0000"),
    ("U+FFFE", b"<a>\xef\xbf\xbe</a>", 1, 4, "U+FFFE"),
    ("Latin-1 bytes in UTF-8", b'<?xml version="1.0" encoding="UTF-8"?>\n<a>caf\xe9 x</a>', 2, 7, "bytes E9"),
    ("Latin-1 bytes and no declaration", b"<a>\ncaf\xe9 x</a>", 2, 4, "means UTF-8"),
    ("a surrogate in UTF-8", b"<a>\xed\xa0\x80</a>", 1, 4, "ED"),
    ("an unknown encoding", b'<?xml version="1.0" encoding="klingon"?>\n<a/>', 1, 1, "klingon"),
    ("UTF-16 declared, ASCII sent", b'<?xml version="1.0" encoding="UTF-16"?>\n<a/>', 1, 1, "UTF-16"),
    ("an encoding that cannot be placed", b'<?xml version="1.0" encoding="UTF-7"?>\n<a/>', 1, 1, "UTF-8"),
    ("UTF-16 without its mark", "<a>é</a>".encode("utf-16-be"), 1, 1, "byte order mark"),
    ("nothing", b"", 1, 1, "empty"),
    ("white space", b"  \n\t", 1, 1, "white space"),
    ("JSON", b' {"a": 1}', 1, 2, "{"),
    ("words", b"hello", 1, 1, "hello"),
    ("a less-than sign", b"<a>\n x < y</a>", 2, 4, "&lt;"),
    ("an attribute by no name", b"<a>\n <b $x='1'/></a>", 2, 5, "“$x” cannot be the name of an attribute"),
    ("no attribute, but a blank that is none", "<a>\n <b \xa0".encode(), 2, 5, "U+00A0"),
    ("an attribute without a name", b"<a b='1' ='2'/>", 1, 10, "name is missing"),
    ("a tag in a tag", b"<a <b/></a>", 1, 4, "one before it is not closed"),
    ("an unquoted attribute", b"<a b=c/>", 1, 6, "quotes"),
    ("a repeated attribute", b'<a b="1" b="2"/>', 1, 1, "“b”"),
    ("an attribute without a value", b"<a b></a>", 1, 5, '“b” has no value. Write b="…"'),
    ("a less-than sign in an attribute", b'<a b="<"/>', 1, 7, "&lt;"),
    ("attributes run together", b'<a b="1"c="2"/>', 1, 9, "without a space"),
    ("an undeclared prefix", b"<a>\n<x:b/></a>", 2, 1, 'xmlns:x="…"'),
    ("an undeclared prefix on an attribute", b'<a x:b="1"/>', 1, 4, "“x:b”"),
    ("a namespace name that is no URI", b'<a>\n<b xmlns:q="a b"/></a>', 2, 4, "“a b” cannot be a namespace name"),
    ("two roots", b"<a/>\n<b/>", 2, 1, "exactly one"),
    ("text after the root", b"<a/>\ntext", 2, 1, "Remove it"),
    ("an end tag too many", b"<a></a></b>", 1, 8, "none is open"),
    ("two hyphens in a comment", b"<a><!-- x -- y --></a>", 1, 11, "comment"),
    ("an open comment", b"<a><!-- x ", 1, 4, "-->"),
    ("an open CDATA section", b"<a><![CDATA[x</a>", 1, 4, "]]>"),
    ("the end of a CDATA section", b"<a>]]></a>", 1, 4, "]]&gt;"),
    ("an empty line before the declaration", b'\n<?xml version="1.0"?><a/>', 2, 1, "before the XML declaration"),
    ("a declaration inside", b'<a><?xml version="1.0"?></a>', 1, 4, "inside the document"),
    ("a gzip file", gzip.compress(b"<a/>"), 1, 1, "gzip"),
    ("a zip file", b"PK\x03\x04rest", 1, 1, "zip"),
    ("a PDF", b"%PDF-1.7", 1, 1, "PDF"),
]


@pytest.mark.parametrize(("data", "line", "column", "words"), [pytest.param(*case[1:], id=case[0]) for case in NOT_WELL_FORMED])
def test_what_is_no_xml_is_explained(data: bytes, line: int, column: int, words: str) -> None:
    with pytest.raises(NotWellFormed) as caught:
        parse(data)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in caught.value.message
    assert caught.value.message.endswith(".")
    assert "xmlParse" not in caught.value.message and "XML_" not in caught.value.message


def test_place_in_utf16_is_in_characters() -> None:
    with pytest.raises(NotWellFormed) as caught:
        parse("<a>\r\n<b>é𝄞</c></a>".encode("utf-16"))
    assert (caught.value.line, caught.value.column) == (2, 6)


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "windows-1252", "shift_jis", "utf-32"])
def test_encodings(codec: str) -> None:
    text = "表" if codec == "shift_jis" else "é"
    name = codec.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    data = f'<?xml version="1.0" encoding="{name}"?>\n<a>{text}</a>'.encode(codec)
    tree = parse(data)
    assert tree.getroot().text == text
    assert tree.getroot().sourceline == 2


def test_nothing_of_a_document_is_dropped() -> None:
    data = b"<!-- before --><?pi x?><a>\n<!-- in --><![CDATA[<x>]]><?q y?> </a><!-- after -->"
    tree = parse(data)
    assert etree.tostring(tree) == data


def encoded(text: str, codec: str) -> bytes:
    """The text with a byte order mark where UTF-16 needs one."""
    return (("\ufeff" if codec == "utf-16-be" else "") + text).encode(codec)


DOCTYPES = {
    "external DTD": '<!DOCTYPE a SYSTEM "{file}"><a/>',
    "external DTD over http": '<!DOCTYPE a SYSTEM "{url}/x.dtd"><a/>',
    "general entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "{file}">]><a>&x;</a>',
    "entity over http": '<!DOCTYPE a [<!ENTITY x SYSTEM "{url}/x">]><a>&x;</a>',
    "parameter entity": '<!DOCTYPE a [<!ENTITY % p SYSTEM "{url}/x.dtd"> %p;]><a/>',
    "billion laughs": '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;">]><a>&m;</a>',
    "bare": "<!DOCTYPE a><a/>",
    "after comments": '<?xml version="1.0"?>\n<!-- x -->\n<?pi y?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "{file}">]>\n<a>&x;</a>',
    "cyclic": '<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]><a b="&x;"/>',
    "default attributes": '<!DOCTYPE a [<!ATTLIST a b CDATA "&x;"><!ENTITY x SYSTEM "{file}">]><a/>',
}


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("attack", DOCTYPES)
def test_every_doctype_is_refused_untouched(attack: str, codec: str, canary: Canary) -> None:
    text = DOCTYPES[attack].format(file=canary.file.as_uri(), url=canary.url)
    with pytest.raises(DoctypeRefused) as caught:
        parse(encoded(text, codec))
    assert caught.value.extra["line"] == text[: text.index("<!DOCTYPE")].count("\n") + 1
    assert SECRET not in caught.value.message
    assert canary.untouched()


def test_the_reader_would_notice_a_leak(canary: Canary) -> None:
    """The control: a parser without our settings does read the canary, so the tests above can fail."""
    text = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{canary.file.as_uri()}">]><a>&x;</a>'
    assert etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=True, load_dtd=True)).text == SECRET


def test_xinclude_and_schema_locations_are_inert(canary: Canary) -> None:
    data = f"""<a xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      xsi:schemaLocation="urn:x {canary.url}/x.xsd" xsi:noNamespaceSchemaLocation="{canary.file.as_uri()}">
      <xi:include href="{canary.file.as_uri()}" parse="text"/></a>"""
    tree = parse(data.encode())
    assert SECRET not in etree.tostring(tree, encoding="unicode")
    assert canary.untouched()


class TestLimits:
    def test_bytes(self) -> None:
        assert parse(b"<a>123</a>", Limits(bytes=10))
        with pytest.raises(TooLarge, match="11 bytes; the limit is 10"):
            parse(b"<a>1234</a>", Limits(bytes=10))

    @pytest.mark.parametrize(
        ("limit", "depth", "refused"), [(256, 256, False), (256, 257, True), (256, 100_000, True), (3, 3, False), (3, 4, True)])
    def test_depth(self, limit: int, depth: int, refused: bool) -> None:
        data = b"<a>" * depth + b"</a>" * depth
        if refused:
            with pytest.raises(TooLarge, match="deep"):
                parse(data, Limits(depth=limit))
        else:
            assert parse(data, Limits(depth=limit))

    def test_elements_above_64_kb(self) -> None:
        data = b"<r>" + b"<a/>" * 20_000 + b"</r>"
        assert parse(data, Limits(elements=20_001))
        with pytest.raises(TooLarge, match="20,001 elements"):
            parse(data, Limits(elements=20_000))

    def test_less_than_signs_in_cdata_are_no_elements(self) -> None:
        assert parse(b"<r><![CDATA[" + b"<" * 70_000 + b"]]></r>", Limits(elements=1))

    @pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-be"])
    @pytest.mark.parametrize("start", [0, 1, 2499, 2500, 70_000])
    def test_attributes_on_one_element(self, start: int, codec: str) -> None:
        flood = "".join(f' {chr(0x3C00 + n % 50)}{n}="&gt;>"' for n in range(1_001))
        text = "<r>\n" + " " * start + f"<a{flood}/>" + "<b/>" * 20_000 + "</r>"
        assert parse(encoded(text, codec), Limits(attributes=1_001))
        with pytest.raises(TooLarge, match="element in line 2 has 1,001 attributes"):
            parse(encoded(text, codec), Limits(attributes=1_000))

    def test_namespace_declarations_count(self) -> None:
        flood = "".join(f' xmlns:n{n}="u{n}"' for n in range(20_000))
        with pytest.raises(TooLarge, match="20,000 attributes and namespace declarations"):
            parse(f"<a{flood}/>".encode())

    def test_equals_signs_in_long_text_are_no_attributes(self) -> None:
        assert parse(b"<r>" + b"=" * 70_000 + b"</r>", Limits(attributes=10))
        assert parse(b'<r a="' + b"=" * 70_000 + b'"/>', Limits(attributes=10))

    @pytest.mark.parametrize("text", [b"QUJD" * 2_400_000, b"Q=J=" * 2_400_000], ids=["an embedded file", "with equals signs"])
    def test_a_long_text_is_looked_at_once(self, text: bytes) -> None:
        """Not once more for each of the thousands of windows that it covers, which took many seconds."""
        data = b"<r><a/>" + text + b"<b/></r>"
        begun = time.process_time()
        assert parse(data)
        assert time.process_time() - begun < 1.5

    @pytest.mark.parametrize("what", ["<a>{}</a>", '<a b="{}"/>', "<a><!--{}--></a>", "<a><?p {}?></a>", "<a><![CDATA[{}]]></a>", "<a{}/>"])
    def test_one_huge_text(self, what: str) -> None:
        with pytest.raises(TooLarge):
            parse(what.format("x" * 15_000_000).encode(), Limits(bytes=20_000_000))


def test_hostile_corpus(corpora: Path) -> None:
    """Each file is refused by our own error, or parses to a tree without any of its targets' contents."""
    files = sorted(path for path in (corpora / "hostile-shared" / "docs").rglob("*") if path.is_file())
    assert len(files) == 64
    passwd = Path("/etc/passwd").read_text().splitlines()[0]
    outcomes = set()
    for path in files:
        try:
            tree = parse(path.read_bytes())
        except (NotWellFormed, DoctypeRefused, TooLarge) as error:
            outcomes.add(type(error).__name__)
            assert passwd not in error.message
            continue
        outcomes.add("tree")
        assert passwd not in etree.tostring(tree, encoding="unicode")
    assert outcomes >= {"tree", "DoctypeRefused", "NotWellFormed"}


def test_no_message_shows_another_documents_values() -> None:
    """libxml2's log of a thread keeps the last errors of every parser; ours reads only the parser's own."""
    for number in range(20):
        with pytest.raises(NotWellFormed):
            parse(f"<private{number}></other>".encode())
    with pytest.raises(NotWellFormed) as caught:
        parse(b"<a>&</a>")
    assert "private" not in caught.value.message


def test_threads_do_not_mix_errors() -> None:
    wrong: list[str] = []

    def work(name: str) -> None:
        for _ in range(300):
            try:
                parse(f"<{name}>\n</x{name}>".encode())
            except NotWellFormed as error:
                if f"</x{name}>" not in error.message:
                    wrong.append(error.message)

    threads = [threading.Thread(target=work, args=(f"n{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


class TestSchemaDocuments:
    def test_internal_entities_are_replaced(self) -> None:
        data = b'<!DOCTYPE s [<!ENTITY hex "[0-9A-F]"><!ENTITY two "&hex;{2}">]><s p="&two;">&two;</s>'
        root = parser.parse_schema(data).getroot()
        assert (root.get("p"), root.text) == ("[0-9A-F]{2}", "[0-9A-F]{2}")

    @pytest.mark.parametrize("attack", [name for name in DOCTYPES if name not in ("bare", "billion laughs")])
    def test_nothing_external_is_read(self, attack: str, canary: Canary) -> None:
        text = DOCTYPES[attack].format(file=canary.file.as_uri(), url=canary.url)
        try:
            tree = parser.parse_schema(text.encode(), canary.file.parent / "in.xsd")
        except Error as error:
            assert SECRET not in error.message
        else:
            assert SECRET not in etree.tostring(tree, encoding="unicode")
        assert canary.untouched()

    def test_entity_bomb_is_stopped(self) -> None:
        levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
        with pytest.raises(Error):
            parser.parse_schema(f'<!DOCTYPE s [<!ENTITY e0 "x">{levels}]><s>&e9;</s>'.encode())


@pytest.mark.parametrize(("location", "path"), [
    ("a.xsd", "a.xsd"), ("../a%20b.xsd", "../a b.xsd"), ("file:///x/y.xsd", "/x/y.xsd"), ("file:/x/y.xsd", "/x/y.xsd"),
    ("file://localhost/x", "/x"), ("a.xsd#part", "a.xsd"),
    ("file://host/x", None), ("http://x/a.xsd", None), ("//x/a.xsd", None), ("urn:x", None), ("", None), ("a%00b", None),
    ("jar:file:x", None),
])  # fmt: skip
def test_local_path(location: str, path: str | None) -> None:
    assert parser.local_path(location) == (None if path is None else Path(path))


@pytest.mark.parametrize("document", [b'<a xml:id="a"><b xml:id="a"/></a>', b'<a xml:id="1 2"/>', b'<a xml:id=""/>'])
def test_an_identifier_is_no_matter_of_form(document: bytes) -> None:
    """libxml2 would refuse it; what is wrong with it the schema says, so that it is kept and can be corrected."""
    assert parser.parse(document).getroot().tag == "a"
    feeding = parser.pulled()
    feeding.feed(document)
    feeding.close()
    assert not list(feeding.feed_error_log)


@pytest.mark.parametrize(("document", "found"), [
    (b'<a xml:id="a"><b xml:id="b"/></a>', ["b"]), (b'<a><b xml:id="b"/><c xml:id="b"/><d xml:id="1"/></a>', ["b"]), (b"<a/>", []),
])  # fmt: skip
def test_elements_are_found_by_their_identifier(document: bytes, found: list[str]) -> None:
    """Stylesheets and rules ask id(); where there are two, the first one answers."""
    elements = parser.parse(document).xpath("id('b')")
    assert isinstance(elements, list)
    assert [element.tag for element in elements if isinstance(element, etree._Element)] == found


def test_wrong_identifiers_hide_no_fault_of_form() -> None:
    many = b'<b xml:id="x"/>' * 200
    with pytest.raises(NotWellFormed, match="&"):
        parser.parse(b"<a>" + many + b"x & y" + many + b"</a>")
