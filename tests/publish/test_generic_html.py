"""The generic page: everything escaped, nothing that runs, labels that people read."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from xmlsvc.errors import NotWellFormed
from xmlsvc.publish import generic_html, shape
from xmlsvc.schema.registry import Registry, Schema
from xmlsvc.settings import Settings
from xmlsvc.xml.parser import parse

BODY = """
<xs:element name="catalogueItem"><xs:complexType><xs:sequence>
  <xs:element name="mainTitle" type="xs:string"><xs:annotation>
    <xs:documentation>The title "as" printed.</xs:documentation></xs:annotation></xs:element>
  <xs:element name="homeURL" type="xs:anyURI" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="synopsis" minOccurs="0"><xs:complexType mixed="true"><xs:sequence><xs:element name="em" type="xs:string" minOccurs="0"/>
    </xs:sequence><xs:attribute ref="xml:lang"/></xs:complexType></xs:element>
  <xs:element name="rights" minOccurs="0"><xs:complexType><xs:sequence><xs:element name="valid_from" type="xs:date"/></xs:sequence>
    <xs:attribute name="kind"/></xs:complexType></xs:element>
</xs:sequence><xs:attribute name="itemID"/></xs:complexType></xs:element>
"""
IMPORT = '<xs:import namespace="http://www.w3.org/XML/1998/namespace"/>'


class Reader(HTMLParser):
    """Tags and attributes of a page; a tag that is not closed fails."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def page(schema: Schema, inner: str, attributes: str = "", **more: str) -> Reader:
    text = f'<catalogueItem xmlns="urn:v"{attributes}>{inner}</catalogueItem>'
    return Reader(generic_html.render(parse(text.encode()), shape.of(schema), **more).decode())


@pytest.mark.parametrize(("name", "label"), [
    ("shortSynopsis_text", "Short synopsis text"), ("mainURL", "Main URL"), ("URLList", "URL list"), ("title", "Title"), ("a", "A"),
    ("a-b.c", "A b c"),
    ("pbcoreDescriptionDocument", "Pbcore description document"), ("EAN13Code", "EAN13 code"), ("été", "Été"), ("_", "_"),
])  # fmt: skip
def test_labels(name: str, label: str) -> None:
    assert generic_html.label(name) == label


def test_a_page(register: Callable[..., Schema]) -> None:
    made = page(register(IMPORT + BODY), """<mainTitle>Wadden &amp; zee</mainTitle><homeURL>https://x.example/?a=1&amp;b=2</homeURL>
      <synopsis xml:lang="nl">Een <em>korte</em> tekst.</synopsis><rights kind="all"><valid_from>2024-05-03</valid_from></rights>""",
        ' itemID="x-1"', kind="Catalogue")
    tags = dict(made.tags)
    assert "Wadden & zee" in made.text and "Catalogue" in made.text
    assert tags["a"]["href"] == "https://x.example/?a=1&b=2"
    for words in ("Item ID", "x-1", "Main title", "Synopsis (nl)", "Een korte tekst.", "Rights", "Kind", "all", "Valid from", "2024-05-03"):
        assert words in made.text
    assert "stray" in page(register(IMPORT + BODY), "<mainTitle/> stray").text
    assert any(attributes.get("title") == 'The title "as" printed.' for _, attributes in made.tags)
    assert [name for name, _ in made.tags if name in ("h1", "h2", "h3")] == ["h1", "h2"]


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "https://x/\" onclick=\"x", "//x/y", "ftp://x"])
def test_only_plain_web_addresses_become_links(register: Callable[..., Schema], value: str) -> None:
    escaped = value.replace("&", "&amp;").replace("<", "&lt;")
    made = page(register(IMPORT + BODY), f"<mainTitle>t</mainTitle><homeURL>{escaped}</homeURL>")
    assert "a" not in dict(made.tags)
    assert not any(name.startswith("on") for _, attributes in made.tags for name in attributes)


def test_markup_in_values_is_text(register: Callable[..., Schema]) -> None:
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=y&gt;\"'"
    inner = f"<mainTitle>{evil}</mainTitle><synopsis xml:lang='&lt;script&gt;'>{evil}</synopsis>"
    made = page(register(IMPORT + BODY), inner, ' itemID="&quot;&gt;&lt;script&gt;"', title="<b>")
    known = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "section", "dl", "dt", "dd", "span", "p"}
    assert {name for name, _ in made.tags} <= known
    assert "<script>alert(1)</script>" in made.text


def test_documents_of_the_corpora(instance: Settings, corpora: Path) -> None:
    """Pages are well-formed HTML that shows every text, also of documents that their schema refuses."""
    registry = Registry(instance)
    for corpus, name in (("pbcore-aapb", "pbcore-2.1.xsd"), ("npo-poms", "media/vproMedia.xsd"), ("ebucore", "ebucore.xsd")):
        schema = registry.add(corpus, [corpora / corpus / "schema" / name], "1")
        for path in sorted((corpora / corpus / "docs").rglob("*.xml"))[:30]:
            raw = path.read_bytes()
            try:
                tree = parse(raw)
            except NotWellFormed:
                continue
            shown = "".join(Reader(generic_html.render(tree, shape.of(schema)).decode()).text.split())
            for text in tree.xpath("//text()[normalize-space()]"):
                assert "".join(str(text).split()) in shown, (path.name, text)


def test_the_heading_is_the_documents_own_name_before_a_part(register: Callable[..., Schema]) -> None:
    made = page(register(IMPORT + BODY), "<parts><part><title>A part</title></part></parts><shownName>The whole</shownName>")
    assert made.text.lstrip().startswith("The whole")
    assert page(register(IMPORT + BODY), "<parts><part><title>A part</title></part></parts>").text.lstrip().startswith("A part")
