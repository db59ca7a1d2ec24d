"""What doctor says of installations that are broken, each in one way."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.mariadb import Server
from xmlsvc import builtin, cli
from xmlsvc.clock import FixedClock
from xmlsvc.documents import instance, services, submit
from xmlsvc.documents.access import OPERATOR
from xmlsvc.publish.harvest import tokens
from xmlsvc.storage import servers
from xmlsvc.storage.sessions import Sessions


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with one document, to be copied and broken."""
    home = tmp_path_factory.mktemp("sound") / "instance"
    instance.init(home)
    with services.open(home) as opened:
        data = (builtin.path("samples") / "valid" / "clip-web-only.xml").read_bytes()
        submit.submit(opened, OPERATOR, data, submit.Options(partner="house", face="load"))
        tokens.key(opened.settings.var)
    return home


def sql(statement: str) -> Callable[[Path], None]:
    def broken(home: Path) -> None:
        with contextlib.closing(sqlite3.connect(home / "var" / "xmlsvc.db")) as database, database:
            database.execute(statement)

    return broken


def text(name: str, said: str) -> Callable[[Path], None]:
    def broken(home: Path) -> None:
        with (home / name).open("a", encoding="utf-8") as file:
            file.write(said)

    return broken


BROKEN: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no vocabularies' folder": (lambda home: shutil.rmtree(home / "schemas"), "schemas", "is missing"),
    "no var": (lambda home: shutil.rmtree(home / "var"), "database", "cannot be opened"),
    "no database": (lambda home: (home / "var" / "xmlsvc.db").unlink(), "database", "xmlsvc migrate"),
    "an older database": (sql("DELETE FROM patch WHERE version = (SELECT MAX(version) FROM patch)"), "database", "older than this program"),
    "a newer database": (sql("INSERT INTO patch VALUES (9999)"), "database", "newer version"),
    "no core table": (sql("DROP TABLE receipt_cause"), "tables", "receipt_cause. Restore a backup"),
    "no column": (sql("ALTER TABLE audit DROP COLUMN detail"), "tables", "audit. Restore a backup"),
    "no table of a vocabulary": (sql("DROP TABLE programme_title"), "tables", "programme_title. Restore a backup"),
    "no schema": (lambda home: (home / "schemas/programme/1.1/programme.xsd").unlink(), "programme@1.1", "restore the documents"),
    "another schema": (text("schemas/programme/1.1/programme.xsd", "<!-- more -->"), "programme@1.1", "have changed since"),
    "no registration": (lambda home: (home / "schemas/programme/registered.json").unlink(), "programme", "has 1 document here"),
    "half a registration": (text("schemas/programme/registered.json", "{"), "vocabularies", "Restore it from a backup"),
    "no manifest": (text("schemas/programme/vocabulary.toml", "bad"), "vocabularies", "no TOML file"),
    "no stylesheets": (lambda home: (home / "xslt/programme/mrss.xsl").unlink(), "programme@1.1", "its format mrss cannot be made"),
    "half a stylesheet": (text("xslt/programme/mrss.xsl", "<"), "programme@1.1", "its format mrss cannot be made"),
    "no gate": (text("xslt/programme/gates/mrss.rng", "<"), "programme@1.1", "its format mrss cannot be made"),
    "no server": (text("xmlsvc.toml", 'database = "mysql+pymysql://u:p@127.0.0.1:1/x"\n'), "database", "refused"),
    "no database's name": (text("xmlsvc.toml", 'database = "postgres:x"\n'), "database", "It must be sqlite+wal:PATH"),
    "no address": (text("xmlsvc.toml", 'bind = "here"\n'), "settings", "must be HOST:PORT"),
    "no proxy": (text("xmlsvc.toml", 'trusted_proxies = "front"\n'), "settings", "addresses or networks"),
    "no log": (text("xmlsvc.toml", 'log = "xmlsvc.toml/log"\n'), "settings", "the log"),
    "no setting": (text("xmlsvc.toml", "colour = 1\n"), "settings", "unknown setting 'colour'"),
    "no TOML": (text("xmlsvc.toml", "colour\n"), "settings", "cannot be read"),
}


def test_doctor_finds_nothing_wrong_with_what_is_sound(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--instance", str(sound), "doctor"]) == 0
    said = capsys.readouterr().out
    assert "FAULT" not in said and "harvest: lists go on by the key" in said


def test_doctor_compares_clocks(mariadb: Server) -> None:
    uri = mariadb.uri(mariadb.create())
    for seconds, expected in ((1, ""), (-90, "90 s behind"), (3600, "3,600 s ahead of")):
        clock = FixedClock(datetime.now(UTC) + timedelta(seconds=seconds))
        with contextlib.closing(Sessions(uri, clock)) as sessions:
            said = [sentence for level, sentence in servers.facts(sessions, 1) if level == "note"]
        assert expected in "".join(said) and len(said) == bool(expected)


@pytest.mark.parametrize("how", BROKEN)
def test_doctor_finds_what_is_broken(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str) -> None:
    home = tmp_path / "instance"
    shutil.copytree(sound, home)
    breaking, what, said = BROKEN[how]
    breaking(home)
    assert cli.main(["--instance", str(home), "doctor"]) == 3
    faults = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAULT")]
    assert any(line.partition(": ")[0].endswith(what) and said in line for line in faults), faults
