"""The pictures in docs/screenshots, made anew: python -m tests.web.screenshots"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.server import serving
from tests.web.conftest import FILM, FLAGS, PASSWORD, Client, Site, broken, build, sample
from xmlsvc import builtin
from xmlsvc.documents import revise, submit, users, workspace
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.errors import InputError
from xmlsvc.jobs.queue import Queue
from xmlsvc.publish.delivery import Target, deliver, targets

TARGET = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
PARTNERS = ("nordlys", "delta", "nordlys", "house")


def main() -> None:
    """A new instance with all samples, served, and looked at."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        made = build(Path(folder) / "instance")
        with made.services as opened:
            samples = sorted(builtin.path("samples").rglob("*.xml"), key=lambda path: (path.stem, path.parent.name))
            for number, path in enumerate(samples):
                options = submit.Options(file=path.name, partner=PARTNERS[number % 4], face="load")
                with contextlib.suppress(InputError):  # it has its receipt
                    submit.submit(opened, OPERATOR, path.read_bytes(), options)
            users.add_user(opened, OPERATOR, "pia", PASSWORD, "publisher")
            shots = _addresses(made)
        with serving(made.directory) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
            known = _login(browser, server.url)
            scheme: Any
            last = [name for name in shots if name != "source-editor"]
            for scheme, names in (("light", last), ("dark", ["source", "form"]), ("light", ["source-editor"])):
                size: Any = {"width": 1360, "height": 860}
                context = browser.new_context(base_url=server.url, viewport=size, color_scheme=scheme, storage_state=known)
                page = context.new_page()
                for name in names:
                    page.goto(shots[name], wait_until="networkidle")
                    if name in ACTS and scheme == "light":
                        ACTS[name](page)
                    page.screenshot(path=TARGET / f"{name}{'-dark' if scheme == 'dark' else ''}.png")
                context.close()
            phone = browser.new_context(base_url=server.url, viewport={"width": 390, "height": 780}, storage_state=known)
            page = phone.new_page()
            page.goto(f"{shots['corrected']}/edit", wait_until="networkidle")
            page.screenshot(path=TARGET / "phone.png")
            browser.close()


def _login(browser: Browser, url: str) -> Any:
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto("/login")
    page.fill("#name", "pia")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{url}/")
    return context.storage_state()


def _mend(page: Page) -> None:
    """A value corrected, a field added, the menu of what may be added open."""
    page.locator("#e14 input").first.fill("drama")
    expect(page.locator("#bar .what")).to_contain_text("1 changed")
    page.get_by_role("button", name="Another Keyword").click()
    expect(page.locator("#e18 input").first).to_be_focused()
    page.keyboard.type("dyke")
    page.locator("#e18").get_by_label("Lang").fill("en")
    expect(page.locator("#bar .what")).to_contain_text("1 added")
    expect(page.locator("#rail")).to_contain_text("1 problem")
    page.locator("#e18 input").first.focus()


def _complete(page: Page) -> None:
    page.evaluate("""() => { const view = window.xmlsvcSource.view, at = view.state.doc.toString().indexOf("  <p:language>");
        view.focus(); view.dispatch({ selection: { anchor: at + 2 }, scrollIntoView: true }); }""")
    page.keyboard.type("<")
    expect(page.locator(".cm-tooltip-autocomplete")).to_be_visible()
    page.wait_for_timeout(1500)


def _tick(page: Page) -> None:
    for place in (1, 2, 4):
        page.locator('input[name="id"]').nth(place).check()


ACTS: dict[str, Callable[[Page], None]] = {"form": _mend, "source-editor": _complete, "documents": _tick}


def _addresses(made: Site) -> dict[str, str]:
    """What is to be seen: the document with most problems, one with two, and one that was corrected."""
    client = Client(made.application, cookies=made.editor().cookies)
    found = client.get("/api/documents?limit=200").json()["documents"]
    worst = max(found, key=lambda each: (each["violations"], each["id"]))["id"]
    film = next(each["id"] for each in found if each["valid"] and each["identity"].startswith("prg-"))
    wrong = broken(sample(FILM).replace(b"prg-20417", b"prg-30001"))
    two = submit.submit(made.services, OPERATOR, wrong, submit.Options(partner="nordlys")).document
    body = sample(FILM).replace(b"prg-20417", b"prg-30002")
    again = submit.submit(made.services, OPERATOR, body, submit.Options(partner="delta")).document
    ada = Actor(kind="user", id="ada", name="ada", role="editor")
    better = body.replace(b"niemand gelooft haar", b"niemand wil haar geloven").replace(b">history<", b">crime<")
    revise.revise(made.services, ada, again, better, revise.Saving(reason="The synopsis as the broadcaster wants it."))
    pia = Actor(kind="user", id="pia", name="pia", role="publisher")
    work = workspace.open(made.services, pia, again)
    workspace.keep(made.services, pia, work, better.replace(b"niemand wil haar geloven", b"men lacht haar uit"), "fields changed")
    revise.revise(made.services, ada, again, better.replace(b"niemand wil haar geloven", b"niemand luistert"), revise.Saving())
    job, target = _work(made, again)
    return {
        "job": f"/jobs/{job}",
        "target": f"/targets/{target}",
        "desk": "/",
        "documents": "/documents?vocabulary=programme&kind=feature-film",
        "fields": f"/documents/{worst}",
        "corrected": f"/documents/{again}",
        "source": f"/documents/{worst}/source",
        "outputs": f"/documents/{film}/outputs",
        "vocabulary": "/vocabularies/programme",
        "form": f"/documents/{two}/edit",
        "source-editor": f"/documents/{two}/source?edit=1",
        "changes": f"/documents/{two}/edit/changes",
        "compare": f"/documents/{again}/compare?old=1&new=3",
        "conflict": f"/documents/{again}/edit/conflict",
    }


def _work(made: Site, document: str) -> tuple[str, str]:
    """A job that failed once, and a target that some files did not reach: (the job's id, the target's name)."""
    services = made.services
    queue = Queue(services.sessions, services.clock)
    job = queue.add("user:pia", "probe", {"file": "s3://media/de-dijk.mxf", "streams": ["video", "audio"]}, document_id=document)
    taken = queue.claim(["probe"], "prober-1")
    assert taken is not None
    queue.heartbeat(job, taken[1], said="4.2 GB, 12 % read")
    queue.fail(job, taken[1], "The file has no video stream.")
    shelf = made.directory.parent / "shelf"
    target = targets.add(services, OPERATOR, Target(name="shelf", url=str(shelf), formats=("dc", "html"), vocabulary="programme"))
    for _ in deliver(services, target, changed=False):
        pass
    return job, target.name


if __name__ == "__main__":
    main()
