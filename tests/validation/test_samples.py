"""Every broken sample yields exactly the codes that its index names, at a place that is really there; every valid one none."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from xmlsvc import validation

ROOT = Path(__file__).resolve().parent.parent.parent
INDEX = tomllib.loads((ROOT / "samples" / "index.toml").read_text("utf-8"))
BROKEN = [entry for entry in INDEX["invalid"] if "codes" in entry]


@cache
def validator(version: str, language: str = "en") -> validation.Validator:
    return validation.load(ROOT / "schemas" / "programme" / version / "programme.xsd", language=language)


@pytest.mark.parametrize("entry", INDEX["valid"], ids=lambda entry: entry["file"])
def test_valid(entry: dict[str, Any]) -> None:
    report = validator(entry["version"]).validate(ROOT / "samples" / entry["file"])
    assert report.valid and not report.disputed, report.violations


@pytest.mark.parametrize("entry", BROKEN, ids=lambda entry: entry["file"])
def test_broken(entry: dict[str, Any]) -> None:
    data = (ROOT / "samples" / entry["file"]).read_bytes()
    report = validator(entry["version"]).validate(data)
    assert sorted(violation.code for violation in report.violations) == sorted(entry["codes"])
    assert not report.disputed
    lines = data.count(b"\n") + 1
    for violation in report.violations:
        assert violation.line is not None and 1 <= violation.line <= lines
        assert violation.column is not None and violation.column >= 1
        assert violation.bytes is not None
        begin, end = violation.bytes
        text = data[begin:end].replace(b"\0", b"")
        assert text.startswith(b"<") == (violation.attribute is None)
        if violation.attribute is not None:
            assert text.startswith(violation.attribute.rpartition(":")[2].encode()) or b":" in text
        assert violation.excerpt


@pytest.mark.parametrize("language", ["en", "nl"])
def test_sentences_are_for_people(language: str) -> None:
    for entry in BROKEN:
        for violation in validator(entry["version"], language).validate(ROOT / "samples" / entry["file"]).violations:
            message = violation.message
            assert message[0].isupper() or message[0] == "“" or message.startswith("xsi:"), message
            assert message.endswith((".", ">", '"')) or "Bijvoorbeeld" in message or "For example" in message, message
            for never in ("cvc-", "{http", "{urn", "Xsd", "NoneType", "None", "SCHEMAV", "lxml", "'xs:"):
                assert never not in message, message
