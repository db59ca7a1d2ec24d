"""An instance with real vocabularies and documents, called through WSGI's own validator, or served over HTTP."""

from __future__ import annotations

import contextlib
import io
import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from wsgiref.validate import validator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.server import Server, serving
from xmlsvc import builtin
from xmlsvc.clock import Clock
from xmlsvc.documents import accounts, instance, services, submit, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.server import http, sockets
from xmlsvc.web import app

PASSWORD = "correct horse battery"
XML = {"Content-Type": "application/xml"}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Answer:
    """One response. Header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Client:
    """Calls a WSGI application; every call is checked against PEP 3333 by wsgiref.validate."""

    application: Any
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    script_name: str = ""

    def __call__(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": self.script_name, "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "service.example",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "service.example", "REMOTE_ADDR": "192.0.2.1",
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body or b""), "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        if body is not None:
            environ["CONTENT_LENGTH"] = str(len(body))
        for name, value in {**self.headers, **(headers or {})}.items():
            key = name.upper().replace("-", "_")
            environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
        if self.cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        seen: list[Any] = []

        def start_response(status: str, response_headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            seen[:] = [status, response_headers]
            return lambda data: None

        result = validator(self.application)(environ, start_response)
        try:
            content = b"".join(result)
        finally:
            result.close()  # type: ignore[attr-defined]
        status, found = seen
        for name, value in found:
            if name == "Set-Cookie" and (match := re.match(r"([^=]+)=([^;]*)", value)):
                self.cookies[match[1]] = match[2]
                if "Max-Age=0" in value:
                    del self.cookies[match[1]]
        return Answer(int(status[:3]), {name.lower(): value for name, value in found}, content)

    def get(self, path: str, accept: str = "", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self("GET", path, headers={**({"Accept": accept} if accept else {}), **named})

    def deliver(self, body: bytes, path: str = "/api/documents", **headers: str) -> Answer:
        return self("POST", path, body, {**XML, **{name.replace("_", "-"): value for name, value in headers.items()}})

    def form(self, path: str, headers: Mapping[str, str] | None = None, **fields: str) -> Answer:
        return self(
            "POST",
            path,
            urlencode(fields).encode(),
            {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://service.example", **(headers or {})},
        )


@dataclass
class Site:
    """One instance: its services, application, and the secrets of who may."""

    directory: Path
    services: Services
    application: Any
    token: str
    other_token: str
    reading_token: str

    def anybody(self) -> Client:
        return Client(self.application)

    def partner(self, token: str | None = None) -> Client:
        return Client(self.application, {"Authorization": f"Bearer {token or self.token}"})

    def editor(self) -> Client:
        client = Client(self.application, {"Accept": "text/html"})
        answer = client.form("/login", name="ada", password=PASSWORD)
        assert answer.status == 303, answer.text
        return client


def sample(name: str) -> bytes:
    """One of the samples that ship, by its path below samples/."""
    return (builtin.path("samples") / name).read_bytes()


def broken(body: bytes | None = None) -> bytes:
    """A document that breaks its schema in two places: a value that its type does not allow, and an element that is not known."""
    body = body or sample(FILM)
    text = re.sub(rb"<(p:)?genre([^>]*)>[^<]*<", rb"<\1genre\2>film<", body, count=1)
    return text.replace(b"</p:programme>", b"<p:unheard/></p:programme>").replace(b"</programme>", b"<unheard/></programme>")


FILM = "valid/film-de-dijk.xml"


def build(directory: Path, clock: Clock | None = None, database: str | None = None) -> Site:
    """A new instance with two partners, an editor, and an administrator; on SQLite, unless a database is named."""
    instance.init(directory, database, clock=clock)
    opened = services.open(directory, clock)
    for name, title in (("nordlys", "Nordlys Media"), ("delta", "Delta Film")):
        accounts.add_partner(opened, OPERATOR, name, title)
    users.add_user(opened, OPERATOR, "ada", PASSWORD, "editor")
    _, token = accounts.add_token(opened, OPERATOR, "nordlys")
    _, other = accounts.add_token(opened, OPERATOR, "delta")
    _, reading = accounts.add_token(opened, OPERATOR, "nordlys", ["read"])
    return Site(directory, opened, app.application(opened), token, other, reading)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An instance that all tests of the session share: they add documents and rely on none but their own."""
    made = build(tmp_path_factory.mktemp("site") / "instance")
    with made.services:
        yield made


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An instance with the samples in it, a module's own, which no test changes except by adding."""
    made = build(tmp_path_factory.mktemp("stocked") / "instance")
    with made.services as opened:
        for number, path in enumerate(sorted((builtin.path("samples") / "valid").glob("*.xml"))):
            options = submit.Options(file=path.name, partner=("nordlys", "delta")[number % 2], face="load")
            submit.submit(opened, OPERATOR, path.read_bytes(), options)
        film = sample(FILM).replace(b'id="prg-20417"', b'id="prg-broken"')
        submit.submit(opened, OPERATOR, broken(film), submit.Options(file="broken.xml", partner="nordlys", face="load"))
        yield made


@pytest.fixture(scope="module")
def server(stocked: Site) -> Iterator[Server]:
    """`xmlsvc serve` of that instance in a process of its own."""
    with serving(stocked.directory) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    expect.set_options(timeout=30_000)  # waiting ends when it is there: a slow machine is no failure
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(chromium), args=list(FLAGS))
        yield opened
        opened.close()


@contextlib.contextmanager
def in_process(site: Site) -> Iterator[http.Server]:
    """The built-in server in this process, with two threads."""
    made = http.Server(sockets.listen("127.0.0.1:0"), site.application, 2, Clock())
    made.prepare()
    thread = threading.Thread(target=made.serve)
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join(30)
    assert not thread.is_alive()
