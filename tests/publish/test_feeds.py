"""Collections of what is published: each format as its specification says, filtered, paged, conditional, and stable while writers write."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from lxml import etree

from tests.publish.films import deliver, film
from tests.web.conftest import Client, Site
from xmlsvc.documents import withdraw
from xmlsvc.documents.access import OPERATOR
from xmlsvc.publish import collections
from xmlsvc.publish.feeds import entries, sitemap
from xmlsvc.web import app

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def xml(client: Client, path: str) -> etree._Element:
    answer = client.get(path)
    assert answer.status == 200, answer.text
    return etree.fromstring(answer.body)


def link(root: etree._Element, rel: str) -> str | None:
    places = (root, root.find("channel"))
    found = [each.get("href") for each in root.iter(f"{ATOM}link") if each.get("rel") == rel and each.getparent() in places]
    return found[0].removeprefix("http://service.example") if found else None


def ids(root: etree._Element) -> list[str]:
    return [(each.findtext(f"{ATOM}id") or "").rpartition(":")[2] for each in root.iter(f"{ATOM}entry")]


class TestEveryFeed:
    @pytest.mark.parametrize("name", ["atom", "json", "mrss", "csv", "xml", "ebucore", "jsonld", "dc", "sitemap"])
    def test_public_and_only_what_is_published(self, stocked: Site, name: str) -> None:
        answer = stocked.anybody().get(f"/feeds/{name}")
        assert answer.status == 200 and len(answer.body) > 1_000
        assert b"prg-broken" not in answer.body
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize("path", ["/feeds/atom", "/feeds/mrss?limit=3", "/feeds/csv", "/feeds/xml", "/sitemap.xml"])
    def test_conditional(self, site: Site, path: str) -> None:
        deliver(site, film(1))
        client = site.anybody()
        first = client.get(path)
        assert client.get(path, if_none_match=first.headers["etag"]).status == 304
        assert client.get(path, if_modified_since=first.headers["last-modified"]).status == 304
        head = client("HEAD", path)
        assert head.body == b"" and head.headers["etag"] == first.headers["etag"] and "content-length" not in head.headers
        deliver(site, film(2))
        again = client.get(path, if_none_match=first.headers["etag"])
        assert again.status == 200 and again.headers["etag"] != first.headers["etag"]
        assert client.get(path, if_modified_since="Mon, 01 Jan 2024 00:00:00 GMT").status == 200

    def test_the_lists_query_filters(self, site: Site) -> None:
        ids_ = [deliver(site, film(1, "Storm at sea"), "nordlys"), deliver(site, film(2, "Calm"), "delta")]
        client = site.anybody()
        for query in ("q=storm", "partner=nordlys", "vocabulary=programme&q=title:storm", "q=partner:nordlys"):
            assert ids(xml(client, f"/feeds/atom?{query}")) == ids_[:1], query
        assert len(ids(xml(client, "/feeds/atom?vocabulary=programme&kind=bulletin"))) == 2
        assert client.get("/feeds/csv?q=storm").text.count("\r\n") == 2
        for wrong, status in (("/feeds/atom?colour=red", 400), ("/feeds/atom?vocabulary=none", 404), ("/feeds/none", 404),
                              ("/feeds/atom?state=quarantined", 400),
                              ("/feeds/atom?q=valid:false", 400), ("/feeds/atom?after=x", 400),
                              ("/feeds/atom?archive=none.7", 404), ("/feeds/html", 404)):  # fmt: skip
            assert client.get(wrong).status in (status, 422), wrong

    def test_what_may_be_read(self, site: Site) -> None:
        """The setting says whether the exact XML is for anybody, too."""
        document = deliver(site, film(1))

        def told(setting: str) -> Client:
            changed = replace(site.services, settings=replace(site.services.settings, public=setting))
            return Client(app.application(changed))

        assert told("everything").get(f"/api/documents/{document}?format=xml").status == 200
        client = told("formats")
        assert client.get("/feeds/xml").status == 404 and client.get("/feeds/mrss").status == 200
        assert client.get(f"/api/documents/{document}?format=xml").status == 400
        assert client.get(f"/api/documents/{document}?format=mrss").status == 200
        assert told("nothing").get(f"/api/documents/{document}?format=mrss").status == 401


class TestDocuments:
    """A published document's formats, without a login."""

    def test_the_published_revision_is_what_anybody_reads(self, site: Site) -> None:
        document = deliver(site, film(1, "Shown"))
        client = site.anybody()
        assert "Shown" in client.get(f"/api/documents/{document}?format=mrss").text
        broken = film(1, "Not shown").replace(b"<p:genre>news", b"<p:genre>nonsense")
        assert site.partner().deliver(broken).status == 422
        assert "Not shown" not in client.get(f"/api/documents/{document}?format=xml").text
        assert "Not shown" not in client.get(f"/api/documents/{document}", accept="application/json").text
        withdraw.withdraw(site.services, OPERATOR, document)
        assert client.get(f"/api/documents/{document}?format=mrss").status == 410
        assert client.get("/api/documents/none?format=mrss").status == 401
        assert client.get("/api/documents").status == 401

    def test_what_was_never_published_is_not_there(self, site: Site) -> None:
        answer = site.partner().deliver(film(1).replace(b"<p:genre>news", b"<p:genre>nonsense"))
        assert site.anybody().get(f"/api/documents/{answer.json()['document']}").status == 401


