"""The samples that ship, through the whole line: each yields what its index says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from xmlsvc import builtin
from xmlsvc.batch.load import Loaded, load
from xmlsvc.documents import instance, receipts, revisions, services
from xmlsvc.documents.access import OPERATOR

SAMPLES = builtin.path("samples")
INDEX: dict[str, list[dict[str, Any]]] = tomllib.loads((SAMPLES / "index.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Loaded]:
    home = tmp_path_factory.mktemp("samples") / "instance"
    instance.init(home)
    with services.open(home) as house:
        found = {item.place.removeprefix(f"{SAMPLES}/"): item for item in load(house, OPERATOR, [SAMPLES / "valid", SAMPLES / "invalid"])}
        for name, item in found.items():
            assert item.receipt, name
            assert receipts.body(house, OPERATOR, item.receipt) == (SAMPLES / name).read_bytes()
            if item.document:
                assert revisions.read(house, OPERATOR, item.document)[2] == (SAMPLES / name).read_bytes()
    return found


def test_there_are_as_many_as_a_newcomer_needs(loaded: dict[str, Loaded]) -> None:
    assert len(INDEX["valid"]) >= 40 and len(INDEX["invalid"]) >= 30
    listed = {entry["file"] for entry in INDEX["valid"] + INDEX["invalid"]}
    assert set(loaded) == listed
    assert {path.relative_to(SAMPLES).as_posix() for path in Path(SAMPLES).rglob("*.xml")} == listed


def test_valid_ones_are_published_at_once(loaded: dict[str, Loaded]) -> None:
    for entry in INDEX["valid"]:
        item = loaded[entry["file"]]
        assert item.outcome == "new", (entry["file"], item.message, item.report)
        assert item.report is not None and item.report.schema is not None and item.report.schema.version == entry["version"]


def test_invalid_ones_yield_what_the_index_says(loaded: dict[str, Loaded]) -> None:
    wrong = []
    for entry in INDEX["invalid"]:
        item = loaded[entry["file"]]
        if "problem" in entry:
            got: Any = item.outcome
            expected: Any = "refused"
        else:
            got = sorted(violation.code for violation in item.report.violations) if item.report else item.message
            expected = sorted(entry["codes"])
        if got != expected:
            wrong.append((entry["file"], expected, got))
    assert wrong == []
