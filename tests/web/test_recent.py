"""Answers are repeated only while they are true: not after a write, not to others, not beyond the rate; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.conftest import Site, build, sample
from xmlsvc.documents import accounts
from xmlsvc.documents.access import OPERATOR
from xmlsvc.web import rates, recent

FILM = sample("valid/film-de-dijk.xml")


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    database = None
    if request.param == "mariadb":
        server = request.getfixturevalue("mariadb")
        database = server.uri(server.create())
    made = build(tmp_path_factory.mktemp("recent") / "instance", database=database)
    with made.services:
        yield made


@pytest.fixture
def made(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Which requests the applications were asked; the rest was repeated."""
    asked: list[Any] = []
    inner = recent.Recent._made

    def watched(self: recent.Recent, environ: Any, *more: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        return inner(self, environ, *more)

    monkeypatch.setattr(recent.Recent, "_made", watched)
    monkeypatch.setattr(recent, "SECONDS", 60.0)
    return asked


def test_repeated_while_nothing_changes(site: Site, made: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    take = rates.Rates.take
    monkeypatch.setattr(rates.Rates, "take", lambda self, key: taken.append(key) or take(self, key))
    partner = site.partner()
    answer = partner.deliver(FILM.replace(b"prg-20417", b"prg-80001"))
    assert answer.status == 201, answer.text
    place = answer.headers["location"]
    first, second = (partner.get(place, "application/xml") for _ in range(2))
    assert made == [place] and first.body == second.body
    own = {"x-request-id", "ratelimit"}
    assert {k: v for k, v in first.headers.items() if k not in own} == {k: v for k, v in second.headers.items() if k not in own}
    assert first.headers["x-request-id"] != second.headers["x-request-id"], "only the id is each request's own"
    assert len(taken) == 3, "a repeated answer counts, too"
    confirmed = [partner.get(place, "application/xml", If_None_Match=first.headers["etag"]) for _ in range(2)]
    assert [each.status for each in confirmed] == [304, 304] and made == [place, place]


def test_made_anew_after_a_write_of_anybody(site: Site, made: list[Any]) -> None:
    partner = site.partner()
    body = FILM.replace(b"prg-20417", b"prg-80002")
    place = partner.deliver(body).headers["location"]
    assert partner.get(place, "application/xml").body == body
    changed = body.replace(b"De Dijk", b"De dijk", 1)
    assert partner.deliver(changed).status == 200
    assert partner.get(place, "application/xml").body == changed and made == [place, place]


def test_nobody_is_given_anothers(site: Site, made: list[Any]) -> None:
    place = site.partner().deliver(FILM.replace(b"prg-20417", b"prg-80003")).headers["location"]
    assert site.partner().get(place, "application/xml").status == 200
    assert site.partner(site.other_token).get(place, "application/xml").status == 404
    _, secret = accounts.add_token(site.services, OPERATOR, "nordlys")
    passing = site.partner(secret)
    assert passing.get(place, "application/xml").status == 200
    accounts.revoke_token(site.services, OPERATOR, accounts.prove(site.services, secret).token)
    assert passing.get(place, "application/xml").status == 401, "a token that was taken back is known to be so at once"
