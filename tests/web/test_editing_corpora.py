"""Real documents of real vocabularies in their forms: opening and posting changes no byte, and a changed field only its own."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.conftest import FULL
from tests.web.conftest import Client, Site, build
from tests.web.filled import Filled, form
from xmlsvc import errors
from xmlsvc.documents import submit, users, vocabularies, workspace
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.publish.shape import simple
from xmlsvc.schema.literals import NoExample, literal
from xmlsvc.schema.model import ComplexType, SimpleType
from xmlsvc.web.pages.editing import Desk
from xmlsvc.xml import parser, spans

DOCUMENTS = 400 if FULL else 1
BRANCHES = 60 if FULL else 3
LARGEST = 400_000 if FULL else 20_000
QUICK = ("pbcore-aapb", "npo-poms")


@dataclass(frozen=True)
class Corpus:
    """`schema`: entry documents below schema/; `docs`: where the documents of that schema are."""

    folder: str
    schema: tuple[str, ...]
    docs: str = ""
    root: str = ""


CORPORA = [
    Corpus("pbcore-aapb", ("pbcore-2.1.xsd",)),
    Corpus("ebucore", ("ebucore.xsd",)),
    Corpus("npo-poms", ("media/vproMedia.xsd",), root="{urn:vpro:media:2009}"),
    Corpus("mets-mods-premis", ("mets-driver.xsd",), root="mods"),
    Corpus("smpte-imf", ("org/smpte_ra/schemas/st2067_3_2013/imf-cpl.xsd",), root="2067-3/2013}CompositionPlaylist"),
    Corpus("datacite", ("4.6/metadata.xsd",), docs="4.6/"),
]


def _documents(corpus: Corpus, folder: Path) -> list[Path]:
    """A seeded sample of the documents that are XML and have this schema."""
    with (folder / "VERDICTS.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [folder / "docs" / row["doc"] for row in rows
             if row["doc"].startswith(corpus.docs) and corpus.root in row["root"] and row["libxml2"] in ("valid", "invalid")
             and row["schema"] in (*corpus.schema, "")]
    found = [path for path in found if path.is_file() and path.stat().st_size < LARGEST and b"<!DOCTYPE" not in path.read_bytes()[:3000]]
    return sorted(Random(7).sample(found, min(DOCUMENTS, len(found))))


@pytest.fixture(scope="module", params=[each for each in CORPORA if FULL or each.folder in QUICK], ids=lambda corpus: corpus.folder)
def stored(request: pytest.FixtureRequest, corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, list[str]]]:
    """An instance with the vocabulary and the sample in it: the documents' ids."""
    corpus: Corpus = request.param
    folder = corpora / corpus.folder
    site = build(tmp_path_factory.mktemp(corpus.folder) / "instance")
    with site.services as opened:
        vocabularies.add(opened, OPERATOR, "real", [folder / "schema" / each for each in corpus.schema], None, folder / "schema")
        ids = []
        for path in _documents(corpus, folder):
            try:
                options = submit.Options(name=str(path.relative_to(folder)), partner="nordlys", face="load")
                ids.append(submit.submit(opened, OPERATOR, path.read_bytes(), options).document)
            except errors.InputError:
                continue
        assert ids
        yield site, ids


def _ada(site: Site, client: Client) -> Actor:
    return users.session(site.services, next(iter(client.cookies.values())))


def _branches(client: Client, id: str) -> Iterator[Filled]:
    """The forms of a document's branches, the root's first."""
    waiting, seen = ["0:0"], {"0:0"}
    for at in waiting:  # grows while it is walked
        ordinal, _, skip = at.partition(":")
        shown = form(client.get(f"/documents/{id}/edit?at={ordinal}&skip={skip}"))
        yield shown
        for button in shown.buttons:
            verb, _, target = button.partition(":")
            if verb == "go" and target not in seen and len(seen) < BRANCHES:
                seen.add(target)
                waiting.append(target)


