"""What holds for every valid document of every real vocabulary at hand (a part of them in the quick run)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from lxml import etree

from tests.conftest import FULL
from xmlsvc import binding
from xmlsvc.binding import editing
from xmlsvc.binding.mutations import NAMES
from xmlsvc.binding.view import View, child_view
from xmlsvc.errors import SchemaError
from xmlsvc.schema.literals import NoExample

LARGEST = 300_000 if FULL else 60_000
EACH = 1000 if FULL else 3
SETS = 1000 if FULL else 1
QUICK = ("datacite", "ebucore", "iati", "npo-poms", "pbcore-aapb", "xmltv")


def cases(corpora: Path) -> Iterator[tuple[str, Path, list[Path]]]:
    """(corpus, schema, documents that both engines accept) for the schemas of every corpus."""
    for table in sorted(corpora.glob("*/VERDICTS.tsv")):
        if not FULL and table.parent.name not in QUICK:
            continue
        found: dict[str, list[Path]] = {}
        with table.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                document = table.parent / "docs" / row["doc"]
                accepted = row.get("libxml2") == row.get("xmlschema") == "valid"
                fits = accepted and document.is_file() and document.stat().st_size < LARGEST
                if fits and b"<!DOCTYPE" not in document.read_bytes()[:2000]:
                    found.setdefault(row["schema"], []).append(document)
        for schema, documents in list(found.items())[:SETS]:
            path = table.parent / "schema" / schema
            if path.is_file() and "+" not in schema:
                yield table.parent.name, path, documents[:EACH]


@lru_cache(maxsize=8 if FULL else None)
def classes(schema: Path) -> ModuleType | None:
    """The package of a schema; None where a part of the schema is not at hand."""
    try:
        return binding.load(schema, catalog=schema.parent)
    except SchemaError:
        return None


@pytest.fixture(scope="module")
def documents(corpora: Path) -> list[tuple[ModuleType, Path]]:
    """(package, path) of every document."""
    found = [(package, path) for _, schema, paths in cases(corpora) if (package := classes(schema)) is not None for path in paths]
    assert len(found) > 10
    return found


def views(view: View) -> Iterator[View]:
    """The view and all below it that have declared fields."""
    yield view
    for child in view._element.iterchildren(etree.Element):
        yield from views(child_view(view, child))


def test_untouched_documents_are_the_very_bytes_and_every_field_reads(documents: list[tuple[ModuleType, Path]]) -> None:
    read = 0
    for package, path in documents:
        data = path.read_bytes()
        doc = package.parse(data)
        for view in views(doc):
            for field in type(view).fields().values():
                if field.kind in ("attribute", "text") or not field.many:
                    getattr(view, field.name)  # the document is valid: every text is a value
                    read += 1
        assert sum(1 for _ in doc.walk()) > 0 and doc.save() is data, path
    assert read > 500


def test_one_typed_change_is_that_change_alone(documents: list[tuple[ModuleType, Path]]) -> None:
    """A text of each document, changed to another value of its type: one place of the bytes differs, and reads as the new value."""
    random, changed = Random(1), 0
    for package, path in documents:
        data = path.read_bytes()
        doc = package.parse(data)
        places = [(view, field) for view in views(doc) for field in type(view).fields().values()
                  if field.kind == "text" and field.codec.simple.primitive == "string" and not field.codec.simple.enumeration
                  and (view._element.text or "").strip()]
        if not places:
            continue
        view, field = random.choice(places)
        element = view._element
        number = list(doc._element.iter(etree.Element)).index(element)
        setattr(view, field.name, "Changed")
        saved = doc.save()
        again = list(etree.fromstring(saved).iter(etree.Element))[number]
        assert again.text == "Changed", path
        start = next(place for place, (old, new) in enumerate(zip(data, saved, strict=False)) if old != new)
        end = next(place for place, (old, new) in enumerate(zip(reversed(data), reversed(saved), strict=False)) if old != new)
        assert len(saved) - start - end <= len("Changed"), path
        changed += 1
    assert changed > 5


def test_children_taken_out_and_put_back_in_any_order_are_valid_again(documents: list[tuple[ModuleType, Path]]) -> None:
    random, parents = Random(1), 0
    for package, path in documents:
        doc = package.parse(path.read_bytes())
        for view in list(views(doc)):
            element = view._element
            children = list(element.iterchildren(etree.Element))
            order = editing.order_of(type(view))
            if len(children) < 2 or len(children) > 50 or view.__mixed__ or not type(view).__xsd__:
                continue
            for child in children:
                element.remove(child)
            element.text = None
            for child in random.sample(children, len(children)):
                child.tail = None
                editing.place(view, child)
            parents += 1
            if order.matcher.accepts([child.tag for child in children]):
                placed = [child.tag for child in element.iterchildren(etree.Element)]
                assert order.matcher.accepts(placed), (path, type(view), placed)
    assert parents > 50


def test_dictionaries_and_json_lead_back(documents: list[tuple[ModuleType, Path]]) -> None:
    for package, path in documents:
        doc = package.parse(path.read_bytes())
        back = package.from_dict(binding.to_dict(doc))
        assert back == doc, path
        assert package.from_dict(json.loads(binding.to_json(doc))) == doc, path


def test_samples_are_valid_and_survive(corpora: Path) -> None:
    """A sample of each schema: valid, read, written as JSON and made again from it."""
    made = 0
    for _, schema, _ in cases(corpora):
        package = classes(schema)
        if package is None:
            continue
        for seed in range(3 if FULL else 1):
            doc = package.sample(seed=seed)
            assert doc.validate().valid
            for view in views(doc):
                for field in type(view).fields().values():
                    getattr(view, field.name)
            back = package.from_dict(binding.to_dict(doc))
            assert back == doc, schema
            made += 1
    assert made > 3


def test_broken_samples_are_broken_as_they_say(corpora: Path) -> None:
    hits: dict[str, int] = {}
    for _, schema, _ in list(cases(corpora))[:: 1 if FULL else 3]:
        package = classes(schema)
        if package is None:
            continue
        for name in NAMES:
            try:
                broken = package.package.broken(mutation=name, seed=1)
            except NoExample:
                continue
            report = package.package.validator.validate(broken.element)
            assert not report.valid
            codes = {violation.code for violation in report.violations}
            assert codes & set(broken.codes), (schema, name, codes, broken.codes)
            hits[name] = hits.get(name, 0) + 1
    assert len(hits) > 6
