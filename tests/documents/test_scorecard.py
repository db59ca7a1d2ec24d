"""Scorecards: exact, by day, with the causes that most deliveries had; a partner sees its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from xmlsvc import builtin
from xmlsvc.clock import FixedClock
from xmlsvc.documents import accounts, instance, scorecard, services, submit
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.services import Services
from xmlsvc.errors import BadRequest, InputError, NotFound

CLIP = (builtin.path("samples") / "valid" / "clip-web-only.xml").read_bytes()
IDENTITY = CLIP.split(b' id="')[1].split(b'"')[0]
START = datetime(2024, 5, 3, 23, 0, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    instance.init(tmp_path / "instance")
    with services.open(tmp_path / "instance", FixedClock(START)) as opened:
        for name in ("nordlys", "delta"):
            accounts.add_partner(opened, OPERATOR, name, name.title())
        yield opened


def partner(house: Services, name: str) -> Actor:
    return accounts.authenticate(house, accounts.add_token(house, OPERATOR, name)[1])


def clip(number: int, wrong: bytes = b"") -> bytes:
    body = CLIP.replace(IDENTITY, b"clp-%05d" % number)
    return body.replace(b"<title", b"<" + wrong, 1).replace(b"</title", b"</" + wrong, 1) if wrong else body


def deliver(house: Services, who: Actor, *bodies: bytes) -> None:
    for body in bodies:
        with suppress(InputError):
            submit.submit(house, who, body, submit.Options())


def test_every_delivery_counts_on_its_day(house: Services) -> None:
    who = partner(house, "nordlys")
    deliver(house, who, clip(1), clip(1), clip(2, b"titel"), clip(3, b"titel"), b"<a>")
    clock = FixedClock(START + timedelta(days=1))
    clock._ids = 10_000  # those of the day before are taken
    tomorrow = replace(house, clock=clock)
    deliver(tomorrow, who, clip(2), clip(4, b"kop"), b"<a>", b"<b>", b"<c>")
    deliver(tomorrow, partner(house, "delta"), clip(9, b"titel"), clip(9, b"titel"))
    found = scorecard.card(tomorrow, who, "nordlys", 3)
    days = [(day.date, day.deliveries, day.accepted) for day in found.days]
    assert days == [("2024-05-02", 0, 0), ("2024-05-03", 5, 2), ("2024-05-04", 5, 1)]
    assert found.days[1].outcomes == {"new": 1, "unchanged": 1, "quarantined": 2, "refused": 1}
    assert (found.title, found.deliveries, found.accepted, found.rate) == ("Nordlys", 10, 3, 0.3)
    assert [(each.code, each.deliveries, each.days) for each in found.causes][:2] == [
        ("not-well-formed", 4, {"2024-05-03": 1, "2024-05-04": 3}), ("cvc-complex-type.2.4", 2, {"2024-05-03": 2}),
    ]  # fmt: skip
    assert any("titel" in each.message for each in found.causes)
    assert scorecard.card(tomorrow, who, "nordlys", 1).deliveries == 5
    assert scorecard.card(tomorrow, OPERATOR, "delta", 1).rate == 0.0, "the same wrong bytes again are as wrong"


def test_nothing_delivered_is_no_rate(house: Services) -> None:
    found = scorecard.card(house, OPERATOR, "delta", 7)
    assert (found.rate, len(found.days), found.causes) == (None, 7, ())


def test_a_partner_sees_its_own(house: Services) -> None:
    with pytest.raises(NotFound):
        scorecard.card(house, partner(house, "delta"), "nordlys")
    with pytest.raises(NotFound):
        scorecard.card(house, OPERATOR, "nobody")
    with pytest.raises(BadRequest):
        scorecard.card(house, OPERATOR, "delta", 0)
