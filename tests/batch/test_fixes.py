"""Fixes: proposed from schema and values, seen before they are done, applied as ordinary revisions, and taken back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from xmlsvc import errors
from xmlsvc.batch import clusters, fixes, fixing, measures, revalidate, runner, trying, undoing, values
from xmlsvc.batch import script as scripts
from xmlsvc.cli import main
from xmlsvc.documents import revise, revisions, runs, submit, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.schema.model import SimpleType
from xmlsvc.storage import model
from xmlsvc.xml import parser

XS = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:i="urn:i" targetNamespace="urn:i" elementFormDefault="qualified">'
V1 = XS + """<xs:element name="item"><xs:complexType><xs:sequence>
  <xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/></xs:sequence><xs:anyAttribute processContents="skip"/>
  </xs:complexType></xs:element><xs:element name="it"><xs:complexType><xs:sequence>
  <xs:any processContents="skip" maxOccurs="unbounded"/></xs:sequence><xs:anyAttribute processContents="skip"/>
  </xs:complexType></xs:element></xs:schema>"""
V2 = XS + """<xs:element name="item"><xs:complexType><xs:sequence>
  <xs:element name="title" type="xs:string"/>
  <xs:element name="genre" minOccurs="0"><xs:simpleType><xs:restriction base="xs:token">
    <xs:enumeration value="documentary"/><xs:enumeration value="drama"/></xs:restriction></xs:simpleType></xs:element>
  <xs:element name="date" type="xs:date" minOccurs="0"/>
  <xs:element name="price" type="xs:decimal" minOccurs="0"/>
  <xs:element name="format" type="xs:string" fixed="xml" minOccurs="0"/>
  <xs:element name="level" type="xs:int" default="1"/>
  <xs:element name="words" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:element name="entry" type="xs:string" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="stop" minOccurs="0"><xs:complexType/></xs:element>
  </xs:sequence><xs:attribute name="language" type="xs:language"/><xs:attribute name="form" use="required" fixed="a"/></xs:complexType>
  </xs:element></xs:schema>"""


def item(inside: str, attributes: str = ' form="a"') -> bytes:
    return f'<?xml version="1.0"?>\r\n<item   xmlns="urn:i"{attributes}>\r\n  {inside}\r\n</item>\r\n'.encode()


TITLE, LEVEL = "<title>A</title>", "<level>2</level>"
FAULTS: dict[str, tuple[bytes, str, bytes]] = {
    # what is wrong: the document, a step of the script that must be proposed first, what the document becomes
    "order": (item(f"{LEVEL}{TITLE}"), "reorder //i:item", item(f"{TITLE}{LEVEL}")),
    "enumeration": (item(f"{TITLE}<genre>Documentaries</genre>{LEVEL}"), 'replace //i:item/i:genre : "Documentaries" -> "documentary"',
                    item(f"{TITLE}<genre>documentary</genre>{LEVEL}")),
    "date": (item(f"{TITLE}<date>17/05/2024</date>{LEVEL}"), "convert //i:item/i:date : date-dmy",
             item(f"{TITLE}<date>2024-05-17</date>{LEVEL}")),
    "number": (item(f"{TITLE}<price>1.234,50</price>{LEVEL}"), "convert //i:item/i:price : number-comma",
               item(f"{TITLE}<price>1234.50</price>{LEVEL}")),
    "invisible": (item(f"{TITLE}<date>2024-05-17\u200b</date>{LEVEL}"), "convert //i:item/i:date : visible",
                  item(f"{TITLE}<date>2024-05-17</date>{LEVEL}")),
    "fixed": (item(f"{TITLE}<format>XML</format>{LEVEL}"), 'set //i:item/i:format = "xml"', item(f"{TITLE}<format>xml</format>{LEVEL}")),
    "default": (item(TITLE), 'supply /i:item : i:level = "1"', item(f"{TITLE}\r\n  <level>1</level>")),
    "attribute": (item(f"{TITLE}{LEVEL}", ""), 'add /i:item : @form = "a"', item(f"{TITLE}{LEVEL}", '   form="a"')),
    "misspelt": (item(f"<tilte>A</tilte>{LEVEL}"), "rename //i:item/i:tilte -> i:title", item(f"{TITLE}{LEVEL}")),
    "attribute misspelt": (item(f"{TITLE}{LEVEL}", ' form="a" langauge="nl"'), "rename /i:item/@langauge -> language",
                           item(f"{TITLE}{LEVEL}", ' form="a" language="nl"')),
    "moved": (item(f"{TITLE}{LEVEL}<entry>x</entry>"), "move //i:item/i:entry -> i:words",
              item(f"{TITLE}{LEVEL}\r\n  <words>\r\n    <entry>x</entry>\r\n  </words>")),
}  # fmt: skip
FORMAT = "<format>xml</format>"
ENTRY = "<words><entry>x</entry>{}</words>"
FAULTS |= {
    "one level too deep": (item(f"{TITLE}{LEVEL}{ENTRY.format(FORMAT)}"), "lift //i:words/i:format",
                           item(f"{TITLE}{FORMAT}{LEVEL}{ENTRY.format('')}")),
    "white space": (item(f"{TITLE}{LEVEL}<stop> </stop>"), 'set //i:item/i:stop[not(*) and not(normalize-space())] = ""',
                    item(f"{TITLE}{LEVEL}<stop></stop>")),
    "language": (item(f"{TITLE}{LEVEL}", ' form="a" language="nl_NL"'), "convert /i:item/@language : language",
                 item(f"{TITLE}{LEVEL}", ' form="a" language="nl-NL"')),
    "root": (b'<it xmlns="urn:i" form="a"><title>A</title><level>2</level></it>', "rename /i:it -> i:item",
             b'<item xmlns="urn:i" form="a"><title>A</title><level>2</level></item>'),
}  # fmt: skip
LOSSY = {
    "unknown": (item(f"{TITLE}{LEVEL}<strange/>"), "delete //i:item/i:strange", item(f"{TITLE}{LEVEL}")),
    "twice": (item(f"{TITLE}{LEVEL}{LEVEL}"), "drop //i:item/i:level", item(f"{TITLE}{LEVEL}")),
}


@pytest.fixture
def house(bare: Services, tmp_path: Path) -> Services:
    """`item` 1, which lets nearly everything be, and 2."""
    for version, text in (("1", V1), ("2", V2)):
        path = tmp_path / "xsd" / version / "item.xsd"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
        vocabularies.add(bare, OPERATOR, "item", [path], version)
    return bare


def broken(house: Services, bodies: dict[str, bytes]) -> tuple[str, list[clusters.Cluster]]:
    """Delivered under 1, then judged by 2: the run and its causes."""
    for name, body in bodies.items():
        submit.submit(house, OPERATOR, body, submit.Options(name=name))
    for _ in revalidate.revalidate(house, OPERATOR, vocabulary="item@2", executor="serial"):
        pass
    run = runs.listed(house, OPERATOR)[0]
    return run.id, clusters.listed(house, OPERATOR, run.id)


def work(house: Services) -> None:
    runner.work(house, threading.Event(), once=True)


def body_of(house: Services, name: str) -> bytes:
    (found,) = house.sessions.read(lambda store: list(store.find(model.Document.id, model.Document.identity == name)))
    return revisions.read(house, OPERATOR, found)[2]


@pytest.mark.parametrize("name", [*FAULTS, *LOSSY])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_proposed_mends_it(house: Services, name: str) -> None:
    body, step, after = (FAULTS | LOSSY)[name]
    run_id, causes = broken(house, {name: body})
    assert len(causes) == 1, [cause.message for cause in causes]
    first = fixes.proposals(house, OPERATOR, run_id, causes[0].id)[0]
    assert first.script.splitlines()[-1] == step, first.script
    assert first.lossy == (name in LOSSY) and (first.trial.helped, first.trial.valid) == (1, 1)
    fixing.apply(house, OPERATOR, run_id, causes[0].id, first.script)
    work(house)
    assert body_of(house, name) == after, "no byte is changed that need not be"


def test_a_fix_is_one_run_of_revisions_and_can_be_taken_back(house: Services, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bodies = {f"d{n}": item(f"{TITLE}<date>{n}/05/2024</date>{LEVEL}") for n in range(11, 16)}
    bodies["both"] = item(f"{TITLE}<date>20/05/2024</date>{LEVEL}<strange/>")
    run_id, causes = broken(house, bodies)
    dates = next(cause for cause in causes if cause.documents == 6)
    proposal = fixes.proposals(house, OPERATOR, run_id, dates.id)[0]
    words = ["--instance", str(home), "fix", run_id, dates.id[:6]]
    assert main(words) == 0 and "date-dmy" in capsys.readouterr().out
    assert main([*words, "--preview"]) == 0
    assert "-  <title>A</title><date>11/05/2024</date>" in capsys.readouterr().out
    assert main([*words, "--sample", "6"]) == 0 and "6 without the cause, 5 valid" in capsys.readouterr().out
    revised = revise.revise(house, OPERATOR, _id(house, "d15"), item(f"<title>B</title><date>15/05/2024</date>{LEVEL}"), revise.Saving())
    made = fixing.apply(house, OPERATOR, run_id, dates.id, proposal.script)
    work(house)
    fixed = runs.get(house, OPERATOR, made)
    assert fixed.counts == {"fixed": 6} and fixed.state == "done" and fixed.total == 6, "a later revision is fixed, too; 1 lets the rest be"
    assert body_of(house, "d15") == item(f"<title>B</title><date>2024-05-15</date>{LEVEL}")
    history = revisions.listed(house, OPERATOR, _id(house, "d15"))
    assert [(each.kind, each.run_id) for each in history][:1] == [("fix", made)] and revised.revision == 2
    later = revise.revise(house, OPERATOR, _id(house, "d11"), item(f"<title>C</title><date>2024-05-11</date>{LEVEL}"), revise.Saving())
    assert main([*words, "--undo"]) == 1
    assert "5 undone" in capsys.readouterr().err
    assert body_of(house, "d12") == bodies["d12"] and body_of(house, "both") == bodies["both"]
    assert revisions.get(house, OPERATOR, _id(house, "d11")).current == later.revision, "nobody's later revision is overwritten"


def _id(house: Services, name: str) -> str:
    return house.sessions.read(lambda store: str(store.find(model.Document.id, model.Document.identity == name).one()))


def test_a_fix_that_is_interrupted_goes_on(house: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id, causes = broken(house, {f"d{n}": item(f"{TITLE}<date>{n}/05/2024</date>{LEVEL}") for n in range(11, 17)})
    script = fixes.proposals(house, OPERATOR, run_id, causes[0].id)[0].script
    made = fixing.apply(house, OPERATOR, run_id, causes[0].id, script)
    real, calls = undoing.note, iter(range(100))

    def note(*arguments: object) -> None:
        if next(calls) == 3:
            raise errors.Unavailable("the database has gone")  # after the revision, before its item
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(undoing, "note", note)
    work(house)
    run = runs.get(house, OPERATOR, made)
    assert run.state == "done" and run.counts == {"fixed": 6}
    assert {revisions.get(house, OPERATOR, _id(house, f"d{n}")).current for n in range(11, 17)} == {2}, "each is revised once"


def test_an_operators_own_script_and_stylesheet(house: Services, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_id, causes = broken(house, {f"d{n}": item(f"{TITLE}{LEVEL}<strange>{n}</strange>") for n in range(3)})
    sheet = tmp_path / "mine.xsl"
    sheet.write_text("""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:i="urn:i"
      exclude-result-prefixes="i"><xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>
      </xsl:template><xsl:template match="i:strange"/></xsl:stylesheet>""", "utf-8")
    words = ["--instance", str(home), "fix", run_id, causes[0].id]
    assert main([*words, "--script", str(sheet), "--preview"]) == 0
    said = capsys.readouterr().out
    assert "-  <title>A</title><level>2</level><strange>0</strange>" in said and "+  <title>A</title><level>2</level>" in said
    assert main([*words, "--apply"]) == 2, "what takes something away is chosen, not taken"
    assert main([*words, "--script", str(sheet), "--apply"]) == 0
    assert body_of(house, "d1") == item(f"{TITLE}{LEVEL}")
    (tmp_path / "idle.txt").write_text('replace /nowhere/at : "a" -> "b"', "utf-8")
    assert main([*words, "--script", str(tmp_path / "idle.txt"), "--preview"]) == 0 and "nothing changes here" in capsys.readouterr().out
    assert main([*words, "--script", str(tmp_path / "none.txt")]) == 2 and "none.txt cannot be read: No such" in capsys.readouterr().err
    (tmp_path / "bad.txt").write_text("delete //[", "utf-8")
    assert main([*words, "--script", str(tmp_path / "bad.txt"), "--apply"]) == 2 and "Line 1" in capsys.readouterr().err


UPGRADE = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:i="urn:i" exclude-result-prefixes="i">
<xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>
<xsl:template match="i:item"><xsl:copy><xsl:apply-templates select="@*|node()"/><level xmlns="urn:i"><xsl:value-of select="1 + i:level"/>
</level></xsl:copy></xsl:template><xsl:template match="i:level"/></xsl:stylesheet>"""


