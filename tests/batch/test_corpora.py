"""Real vocabularies without a manifest: added, loaded, and each record judged as two engines judge it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from storm.store import Store

from xmlsvc.batch.load import Loaded, load
from xmlsvc.documents import accounts, instance, revisions, search, services, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.storage import model, projection

NPO = ("media/vproMedia.xsd", "media/update/vproMediaUpdate.xsd", "media/search/vproMediaSearch.xsd", "pages/pages_2013.xsd",
       "pages/pages_update_2013.xsd", "api/api_2013.xsd")  # fmt: skip


@dataclass(frozen=True)
class Corpus:
    """`versions`: version → entry documents below schema/. Where there are several, a document's is the one in its verdict's `schema`."""

    folder: str
    vocabulary: str
    versions: dict[str | None, tuple[str, ...]]


CORPORA = [
    Corpus("pbcore-aapb", "pbcore", {None: ("pbcore-2.1.xsd",)}),
    Corpus("npo-poms", "poms", {None: NPO}),
    Corpus("datacite", "datacite", {version: (f"{version}/metadata.xsd",) for version in ("4", "4.3", "4.4", "4.6", "4.7")}),
]


def verdicts(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "VERDICTS.tsv").open(encoding="utf-8", newline="") as file:
        return {row["doc"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def deliveries(corpus: Corpus, folder: Path) -> Iterator[tuple[str, str | None, Path]]:
    """(partner, vocabulary to name, directory): one load a version, each a partner's, as the folders hold files of the same names."""
    for version in corpus.versions:
        if version is None:
            yield "house", None, folder / "docs"
        else:
            yield f"v{version}", f"{corpus.vocabulary}@{version}", folder / "docs" / version


@pytest.fixture(params=CORPORA, ids=lambda corpus: corpus.folder)
def corpus(request: pytest.FixtureRequest) -> Corpus:
    found: Corpus = request.param
    return found


@pytest.fixture
def taken_in(corpus: Corpus, corpora: Path, bare: Services) -> tuple[Services, dict[str, Loaded]]:
    """The instance with the corpus in it, and what became of each file."""
    folder = corpora / corpus.folder
    for version, entries in corpus.versions.items():
        vocabularies.add(bare, OPERATOR, corpus.vocabulary, [folder / "schema" / entry for entry in entries], version)
    loaded: dict[str, Loaded] = {}
    for partner, named, directory in deliveries(corpus, folder):
        if partner != "house":
            accounts.add_partner(bare, OPERATOR, partner)
        for item in load(bare, OPERATOR, [directory], partner=partner, vocabulary=named):
            loaded[Path(item.place).relative_to(folder / "docs").as_posix()] = item
    return bare, loaded


def _all(store: Store, query: str, id: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.execute(query, (id,)).get_all()]


def test_every_record_has_its_verdict_and_its_bytes_can_be_found_and_queried(
    corpus: Corpus, corpora: Path, taken_in: tuple[Services, dict[str, Loaded]]
) -> None:
    house, loaded = taken_in
    expected = verdicts(corpora / corpus.folder)
    assert {name for name, item in loaded.items() if item.outcome != "skipped"} == set(expected)
    for name, row in expected.items():
        item, data = loaded[name], (corpora / corpus.folder / "docs" / name).read_bytes()
        verdict = "not-wf" if item.report is None else "valid" if item.report.valid else "invalid"
        assert verdict == row["libxml2"], (name, item.message, item.report)
        if item.document is None:
            assert item.outcome == "refused" and item.receipt
            continue
        document, revision, kept = revisions.read(house, OPERATOR, item.document)
        assert kept == data and document.root == row["root"]
        assert document.state == ("published" if verdict == "valid" else "quarantined")
        table = projection.plan_of(revisions.schema_of(house, revision)).tables[0].name
        query = f"SELECT head, document_title FROM {table} WHERE document_id = ?"
        rows = house.sessions.read(partial(_all, query=query, id=document.id))
        assert rows == [(model.BOTH if verdict == "valid" else model.CURRENT, document.title)]
        if len(word := max(document.title.split(), key=len, default="")) > 4 and word.isalnum():
            hits = search.find(house, OPERATOR, search.Query(text=word, limit=200)).items
            assert document.id in {hit.id for hit in hits}, (name, word)


def test_adding_what_is_there_changes_nothing(corpora: Path, home: Path) -> None:
    path = corpora / "pbcore-aapb" / "schema" / "pbcore-2.1.xsd"
    with services.open(home) as house:
        first = vocabularies.add(house, OPERATOR, "pbcore", [path])
        second = vocabularies.add(house, OPERATOR, "pbcore", [path])
        assert first.digest == second.digest and len(house.registry.versions("pbcore")) == 1
    assert instance.migrate(home) is False
