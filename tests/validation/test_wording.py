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


KINDS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:k="urn:k" targetNamespace="urn:k" elementFormDefault="qualified">
<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="k:head"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="head" type="k:Any" abstract="true"/><xs:element name="one" type="k:Any" substitutionGroup="k:head"/>
<xs:complexType name="Any" abstract="true"/>
<xs:complexType name="Real"><xs:complexContent><xs:extension base="k:Any"/></xs:complexContent></xs:complexType></xs:schema>"""


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(("scope", "name"), [
    ('xmlns="urn:k"', "one"), ('xmlns:q="urn:k"', "q:one"),
    ('xmlns="urn:k" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', "one"),
])  # fmt: skip
def test_a_suggested_type_can_be_written_as_it_is_said(tmp_path: Path, scope: str, name: str, language: str) -> None:
    (tmp_path / "k.xsd").write_text(KINDS)
    validator, root = validation.load(tmp_path / "k.xsd", language=language), name.replace("one", "r")
    (told,) = validator.validate(f"<{root} {scope}><{name}/></{root}>".encode()).violations
    said = re.findall(r'[\w:]+="[^"]*"', told.message)
    assert validator.validate(f"<{root} {scope}><{name} {' '.join(said)}/></{root}>".encode()).valid, told.message


def test_a_suggested_type_brings_its_prefix_along(tmp_path: Path) -> None:
    (tmp_path / "v.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:v="urn:v" targetNamespace="urn:v">
      <xs:complexType name="Any" abstract="true"/><xs:complexType name="Real"><xs:complexContent><xs:extension base="v:Any"/>
      </xs:complexContent></xs:complexType></xs:schema>""")
    (tmp_path / "k.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:v="urn:v" targetNamespace="urn:k">
      <xs:import namespace="urn:v" schemaLocation="v.xsd"/><xs:element name="one" type="v:Any"/></xs:schema>""")
    validator = validation.load(tmp_path / "k.xsd")
    (told,) = validator.validate(b'<one xmlns="urn:k"/>').violations
    said = re.findall(r'[\w:]+="[^"]*"', told.message)
    assert said == ['xsi:type="v:Real"', 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', 'xmlns:v="urn:v"']
    assert validator.validate(f'<one xmlns="urn:k" {" ".join(said)}/>'.encode()).valid


def test_an_abstract_element_of_an_abstract_type_is_one_violation(tmp_path: Path) -> None:
    (tmp_path / "k.xsd").write_text(KINDS)
    (told,) = validation.load(tmp_path / "k.xsd").validate(b'<r xmlns="urn:k"><head/></r>').violations
    assert told.code == "cvc-elt.2" and "“one”" in told.message
