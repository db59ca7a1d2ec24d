"""What holds for every valid document of every real vocabulary at hand (a part of them in the quick run)."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from random import Random
from types import ModuleType
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from tests.conftest import FULL
from xmlsvc import binding
from xmlsvc.binding import NIL, Field, editing
from xmlsvc.binding.codecs import Codec
from xmlsvc.binding.fields import ANY_SIMPLE
from xmlsvc.binding.mutations import NAMES
from xmlsvc.binding.view import View, child_view
from xmlsvc.errors import SchemaError
from xmlsvc.schema.literals import NoExample, literal

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


def kinds_of_values(doc: View) -> dict[tuple[str, bool, str], list[tuple[int, Field, Codec, int]]]:
    """Where values stand, by their kind: (number of the element that has the field, field, its type, which one of many)."""
    numbers = {element: number for number, element in enumerate(doc._element.iter(etree.Element))}
    found: dict[tuple[str, bool, str], list[tuple[int, Field, Codec, int]]] = {}
    counts: Counter[tuple[int, str]] = Counter()
    for view, field, value in doc.walk():
        if field.kind not in ("attribute", "text", "value") or value is NIL or not field.name:
            continue
        simple = field.codec.simple
        sort = simple.builtin if simple.variety == "atomic" else simple.variety
        number = numbers[view._element]
        place = (number, field, field.codec, counts[number, field.name])
        counts[number, field.name] += 1
        if not field.codec.contextual and simple.builtin not in (*ANY_SIMPLE, "ID", "IDREF", "ENTITY") and simple.variety != "union":
            found.setdefault((field.kind, field.many, "enumeration" if field.codec.enum else sort), []).append(place)
    return found


def change(package: ModuleType, data: bytes, place: tuple[int, Field, Codec, int], random: Random) -> tuple[bytes, str, str] | None:
    """(what is saved, the old text, the new one) after another value of its type was set; None where the type has no other."""
    number, field, codec, index = place
    doc = package.parse(data)
    view = doc.xml.typed(next(islice(doc._element.iter(etree.Element), number, None)))
    before = view.xml.raw(field.name)
    old = before[index] if isinstance(before, list) else before
    for _ in range(20):
        try:
            new = literal(codec.simple, random)
        except NoExample:
            return None
        value = codec.read(new)
        if value != codec.read(old or ""):
            break
    else:
        return None
    if field.many:
        getattr(view, field.name)[index] = value
    else:
        setattr(view, field.name, value)
    assert (getattr(view, field.name)[index] if field.many else getattr(view, field.name)) == value
    after = view.xml.raw(field.name)
    return doc.save(), str(old), str(after[index] if isinstance(after, list) else after)


def test_one_typed_change_is_that_change_alone(documents: list[tuple[ModuleType, Path]]) -> None:
    """A value of each kind in each document: what differs in the bytes is its text, and is no more than the old and the new one."""
    random, changed = Random(1), Counter[str]()
    for package, path in documents:
        data = path.read_bytes()
        for (kind, many, sort), places in kinds_of_values(package.parse(data)).items():
            made = change(package, data, random.choice(places), random)
            if made is None:
                changed["a type without another value"] += 1
                continue
            saved, old, new = made
            start = next((place for place, (one, other) in enumerate(zip(data, saved, strict=False)) if one != other), len(saved))
            most = min(len(data), len(saved)) - start
            end = next((place for place in range(most) if data[-1 - place] != saved[-1 - place]), most)
            written = max(len(escape(new).encode()), 5 * len(new))  # characters that the encoding lacks become references
            if b"<!" not in data[start : len(data) - end]:  # comments between the parts of a text stay
                tags = 0 if old else 100  # an empty tag becomes two
                assert len(saved) - start - end <= written + tags, (path, kind, sort, old, new)
                assert len(data) - start - end <= 8 * len(old) + tags, (path, kind, sort, old, new)
            again = etree.fromstring(saved)
            assert [element.tag for element in again.iter()] == [element.tag for element in etree.fromstring(data).iter()], path
            changed[f"{kind}{' of many' if many else ''}: {sort}"] += 1
    print(dict(changed))
    assert len(changed) > 12, changed


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
