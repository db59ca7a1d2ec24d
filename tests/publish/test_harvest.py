"""OAI-PMH: every verb and every error of the protocol, and harvests that lose nothing and repeat nothing."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from lxml import etree

from tests.publish.films import deliver, film
from tests.server import serving
from tests.web.conftest import Client, Site, build
from xmlsvc.documents import desk, withdraw
from xmlsvc.documents import services as services_module
from xmlsvc.documents.access import OPERATOR
from xmlsvc.errors import Error
from xmlsvc.publish import channels, harvest
from xmlsvc.publish.harvest import records, tokens, verbs
from xmlsvc.storage import public
from xmlsvc.web import app

OAI = "{http://www.openarchives.org/OAI/2.0/}"


def ask(client: Client, **arguments: str) -> etree._Element:
    """The response's root; `from_` stands for from."""
    answer = client.get("/oai?" + urlencode({name.rstrip("_"): value for name, value in arguments.items()}))
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/xml"), answer.text
    return etree.fromstring(answer.body)


def code(root: etree._Element) -> str | None:
    found = root.find(f"{OAI}error")
    return None if found is None else found.get("code")


def texts(root: etree._Element, name: str) -> list[str]:
    return [each.text or "" for each in root.iter(f"{OAI}{name}")]


def harvested(client: Client, verb: str = "ListIdentifiers", **arguments: str) -> list[tuple[str, str, bool]]:
    """(identifier, datestamp, deleted) of a whole list, by following its tokens."""
    found, root = [], ask(client, verb=verb, **arguments)
    while True:
        if code(root) == "noRecordsMatch":
            return []
        assert code(root) is None, etree.tostring(root)
        for header in root.iter(f"{OAI}header"):
            identifier, stamp = (header.findtext(f"{OAI}{name}", "") for name in ("identifier", "datestamp"))
            found.append((identifier, stamp, header.get("status") == "deleted"))
        token = root.findtext(f".//{OAI}resumptionToken")
        if not token:
            return found
        root = ask(client, verb=verb, resumptionToken=token)


