"""A backup taken under writing load restores to an instance that proves itself; what is no backup is refused."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from pathlib import Path

import pytest

from tests.left_out import require
from tests.mariadb import Server, installed
from xmlsvc import builtin
from xmlsvc.batch import backup
from xmlsvc.documents import instance, search, services, submit
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.errors import UsageError
from xmlsvc.storage import model

CLIP = (builtin.path("samples") / "valid" / "clip-web-only.xml").read_bytes()
IDENTITY = CLIP.split(b' id="')[1].split(b'"')[0]


def _deliver(house: Services, number: int) -> None:
    submit.submit(house, OPERATOR, CLIP.replace(IDENTITY, b"clp-%05d" % number), submit.Options(partner="house", face="load"))


def _numbers(house: Services) -> set[int]:
    found = house.sessions.read(lambda store: list(store.find(model.Document.identity)))
    return {int(identity.split("-")[1]) for identity in found}


@pytest.fixture(params=["sqlite", "mariadb"])
def databases(request: pytest.FixtureRequest) -> tuple[str | None, str | None]:
    """The URIs of an instance and of what is restored."""
    if request.param == "sqlite":
        return None, None
    require(installed(), "backups of MariaDB (no MariaDB server: apt-get install mariadb-server)")
    server: Server = request.getfixturevalue("mariadb")
    return server.uri(server.create()), server.uri(server.create())


def test_taken_under_load_and_restored(tmp_path: Path, databases: tuple[str | None, str | None]) -> None:
    instance.init(tmp_path / "a", databases[0])
    with services.open(tmp_path / "a") as house:
        for number in range(20):
            _deliver(house, number)
        over, begun = threading.Event(), threading.Event()
        last = [19]

        def write() -> None:
            while not over.is_set():
                _deliver(house, last[0] + 1)
                last[0] += 1
                begun.set()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            assert begun.wait(60)
            backup.backup(house, tmp_path / "backup.tar.gz")
        finally:
            over.set()
            writer.join()
        there = _numbers(house)
    assert (tmp_path / "backup.tar.gz").stat().st_mode & 0o077 == 0
    steps = list(backup.restore(tmp_path / "backup.tar.gz", tmp_path / "b", databases[1]))
    assert "contents have their digests" in steps[-1]
    with services.open(tmp_path / "b") as house:
        restored = _numbers(house)
        assert set(range(20)) <= restored <= there and restored == set(range(max(restored) + 1)), "as of one instant"
        assert len(search.find(house, OPERATOR, search.Query(text="", limit=5)).items) == 5
        _deliver(house, 70_000)  # it goes on working


def _archive(path: Path, *members: tuple[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


DESCRIBED = ("backup.json", json.dumps({"format": 1, "program": "0.1.0", "created": "2026-05-03", "database": "sqlite"}).encode())


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([], "no backup.json"),
        ([("backup.json", b"[]")], "no backup.json"),
        ([("backup.json", DESCRIBED[1].replace(b"1,", b"9,", 1))], "format 9"),
        ([DESCRIBED, ("instance/../../out", b"x")], "instance/../../out"),
        ([DESCRIBED, ("elsewhere/x", b"x")], "elsewhere/x"),
    ],
)
def test_what_is_no_backup(tmp_path: Path, members: list[tuple[str, bytes]], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        list(backup.restore(_archive(tmp_path / "x.tar.gz", *members), tmp_path / "in"))
    assert not (tmp_path / "out").exists() and not (tmp_path / "in").exists()


def test_a_file_cut_short(tmp_path: Path) -> None:
    instance.init(tmp_path / "a", bare=True)
    with services.open(tmp_path / "a") as house:
        backup.backup(house, tmp_path / "whole")
        with pytest.raises(UsageError, match="not overwritten"):
            backup.backup(house, tmp_path / "whole")
    (tmp_path / "cut").write_bytes((tmp_path / "whole").read_bytes()[:-3000])
    with pytest.raises(UsageError, match="cannot be read as a backup"):
        list(backup.restore(tmp_path / "cut", tmp_path / "b"))
    with pytest.raises(UsageError, match="not empty"):
        list(backup.restore(tmp_path / "whole", tmp_path / "a"))
