"""`xmlsvc erase` and `xmlsvc migrate --rebuild` as a shell sees them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.test_verbs import Shell, files, shell
from tests.documents.notes import note
from xmlsvc.documents import services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.search import Query, find

__all__ = ["shell"]


@pytest.fixture
def loaded(shell: Shell, tmp_path: Path) -> Shell:
    assert shell("load", files(tmp_path / "in"), "--partner", "house") == 1
    return shell


def documents(shell: Shell) -> int:
    with services.open(shell.instance) as house:
        return len(find(house, OPERATOR, Query()).items)


def test_erasing_asks_first(loaded: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded("erase") == 2 and "--older-than" in loaded.err
    assert loaded("erase", "house") == 2
    assert "All data of house will be erased: 2 documents, 2 revisions, 3 receipts." in loaded.err and "--yes" in loaded.err
    terminal = io.StringIO("no\n")
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", terminal)
    assert loaded("erase", "house") == 2 and "Nothing was erased" in loaded.err
    assert documents(loaded) == 2
    terminal.write("house\n")
    terminal.seek(3)
    assert loaded("erase", "house") == 0
    assert "erased: 2 documents, 2 revisions, 3 receipts, 3 contents (" in loaded.out
    assert documents(loaded) == 0
    assert loaded("verify") == 0
    assert loaded("erase", "house", "--yes") == 0 and "erased: 0 documents" in loaded.out
    assert loaded("erase", "nobody", "--yes") == 1 and "no partner" in loaded.err


def test_retention(loaded: Shell, tmp_path: Path) -> None:
    (tmp_path / "in" / "good.xml").write_bytes(note("Better", pages="2"))
    assert loaded("load", tmp_path / "in" / "good.xml", "--partner", "house") == 0
    assert loaded("erase", "--older-than", "yesterday", "--yes") == 2 and "is no age" in loaded.err
    assert loaded("erase", "--older-than", "1d", "--yes") == 0 and "erased: 0 documents, 0 revisions, 0 receipts" in loaded.out
    assert loaded("erase", "--older-than", "0d", "--yes") == 0 and "erased: 0 documents, 1 revision, 2 receipts" in loaded.out
    assert loaded("verify") == 0


def test_rebuild(loaded: Shell) -> None:
    def spoil() -> None:
        with services.open(loaded.instance) as house:
            house.sessions.write(lambda store: store.execute("UPDATE note SET document_title = 'spoilt', pages = 99", noresult=True))

    def titles() -> set[str]:
        with services.open(loaded.instance) as house:
            return {row[0] for row in house.sessions.read(lambda store: store.execute("SELECT document_title FROM note").get_all())}

    before = titles()
    for words in (["--rebuild"], ["--rebuild", "--vocabulary", "note"], ["--rebuild", "--afresh"]):
        spoil()
        assert titles() == {"spoilt"}
        assert loaded("migrate", *words) == 0
        assert loaded.out == "The database is up to date.\nnote: made the rows of 2 documents again.\n"
        assert titles() == before
    assert loaded("migrate", "--rebuild", "--vocabulary", "other") == 1 and "no vocabulary" in loaded.err
    assert loaded("migrate", "--vocabulary", "note") == 2 and "belong to --rebuild" in loaded.err
    with services.open(loaded.instance) as house:  # a content that is gone
        house.sessions.write(lambda store: store.execute("UPDATE revision SET schema = 'sha256:0' WHERE valid = 1", noresult=True))
    assert loaded("migrate", "--rebuild") == 1
    assert "the rows of 1 document again" in loaded.out and "No registered schema has the digest" in loaded.err