class TestProtocol:
    """One instance, many questions."""

    def test_identify(self, stocked: Site) -> None:
        root = ask(stocked.anybody(), verb="Identify")
        found = {etree.QName(each).localname: each.text for each in root.find(f"{OAI}Identify")}
        assert found["baseURL"] == "http://service.example/oai"
        assert (found["protocolVersion"], found["deletedRecord"], found["granularity"]) == ("2.0", "persistent", "YYYY-MM-DDThh:mm:ssZ")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["earliestDatestamp"] or "")
        stamps = [stamp for _, stamp, _ in harvested(stocked.anybody(), metadataPrefix="oai_dc")]
        assert found["earliestDatestamp"] <= min(stamps)

    def test_formats(self, stocked: Site) -> None:
        root = ask(stocked.anybody(), verb="ListMetadataFormats")
        assert texts(root, "metadataPrefix")[0] == "oai_dc"
        assert {"oai_dc", "ebucore", "pbcore", "programme"} == set(texts(root, "metadataPrefix"))
        (identifier, *_), *_ = harvested(stocked.anybody(), metadataPrefix="oai_dc")
        assert "ebucore" in texts(ask(stocked.anybody(), verb="ListMetadataFormats", identifier=identifier), "metadataPrefix")

    def test_post_answers_as_get(self, stocked: Site) -> None:
        client = stocked.anybody()
        form = urlencode({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}).encode()
        answer = client("POST", "/oai", form, {"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status == 200
        assert texts(etree.fromstring(answer.body), "identifier") == [one for one, *_ in harvested(client, metadataPrefix="oai_dc")]
        assert client("POST", "/oai", form, {"Content-Type": "text/plain"}).status == 415

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", "badVerb"),
            ("verb=Nonsense", "badVerb"),
            ("verb=identify", "badVerb"),
            ("verb=Identify&verb=Identify", "badVerb"),
            ("verb=Identify&set=x", "badArgument"),
            ("verb=ListRecords", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2024-13-01", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01T00:00:00", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01&until=2024-01-01T00:00:00Z", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2024-02-01&until=2024-01-01", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=a%20b", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&colour=red", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=%00", "badArgument"),
            ("verb=GetRecord&identifier=x", "badArgument"),
            ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=vocabulary:nothing", "noRecordsMatch"),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=partner:nobody", "noRecordsMatch"),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=nonsense", "noRecordsMatch"),
            ("verb=ListRecords&metadataPrefix=oai_dc&until=2001-01-01", "noRecordsMatch"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=9999-12-31&until=9999-12-31", "noRecordsMatch"),
            ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:service.example:none", "idDoesNotExist"),
            ("verb=GetRecord&metadataPrefix=oai_dc&identifier=none", "idDoesNotExist"),
            ("verb=ListMetadataFormats&identifier=oai:service.example:none", "idDoesNotExist"),
            ("verb=ListRecords&resumptionToken=0", "badResumptionToken"),
            ("verb=ListSets&resumptionToken=%C3%A9", "badResumptionToken"),
            ("verb=ListRecords&resumptionToken=0&metadataPrefix=oai_dc", "badArgument"),
        ],
    )
    def test_errors(self, stocked: Site, query: str, expected: str) -> None:
        answer = stocked.anybody().get(f"/oai?{query}")
        root = etree.fromstring(answer.body)
        assert (answer.status, code(root)) == (200, expected), answer.text
        request = root.find(f"{OAI}request")
        assert request.text == "http://service.example/oai"
        assert bool(request.attrib) == (expected not in ("badVerb", "badArgument"))

    def test_a_record(self, stocked: Site) -> None:
        client = stocked.anybody()
        identifier = next(one for one, _, deleted in harvested(client, metadataPrefix="oai_dc") if not deleted)
        root = ask(client, verb="GetRecord", identifier=identifier, metadataPrefix="oai_dc")
        assert root.find(f".//{OAI}metadata/*").tag == "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
        assert any(spec.startswith("vocabulary:programme:") for spec in texts(root, "setSpec"))
        assert code(ask(client, verb="GetRecord", identifier=identifier, metadataPrefix="marc")) == "cannotDisseminateFormat"

    def test_sets_are_hierarchical_and_hold_what_they_say(self, stocked: Site) -> None:
        client = stocked.anybody()
        specs = texts(ask(client, verb="ListSets"), "setSpec")
        assert specs == sorted(set(specs)) and all(spec.rpartition(":")[0] in {"", *specs} for spec in specs)
        everything = {one for one, *_ in harvested(client, metadataPrefix="oai_dc")}
        assert everything == {one for one, *_ in harvested(client, metadataPrefix="oai_dc", set="vocabulary:programme")}
        halves = [{one for one, *_ in harvested(client, metadataPrefix="oai_dc", set=f"partner:{name}")} for name in ("nordlys", "delta")]
        assert halves[0] | halves[1] == everything and not halves[0] & halves[1]
        for spec in [spec for spec in specs if spec.count(":") == 3]:
            listed = {one for one, *_ in harvested(client, metadataPrefix="oai_dc", set=spec)}
            headers = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc").iter(f"{OAI}header")
            told = {each.findtext(f"{OAI}identifier") for each in headers if spec in [one.text for one in each.iter(f"{OAI}setSpec")]}
            assert listed == told, spec

    def test_only_what_is_published_shows(self, stocked: Site) -> None:
        client = stocked.anybody()
        assert b"prg-broken" not in client.get("/oai?verb=ListRecords&metadataPrefix=programme").body
        deleted = [one for one, _, gone in harvested(client, metadataPrefix="oai_dc") if gone]
        assert len(deleted) == 1
        root = ask(client, verb="GetRecord", identifier=deleted[0], metadataPrefix="oai_dc")
        assert root.find(f".//{OAI}header").get("status") == "deleted" and root.find(f".//{OAI}metadata") is None

    def test_nothing_where_nothing_is_public(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XMLSVC_PUBLIC", "nothing")
        with build(tmp_path / "closed").services as closed:
            client = Client(app.application(closed))
            for path in ("/oai?verb=Identify", "/feeds/atom", "/sitemap.xml"):
                assert client.get(path).status == 404


class TestValidity:
    def test_every_response_is_valid(self, stocked: Site, corpora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        schema = etree.XMLSchema(etree.parse(str(corpora / "oai-pmh" / "schema" / "oai-driver.xsd")))
        monkeypatch.setattr(records, "PAGE", 7)
        monkeypatch.setattr(verbs, "SETS_PAGE", 9)
        client, seen = stocked.anybody(), 0
        (identifier, *_), *_ = harvested(client, metadataPrefix="oai_dc")
        queries = ["verb=Identify", "verb=ListMetadataFormats", f"verb=ListMetadataFormats&identifier={identifier}", "verb=ListSets",
                   "verb=ListRecords&metadataPrefix=oai_dc", "verb=ListIdentifiers&metadataPrefix=ebucore", "verb=Nonsense",
                   f"verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}", "verb=ListRecords&metadataPrefix=nothing"]  # fmt: skip
        while queries:
            query = queries.pop()
            root = etree.fromstring(client.get(f"/oai?{query}").body)
            schema.assertValid(root)
            seen += 1
            token = root.findtext(f".//{OAI}resumptionToken")
            if token:
                queries.append(f"{query.partition('&')[0]}&resumptionToken={quote(token)}")
        assert seen > 15


class TestTokens:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(records, "PAGE", 3)

    def test_a_list_in_pages(self, site: Site) -> None:
        ids = [deliver(site, film(number)) for number in range(8)]
        client = site.anybody()
        assert [one.rpartition(":")[2] for one, *_ in harvested(client, metadataPrefix="oai_dc")] == ids
        root = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
        cursors = []
        while True:
            token = root.find(f".//{OAI}resumptionToken")
            cursors.append((token.get("cursor"), bool(token.text), token.get("expirationDate") is not None))
            if not token.text:
                break
            root = ask(client, verb="ListIdentifiers", resumptionToken=token.text)
        assert cursors == [("0", True, True), ("3", True, True), ("6", False, False)], "the last one is empty"

    def test_they_outlive_the_process_and_end(self, site: Site) -> None:
        ids = [deliver(site, film(number)) for number in range(5)]
        token = ask(site.anybody(), verb="ListRecords", metadataPrefix="oai_dc").findtext(f".//{OAI}resumptionToken")
        assert token is not None
        with services_module.open(site.directory) as other:
            client = Client(app.application(other))
            # The fixed clock stood in 2024: today the token has ended.
            assert code(ask(client, verb="ListRecords", resumptionToken=token)) == "badResumptionToken"
        with services_module.open(site.directory, site.services.clock) as other:
            root = ask(Client(app.application(other)), verb="ListRecords", resumptionToken=token)
            assert [one.rpartition(":")[2] for one in texts(root, "identifier")] == ids[3:]
            assert code(ask(Client(app.application(other)), verb="ListIdentifiers", resumptionToken=token)) == "badResumptionToken"

    def test_a_token_cannot_be_made_up(self, site: Site) -> None:
        key = tokens.key(site.services.settings.var)
        made = tokens.Token("ListSets", None, ("x",), 1, datetime(2030, 1, 1, tzinfo=UTC))
        text = tokens.write(key, made)
        assert tokens.read(key, text, "ListSets", datetime(2024, 1, 1, tzinfo=UTC)) == made
        for wrong in (text[:-2], text[:-1] + ("A" if text[-1] != "A" else "B"), "", "A" * 40):
            with pytest.raises(Error):
                tokens.read(key, wrong, "ListSets", datetime(2024, 1, 1, tzinfo=UTC))


class TestStamps:
    def test_the_rendering_counts_not_the_record(self, site: Site) -> None:
        """A change that Dublin Core does not show leaves the stamp there, and moves it where the record shows whole."""
        deliver(site, film(1))
        client = site.anybody()
        before = {prefix: harvested(client, metadataPrefix=prefix) for prefix in ("oai_dc", "programme")}
        deliver(site, film(1).replace(b"><p:title", b"><!-- looked at --><p:title"))
        after = {prefix: harvested(client, metadataPrefix=prefix) for prefix in ("oai_dc", "programme")}
        assert after["oai_dc"] == before["oai_dc"]
        assert after["programme"][0][1] > before["programme"][0][1]

    def test_a_changed_stylesheet_moves_only_what_it_changes(self, site: Site) -> None:
        deliver(site, film(1, "Kept"))
        deliver(site, film(2, "Changed"))
        client = site.anybody()
        before = {one: stamp for one, stamp, _ in harvested(client, metadataPrefix="oai_dc")}
        sheet = site.services.settings.stylesheets / "programme" / "dc.xsl"
        text = sheet.read_text("utf-8")
        other = "<xsl:when test=\"//p:title = 'Changed'\">Sound</xsl:when><xsl:otherwise>MovingImage"
        sheet.write_text(text.replace("<xsl:otherwise>MovingImage", other), "utf-8")
        after = {one: stamp for one, stamp, _ in harvested(client, metadataPrefix="oai_dc")}
        assert sum(after[one] > before[one] for one in before) == 1 and set(after) == set(before)
        (later,) = [stamp for one, stamp in after.items() if stamp > before[one]]
        assert len(harvested(client, metadataPrefix="oai_dc", from_=later)) == 1

    def test_withdrawn_and_back(self, site: Site) -> None:
        document = deliver(site, film(1))
        client = site.anybody()
        (first,) = harvested(client, metadataPrefix="oai_dc")
        withdraw.withdraw(site.services, OPERATOR, document)
        (gone,) = harvested(client, metadataPrefix="oai_dc")
        assert gone[2] and gone[1] > first[1]
        assert harvested(client, metadataPrefix="oai_dc", from_=gone[1]) == [gone]
        assert harvested(client, metadataPrefix="oai_dc", set="partner:nordlys") == [gone]

    def test_what_leaves_a_set_is_deleted_there(self, site: Site) -> None:
        deliver(site, film(1, genre="drama"))
        deliver(site, film(2, genre="drama"))
        client = site.anybody()
        drama = "vocabulary:programme:genre:drama"
        assert drama in texts(ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc"), "setSpec")
        before = harvested(client, metadataPrefix="oai_dc", set=drama)
        assert [gone for *_, gone in before] == [False, False]
        deliver(site, film(1, genre="comedy"))
        after = harvested(client, metadataPrefix="oai_dc", set=drama, from_=before[-1][1])
        assert [(one, gone) for one, _, gone in after if gone] == [(before[0][0], True)]

    def test_from_and_until_are_inclusive(self, site: Site) -> None:
        deliver(site, film(1))
        client = site.anybody()
        ((one, stamp, _),) = harvested(client, metadataPrefix="oai_dc")
        assert [found for found, *_ in harvested(client, metadataPrefix="oai_dc", from_=stamp, until=stamp)] == [one]
        day = stamp[:10]
        assert [found for found, *_ in harvested(client, metadataPrefix="oai_dc", from_=day, until=day)] == [one]


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An instance on each database, on the real clock; its tests add documents of their own."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "mariadb":
            server = request.getfixturevalue("mariadb")
            patch.setenv("XMLSVC_DATABASE", server.uri(server.create()))
        made = build(tmp_path_factory.mktemp("served") / "site")
    with made.services:
        yield made


class TestConcurrentWriters:
    def test_a_commit_that_is_held_is_not_lost(self, served: Site) -> None:
        """A document is written, its transaction stays open over a whole harvest; the next, from that one's responseDate, has it."""
        deliver(served, film(1))
        client = served.anybody()
        before = harvested(client, metadataPrefix="oai_dc")
        inside, leave = threading.Event(), threading.Event()

        def keep(store: Any, outcome: Any) -> None:
            inside.set()
            assert leave.wait(60)

        held: list[str] = []
        writer = threading.Thread(target=lambda: held.append(deliver(served, film(2), keep=keep)))
        writer.start()
        try:
            assert inside.wait(60)
            root = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
            assert texts(root, "identifier") == [one for one, *_ in before]
        finally:
            leave.set()
            writer.join(60)
        again = harvested(client, metadataPrefix="oai_dc", from_=root.findtext(f"{OAI}responseDate") or "")
        assert held[0] in [one.rpartition(":")[2] for one, *_ in again]

    def test_outputs_that_are_being_entered_hold_the_date(self, served: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """The stamp is taken, the transaction that gives it is not yet to be seen: responseDate stays before it."""
        client = served.anybody()
        deliver(served, film(11))
        harvested(client, metadataPrefix="oai_dc")
        deliver(served, film(12))
        dates: list[str] = []
        entered = channels._Entering.write

        def watched(self: Any, store: Any) -> None:
            entered(self, store)
            now = served.services.clock.now() + timedelta(hours=1)
            # As another process would see it at this moment: a snapshot of what is committed, asked for an hour later.
            reader = threading.Thread(target=lambda: dates.append(str(served.services.sessions.read(
                lambda inner: records.trusted(inner, [("programme", "dc")], now)))))
            reader.start()
            reader.join(60)

        monkeypatch.setattr(channels._Entering, "write", watched)
        stamp = harvested(client, metadataPrefix="oai_dc")[-1][1]
        assert dates and dates[0].replace(" ", "T")[:19] + "Z" <= stamp

    def test_an_unchanged_record_comes_exactly_once(self, served: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(records, "PAGE", 5)
        client = served.anybody()
        still = [deliver(served, film(20 + number)) for number in range(30)]
        moving = [deliver(served, film(100 + number)) for number in range(5)]
        found, root, round_ = [], ask(client, verb="ListIdentifiers", metadataPrefix="programme"), 0
        while True:
            found += [one.rpartition(":")[2] for one in texts(root, "identifier")]
            if round_ < 5:
                deliver(served, film(100 + round_, f"Changed {round_}"))
                deliver(served, film(200 + round_))
            round_ += 1
            token = root.findtext(f".//{OAI}resumptionToken")
            if not token:
                break
            root = ask(client, verb="ListIdentifiers", resumptionToken=token)
        assert all(found.count(one) == 1 for one in still)
        assert all(one in found for one in moving)
        came = [deliver(served, film(200 + number)) for number in range(5)]
        assert set(came) <= set(found), "what came meanwhile comes, too"


def test_two_settle_at_once(served: Site) -> None:
    """Each document is entered once, whoever brings the channel on."""
    channels.settle_all(served.services, "programme", "dc")
    before = served.services.sessions.read(lambda store: public.channel(store, "programme", "dc"))
    for number in range(20):
        deliver(served, film(300 + number))
    threads = [threading.Thread(target=channels.settle_all, args=(served.services, "programme", "dc")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    channel = served.services.sessions.read(lambda store: public.channel(store, "programme", "dc"))
    assert before is not None and channel is not None and channel.sequence == before.sequence + 20 and channel.settling is None
    assert harvest.answer(harvest.Repository(served.services, "http://x/oai", "x", "http://x/schemas"), [("verb", "Identify")])


@pytest.fixture(scope="module")
def address(stocked: Site) -> Iterator[str]:
    with serving(stocked.directory) as running:
        yield f"{running.url}/oai"


class TestClients:
    """Harvesters that others wrote take the whole list."""

    def test_sickle(self, address: str) -> None:
        from sickle import Sickle

        client = Sickle(address, timeout=60)
        everything = list(client.ListRecords(metadataPrefix="oai_dc"))
        assert len({record.header.identifier for record in everything}) == len(everything) > 20
        assert sum(record.deleted for record in everything) == 1
        assert len(list(client.ListRecords(metadataPrefix="oai_dc", ignore_deleted=True))) == len(everything) - 1
        assert {each.metadataPrefix for each in client.ListMetadataFormats()} >= {"oai_dc", "ebucore"}
        assert client.Identify().deletedRecord == "persistent"
        assert len(list(Sickle(address, http_method="POST").ListIdentifiers(metadataPrefix="ebucore"))) == len(everything)

    def test_scythe(self, address: str) -> None:
        from oaipmh_scythe import Scythe

        with Scythe(address) as client:
            everything = list(client.list_records(metadata_prefix="oai_dc"))
            assert len({record.header.identifier for record in everything}) == len(everything) > 20
            assert list(client.list_sets()) and list(client.list_identifiers(metadata_prefix="pbcore"))


def test_an_output_that_its_gate_refuses(site: Site) -> None:
    """The last good one stays, in every face; the work list says so, until the stylesheet is mended."""
    document = deliver(site, film(1, "Good"))
    client = site.anybody()
    before = client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc")
    sheet = site.services.settings.stylesheets / "programme" / "dc.xsl"
    good = sheet.read_text("utf-8")
    sheet.write_text(good.replace("<dc:type>", "<dc:nonsense/><dc:type>"), "utf-8")
    deliver(site, film(1, "Changed"))
    deliver(site, film(2, "New"))
    records = ask(client, verb="ListRecords", metadataPrefix="oai_dc")
    assert [each.text for each in records.iter("{http://purl.org/dc/elements/1.1/}title")] == ["Good"], before.text
    assert b"Good" in client.get("/feeds/dc").body and b"Changed" not in client.get("/feeds/dc").body
    refused = desk.refused(site.services, OPERATOR)
    assert sorted((each.document == document, each.format, each.shown) for each in refused) == [(False, "dc", False), (True, "dc", True)]
    assert "does not satisfy dc.xsd" in refused[0].problem and "Outputs refused" in site.editor().get("/").text
    sheet.write_text(good, "utf-8")
    assert len(harvested(client, metadataPrefix="oai_dc")) == 2 and desk.refused(site.services, OPERATOR) == []
