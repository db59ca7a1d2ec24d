"""Correcting documents in a real browser: form, source, saving, conflicts, selections; keys, colours, phone width, accessibility."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import FULL, ROOT
from tests.left_out import require
from tests.server import Server, serving
from tests.web.conftest import PASSWORD, Site, broken, build, sample
from xmlsvc.batch import bulk, moving, runner
from xmlsvc.documents import revise, revisions, submit, users, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.revise import Saving
from xmlsvc.jobs.queue import Queue
from xmlsvc.publish.delivery import Target, deliver, targets

FILM = sample("valid/film-de-dijk.xml")
NUMBER = iter(range(5000, 9999))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = build(tmp_path_factory.mktemp("browsed") / "instance")
    users.add_user(made.services, OPERATOR, "pia", PASSWORD, "publisher")
    with made.services:
        yield made


@pytest.fixture(scope="module")
def served(house: Site) -> Iterator[Server]:
    with serving(house.directory) as running:
        yield running


@pytest.fixture(scope="module")
def logins(browser: Browser, served: Server) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("ada", "pia"):
        context = browser.new_context(base_url=served.url)
        page = context.new_page()
        page.goto("/login")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(f"{served.url}/")
        found[name] = context.storage_state()
        context.close()
    return found


@pytest.fixture
def page(browser: Browser, served: Server, logins: dict[str, Any]) -> Iterator[Page]:
    """A publisher's browser. It fails the test for any console message of error, and any request elsewhere."""
    context = browser.new_context(base_url=served.url, viewport={"width": 1400, "height": 900}, storage_state=logins["pia"])
    made = context.new_page()
    made.set_default_timeout(30_000)
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("request", lambda request: complaints.append(request.url) if not request.url.startswith((served.url, "data:")) else None)
    yield made
    context.close()
    assert not complaints, complaints


def _stored(house: Site, body: bytes = FILM) -> tuple[str, bytes]:
    data = body.replace(b"prg-20417", b"prg-%d" % next(NUMBER))
    return submit.submit(house.services, OPERATOR, data, submit.Options(partner="nordlys", face="load")).document, data


def _bytes(house: Site, id: str) -> bytes:
    return revisions.read(house.services, OPERATOR, id)[2]


def test_a_minute_from_quarantine_to_published(page: Page, house: Site) -> None:
    """What somebody does who knows nothing of schemas: from the desk to the field, choose, remove, save."""
    id, data = _stored(house, broken())
    page.goto("/")
    page.get_by_role("region", name="Needs attention").get_by_role("link", name="De dijk").first.click()
    page.goto(f"/documents/{id}")
    problems = page.get_by_role("complementary", name="Problems")
    expect(problems).to_contain_text("2 problems")
    problems.get_by_role("link", name="Fix it").first.click()
    genre = page.locator("#e14 input").first
    expect(genre).to_be_in_viewport()
    genre.fill("drama")
    expect(problems).to_contain_text("1 problem")
    expect(page.locator("#e14 .note")).to_have_count(0)
    page.get_by_role("button", name="Remove Unheard").click()
    expect(problems).to_contain_text("No problems")
    page.get_by_label("Message for the history").fill("The genre is drama.")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status")).to_contain_text("Revision 2 was saved and published.")
    assert _bytes(house, id) == data.replace(b">film<", b">drama<").replace(b"<p:unheard/>", b"")


