"""What-if runs: a candidate schema that nobody registered, further rules, an upgrade first, a part of the documents; and their causes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.documents import notes
from tests.documents.notes import note
from xmlsvc import errors
from xmlsvc.batch import clusters, measures, results, revalidate, script
from xmlsvc.cli import main
from xmlsvc.documents import accounts, revisions, runs, submit
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.publish import stylesheets
from xmlsvc.storage import model
from xmlsvc.xml import parser

CANDIDATE = notes.V1.replace('<xs:element name="title" type="xs:string"/>', '<xs:element name="title" type="Title"/>').replace(
    "</xs:schema>", '<xs:simpleType name="Title"><xs:restriction base="xs:string"><xs:maxLength value="5"/></xs:restriction>'
    "</xs:simpleType></xs:schema>").replace('name="tag" type="xs:token" minOccurs="0" maxOccurs="unbounded"',
                                            'name="label" type="xs:token" minOccurs="0"')  # fmt: skip
RULES = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="n" uri="urn:test:note"/>
<pattern><rule context="n:note"><assert test="n:pages">A note tells its pages.</assert></rule></pattern></schema>"""
UPGRADE = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:n="urn:test:note"
  exclude-result-prefixes="n">
<xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>
<xsl:template match="n:note[not(n:pages)]"><xsl:copy><xsl:apply-templates select="@*|n:title|n:due"/>
<pages xmlns="urn:test:note">1</pages><xsl:apply-templates select="n:tag"/></xsl:copy></xsl:template></xsl:stylesheet>"""


@pytest.fixture
def corpus(house: Services) -> Services:
    accounts.add_partner(house, OPERATOR, "nordlys")
    for n in range(12):
        body = note("Short" if n % 3 else "Rather long", tags=("a", "b") if n % 2 else (), pages="3" if n % 4 == 0 else None)
        submit.submit(house, OPERATOR, body, submit.Options(name=f"n{n}", partner="house" if n < 8 else "nordlys"))
    submit.submit(house, OPERATOR, note("X", due="someday"), submit.Options(name="bad", partner="house"))
    return house


def run(house: Services, **options: object) -> runs.Run:
    for _ in revalidate.revalidate(house, OPERATOR, executor="serial", **options):
        pass
    return runs.listed(house, OPERATOR)[0]


def test_a_candidate_that_nobody_registered(corpus: Services, tmp_path: Path) -> None:
    documents = corpus.sessions.read(lambda store: list(store.find(model.Document.id)))
    before = [revisions.get(corpus, OPERATOR, each) for each in documents]
    (tmp_path / "next.xsd").write_text(CANDIDATE, "utf-8")
    given = measures.given(corpus.settings, against=[tmp_path / "next.xsd"])
    (tmp_path / "next.xsd").unlink()  # it was kept
    found = run(corpus, **given)
    assert found.counts == {"newly-broken": 8, "still-valid": 4, "still-broken": 1} and found.total == 13
    assert [revisions.get(corpus, OPERATOR, each) for each in documents] == before, "nothing is written to the documents"
    assert [schema.version for schema in corpus.registry.versions("note")] == ["1", "2"]
    causes = clusters.listed(corpus, OPERATOR, found.id)
    assert [(each.kind, each.documents, each.violations) for each in causes] == [("unknown", 6, 12), ("value", 4, 4), ("value", 1, 1)]
    unknown, long, date = causes
    assert unknown.subject == ("note:tag",) and unknown.partners == {"house": 4, "nordlys": 2}
    assert long.code == "cvc-maxLength-valid" and long.values == {"Rather long": 4} and "type Title" in str(long.component)
    assert date.path == "/note:note/note:due"
    (first, *_) = examples = clusters.examples(corpus, found, long.id)
    assert len(examples) == 4 and first.violation.value == "Rather long" and any("Rather long" in line for _, line in first.lines)
    again = run(corpus, **given)
    assert again.counts == found.counts and clusters.listed(corpus, OPERATOR, again.id) == causes, "known verdicts tell the same"


def test_rules_and_an_upgrade_have_verdicts_of_their_own(corpus: Services, tmp_path: Path) -> None:
    (tmp_path / "rules.sch").write_text(RULES, "utf-8")
    (tmp_path / "up.xsl").write_text(UPGRADE, "utf-8")
    ruled = run(corpus, **measures.given(corpus.settings, rules=tmp_path / "rules.sch"))
    assert ruled.counts == {"newly-broken": 9, "still-valid": 3, "broken-otherwise": 1}
    assert clusters.listed(corpus, OPERATOR, ruled.id)[0].message == "A note tells its pages."
    assert run(corpus).counts == {"still-valid": 12, "still-broken": 1}, "nothing has become of the other verdicts"
    plain = run(corpus, vocabulary="note@2")
    assert plain.counts == {"newly-broken": 9, "still-valid": 3, "broken-otherwise": 1}
    upgraded = run(corpus, vocabulary="note@2", **measures.given(corpus.settings, upgrade=tmp_path / "up.xsl"))
    assert upgraded.counts == {"still-valid": 12, "still-broken": 1}


def test_further_rules_hold_for_large_documents_too(house: Services, tmp_path: Path) -> None:
    """These are looked at in another process."""
    (tmp_path / "rules.sch").write_text(RULES, "utf-8")
    submit.submit(house, OPERATOR, note("Long " * 20_000), submit.Options(name="long"))
    assert run(house, **measures.given(house.settings, rules=tmp_path / "rules.sch")).counts == {"newly-broken": 1}


def test_a_part_of_the_documents(corpus: Services) -> None:
    assert run(corpus, query="partner:nordlys").total == 4
    assert run(corpus, query="long", vocabulary="note").total == 4
    assert run(corpus, query="valid:false").counts == {"still-broken": 1}
    with pytest.raises(errors.BadRequest):
        run(corpus, query="valid:perhaps")


def test_what_is_no_schema_is_refused_before_there_is_a_run(corpus: Services, tmp_path: Path) -> None:
    (tmp_path / "bad.xsd").write_text(CANDIDATE.replace('type="Title"', 'type="Nothing"'), "utf-8")
    with pytest.raises(errors.SchemaError):
        measures.given(corpus.settings, against=[tmp_path / "bad.xsd"])
    (tmp_path / "up.xsl").write_text(UPGRADE, "utf-8")
    with pytest.raises(errors.UsageError, match="--vocabulary"):
        run(corpus, **measures.given(corpus.settings, upgrade=tmp_path / "up.xsl"))
    for name, text in (("r.toml", '[rules.a]\nxpath = "//a["\n'), ("r.sch", "<schema"), ("s.sch", "<a/>"), ("t.toml", "a = ")):
        (tmp_path / name).write_text(text, "utf-8")
        with pytest.raises(errors.SchemaError):
            run(corpus, vocabulary="note", **measures.given(corpus.settings, rules=tmp_path / name))
    assert runs.listed(corpus, OPERATOR) == []


LOOP = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:variable name="a" select="//node()|//@*"/>
<xsl:template match="/"><xsl:for-each select="$a"><xsl:for-each select="$a"><xsl:for-each select="$a"><xsl:for-each select="$a">
<xsl:for-each select="$a"><xsl:for-each select="$a"><xsl:for-each select="$a"><xsl:for-each select="$a"><xsl:for-each select="$a">
<xsl:value-of select="count(//node())"/></xsl:for-each></xsl:for-each></xsl:for-each></xsl:for-each></xsl:for-each></xsl:for-each>
</xsl:for-each></xsl:for-each></xsl:for-each></xsl:template></xsl:stylesheet>"""


