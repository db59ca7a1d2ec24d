"""Vocabularies with nothing but their XSD are published, too: feeds, harvest, sitemap, Dublin Core by their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from tests.publish.test_harvest import ask, code, harvested, texts
from tests.web.conftest import Client
from xmlsvc.documents import accounts, instance, services, submit, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.publish import generic_dc
from xmlsvc.web import app
from xmlsvc.xml.parser import parse


@pytest.fixture(scope="module")
def house(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """PBCore and DataCite, some documents of each."""
    home = tmp_path_factory.mktemp("any") / "instance"
    instance.init(home, bare=True)
    with services.open(home) as opened:
        accounts.add_partner(opened, OPERATOR, "p", "P")
        for name, schema, documents in (("pbcore", "pbcore-aapb/schema/pbcore-2.1.xsd", "pbcore-aapb/docs/aapb2/clean-*.xml"),
                                        ("datacite", "datacite/schema/4/metadata.xsd", "datacite/docs/**/*.xml")):  # fmt: skip
            vocabularies.add(opened, OPERATOR, name, [corpora / schema], "1")
            for path in sorted(corpora.glob(documents))[:15]:
                submit.submit(opened, OPERATOR, path.read_bytes(), submit.Options(file=path.name, name=path.name, partner="p"))
        yield opened


@pytest.fixture(scope="module")
def client(house: Services) -> Client:
    return Client(app.application(house))


def test_feeds(house: Services, client: Client) -> None:
    for name in ("atom", "json", "mrss", "csv", "xml", "oai_dc"):
        answer = client.get(f"/feeds/{name}")
        assert answer.status == 200 and len(answer.body) > 2_000, name
        if name in ("atom", "mrss", "xml", "oai_dc"):
            etree.fromstring(answer.body)
    items = client.get("/feeds/json").json()["items"]
    assert sum(not item["title"].startswith("0") for item in items) > len(items) // 2, "most have a title of their own"
    assert len(client.get("/feeds/json?vocabulary=pbcore").json()["items"]) < len(items)


def test_harvest(client: Client, corpora: Path) -> None:
    schema = etree.XMLSchema(etree.parse(str(corpora / "oai-pmh" / "schema" / "oai-driver.xsd")))
    root = ask(client, verb="ListRecords", metadataPrefix="oai_dc")
    schema.assertValid(root)
    everything = harvested(client, metadataPrefix="oai_dc")
    parts = [harvested(client, metadataPrefix="oai_dc", set=f"vocabulary:{name}") for name in ("pbcore", "datacite")]
    assert sorted(everything) == sorted(parts[0] + parts[1]) and all(parts)
    assert texts(ask(client, verb="ListMetadataFormats"), "metadataPrefix")[0] == "oai_dc"
    assert code(ask(client, verb="ListRecords", metadataPrefix="mrss")) == "cannotDisseminateFormat"


def test_the_documents_own_xml_is_harvested_with_its_schema(client: Client, house: Services, tmp_path: Path) -> None:
    """What the harvest names is there, needs nothing else, and is what the records satisfy."""
    root = ask(client, verb="ListMetadataFormats")
    formats = {each.findtext("{*}metadataPrefix"): each for each in root.iter("{*}metadataFormat")}
    assert set(formats) == {"oai_dc", "pbcore", "datacite"}
    for name in ("pbcore", "datacite"):
        place = str(formats[name].findtext("{*}schema")).removeprefix("http://service.example")
        assert place.startswith(f"/schemas/{name}/1/"), place
        [schema] = house.registry.versions(name)
        for document in schema.set.documents:
            answer = client.get(f"{place.rpartition('/')[0]}/{document.name}")
            assert answer.status == 200 and answer.headers["access-control-allow-origin"] == "*"
            target = tmp_path / name / document.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(answer.body)
        judge = etree.XMLSchema(etree.parse(str(tmp_path / name / place.rpartition("/")[2])))
        assert client.get(place, If_None_Match=answer_tag(client, place)).status == 304
        records = ask(client, verb="ListRecords", metadataPrefix=name)
        found = [etree.ElementTree(metadata[0]) for metadata in records.iter("{*}metadata")]
        assert found and all(judge.validate(each) for each in found), judge.error_log


def answer_tag(client: Client, place: str) -> str:
    return str(client.get(place).headers["etag"])


@pytest.mark.parametrize("path", ["pbcore/2/x.xsd", "none/1/x.xsd", "pbcore/1/index.json", "pbcore/1/../../../xmlsvc.toml", "pbcore/1/"])
def test_only_schema_documents_have_an_address(client: Client, path: str) -> None:
    assert client.get(f"/schemas/{path}").status == 404


def test_schemas_are_shown_where_the_documents_are(house: Services) -> None:
    client = Client(app.application(replace(house, settings=replace(house.settings, public="formats"))))
    [schema] = house.registry.versions("pbcore")
    assert client.get(f"/schemas/pbcore/1/{schema.set.driver.name}").status == 404
    assert texts(ask(client, verb="ListMetadataFormats"), "metadataPrefix") == ["oai_dc"]


def test_sitemaps(client: Client) -> None:
    """One for each vocabulary; its addresses are those of the web pages, which anybody reads."""
    root = etree.fromstring(client.get("/sitemap.xml").body)
    (place, *_) = [each.text for each in root.iter("{*}loc")]
    urls = etree.fromstring(client.get(str(place).removeprefix("http://service.example")).body)
    address = str(next(urls.iter("{*}loc")).text).removeprefix("http://service.example")
    assert "<html" in client.get(address).text


def test_dublin_core_by_names() -> None:
    tree = parse(
        b'<x xmlns="urn:x" id=" x-1 "><mainTitle>T</mainTitle><title xml:lang="nl">U</title><titleType>no</titleType><author>A</author>'
        b"<group><keyword>k</keyword><keyword>k</keyword></group><synopsis>\n S\n </synopsis><other>no</other><date>2024</date></x>")
    found = [(etree.QName(each).localname, each.text) for each in etree.fromstring(generic_dc.render(tree, "Head"))]
    assert found == [("title", "Head"), ("title", "T"), ("title", "U"), ("creator", "A"), ("subject", "k"), ("description", "S"),
                     ("date", "2024"), ("identifier", "x-1")]  # fmt: skip
