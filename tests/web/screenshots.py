"""The pictures in docs/screenshots, made anew: python -m tests.web.screenshots"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.server import serving
from tests.web.conftest import FLAGS, PASSWORD, Client, Site, build
from xmlsvc import builtin
from xmlsvc.documents import submit
from xmlsvc.documents.access import OPERATOR
from xmlsvc.errors import InputError

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
            shots = _addresses(made)
        with serving(made.directory) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
            for scheme, names in (("light", list(shots)), ("dark", ["source"])):
                context = browser.new_context(base_url=server.url, viewport={"width": 1240, "height": 780}, color_scheme=scheme)  # type: ignore[arg-type]
                page = context.new_page()
                page.goto("/login")
                page.fill("#name", "ada")
                page.fill("#password", PASSWORD)
                page.press("#password", "Enter")
                page.wait_for_url(f"{server.url}/")
                for name in names:
                    page.goto(shots[name], wait_until="networkidle")
                    page.screenshot(path=TARGET / f"{name}{'-dark' if scheme == 'dark' else ''}.png")
                context.close()
            browser.close()


def _addresses(made: Site) -> dict[str, str]:
    """What is to be seen: the document with most problems, and a valid one."""
    client = Client(made.application, cookies=made.editor().cookies)
    found = client.get("/api/documents?limit=200").json()["documents"]
    worst = max(found, key=lambda each: (each["violations"], each["id"]))["id"]
    film = next(each["id"] for each in found if each["valid"] and each["identity"].startswith("prg-"))
    return {
        "desk": "/",
        "documents": "/documents?q=wad*&vocabulary=programme",
        "fields": f"/documents/{worst}",
        "source": f"/documents/{worst}/source",
        "outputs": f"/documents/{film}/outputs",
        "vocabulary": "/vocabularies/programme",
    }


if __name__ == "__main__":
    main()
