"""Files, directories and archives as a stream of documents."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from xmlsvc.batch.files import begins_like_xml, count, items
from xmlsvc.errors import UsageError

FILES = {"a.xml": b"<a/>", "deep/b.xml": b"not xml at all", "deep/c.rdf": b"\xef\xbb\xbf <rdf/>", "notes.txt": b"remember the milk"}


def tree(top: Path) -> Path:
    for name, data in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(data)
    (top / ".hidden.xml").write_bytes(b"<hidden/>")
    return top


def zipped(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
        archive.writestr("__MACOSX/._a.xml", b"\0")
    return path


def tarred(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in FILES.items():
            entry = tarfile.TarInfo("./" + name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


@pytest.mark.parametrize("make", [lambda p: tree(p / "in"), lambda p: zipped(p / "in.zip"), lambda p: tarred(p / "in.tar.gz")])
def test_the_same_items_from_a_directory_a_zip_and_a_tar(tmp_path: Path, make) -> None:
    found = {item.name: item for item in items([make(tmp_path)], 1000)}
    assert set(found) == set(FILES)
    assert {name: item.data for name, item in found.items() if item.data is not None} == {
        name: data for name, data in FILES.items() if name != "notes.txt"
    }
    assert found["notes.txt"].skipped and found["notes.txt"].fault is None


def test_a_file_that_is_named_is_a_document_whatever_it_holds(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"remember the milk")
    (item,) = items([tmp_path / "notes.txt"], 1000)
    assert (item.name, item.data) == ("notes.txt", b"remember the milk")


def test_too_large_a_member_is_a_fault_of_its_own_and_is_not_unpacked_whole(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", b"<a>" + b" " * 20_000_000)
        archive.writestr("good.xml", b"<a/>")
    bomb, good = items([path], 10_000)
    assert bomb.data is None and "10,000 bytes" in str(bomb.fault)
    assert good.data == b"<a/>"


def test_a_broken_archive_gives_what_it_holds_and_then_the_fault(tmp_path: Path) -> None:
    path = tmp_path / "in.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("a.xml", "b.xml"):
            entry = tarfile.TarInfo(name)
            entry.size = 2000
            archive.addfile(entry, io.BytesIO(b"<a/>" + os.urandom(1996)))
    path.write_bytes(path.read_bytes()[: 512 + 2048 + 512 + 100])
    first, *rest = items([path], 10_000)
    assert first.name == "a.xml" and first.data is not None
    assert rest[-1].fault


def test_a_corrupt_zip_member_does_not_stop_the_others(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in.zip")
    data = bytearray(path.read_bytes())
    data[data.index(b"a.xml") + 5] ^= 0xFF
    path.write_bytes(data)
    found = {item.name: item for item in items([path], 1000)}
    assert found["a.xml"].fault and found["deep/c.rdf"].data


def test_a_zip_without_its_end_is_called_one(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip")
    path.write_bytes(path.read_bytes()[:100])
    (found,) = items([path], 1000)
    assert found.fault is not None and "damaged or was cut off" in found.fault


def test_a_pipe_is_read_where_it_is_named_and_passed_over_in_a_directory(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    os.mkfifo(tmp_path / "in" / "pipe.xml")
    (tmp_path / "in" / "a.xml").write_bytes(b"<a/>")
    assert [(item.name, item.data, item.skipped) for item in items([tmp_path / "in"], 1000)] == [
        ("a.xml", b"<a/>", None), ("pipe.xml", None, "not a regular file")]
    reader, writer = os.pipe()
    os.write(writer, b"<b/>")
    os.close(writer)
    assert count([f"/dev/fd/{reader}"]) == 1
    assert [item.data for item in items([f"/dev/fd/{reader}"], 1000)] == [b"<b/>"]
    os.close(reader)


def test_a_missing_path_is_said_before_anything_is_read(tmp_path: Path) -> None:
    tree(tmp_path / "in")
    with pytest.raises(UsageError, match=r"nowhere\.zip does not exist"):
        next(items([tmp_path / "in", tmp_path / "nowhere.zip"], 1000))


def test_count(tmp_path: Path) -> None:
    assert count([tree(tmp_path / "in"), zipped(tmp_path / "in.zip")]) == 8
    assert count([tarred(tmp_path / "in.tar.gz")]) is None


@pytest.mark.parametrize(("start", "expected"), [
    (b"<a/>", True), ("\ufeff<a/>".encode("utf-16-le"), True), ("\ufeff <a/>".encode("utf-16-be"), True),
    (b"\xef\xbb\xbf\n<a/>", True), (b"PK\3\4", False), (b"", False), (b"{}", False),
])  # fmt: skip
def test_begins_like_xml(start: bytes, expected: bool) -> None:
    assert begins_like_xml(start) is expected
