"""The package of a registered schema: made when first wanted, imported by its digest, versions side by side."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from xmlsvc import builtin, codegen
from xmlsvc.errors import EnvironmentFault
from xmlsvc.schema.registry import Registry
from xmlsvc.settings import Settings

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:shelf" elementFormDefault="qualified"'
OLD = '<xs:element name="shelf"><xs:complexType><xs:attribute name="a-b"/></xs:complexType></xs:element>'
NEW = '<xs:element name="shelf"><xs:complexType><xs:attribute name="aB"/><xs:attribute name="a-b"/></xs:complexType></xs:element>'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "schemas").mkdir()
    return Settings(directory=tmp_path)


def registered(settings: Settings, tmp_path: Path, version: str, body: str) -> None:
    path = tmp_path / f"shelf-{version}.xsd"
    path.write_text(f"{HEAD}>{body}</xs:schema>", "utf-8")
    Registry(settings).add("shelf", [path], version)


def test_two_versions_side_by_side_keep_their_names(settings: Settings, tmp_path: Path) -> None:
    registered(settings, tmp_path, "1", OLD)
    registered(settings, tmp_path, "2", NEW)
    first, second = (codegen.load(Registry(settings).get("shelf", version), settings) for version in ("1", "2"))
    assert first is not second and first is codegen.load(Registry(settings).get("shelf", "1"), settings)
    data = b'<shelf xmlns="urn:shelf" a-b="x" aB="y"/>'
    assert first.parse(data).a_b == second.parse(data).a_b == "x" and second.parse(data).a_b_attr == "y"
    assert not first.parse(data).validate().valid and second.parse(data).validate().valid
    generated = settings.var / "generated" / Registry(settings).get("shelf", "1").digest.partition(":")[2]
    assert (generated / "rows.py").is_file() and (generated / "names.json").is_file()


def test_a_package_of_another_generator_is_made_again(settings: Settings, tmp_path: Path) -> None:
    registered(settings, tmp_path, "1", OLD.replace("shelf", "rack"))
    schema = Registry(settings).get("shelf", "1")
    generated = settings.var / "generated" / schema.digest.partition(":")[2]
    generated.mkdir(parents=True)
    (generated / "generator.txt").write_text("0\n")
    (generated / "__init__.py").write_text("raise SystemExit\n")
    assert codegen.load(schema, settings).create("rack").xml.tag == "{urn:shelf}rack"


def test_the_house_vocabulary_is_the_committed_one(settings: Settings) -> None:
    folder = builtin.path("schemas") / "programme"
    Registry(settings).add("programme", [folder / "1.1/programme.xsd"], "1.1")
    module = codegen.load(Registry(settings).get("programme", "1.1"), settings)
    assert module.__name__ == "xmlsvc.vocabularies.programme.v1_1" and not (settings.var / "generated").exists()


def test_a_folder_that_cannot_be_written_is_said(settings: Settings, tmp_path: Path) -> None:
    registered(settings, tmp_path, "1", OLD.replace("shelf", "board"))
    schema = Registry(settings).get("shelf", "1")
    assert f"xmlsvc_generated_{schema.digest.partition(':')[2]}" not in sys.modules
    (settings.var / "generated").write_text("a file where a folder should be")
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        codegen.load(schema, settings)
