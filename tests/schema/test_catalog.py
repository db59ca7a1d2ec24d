"""Catalogues: every kind of entry of OASIS XML Catalogs 1.1, and folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.canary import Canary
from tests.schema.sets import document, element
from xmlsvc.errors import SchemaError
from xmlsvc.schema.catalog import NAMESPACE, Catalog, file_name


def catalog(folder: Path, body: str, name: str = "catalog.xml", attributes: str = "") -> Catalog:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f'<catalog xmlns="{NAMESPACE}"{attributes}>{body}</catalog>', "utf-8")
    return Catalog.load(folder / name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.xsd", "b.xsd", "sub/c.xsd", "d e.xsd"):
        document(tmp_path / name, "")
    return tmp_path


@pytest.mark.parametrize(("body", "location", "found"), [
    ('<uri name="http://x/a" uri="a.xsd"/>', "http://x/a", "a.xsd"),
    ('<system systemId="http://x/a" uri="a.xsd"/>', "http://x/a", "a.xsd"),
    ('<uri name="http://x/a" uri="a.xsd"/>', "http://x/A", None),
    ('<uri name="http://x/é b" uri="a.xsd"/>', "http://x/%C3%A9%20b", "a.xsd"),
    ('<uri name="http://x/a" uri="d%20e.xsd"/>', "http://x/a", "d e.xsd"),
    ('<rewriteURI uriStartString="http://x/" rewritePrefix="sub/"/>', "http://x/c.xsd", "sub/c.xsd"),
    ('<rewriteURI uriStartString="http://x/" rewritePrefix="none/"/><rewriteURI uriStartString="http://x/s/" rewritePrefix="sub/"/>',
     "http://x/s/c.xsd", "sub/c.xsd"),
    ('<rewriteSystem systemIdStartString="http://x/" rewritePrefix="sub/"/>', "http://x/c.xsd", "sub/c.xsd"),
    ('<uriSuffix uriSuffix="/c.xsd" uri="sub/c.xsd"/>', "http://anywhere/c.xsd", "sub/c.xsd"),
    ('<uriSuffix uriSuffix="c.xsd" uri="a.xsd"/><uriSuffix uriSuffix="/v/c.xsd" uri="sub/c.xsd"/>', "http://x/v/c.xsd", "sub/c.xsd"),
    ('<systemSuffix systemIdSuffix="c.xsd" uri="sub/c.xsd"/>', "http://anywhere/c.xsd", "sub/c.xsd"),
    ('<group xml:base="sub/"><uri name="http://x/c" uri="c.xsd"/></group>', "http://x/c", "sub/c.xsd"),
    ('<uri xml:base="sub/" name="http://x/c" uri="c.xsd"/>', "http://x/c", "sub/c.xsd"),
    ('<rewriteURI uriStartString="http://x/" rewritePrefix="none/"/><uri name="http://x/a" uri="a.xsd"/>', "http://x/a", "a.xsd"),
    ('<other xmlns="urn:other" name="x"/><uri name="http://x/a" uri="a.xsd"/>', "http://x/a", "a.xsd"),
    ('<uri name="http://x/a" uri="http://y/a.xsd"/>', "http://x/a", None),
    ('<uri name="http://x/a" uri="missing.xsd"/>', "http://x/a", None),
    ("", "http://x/a", None),
])  # fmt: skip
def test_entries(folder: Path, body: str, location: str, found: str | None) -> None:
    assert catalog(folder, body).resolve(location, None, None) == (None if found is None else folder / found)


def test_a_relative_location_is_looked_up_absolute(folder: Path) -> None:
    base = folder / "sub" / "x.xsd"
    body = f'<uri name="{(folder / "sub").as_uri()}/gone.xsd" uri="a.xsd"/>'
    assert catalog(folder, body).resolve("gone.xsd", base, None) == folder / "a.xsd"


def test_namespaces_are_looked_up_last(folder: Path) -> None:
    made = catalog(folder, '<uri name="urn:n" uri="a.xsd"/><uri name="http://x/b" uri="b.xsd"/><public publicId="urn:p" uri="b.xsd"/>')
    assert made.resolve("http://x/none", None, "urn:n") == folder / "a.xsd"
    assert made.resolve("http://x/b", None, "urn:n") == folder / "b.xsd"
    assert made.resolve(None, None, "urn:p") == folder / "b.xsd"


def test_public_identifiers_are_normalised(folder: Path) -> None:
    made = catalog(folder, '<public publicId="-//X//A  B\n//EN" uri="a.xsd"/>')
    assert made.resolve(None, None, "-//X//A B //EN") == folder / "a.xsd"
    assert made.resolve(None, None, "urn:publicid:-:X:A+B+:EN") == folder / "a.xsd"


def test_next_catalogues_in_order(folder: Path) -> None:
    catalog(folder, '<uri name="http://x/a" uri="a.xsd"/>', "one.xml")
    catalog(folder / "sub", '<uri name="http://x/a" uri="c.xsd"/><uri name="http://x/c" uri="c.xsd"/>', "two.xml")
    made = catalog(folder, '<nextCatalog catalog="one.xml"/><nextCatalog catalog="sub/two.xml"/>')
    assert made.resolve("http://x/a", None, None) == folder / "a.xsd"
    assert made.resolve("http://x/c", None, None) == folder / "sub" / "c.xsd"


def test_a_delegate_has_the_last_word(folder: Path) -> None:
    catalog(folder, '<uri name="http://x/a" uri="a.xsd"/>', "one.xml")
    catalog(folder, '<uri name="http://x/b" uri="b.xsd"/>', "two.xml")
    made = catalog(folder, '<delegateURI uriStartString="http://x/" catalog="one.xml"/><nextCatalog catalog="two.xml"/>')
    assert made.resolve("http://x/a", None, None) == folder / "a.xsd"
    assert made.resolve("http://x/b", None, None) is None


def test_circles_end(folder: Path) -> None:
    catalog(folder, '<nextCatalog catalog="catalog.xml"/>', "one.xml")
    assert catalog(folder, '<nextCatalog catalog="one.xml"/>').resolve("http://x/a", None, None) is None


@pytest.mark.parametrize(("text", "words"), [
    ("<a/>", "no OASIS XML catalogue"), ("<a", "not closed"),
    (f'<catalog xmlns="{NAMESPACE}">\n<uri name="x"/></catalog>', "catalog.xml:2: <uri> needs"),
])  # fmt: skip
def test_what_is_no_catalogue(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "catalog.xml").write_text(text)
    with pytest.raises(SchemaError, match=words):
        Catalog.load(tmp_path).resolve("x", None, None)


def test_no_such_path(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="does not exist"):
        Catalog.load(tmp_path / "none")


def test_a_catalogue_reads_nothing_from_elsewhere(folder: Path, canary: Canary) -> None:
    (folder / "catalog.xml").write_text(
        f'<!DOCTYPE catalog PUBLIC "-//OASIS//DTD XML Catalogs V1.1//EN" "{canary.url}/catalog.dtd">'
        f'<catalog xmlns="{NAMESPACE}"><nextCatalog catalog="{canary.url}/next.xml"/></catalog>')
    assert Catalog.load(folder).resolve("http://x/a", None, None) is None
    assert canary.untouched()


class TestFolder:
    def test_by_name_and_namespace(self, tmp_path: Path) -> None:
        document(tmp_path / "one" / "types.xsd", "", "urn:one")
        document(tmp_path / "two" / "types.xsd", "", "urn:two")
        made = Catalog.load(tmp_path)
        assert made.resolve("http://x/types.xsd", None, "urn:two") == tmp_path / "two" / "types.xsd"
        assert made.resolve("http://x/types.xsd", None, "urn:three") is None

    def test_the_longest_shared_path_wins(self, tmp_path: Path) -> None:
        document(tmp_path / "4.3" / "metadata.xsd", element("a"), "urn:d")
        document(tmp_path / "4.4" / "metadata.xsd", element("b"), "urn:d")
        made = Catalog.load(tmp_path)
        assert made.resolve("https://schema.example/4.4/metadata.xsd", None, "urn:d") == tmp_path / "4.4" / "metadata.xsd"
        assert made.resolve("https://schema.example/metadata.xsd", None, "urn:d") is None, "ambiguous: never guessed"

    def test_equal_copies_are_not_ambiguous(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            document(tmp_path / name / "x.xsd", "", "urn:x")
        assert Catalog.load(tmp_path).resolve("http://x/x.xsd", None, "urn:x") == tmp_path / "one" / "x.xsd"

    def test_by_namespace_alone(self, tmp_path: Path) -> None:
        document(tmp_path / "part.xsd", "", "urn:x")
        document(tmp_path / "whole.xsd", '<xs:include schemaLocation="part.xsd"/>', "urn:x")
        (tmp_path / "broken.xsd").write_text("<xs:schema")
        (tmp_path / "other.xsd").write_text("<a/>")
        made = Catalog.load(tmp_path)
        assert made.resolve(None, None, "urn:x") == tmp_path / "whole.xsd"
        assert made.resolve("http://x/unknown", None, "urn:x") == tmp_path / "whole.xsd"
        assert made.resolve("http://x/broken.xsd", None, None) is None

    def test_links_out_of_the_folder_are_not_followed(self, tmp_path: Path, canary: Canary) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "x.xsd").symlink_to(canary.schema)
        assert Catalog.load(tmp_path / "in").resolve("http://x/x.xsd", None, None) is None


@pytest.mark.parametrize(("location", "name"), [("http://x/y/a%20b.xsd?z#f", "a b.xsd"), ("a.xsd", "a.xsd"), ("http://x/", "")])
def test_file_name(location: str, name: str) -> None:
    assert file_name(location) == name
