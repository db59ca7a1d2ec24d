"""Two processes of the service over a primary and two replicas that lag: everybody reads what they wrote, whichever process answers."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from tests.left_out import require
from tests.mariadb import installed
from tests.server import Server, serving
from tests.storage.cluster import Cluster, running
from tests.web.conftest import FILM, PASSWORD, sample
from xmlsvc.documents import accounts, instance, services, users
from xmlsvc.documents.access import OPERATOR

XML = {"Content-Type": "application/xml"}


class Two(NamedTuple):
    """Two servers of one instance on one cluster; tokens of two holders of the same partner."""

    cluster: Cluster
    one: Server
    other: Server
    token: str
    reading: str


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    require(installed(), "replication (no MariaDB server: apt-get install mariadb-server)")
    home = tmp_path_factory.mktemp("two") / "instance"
    with running() as cluster:
        instance.init(home, cluster.uri(gtid_wait="0.05", max_lag="300"))
        with services.open(home) as house:
            accounts.add_partner(house, OPERATOR, "nordlys", "Nordlys Media")
            users.add_user(house, OPERATOR, "ada", PASSWORD, "editor")
            _, token = accounts.add_token(house, OPERATOR, "nordlys")
            _, reading = accounts.add_token(house, OPERATOR, "nordlys", ["read"])
        for replica in cluster.replicas:
            replica.caught_up(cluster.primary)
        with serving(home) as one, serving(home) as other:
            yield Two(cluster, one, other, token, reading)


@contextlib.contextmanager
def lagging(cluster: Cluster) -> Iterator[None]:
    """The replicas apply nothing until the block ends."""
    for replica in cluster.replicas:
        replica.caught_up(cluster.primary)
        replica.execute("STOP SLAVE SQL_THREAD")
    try:
        yield
    finally:
        for replica in cluster.replicas:
            replica.execute("START SLAVE SQL_THREAD")
            replica.caught_up(cluster.primary)


def logged_in(server: Server) -> dict[str, str]:
    """The cookies of a login."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(connection):
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", "Origin": server.url}
        connection.request("POST", "/login", urlencode({"name": "ada", "password": PASSWORD}), headers)
        answer = connection.getresponse()
        assert answer.status == 303
        return dict(text.partition(";")[0].split("=", 1) for text in answer.headers.get_all("Set-Cookie", []))


def test_health_names_the_replicas(two: Two) -> None:
    checks = two.one.get("/health/ready").json()["checks"]
    assert {name: said for name, said in checks.items() if name.startswith("replica")} == {
        f"replica 127.0.0.1:{replica.port}": "ok" for replica in two.cluster.replicas}


def test_a_partner_reads_its_own_writes_by_its_token(two: Two) -> None:
    bearer = {"Authorization": f"Bearer {two.token}"}
    with lagging(two.cluster):
        made = two.one.request("POST", "/api/documents", sample(FILM), {**XML, **bearer})
        assert made.status == 201, made.body
        for server in (two.one, two.other, two.other):
            links = made.json()["links"]
            assert server.get(links["self"], token=two.token).status == 200
            assert server.get(links["receipt"], token=two.token).status == 200
        # another token has written nothing: its reads go to the replicas, which do not have it yet
        assert two.other.get(made.json()["links"]["self"], token=two.reading).status == 404
        refused = two.other.request("POST", "/api/documents", b"<p", {**XML, **bearer})  # a refusal is a write, too
        assert refused.status == 400
        assert two.one.get(f"/api/receipts/{refused.json()['receipt']}", token=two.token).status == 200
    assert two.other.get(made.json()["links"]["self"], token=two.reading).status == 200


def test_a_browser_reads_its_own_writes_by_its_cookie(two: Two) -> None:
    with lagging(two.cluster):
        held = logged_in(two.one)
        assert held["xmlsvc_position"].startswith("0-0-")
        session, position = (f"{name}={held[name]}" for name in ("xmlsvc_session", "xmlsvc_position"))
        known = two.other.request("GET", "/", headers={"Accept": "text/html", "Cookie": f"{session}; {position}"})
        assert known.status == 200
        lost = two.other.request("GET", "/", headers={"Accept": "text/html", "Cookie": session})
        assert lost.status == 303  # without it, the replica knows no such login
        assert "xmlsvc_position" not in known.headers.get("set-cookie", "")  # it wrote nothing
        for wrong in ("", "x", "1-2", "9" * 500, "0-1-2_"):
            answer = two.other.request("GET", "/login", headers={"Accept": "text/html", "Cookie": f"xmlsvc_position={wrong}"})
            assert answer.status == 200