def test_add_fill_move_undo(page: Page, house: Site) -> None:
    id, data = _stored(house)
    page.goto(f"/documents/{id}/edit")
    page.get_by_role("button", name="Another Keyword").click()
    expect(page.locator("#e18 input").first).to_be_focused()
    page.keyboard.type("water")
    page.locator("#e18").get_by_label("Lang").fill("nl")
    expect(page.locator("#bar .what")).to_contain_text("1 added")
    page.locator("#e18").get_by_role("button", name="Move Keyword 3 up").click()
    expect(page.locator("#e17 input").first).to_have_value("water")
    page.get_by_role("button", name="Remove Keyword 1").click()
    expect(page.locator("#bar .what")).to_contain_text("1 changed")
    page.get_by_role("button", name=re.compile("^Undo: Keyword removed")).click()
    expect(page.locator("#e16 input").first).to_have_value("Watersnoodramp")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Revision 2")
    assert _bytes(house, id) == data.replace(
        b"  <p:keyword xml:lang=\"nl\">Zeeland", b"  <p:keyword xml:lang=\"nl\">water</p:keyword>\n  <p:keyword xml:lang=\"nl\">Zeeland"
    )


def test_choices_offer_only_what_fits(page: Page, house: Site) -> None:
    id, _ = _stored(house)
    page.goto(f"/documents/{id}/edit")
    files = page.locator("section.group", has=page.locator("h3, span.label", has_text=re.compile("^Files$"))).first
    menu = files.locator("> .group-body > details.add")
    menu.locator("summary").click()
    expect(menu.locator(".add-one")).to_have_text(["Video", "Audio", "Subtitles", "Image"])
    menu.get_by_role("button", name="Audio").click()
    added = page.locator(":focus").locator("xpath=ancestor::section[1]")
    expect(added.locator("> .group-head")).to_contain_text("Audio")
    kind = added.get_by_label("Kind").first
    kind.select_option(label="Subtitles")
    expect(page.locator("#bar .what")).to_contain_text("1 added")


def test_nothing_typed_is_lost_when_the_page_is_left(page: Page, house: Site) -> None:
    id, data = _stored(house)
    page.goto(f"/documents/{id}/edit")
    page.locator("#e3 input, #e3 textarea").first.fill("De dijken")
    expect(page.locator("#bar .what")).to_contain_text("1 changed")
    page.goto("/")
    page.get_by_role("link", name="De dijk").first.click()
    page.goto(f"/documents/{id}/edit")
    expect(page.locator("#e3 input, #e3 textarea").first).to_have_value("De dijken")
    page.get_by_role("button", name=re.compile("1 changed")).click()
    expect(page.locator("ins").first).to_have_text("dijken")
    assert _bytes(house, id) == data


def test_source_with_completion_marks_and_the_way_back(page: Page, house: Site) -> None:
    require((ROOT / "xmlsvc/web/static/vendor/source.js").is_file(), "the source editor (make assets)")
    id, data = _stored(house)
    page.goto(f"/documents/{id}/edit#e17")
    page.get_by_role("button", name="Source").click()
    editor = page.locator(".cm-content")
    expect(editor).to_be_visible()
    page.evaluate("""() => { const view = window.xmlsvcSource.view, at = view.state.doc.toString().indexOf("  <p:language>");
        view.focus(); view.dispatch({ selection: { anchor: at + 2 } }); }""")
    page.keyboard.type("<")
    menu = page.locator(".cm-tooltip-autocomplete")
    expect(menu.locator("li")).to_have_text(["p:keyword", "p:language"])
    page.keyboard.type("p:key")
    expect(menu.locator("li[aria-selected]")).to_contain_text("p:keyword")
    page.keyboard.press("Enter")
    page.keyboard.type("nl")
    page.keyboard.press("Tab")
    page.keyboard.type("sea")
    expect(page.locator("#rail")).to_contain_text("No problems")
    assert '<p:keyword xml:lang="nl">sea</p:keyword><p:language>' in page.evaluate("window.xmlsvcSource.view.state.doc.toString()")
    page.evaluate("""() => { const view = window.xmlsvcSource.view, at = view.state.doc.toString().indexOf(">drama<") + 1;
        view.dispatch({ changes: { from: at, to: at + 5, insert: "film" }, selection: { anchor: at } }); }""")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    expect(page.locator("#rail")).to_contain_text("1 problem")
    page.get_by_role("button", name="Form").click()
    expect(page.locator("#e14 input").first).to_have_value("film")
    expect(page.locator("#e14")).to_be_in_viewport()
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(page.locator("#e14 input").first).to_have_value(re.compile("drama|film"))
    assert _bytes(house, id) == data


