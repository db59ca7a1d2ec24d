"""Any document as labelled fields: nothing left out, nothing of it markup, big ones in parts."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import Site, sample
from xmlsvc import builtin
from xmlsvc.documents.provenance import Mark, Provenance
from xmlsvc.publish import shape
from xmlsvc.schema import components
from xmlsvc.web import declarations, fields, values
from xmlsvc.web.blame import Blame
from xmlsvc.web.forms.places import Places
from xmlsvc.xml import names, parser
from xmlsvc.xml.names import Prefixes

DAY = datetime(2024, 5, 3, tzinfo=UTC)
SAMPLES = sorted((builtin.path("samples") / "valid").glob("*.xml"))


def _fields(site: Site, data: bytes, marks: Any = None, blame: Provenance | None = None) -> fields.Fields:
    tree = parser.parse(data)
    schema, _ = site.services.registry.for_root(tree.getroot())
    told = Blame(blame, tree.getroot(), {}) if blame is not None else None
    href = lambda at, skip: f"?at={at}&skip={skip}"  # noqa: E731
    return fields.Fields(Places(shape.of(schema), tree), Prefixes.of(tree.getroot()), marks or {}, href, told)


def _words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_value_is_shown(site: Site, path: Path) -> None:
    data = path.read_bytes()
    markup = str(_fields(site, data).render())
    hints = "".join(re.findall(r'title="([^"]*)"', markup))
    squeezed = "".join((_words(markup) + html.unescape(hints)).split())
    for element in parser.parse(data).getroot().iter("*"):
        for text in (element.text, element.tail, *element.attrib.values()):
            said = "".join(str(text or "").split())
            if said not in {"", "true", "false", "1", "0"} and ".xsd" not in said:
                assert said in squeezed, (element.tag, said)


def test_ids_are_the_ordinals(site: Site) -> None:
    data = sample("valid/film-de-dijk.xml")
    shown = str(_fields(site, data).render())
    elements = list(parser.parse(data).getroot().iter("*"))
    for ordinal, element in enumerate(elements):
        if element.tag == "{urn:xmlsvc:programme}duration":
            assert f'id="f{ordinal}">{element.text}' in shown


def test_problems_stand_at_their_field_and_attribute(site: Site) -> None:
    data = sample("valid/film-de-dijk.xml")
    elements = list(parser.parse(data).getroot().iter("*"))
    title = next(n for n, element in enumerate(elements) if declarations.local(str(element.tag)) == "title")
    marks = {0: [(1, "no such number", "id"), (2, "something is missing", None)], title: [(3, "no such language", "xml:lang")]}
    shown = str(_fields(site, data, marks).render())
    assert shown.index("something is missing") < shown.index("no such number") < shown.index("no such language")
    assert '<span class="chip bad"' in shown and shown.count('class="field bad"') == 2


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_what_is_said_of_values_changes_nothing_else(site: Site, path: Path) -> None:
    """Problems elsewhere, and who set a value, leave the fields as they are without."""
    data = path.read_bytes()
    plain = str(_fields(site, data).render())
    assert str(_fields(site, data, {1_000_000: [(1, "elsewhere", None)]}).render()) == plain
    root = parser.parse(data).getroot()
    element = next(each for each in root.iter("*") if not len(each) and (each.text or "").strip())
    mark = Mark(revision=2, kind="edit", actor="user:a<d>a", reason="", created=DAY, receipt_id=None, run_id=None)
    found = Provenance(number=2, since=1, marks={names.path(element, Prefixes.of(root)): mark}, namespaces={})
    shown = str(_fields(site, data, blame=found).render())
    chips = re.findall(r'<span class="chip blame"[^>]*>(.*?)</span>', shown)
    assert chips == ["a&lt;d&gt;a, rev 2"]
    assert re.sub(r'<span class="chip blame"[^>]*>.*?</span>', "", shown) == plain


def test_a_big_document_comes_in_parts_that_join(site: Site) -> None:
    data = sample("valid/film-de-dijk.xml")
    place = data.index(b"<p:keyword")
    data = data[:place] + b"".join(b"<p:keyword>word%d</p:keyword>" % n for n in range(4_000)) + data[place:]
    view, seen, skip, rounds = _fields(site, data), set(), 0, 0
    while True:
        shown = str(view.render(0, skip))
        assert len(shown) < 1_000_000
        seen |= set(re.findall(r"word\d+", shown))
        rounds += 1
        following = re.search(r'href="\?at=0&amp;skip=(\d+)"[^>]*>[\d,]+ more here', shown)
        if following is None:
            break
        skip, view = int(following[1]), _fields(site, data)
    assert len(seen) == 4_000 and 3 < rounds < 8


@pytest.mark.parametrize(
    ("name", "expected"),
    [("{urn:x}publicationDate", "Publication date"), ("ISBN", "ISBN"), ("mainURL", "Main URL"), ("a", "A"), ("x-y_z", "X y z")],
)
def test_labels(name: str, expected: str) -> None:
    assert declarations.label(name) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("PT1H30M", "1 h 30 min"),
        ("P1Y2M3DT4H5M6.5S", "1 year 2 months 3 days 4 h 5 min 6.5 s"),
        ("-P1D", "minus 1 day"),
        ("P", None),
        ("PT", None),
        ("90 minutes", None),
    ],
)
def test_durations(value: str, expected: str | None) -> None:
    assert values.duration(value) == expected


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://[", "ftp://a/b", "crid://a/b", "mailto:a@b"]
)
def test_only_web_addresses_become_links(value: str) -> None:
    assert values.web_address(value) is None


CONDITIONAL = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning"
  vc:minVersion="1.1"><xs:element name="r"><xs:complexType><xs:sequence>
  <xs:element name="e" type="E" maxOccurs="9"><xs:alternative test="@n" type="E"/><xs:alternative type="Small"/></xs:element>
  <xs:element name="v" type="xs:anySimpleType" maxOccurs="9"><xs:alternative type="xs:boolean"/></xs:element>
  </xs:sequence></xs:complexType></xs:element><xs:complexType name="E"><xs:sequence/><xs:attribute name="n"/></xs:complexType>
  <xs:complexType name="Small"><xs:complexContent><xs:extension base="E"><xs:sequence><xs:element name="s" type="xs:boolean"/>
  </xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:schema>"""


@pytest.mark.parametrize("values", ["<v>1</v>", "<v>1</v><v>0</v>"])
def test_a_type_that_the_lack_of_attributes_chooses(tmp_path: Path, values: str) -> None:
    (tmp_path / "c.xsd").write_text(CONDITIONAL)
    seen = shape.Shape(components.read_paths(tmp_path / "c.xsd"))
    tree = parser.parse(f"<r><e><s>1</s></e>{values}</r>".encode())
    places, prefixes = Places(seen, tree), Prefixes.of(tree.getroot())
    shown = str(fields.Fields(places, prefixes, {}, lambda at, skip: "").render())
    assert "not described" not in shown and "s · boolean" in shown and "v · boolean" in shown
    assert re.findall(r'class="one" id="f[0-9]+">(.*?) </div>', shown) == ["yes", "yes", "no"][: 1 + values.count("<v>")]
