"""The tests that Storm ships for its backends pass on ours, but for those named here."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests import mariadb
from tests.left_out import require

SCRIPT = Path(__file__).with_name("storm_suite.py")

# They need the rollback journal, where a reader keeps a writer from committing; the write-ahead log has no such waiting.
NOT_ON_SQLITE = {"databases.sqlite.SQLiteFileTest.test_commit_timeout", "databases.sqlite.SQLiteFileTest.test_recover_after_timeout"}
# They want MySQLdb's class and names of arguments, and a character set that cannot hold all of Unicode.
NOT_ON_MYSQL = {"databases.mysql.MySQLTest.test_wb_create_database", "databases.mysql.MySQLTest.test_charset_defaults_to_utf8mb3"}


def run(*arguments: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_sqlite() -> None:
    result = run("sqlite")
    assert set(result["failed"]) == NOT_ON_SQLITE, result["failed"]
    assert result["run"] > 600 and not result["skipped"]


def test_mysql(monkeypatch: pytest.MonkeyPatch) -> None:
    require(mariadb.installed(), "Storm's own tests on MariaDB (no server: apt-get install mariadb-server)")
    if Path("/dev/shm").is_dir():
        monkeypatch.setattr(tempfile, "tempdir", "/dev/shm")  # 570 tests make and drop tables: on a disk that takes a minute
    with mariadb.serving("--innodb-flush-log-at-trx-commit=0") as server:
        result = run("mysql", server.uri(server.create()))
    assert set(result["failed"]) == NOT_ON_MYSQL, result["failed"]
    assert result["run"] > 550
    assert all("difference" in name or "intersection" in name for name in result["skipped"])  # Storm has no EXCEPT on MySQL
