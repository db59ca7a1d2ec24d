"""Front proxies: believed from their addresses, and nobody else's word counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import Client, Site, sample
from xmlsvc.errors import EnvironmentFault
from xmlsvc.settings import Settings
from xmlsvc.web import app, proxies

TRUSTED = {"trusted_proxies": "192.0.2.1 10.0.0.0/8 2001:db8::/32", "identity_header": "X-Remote-User"}


def front(**settings: Any) -> proxies.Front:
    return proxies.Front(Settings(directory=Path("/"), **settings))


def seen(address: str, **headers: str) -> dict[str, Any]:
    environ: dict[str, Any] = {"REMOTE_ADDR": address, "wsgi.url_scheme": "http", "HTTP_HOST": "inner:8080", "SCRIPT_NAME": ""}
    environ.update({f"HTTP_X_{name.upper()}": value for name, value in headers.items()})
    front(**TRUSTED).apply(environ)
    assert not any(name.startswith("HTTP_X_") for name in environ)
    return environ


def test_a_trusted_proxy_is_believed() -> None:
    found = seen("10.1.2.3", forwarded_for="198.51.100.7, 203.0.113.9, 10.9.9.9", forwarded_proto="https", forwarded_host="md.example.org",
                 forwarded_prefix="/md/", remote_user="ada")  # fmt: skip
    assert (found["REMOTE_ADDR"], found["wsgi.url_scheme"], found["HTTP_HOST"]) == ("203.0.113.9", "https", "md.example.org")
    assert found["SCRIPT_NAME"] == "/md" and found[proxies.ASSERTED] == "ada"


@pytest.mark.parametrize("address", ["198.51.100.7", "192.0.2.2", "", "nonsense", "2001:db9::1"])
def test_nobody_else_is(address: str) -> None:
    said = {"forwarded_for": "10.0.0.1", "forwarded_proto": "https", "forwarded_host": "evil.example", "forwarded_prefix": "/x"}
    found = seen(address, **said, remote_user="ada")
    assert (found["REMOTE_ADDR"], found["wsgi.url_scheme"], found["HTTP_HOST"], found["SCRIPT_NAME"]) == (address, "http", "inner:8080", "")
    assert proxies.ASSERTED not in found and found[proxies.REFUSED] == address


@pytest.mark.parametrize(("name", "value"), [
    ("forwarded_proto", "javascript"), ("forwarded_host", "a b"), ("forwarded_host", "evil.example/path"), ("forwarded_prefix", "//evil"),
    ("forwarded_prefix", "/a?b"), ("forwarded_prefix", "x"), ("forwarded_for", "<script>"),
])  # fmt: skip
def test_what_a_proxy_says_wrongly_is_left_out(name: str, value: str) -> None:
    found = seen("::ffff:10.0.0.1", **{name: value})
    assert (found["wsgi.url_scheme"], found["HTTP_HOST"], found["SCRIPT_NAME"]) == ("http", "inner:8080", "")


def test_settings_are_checked() -> None:
    with pytest.raises(EnvironmentFault, match="trusted_proxies"):
        front(trusted_proxies="everywhere")
    with pytest.raises(EnvironmentFault, match="identity_header"):
        front(identity_header="X Remote\nUser")


def test_the_identity_of_a_proxy(site: Site) -> None:
    """The Client asks from 192.0.2.1, the trusted one."""
    services = replace(site.services, settings=replace(site.services.settings, **TRUSTED))
    known = Client(app.application(services), {"X-Remote-User": "ada", "Authorization": "Basic YWRhOng="})
    page = known.get("/documents", "text/html")
    assert page.status == 200 and "ada" in page.text
    assert known.get("/api/documents").status == 200
    cross = known.deliver(sample("valid/film-de-dijk.xml"), "/api/documents?partner=delta", sec_fetch_site="cross-site")
    assert cross.status == 403, "who is logged in by a proxy can be made to click, too"
    assert Client(app.application(services), {"X-Remote-User": "nobody"}).get("/api/documents").status == 401
    token = Client(app.application(services), {"X-Remote-User": "ada", "Authorization": f"Bearer {site.token}"})
    assert token.get("/api/audit").status == 403, "a token says more exactly who asks"


def test_an_identity_from_elsewhere_is_refused(site: Site) -> None:
    services = replace(site.services, settings=replace(site.services.settings, trusted_proxies="10.0.0.1", identity_header="X-Remote-User"))
    refused = Client(app.application(services), {"X-Remote-User": "ada"}).get("/api/documents")
    assert refused.status == 403 and "no trusted proxy" in refused.json()["detail"]
    plain = Client(app.application(site.services), {"X-Remote-User": "ada"}).get("/api/documents")
    assert plain.status == 401, "without the setting it is a header like any other"


def test_links_have_the_proxys_prefix(site: Site) -> None:
    services = replace(site.services, settings=replace(site.services.settings, **TRUSTED))
    client = Client(app.application(services), {"X-Forwarded-Prefix": "/md"})
    assert client.get("/api/openapi.json").json()["servers"] == [{"url": "/md/api"}]