def test_an_upgrade_that_runs_for_ever_ends_the_run(corpus: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stylesheets, "SECONDS", 0.5)
    (tmp_path / "loop.xsl").write_text(LOOP, "utf-8")
    with pytest.raises(errors.StylesheetError, match="3 documents in a row"):
        run(corpus, vocabulary="note@2", **measures.given(corpus.settings, upgrade=tmp_path / "loop.xsl"))
    assert runs.listed(corpus, OPERATOR)[0].state == "failed"
    data = note("A")
    with pytest.raises(errors.StylesheetError, match="was stopped"):
        script.parse(LOOP, corpus.settings).changed(data, parser.parse(data), corpus.registry.get("note").model)


def test_command_line_report_and_resume(corpus: Services, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "next.xsd").write_text(CANDIDATE, "utf-8")
    words = ["--instance", str(home), "revalidate", "--executor", "serial", "--against", str(tmp_path / "next.xsd")]
    for name in ("next.html", "next.json", "next.csv", "next.xml"):
        assert main([*words, "--report", str(tmp_path / name)]) == 1
    said = capsys.readouterr()
    assert "newly-broken\t" in said.out and "8 newly-broken" in said.err and "6 documents" in said.err
    page = (tmp_path / "next.html").read_text("utf-8")
    assert "<svg" in page and "http" not in page and "Rather long" in page and "3 causes" in page
    assert "newly broken 8 (" in page and "Proposed: " in page and "Partners, by broken documents" in page
    assert len(json.loads((tmp_path / "next.json").read_text("utf-8"))["items"]) == 9
    assert main([*words, "--report", str(tmp_path / "next.doc")]) == 2
    finished = runs.listed(corpus, OPERATOR)[0]
    assert main(["--instance", str(home), "revalidate", "--resume", finished.id]) == 1
    assert "nothing to go on with" in capsys.readouterr().err
    assert set(results.WRITERS) == {"json", "csv", "junit"}


def test_two_runs_compared(corpus: Services, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = run(corpus), run(corpus, vocabulary="note@2")
    words = ["--instance", str(home), "run", "compare"]
    assert main([*words, first.id, second.id]) == 1
    said = capsys.readouterr().out
    assert said.endswith("9 broke, 1 other-causes\n") and said.count("\nbroke\t") + said.startswith("broke\t") == 9
    assert main([*words, second.id, first.id]) == 0 and "9 mended, 1 other-causes" in capsys.readouterr().out
    assert main([*words, first.id, first.id]) == 0 and capsys.readouterr().out == "1 same-causes\n"


def test_a_candidate_may_come_as_a_zip_or_folder(corpus: Services, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "next"
    (folder / "parts").mkdir(parents=True)
    head, _, rest = CANDIDATE.partition(">")
    (folder / "next.xsd").write_text(f'{head}><xs:include schemaLocation="parts/more.xsd"/>{rest}', "utf-8")
    (folder / "parts" / "more.xsd").write_text(f"{head}/>", "utf-8")
    with zipfile.ZipFile(tmp_path / "next.zip", "w") as archive:
        for name in ("next.xsd", "parts/more.xsd"):
            archive.write(folder / name, f"delivery/{name}")
    words = ["--instance", str(home), "revalidate", "--executor", "serial", "--against"]
    for given in (folder / "next.xsd", folder, tmp_path / "next.zip"):
        assert main([*words, str(given)]) == 1
        assert "8 newly-broken" in capsys.readouterr().err
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    for given, said in ((tmp_path / "bad.zip", "is no zip archive"), (tmp_path / "none.zip", "cannot be read")):
        assert main([*words, str(given)]) == 2 and said in capsys.readouterr().err
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main([*words, str(empty)]) == 2 and "holds no schema document" in capsys.readouterr().err
