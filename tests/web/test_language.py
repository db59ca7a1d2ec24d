"""Sentences in the language that the sender reads, and the answer says which; the violations are the same ones."""

from __future__ import annotations

import pytest

from tests.web.conftest import Client, Site, broken, sample
from xmlsvc.validation.english import SENTENCES
from xmlsvc.web import dutch, language, problem_types

FILM = sample("valid/film-de-dijk.xml")


@pytest.mark.parametrize(("stated", "wanted"), [
    ("", "en"), ("nl", "nl"), ("nl-BE, en;q=0.5", "nl"), ("en, nl", "en"), ("nl;q=0.3, en;q=0.7", "en"), ("fr, de", "en"), ("*", "en"),
    ("fr, nl;q=0.1", "nl"), ("en;q=0, *", "nl"), ("nl;q=2", "en"), ("NL", "nl"), (";;,,", "en"),
])  # fmt: skip
def test_the_language_that_is_wanted_most(stated: str, wanted: str) -> None:
    assert language.choose(stated) == wanted


def test_reports_in_dutch(site: Site) -> None:
    client, body = site.partner(), broken(FILM.replace(b"prg-20417", b"prg-dutch1"))
    english = client.deliver(body, "/api/validate")
    said = client.deliver(body, "/api/validate", accept_language="nl")
    assert (english.headers["content-language"], said.headers["content-language"]) == ("en", "nl")
    assert said.headers["vary"] == "Accept-Language"
    ours, theirs = said.json()["documents"][0]["violations"], english.json()["documents"][0]["violations"]
    assert [(v["code"], v["line"], v["path"]) for v in ours] == [(v["code"], v["line"], v["path"]) for v in theirs]
    assert all(one["message"] != other["message"] for one, other in zip(ours, theirs, strict=True))
    for headers in ({}, {"idempotency_key": '"dutch"'}):
        problem = client.deliver(body, accept_language="nl", **headers)
        assert (problem.status, problem.headers["content-language"]) == (422, "nl") and "Accept-Language" in problem.headers["vary"]
        told = problem.json()
        assert told["title"] == dutch.TITLES["invalid-document"] and told["detail"].startswith("Het document breekt zijn schema op ")
        assert told["errors"] == ours
    verdict = client.get(f"/api/documents/{told['document']}/verdict", accept_language="nl")
    assert verdict.json()["violations"] == ours and verdict.headers["content-language"] == "nl"
    assert client.get(f"/api/documents/{told['document']}/verdict").json()["violations"] == theirs


def test_problems_in_dutch_or_wholly_in_english(site: Site) -> None:
    client = Client(site.application, {"Authorization": f"Bearer {site.token}", "Accept-Language": "nl"})
    missing = client.get("/api/documents/none")
    assert (missing.json()["detail"], missing.headers["content-language"]) == ("Er is geen document 'none'.", "nl")
    assert client.deliver(b"<a>\n<b></a>").json()["detail"] == (
        "<b>, geopend in regel 2, wordt gesloten door </a>. Schrijf hier </b>, of sluit <b> eerder."
    )
    other = client.get("/api/documents?limit=many")
    assert (other.json()["title"], other.headers["content-language"]) == ("The request cannot be understood", "en")


def test_each_title_is_of_a_problem() -> None:
    assert set(dutch.TITLES) <= set(problem_types.BY_SLUG)
    assert "or" in SENTENCES


def test_every_problem_type_has_a_page_with_both_examples(site: Site) -> None:
    for kind in problem_types.TYPES:
        page = site.anybody().get(kind.url, "text/html")
        assert page.status == 200 and kind.cause and kind.fix and kind.who and kind.wrong != kind.right
        for heading in ("Cause", "Fix", "Who has to act", "This meets it", "This does not"):
            assert f"<h2>{heading}</h2>" in page.text
