"""Documents read piece by piece: the same report as with the whole document in memory, and little memory."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.conftest import FULL
from tests.validation import models, mutants
from xmlsvc import validation
from xmlsvc.errors import InputError, SchemaError, TooLarge
from xmlsvc.validation import large
from xmlsvc.validation.report import Report
from xmlsvc.xml.parser import DEFAULT, Limits

ROOT = Path(__file__).resolve().parents[2]
SIZES = (large.Sizes(64, 100), large.Sizes(300, 1_000_000), large.Sizes(1_000, 500))
KEYS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>
<xs:element name="g" maxOccurs="unbounded"><xs:complexType><xs:sequence maxOccurs="unbounded">
<xs:element name="i" minOccurs="0"><xs:complexType>
<xs:attribute name="n" type="xs:int"/><xs:attribute name="to" type="xs:int"/><xs:attribute name="id" type="xs:ID"/>
<xs:attribute name="ref" type="xs:IDREF"/></xs:complexType></xs:element></xs:sequence>
<xs:attribute name="name" type="xs:token"/></xs:complexType>
<xs:unique name="inGroup"><xs:selector xpath="i"/><xs:field xpath="@n"/></xs:unique></xs:element></xs:sequence></xs:complexType>
<xs:key name="groups"><xs:selector xpath="g"/><xs:field xpath="@name"/></xs:key>
<xs:key name="items"><xs:selector xpath=".//i"/><xs:field xpath="@n"/></xs:key>
<xs:keyref name="links" refer="items"><xs:selector xpath="g/i"/><xs:field xpath="@to"/></xs:keyref></xs:element></xs:schema>"""


def told(report: Report) -> list[dict[str, Any]]:
    """The violations without who found them."""
    return [{key: value for key, value in asdict(violation).items() if key != "engines"} for violation in report.violations]


def streamed(validator: validation.Validator, data: bytes, sizes: large.Sizes, limits: Limits = DEFAULT) -> Report:
    return large.report(validator._bench, lambda: closing(io.BytesIO(data)), limits, "auto", "en", validator._valid, sizes)


def same(validator: validation.Validator, data: bytes, sizes: large.Sizes) -> bool:
    """Both ways say the same; whether the document is valid."""
    try:
        whole = validator.validate(data)
    except InputError as error:
        with pytest.raises(type(error)) as caught:
            streamed(validator, data, sizes)
        assert caught.value.message == error.message
        return False
    found = streamed(validator, data, sizes)
    assert found.valid == whole.valid and found.cut == whole.cut
    assert told(found) == told(whole)
    return whole.valid


@pytest.mark.parametrize("sizes", SIZES)
def test_the_samples_get_the_same_report(sizes: large.Sizes) -> None:
    validators = [validation.load(ROOT / "schemas" / "programme" / version / "programme.xsd") for version in ("1.0", "1.1")]
    verdicts = [same(validator, path.read_bytes(), sizes) for path in sorted(ROOT.glob("samples/*/*.xml")) for validator in validators]
    assert 20 < sum(verdicts) < len(verdicts) - 100


def test_mutants_get_the_same_report() -> None:
    validator = validation.load(ROOT / "schemas" / "programme" / "1.1" / "programme.xsd")
    rng = random.Random(11)
    paths = sorted((ROOT / "samples" / "valid").glob("*.xml"))
    for number in range(2_000 if FULL else 120):
        root = etree.fromstring(rng.choice(paths).read_bytes())
        for _ in range(rng.randint(1, 4)):
            root = mutants.mutate(root, rng)
        same(validator, etree.tostring(root, encoding="utf-8"), SIZES[number % 3])


def test_random_content_models_get_the_same_report(tmp_path: Path) -> None:
    rng = random.Random(5)
    for number in range(400 if FULL else 25):
        model = models.made(rng)
        path = tmp_path / f"{number}.xsd"
        path.write_text(models.schema(model), "utf-8")
        try:
            validator = validation.load(path)
        except SchemaError:
            continue
        for word in models.words(rng, model, 8):
            same(validator, models.document(word), large.Sizes(16, 0))


@pytest.mark.parametrize("sizes", SIZES)
def test_identity_across_pieces(tmp_path: Path, sizes: large.Sizes) -> None:
    (tmp_path / "k.xsd").write_text(KEYS, "utf-8")
    validator = validation.load(tmp_path / "k.xsd")
    rng = random.Random(3)
    seen = set()
    for _ in range(400 if FULL else 40):
        number = iter(range(1_000))
        groups = []
        for group in range(rng.randint(1, 4)):
            items = "".join(
                f'<i n="{rng.choice((next(number), 3))}" id="x{rng.choice((next(number), 9))}" to="{rng.randint(0, 8)}" '
                f'ref="x{rng.choice((9, rng.randint(0, 60)))}"/>\n' for _ in range(rng.randint(0, 6)))
            groups.append(f'<g{"" if rng.random() < 0.1 else f" name={chr(34)}g{rng.choice((group, 1))}{chr(34)}"}>{items}</g>')
        document = f"<r>\n{''.join(groups)}</r>".encode()
        same(validator, document, sizes)
        seen |= {violation["code"] for violation in told(validator.validate(document))}
    assert {"cvc-id.1", "cvc-id.2", "cvc-identity-constraint.4.1", "cvc-identity-constraint.4.2.1", "cvc-identity-constraint.4.2.2",
            "cvc-identity-constraint.4.3"} <= seen


