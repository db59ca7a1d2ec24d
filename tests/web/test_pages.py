"""The pages as HTML: complete without script, escaped, each state of a list designed."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.web.conftest import PASSWORD, Client, Site, broken, sample
from xmlsvc import errors
from xmlsvc.documents import submit, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.schema.registry import Registry, Schema
from xmlsvc.web import app
from xmlsvc.web.pages import shell

FILM = sample("valid/film-de-dijk.xml")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use", "path", "rect"}


class _Checker(HTMLParser):
    """Finds what a page must not have: tags left open, ids twice, inline script or style, labels for nothing, controls without a name."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[tuple[str, dict[str, str | None]]] = []
        self.links: list[str] = []
        self._in_label = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag}> has {name}, which the Content-Security-Policy forbids")
            if name == "id":
                self.ids.append(value or "")
            if name in {"href", "src", "action"} and "external" not in (attributes.get("rel") or ""):
                self.links.append(value or "")
        if tag in {"script", "style"} and not attributes.get("src"):
            self.faults.append(f"inline <{tag}>")
        if tag == "label":
            self._in_label += 1
            self.labels.add(attributes.get("for") or "")
        if tag in {"input", "select", "textarea"} and attributes.get("type") not in {"hidden", "submit"}:
            self.controls.append((tag, {**attributes, "inside": "label" if self._in_label else None}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._in_label -= 1
        if tag in _VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def finish(self) -> list[str]:
        doubled = {each for each in self.ids if self.ids.count(each) > 1}
        unnamed = [
            tag
            for tag, attributes in self.controls
            if not (attributes.get("id") in self.labels or attributes["inside"] or attributes.get("aria-label"))
        ]
        return [
            *self.faults,
            *(f"id {each} twice" for each in doubled),
            *(f"<{each}> without a label" for each in unnamed),
            *(f"<{each}> left open" for each in self.open),
            *(f"leads elsewhere: {each}" for each in self.links if "//" in each),
        ]


def _checked(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path, "text/html")
    assert answer.status == status, f"{path}: {answer.text[:600]}"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    checker = _Checker()
    checker.feed(answer.text)
    faults = checker.finish()
    assert not faults, f"{path}: {faults[:8]}"
    return answer.text


def _quarantined(site: Site) -> str:
    found = site.partner(site.token).get("/api/documents?state=quarantined").json()["documents"]
    return str(found[0]["id"])


def test_every_page_is_sound(stocked: Site) -> None:
    client, document = stocked.editor(), _quarantined(stocked)
    receipt = stocked.partner().get("/api/receipts?limit=1").json()["receipts"][0]["id"]
    values = {"{id}": document, "{name}": "programme", "{slug}": "invalid-document"}
    for route in app.page_routes(stocked.services):
        if "GET" not in route.methods or any(part in route.template for part in ("static", "favicon", "{format}", "conflict", "/runs/{")):
            continue
        path = {"/receipts/{id}": f"/receipts/{receipt}", "/partners/{name}": "/partners/nordlys"}.get(route.template, route.template)
        for name, value in values.items():
            path = path.replace(name, value)
        if path != "/login":  # an editor may not see every page; that page, too, is sound
            _checked(client, path, 403 if client.get(path, "text/html").status == 403 else 200)
    _checked(stocked.anybody(), "/login")
    _checked(client, "/nothing", 404)


def test_desk_says_what_waits_and_why(stocked: Site) -> None:
    text = _checked(stocked.editor(), "/")
    verdict = stocked.partner().get(f"/api/documents/{_quarantined(stocked)}/verdict").json()
    assert html.escape(verdict["violations"][0]["message"]) in text
    assert "Nordlys Media" in text and "Delta Film" in text and "Latest deliveries" in text


def test_list_searches_and_marks_hits(stocked: Site) -> None:
    client = stocked.editor()
    text = _checked(client, "/documents?q=dijkwachter")
    assert re.search("<mark>[Dd]ijkwachter</mark>", text) and 'value="dijkwachter"' in text
    assert "Nothing found" in _checked(client, "/documents?q=xyzzyplugh")
    assert "There is no parameter and no column" in _checked(client, "/documents?vocabulary=programme&colour=red")
    assert "No document fits" in _checked(client, "/documents?state=withdrawn")
    options = _checked(client, "/documents?vocabulary=programme&kind=feature-film")
    assert 'aria-label="Kind: feature-film, take back"' in options


def test_list_pages_by_address(stocked: Site) -> None:
    client, seen, path = stocked.editor(), [], "/documents?limit=9"
    while path:
        text = _checked(client, path)
        seen += re.findall(r'<a href="/documents/(\w{26})" class="primary"', text)
        following = re.search(r'<a rel="next" href="([^"]+)"', text) or re.search(r'<a href="([^"]+)" rel="next"', text)
        path = (
            html.unescape(following[1]) + "&limit=9"
            if following and "limit" not in following[1]
            else html.unescape(following[1])
            if following
            else ""
        )
    assert len(seen) == len(set(seen)) > 30


def test_document_tells_each_problem_where_it_is(stocked: Site) -> None:
    client, document = stocked.editor(), _quarantined(stocked)
    violations = stocked.partner().get(f"/api/documents/{document}/verdict").json()["violations"]
    fields = _checked(client, f"/documents/{document}")
    source = _checked(client, f"/documents/{document}/source")
    assert violations
    for number, violation in enumerate(violations, 1):
        message = html.escape(violation["message"])
        assert f'id="v{number}"' in fields and message in fields
        assert f"source?line={violation['line']}#L{violation['line']}" in fields
        line = source.index(f'<div class="line line-bad" id="L{violation["line"]}">')
        assert message in source[line : line + 20_000]
    for anchor in re.findall(r'href="/documents/\w+#(f\d+)"', fields):
        assert f'id="{anchor}"' in fields, anchor
    assert 'class="x-t bad"' in source or 'class="x-a bad"' in source
    assert html.escape("Een dijkwachter") in source


def test_fields_have_words_of_the_schema(stocked: Site) -> None:
    found = stocked.partner().get("/api/documents?q=identity:prg-20417").json()["documents"]
    if not found:
        found = stocked.partner(stocked.other_token).get("/api/documents?q=identity:prg-20417").json()["documents"]
    text = _checked(stocked.editor(), f"/documents/{found[0]['id']}")
    assert "No problems" in text and "Programme" in text
    assert re.search(r'data-help="[^"]+\.[^"]*" *>Synopsis<|data-help="[^"]+">Synopsis<', text)
    assert "1 h 47 min" in text


def test_outputs_show_and_give_every_format(stocked: Site) -> None:
    client, document = stocked.editor(), _quarantined(stocked)
    text = _checked(client, f"/documents/{document}/outputs")
    assert "<iframe" in text and 'sandbox=""' in text
    for name in ("html", "mrss", "jsonld", "dc", "json", "xml"):
        _checked(client, f"/documents/{document}/outputs?format={name}")
        answer = client.get(f"/documents/{document}/outputs/{name}?download=1")
        assert answer.status == 200 and answer.headers["content-disposition"].startswith("attachment; filename=")
        policy = answer.headers["content-security-policy"]
        assert "sandbox" in policy and "script" not in policy and "default-src 'none'" in policy
    framed = client.get(f"/documents/{document}/outputs/html?preview=1")
    assert b" src=" not in framed.body and b"frame-ancestors 'self'" in framed.headers["content-security-policy"].encode()
    assert client.get(f"/documents/{document}/outputs/pdf", "application/json").status == 404


def test_history_and_old_revisions(site: Site) -> None:
    partner, client = site.partner(), site.editor()
    first = FILM.replace(b"prg-20417", b"prg-history")
    document = partner.deliver(first).json()["id"]
    partner.deliver(first.replace(b"De dijk", b"De dam"))
    text = _checked(client, f"/documents/{document}/history")
    assert f'href="/documents/{document}?revision=1"' in text and "current" in text and "public" in text
    old = _checked(client, f"/documents/{document}?revision=1")
    assert "This is revision 1 of 2" in old and "De dijk" in old
    assert client.get(f"/documents/{document}?revision=7", "text/html").status == 404
    assert client.get(f"/documents/{document}?revision=x", "text/html").status == 404


def _multipart(*files: tuple[str, bytes], **fields: str) -> tuple[bytes, dict[str, str]]:
    parts = [f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    for name, body in files:
        head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/xml\r\n\r\n'
        parts.append(head.encode() + body + b"\r\n")
    return b"".join([*parts, b"--edge--\r\n"]), {"Content-Type": "multipart/form-data; boundary=edge", "Origin": "http://service.example"}


def test_upload_of_many_files_each_with_its_outcome(site: Site) -> None:
    client = site.editor()
    good, bad = FILM.replace(b"prg-20417", b"prg-upload1"), broken(FILM.replace(b"prg-20417", b"prg-upload2"))
    body, headers = _multipart(
        ("good.xml", good), ("half.xml", b"<a><b></a>"), ("bad.xml", bad), ("other.xml", b"<other/>"), partner="delta"
    )
    answer = client("POST", "/upload", body, headers)
    assert answer.status == 200, answer.text[:500]
    rows = re.findall(r"<tr data-row.*?</tr>", answer.text, re.DOTALL)
    assert [re.search(r"[\w]+\.xml", row)[0] for row in rows] == ["good.xml", "half.xml", "bad.xml", "other.xml"]  # type: ignore[index]
    for row, word in zip(rows, ("new", "refused", "in quarantine", "refused"), strict=True):
        assert word in row, row
    assert "programme@1.1" in rows[0] and "closed by" in rows[1]
    stored = site.partner(site.other_token).get("/api/receipts?limit=4").json()["receipts"]
    assert {each["name"] for each in stored} == {"good.xml", "half.xml", "bad.xml", "other.xml"} and {each["face"] for each in stored} == {
        "page"
    }
    body, headers = _multipart(("good.xml", good), partner="delta")
    fragment = client("POST", "/upload", body, {**headers, "X-Fragment": "rows"})
    assert fragment.text.startswith("<tr") and "unchanged" in fragment.text and "<html" not in fragment.text
    body, headers = _multipart(partner="delta")
    assert "Choose one or more files" in client("POST", "/upload", body, headers).text


def test_a_receipt_shows_where_reading_stopped(site: Site) -> None:
    receipt = site.partner().deliver(b"<a>\n <b>\n</a>").json()["receipt"]
    text = _checked(site.editor(), f"/receipts/{receipt}")
    assert '<div class="line line-bad" id="L3">' in text and "closed by" in text and "/problems/not-well-formed" in text


def test_texts_are_escaped_everywhere(site: Site) -> None:
    nasty = '<script>alert("x")</script>"\'&'
    film = FILM.replace(b"prg-20417", b"prg-nasty").replace(b">De dijk<", b">" + html.escape(nasty).encode() + b"<")
    client = site.editor()
    document = site.partner().deliver(film, "/api/documents?name=%3Cb%3Ename.xml").json()["id"]
    for path in (
        f"/documents/{document}",
        f"/documents/{document}/source",
        f"/documents/{document}/rows",
        f"/documents/{document}/history",
        "/documents?q=%22%3E%3Cscript%3E",
        "/receipts",
        "/receipts?name=%22%3E%3Cscript%3E",
        "/",
    ):
        text = _checked(client, path)
        assert "<script>alert" not in text and "<b>name.xml" not in text and '"><script>' not in text, path


def test_login_and_logout(site: Site) -> None:
    client = Client(site.application, {"Accept": "text/html"})
    away = client.get("/documents?q=dijk")
    assert (away.status, away.headers["location"]) == (303, "/login?next=%2Fdocuments%3Fq%3Ddijk")
    wrong = client.form("/login", name="ada", password="wrong")
    assert wrong.status == 401 and "wrong" in wrong.text and 'value="ada"' in wrong.text and "wrong" not in client.cookies
    done = client.form("/login", name="ada", password=PASSWORD, next="/documents?q=dijk")
    assert (done.status, done.headers["location"]) == (303, "/documents?q=dijk")
    assert "HttpOnly" in done.headers["set-cookie"] and "SameSite=Lax" in done.headers["set-cookie"]
    kept = dict(client.cookies)
    assert client.get("/documents").status == 200
    assert client.form("/logout").headers["location"] == "/login"
    assert "xmlsvc_session" not in client.cookies
    client.cookies.update(kept)
    assert client.get("/documents").status == 303, "the session ends on the server, not only in the browser"


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\r\nX: y", ""])
def test_nobody_is_sent_elsewhere_after_login(path: str) -> None:
    assert shell.local(path) == "/"


def test_login_from_another_site_is_refused(site: Site) -> None:
    answer = site.anybody().form("/login", {"Sec-Fetch-Site": "cross-site"}, name="ada", password=PASSWORD)
    assert answer.status == 403 and "set-cookie" not in answer.headers


def test_colours_are_kept(site: Site) -> None:
    client = site.editor()
    assert 'data-theme-choice="auto"' in client.get("/").text
    assert client.form("/theme", theme="dark", next="/documents").headers["location"] == "/documents"
    assert 'data-bs-theme="dark"' in client.get("/").text
    assert client.form("/theme", theme="pink").status == 400


def test_static_files(site: Site) -> None:
    client = site.anybody()
    for address in re.findall(r'(?:href|src)="(/static/[^"#]+)"', client.get("/login", "text/html").text):
        answer = client.get(html.unescape(address))
        assert answer.status == 200 and "immutable" in answer.headers["cache-control"], address
        assert client.get(address, if_none_match=answer.headers["etag"]).status == 304
    for name in ("../app.py", "%2e%2e/app.py", "/etc/passwd", "vendor", ".gitignore"):
        assert client.get(f"/static/{name}", "application/json").status == 404, name


def test_pages_do_without_bootstrap(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "BASE", "vendor/not-there.css")
    assert "/static/fallback.css?" in site.anybody().get("/login", "text/html").text


def test_a_revision_whose_schema_is_gone_can_still_be_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client, partner = site.editor(), site.partner()
    document = partner.deliver(FILM.replace(b"prg-20417", b"prg-gone")).json()["id"]

    def gone(self: Registry, digest: str) -> Schema:
        raise errors.UnknownVocabulary(f"No registered schema has the digest {digest}.")

    monkeypatch.setattr(Registry, "by_digest", gone)
    for tab in ("", "/outputs", "/rows"):
        assert "no longer registered" in _checked(client, f"/documents/{document}{tab}")
    assert "De dijk" in _checked(client, f"/documents/{document}/source")
    assert partner.get(f"/api/documents/{document}").status == 200
    assert partner.get(f"/api/documents/{document}", "application/json").json()["formats"] == ["xml"]


@pytest.mark.parametrize(
    ("name", "schema", "documents"),
    [
        ("pbcore", "pbcore-aapb/schema/pbcore-2.1.xsd", "pbcore-aapb/docs/aapb2"),
        ("poms", "npo-poms/schema/media/vproMedia.xsd", "npo-poms/docs/media-domain"),
    ],
)
def test_any_vocabulary_is_browsable(site: Site, corpora: Path, name: str, schema: str, documents: str) -> None:
    """Nothing but an XSD was given: every tab of every document is sound, whatever its verdict."""
    if name not in site.services.registry.names():
        vocabularies.add(site.services, OPERATOR, name, [corpora / schema])
    client, delivered = site.editor(), 0
    for path in sorted((corpora / documents).glob("*.xml"))[:6]:
        try:
            done = submit.submit(site.services, OPERATOR, path.read_bytes(), submit.Options(file=path.name, partner="delta"))
        except errors.InputError:
            continue
        delivered += 1
        for tab in ("", "/source", "/outputs", "/history", "/rows"):
            _checked(client, f"/documents/{done.document}{tab}")
    assert delivered >= 1
    assert name in _checked(client, f"/vocabularies/{name}")
    _checked(client, f"/documents?vocabulary={name}")