def test_after_an_upgrade_a_fix_has_both(house: Services, tmp_path: Path) -> None:
    """What the upgrade changes and what the script changes become one revision; a document that was upgraded meanwhile is not so again."""
    (tmp_path / "up.xsl").write_text(UPGRADE, "utf-8")
    for n in (17, 18, 19):
        body = item(f"{TITLE}<date>{n}/05/2024</date>{LEVEL}")
        submit.submit(house, OPERATOR, body, submit.Options(name=f"d{n}", vocabulary="item@1"))
    given = measures.given(house.settings, upgrade=tmp_path / "up.xsl")
    for _ in revalidate.revalidate(house, OPERATOR, vocabulary="item@2", executor="serial", **given):
        pass
    run = runs.listed(house, OPERATOR)[0]
    (cause,) = clusters.listed(house, OPERATOR, run.id)
    proposal = fixes.proposals(house, OPERATOR, run.id, cause.id)[0]
    assert proposal.script.splitlines()[-1] == "convert //i:item/i:date : date-dmy"
    assert (proposal.trial.helped, proposal.trial.valid) == (3, 3)
    (first, *_) = clusters.members(house, run.id, cause.id)
    measure, script = measures.Measures(house, run.parameters).of(first.schema), scripts.parse(proposal.script, house.settings)
    (preview,) = trying.previews(house, measure, script, [first], cause.id)
    assert preview.valid and preview.helped and ("-", f"  {TITLE}<date>17/05/2024</date>{LEVEL}") in preview.lines
    upgraded = trying.upgraded(house, measure, body_of(house, "d18"))
    revise.revise(house, OPERATOR, _id(house, "d18"), upgraded, revise.Saving(draft=True, schema="item@2"))
    made = fixing.apply(house, OPERATOR, run.id, cause.id, proposal.script)
    work(house)
    assert runs.get(house, OPERATOR, made).counts == {"fixed": 3}
    for n in (17, 18, 19):
        found = body_of(house, f"d{n}")
        assert found.count(b"<level>3") == 1 and f"<date>2024-05-{n}</date>".encode() in found
        assert found.startswith(b'<?xml version="1.0"?>\r\n<item   xmlns="urn:i" form="a">\r\n  <title>A</title>'), found
        assert revisions.listed(house, OPERATOR, _id(house, f"d{n}"))[0].version == "item@2"
    fixing.undo(house, OPERATOR, made)
    work(house)
    assert body_of(house, "d17") == item(f"{TITLE}<date>17/05/2024</date>{LEVEL}") and body_of(house, "d18") == upgraded


