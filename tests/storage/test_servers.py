"""What the operator is told of a database: what it is, what was tested, what does not fit."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests import mariadb as private
from tests.left_out import require
from tests.mariadb import installed
from tests.storage.cluster import Cluster, running
from xmlsvc.storage import servers
from xmlsvc.storage.sessions import Sessions


@pytest.mark.parametrize(
    ("version", "comment", "level", "said"),
    [("10.11.6-MariaDB-0+deb12u1", "Debian 12", "ok", "MariaDB 10.11"), ("11.4.2-MariaDB", "", "ok", "MariaDB 11.4"),
     ("5.5.5-10.11.6-MariaDB", "", "ok", "MariaDB"), ("10.6.1-MariaDB", "", "note", "older than 10.11"),
     ("10.11.6-MariaDB", "MariaDB Server, wsrep_26", "note", "Galera"), ("8.0.36", "MySQL Community Server - GPL", "FAULT", "is MySQL"),
     ("8.0.11-TiDB-v7.5.0", "TiDB Server", "FAULT", "is TiDB"), ("8.0.30-Vitess", "", "FAULT", "is Vitess"),
     ("8.0.35-27", "Percona Server (GPL)", "FAULT", "is Percona")],
)  # fmt: skip
def test_flavours(version: str, comment: str, level: str, said: str) -> None:
    found = servers.flavour(version, comment)
    assert found[0] == level and said in found[1]
    assert ("tests were not run" in found[1]) == (level == "FAULT")


def test_what_runs_here_is_fine(sessions: Sessions) -> None:
    assert [level for level, _ in servers.facts(sessions, 10_000_000)] == ["ok"]


def test_packets(mariadb: private.Server) -> None:
    with contextlib.closing(Sessions(mariadb.uri(mariadb.create()))) as made:
        assert any(level == "note" and "of which 33,488,896 are sure to fit" in said for level, said in servers.facts(made, 50_000_000))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    require(installed(), "replication (no MariaDB server: apt-get install mariadb-server)")
    with running() as made:
        yield made


def test_replicas(cluster: Cluster) -> None:
    with contextlib.closing(Sessions(cluster.uri())) as made:
        assert [level for level, _ in servers.facts(made, 1)] == ["ok", "ok", "ok"]
        cluster.replicas[0].execute("SET GLOBAL read_only=0")
        cluster.replicas[1].kill()
        found = list(servers.facts(made, 1))
        assert [level for level, _ in found] == ["ok", "note", "ok", "FAULT"]
        assert "cannot be reached" in found[-1][1]
    with contextlib.closing(Sessions(cluster.uri().replace(str(cluster.primary.port), str(cluster.replicas[0].port)))) as made:
        cluster.replicas[0].execute("SET GLOBAL read_only=1")
        assert ("FAULT", True) in [(level, "is read-only: it is a replica" in sentence) for level, sentence in servers.facts(made, 1)]
