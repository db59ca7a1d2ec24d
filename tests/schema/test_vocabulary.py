"""The manifest: every key optional, every mistake named."""

from __future__ import annotations

from pathlib import Path

import pytest

from xmlsvc import builtin
from xmlsvc.errors import SchemaError
from xmlsvc.schema.vocabulary import FormatEntry, Manifest, Upgrade, Version


def load(folder: Path, text: str) -> Manifest:
    (folder / "vocabulary.toml").write_text(text, "utf-8")
    return Manifest.load(folder)


def test_no_file_is_an_empty_manifest(tmp_path: Path) -> None:
    assert Manifest.load(tmp_path) == Manifest()


def test_everything(tmp_path: Path) -> None:
    made = load(tmp_path, """
      title = "T"
      description = "D"
      identity = "/p:a/@id"
      document_title = "/p:a/p:title"
      review = true
      active = "2"
      [namespaces]
      p = "urn:p"
      [versions."1"]
      schemas = ["1/a.xsd", "1/b.xsd"]
      aliases = ["http://x/a.xsd"]
      [versions."2"]
      upgrade = { from = "1", stylesheet = "up.xsl" }
      [columns]
      duration = "/p:a/p:duration"
      [formats.page]
      stylesheet = "page.xsl"
      title = "Page"
      media_type = "text/html"
      suffix = "html"
      parameters = { site = "https://x/" }
      [formats.bare]
      stylesheet = "bare.xsl"
    """)
    assert made == Manifest(
        "T", "D", "/p:a/@id", "/p:a/p:title", True, "2", {"p": "urn:p"},
        {"1": Version(("1/a.xsd", "1/b.xsd"), ("http://x/a.xsd",)), "2": Version(upgrade=Upgrade("1", "up.xsl"))},
        {"duration": "/p:a/p:duration"},
        {"page": FormatEntry("page.xsl", "Page", "text/html", "html", {"site": "https://x/"}), "bare": FormatEntry("bare.xsl")})
    assert list(made.formats) == ["page", "bare"], "in the author's order"


@pytest.mark.parametrize(("text", "words"), [
    ("titel = 'x'", "“titel” is not a key that is known. Did you mean “title”?"),
    ("zzz = 'x'", "Known are: title, description"),
    ("[versions.1]\nschema = ['a']", "“versions.1.schema” is not a key that is known. Did you mean “schemas”?"),
    ("[formats.x]\nstylesheet = 'a'\nmedia-type = 'b'", "“formats.x.media-type” is not a key that is known. Did you mean “media_type”?"),
    ("[versions.1]\nupgrade = { from = '1' }", "versions.1.upgrade has no “stylesheet”"),
    ("[formats.x]\ntitle = 'a'", "formats.x has no “stylesheet”"),
    ("[formats.xml]\nstylesheet = 'a'", "formats.xml cannot be set"),
    ("title = 1", "title must be a string, but it is 1"),
    ("review = 'yes'", "review must be true or false"),
    ("[versions.1]\nschemas = 'a'", "versions.1.schemas must be a list of strings"),
    ("versions = 'a'", "versions must be a table"),
    ("[versions]\n1 = 'a'", "versions.1 must be a table"),
    ("[formats.x]\nstylesheet = 'a'\nparameters = { n = 1 }", "formats.x.parameters.n must be a string"),
    ("[namespaces]\np = 1", "namespaces.p must be a string"),
    ("title = ", "no TOML file"),
])  # fmt: skip
def test_mistakes_are_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load(tmp_path, text)
    assert words in caught.value.message
    assert str(tmp_path / "vocabulary.toml") in caught.value.message
    assert caught.value.findings[0][0] == "vocabulary.toml"


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SchemaError, match="cannot be read"):
        Manifest.load(tmp_path)


def test_the_house_vocabulary() -> None:
    made = Manifest.load(builtin.path("schemas") / "programme")
    assert list(made.versions) == ["1.0", "1.1"]
    assert made.active in made.versions
    for entry in made.formats.values():
        assert (builtin.path("xslt") / "programme" / entry.stylesheet).is_file()