def test_posting_what_was_shown_changes_no_byte(stored: tuple[Site, list[str]]) -> None:
    site, ids = stored
    client = site.editor()
    actor = _ada(site, client)
    for id in ids:
        for shown in _branches(client, id):
            assert shown.post(client).status == 303
            work = workspace.open(site.services, actor, id)
            assert not work.changed, _difference(work.original, work.data)


def _difference(old: bytes, new: bytes) -> tuple[int, bytes, bytes]:
    """(where, what was there, what is there)."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, old[start : len(old) - end], new[start : len(new) - end]


def _field(desk: Desk, name: str) -> tuple[int, str | None, SimpleType | None, str]:
    """(ordinal, attribute or None, type, a word for the kind of field) of a form's field."""
    letter, _, rest = name.partition(".")
    number, _, attribute = rest.partition(".")
    element = desk.places.at(int(number))
    assert element is not None
    kind = desk.places.kind(element)
    if letter == "a":
        use = kind.attributes.get(attribute) if isinstance(kind, ComplexType) else None
        found = use.type if use is not None else None
    else:
        found = simple(kind)
    word = "mixed" if letter == "m" else "untyped" if found is None else f"{found.variety} {found.builtin} {bool(found.enumeration)}"
    return int(number), attribute or None, found, f"{letter} {word}"


def _another(filled: Filled, name: str, kind: SimpleType | None) -> str | None:
    """Another value for the field: valid where one can be found."""
    now = filled.fields[name]
    if filled.kinds[name] == "select":
        return next((option for option in filled.options[name] if option and option != now), None)
    if name[0] == "m":
        return now + " <!-- seen -->" if "<" in now else now + " & more".replace("&", "&amp;")
    if kind is not None:
        for seed in range(5):
            try:
                value = literal(kind, Random(seed))
            except NoExample:
                break
            if value and value != now and "\n" not in value and "\r" not in value:
                return value
    return now + "x"


def test_a_changed_field_changes_only_its_bytes(stored: tuple[Site, list[str]]) -> None:
    """One field of every type in each document."""
    site, ids = stored
    client = site.editor()
    actor = _ada(site, client)
    tried: set[str] = set()
    for id in ids:
        done: set[str] = set()
        for shown in list(_branches(client, id)):
            desk = Desk.open(site.services, actor, id)
            for name in [each for each in shown.fields if each[:2] in ("t.", "a.", "m.")]:
                ordinal, attribute, kind, word = _field(desk, name)
                value = _another(shown, name, kind) if word not in done else None
                if value is None:
                    continue
                done.add(word)
                answer = shown.post(client, **{name: value})
                assert answer.status == 303, (name, value, answer.text[:1000])
                work = workspace.open(site.services, actor, id)
                _only(work.original, work.data, ordinal, attribute, name, value)
                workspace.discard(site.services, actor, id)
        tried |= done
    assert len(tried) >= 3, tried


def _only(old: bytes, new: bytes, ordinal: int, attribute: str | None, name: str, value: str) -> None:
    """All that differs stands in the field's own place, and reads as it was typed."""
    start, was, now = _difference(old, new)
    span = spans.locate(old, {ordinal})[ordinal]
    element = list(parser.parse(new).getroot().iter("*"))[ordinal]
    if attribute is not None:
        assert span.start < start and start + len(was) <= span.end, (name, value, was, now)
        assert element.get(attribute) == value
        return
    before = list(parser.parse(old).getroot().iter("*"))
    inside = len(list(before[ordinal].iter("*")))
    tags = [each for _, each in spans.start_tags(old)]
    end = tags[ordinal + inside].start if ordinal + inside < len(tags) else len(old)
    assert span.end - 2 <= start and start + len(was) <= end, (name, value, was, now)
    if name[0] == "t":
        assert (element.text or "") + "".join(child.tail or "" for child in element) == value
