"""The catalogue of codes: complete, true, and printed as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xmlsvc import validation
from xmlsvc.validation import codes
from xmlsvc.validation.catalogue import CODES, Code

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "xmlsvc" / "validation").glob("*.py"))


def test_every_code_that_the_source_names_is_in_it() -> None:
    texts = [path.read_text("utf-8") for path in SOURCES if path.name != "catalogue.py"]
    named = {code for text in texts for code in re.findall(r'"(cvc-[A-Za-z0-9.-]+)"', text)}
    bounds = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive", "length", "minLength", "maxLength")
    facets = {f"cvc-{facet}-valid" for facet in bounds}
    prefixes = {"cvc-complex-type.2.4"}
    assert (named | facets) - prefixes <= codes.codes()


def test_none_is_there_twice() -> None:
    assert len({one.code for one in CODES}) == len(CODES)


@pytest.mark.parametrize("one", CODES, ids=lambda one: one.code)
def test_examples(one: Code, tmp_path: Path) -> None:
    path = tmp_path / "example.xsd"
    path.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{one.schema}</xs:schema>', "utf-8")
    validator = validation.load(path)
    assert one.code in {violation.code for violation in validator.validate(one.wrong.encode()).violations}
    if one.right:
        report = validator.validate(one.right.encode())
        assert report.valid, report.violations


def test_the_page_is_the_catalogue() -> None:
    assert (ROOT / "docs" / "codes.md").read_text("utf-8") == codes.page()
