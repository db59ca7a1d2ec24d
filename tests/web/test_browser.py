"""An editor's morning in a real browser: log in, see what waits, understand a problem, find a document, upload files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server import Server
from tests.web.conftest import PASSWORD, Site, broken, sample


@pytest.fixture(scope="module")
def cookies(browser: Browser, server: Server) -> Any:
    """What a browser holds after the login form was filled in."""
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    page.goto("/documents?q=dijk")
    expect(page).to_have_url(f"{server.url}/login?next=%2Fdocuments%3Fq%3Ddijk")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{server.url}/documents?q=dijk")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(browser: Browser, server: Server, cookies: Any) -> Iterator[Page]:
    """The desk, logged in. It fails the test for any console message of error, and any request elsewhere."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 800}, storage_state=cookies)
    made = context.new_page()
    made.set_default_timeout(30_000)
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("request", lambda request: complaints.append(request.url) if not request.url.startswith((server.url, "data:")) else None)
    made.goto("/")
    expect(made.get_by_role("heading", name="Desk")).to_be_visible()
    yield made
    context.close()
    assert not complaints, complaints


def _problem(stocked: Site) -> dict[str, str]:
    client = stocked.partner()
    found = client.get("/api/documents?q=identity:prg-broken").json()["documents"][0]
    verdict = client.get(f"/api/documents/{found['id']}/verdict").json()
    first: dict[str, str] = {**verdict["violations"][0], "id": found["id"], "title": found["title"]}
    return first


def test_from_the_desk_to_the_line(page: Page, stocked: Site) -> None:
    problem = _problem(stocked)
    attention = page.get_by_role("region", name="Needs attention")
    expect(attention).to_contain_text(problem["message"])
    attention.get_by_role("link", name=problem["title"]).first.click()
    rail = page.get_by_role("complementary", name="Problems")
    expect(rail).to_contain_text(problem["message"])
    expect(page.locator(".fields .note").first).to_contain_text(problem["message"])
    rail.get_by_role("link", name=f"line {problem['line']}").first.click()
    expect(page.get_by_role("link", name="Source")).to_have_attribute("aria-current", "page")
    line = page.locator(f"#L{problem['line']}")
    expect(line).to_be_in_viewport()
    assert line.evaluate("element => element.matches(':target')")
    expect(page.locator(f"#L{problem['line']} + .note")).to_contain_text(problem["message"])
    rail.get_by_role("link", name="Genre").first.click()
    expect(page.locator(".fields :target")).to_be_in_viewport()


def test_tabs_by_key(page: Page, stocked: Site) -> None:
    page.goto(f"/documents/{_problem(stocked)['id']}")
    for key, name in (("s", "Source"), ("o", "Outputs"), ("h", "History"), ("r", "Rows"), ("f", "Fields")):
        page.keyboard.press(key)
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")
    page.keyboard.press("n")
    expect(page.locator(".note").first).to_be_in_viewport()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("next and previous problem")


def test_search_by_key_with_hits_marked(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("dijkwachter")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("dijkwachter", ignore_case=True)
    page.keyboard.press("j")
    expect(page.locator("[data-row] a.primary").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="De dijk")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("dijkwachter")


def test_outputs_are_previewed_in_a_frame_that_can_do_nothing(page: Page, stocked: Site) -> None:
    page.goto(f"/documents/{_problem(stocked)['id']}/outputs")
    frame = page.frame_locator("iframe.preview")
    expect(frame.locator("h1")).to_contain_text("De dijk")
    assert page.locator("iframe.preview").get_attribute("sandbox") == ""


def test_downloads(page: Page, stocked: Site) -> None:
    """The policies that make answers harmless do not stop a file from being saved."""
    document = _problem(stocked)["id"]
    page.goto(f"/documents/{document}/outputs")
    for link in (page.get_by_role("link", name="Download XML"), page.get_by_role("link", name="Download", exact=True).first):
        with page.expect_download() as saved:
            link.click()
        assert saved.value.suggested_filename.startswith("prg-broken.")
        assert Path(saved.value.path()).stat().st_size > 1_000


def test_upload_file_by_file(page: Page, tmp_path: Path) -> None:
    film = sample("valid/film-de-dijk.xml")
    files = {
        "new.xml": film.replace(b"prg-20417", b"prg-browser1"),
        "half.xml": b"<a><b></a>",
        "bad.xml": broken(film.replace(b"prg-20417", b"prg-browser2")),
    }
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    page.get_by_role("link", name="Upload").click()
    page.get_by_label("From").select_option("nordlys")
    page.get_by_label("Files").set_input_files([tmp_path / name for name in files])
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#upload-status")).to_have_text("3 files done")
    rows = page.locator("#outcomes tbody tr")
    for name, word in (("new.xml", "new"), ("half.xml", "refused"), ("bad.xml", "in quarantine")):
        expect(rows.filter(has_text=name)).to_contain_text(word)
    rows.filter(has_text="new.xml").get_by_role("link").click()
    expect(page.get_by_role("heading", name="De dijk")).to_be_visible()


def test_colours_follow_the_choice(page: Page) -> None:
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    page.get_by_role("button", name="Auto").click()
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_phone_width_has_no_sideways_scroll(page: Page, stocked: Site) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    document = _problem(stocked)["id"]
    for path in ("/", "/documents", f"/documents/{document}", f"/documents/{document}/source", f"/documents/{document}/history", "/upload",
                 "/vocabularies/programme", "/receipts"):  # fmt: skip
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_works_without_script(browser: Browser, server: Server, stocked: Site) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login")
    page.fill("#name", "ada")
    page.fill("#password", PASSWORD)
    page.click("text=Log in >> nth=-1")
    page.fill("#q", "dijkwachter")
    page.press("#q", "Enter")
    expect(page.locator("mark").first).to_be_visible()
    page.click("a.primary >> nth=0")
    expect(page.locator("h1")).to_have_text("De dijk")
    context.close()
