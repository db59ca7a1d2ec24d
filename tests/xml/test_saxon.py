"""XSLT 2.0 and 3.0: through the same interface, and without hands: nothing is read, written or reached, and a runaway is stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.canary import Canary
from xmlsvc.errors import StylesheetError
from xmlsvc.xml import saxon, stylesheet
from xmlsvc.xml.parser import parse
from xmlsvc.xml.sandbox import Sandbox
from xmlsvc.xml.stylesheet import Stylesheet

pytestmark = pytest.mark.skipif(not saxon.available(), reason="SaxonC-HE is not installed")

HEAD = '<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" {}>{}</xsl:stylesheet>'
SECRET = "the-canary-sings"


def sheet(folder: Path, body: str, attributes: str = "", name: str = "x.xsl") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(HEAD.format(attributes, body), "utf-8")
    return folder / name


def template(body: str) -> str:
    return f'<xsl:output method="text"/><xsl:template match="/">{body}</xsl:template>'


class TestInterface:
    def test_output_parameters_imports_and_media_type(self, tmp_path: Path) -> None:
        sheet(tmp_path, '<xsl:variable name="word" select="\'part\'"/>', name="part.xsl")
        path = sheet(tmp_path, '<xsl:import href="part.xsl"/><xsl:param name="p"/><xsl:output method="xml" media-type="a/b"/>'
                     '<xsl:template match="/"><o p="{$p}"><xsl:value-of select="string-join((//b ! upper-case(.), $word), \'-\')"/></o>'
                     "</xsl:template>")
        made = Stylesheet(path)
        assert (made.media_type, made.modern, [each.name for each in made.files]) == ("a/b", True, ["x.xsl", "part.xsl"])
        assert made.engine.startswith("SaxonC-HE ")
        assert made.transform(parse("<a><b>é</b><b>y</b></a>".encode()), p="x'\"").endswith('<o p="x\'&#34;">É-Y-part</o>'.encode())
        before = made.digest
        sheet(tmp_path, '<xsl:variable name="word" select="\'other\'"/>', name="part.xsl")
        assert Stylesheet(path).digest != before
        with pytest.raises(StylesheetError, match="changed in this moment"):
            made.transform(parse(b"<other/>"))

    def test_the_output_is_utf_8_whatever_is_declared(self, tmp_path: Path) -> None:
        made = Stylesheet(sheet(tmp_path, '<xsl:output encoding="ISO-8859-1"/><xsl:template match="/"><a>é€</a></xsl:template>'))
        assert made.transform(parse(b"<a/>")) == '<?xml version="1.0" encoding="UTF-8"?><a>é€</a>'.encode()
        assert made.encoding == "UTF-8"

    def test_in_a_worker(self, tmp_path: Path) -> None:
        workers = Sandbox()
        made = Stylesheet(sheet(tmp_path, template("<xsl:value-of select=\"'a' || 'b'\"/>")))
        assert stylesheet.isolated(workers, made, b"<a/>", "d-1", seconds=30) == b"ab"
        workers.close()

    def test_errors_name_line_and_document(self, tmp_path: Path) -> None:
        with pytest.raises(StylesheetError, match=r"x\.xsl:2 failed: XPST0008"):
            Stylesheet(sheet(tmp_path, template('\n<xsl:value-of select="$none"/>')))
        made = Stylesheet(sheet(tmp_path, template('\n<xsl:message terminate="yes">stop</xsl:message>')))
        with pytest.raises(StylesheetError, match=r"x\.xsl.* failed, on the document d-7"):
            made.transform(parse(b"<a/>"), "d-7")
        with pytest.raises(StylesheetError, match="cannot be imported"):
            Stylesheet(sheet(tmp_path, '<xsl:import href="../../elsewhere.xsl"/>'))

    def test_without_saxon(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(saxon, "available", lambda: False)
        with pytest.raises(StylesheetError, match=r"pip install 'xmlsvc\[xslt3\]'"):
            Stylesheet(sheet(tmp_path, template("")))


class TestNoHands:
    @pytest.mark.parametrize("expression", [
        "doc('{file}')", "doc ( '{file}' )", "doc(: x :)('{file}')", "fn:doc('{file}')", "Q{{http://www.w3.org/2005/xpath-functions}}doc('{file}')",
        "document('{file}')", "unparsed-text('{file}')", "unparsed-text-lines('{file}')", "json-doc('{file}')", "doc-available('{file}')",
        "(doc#1)('{file}')", "'{file}' ! doc(.)", "('{file}') => doc()", "collection('{folder}')", "uri-collection('{folder}')",
        "environment-variable('CANARY')", "function-lookup(xs:QName('fn:do' || 'c'), 1)('{file}')", "doc('{url}')",
        "unparsed-text('{url}')",
        "transform(map{{'stylesheet-location': '{file}'}})", "load-xquery-module('x')",
    ])  # fmt: skip
    def test_nothing_is_read(self, tmp_path: Path, canary: Canary, expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CANARY", SECRET)
        secret = tmp_path / "secret.xml"
        secret.write_text(f"<a>{SECRET}</a>")
        filled = expression.format(file=secret.as_uri(), folder=tmp_path.as_uri(), url=canary.url)
        body = template(f'<xsl:try><xsl:copy-of select="{filled}"/><xsl:catch>refused</xsl:catch></xsl:try>')
        spaces = 'xmlns:fn="http://www.w3.org/2005/xpath-functions" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:map="http://www.w3.org/2005/xpath-functions/map"'
        with pytest.raises(StylesheetError) as caught:
            Stylesheet(sheet(tmp_path / "s", body, spaces)).transform(parse(b"<a/>"))
        assert SECRET not in str(caught.value) and canary.untouched()

    def test_the_second_lock_holds_alone(self, tmp_path: Path, canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the search for names, Saxon itself opens nothing while it runs."""
        monkeypatch.setattr(saxon, "refusals", lambda root: iter(()))
        secret = tmp_path / "secret.xml"
        secret.write_text(f"<a>{SECRET}</a>")
        for address in (secret.as_uri(), canary.url):
            for function in ("doc", "unparsed-text", "json-doc"):
                body = template(f"<xsl:try><xsl:value-of select=\"{function}('{address}')\"/><xsl:catch>refused</xsl:catch></xsl:try>")
                output = Stylesheet(sheet(tmp_path / "s", body)).transform(parse(b"<a/>"))
                assert output == b"refused"
        assert canary.untouched()

    @pytest.mark.parametrize("body", [
        '<xsl:result-document href="{file}">x</xsl:result-document>', '<xsl:source-document href="{file}"><a/></xsl:source-document>',
        "<xsl:evaluate xpath=\"'1'\"/>", '<xsl:value-of _select="{{\'do\' || \'c\'}}(\'{file}\')"/>',
        '<xsl:value-of select="f:read(\'{file}\')" xmlns:f="http://expath.org/ns/file"/>',
        '<xsl:value-of select="j:exit(0)" xmlns:j="java:java.lang.System"/>',
        '<xsl:text expand-text="yes">{{doc(\'{file}\')}}</xsl:text>',
    ])  # fmt: skip
    def test_nothing_is_written_or_made_up(self, tmp_path: Path, body: str) -> None:
        place = tmp_path / "out"
        with pytest.raises(StylesheetError, match=r"not run here|write it out"):
            Stylesheet(sheet(tmp_path / "s", template(body.format(file=place.as_uri()))))
        assert not place.exists()


