"""Schemas that have passed the gate: proven once, seen again wherever nothing has changed, kept where nobody else can write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xmlsvc import validation
from xmlsvc.errors import SchemaError
from xmlsvc.schema import gate, proofs, store
from xmlsvc.schema.store import SchemaSet

_XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
_NUMBER = f'<xs:schema {_XS}><xs:include schemaLocation="types.xsd"/><xs:element name="n" type="Number"/></xs:schema>'
_TYPES = f'<xs:schema {_XS}><xs:simpleType name="Number"><xs:restriction base="xs:%s"/></xs:simpleType></xs:schema>'


@pytest.fixture
def xsd(tmp_path: Path) -> Path:
    (tmp_path / "n.xsd").write_text(_NUMBER, "utf-8")
    (tmp_path / "types.xsd").write_text(_TYPES % "int", "utf-8")
    return tmp_path / "n.xsd"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = proofs.folder()
    assert found == tmp_path / "cache" / "xmlsvc"
    assert found.stat().st_mode & 0o777 == 0o700
    return found


@pytest.fixture
def proved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The digests of the sets that the gate is asked about, in order."""
    asked: list[str] = []
    check = gate.check

    def noted(schema_set: SchemaSet, confirmed: bool = False, version: str | None = None) -> str:
        asked.append(schema_set.digest)
        return check(schema_set, confirmed, version)

    monkeypatch.setattr(gate, "check", noted)
    return asked


def test_a_schema_is_proven_once(xsd: Path, cache: Path, proved: list[str]) -> None:
    for _ in range(2):
        validator = validation.load(xsd, cache=cache)
        assert validator.version == "1.0"
        assert validator.validate(b"<n>1</n>").valid
        assert not validator.validate(b"<n>one</n>").valid
    assert len(proved) == 1
    validation.load(xsd)
    assert len(proved) == 2, "without a folder nothing is remembered"


def test_a_change_anywhere_is_another_schema(xsd: Path, cache: Path, proved: list[str]) -> None:
    assert not validation.load(xsd, cache=cache).validate(b"<n>1.5</n>").valid
    before = xsd.with_name("types.xsd").stat()
    xsd.with_name("types.xsd").write_text(_TYPES % "nothing", "utf-8")
    with pytest.raises(SchemaError):
        validation.load(xsd, cache=cache)
    xsd.with_name("types.xsd").write_text(_TYPES % "decimal", "utf-8")
    os.utime(xsd.with_name("types.xsd"), ns=(before.st_atime_ns, before.st_mtime_ns))  # times do not count, bytes do
    assert validation.load(xsd, cache=cache).validate(b"<n>1.5</n>").valid
    assert len(set(proved)) == 3


def test_what_was_refused_is_refused_again(xsd: Path, cache: Path, proved: list[str]) -> None:
    xsd.with_name("types.xsd").write_text(_TYPES % "number", "utf-8")
    for _ in range(2):
        with pytest.raises(SchemaError, match="number"):
            validation.load(xsd, cache=cache)
    assert len(proved) == 2


def test_each_version_of_xml_schema_is_proven_for_itself(xsd: Path, cache: Path, proved: list[str]) -> None:
    found = [validation.load(xsd, version=version, cache=cache).version for version in ("1.0", "1.1", None, "1.1")]
    assert found == ["1.0", "1.1", "1.0", "1.1"]
    assert len(proved) == 3


@pytest.mark.parametrize("mode", [0o777, 0o750, 0o701])
def test_a_folder_that_others_can_reach_is_not_used(cache: Path, mode: int, caplog: pytest.LogCaptureFixture) -> None:
    cache.chmod(mode)
    assert proofs.folder() is None
    assert str(cache) in caplog.text


def test_neither_is_one_that_lies_elsewhere_or_belongs_to_somebody_else(tmp_path: Path, cache: Path) -> None:
    cache.rename(tmp_path / "elsewhere")
    cache.symlink_to(tmp_path / "elsewhere")
    assert proofs.folder() is None
    cache.unlink()
    if os.geteuid() == 0:
        cache.mkdir(mode=0o700)
        os.chown(cache, 1, 1)
        assert proofs.folder() is None


def test_without_a_home_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # does not count
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    assert proofs.folder() is None


def test_it_does_not_grow_for_ever(xsd: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "_MOST", 2)
    made = []
    for number, name in enumerate(("int", "decimal", "long", "short")):
        xsd.with_name("types.xsd").write_text(_TYPES % name, "utf-8")
        made.append(validation.load(xsd, cache=cache).set.directory)
        os.utime(made[-1] / store.INDEX, (number, number))
    xsd.with_name("types.xsd").write_text(_TYPES % "byte", "utf-8")
    made.append(validation.load(xsd, cache=cache).set.directory)
    assert [path.is_dir() for path in made] == [False, False, False, True, True]