def test_a_candidate_must_be_registered_before_documents_become_its(house: Services, tmp_path: Path) -> None:
    (tmp_path / "next.xsd").write_text(V2.replace('value="drama"', 'value="Drama"'), "utf-8")
    submit.submit(house, OPERATOR, item(f"{TITLE}<genre>drama</genre>{LEVEL}"), submit.Options(name="a"))
    for _ in revalidate.revalidate(house, OPERATOR, executor="serial", **measures.given(house.settings, against=[tmp_path / "next.xsd"])):
        pass
    run = runs.listed(house, OPERATOR)[0]
    (cause,) = clusters.listed(house, OPERATOR, run.id)
    proposal = fixes.proposals(house, OPERATOR, run.id, cause.id)[0]
    assert proposal.trial.valid == 1
    with pytest.raises(errors.Conflict, match="vocabulary add"):
        fixing.apply(house, OPERATOR, run.id, cause.id, proposal.script)
    vocabularies.add(house, OPERATOR, "item", [tmp_path / "next.xsd"], "3")
    made = fixing.apply(house, OPERATOR, run.id, cause.id, proposal.script)
    work(house)
    assert runs.get(house, OPERATOR, made).counts == {"fixed": 1}


@pytest.mark.parametrize(("line", "said"), [
    ("remove //x", "begins with 'remove'"), ("delete //[", "no XPath"), ("convert //a : sideways", "no conversion"),
    ("rename //a -> q:b", "no line declares"), ("replace //a -> b", "For example: replace"), ('set //a = "\\x"', "no text"),
])  # fmt: skip
def test_a_script_that_cannot_be_read_says_where(line: str, said: str) -> None:
    with pytest.raises(errors.BadRequest, match=r"Line 2|q:b") as caught:
        scripts.lines(f"# one\n{line}")
    assert said in caught.value.message, caught.value.message