def test_a_conflict_is_shown_in_three_columns(page: Page, house: Site) -> None:
    id, data = _stored(house)
    page.goto(f"/documents/{id}/edit")
    page.locator("#e4 input, #e4 textarea").first.fill("My dyke")
    expect(page.locator("#bar .what")).to_contain_text("1 changed")
    theirs = data.replace(b">The Dyke<", b">Their dyke<").replace(b">drama<", b">comedy<")
    revise.revise(house.services, OPERATOR, id, theirs, Saving())
    page.get_by_role("button", name="Save", exact=True).click()
    row = page.get_by_role("row", name=re.compile("Title 2"))
    expect(row.locator("td")).to_have_text(["Their dyke", "The Dyke", "My dyke"])
    row.get_by_role("radio", name=re.compile("^Mine")).check()
    page.get_by_role("button", name="Save both").click()
    expect(page.get_by_role("status")).to_contain_text("Revision 3 was saved")
    assert _bytes(house, id) == theirs.replace(b">Their dyke<", b">My dyke<")


def test_ticked_rows_and_their_bar(page: Page, house: Site) -> None:
    ids = [_stored(house)[0] for _ in range(2)]
    page.goto("/documents")
    bar = page.locator("#selection")
    expect(bar).to_be_hidden()
    for id in ids:
        page.locator(f'input[name="id"][value="{id}"]').check()
    expect(bar).to_contain_text("2 ticked")
    with page.expect_download() as saved:
        bar.get_by_role("button", name="Export").click()
    assert saved.value.suggested_filename == "documents.zip"
    bar.get_by_role("button", name="Withdraw").click()
    page.get_by_label("Why?").fill("Not ours.")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("heading", name="Withdrawal")).to_be_visible()
    expect(page.locator("main")).to_contain_text("done")
    expect(page.get_by_role("row", name="moved")).to_have_count(2)
    assert {revisions.get(house.services, OPERATOR, id).state for id in ids} == {"withdrawn"}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Undoing a change of state")).to_be_visible()
    while "done" not in page.inner_text("h1"):
        page.reload()
    expect(page.get_by_role("row", name="undone")).to_have_count(2)
    assert {revisions.get(house.services, OPERATOR, id).state for id in ids} == {"published"}


def test_what_a_wildcard_lets_in_is_added_by_name(page: Page, house: Site) -> None:
    id, data = _stored(house, sample("valid/programme-with-extensions.xml"))
    page.goto(f"/documents/{id}/edit")
    menu = page.locator("details.add", has=page.locator("[name='w.any:3']"))
    menu.locator("summary").click()
    menu.get_by_label("Another element").fill("{urn:studio}take")
    menu.locator(".add-any button").click()
    expect(page.locator("#bar .what")).to_contain_text("1 added")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Revision 2")
    assert b"urn:studio" in _bytes(house, id) and len(_bytes(house, id)) < len(data) + 60


