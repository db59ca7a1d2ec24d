"""The shared fixtures hold what they promise: an empty database on a real server, and named omissions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mariadb import Server

CHECKOUT = Path(__file__).resolve().parents[2]


def test_a_mariadb_schema_is_empty_and_durable(mariadb: Server) -> None:
    name = mariadb.create()
    connection = mariadb.connect(name)
    with connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        assert cursor.fetchall() == ()
        cursor.execute("SELECT @@innodb_flush_log_at_trx_commit, @@hostname <> '', @@bind_address")
        assert cursor.fetchone() == (1, 1, "127.0.0.1")
    connection.close()
    mariadb.drop(name)


def test_databases_of_two_tests_differ(database: str, request: pytest.FixtureRequest) -> None:
    seen = request.config.stash.setdefault(_SEEN, set())
    assert database not in seen
    seen.add(database)


_SEEN = pytest.StashKey[set[str]]()

PROBE = """
from tests.left_out import require

def test_here():
    require(True, "nothing")

def test_there():
    require(False, "the moon (no rocket)")
"""


@pytest.mark.parametrize(("setting", "code", "last"), [("", 0, "LEFT OUT: the moon (no rocket): 1 test"), ("1", 1, "")])
def test_what_is_left_out_is_named_last(tmp_path: Path, setting: str, code: int, last: str) -> None:
    (tmp_path / "test_probe.py").write_text(PROBE)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", CHECKOUT / "setup.cfg", "-p", "tests.conftest", tmp_path / "test_probe.py"],
        cwd=CHECKOUT, env={"PATH": "/usr/bin:/bin", "XMLSVC_REQUIRE_ALL": setting, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    lines = done.stdout.strip().splitlines()
    if last:
        assert last in lines[-2:]
    else:
        assert "left out: the moon (no rocket) (and XMLSVC_REQUIRE_ALL is set)" in done.stdout
