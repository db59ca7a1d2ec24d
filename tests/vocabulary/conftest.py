"""The house vocabulary, compiled once by both engines, and its samples."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
import xmlschema
from lxml import etree

from tests.conftest import ROOT
from xmlsvc.schema import catalog, components, store
from xmlsvc.schema.instances import Builder
from xmlsvc.xml import parser

SCHEMAS = ROOT / "schemas" / "programme"
STYLESHEETS = ROOT / "xslt" / "programme"
SAMPLES = ROOT / "samples"
INDEX: dict[str, list[dict[str, Any]]] = tomllib.loads((SAMPLES / "index.toml").read_text("utf-8"))
VALID = {entry["file"]: entry for entry in INDEX["valid"]}
INVALID = {entry["file"]: entry for entry in INDEX["invalid"]}
VERSIONS = ("1.0", "1.1")


@dataclass(frozen=True)
class Engines:
    """One version of the schema in libxml2 and in xmlschema."""

    libxml2: etree.XMLSchema
    xmlschema: xmlschema.XMLSchema10

    def refusals(self, tree: etree._ElementTree) -> dict[str, list[str]]:
        """What each engine has against a document. xmlschema gets text: it stumbles over comments in lxml's trees."""
        self.libxml2.validate(tree)
        errors = [str(entry.message) for entry in self.libxml2.error_log]
        try:
            others = [str(error.reason) for error in self.xmlschema.iter_errors(etree.tostring(tree, encoding="unicode"))]
        except KeyError as error:  # an xsi:type that names nothing escapes from it as a KeyError
            others = [str(error)]
        return {"libxml2": errors, "xmlschema": others}


@pytest.fixture(scope="session")
def engines() -> dict[str, Engines]:
    """Both engines for each version."""
    paths = {version: SCHEMAS / version / "programme.xsd" for version in VERSIONS}
    return {version: Engines(etree.XMLSchema(etree.parse(path)), xmlschema.XMLSchema10(str(path))) for version, path in paths.items()}


@pytest.fixture(scope="session")
def upgrade() -> etree.XSLT:
    """The stylesheet from 1.0 to 1.1."""
    return etree.XSLT(etree.parse(SCHEMAS / "upgrade-1.0-1.1.xsl"), access_control=etree.XSLTAccessControl.DENY_ALL, regexp=False)


def read(file: str) -> etree._ElementTree:
    """A sample, by the service's own parser."""
    return parser.parse((SAMPLES / file).read_bytes())


def documents(folder: Path) -> list[Path]:
    """The schema documents of one version."""
    return sorted(folder.glob("*.xsd"))


ROOTS = ("programme", "series", "episode", "clip")
Maker = Callable[[str, str, int], "etree._ElementTree | None"]


@pytest.fixture(scope="session")
def make(engines: dict[str, Engines], tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """(version, root, seed) -> a random valid document, or None where the seed breaks a key, which chance cannot keep."""
    models = {}
    for version in VERSIONS:
        entry = SCHEMAS / version / "programme.xsd"
        models[version] = components.read(store.close([entry], catalog.Catalog.load(SCHEMAS / version), tmp_path_factory.mktemp("store")))

    def one(version: str, root: str, seed: int) -> etree._ElementTree | None:
        builder = Builder(models[version], Random(seed))
        document = builder.build(models[version].elements[f"{{urn:xmlsvc:programme}}{root}"])
        for element, attribute, _ in builder.references.idrefs:
            element.set(str(attribute), builder.references.ids[0] if builder.references.ids else "nobody")
        for link in list(document.iter("{urn:xmlsvc:programme}uses")):
            parent = link.getparent()
            assert parent is not None
            parent.remove(link)
        tree = etree.ElementTree(etree.fromstring(etree.tostring(document)))
        return tree if engines[version].libxml2.validate(tree) else None

    return one