def test_attributes_that_a_wildcard_lets_in(page: Page, house: Site, tmp_path: Path) -> None:
    """Named and added by the return key, filled in, a wrong name told in place; an empty one is taken away by its button."""
    (tmp_path / "box.xsd").write_text("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:box">
      <xs:element name="box"><xs:complexType><xs:sequence><xs:element name="in" type="xs:string" maxOccurs="9"/></xs:sequence>
      <xs:attribute name="own"/><xs:anyAttribute namespace="##other" processContents="lax"/></xs:complexType></xs:element></xs:schema>""")
    vocabularies.add(house.services, OPERATOR, "box", [tmp_path / "box.xsd"])
    data = b"<b:box xmlns:b='urn:box' xmlns:x='urn:x'  ><in >one</in></b:box>\n"
    id = submit.submit(house.services, OPERATOR, data, submit.Options(name="box", partner="nordlys", face="load")).document
    page.goto(f"/documents/{id}/edit")
    said, bar = page.locator(".alert"), page.locator("#bar .what")

    def name(written: str) -> None:
        page.locator("details.more", has=page.get_by_label("Another attribute")).locator("summary").click()
        page.get_by_label("Another attribute").fill(written)
        page.keyboard.press("Enter")

    name("nobody:size")
    expect(said).to_contain_text("“nobody” is not declared")
    name("x:size")
    expect(page.locator('[name="a.0.{urn:x}size"]')).to_be_focused()
    page.keyboard.type("large")
    expect(bar).to_contain_text("1 added")
    name("x:spare")
    page.get_by_role("button", name="Remove the empty Spare").click()
    expect(page.locator('[name="a.0.{urn:x}spare"]')).to_have_count(0)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Revision 2 was saved and published.")
    assert _bytes(house, id) == data.replace(b"'urn:x'  >", b"'urn:x' x:size=\"large\"  >")


@pytest.fixture(scope="module")
def reviewing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An instance whose manifest asks for review."""
    made = build(tmp_path_factory.mktemp("reviewed") / "instance")
    users.add_user(made.services, OPERATOR, "pia", PASSWORD, "publisher")
    manifest = made.directory / "schemas" / "programme" / "vocabulary.toml"
    manifest.write_text("review = true\n" + manifest.read_text(encoding="utf-8"), encoding="utf-8")
    with made.services:
        yield made


def test_from_the_editor_to_review_and_back_and_on(browser: Browser, reviewing: Site) -> None:
    """An editor's save waits for a publisher; what is public stays until she publishes. Sent back, it is mended and sent once more."""
    id, data = _stored(reviewing)
    with serving(reviewing.directory) as running:
        contexts = [browser.new_context(base_url=running.url) for _ in range(2)]
        ada, pia = (context.new_page() for context in contexts)
        for page, name in ((ada, "ada"), (pia, "pia")):
            page.set_default_timeout(30_000)
            page.goto("/login")
            page.fill("#name", name)
            page.fill("#password", PASSWORD)
            page.press("#password", "Enter")
            page.wait_for_url(f"{running.url}/")
        pia.goto(f"/documents/{id}")
        expect(pia.locator(".head")).to_contain_text("in review")  # a delivery waits, too
        pia.get_by_role("button", name="Publish", exact=True).click()
        expect(pia.locator(".head")).to_contain_text("published")

        ada.goto(f"/documents/{id}/edit")
        ada.locator("#e14 input").first.fill("comedy")
        expect(ada.locator("#bar .what")).to_contain_text("1 changed")
        expect(ada.get_by_role("button", name="Save and publish")).to_have_count(0)
        ada.get_by_role("button", name="Save for review").click()
        expect(ada.get_by_role("status")).to_contain_text("Revision 2 was saved and sent to review.")
        expect(ada.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
        assert revisions.published(reviewing.services, id)[2] == data

        pia.goto("/documents?state=review")
        pia.get_by_role("row", name="De dijk").get_by_role("link", name="De dijk").click()
        pia.get_by_text("More", exact=True).click()
        pia.get_by_label("Reason").fill("It is no comedy.")
        pia.get_by_role("button", name="Send back").click()
        expect(pia.locator(".head")).to_contain_text("draft")
        assert revisions.published(reviewing.services, id)[2] == data

        ada.goto(f"/documents/{id}/edit")
        ada.locator("#e14 input").first.fill("film")
        expect(ada.locator("#bar .what")).to_contain_text("1 changed")
        ada.get_by_role("button", name="Save draft").click()
        expect(ada.get_by_role("status")).to_contain_text("Revision 3 was saved as a draft.")
        ada.get_by_role("button", name="Send to review").click()
        expect(ada.get_by_role("alert")).to_contain_text("breaks its schema where what is published does not")
        ada.goto(f"/documents/{id}/edit")
        ada.locator("#e14 input").first.fill("crime")
        expect(ada.locator("#bar .what")).to_contain_text("1 changed")
        ada.get_by_role("button", name="Save draft").click()
        expect(ada.get_by_role("status")).to_contain_text("Revision 4 was saved as a draft.")
        ada.get_by_role("button", name="Send to review").click()
        expect(ada.locator(".head")).to_contain_text("in review")

        pia.goto(f"/documents/{id}")
        pia.get_by_role("button", name="Publish", exact=True).click()
        expect(pia.locator(".head")).to_contain_text("published")
        assert revisions.published(reviewing.services, id)[2] == data.replace(b">drama<", b">crime<")
        for context in contexts:
            context.close()


def test_facets_and_saved_searches(page: Page, house: Site) -> None:
    _stored(house)
    page.goto("/documents?state=published")
    expect(page.get_by_role("link", name="State: published, take back")).to_be_visible()
    page.get_by_text("Save this search").click()
    page.get_by_label("Name of the search").fill("Public ones")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Public ones")).to_be_visible()
    page.goto("/documents")
    page.get_by_role("link", name="Public ones").click()
    expect(page).to_have_url(re.compile(r"state=published"))
    page.get_by_role("link", name="Title", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Title")


def test_keys(page: Page, house: Site) -> None:
    id, _ = _stored(house)
    page.goto(f"/documents/{id}")
    page.keyboard.press("e")
    page.wait_for_url(f"**/documents/{id}/edit*")  # loaded, too: before that no script listens
    page.keyboard.press("s")
    page.wait_for_url("**/source*")
    page.wait_for_function("window.xmlsvcSource || !document.querySelector('script[src*=vendor]')")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.wait_for_url(f"**/documents/{id}/edit*")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("save")
    page.keyboard.press("Escape")
    page.goto("/documents")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#selection")).to_contain_text("1 ticked")


def test_a_form_without_script(browser: Browser, served: Server, logins: dict[str, Any], house: Site) -> None:
    id, data = _stored(house)
    context = browser.new_context(base_url=served.url, java_script_enabled=False, storage_state=logins["ada"])
    page = context.new_page()
    page.goto(f"/documents/{id}/edit")
    page.locator("#e14 input").first.fill("comedy")
    page.click("button[aria-label='Another Keyword']")
    page.locator("#e18 input").first.fill("sea")
    page.locator("#e18 input").nth(1).fill("en")
    page.click("button:text-is('Save')")
    assert "Revision 2 was saved" in page.inner_text("main")
    assert _bytes(house, id) == data.replace(b">drama<", b">comedy<").replace(
        b"Zeeland</p:keyword>\n", b"Zeeland</p:keyword>\n  <p:keyword xml:lang=\"en\">sea</p:keyword>\n"
    )
    page.goto(f"/documents/{id}/source?edit=1")
    assert "comedy" in page.input_value("#text")
    context.close()


def _pages(house: Site) -> list[str]:
    id, _ = _stored(house, broken())
    valid, body = _stored(house)
    revise.revise(house.services, OPERATOR, valid, body.replace(b">drama<", b">comedy<"), Saving())
    return ["/", "/?by=age", "/documents?vocabulary=programme&sort=title", f"/documents/{id}", f"/documents/{id}/source",
            f"/documents/{id}/history", f"/documents/{id}/outputs", f"/documents/{id}/rows", f"/documents/{id}/edit",
            f"/documents/{id}/source?edit=1",
            f"/documents/{valid}/compare?old=1&new=2", f"/documents/{valid}", f"/documents/{valid}/edit/changes", "/upload", "/receipts",
            "/vocabularies", "/vocabularies/programme", "/partners", "/problems", *_work(house, valid)]  # fmt: skip


def _work(house: Site, document: str) -> list[str]:
    """The pages of what goes on behind the documents, each with something to show."""
    queue, services = Queue(house.services.sessions, house.services.clock), house.services
    job = queue.add("user:pia", "probe", {"file": "a.mxf"}, document_id=document)
    run = moving.move(services, OPERATOR, bulk.Selection(ids=(document,)), "withdraw")
    runner.hurry(services, run, 5)
    if "shelf" not in {each.name for each in targets.listed(services)}:
        target = targets.add(services, OPERATOR, Target(name="shelf", url=str(house.directory / "out"), formats=("dc",)))
        list(deliver(services, target, changed=False))
    return ["/runs", f"/runs/{run}", "/jobs", f"/jobs/{job}", "/files", "/targets", "/targets/shelf"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(page: Page, house: Site, scheme: str) -> None:
    axe = ROOT / "node_modules/axe-core/axe.min.js"
    require(axe.is_file(), "accessibility by axe-core (make assets)")
    script = axe.read_text("utf-8")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found: list[str] = []
    pages = _pages(house)
    for path in pages if FULL else (pages[0], pages[3], *pages[8:11]) if scheme == "light" else pages[8:9]:
        page.goto(path)
        page.evaluate(script)
        result = page.evaluate("axe.run(document, { resultTypes: ['violations'], iframes: false })")
        for each in result["violations"]:
            if each["impact"] in ("serious", "critical"):
                found += [f"{path}: {each['id']}: {node['html'][:160]} {json.dumps(node['any'][:1])[:200]}" for node in each["nodes"][:3]]
    assert not found, "\n".join(found)


def test_phone_width_has_no_sideways_scroll(page: Page, house: Site) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    pages = _pages(house)
    for path in pages if FULL else (pages[0], pages[2], pages[3], *pages[8:11]):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_two_thousand_fields_open_in_under_a_second(page: Page, house: Site) -> None:
    """Only what is open is rendered: the page holds a part of the fields, and each part leads on."""
    more = b"".join(b'  <p:keyword xml:lang="nl">word %d</p:keyword>\n' % number for number in range(2_000))
    body = FILM.replace(b"  <p:language>", more + b"  <p:language>", 1)
    id, data = _stored(house, body)
    page.goto(f"/documents/{id}/edit")
    expect(page.get_by_role("button", name=re.compile(r"[\d,]+ more"))).to_be_visible()
    shown = page.locator("#form .row-field").count()
    assert shown < 400, shown
    page.get_by_role("button", name=re.compile(r"[\d,]+ more")).click()
    expect(page.get_by_role("button", name="Earlier ones")).to_be_visible()
    field = page.locator("#form .row-field input[name^='t.']").first
    field.fill("changed")
    expect(page.locator("#bar .what")).to_contain_text("1 changed")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Revision 2")
    made = _bytes(house, id)
    assert len(made) != len(data) and made.count(b"changed</p:keyword>") == 1 and made.count(b"<p:keyword") == data.count(b"<p:keyword")


def test_the_built_editor_is_no_part_of_other_pages(page: Page) -> None:
    page.goto("/documents")
    assert "vendor/source.js" not in page.content()


def test_dropped_files_are_taken(page: Page, tmp_path: Path) -> None:
    page.goto("/upload")
    page.evaluate("""text => {
        const data = new DataTransfer();
        data.items.add(new File([text], "dropped.xml", { type: "application/xml" }));
        data.items.add(new File(["<a>"], "half.xml", { type: "application/xml" }));
        document.querySelector("form.drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }""", FILM.decode().replace("prg-20417", f"prg-{next(NUMBER)}"))
    expect(page.locator("#upload-status")).to_have_text("2 files done")
    rows = page.locator("#outcomes tbody tr")
    expect(rows.filter(has_text="dropped.xml")).to_contain_text("new")
    expect(rows.filter(has_text="half.xml")).to_contain_text("refused")
