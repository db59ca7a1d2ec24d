"""The W3C XML Schema test suite: its sets, groups and tests, read from the metadata as common/xsts.xsd describes it."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

_LINK = "{http://www.w3.org/1999/xlink}href"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_LEFT_OUT = ("disputed-spec", "disputed-test", "queried")
UNICODE = "Unicode_6.0.0"  # which of several expectations about characters is the one that Python's tables meet


@dataclass(frozen=True)
class Test:
    """A document and whether it must be valid."""

    name: str
    path: Path
    valid: bool


@dataclass(frozen=True)
class Group:
    """One schema (its documents; for a group without any, those that the instance itself names) and its tests. `schema_valid` None: the
    schema as such is not tested."""

    set: str
    name: str
    documents: tuple[Path, ...]
    schema_valid: bool | None
    instances: tuple[Test, ...] = field(default=())

    @property
    def id(self) -> str:
        return f"{self.set}/{self.name}"


def unpack(archive: Path, target: Path) -> Path:
    """The suite's files, below `target`."""
    with tarfile.open(archive) as tar:  # by hand: Python 3.11.2, which Debian 12 has, knows no filter for extractall
        for member in tar:
            place, file = (target / member.name).resolve(), tar.extractfile(member) if member.isreg() else None
            if file is not None and place.is_relative_to(target.resolve()):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(file.read())
    return target


def groups(root: Path, version: str) -> Iterator[Group]:
    """Every group with tests for this version of XML Schema ("1.0", "1.1"), without disputed, queried and indeterminate tests."""
    for reference in etree.parse(root / "suite.xml").getroot().iterchildren("{*}testSetRef"):
        path = root / unquote(reference.get(_LINK, ""))
        if path.is_file():
            yield from _set(path, version)


def _set(path: Path, version: str) -> Iterator[Group]:
    test_set = etree.parse(path).getroot()
    if not _applies(test_set, version):
        return
    for group in test_set.iterchildren("{*}testGroup"):
        if _applies(group, version):
            made = _group(path, test_set.get("name", path.stem), group, version)
            if made is not None and (made.schema_valid is not None or made.instances):
                yield made


def _applies(element: etree._Element, version: str) -> bool:
    tokens = (element.get("version") or "").split()
    asked = [token for token in tokens if token in ("1.0", "1.1")]
    return version in asked if asked else True


def _group(path: Path, name: str, group: etree._Element, version: str) -> Group | None:
    documents: tuple[Path, ...] = ()
    schema_valid = None
    for test in group.iterchildren("{*}schemaTest"):
        if _applies(test, version):
            documents = tuple(_document(path, one) for one in test.iterchildren("{*}schemaDocument"))
            schema_valid = _expected(test, version)
    instances = []
    for test in group.iterchildren("{*}instanceTest"):
        valid = _expected(test, version) if _applies(test, version) else None
        instance = _document(path, test.find("{*}instanceDocument"))
        if valid is not None and instance.is_file():  # a set may speak of documents of sets that are not here
            instances.append(Test(test.get("name", ""), instance, valid))
    if not documents and instances:
        documents = _named(instances[0].path)
    return Group(name, group.get("name", ""), documents, schema_valid, tuple(instances))


def _document(path: Path, element: etree._Element | None) -> Path:
    assert element is not None
    return (path.parent / unquote(element.get(_LINK, ""))).resolve()


def _expected(test: etree._Element, version: str) -> bool | None:
    current = test.find("{*}current")
    if current is not None and current.get("status") in _LEFT_OUT:
        return None
    expected = [one for one in test.iterchildren("{*}expected") if _applies(one, version)]
    best = next((one for one in expected if UNICODE in (one.get("version") or "").split()), expected[0] if expected else None)
    return {"valid": True, "invalid": False}.get(best.get("validity", "")) if best is not None else None


def _named(instance: Path) -> tuple[Path, ...]:
    """The schema documents that an instance names itself."""
    try:
        root = etree.parse(instance).getroot()
    except etree.XMLSyntaxError:
        return ()
    locations = (root.get(f"{_XSI}schemaLocation") or "").split()[1::2] + (root.get(f"{_XSI}noNamespaceSchemaLocation") or "").split()
    return tuple(path for location in locations if (path := (instance.parent / unquote(location)).resolve()).is_file())
