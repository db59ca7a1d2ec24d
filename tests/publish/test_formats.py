"""Which formats a vocabulary has, and renderings that are made once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from xmlsvc import builtin
from xmlsvc.clock import FixedClock
from xmlsvc.documents import instance as instances
from xmlsvc.documents import services
from xmlsvc.documents.services import Services
from xmlsvc.errors import NotWellFormed, SchemaError, StylesheetError
from xmlsvc.publish import formats, renderings, stylesheets
from xmlsvc.schema.registry import Schema
from xmlsvc.settings import Settings
from xmlsvc.storage import model
from xmlsvc.xml.parser import parse

BODY = '<xs:element name="r" type="xs:string"/>'
DOCUMENT = b'<r xmlns="urn:v">text</r>'
XSL = '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">{}</xsl:stylesheet>'


def stylesheet(folder: Path, body: str, name: str = "page.xsl") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(XSL.format(body))
    return folder / name


class TestFormats:
    def test_without_a_manifest(self, register: Callable[..., Schema]) -> None:
        found = formats.of(register(BODY))
        assert [(each.name, each.media_type, each.suffix) for each in found.values()] == [
            ("html", "text/html; charset=utf-8", "html"), ("json", "application/json", "json"),
            ("oai_dc", "application/xml", "dc.xml"), ("xml", "application/xml", "xml")]

    def test_the_manifests_come_first_and_may_replace(self, register: Callable[..., Schema], instance: Settings) -> None:
        stylesheet(instance.stylesheets / "voc", '<xsl:output method="text" media-type="text/csv"/>', "csv.xsl")
        schema = register(BODY, manifest="""
          [formats.csv]
          stylesheet = "csv.xsl"
          [formats.html]
          stylesheet = "page.xsl"
          title = "Our page"
          media_type = "text/html"
          suffix = ".htm"
          parameters = { site = "https://x/" }
        """)
        found = formats.of(schema)
        assert list(found) == ["csv", "html", "json", "oai_dc", "xml"]
        assert (found["csv"].media_type, found["csv"].suffix, found["csv"].title) == ("text/csv", "txt", "csv")
        assert (found["html"].title, found["html"].suffix, found["html"].parameters) == ("Our page", "htm", {"site": "https://x/"})

    def test_xml_is_the_exact_bytes(self, register: Callable[..., Schema]) -> None:
        raw = b"<!-- x --><r   xmlns='urn:v' >&#65;<![CDATA[]]></r>\r\n"
        schema = register(BODY)
        assert formats.of(schema)["xml"].make(schema, raw) == raw

    def test_a_missing_stylesheet_is_said_when_it_is_used(self, register: Callable[..., Schema]) -> None:
        schema = register(BODY, manifest='[formats.gone]\nstylesheet = "gone.xsl"')
        found = formats.of(schema)["gone"]
        assert found.media_type == "application/xml"
        with pytest.raises(StylesheetError, match=r"gone\.xsl.*cannot be read"):
            found.make(schema, DOCUMENT)

    def test_errors_name_the_document(self, register: Callable[..., Schema], instance: Settings) -> None:
        stylesheet(instance.stylesheets / "voc", '<xsl:template match="/"><xsl:value-of select="$none"/></xsl:template>')
        schema = register(BODY, manifest='[formats.page]\nstylesheet = "page.xsl"')
        with pytest.raises(StylesheetError, match=r"page\.xsl:1 failed, on the document d-17"):
            formats.of(schema)["page"].make(schema, DOCUMENT, document="d-17")

    def test_a_runaway_is_stopped(self, register: Callable[..., Schema], instance: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stylesheets, "SECONDS", 0.5)
        loop = "<xsl:for-each select='//b'>" * 4 + "<xsl:if test='self::c'/>" + "</xsl:for-each>" * 4
        stylesheet(instance.stylesheets / "voc", f'<xsl:template match="/">{loop}</xsl:template>')
        schema = register(BODY, manifest='[formats.page]\nstylesheet = "page.xsl"')
        with pytest.raises(StylesheetError, match=r"page\.xsl failed, on the document d-1: it ran for more than 0\.5 s, and was stopped"):
            formats.of(schema)["page"].make(schema, b"<a>" + b"<b/>" * 400 + b"</a>", document="d-1")
        assert formats.of(schema)["json"].make(schema, DOCUMENT), "the others go on"

    def test_what_is_no_xml(self, register: Callable[..., Schema]) -> None:
        schema = register(BODY)
        with pytest.raises(NotWellFormed):
            formats.of(schema)["html"].make(schema, b"<r>")

    def test_the_title_of_the_page(self, register: Callable[..., Schema]) -> None:
        schema = register(BODY, manifest='title = "Things"\ndocument_title = "/t:r"\n[namespaces]\nt = "urn:v"')
        made = formats.of(schema)["html"].make(schema, DOCUMENT).decode()
        assert "<title>text</title>" in made and "Things" in made
        broken = register(BODY, manifest='document_title = "((("')
        with pytest.raises(SchemaError, match="no XPath"):
            formats.of(broken)["html"].make(broken, DOCUMENT)

    def test_stylesheets_may_share_parts_with_other_vocabularies(self, register: Callable[..., Schema], instance: Settings) -> None:
        stylesheet(instance.stylesheets / "common", '<xsl:template name="n">shared</xsl:template>', "part.xsl")
        stylesheet(instance.stylesheets / "voc", '<xsl:import href="../common/part.xsl"/>'
                   '<xsl:template match="/"><a><xsl:call-template name="n"/></a></xsl:template>')
        schema = register(BODY, manifest='[formats.page]\nstylesheet = "page.xsl"')
        assert b"shared" in formats.of(schema)["page"].make(schema, DOCUMENT)


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[Services]:
    """An instance with the house vocabulary, on each database."""
    instances.init(tmp_path / "house", database)
    with services.open(tmp_path / "house", FixedClock()) as opened:
        yield opened


class TestRenderings:
    def rows(self, house: Services) -> int:
        return house.sessions.read(lambda store: store.find(model.Rendering).count())

    def test_made_once(self, house: Services) -> None:
        schema = house.registry.get("programme")
        raw = sorted((builtin.path("samples") / "valid").glob("*.xml"))[0].read_bytes()
        for format in formats.of(schema).values():
            first = renderings.render(house, schema, format, raw)
            again = renderings.render(house, schema, format, raw)
            assert (again.data, again.key, again.media_type, again.reused) == (first.data, first.key, format.media_type, True)
            assert first.reused == (format.name == "xml")
        assert self.rows(house) == len(formats.of(schema)) - 1, "the exact bytes are kept as content only"

    def test_what_a_rendering_depends_on(self, house: Services) -> None:
        schema = house.registry.get("programme")
        folder = house.settings.stylesheets / "programme"
        stylesheet(folder, '<xsl:template name="n">1</xsl:template>', "part.xsl")
        path = stylesheet(folder, '<xsl:import href="part.xsl"/><xsl:param name="p"/><xsl:output method="text"/>'
                          '<xsl:template match="/"><xsl:call-template name="n"/><xsl:value-of select="$p"/></xsl:template>')
        keys, outputs = [], []

        def render(raw: bytes = b"<a/>", **parameters: str) -> None:
            made = renderings.render(house, schema, formats.Format("f", "F", "text/plain", "txt", path, folder.parent, parameters), raw)
            keys.append(made.key)
            outputs.append(made.data)

        render()
        render(p="x")
        render(b"<b/>")
        stylesheet(folder, '<xsl:template name="n">22</xsl:template>', "part.xsl")
        render()
        assert outputs == [b"1", b"1x", b"1", b"22"]
        assert len(set(keys)) == 4
        stylesheet(folder, '<xsl:template name="n">1</xsl:template>', "part.xsl")
        render()
        assert keys[-1] == keys[0], "the same again is the same again"

    def test_failures_are_not_kept(self, house: Services) -> None:
        schema = house.registry.get("programme")
        folder = house.settings.stylesheets / "programme"
        path = stylesheet(folder, '<xsl:template match="/"><xsl:message terminate="yes">no</xsl:message></xsl:template>')
        broken = formats.Format("f", "F", "text/plain", "txt", path, path.parent)
        with pytest.raises(StylesheetError, match="no"):
            renderings.render(house, schema, broken, b"<a/>", "d-1")
        assert self.rows(house) == 0

    def test_several_threads_at_once(self, house: Services) -> None:
        schema = house.registry.get("programme")
        raw = sorted((builtin.path("samples") / "valid").glob("*.xml"))[0].read_bytes()
        made: list[bytes] = []
        failures: list[Exception] = []

        def work() -> None:
            try:
                made.append(renderings.render(house, schema, formats.of(schema)["json"], raw).data)
            except Exception as error:  # noqa: BLE001 (told by the main thread)
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(made) == 6 and len(set(made)) == 1
        assert self.rows(house) == 1


def test_every_sample_in_every_format(tmp_path: Path) -> None:
    instances.init(tmp_path / "house")
    with services.open(tmp_path / "house") as house:
        for path in sorted((builtin.path("samples") / "valid").glob("*.xml")):
            raw = path.read_bytes()
            schema, _ = house.registry.for_root(parse(raw).getroot())
            for format in formats.of(schema).values():
                assert format.make(schema, raw, document=path.name), (path.name, format.name)
