"""Real vocabularies and documents: the verdict that two of three engines give, or the vocabulary's owner."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from tests.conftest import FULL
from xmlsvc import validation
from xmlsvc.errors import InputError

_QUICK = (
    "iati", "datacite", "pbcore-aapb", "smpte-imf", "mets-mods-premis", "saml-metadata", "oai-pmh", "gpx", "ebucore", "xsd11-opendrive",
)  # fmt: skip
_FULL = (*_QUICK, "crossref", "dvb-i", "mediaarea", "movielabs-mddf", "npo-poms", "ubl-en16931")
_SAMPLE = 40  # documents of a vocabulary in the quick run; those that the engines differ on are always among them


def _table(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def _majority(votes: list[str]) -> bool | None:
    valid, invalid = votes.count("valid"), votes.count("invalid") + votes.count("error")
    return None if valid == invalid else valid > invalid


@pytest.mark.parametrize("name", _FULL if FULL else _QUICK)
def test_verdicts(name: str, corpora: Path) -> None:
    folder = corpora / name
    referees = {row["doc"]: [vote for column, vote in row.items() if column.startswith("xerces")] for row in _table(folder / "REFEREE.tsv")}
    rows = [row for row in _table(folder / "VERDICTS.tsv") if row["schema"] and row["libxml2"] not in ("not-wf", "no-schema")]
    if not FULL:
        rows = [row for number, row in enumerate(random.Random(3).sample(rows, len(rows))) if number < _SAMPLE or row["doc"] in referees]
    validators: dict[str, validation.Validator] = {}
    wrong = []
    for row in rows:
        expected = _majority([row["libxml2"], row["xmlschema"], *referees.get(row["doc"], [])])
        schema = row["schema"]
        if schema not in validators:
            validators[schema] = validation.load(folder / "schema" / schema, catalog=folder / "schema")
        try:
            report = validators[schema].validate(folder / "docs" / row["doc"])
        except InputError:
            assert row["xmlschema"] == "not-wf"
            continue
        if expected is None and row["libxml2"] == "schema-error":
            expected = row["xmlschema"] == "valid"
        if (expected is not None and report.valid != expected) or report.disputed:
            wrong.append((row["doc"], expected, report.violations))
    assert not wrong


def test_iati_says_what_its_owner_says(corpora: Path) -> None:
    """The folders are named should-pass and should-fail."""
    folder = corpora / "iati"
    validators: dict[str, validation.Validator] = {}
    rows = [row for row in _table(folder / "VERDICTS.tsv") if "should-" in row["doc"] and row["schema"]]
    assert rows
    for row in rows if FULL else random.Random(4).sample(rows, 150):
        if row["schema"] not in validators:
            validators[row["schema"]] = validation.load(folder / "schema" / row["schema"])
        report = validators[row["schema"]].validate(folder / "docs" / row["doc"])
        both = row["libxml2"] == row["xmlschema"]
        owner = "should-pass" in row["doc"]
        assert report.valid == owner or (both and report.valid == (row["libxml2"] == "valid")), row["doc"]
