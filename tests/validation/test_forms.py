"""What people write instead of the values that XML Schema wants, and what they are told to write."""

from __future__ import annotations

import pytest

from xmlsvc.validation import suggest

_MEANT = {
    "date": {
        "17/05/2024": "2024-05-17", "05/17/2024": "2024-05-17", "17.5.2024": "2024-05-17", "2024/5/7": "2024-05-07",
        "20240517": "2024-05-17", "2024-05-17T00:00:00": "2024-05-17", "May 17, 2024": "2024-05-17", "17 May 2024": "2024-05-17",
        "17th of May 2024": "2024-05-17", "17 mei 2024": "2024-05-17", "1. Dezember 2024": "2024-12-01", "05/06/2024": None,
        "May 2024": None, "17 Foo 2024": None, "today": None,
    },
    "dateTime": {
        "2024-05-17 10:00": "2024-05-17T10:00:00", "2024-05-17T10:00": "2024-05-17T10:00:00", "2024-05-17": "2024-05-17T00:00:00",
        "2024-05-17T10:00:00+0100": "2024-05-17T10:00:00+01:00", "2024-05-17T10:00:00 CET": "2024-05-17T10:00:00+01:00",
        "2024-05-17 10:00:00.5 UTC": "2024-05-17T10:00:00.5Z", "17/05/2024 10:00": "2024-05-17T10:00:00",
        "2024-05-17 9:05 pm": "2024-05-17T21:05:00", "May 17, 2024 12:30 AM": "2024-05-17T00:30:00",
        "1715940000": "2024-05-17T10:00:00Z", "1715940000000": "2024-05-17T10:00:00Z", "2024-05-17T10:00:00 FOO": None,
        "05/06/2024 10:00": None, "2024-05-17 10": None,
    },
    "time": {"8:30": "08:30:00", "8.30": "08:30:00", "8:30 pm": "20:30:00", "12:00 am": "00:00:00", "half past eight": None},
    "duration": {
        "00:30:00": "PT30M", "1:30:00": "PT1H30M", "45:12": "PT45M12S", "0:00": "PT0S", "30 min": "PT30M", "90 minutes": "PT1H30M",
        "PT1.5H": "PT1H30M", "30S": "PT30S", "2 uur": "PT2H", "1h30m": "PT1H30M", "1 hr 5 min 2.5 sec": "PT1H5M2.5S", "30": None, "": None,
    },
    "decimal": {
        "12,5": "12.5", "1.000,50": "1000.50", "1,000.50": "1000.50", "€ 12.50": "12.50", "1e3": "1000", "1,000": None, "N/A": None,
    },
    "int": {"1,000": "1000", "1 000 000": "1000000", "12.0": "12", "12.5": None, "12px": None},
    "boolean": {"yes": "true", "NEE": "false", "TRUE": "true", "maybe": None},
    "language": {"en_GB": "en-GB", "english": None},
    "anyURI": {"http://a/b c": "http://a/b%20c", "http//x": None},
}  # fmt: skip


@pytest.mark.parametrize(("builtin", "text", "meant"), [(builtin, *pair) for builtin, pairs in _MEANT.items() for pair in pairs.items()])
def test_what_was_meant(builtin: str, text: str, meant: str | None) -> None:
    assert suggest.rewritten(builtin, text) == meant
