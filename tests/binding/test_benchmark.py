"""What the benchmark of views measures is what it says: the values that are read, the schema that is made by rule."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from lxml import etree

from benchmarks import binding_large, binding_paths
from tests.binding.conftest import DOCUMENT
from xmlsvc import binding


def test_the_values_that_are_read(library: ModuleType) -> None:
    doc = library.parse(DOCUMENT)
    paths = list(binding_paths.leaves(doc))
    assert ("book", 0, "title", 1, "value") in paths and ("tag", 1) in paths and len(paths) > 25
    assert binding_paths.read(doc, ("book", 1, "file")) == "urn:x"
    binding_paths.reader(paths)(doc)
    binding_paths.changer(("book", 0, "title", 0, "value"))(doc)
    assert doc.book[0].title[0].value == "Changed"


def test_the_large_schema_is_one(tmp_path: Path) -> None:
    entry = binding_large.write(tmp_path / "large", 8)
    assert etree.XMLSchema(file=str(entry)) is not None
    package = binding.load(entry, catalog=entry.parent)
    assert len([name for name in package.package.types if "Type" in name]) == 62 and package.sample("list3").validate().valid
    assert "classes made in" in binding_large.large_schema(tmp_path, 4)
