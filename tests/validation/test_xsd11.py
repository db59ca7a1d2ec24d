"""XSD 1.1, feature by feature: which documents are valid by the specification, and which schemas are refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from xmlsvc import validation
from xmlsvc.errors import SchemaError

_HEAD = ('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" '
         'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {0}>\n{1}\n</xs:schema>')


@dataclass
class Case:
    """A schema of `xsd11.txt`; `documents`: each with whether it is valid."""

    name: str
    attributes: str
    refused: bool
    body: list[str] = field(default_factory=list)
    documents: list[tuple[str, bool]] = field(default_factory=list)


def _cases() -> Iterator[Case]:
    case = None
    for line in Path(__file__).with_name("xsd11.txt").read_text("utf-8").splitlines()[1:]:
        if line.startswith(("= ", "! ")):
            name, _, attributes = line[2:].partition(" | ")
            case = Case(name, attributes, line[0] == "!")
            yield case
        elif case is not None and line.startswith(("+ ", "- ")):
            case.documents.append((line[2:], line[0] == "+"))
        elif case is not None and line:
            case.body.append(line)


CASES = list(_cases())


def load(case: Case, folder: Path, language: str = "en") -> validation.Validator:
    """The case's schema, ready to judge."""
    path = folder / "s.xsd"
    path.write_text(_HEAD.format(case.attributes, "\n".join(case.body)), "utf-8")
    return validation.load(path, version="1.1", language=language)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_it_is_judged_as_the_specification_says(case: Case, tmp_path: Path) -> None:
    if case.refused:
        with pytest.raises(SchemaError):
            load(case, tmp_path)
        return
    validator = load(case, tmp_path)
    for document, valid in case.documents:
        report = validator.validate(document.encode())
        assert report.valid is valid, (document, [violation.message for violation in report.violations])
        assert not report.disputed
