"""GET /api/documents/ID?at=… : what was published then; what was erased is gone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import FILM, build, sample
from xmlsvc import errors
from xmlsvc.clock import FixedClock
from xmlsvc.documents import erase, revisions
from xmlsvc.documents.access import OPERATOR

DAY = datetime(2024, 5, 3, 12, tzinfo=UTC)


def test_what_was_published_then(tmp_path: Path) -> None:
    site = build(tmp_path / "instance", FixedClock(DAY, timedelta(minutes=1)))
    with site.services:
        client, first = site.partner(), sample(FILM)
        address = client.deliver(first).json()["links"]["self"]
        between = site.services.clock.now()
        second = first.replace(b"</", b"\n</", 1)
        assert client.deliver(second).status == 200
        assert client.get(address).body == second
        then = client.get(f"{address}?at={quote(between.isoformat())}")
        assert (then.status, then.body) == (200, first)
        assert client.get(f"{address}?at={between.isoformat()}").body == first  # + unescaped
        assert client.get(f"{address}?at=2024-05-03").body == second
        assert client.get(f"{address}?at=2024-05-03&format=json").status == 200
        nothing = client.get(f"{address}?at=2024-05-02")
        assert nothing.status == 404 and "Nothing of this document was published" in nothing.json()["detail"]
        wrong = client.get(f"{address}?at=yesterday")
        assert wrong.status == 400 and "is no moment" in wrong.json()["detail"]
        assert site.partner(site.other_token).get(f"{address}?at=2024-05-03").status == 404
        erase.outdated(site.services, OPERATOR, site.services.clock.now())
        assert client.get(f"{address}?at={quote(between.isoformat())}").status == 410
        erase.partner(site.services, OPERATOR, "nordlys")
        assert site.editor().get(address.removeprefix("/api")).status == 410


@given(st.datetimes(), st.integers(-14, 14))
def test_moments_are_read(moment: datetime, hours: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert revisions.instant(moment.isoformat()) == moment.replace(tzinfo=UTC)
    try:
        wanted = aware.astimezone(UTC)
    except OverflowError:
        with pytest.raises(errors.BadRequest):
            revisions.instant(aware.isoformat())
        return
    assert revisions.instant(aware.isoformat()) == wanted == revisions.instant(aware.isoformat().replace("+", " "))
    assert revisions.instant(moment.date().isoformat()) == datetime.combine(moment.date(), time.max, UTC)


@given(st.text(max_size=30))
def test_any_other_text_is_refused_clearly(text: str) -> None:
    try:
        assert isinstance(revisions.instant(text), date)
    except errors.BadRequest as error:
        assert "is no moment" in error.message
