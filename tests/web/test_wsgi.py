"""`xmlsvc.wsgi:application` under other people's servers, and two instances side by side in one process."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.mariadb import free_port
from tests.server import Server
from tests.web.conftest import XML, Client, Site, sample
from xmlsvc.documents import accounts, instance, services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.web import app
from xmlsvc.web.middleware import Mounts

FILM = sample("valid/film-de-dijk.xml")
SERVERS = {
    "gunicorn": ["-m", "gunicorn", "--workers", "2", "--threads", "4", "--bind", "127.0.0.1:{port}", "xmlsvc.wsgi:application"],
    "waitress": ["-m", "waitress", "--listen", "127.0.0.1:{port}", "xmlsvc.wsgi:application"],
}


@contextmanager
def _running(name: str, home: Path) -> Iterator[Server]:
    port, log = free_port(), home.parent / "server.log"
    words = [sys.executable, *(word.format(port=port) for word in SERVERS[name])]
    with log.open("wb") as output, subprocess.Popen(words, stdout=output, stderr=output, env={"XMLSVC_INSTANCE": str(home)}) as process:
        server = Server(port, process, log)
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    server.get("/health/live")
                    break
                except OSError:
                    assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                    time.sleep(0.1)
            yield server
        finally:
            process.terminate()


@pytest.mark.parametrize("name", SERVERS)
def test_under_other_servers(name: str, tmp_path: Path) -> None:
    instance.init(tmp_path / "instance")
    with services.open(tmp_path / "instance") as house:
        accounts.add_partner(house, OPERATOR, "nordlys", "Nordlys")
        _, token = accounts.add_token(house, OPERATOR, "nordlys")
    with _running(name, tmp_path / "instance") as server:
        answer = server.request("POST", "/api/documents", FILM, {**XML, "Authorization": f"Bearer {token}"})
        assert answer.status == 201, (answer.body, server.log.read_text())
        again = server.get(answer.headers["location"], accept="application/xml", token=token)
        assert again.body == FILM
        assert server.get("/api/documents").status == 401


def test_two_instances_in_one_process(site: Site, tmp_path: Path) -> None:
    """Under two prefixes, with nothing in common: not the database, not the login, not an address."""
    instance.init(tmp_path / "other")
    with services.open(tmp_path / "other") as house:
        accounts.add_partner(house, OPERATOR, "nordlys", "Nordlys")
        _, token = accounts.add_token(house, OPERATOR, "nordlys")
        both = Mounts({"/one": site.application, "/two": app.application(house)})
        one, two = Client(both, {"Authorization": f"Bearer {site.token}"}), Client(both, {"Authorization": f"Bearer {token}"})
        made = two.deliver(FILM.replace(b"prg-20417", b"prg-two"), "/two/api/documents")
        assert made.status == 201 and made.headers["location"].startswith("/two/api/documents/")
        place = made.headers["location"]
        assert two.get(place).status == 200
        assert one.get(place.replace("/two/", "/one/")).status == 404
        assert one.get(place).status == 401, "one's token is nothing to the other"
        assert 'href="/two/' in Client(both).get("/two/login", accept="text/html").text