class TestLimits:
    def stopped(self, tmp_path: Path, body: str, seconds: float) -> str:
        workers = Sandbox()
        made = Stylesheet(sheet(tmp_path, body, 'xmlns:f="urn:f"'))
        with pytest.raises(StylesheetError) as caught:
            stylesheet.isolated(workers, made, b"<a/>", "d-1", seconds=seconds)
        good = Stylesheet(sheet(tmp_path, template("fine"), name="good.xsl"))
        assert stylesheet.isolated(workers, good, b"<a/>", seconds=30) == b"fine", "the others go on"
        workers.close()
        return str(caught.value)

    def test_time(self, tmp_path: Path) -> None:
        loop = template('<xsl:value-of select="count(for $i in 1 to 100000, $j in 1 to 100000 return (1 to $j)[. = $i])"/>')
        assert "more than 2 s" in self.stopped(tmp_path, loop, 2)

    def test_memory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        small = Sandbox(300, 1, heap_only=True)
        monkeypatch.setattr(saxon, "WORKERS", small)
        grow = template('<xsl:variable name="x" select="for $i in 1 to 1000000000 return concat(\'x\', $i)"/>'
                        '<xsl:value-of select="count($x[. = \'x3\']), string-join($x)"/>')
        assert "memory" in self.stopped(tmp_path, grow, 120)
        small.close()

    def test_depth(self, tmp_path: Path) -> None:
        deep = ('<xsl:function name="f:down"><xsl:param name="n"/><xsl:sequence select="1 + f:down($n + 1)"/></xsl:function>'
                + template('<xsl:value-of select="f:down(1)"/>'))
        assert "failed" in self.stopped(tmp_path, deep, 60)

    def test_entities(self, tmp_path: Path) -> None:
        made = Stylesheet(sheet(tmp_path, template("<xsl:value-of select='.'/>")))
        assert made.transform(parse(b"<a>&#65;</a>")) == b"A"