def test_nothing_is_guessed() -> None:
    day = SimpleType(name=None, variety="atomic", builtin="date", primitive="date")
    assert [title for title, _ in values.drafts(day, {"03/04/2024": 5})] == []
    assert len(list(values.drafts(day, {"03/04/2024": 5, "17/04/2024": 1}))) == 1
    listed = SimpleType(name=None, variety="atomic", builtin="token", primitive="string", enumeration=("cat", "car", "Sea rescue"))
    assert values.nearest(listed, "cas") is None, "two are as near"
    assert values.nearest(listed, "sea-rescue") == "Sea rescue" and values.nearest(listed, "ship") is None


def test_what_a_trial_shows(house: Services) -> None:
    run_id, causes = broken(house, {"a": item(f"{LEVEL}{TITLE}")})
    found = measures.Measures(house, runs.get(house, OPERATOR, run_id).parameters)
    members = clusters.members(house, run_id, causes[0].id)
    script = scripts.lines("namespace i = urn:i\ndelete //i:level")
    (shown,) = trying.previews(house, found.of(members[0].schema), script, members, causes[0].id)
    assert not shown.valid and shown.helped and "level" in shown.left[0]


def test_each_value_is_written_as_the_schema_wants_it_and_those_that_are_right_stay(house: Services) -> None:
    wrong = ["17/05/2024", "2024/5/18", "19 May 2024", "20.05.2024"]
    bodies = {f"w{n}": item(f"{TITLE}<date>{text}</date>{LEVEL}") for n, text in enumerate(wrong)}
    run_id, causes = broken(house, bodies)
    (first, *others) = fixes.proposals(house, OPERATOR, run_id, causes[0].id)
    assert (first.trial.helped, first.trial.valid) == (4, 4) and all(other.trial.helped < 4 for other in others)
    script = scripts.lines("namespace i = urn:i\nconvert //i:item/i:price : number-whole number-comma")
    schema = house.registry.get("item", "2")
    for text, made in (("12.0", "12.0"), ("1,50", "1.50"), ("12,0", "12")):
        data = item(f"{TITLE}<price>{text}</price>{LEVEL}")
        assert script.changed(data, parser.parse(data), schema.model)[1] == item(f"{TITLE}<price>{made}</price>{LEVEL}")


