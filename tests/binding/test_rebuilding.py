"""Whatever a schema allows can be read by its views and made again from what they say: for every schema at hand."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.binding.rebuilding import canonical, normal, rebuilt
from tests.binding.test_corpora import QUICK, classes
from tests.conftest import FULL, shared
from xmlsvc.schema.literals import NoExample
from xmlsvc.vocabularies.programme import v1_1

EACH = 25 if FULL else 1


def schemas() -> list[Path]:
    """Every schema that a document of the corpora is judged by; the first of some of them in the quick run."""
    found: list[Path] = []
    for table in sorted((shared() / "corpora").glob("*/VERDICTS.tsv")):
        if FULL or table.parent.name in QUICK:
            with table.open(newline="", encoding="utf-8") as lines:
                names = dict.fromkeys(row["schema"] for row in csv.DictReader(lines, delimiter="\t"))
            paths = [path for name in names if "+" not in name and (path := table.parent / "schema" / name).is_file()]
            found += paths if FULL else paths[:1]
    return found


def same(package: ModuleType, doc: Any) -> None:
    """The document, made again from what its views say, is valid and canonically the same."""
    assert doc.validate().valid, doc.validate().violations
    made = rebuilt(package, doc)
    assert made == doc
    assert canonical(made) == canonical(doc) or canonical(normal(package, made)) == canonical(normal(package, doc))
    assert made.validate().valid, made.validate().violations


@pytest.mark.parametrize("schema", schemas(), ids=lambda path: "/".join(path.parts[-3:]))
def test_samples_are_made_again_from_their_views(schema: Path) -> None:
    package = classes(schema)
    if package is None:
        return
    reasons: Counter[str] = Counter()

    @settings(max_examples=EACH, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10_000), st.sampled_from([name for name, element in package.package.model.elements.items()
                                                    if not element.abstract and name in package.package.elements]))
    def check(seed: int, root: str) -> None:
        try:
            doc = package.sample(root, seed=seed)
        except NoExample as error:
            reasons[str(error).split(":")[0]] += 1
            return
        same(package, doc)
        reasons["made again"] += 1

    check()
    assert reasons["made again"] or len(reasons) == 1, reasons


@given(st.integers(0, 10_000))
@settings(max_examples=200 if FULL else 5, suppress_health_check=list(HealthCheck))
def test_programmes_are_made_again_from_their_views(seed: int) -> None:
    same(v1_1, v1_1.sample(seed=seed))


def test_the_library_is_made_again_from_its_views(library: ModuleType) -> None:
    for seed in range(200 if FULL else 20):
        same(library, library.sample("library", seed=seed))
