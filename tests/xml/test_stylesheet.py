"""Stylesheets: the right bytes, errors with their place, and no way out."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.canary import SECRET, Canary
from xmlsvc.errors import StylesheetError
from xmlsvc.xml import saxon
from xmlsvc.xml.parser import parse
from xmlsvc.xml.stylesheet import Stylesheet, fingerprint

HEAD = (
    '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:exsl="http://exslt.org/common" '
    'xmlns:regexp="http://exslt.org/regular-expressions" xmlns:dyn="http://exslt.org/dynamic" extension-element-prefixes="exsl" '
    'exclude-result-prefixes="regexp dyn">'
)
DOCUMENT = parse(b"<a><b>1</b></a>")


def write(folder: Path, body: str, name: str = "main.xsl", before: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"{before}{HEAD}{body}</xsl:stylesheet>", "utf-8")
    return path


def template(body: str) -> str:
    return f'<xsl:template match="/">{body}</xsl:template>'


class TestOutput:
    @pytest.mark.parametrize(("declared", "body", "output", "media_type", "encoding"), [
        ("", "<r>é</r>", '<?xml version="1.0"?>\n<r>é</r>\n'.encode(), "application/xml", "UTF-8"),
        ('<xsl:output encoding="ISO-8859-1"/>', "<r>é</r>", b'<?xml version="1.0" encoding="ISO-8859-1"?>\n<r>\xe9</r>\n',
         "application/xml", "ISO-8859-1"),
        ('<xsl:output method="text" encoding="UTF-16LE"/>', "é", "é".encode("utf-16-le"), "text/plain", "UTF-16LE"),
        ('<xsl:output method="html" media-type="text/x"/>', "<p>é<br/></p>", "<p>é<br></p>\n".encode(), "text/x", "UTF-8"),
        ('<xsl:output omit-xml-declaration="yes"/>', "<r/>", b"<r/>\n", "application/xml", "UTF-8"),
        ("", "", b"", "application/xml", "UTF-8"),
    ])  # fmt: skip
    def test_as_declared(self, tmp_path: Path, declared: str, body: str, output: bytes, media_type: str, encoding: str) -> None:
        sheet = Stylesheet(write(tmp_path, declared + template(body)))
        assert sheet.transform(DOCUMENT) == output
        assert (sheet.media_type, sheet.encoding) == (media_type, encoding)

    def test_output_is_inherited_by_import_precedence(self, tmp_path: Path) -> None:
        write(tmp_path, '<xsl:output method="text" media-type="text/a" encoding="US-ASCII"/>', "low.xsl")
        write(tmp_path, '<xsl:output media-type="text/b"/>', "high.xsl")
        sheet = Stylesheet(write(tmp_path, '<xsl:import href="low.xsl"/><xsl:import href="high.xsl"/>' + template("x")))
        assert (sheet.output["method"], sheet.media_type, sheet.encoding) == ("text", "text/b", "US-ASCII")

    @pytest.mark.parametrize("value", ["plain", "it's", 'say "so"', "it's \"both\"", "<x>&", "é𝄞", ""])
    def test_parameters_are_strings(self, tmp_path: Path, value: str) -> None:
        body = '<xsl:output method="text" encoding="UTF-8"/><xsl:param name="p"/>' + template('<xsl:value-of select="$p"/>')
        assert Stylesheet(write(tmp_path, body)).transform(DOCUMENT, p=value) == value.encode()

    def test_a_parameter_name_that_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(StylesheetError, match="cannot be a parameter's name"):
            Stylesheet(write(tmp_path, template("<r/>"))).transform(DOCUMENT, **{"a b": "x"})


class TestErrors:
    @pytest.mark.parametrize(("body", "line", "words"), [
        ('\n<xsl:template match="/">\n<xsl:value-of select="((("/></xsl:template>', 3, "Invalid expression"),
        ('\n<xsl:template match="/">\n<xsl:value-of select="$q"/></xsl:template>', 3, "Variable 'q' has not been declared"),
        ('\n<xsl:template match="/">\n<xsl:call-template name="zz"/></xsl:template>', 3, "'zz' was not found"),
        ('\n<xsl:template match="/">\n<xsl:value-of select="f()"/></xsl:template>', 3, "Unregistered function"),
        ('<xsl:template match="/" name="t">\n<xsl:call-template name="t"/></xsl:template>', 2, "infinite template recursion"),
        ('<xsl:template match="/">\n<xsl:message terminate="yes">stop it</xsl:message></xsl:template>', None, "stop it"),
        ('\n<xsl:template match="/">', 2, "closed by"),
    ])  # fmt: skip
    def test_name_file_line_and_document(self, tmp_path: Path, body: str, line: int | None, words: str) -> None:
        path = write(tmp_path, body)
        with pytest.raises(StylesheetError) as caught:
            Stylesheet(path).transform(DOCUMENT, "item-7.xml")
        assert caught.value.extra["file"] == "main.xsl"
        assert caught.value.extra["line"] == line
        assert words in caught.value.message
        assert str(tmp_path) not in caught.value.message
        assert ("item-7.xml" in caught.value.message) == ("document" in caught.value.extra)

    def test_in_an_imported_file(self, tmp_path: Path) -> None:
        write(tmp_path, '\n\n<xsl:template name="n">\n<xsl:value-of select="$q"/></xsl:template>', "part.xsl")
        sheet = Stylesheet(write(tmp_path, '<xsl:import href="part.xsl"/>' + template('<xsl:call-template name="n"/>')))
        with pytest.raises(StylesheetError, match=r"part\.xsl:4 failed"):
            sheet.transform(DOCUMENT)

    def test_messages_that_do_not_stop_are_no_errors(self, tmp_path: Path) -> None:
        assert b"<r/>" in Stylesheet(write(tmp_path, template("<r><xsl:message>note</xsl:message></r>"))).transform(DOCUMENT)

    @pytest.mark.parametrize(("text", "words"), [
        ("<a/>", "no XSLT stylesheet"),
        ('<xsl:stylesheet version="4.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>', "XSLT 4.0"),
        ("", "empty"),
    ])  # fmt: skip
    def test_not_a_stylesheet_for_us(self, tmp_path: Path, text: str, words: str) -> None:
        (tmp_path / "x.xsl").write_text(text)
        with pytest.raises(StylesheetError, match=words):
            Stylesheet(tmp_path / "x.xsl")

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(StylesheetError, match="cannot be read"):
            Stylesheet(tmp_path / "none.xsl")


class TestDigest:
    def test_covers_all_that_is_imported(self, tmp_path: Path) -> None:
        write(tmp_path / "sub", '<xsl:template name="n">1</xsl:template>', "deep.xsl")
        write(tmp_path, '<xsl:include href="sub/deep.xsl"/>', "part.xsl")
        main = write(tmp_path, '<xsl:import href="part.xsl"/>' + template('<r><xsl:call-template name="n"/></r>'))
        first = Stylesheet(main)
        assert [path.name for path in first.files] == ["main.xsl", "part.xsl", "deep.xsl"]
        assert Stylesheet(main).digest == first.digest
        write(tmp_path / "sub", '<xsl:template name="n">2</xsl:template>', "deep.xsl")
        assert Stylesheet(main).digest != first.digest

    def test_does_not_depend_on_the_place(self, tmp_path: Path) -> None:
        sheets = []
        for folder in ("one", "two"):
            write(tmp_path / folder, "", "part.xsl")
            sheets.append(Stylesheet(write(tmp_path / folder, '<xsl:import href="part.xsl"/>' + template("<r/>"))).digest)
        assert sheets[0] == sheets[1]

    def test_one_compiled_stylesheet_stays_what_it_was_in_every_thread(self, tmp_path: Path) -> None:
        write(tmp_path, '<xsl:template name="n">old</xsl:template>', "part.xsl")
        body = '<xsl:import href="part.xsl"/><xsl:output method="text"/>' + template('<xsl:call-template name="n"/>')
        sheet = Stylesheet(write(tmp_path, body))
        write(tmp_path, '<xsl:template name="n">new</xsl:template>', "part.xsl")
        results: list[bytes] = []
        thread = threading.Thread(target=lambda: results.append(sheet.transform(DOCUMENT)))
        thread.start()
        thread.join()
        assert results == [b"old"]


def test_fingerprint_names_the_engine() -> None:
    assert fingerprint().startswith("libxslt 1.")


class TestSandbox:
    @pytest.mark.parametrize(
        "select", ["document('{file}')", "document('{relative}')", "document('{url}/x')", "document('')", "document('main.xsl')"])
    def test_document_is_denied(self, tmp_path: Path, canary: Canary, select: str) -> None:
        select = select.format(file=canary.xml.as_uri(), relative="../outside/secret.xml", url=canary.url)
        sheet = Stylesheet(write(tmp_path / "in", template(f'<r><xsl:copy-of select="{select}"/></r>')))
        with pytest.raises(StylesheetError) as caught:
            sheet.transform(DOCUMENT)
        assert SECRET not in caught.value.message
        assert canary.untouched()

    @pytest.mark.parametrize("href", ["{folder}/written.xml", "written.xml", "{url}/written.xml"])
    def test_nothing_is_written(self, tmp_path: Path, canary: Canary, href: str) -> None:
        body = f'<exsl:document href="{href.format(folder=tmp_path, url=canary.url)}"><a/></exsl:document>'
        with pytest.raises(StylesheetError):
            Stylesheet(write(tmp_path / "in", template(body))).transform(DOCUMENT)
        assert not list(tmp_path.rglob("written.xml"))
        assert not Path("written.xml").exists()
        assert canary.untouched()

    @pytest.mark.parametrize("kind", ["import", "include"])
    @pytest.mark.parametrize(
        "href", ["{file}", "../outside/evil.xsl", "{url}/x.xsl", "link.xsl", "/etc/passwd", "none.xsl", "file://host/x.xsl"])
    def test_imports_stay_below_their_folder(self, tmp_path: Path, canary: Canary, kind: str, href: str) -> None:
        outside = write(tmp_path / "outside", template(f"<r>{SECRET}</r>"), "evil.xsl")
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "link.xsl").symlink_to(outside)
        href = href.format(file=outside.as_uri(), url=canary.url)
        with pytest.raises(StylesheetError) as caught:
            Stylesheet(write(tmp_path / "in", f'\n<xsl:{kind} href="{href}"/>'))
        assert "cannot be imported or included" in caught.value.message
        assert (caught.value.extra["file"], caught.value.extra["line"]) == ("main.xsl", 2)
        assert SECRET not in caught.value.message
        assert canary.untouched()

    def test_a_wider_folder_may_be_allowed(self, tmp_path: Path) -> None:
        write(tmp_path / "common", '<xsl:template name="n">fine</xsl:template>', "part.xsl")
        path = write(tmp_path / "in", '<xsl:import href="../common/part.xsl"/>' + template('<r><xsl:call-template name="n"/></r>'))
        assert b"fine" in Stylesheet(path, [tmp_path]).transform(DOCUMENT)
        with pytest.raises(StylesheetError):
            Stylesheet(path)

    @pytest.mark.parametrize("subset", ['<!ENTITY x SYSTEM "{file}">', '<!ENTITY % p SYSTEM "{url}/x.dtd"> %p;'])
    @pytest.mark.parametrize("imported", [False, True])
    def test_external_entities_are_not_read(self, tmp_path: Path, canary: Canary, subset: str, imported: bool) -> None:
        doctype = f"<!DOCTYPE xsl:stylesheet [{subset.format(file=canary.file.as_uri(), url=canary.url)}]>"
        path = write(tmp_path / "in", template("<r>&x;</r>"), "evil.xsl", doctype)
        if imported:
            path = write(tmp_path / "in", '<xsl:import href="evil.xsl"/>')
        with pytest.raises(StylesheetError) as caught:
            Stylesheet(path).transform(DOCUMENT)
        assert SECRET not in caught.value.message
        assert canary.untouched()

    def test_internal_entities_work(self, tmp_path: Path) -> None:
        path = write(tmp_path, template("<r>&nbsp;</r>"), before='<!DOCTYPE xsl:stylesheet [<!ENTITY nbsp "&#160;">]>')
        assert "\xa0".encode() in Stylesheet(path).transform(DOCUMENT)

    def test_pythons_regular_expressions_are_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(StylesheetError, match="Unregistered function"):
            Stylesheet(write(tmp_path, template("<r><xsl:value-of select=\"regexp:test('a', 'a')\"/></r>"))).transform(DOCUMENT)

    def test_hostile_corpus(self, corpora: Path) -> None:
        """Every hostile stylesheet fails with our error or gives an output without a word of /etc/passwd."""
        passwd = Path("/etc/passwd").read_bytes().splitlines()[0]
        ran = 0
        for path in sorted((corpora / "hostile-shared" / "docs").rglob("*.xsl*")):
            try:
                output = Stylesheet(path).transform(DOCUMENT)
            except StylesheetError as error:
                assert passwd.decode() not in error.message
            else:
                assert passwd not in output
            ran += 1
        assert ran > 3


def test_threads_share_one_and_do_not_mix_errors(tmp_path: Path) -> None:
    sheet = Stylesheet(write(tmp_path, template('<xsl:message terminate="yes"><xsl:value-of select="/a"/></xsl:message>')))
    wrong: list[str] = []

    def work(name: str) -> None:
        tree = parse(f"<a>{name}</a>".encode())
        for _ in range(200):
            try:
                sheet.transform(tree)
                wrong.append("no error")
            except StylesheetError as error:
                if not error.message.endswith(f": {name}."):
                    wrong.append(error.message)

    threads = [threading.Thread(target=work, args=(f"word{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_output_beyond_all_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saxon, "MOST_OUTPUT", 1_000)
    (tmp_path / "x.xsl").write_text(
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output method="text"/>'
        '<xsl:template match="b"><xsl:value-of select="concat(., ., ., ., ., ., ., ., ., .)"/></xsl:template></xsl:stylesheet>')
    sheet = Stylesheet(tmp_path / "x.xsl")
    assert len(sheet.transform(parse(b"<a>" + b"<b>0123456789</b>" * 10 + b"</a>"))) == 1_000
    with pytest.raises(StylesheetError, match="its output has 1,100 bytes; 1,000 are the most"):
        sheet.transform(parse(b"<a>" + b"<b>0123456789</b>" * 11 + b"</a>"))
