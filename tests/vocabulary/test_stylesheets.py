"""The four formats of the house vocabulary, on every sample: right, safe, and the same from both versions."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from xmlsvc.xml.stylesheet import Stylesheet

from .conftest import INVALID, ROOTS, STYLESHEETS, VALID, VERSIONS, Maker, read

SITE = "https://video.example/"
MRSS = {"media": "http://search.yahoo.com/mrss/"}
DC = "{http://purl.org/dc/elements/1.1/}"
P, M = "{urn:xmlsvc:programme}", "{urn:xmlsvc:media}"
OLD = [file for file, entry in VALID.items() if entry["version"] == "1.0"]


@pytest.fixture(scope="session")
def formats() -> dict[str, Stylesheet]:
    return {name: Stylesheet(STYLESHEETS / f"{name}.xsl") for name in ("html", "mrss", "jsonld", "dc")}


def page(formats: dict[str, Stylesheet], tree: etree._ElementTree) -> html.HtmlElement:
    return html.document_fromstring(formats["html"].transform(tree, site=SITE), parser=html.HTMLParser(encoding="utf-8"))


def linked_data(formats: dict[str, Stylesheet], tree: etree._ElementTree) -> dict[str, Any]:
    return json.loads(formats["jsonld"].transform(tree, site=SITE))  # type: ignore[no-any-return]


def one_line(text: str) -> str:
    return re.sub("[ \t\r\n]+", " ", text).strip(" ")


def private(tree: etree._ElementTree) -> set[str]:
    """Addresses that must never be published."""
    return {one_line(location.text or "") for location in tree.iter(f"{M}location") if location.get("access") != "public"}


@pytest.mark.parametrize("file", VALID)
def test_nothing_private_is_published(file: str, formats: dict[str, Stylesheet]) -> None:
    tree = read(file)
    for name, stylesheet in formats.items():
        output = stylesheet.transform(tree, site=SITE).decode()
        assert not [address for address in private(tree) if address in output], name


# -- the web page


@pytest.mark.parametrize("file", VALID)
def test_html(file: str, formats: dict[str, Stylesheet]) -> None:
    tree = read(file)
    raw = formats["html"].transform(tree, site=SITE).decode()
    document = page(formats, tree)
    title = next(t for t in tree.getroot().iter(f"{P}title") if t.get("kind", "main") == "main")
    words = one_line("".join(title.itertext(etree.Element)) if len(title) == 0 else "".join(title.xpath("text()")))
    assert raw.startswith("<!DOCTYPE html") and raw.count("<html") == raw.count("</html>") == 1
    assert document.findtext(".//title") == words
    (heading,) = document.iter("h1")
    assert heading.text_content() == words
    assert heading.get("lang") == (title.get("{http://www.w3.org/XML/1998/namespace}lang") or title.get("lang"))
    assert document.get("lang") == "en" and len(document.findall(".//main")) == 1
    assert not list(document.iter("script", "iframe", "object", "link", "base", "form"))
    for element in document.iter(etree.Element):
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
        for name in ("href", "src", "poster"):
            if name in element.attrib:
                assert re.match("https?://", element.get(name)), (element.tag, element.get(name))
    assert all(image.get("alt") is not None for image in document.iter("img"))
    assert all(cell.get("scope") for cell in document.iter("th"))
    for table in document.iter("table"):  # it scrolls sideways on a phone, by keyboard too
        frame = table.getparent()
        assert frame.get("tabindex") == "0" and frame.get("role") == "region" and frame.get("aria-label")
    assert len(document.findall(".//h1")) == 1 and not document.findall(".//h3")
    assert "NaN" not in raw and "Infinity" not in raw
    assert "prefers-color-scheme: dark" in raw and "@import" not in raw and "url(" not in raw


def test_html_shows_what_counts(formats: dict[str, Stylesheet]) -> None:
    text = one_line(page(formats, read("valid/film-de-dijk.xml")).text_content())
    for words in (
        "Programme: feature film",
        "1 h 47 min · 2022 · NL BE · Kijkwijzer 12",
        "Hanna van der Meer as Adriana Capelle",
        "Drama",
        "Catch-up",
        "at most 4 times",
        "2024-02-01 20:30 +01:00",
        "4.3 GB",
        "Alternative title in English",
    ):
        assert words in text, words
    assert "prg-20417-1080" not in text and "master" not in text


def test_html_keeps_mark_up_and_drops_scripts(formats: dict[str, Stylesheet]) -> None:
    lead = page(formats, read("valid/film-de-dijk.xml")).find(".//p[@class='lead']")
    assert lead is not None
    assert lead.findtext("cite") == "Het water komt" and lead.find("strong/em") is not None and lead.find("br") is not None
    assert lead.find("a").get("href") == "https://www.noorderlicht.example/de-dijk"
    raw = formats["html"].transform(read("valid/programme-hostile-text.xml"), site=SITE).decode()
    assert "javascript:" not in raw and "<b>not bold" not in raw and raw.count("</script") == 0


# -- JSON-LD


@pytest.mark.parametrize("file", VALID)
def test_jsonld(file: str, formats: dict[str, Stylesheet]) -> None:
    tree = read(file)
    root = tree.getroot()
    found = linked_data(formats, tree)
    assert found["@context"] == "https://schema.org"
    assert found["name"] and found["description"] and found["identifier"][0] == one_line(root.get("id", ""))
    kind = etree.QName(root).localname
    if kind == "series":
        assert found["@type"] == "TVSeries" and "duration" not in found
        assert [season["seasonNumber"] for season in found.get("containsSeason", [])] == [
            int(s.get("number", "")) for s in root.iter(f"{P}season")
        ]
    else:
        assert "VideoObject" in found["@type"]
        assert re.fullmatch(r"PT[0-9HMS.]+", found["duration"]) and re.match(r"\d{4}-\d\d-\d\dT", found["uploadDate"])
    if kind == "episode":
        assert (
            found["partOfSeries"]["@type"] == "TVSeries"
            and (found["partOfSeries"].keys() & {"name", "identifier"})
            and "episodeNumber" in found
        )
    assert ("thumbnailUrl" in found) == bool(tree.xpath("//m:image[m:location/@access='public']", namespaces={"m": M[1:-1]}))
    assert b"<" not in formats["jsonld"].transform(tree, site=SITE)
    everything(found)


def everything(value: object) -> None:
    """No empty value, no number gone wrong, no object without a type."""
    assert value not in ("", None, [], {}, "NaN")
    if isinstance(value, dict):
        assert "@type" in value
        for inner in value.values():
            everything(inner)
    elif isinstance(value, list):
        for inner in value:
            everything(inner)


def test_jsonld_in_detail(formats: dict[str, Stylesheet]) -> None:
    film = linked_data(formats, read("valid/film-de-dijk.xml"))
    assert film["@type"] == ["VideoObject", "Movie"] and film["url"] == "https://start.example/film/de-dijk"
    assert (
        film["contentUrl"] == "https://media.example/prg-20417/1080.mp4"
        and film["inLanguage"] == ["nl"]
        and film["genre"] == ["Drama", "History"]
    )
    assert film["actor"] == [
        {"@type": "PerformanceRole", "actor": {"@type": "Person", "name": "Hanna van der Meer"}, "characterName": "Adriana Capelle"}
    ]
    assert film["director"][0]["name"] == film["author"][0]["name"] == "Joost de Kort"
    assert [event["@type"] for event in film["publication"]] == ["BroadcastEvent", "OnDemandEvent"]
    assert film["regionsAllowed"] == ["NL", "BE", "LU"] and film["hasPart"][1]["startOffset"] == 3130
    assert film["description"].endswith("Gouden Kalveren. Meer op de site van de film.")
    episode = linked_data(formats, read("valid/episode-wadden-2x03.xml"))
    assert episode["partOfSeries"] == {"@type": "TVSeries", "name": "Wad & wind", "identifier": "ser-1093"}
    assert episode["partOfSeason"]["seasonNumber"] == 2 and episode["episodeNumber"] == "3"
    clip = linked_data(formats, read("valid/clip-excerpt-wadden.xml"))
    assert (clip["startOffset"], clip["endOffset"]) == (1862, 1920) and clip["url"] == SITE + "clp-88431"
    live = linked_data(formats, read("valid/event-marathon-live.xml"))
    assert live["publication"][0]["isLiveBroadcast"] is True and live["ineligibleRegion"] == ["KE", "ET"]


ANY = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cs",),
        exclude_characters=[chr(c) for c in range(32) if c not in (9, 10, 13)] + ["\ufffe", "\uffff"],
    ),
    min_size=1,
    max_size=60,
)
NASTY = st.one_of(ANY, st.text("\"\\/<>&'{}[]:,\t\n\r\u2028\u0085\x7fé😀\\u", min_size=1, max_size=60))


@given(text=NASTY)
def test_any_text_makes_good_json(text: str, formats: dict[str, Stylesheet]) -> None:
    """Whatever stands in the document comes out of the JSON again: nothing breaks it, nothing is lost."""
    tree = read("valid/film-de-dijk.xml")
    root = tree.getroot()
    places = {".//{*}title": "name", ".//{*}keyword": "keywords", ".//{*}holder": "copyrightHolder"}
    for path in places:
        element = root.find(path)
        assert element is not None
        element.text = text
    root.set("modified", text)
    character = root.find(".//{*}character")
    assert character is not None
    character.text = text
    found, expected = linked_data(formats, tree), one_line(text)
    assert found["name"] == expected
    assert found["keywords"][0] == expected and found["copyrightHolder"][0].get("name", "") == expected
    assert found.get("dateModified", "") == expected and found["actor"][0].get("characterName", "") == expected


def test_a_long_text_is_no_trouble(formats: dict[str, Stylesheet]) -> None:
    tree = read("valid/film-de-dijk.xml")
    synopsis = tree.getroot().findall(".//{*}synopsis")[1]
    synopsis.text = '"\\ <tag> ' * 20_000
    assert linked_data(formats, tree)["description"].startswith('"\\ <tag> ' * 19_999)


@pytest.mark.parametrize("file", [file for file, entry in INVALID.items() if "codes" in entry])
def test_invalid_documents_can_be_looked_at(file: str, formats: dict[str, Stylesheet]) -> None:
    """A draft or a rejected delivery has a page and well-formed data too."""
    tree = read(file)
    assert linked_data(formats, tree)["@context"]
    assert page(formats, tree).find(".//main") is not None
    for name in ("mrss", "dc"):
        etree.fromstring(formats[name].transform(tree, site=SITE))


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("version", VERSIONS)
def test_any_document_can_be_published(version: str, root: str, make: Maker, formats: dict[str, Stylesheet]) -> None:
    """Documents made from the schema by chance."""
    for seed in range(25):
        if (tree := make(version, root, seed)) is None:
            continue
        assert linked_data(formats, tree)["identifier"]
        for name in ("html", "mrss", "dc"):
            output = formats[name].transform(tree, site=SITE)
            assert b"NaN" not in output
            if name != "html":
                etree.fromstring(output)


# -- Media RSS


@pytest.mark.parametrize("file", VALID)
def test_mrss(file: str, formats: dict[str, Stylesheet]) -> None:
    tree = read(file)
    feed = etree.fromstring(formats["mrss"].transform(tree, site=SITE))
    assert feed.tag == "rss" and feed.get("version") == "2.0" and feed.nsmap == MRSS
    channel = feed.find("channel")
    assert channel is not None and all(channel.findtext(name) for name in ("title", "link", "description"))
    (item,) = channel.findall("item")
    assert item.findtext("guid") == one_line(tree.getroot().get("id", "")) and item.find("guid[@isPermaLink='false']") is not None
    assert parsedate_to_datetime(item.findtext("pubDate") or "").year > 1990
    contents = item.findall("media:group/media:content", MRSS)
    assert len(contents) == len(tree.xpath("//*[self::m:video or self::m:audio][m:location/@access='public']", namespaces={"m": M[1:-1]}))
    assert [one.get("isDefault") for one in contents].count("true") == bool(contents)
    for one in contents:
        assert (
            one.get("url")
            and re.fullmatch(r"(video|audio|application)/[\w.+-]+", one.get("type", ""))
            and one.get("medium") in ("video", "audio")
        )
        for number in ("fileSize", "bitrate", "duration", "width", "height", "channels"):
            assert re.fullmatch(r"\d+", one.get(number, "0")), (number, one.get(number))
    for element in feed.iter():
        assert etree.QName(element).namespace in (None, MRSS["media"])
        assert "NaN" not in "".join([element.text or "", *map(str, element.attrib.values())])


def test_mrss_in_detail(formats: dict[str, Stylesheet]) -> None:
    item = etree.fromstring(formats["mrss"].transform(read("valid/film-de-dijk.xml"))).find(".//item")
    assert item is not None and item.findtext("pubDate") == "Thu, 01 Feb 2024 20:30:00 +0100"
    content = item.find(".//media:content", MRSS)
    assert content is not None and {
        name: content.get(name) for name in ("duration", "bitrate", "fileSize", "framerate", "lang", "expression")
    } == {"duration": "6432", "bitrate": "5300", "fileSize": "4294967296", "framerate": "25", "lang": "nl", "expression": "full"}
    assert content.findtext("media:hash[@algo='md5']", None, MRSS) == "9e107d9d372bb6826bd81d3542a419d6"
    assert item.findtext("media:restriction[@relationship='allow']", None, MRSS) == "nl be lu"
    assert [scene.findtext("sceneStartTime") for scene in item.iterfind(".//media:scene", MRSS)] == ["00:00:00", "00:52:10"]


# -- Dublin Core


@pytest.fixture(scope="session")
def oai_dc(corpora: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(corpora / "oai-pmh" / "schema" / "oai_dc" / "oai_dc.xsd"))


@pytest.mark.parametrize("file", VALID)
def test_dc_satisfies_its_schema(file: str, formats: dict[str, Stylesheet], oai_dc: etree.XMLSchema) -> None:
    oai_dc.assertValid(etree.fromstring(formats["dc"].transform(read(file), site=SITE)))


@pytest.mark.parametrize("root", ROOTS)
def test_dc_of_any_document_satisfies_its_schema(root: str, make: Maker, formats: dict[str, Stylesheet], oai_dc: etree.XMLSchema) -> None:
    for tree in filter(None, (make("1.1", root, seed) for seed in range(40))):
        oai_dc.assertValid(etree.fromstring(formats["dc"].transform(tree, site=SITE)))


@pytest.mark.parametrize("file", VALID)
def test_dc(file: str, formats: dict[str, Stylesheet]) -> None:
    record = etree.fromstring(formats["dc"].transform(read(file), site=SITE))
    values = [(child.tag.removeprefix(DC), child.text) for child in record]
    assert all(text and text == one_line(text) for _, text in values)
    names = [name for name, _ in values]
    assert (
        {"title", "type", "identifier"}
        <= set(names)
        <= {
            "title",
            "creator",
            "subject",
            "description",
            "publisher",
            "contributor",
            "date",
            "type",
            "format",
            "identifier",
            "source",
            "language",
            "relation",
            "rights",
        }
    )
    agents = [text for name, text in values if name in ("creator", "contributor")]
    assert len(agents) == len(set(agents)), "whoever did several things is named once"


# -- both versions


@pytest.mark.parametrize("file", OLD)
def test_an_upgraded_document_reads_the_same(file: str, formats: dict[str, Stylesheet], upgrade: etree.XSLT) -> None:
    """All that readers of JSON-LD see of a 1.0 document is what they see after its upgrade, but that times say that they are UTC."""
    before = read(file)
    after = etree.ElementTree(etree.fromstring(bytes(upgrade(before))))
    zone = re.compile(rb'(T\d\d:\d\d:\d\d)Z"')
    first, second = (json.loads(zone.sub(rb'\1"', formats["jsonld"].transform(tree, site=SITE))) for tree in (before, after))
    assert first == second
    for name in ("dc", "html"):
        assert len(formats[name].transform(before)) > 0


def test_foreign_parameters_and_missing_site(formats: dict[str, Stylesheet]) -> None:
    """Without a site, an item without a page of its own has no address; nothing invents one."""
    tree = read("valid/clip-excerpt-wadden.xml")
    assert "url" not in json.loads(formats["jsonld"].transform(tree))
    assert etree.fromstring(formats["mrss"].transform(tree)).find(".//item/link") is None