OLD = XS + """<xs:element name="log"><xs:complexType><xs:sequence><xs:element name="creation_date" type="xs:date"/>
  <xs:element name="people" minOccurs="0"><xs:complexType><xs:sequence><xs:element name="p" type="xs:string" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType></xs:element><xs:element name="mood" type="i:Mood" minOccurs="0"/><xs:element name="box">
  <xs:complexType><xs:sequence><xs:element name="size" type="xs:int"/></xs:sequence></xs:complexType></xs:element></xs:sequence>
  <xs:attribute name="Rank" type="xs:int"/></xs:complexType></xs:element><xs:simpleType name="Mood">
  <xs:restriction base="xs:token"/></xs:simpleType></xs:schema>"""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_has_another_name_or_place_in_the_new_version_is_known_from_the_difference(bare: Services, tmp_path: Path) -> None:
    new = OLD.replace('name="mood"', 'name="temper"').replace('name="people"', 'name="staff"').replace('name="Rank"', 'name="rank"')
    for version, text in (("1", OLD), ("2", new)):
        path = tmp_path / "xsd" / version / "log.xsd"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
        vocabularies.add(bare, OPERATOR, "log", [path], version)
    good = (b'<log xmlns="urn:i" Rank="3"><creation_date>2024-05-17</creation_date><people><p>A</p></people><mood>good</mood>'
            b"<box><size>3</size></box></log>")  # fmt: skip
    submit.submit(bare, OPERATOR, good, submit.Options(name="a"))
    for _ in revalidate.revalidate(bare, OPERATOR, vocabulary="log@2", executor="serial"):
        pass
    run_id = runs.listed(bare, OPERATOR)[0].id
    made = [fixes.proposals(bare, OPERATOR, run_id, cause.id) for cause in clusters.listed(bare, OPERATOR, run_id)]
    said = {proposals[0].script.splitlines()[-1] for proposals in made}
    assert said == {"rename //i:log/i:people -> i:staff", "rename //i:log/i:mood -> i:temper", "rename /i:log/@Rank -> rank"}


