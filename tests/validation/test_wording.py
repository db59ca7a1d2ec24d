"""No sentence speaks as a program does: over mutants of real documents, in both languages."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from lxml import etree

from tests.conftest import FULL
from tests.validation import mutants, test_xsd11
from xmlsvc import validation
from xmlsvc.errors import InputError
from xmlsvc.xml import parser

_VOCABULARIES = {
    "datacite": "4.7/metadata.xsd", "pbcore-aapb": "pbcore-2.1.xsd", "iati": "iati-activities-schema.xsd",
    "mets-mods-premis": "mets-driver.xsd", "xsd11-opendrive": "", "saml-metadata": "", "ebucore": "",
}  # fmt: skip
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_EXAMPLE = re.compile(r"(?:For example|Bijvoorbeeld|a condition of the schema|een voorwaarde van het schema): .*", re.DOTALL)
_SPEECH = re.compile(
    r"\{[\w:/.#-]*\}|\bcvc-|\bXsd[A-Z]|<class |\bNone\b|\bNoneType\b|\bDecimal\(|\bdatetime\.|\belementpath\b|\blibxml2?\b|\blxml\b|"
    r"\bxmlschema\b|\bxs:|\\x[0-9a-f]|\[\]|\(\)|Traceback|\w(?:Error|Exception)\b|0x[0-9a-f]{4}|'\w+'|  |\{|\}|\.\.$|[^.:)”>]$")


def _faults(report: validation.Report) -> list[str]:
    """The sentences that say anything but names, values and examples in a program's words."""
    return [one.message for one in report.violations
            if _SPEECH.search(_EXAMPLE.sub("Example.", re.sub(r"(Write|Schrijf) .*", r"\1.", _QUOTED.sub("”", one.message))))]


def _schema(folder: Path, name: str) -> tuple[Path, list[Path]]:
    """A schema of the vocabulary, and small documents that are valid by it."""
    rows = [line.split("\t") for line in (folder / "VERDICTS.tsv").read_text("utf-8").splitlines()]
    doc, schema, verdict = (rows[0].index(column) for column in ("doc", "schema", "xmlschema"))
    chosen = name or next(row[schema] for row in rows[1:] if row[schema] and row[verdict] == "valid")
    found = [folder / "docs" / row[doc] for row in rows[1:] if row[schema] == chosen and row[verdict] == "valid"]
    return folder / "schema" / chosen, [path for path in found if path.stat().st_size < 15_000]


@pytest.mark.parametrize("name", _VOCABULARIES)
def test_mutants_are_spoken_of_in_words(name: str, corpora: Path) -> None:
    schema, documents = _schema(corpora / name, _VOCABULARIES[name])
    validators = [validation.load(schema, catalog=corpora / name / "schema", language=language) for language in ("en", "nl")]
    rng = random.Random(5)
    said = 0
    for _ in range(400 if FULL else 30):
        try:
            root = parser.parse(rng.choice(documents).read_bytes()).getroot()
        except InputError:
            continue
        data = etree.tostring(mutants.mutate(root, rng), encoding="UTF-8")
        for validator in validators:
            report = validator.validate(data)
            assert _faults(report) == []
            said += len(report.violations)
    assert said > 10


def test_conditions_and_alternatives_are_spoken_of_in_words(tmp_path: Path) -> None:
    """XSD 1.1, where xmlschema decides."""
    said = 0
    for case in random.Random(6).sample(test_xsd11.CASES, len(test_xsd11.CASES) if FULL else 30):
        if not case.refused:
            for language in ("en", "nl"):
                validator = test_xsd11.load(case, tmp_path, language)
                for document, _ in case.documents:
                    report = validator.validate(document.encode())
                    assert _faults(report) == []
                    said += len(report.violations)
    assert said > 10
