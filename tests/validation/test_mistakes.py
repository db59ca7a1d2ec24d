"""Typical mistakes of partners, and what they are told, word for word.

The files mistakes.en.txt and mistakes.nl.txt hold the whole text. After a change of the sentences, read the new ones aloud: would
somebody who has never seen the schema know what to do? Then write them down: python -m tests.validation.test_mistakes
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from xmlsvc import validation

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = Path(__file__).parent


def told(language: str) -> Iterator[str]:
    """A paragraph for each broken sample: what is broken, and what the report says."""
    index = tomllib.loads((ROOT / "samples" / "index.toml").read_text("utf-8"))
    validators: dict[str, validation.Validator] = {}
    for entry in index["invalid"]:
        if "codes" not in entry:
            continue
        version = entry["version"]
        if version not in validators:
            validators[version] = validation.load(ROOT / "schemas" / "programme" / version / "programme.xsd", language=language)
        report = validators[version].validate(ROOT / "samples" / entry["file"])
        lines = [f"{violation.line}:{violation.column} {violation.message}" for violation in report.violations]
        yield "\n".join([f"{entry['file']} ({entry['broken']})", *lines, ""])


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_partners_are_told(language: str) -> None:
    assert "\n".join(told(language)) == (GOLDEN / f"mistakes.{language}.txt").read_text("utf-8")


def test_there_are_enough_of_them() -> None:
    assert sum(1 for _ in told("en")) >= 60


if __name__ == "__main__":
    for one in ("en", "nl"):
        (GOLDEN / f"mistakes.{one}.txt").write_text("\n".join(told(one)), "utf-8")