class TestAtom:
    def test_an_entry_has_one_alternate_of_each_type(self, site: Site) -> None:
        """RFC 4287, section 4.1.2: what has the same type as another is related."""
        deliver(site, film(1))
        links = xml(site.anybody(), "/feeds/atom").findall("{*}entry/{*}link")
        types = [link.get("type") for link in links if link.get("rel") == "alternate"]
        assert len(types) == len(set(types)) > 3
        assert {link.get("rel") for link in links} == {"alternate", "related"}

    def test_entries_and_deletions(self, site: Site) -> None:
        first, second = deliver(site, film(1, "One &amp; &lt;two>")), deliver(site, film(2))
        root = xml(site.anybody(), "/feeds/atom")
        assert ids(root) == [second, first]
        entry = root.findall(f"{ATOM}entry")[1]
        assert entry.findtext(f"{ATOM}title") == "One & <two>" and entry.findtext(f"{ATOM}summary") == "Some text."
        assert {each.get("type") for each in entry.iter(f"{ATOM}link")} >= {"text/html", "application/rss+xml", "application/json"}
        for name in ("id", "title", "updated"):
            assert root.findtext(f"{ATOM}{name}") and entry.findtext(f"{ATOM}{name}")
        assert entry.find(f"{ATOM}author/{ATOM}name") is not None
        withdraw.withdraw(site.services, OPERATOR, first)
        root = xml(site.anybody(), "/feeds/atom")
        (gone,) = root.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
        assert gone.get("ref") == f"urn:xmlsvc:document:{first}" and gone.get("when") and ids(root) == [second]

    def test_paging(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(entries, "ARCHIVE", 2)
        made = [deliver(site, film(number)) for number in range(7)]
        found, path = [], "/feeds/atom?limit=2"
        while path:
            root = xml(site.anybody(), path)
            found += ids(root)
            path = link(root, "next") or ""
        assert found == made[::-1]

    def test_archives_hold_everything(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """RFC 5005, section 4: the feed and the archive documents that it leads to are the whole."""
        monkeypatch.setattr(entries, "ARCHIVE", 3)
        made = [deliver(site, film(number)) for number in range(8)]
        client = site.anybody()
        root = xml(client, "/feeds/atom?limit=3")
        seen, path, visited = set(ids(root)), link(root, "prev-archive"), []
        while path:
            root = xml(client, path)
            assert root.find("{http://purl.org/syndication/history/1.0}archive") is not None and link(root, "current")
            visited.append(path)
            seen |= set(ids(root))
            path = link(root, "prev-archive")
        assert seen == set(made) and len(visited) == 2
        assert link(xml(client, visited[1]), "next-archive") == visited[0]
        assert link(xml(client, "/feeds/atom?limit=2"), "prev-archive") is None, "so short a page would leave a gap"
        before = client.get(visited[1]).headers["etag"]
        deliver(site, film(1, "Changed"))
        root = xml(client, "/feeds/atom?limit=3")
        assert made[1] in ids(root) and made[1] not in ids(xml(client, visited[1])), "a change comes again in the feed"
        assert client.get(visited[1]).headers["etag"] != before


class TestOthers:
    def test_json_feed(self, site: Site) -> None:
        made = [deliver(site, film(number)) for number in range(3)]
        client = site.anybody()
        first = client.get("/feeds/json?limit=2").json()
        assert first["version"] == "https://jsonfeed.org/version/1.1" and len(first["items"]) == 2
        following = client.get(first["next_url"].removeprefix("http://service.example")).json()
        assert [item["id"].rpartition(":")[2] for item in first["items"] + following["items"]] == made[::-1]
        assert "next_url" not in following and first["items"][0]["content_text"] == "Some text."

    def test_media_rss_with_deletions(self, site: Site) -> None:
        first = deliver(site, film(1))
        deliver(site, film(2))
        withdraw.withdraw(site.services, OPERATOR, first)
        root = xml(site.anybody(), "/feeds/mrss")
        states = [each.get("state") for each in root.iter("{http://search.yahoo.com/mrss/}status")]
        assert len(root.findall("channel/item")) == 2 and states == ["deleted"]

    def test_csv_is_one_table(self, site: Site) -> None:
        for number in range(3):
            deliver(site, film(number, 'A "film", with\na line'))
        rows = list(csv.DictReader(io.StringIO(site.anybody().get("/feeds/csv").text, newline="")))
        assert [row["id"] for row in rows] == ["prg-x0000", "prg-x0001", "prg-x0002"] and rows[0]["title"].startswith('A "film", with')

    def test_one_big_xml_holds_the_documents(self, site: Site) -> None:
        deliver(site, film(1, "Eén"))
        root = xml(site.anybody(), "/feeds/xml")
        assert [etree.QName(each).localname for each in root] == ["document"]
        inside, sent = (etree.tostring(each, method="c14n", exclusive=True) for each in (root[0][0], etree.fromstring(film(1, "Eén"))))
        assert inside == sent

    def test_arrays_of_json(self, site: Site) -> None:
        assert site.anybody().get("/feeds/jsonld").json() == []
        deliver(site, film(1))
        assert [each["@type"] for each in site.anybody().get("/feeds/jsonld").json()] == ["VideoObject"]

    def test_an_empty_instance(self, site: Site) -> None:
        client = site.anybody()
        for name in ("atom", "mrss", "xml"):
            assert len(xml(client, f"/feeds/{name}")) >= 0
        assert client.get("/feeds/json").json()["items"] == []
        assert not len(xml(client, "/sitemap.xml"))


class TestSitemap:
    def test_one(self, stocked: Site) -> None:
        root = xml(stocked.anybody(), "/sitemap.xml")
        assert root.tag == f"{SITEMAP}urlset" and len(root) > 10 and all(each.findtext(f"{SITEMAP}loc") for each in root)

    def test_an_index_of_several(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sitemap, "PART", 3)
        for number in range(8):
            deliver(site, film(number))
        client = site.anybody()
        root = xml(client, "/sitemap.xml")
        assert root.tag == f"{SITEMAP}sitemapindex"
        places = [each.findtext(f"{SITEMAP}loc", "").removeprefix("http://service.example") for each in root]
        found = [xml(client, place) for place in places]
        assert [len(each) for each in found] == [3, 3, 2]
        assert len({url.findtext(f"{SITEMAP}loc") for each in found for url in each}) == 8
        assert client.get("/sitemaps/none.xml").status == 404

    def test_a_giant_entry_is_cut(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sitemap, "LARGEST", 60)
        deliver(site, film(1))
        (url,) = xml(site.anybody(), "/sitemap.xml")
        assert [etree.QName(each).localname for each in url] == ["loc", "lastmod"]

    def test_each_entry_passes_the_gate(self, stocked: Site) -> None:
        gate = stocked.services.settings.stylesheets / "programme" / "gates" / "sitemap.xsd"
        schema = etree.XMLSchema(etree.parse(str(gate)))
        for url in xml(stocked.anybody(), "/sitemap.xml"):
            alone = etree.Element(f"{SITEMAP}urlset")
            alone.append(url)
            schema.assertValid(alone)


class TestStability:
    def test_a_stream_under_writers(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """Documents that nobody touches come exactly once while others change, come and go between the pages of one answer."""
        monkeypatch.setattr(collections, "PAGE", 5)
        still = [deliver(site, film(number)) for number in range(20)]
        moving = [deliver(site, film(100 + number)) for number in range(5)]
        def disturb(number: int) -> None:
            deliver(site, film(100 + number, f"Changed {number}"))
            deliver(site, film(200 + number))
            if number == 2:
                withdraw.withdraw(site.services, OPERATOR, moving[0])

        walked: list[str] = []
        for number, page in enumerate(collections.walk(site.services, collections.Asked(channels=(("programme", "xml"),)))):
            walked += [entry.document for entry in page]
            disturb(number)
        assert all(walked.count(one) == 1 for one in still) and len(walked) == len(set(walked))

    def test_memory_does_not_grow_with_the_number(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """Never more than a page of documents is held."""
        monkeypatch.setattr(collections, "PAGE", 4)
        for number in range(20):
            deliver(site, film(number))
        held: list[int] = []
        original = collections.data

        def watched(services: object, some: object) -> object:
            held.append(len(some))  # type: ignore[arg-type]
            return original(services, some)  # type: ignore[arg-type]

        monkeypatch.setattr(collections, "data", watched)
        for path in ("/feeds/xml", "/feeds/csv", "/feeds/mrss", "/sitemap.xml"):
            assert site.anybody().get(path).status == 200
        assert max(held) == 4