def test_a_document_in_one_line_is_shown_between_its_tags() -> None:
    body = "<a>" + "".join(f"<b>{n}</b>" for n in range(100)) + "</a>"
    lines = list(trying.difference(body.encode(), body.replace("<b>50<", "<b>x<").encode()))
    assert ("-", "<b>50</b>") in lines and ("+", "<b>x</b>") in lines and len(lines) == 7


PLACES = XS + """<xs:element name="list"><xs:complexType><xs:sequence><xs:element name="e" maxOccurs="9"><xs:complexType><xs:sequence>
  <xs:choice><xs:element name="x" fixed="true" type="xs:boolean"/><xs:element name="y" maxOccurs="2"/></xs:choice>
  <xs:element name="z" minOccurs="0"/></xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType>
  </xs:element></xs:schema>"""


@pytest.mark.parametrize(("line", "before", "after"), [
    ('supply //i:e : i:x = "true"', "<e><z/></e><e><y/><z/></e><e><x>1</x></e>", "<e><x>true</x><z/></e><e><y/><z/></e><e><x>1</x></e>"),
    ("move //i:list/i:z -> i:e", "<e><y/></e><e><y/></e><z/>", "<e><y/></e><e><y/><z/></e>"),
    ("drop //i:e/i:y", "<e><y/><y/></e><e><y/><y/><y/></e><e><x>true</x><y/></e>", "<e><y/><y/></e><e><y/><y/></e><e><x>true</x></e>"),
])
def test_what_is_right_elsewhere_stays(bare: Services, tmp_path: Path, line: str, before: str, after: str) -> None:
    (tmp_path / "list.xsd").write_text(PLACES, "utf-8")
    schema = vocabularies.add(bare, OPERATOR, "list", [tmp_path / "list.xsd"], "1")
    data, wanted = (f'<list xmlns="urn:i">{body}</list>'.encode() for body in (before, after))
    assert scripts.lines(f"namespace i = urn:i\n{line}").changed(data, parser.parse(data), schema.model)[1] == wanted