_RECORD = (f'<item number="{{0}}"><title>The evening news, part {{0}}{", and more words" * 50}</title><date>2024-05-17</date>'
           '<minutes>25</minutes><genre>drama</genre></item>\n')
_MEASURE = """
import re, sys
from pathlib import Path
from xmlsvc import validation
validator = validation.load(sys.argv[1])
validator.validate(b'<catalogue xmlns="urn:c"><item/></catalogue>')  # everything is loaded
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
report = validator.validate(sys.argv[2])
print(peak() - before, report.valid, report.cut, len(report.violations))
for violation in report.violations[:1] + report.violations[-1:]:
    print(violation.line, violation.column, violation.path, violation.message)
"""


def _measured(tmp_path: Path, wrong: int) -> list[str]:
    """What a process of its own says of a large document with so many wrong records; the first line begins with the kilobytes it took."""
    from benchmarks.validation import _PLAIN

    (tmp_path / "c.xsd").write_text(_PLAIN, "utf-8")
    records = 55_000 if FULL else 12_000
    with (tmp_path / "c.xml").open("w", encoding="utf-8") as stream:
        stream.write('<catalogue xmlns="urn:c">\n')
        for number in range(records):
            record = _RECORD.format(number)
            bad = number >= records - wrong
            stream.write(record.replace("2024-05-17", "17/05/2024") if bad else record)
        stream.write("</catalogue>\n")
    run = subprocess.run([sys.executable, "-c", _MEASURE, str(tmp_path / "c.xsd"), str(tmp_path / "c.xml")], cwd=ROOT, capture_output=True,
                         text=True, check=True)
    return run.stdout.splitlines()


@pytest.mark.parametrize("wrong", [0, 900])
def test_a_large_document_takes_little_memory(tmp_path: Path, wrong: int) -> None:
    head, *rest = _measured(tmp_path, wrong)
    kilobytes, valid, cut, count = head.split()
    assert (valid, cut, count) == (str(wrong == 0), "False", str(wrong))
    assert int(kilobytes) < 60_000
    if wrong:
        records = 55_000 if FULL else 12_000
        assert rest[-1] == (f'{records + 1} {_RECORD.format(records - 1).index("<date>") + 1} /ns1:catalogue/ns1:item[{records}]/ns1:date '
                            "“17/05/2024” in “date” is not a date. Write 2024-05-17.")


def test_more_violations_than_are_listed(tmp_path: Path) -> None:
    (tmp_path / "k.xsd").write_text(KEYS, "utf-8")
    report = streamed(validation.load(tmp_path / "k.xsd"), b"<r>" + b"<x/>" * 5_000 + b"</r>", SIZES[0])
    assert not report.valid and report.cut and len(report.violations) == DEFAULT.violations


def test_attributes_and_depth_are_bounded_in_large_documents_too(tmp_path: Path) -> None:
    (tmp_path / "k.xsd").write_text(KEYS, "utf-8")
    validator = validation.load(tmp_path / "k.xsd")
    flood = b"<r><g " + b" ".join(b'a%d="1"' % n for n in range(1_100)) + b"/></r>"
    with pytest.raises(TooLarge):
        streamed(validator, flood, SIZES[2])
    with pytest.raises(TooLarge):
        streamed(validator, b"<r><g><i/></g></r>", SIZES[2], Limits(depth=2))


def test_what_needs_the_whole_document_gets_it(tmp_path: Path) -> None:
    """XSD 1.1, and xmlschema's word."""
    schema = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>
    <xs:element name="a" type="xs:int" maxOccurs="unbounded"/>
    </xs:sequence><xs:assert test="a[1] = 1"/></xs:complexType></xs:element></xs:schema>"""
    (tmp_path / "a.xsd").write_text(schema, "utf-8")
    (tmp_path / "b.xsd").write_text(schema.replace('<xs:assert test="a[1] = 1"/>', ""), "utf-8")
    for validator in (validation.load(tmp_path / "a.xsd"), validation.load(tmp_path / "b.xsd", engine="both")):
        assert validator.validate_large(lambda: closing(io.BytesIO(b"<r><a>1</a><a>2</a></r>"))).valid
        assert not validator.validate_large(lambda: closing(io.BytesIO(b"<r><a>x</a></r>"))).valid
