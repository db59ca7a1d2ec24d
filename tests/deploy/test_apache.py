"""The files in deploy/apache, under a real Apache: TLS, authentication, prefix; by ProxyPass and by mod_wsgi."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import apache
from tests.deploy.apache import DEPLOY, PREFIX, Apache
from tests.left_out import require
from tests.server import Server, serving
from tests.web.conftest import PASSWORD, XML, sample
from xmlsvc.documents import accounts, instance, runs, services, users
from xmlsvc.documents.access import OPERATOR

FILM = sample("valid/film-de-dijk.xml")
BASIC = {"Authorization": "Basic " + base64.b64encode(f"{apache.USER}:{apache.PASSWORD}".encode()).decode()}
PAGE = {"Accept": "text/html"}


def _instance(directory: Path, *lines: str) -> str:
    """An instance with a partner and the editor ada; the partner's token."""
    instance.init(directory)
    file = directory / "xmlsvc.toml"
    file.write_text("\n".join([file.read_text("utf-8"), "secure_cookies = true", *lines, ""]), "utf-8")
    with services.open(directory) as house:
        accounts.add_partner(house, OPERATOR, "nordlys", "Nordlys")
        users.add_user(house, OPERATOR, apache.USER, PASSWORD, "editor")
        return accounts.add_token(house, OPERATOR, "nordlys")[1]


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Apache, Server, str]]:
    """`xmlsvc serve` behind ProxyPass with a time-out of 5 s."""
    require(apache.installed("proxy_http"), "Apache as a front proxy (apt-get install apache2)")
    home = tmp_path_factory.mktemp("proxy")
    token = _instance(home / "instance", 'trusted_proxies = "127.0.0.1"', 'identity_header = "X-Remote-User"')
    with (
        serving(home / "instance") as server,
        apache.serving("proxy.conf", ["proxy", "proxy_http"], BACKEND=f"http://127.0.0.1:{server.port}", TIMEOUT="5") as front,
    ):
        yield front, server, token


@pytest.fixture(scope="module")
def inside() -> Iterator[tuple[Apache, str]]:
    """The application in mod_wsgi, run by Debian's Python with this environment's packages."""
    same = Path(f"/usr/lib/python3.{sys.version_info.minor}").exists()
    require(apache.installed("wsgi") and same, "mod_wsgi (apt-get install libapache2-mod-wsgi-py3; tests run by Debian's Python version)")
    with tempfile.TemporaryDirectory() as place:  # pytest's own are closed to the user that Apache becomes
        home = Path(place)
        home.chmod(0o755)
        token = _instance(home / "instance", 'identity_header = "REMOTE_USER"')
        user = apache.owner()
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", user, home / "instance"], check=True)
        packages = next(path for path in sys.path if path.endswith("site-packages"))
        script = str(DEPLOY / "apache" / "xmlsvc.wsgi")
        values = {"INSTANCE": str(home / "instance"), "PACKAGES": packages, "SCRIPT": script, "USER": user}
        with apache.serving("wsgi.conf", ["wsgi", "env", "alias"], **values) as front:
            yield front, token


@pytest.fixture(params=["proxy", "mod_wsgi"])
def front(request: pytest.FixtureRequest) -> tuple[Apache, str]:
    if request.param == "proxy":
        made, _, token = request.getfixturevalue("behind")
        return made, token
    pair: tuple[Apache, str] = request.getfixturevalue("inside")
    return pair


def test_a_partner_comes_with_a_token(front: tuple[Apache, str]) -> None:
    made, token = front
    body = FILM.replace(b"prg-20417", b"prg-apache")
    answer = made.request("POST", "/api/documents", body, {**XML, "Authorization": f"Bearer {token}"})
    assert answer.status == 201, (answer.body, made.log.read_text())
    assert answer.headers["location"].startswith(f"{PREFIX}/api/documents/")
    place = answer.headers["location"].removeprefix(PREFIX)
    again = made.request("GET", place, None, {"Authorization": f"Bearer {token}", "Accept": "*/*"})
    assert again.body == body
    assert made.request("POST", "/api/documents", body, XML).status == 401
    assert "strict-transport-security" in answer.headers


def test_an_editor_logs_in_at_apache(front: tuple[Apache, str]) -> None:
    made, _ = front
    assert made.request("GET", "/documents", None, PAGE).status == 401, "Apache asks for the password"
    page = made.request("GET", "/documents", None, {**PAGE, **BASIC})
    assert page.status == 200, (page.body, made.log.read_text()[-1500:])
    text = page.body.decode()
    assert f'href="{PREFIX}/' in text and 'href="/documents' not in text, "every address is below the prefix"
    assert apache.USER in text


@pytest.mark.parametrize(("path", "status"), [("/oai?verb=Identify", 200), ("/sitemap.xml", 200), ("/schemas/programme/1.1/none.xsd", 404)])
def test_what_anybody_may_read_needs_no_password(front: tuple[Apache, str], path: str, status: int) -> None:
    made, _ = front
    assert made.request("GET", path, None, {"Accept": "*/*"}).status == status


def test_a_name_that_a_client_claims_counts_for_nothing(front: tuple[Apache, str]) -> None:
    made, _ = front
    for claim in ("X-Remote-User", "Remote-User", "REMOTE_USER"):
        assert made.request("GET", "/api/documents", None, {claim: apache.USER}).status == 401


def _slowly(body: bytes, seconds: float) -> Iterator[bytes]:
    """The body in eight pieces, over so many seconds."""
    size = len(body) // 8 + 1
    for start in range(0, len(body), size):
        yield body[start : start + size]
        time.sleep(seconds / 8)


def test_a_slow_upload_outlives_the_proxys_patience(behind: tuple[Apache, Server, str]) -> None:
    front, _, token = behind
    body = FILM.replace(b"prg-20417", b"prg-88001")
    headers = {**XML, "Authorization": f"Bearer {token}", "Content-Length": str(len(body))}
    assert front.request("POST", "/api/documents", _slowly(body, 7.0), headers).status == 201


def test_a_stream_of_events_outlives_the_proxys_patience(behind: tuple[Apache, Server, str]) -> None:
    """Nothing happens for longer than the proxy waits: the stream says that it is still there."""
    front, server, _ = behind
    with services.open(server.log.parent) as house:
        users.add_user(house, OPERATOR, "olga", PASSWORD, "administrator")
        _, secret = accounts.add_token(house, OPERATOR, "user:olga", ["read", "run"])
        recorder = runs.start(house, OPERATOR, "revalidate", {})
        connection = front.connection()
        try:
            connection.request("GET", f"{PREFIX}/api/runs/{recorder.id}/events", headers={"Authorization": f"Bearer {secret}"})
            response = connection.getresponse()
            assert response.status == 200 and response.headers["content-type"].startswith("text/event-stream")
            began, said = time.monotonic(), b""
            while time.monotonic() - began < 6.5:
                line = response.readline()
                assert line, "the stream was cut"
                said += line
            assert b"event: progress" in said and b": still there" in said
        finally:
            connection.close()
            recorder.finish("failed")


def test_metrics_stay_inside(front: tuple[Apache, str]) -> None:
    made, _ = front
    assert made.request("GET", "/metrics", None, {"X-Forwarded-For": "203.0.113.9"}).status in (200, 401, 403)


def test_who_comes_past_the_proxy_is_nobody(behind: tuple[Apache, Server, str]) -> None:
    _, server, _ = behind
    answer = server.request("GET", "/api/documents", headers={"X-Forwarded-For": "203.0.113.9", "Accept": "application/json"})
    assert answer.status == 401
