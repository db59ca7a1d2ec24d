"""Lists: what is found, in which order, by whom, page by page."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents.notes import note
from xmlsvc import errors
from xmlsvc.documents import filters, search, submit
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.search import Query
from xmlsvc.documents.services import Services
from xmlsvc.storage import listing


@pytest.fixture
def shelf(house: Services, nordlys: Actor, stranger: Actor) -> Services:
    """Five documents, one a minute of the fixed clock."""
    for actor, name, body in (
        (nordlys, "sea", note("Sea rescue", due="2024-05-03", pages="3", tags=("sea", "rescue"))),
        (nordlys, "dry", note("Dry land", due="2023-01-01", pages="30", tags=("land",))),
        (stranger, "wet", note("Wet land", due="2024-12-31", pages="300", tags=("land", "sea"))),
        (nordlys, "bad", note("Bad pages", pages="many")),
        (nordlys, "dry", note("Dry season", due="never")),
    ):
        submit.submit(house, actor, body, submit.Options(name=name))
    return house


def found(house: Services, actor: Actor | None, **asked: object) -> list[str]:
    return [item.identity for item in search.find(house, actor, Query(**asked)).items]  # type: ignore[arg-type]


CASES: list[tuple[dict[str, object], object]] = [
    ({}, ["dry", "bad", "wet", "sea"]),
    ({"text": "land"}, ["wet"]),
    ({"text": "sea"}, ["sea", "wet"]),
    ({"text": "sea", "order": "newest"}, ["wet", "sea"]),
    ({"text": "sea", "order": "random"}, errors.BadRequest),
    ({"text": "title:sea"}, ["sea"]),
    ({"text": "-land"}, ["dry", "bad", "sea"]),
    ({"text": "partner:nordlys valid:true"}, ["sea"]),
    ({"partner": "house"}, ["wet"]),
    ({"state": "quarantined"}, ["dry", "bad"]),
    ({"valid": True}, ["wet", "sea"]),
    ({"text": "-state:published"}, ["dry", "bad"]),
    ({"vocabulary": "note", "columns": {"pages": "300"}}, ["wet"]),
    ({"vocabulary": "note", "columns": {"pages": "1..100"}}, ["sea"]),
    ({"vocabulary": "note", "columns": {"due": "2024-06-01.."}}, ["wet"]),
    ({"vocabulary": "note", "columns": {"tag.value": "sea"}}, ["wet", "sea"]),
    ({"vocabulary": "note", "text": "tag.value:sea -pages:300"}, ["sea"]),
    ({"public": True}, ["dry", "wet", "sea"]),
    ({"public": True, "text": "land", "order": "newest"}, ["dry", "wet"]),
    ({"public": True, "text": "season"}, []),
    ({"vocabulary": "other"}, errors.UnknownVocabulary),
    ({"text": "identity:dry"}, ["dry"]),
    ({"text": "-identity:dry"}, ["bad", "wet", "sea"]),
    ({"text": "identity:nothing"}, []),
    ({"text": "after:2024-05-02 before:2024-05-04"}, ["dry", "bad", "wet", "sea"]),
    ({"text": "after:2024"}, []),
    ({"text": "after:9999-12-31"}, []),
    ({"text": "before:9999-12-31T23:00:00-14:00"}, errors.BadRequest),
    ({"text": "after:0001-01-01T00:00:00+14:00"}, errors.BadRequest),
    ({"text": "before:2024-05"}, []),
    ({"state": "lost"}, errors.BadRequest),
    ({"text": "valid:perhaps"}, errors.BadRequest),
    ({"text": "after:yesterday"}, errors.BadRequest),
    ({"columns": {"pages": "3"}}, errors.BadRequest),
    ({"vocabulary": "note", "columns": {"pages": "many"}}, errors.BadRequest),
    ({"vocabulary": "note", "columns": {"nothing": "1"}}, errors.BadRequest),
    ({"text": "identity:\ud800"}, errors.BadRequest),
    ({"partner": "\udfff"}, errors.BadRequest),
    ({"vocabulary": "note", "columns": {"tag.value": "a\ud800"}}, errors.BadRequest),
    ({"limit": 0}, errors.BadRequest),
    ({"cursor": "17"}, errors.BadRequest),
]  # fmt: skip


def test_what_is_found(shelf: Services) -> None:
    for asked, expected in CASES:
        try:
            result: object = found(shelf, OPERATOR, **asked)
        except errors.Error as error:
            result = type(error)
        assert result == expected, asked


def test_every_way_to_the_documents_finds_the_same(shelf: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = [
        *(each for each, expected in CASES if isinstance(expected, list)),
        {"vocabulary": "note", "text": "sea tag.value:land"}, {"vocabulary": "note", "text": "land pages:1..300 -rescue"},
        {"text": '"sea rescue"'}, {"text": 'title:"sea re*" identity:sea'}, {"text": '"sea land" -dry'},
        {"vocabulary": "note", "text": "-rescue tag.value:sea"}, {"vocabulary": "note", "text": "s* -tag.value:rescue"},
    ]  # fmt: skip
    found_by: list[list[set[str]]] = []
    for few, ranked in ((2_000, 10_000), (0, 10_000), (2_000, 0), (0, 0)):
        monkeypatch.setattr(listing, "FEW", few)
        monkeypatch.setattr(listing, "MOST_SORTED", few)
        monkeypatch.setattr(listing, "MOST_RANKED", ranked)
        found_by.append([])
        for each in asked:
            items, cursor = [], None
            while True:
                page = search.find(shelf, OPERATOR if "public" not in each else None, Query(**each, limit=2, cursor=cursor))  # type: ignore[arg-type]
                items += [item.id for item in page.items]
                if (cursor := page.next) is None:
                    break
            assert len(items) == len(set(items)), each
            found_by[-1].append(set(items))
    for others in found_by[1:]:
        assert others == found_by[0]


def test_partners_see_their_own_and_the_public_what_is_published(shelf: Services, nordlys: Actor, stranger: Actor) -> None:
    assert found(shelf, nordlys) == ["dry", "bad", "sea"]
    assert found(shelf, stranger, partner="nordlys") == []
    assert found(shelf, None) == ["dry", "wet", "sea"]
    public = search.find(shelf, None, Query(text="dry")).items
    assert [item.title for item in public] == ["Dry land"], "the public sees the title that is published"


def test_pages_hold_everything_once_also_while_documents_change(shelf: Services, nordlys: Actor) -> None:
    first = search.find(shelf, OPERATOR, Query(limit=2))
    assert [item.identity for item in first.items] == ["dry", "bad"] and first.next
    submit.submit(shelf, nordlys, note("New"), submit.Options(name="new"))
    second = search.find(shelf, OPERATOR, Query(limit=2, cursor=first.next))
    assert [item.identity for item in second.items] == ["wet", "sea"] and second.next is None


def test_ranked_pages_hold_everything_once(shelf: Services) -> None:
    for order in (None, "newest"):
        items, cursor = [], None
        while True:
            page = search.find(shelf, OPERATOR, Query(text="se*", limit=1, cursor=cursor, order=order))
            items += [item.identity for item in page.items]
            assert page.order == (order or "relevance")
            cursor = page.next
            if cursor is None:
                break
        assert sorted(items) == ["dry", "sea", "wet"]


def test_many_hits_come_newest_first(shelf: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xmlsvc.storage.listing.MOST_RANKED", 2)
    items, cursor = [], None
    while True:
        page = search.find(shelf, OPERATOR, Query(text="se*", limit=1, cursor=cursor))
        assert page.order == "newest"
        items += [item.identity for item in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert items == ["dry", "wet", "sea"]


def test_facets_count_what_is_found(shelf: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Query(vocabulary="note")
    names = ["state", "valid", "pages", "tag.value"]
    assert search.facets(shelf, OPERATOR, asked, names) == {
        "state": [("published", 2), ("quarantined", 2)], "valid": [(0, 2), (1, 2)], "pages": [(3, 1), (300, 1)],
        "tag.value": [("sea", 2), ("land", 1), ("rescue", 1)],
    }  # fmt: skip
    assert search.facets(shelf, OPERATOR, Query(vocabulary="note", text="land"), ["tag.value"]) == {"tag.value": [("land", 1), ("sea", 1)]}
    assert search.facets(shelf, None, Query(vocabulary="note"), ["tag.value"])["tag.value"] == [("land", 2), ("sea", 2), ("rescue", 1)]
    with pytest.raises(errors.BadRequest, match="nothing to count by"):
        search.facets(shelf, OPERATOR, asked, ["title; DROP TABLE note"])
    monkeypatch.setattr(search.listing.facets, "__defaults__", (20, 3))
    assert search.facets(shelf, OPERATOR, asked, ["state"]) == {"state": None}


def test_hits_are_marked(shelf: Services) -> None:
    (item,) = search.find(shelf, OPERATOR, Query(text="rescue")).items
    assert ("rescue", True) in item.snippet or ("Rescue", True) in item.snippet


PIECES = ["-", '"', "*", ":", "title:", "after:2024", "sea", "(", ")", "%", "?", "' OR", "\0"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join))
def test_any_text_is_a_query(shelf: Services, text: str) -> None:
    try:
        search.find(shelf, OPERATOR, Query(text=text, vocabulary="note"))
    except errors.BadRequest as error:
        assert error.message


def test_rare_words_with_common_ones(house: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database is large, MariaDB's index is asked for the rare words only; what is found, and that it is found once, stays."""
    for number in range(40):
        title = f"common {'rare' if number % 7 == 0 else 'plain'} {'Zürich' if number % 2 else 'Basel'} {number}"
        submit.submit(house, OPERATOR, note(title), submit.Options(name=f"{number:02}", partner="house"))
    rare = set(range(0, 40, 7))
    asked = {"common rare": rare, "rare common zurich": {7, 21, 35}, "title:common rare -basel": {7, 21, 35}, "common rar*": rare,
             '"common rare"': rare, "common plain": None, "rare nothing common": set()}  # fmt: skip
    plain = {text: sorted(found(house, OPERATOR, text=text, limit=100)) for text in asked}
    monkeypatch.setattr("xmlsvc.storage.listing.MOST_RANKED", 10)
    monkeypatch.setattr("xmlsvc.storage.listing._CHUNK", 2)
    monkeypatch.setattr("xmlsvc.storage.search._COMMON", 0.3)
    for text, numbers in asked.items():
        seen: list[str] = []
        cursor = None
        for _ in range(50):
            page = search.find(house, OPERATOR, Query(text=text, limit=2, cursor=cursor))
            seen += [item.identity for item in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert sorted(seen) == plain[text], text
        if numbers is not None:
            assert {int(identity) for identity in seen} == numbers, text
            assert numbers == set() or page.order == "relevance"
        else:
            assert page.order == "newest" and len(seen) == 34


def test_of_many_columns_an_error_names_the_nearest() -> None:
    """KML has 2,000: naming them all made an answer of 60 KB."""
    many = {f"table_{n}.column_{n}": filters.Filterable("t", "c", "line", "", ()) for n in range(2000)}
    many["clip.title"] = many["table_1.column_1"]
    with pytest.raises(errors.BadRequest, match=r"There are 2,001 columns, the nearest: clip\.title\. ") as caught:
        filters.column(many, "titel", "x", 1)
    assert len(caught.value.message) < 300


def test_items_are_the_lists_columns() -> None:
    assert search.Item._fields == (*listing.COLUMNS, "snippet")


def test_many_that_fit_are_found_in_the_same_order(house: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        body = note(f"Note {number}", pages=str(number % 3 + 1))
        submit.submit(house, OPERATOR, body, submit.Options(name=f"{number:02}", partner="house"))
    asked = {"vocabulary": "note", "columns": {"pages": "2"}, "order": "newest"}
    whole = found(house, OPERATOR, **asked)
    assert whole == ["10", "07", "04", "01"]
    monkeypatch.setattr("xmlsvc.storage.listing.FEW", 2)
    first = search.find(house, OPERATOR, Query(**asked, limit=3))  # type: ignore[arg-type]
    rest = search.find(house, OPERATOR, Query(**asked, limit=3, cursor=first.next))  # type: ignore[arg-type]
    assert [item.identity for item in first.items + rest.items] == whole and rest.next is None
    assert found(house, OPERATOR, text="note", order="newest") == [f"{number:02}" for number in reversed(range(12))]
