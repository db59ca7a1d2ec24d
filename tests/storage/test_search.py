"""The query language and full text, alike on both databases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storm.store import Store

from xmlsvc.storage import search
from xmlsvc.storage.model import BOTH, CURRENT, PUBLISHED, Document, Partner
from xmlsvc.storage.query import Filter, Query, Term, parse
from xmlsvc.storage.sessions import Sessions

TEXTS = {
    "sea": ("The Sea", "A sea rescue off Québec; the crew is saved. TV_special_2024 for the EU."),
    "tv": ("TV tonight", "Sea air and the rescue dog. L'avenir de la mer."),
    "news": ("Evening news", "of the and it; Straße und Häuser. 日本語 テスト"),
    "draft": ("Draft sea", "unfinished rescuer's tale"),
}


def document(sessions: Sessions, store: Store, key: str, partner_id: str) -> Document:
    row = Document()
    row.id, row.partner_id, row.vocabulary, row.identity_kind, row.identity = key.ljust(26, "0"), partner_id, "v", "name", key
    row.title, row.state, row.valid, row.violations, row.root = key, "published", True, 0, "r"
    row.created = row.modified = sessions.clock.now()
    return store.add(row)


@pytest.fixture
def filled(sessions: Sessions) -> Sessions:
    def unit(store: Store) -> None:
        partner = Partner()
        partner.id, partner.name, partner.title, partner.created = "p".ljust(26, "0"), "p", "p", sessions.clock.now()
        store.add(partner)
        store.flush()
        for key, (title, body) in TEXTS.items():
            row = document(sessions, store, key, partner.id)
            search.write(store, row.id, BOTH, title, body)

    sessions.write(unit)
    return sessions


def found(sessions: Sessions, text: str, head: int = PUBLISHED) -> set[str]:
    condition = search.Matching(parse(text), head)
    return sessions.read(lambda store: {row.identity for row in store.find(Document, condition)})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sea", {"sea", "tv", "draft"}),
        ("SEA rescue", {"sea", "tv"}),
        ('"sea rescue"', {"sea"}),
        ('"rescue sea"', set()),
        ("resc*", {"sea", "tv", "draft"}),
        ("rescue -dog", {"sea"}),
        ("-sea", {"news"}),
        ("title:sea", {"sea", "draft"}),
        ("title:sea -title:draft", {"sea"}),
        ('title:"the sea"', {"sea"}),
        ("quebec", {"sea"}),
        ("Häuser", {"news"}),
        ("tv", {"sea", "tv"}),
        ("eu", {"sea"}),
        ('"de la mer"', {"tv"}),
        ("special 2024", {"sea"}),
        ("tv_special", {"sea"}),
        ("of the", {"news"}),
        ("日本語", {"news"}),
        ("日本*", {"news"}),
        ("t*", {"sea", "tv", "news", "draft"}),
        ("nothing", set()),
        ("l'avenir", {"tv"}),
        ("", set(TEXTS)),
        ('"', set(TEXTS)),
        ("&&& ***", set(TEXTS)),
    ],
)
def test_queries(filled: Sessions, text: str, expected: set[str]) -> None:
    assert found(filled, text) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=40), st.text(alphabet='"*-:()^+~@<>\\\'% ?abtitle', max_size=30)))
def test_any_text_is_a_query(filled: Sessions, text: str) -> None:
    assert found(filled, text) <= set(TEXTS)


def test_heads(sessions: Sessions, filled: Sessions) -> None:
    key = "sea".ljust(26, "0")
    filled.write(lambda store: search.write(store, key, CURRENT, "New title", "entirely other words"))
    assert "sea" in found(filled, "rescue", PUBLISHED)
    assert "sea" not in found(filled, "rescue", CURRENT)
    assert "sea" in found(filled, "entirely", CURRENT)
    assert "sea" not in found(filled, "entirely", PUBLISHED)
    filled.write(lambda store: search.write(store, key, BOTH, "Third", "now one again"))
    assert "sea" not in found(filled, "rescue or", PUBLISHED) | found(filled, "entirely", CURRENT)
    assert "sea" in found(filled, "now one", PUBLISHED) & found(filled, "now one", CURRENT)
    filled.write(lambda store: search.remove(store, key, PUBLISHED))
    assert "sea" not in found(filled, "again", PUBLISHED)
    assert "sea" in found(filled, "again", CURRENT)


def test_snippets_mark_the_words_in_the_text_as_it_was(filled: Sessions) -> None:
    ids = [key.ljust(26, "0") for key in TEXTS]
    result = filled.read(lambda store: search.snippets(store, parse("quebec resc* eu"), PUBLISHED, ids))
    pieces = result[ids[0]]
    assert [text for text, marked in pieces if marked] == ["rescue", "Québec", "EU"]
    assert "".join(text for text, _ in pieces).replace("_", " ") == TEXTS["sea"][1].replace("_", " ")


def test_a_snippet_is_cut_around_the_first_hit() -> None:
    text = "start " * 100 + "needle in the hay " + "end " * 100
    pieces = search.snippet(text, parse("needle"), 60)
    assert ("needle", True) in pieces
    assert pieces[0][0] == "… " and pieces[-1][0].endswith(" …")
    assert sum(len(piece) for piece, _ in pieces) < 80


def test_parse() -> None:
    assert parse('title:"sea re*" after:2024 -draft 12:30 -after:"2 3"', {"after"}) == Query(
        (Term(("sea", "re"), True, True), Term(("draft",), negative=True), Term(("12", "30"))),
        (Filter("after", "2024"), Filter("after", "2 3", True)),
    )


READ = ["sea", '"sea rescue"', "resc*", "-sea", "title:sea -title:draft", "quebec", "tv", "eu", '"de la mer"', "t*", "tv_special"]


@pytest.mark.parametrize("text", READ)
def test_reading_entries_finds_what_the_index_finds(filled: Sessions, text: str) -> None:
    rows = filled.read(lambda store: store.execute("SELECT document_id, title, body FROM search_entry").get_all())
    fit = search.fits(parse(text))
    assert {key.rstrip("0") for key, title, body in rows if fit(title, body)} == found(filled, text)
